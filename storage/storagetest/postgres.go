package storagetest

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to make schemas
)

// Server is a PostgreSQL of the tests' own.
type Server struct {
	url     url.URL
	schemas atomic.Int64
}

// Postgres starts a PostgreSQL server that ends with the test, in a folder of its own and on a socket of its own. It
// uses what is installed on the machine and fails when nothing is, unless FOYER_TEST_POSTGRES=off: then it is nil.
// Settings are those of postgresql.conf, e.g. "fsync=off" where nothing depends on a loss of power.
func Postgres(t testing.TB, settings ...string) *Server {
	t.Helper()
	if os.Getenv("FOYER_TEST_POSTGRES") == "off" {
		t.Log("FOYER_TEST_POSTGRES=off: nothing was tried on PostgreSQL")
		return nil
	}
	bin, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "foyer-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	as, err := unprivileged(dir)
	if err != nil {
		t.Fatal(err)
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "--no-sync", "-A", "trust", "-U", "foyer", "-E", "UTF8", "--no-locale", "-D", filepath.Join(dir, "data"))
	initdb.Dir, initdb.SysProcAttr = dir, as
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("making a PostgreSQL for the tests: %v\n%s", err, out)
	}
	return serve(t, bin, dir, as, settings)
}

// serve starts the server. The shell between us and it stops it when our end of the pipe closes, so that it never
// outlives the tests, however they end.
func serve(t testing.TB, bin, dir string, as *syscall.SysProcAttr, settings []string) *Server {
	t.Helper()
	const guard = `"$@" >log 2>&1 & server=$!; cat; kill -QUIT $server; wait $server`
	args := []string{"-c", guard, "sh", filepath.Join(bin, "postgres"), "-D", filepath.Join(dir, "data")}
	for _, setting := range append(settings, "listen_addresses=", "unix_socket_directories="+dir) {
		args = append(args, "-c", setting)
	}
	sh := exec.Command("/bin/sh", args...)
	sh.Dir, sh.SysProcAttr = dir, as
	pipe, err := sh.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := sh.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pipe.Close(); _ = sh.Wait() })
	s := &Server{url: url.URL{Scheme: "postgres", Path: "/postgres", RawQuery: url.Values{"host": {dir}, "user": {"foyer"}}.Encode()}}
	if err := s.awaken(t.Context()); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		t.Fatalf("the tests' PostgreSQL does not answer: %v\n%s", err, log)
	}
	return s
}

// awaken waits until the server answers.
func (s *Server) awaken(ctx context.Context) (err error) {
	db, err := sql.Open("pgx", s.url.String())
	if err != nil {
		return err
	}
	defer db.Close()
	for range 100 {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// Fresh gives the URL of an empty schema.
func (s *Server) Fresh(t testing.TB) string {
	t.Helper()
	schema := "s" + strconv.FormatInt(s.schemas.Add(1), 10)
	s.Exec(t, "CREATE SCHEMA "+schema)
	u := s.url
	u.RawQuery += "&search_path=" + schema
	return u.String()
}

// Exec runs a statement as the administrator of the server.
func (s *Server) Exec(t testing.TB, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", s.url.String())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// installed finds the folder of the newest server programs on the machine.
func installed() (string, error) {
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(real), nil
		}
	}
	var found []string
	for _, places := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin"} {
		dirs, _ := filepath.Glob(places + "/initdb")
		found = append(found, dirs...)
	}
	if len(found) == 0 {
		return "", fmt.Errorf("these tests need PostgreSQL: install it (Debian: apt-get install postgresql), or set FOYER_TEST_POSTGRES=off to go without")
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(major(a), major(b)) })
	return filepath.Dir(newest), nil
}

// major is the first number in a path.
func major(path string) int {
	digits := strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(digits[0])
	return n
}

// unprivileged gives the folder to somebody who may run the server: PostgreSQL refuses to be run by root.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		if who, err = user.Lookup("nobody"); err != nil {
			return nil, fmt.Errorf("PostgreSQL refuses to be run by root, and there is no user postgres or nobody: %w", err)
		}
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(who.Gid)
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(dir, uid, gid)
}
