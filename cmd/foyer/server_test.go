package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary builds the real binary once for all tests of this package.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "foyer")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "foyer")
	out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return name, nil
})

// TestMain takes the binary away again.
func TestMain(m *testing.M) {
	code := m.Run()
	if name, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(name))
	}
	os.Exit(code)
}

// server is one run of the binary on a data folder.
type server struct {
	url  string
	data string
	cmd  *exec.Cmd
	args []string
	env  []string // beside the tests' own
	log  *lockedBuffer
	line chan string // what it prints, line by line

	client *http.Client // nil: the default one
}

// lockedBuffer may be written and read at the same time.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// startServer runs a verb of the binary on a fresh data folder until the test ends.
func startServer(t *testing.T, verb string, args ...string) *server {
	t.Helper()
	s := prepared(t, verb, args...)
	s.start(t)
	return s
}

// prepared is a server that was not started yet. It stops with the test.
func prepared(t *testing.T, verb string, args ...string) *server {
	t.Helper()
	s := &server{data: t.TempDir(), log: &lockedBuffer{}}
	addr, media := freeAddr(t, "tcp"), freeAddr(t, "udp")
	s.url = "http://localhost:" + addr[strings.LastIndex(addr, ":")+1:]
	s.args = append([]string{verb, "--addr", addr, "--media-addr", media, "--ops-addr", "off", "--data", s.data, "--log-level", "info"}, args...)
	t.Cleanup(func() {
		s.stop(t)
		if t.Failed() {
			t.Logf("the server said:\n%s", s.log)
		}
	})
	return s
}

// start runs the binary and waits until it is ready.
func (s *server) start(t *testing.T) {
	t.Helper()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	line := make(chan string, 100)
	s.cmd, s.line = exec.Command(name, s.args...), line
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stderr, s.cmd.Env = s.log, append(clean(), s.env...)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			line <- lines.Text()
		}
		close(line)
	}()
	s.ready(t)
}

// ready waits until the server takes work.
func (s *server) ready(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		r, err := cmp.Or(s.client, http.DefaultClient).Get(s.url + "/readyz")
		if err != nil {
			continue
		}
		_ = r.Body.Close()
		if r.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatalf("the server is not ready:\n%s", s.log)
}

// kill ends the process without a chance to tidy up, like a power cut.
func (s *server) kill(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait()
}

// stop ends the process politely.
func (s *server) stop(t *testing.T) {
	t.Helper()
	if s.cmd == nil || s.cmd.ProcessState != nil {
		return
	}
	s.asksToStop(t)
	done := make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(15 * time.Second):
		_ = s.cmd.Process.Kill()
		t.Error("the server did not stop within 15 s")
	}
}

// asksToStop tells the process politely and does not wait.
func (s *server) asksToStop(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Log(err)
	}
}

// printed gives the first line that begins so, without its beginning.
func (s *server) printed(t *testing.T, begin string) string {
	t.Helper()
	for deadline := time.After(30 * time.Second); ; {
		select {
		case line, ok := <-s.line:
			if !ok {
				t.Fatalf("the server never printed %q:\n%s", begin, s.log)
			}
			if rest, ok := strings.CutPrefix(line, begin); ok {
				return strings.TrimSpace(rest)
			}
		case <-deadline:
			t.Fatalf("the server has not printed %q:\n%s", begin, s.log)
		}
	}
}

// freeAddr finds a free port on loopback.
func freeAddr(t *testing.T, network string) string {
	t.Helper()
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		return c.LocalAddr().String()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// clean is the environment without what is set for the tests themselves.
func clean() []string {
	return slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "FOYER_") })
}
