package desk_test

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

//go:embed testdata/caller.js
var callerScript string

// house is the real program, serving its demo.
type house struct {
	t         *testing.T
	bin, data string
	addr, udp string
	cmd       *exec.Cmd
	URL       string `json:"url"`
	SdkAppID  int64  `json:"sdkAppId"`
	IvrID     string `json:"ivrId"`
	Admin     seat   `json:"admin"`
	Agents    []seat `json:"agents"`
}

type seat struct{ Email, Password string }

func build(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, bin: filepath.Join(t.TempDir(), "foyer"), data: t.TempDir(), addr: freePort(t), udp: freePort(t)}
	if out, err := exec.Command("go", "build", "-o", h.bin, "foyer/cmd/foyer").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	h.start()
	t.Cleanup(h.kill)
	return h
}

// freePort gives an address that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start runs the demo and waits until it says where to go.
func (h *house) start() {
	h.t.Helper()
	h.cmd = exec.Command(h.bin, "demo", "--json", "--data", h.data, "--addr", h.addr, "--media-addr", h.udp, "--ops-addr", "off")
	h.cmd.Stderr = os.Stderr
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		h.t.Fatalf("the demo says nothing: %v", err)
	}
	if err := json.Unmarshal(line, h); err != nil {
		h.t.Fatal(err)
	}
}

// kill ends the program as a power cut does.
func (h *house) kill() {
	_ = h.cmd.Process.Kill()
	_ = h.cmd.Wait()
}

// ring sets how long the after-sales group is rung and how long it tidies up, through the administrator's own form.
func (h *house) ring(seconds, wrapUp int) {
	h.t.Helper()
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: plain{jar}}
	post := func(path string, form url.Values) string {
		r, err := client.PostForm(h.URL+path, form)
		if err != nil {
			h.t.Fatal(err)
		}
		defer r.Body.Close()
		if r.StatusCode >= 400 {
			h.t.Fatalf("%s: %s", path, r.Status)
		}
		return r.Request.URL.Path
	}
	post("/login", url.Values{"email": {h.Admin.Email}, "password": {h.Admin.Password}})
	r, err := client.Get(h.URL + "/admin/groups")
	if err != nil {
		h.t.Fatal(err)
	}
	defer r.Body.Close()
	var page strings.Builder
	if _, err := bufio.NewReader(r.Body).WriteTo(&page); err != nil {
		h.t.Fatal(err)
	}
	group := regexp.MustCompile(`href="(/admin/groups/[^"]+)">音视频售后服务组<`).FindStringSubmatch(page.String())
	if group == nil {
		h.t.Fatal("no after-sales group")
	}
	post(group[1], url.Values{"name": {"音视频售后服务组"}, "ring": {fmt.Sprint(seconds)}, "wait": {"600"}, "maxWaiting": {"0"}, "wrapUp": {fmt.Sprint(wrapUp)}})
}

// plain sends secure cookies to a server on this machine, as browsers do.
type plain struct{ http.CookieJar }

func (p plain) Cookies(u *url.URL) []*http.Cookie {
	safe := *u
	safe.Scheme = "https"
	return p.CookieJar.Cookies(&safe)
}

func (p plain) SetCookies(u *url.URL, c []*http.Cookie) {
	safe := *u
	safe.Scheme = "https"
	p.CookieJar.SetCookies(&safe, c)
}
