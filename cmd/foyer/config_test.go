package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// settleWith runs the whole chain of a serve command: file, environment, flags.
func settleWith(t *testing.T, file string, env map[string]string, args ...string) (Config, error) {
	t.Helper()
	for _, pair := range os.Environ() { // what is set for the tests themselves
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "FOYER_") {
			t.Setenv(name, value)
			_ = os.Unsetenv(name)
		}
	}
	for k, v := range env {
		t.Setenv(k, v)
	}
	if file != "" {
		name := filepath.Join(t.TempDir(), "foyer.toml")
		if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append([]string{"--config", name}, args...)
	}
	return settle(verbs()[0], args, io.Discard)
}

// With nothing given the server runs, and every setting has its default as origin.
func TestZeroConfig(t *testing.T) {
	c, err := settleWith(t, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":8080" || c.Store() != filepath.Join("data", "foyer.db") || c.Secure() || len(c.origin) != 0 {
		t.Errorf("defaults are %+v", c)
	}
}

// A flag wins over the environment, the environment over the file, and the origin says so.
func TestPrecedence(t *testing.T) {
	c, err := settleWith(t, "addr = \":1\"\nlog_level = \"warn\"\nmedia_ips = [\"10.0.0.1\", \"10.0.0.2\"]\ndev = true\n",
		map[string]string{"FOYER_ADDR": ":2", "FOYER_DATA": "/srv/foyer"}, "--addr", ":3")
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":3" || c.Data != "/srv/foyer" || c.LogLevel != "warn" || !c.Dev {
		t.Errorf("settled to %+v", c)
	}
	if !slices.Equal(c.MediaIPs, []string{"10.0.0.1", "10.0.0.2"}) {
		t.Errorf("media_ips = %v", c.MediaIPs)
	}
	if c.origin["addr"] != "--addr" || c.origin["data"] != "FOYER_DATA" || !strings.HasSuffix(c.origin["log_level"], "foyer.toml") {
		t.Errorf("origins are %v", c.origin)
	}
}

// A secret may stand in a file; a setting that is no secret may not.
func TestSecretFromFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "dsn")
	if err := os.WriteFile(name, []byte("postgres://u:p@localhost/foyer\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := settleWith(t, "", map[string]string{"FOYER_DATABASE_FILE": name})
	if err != nil {
		t.Fatal(err)
	}
	if c.Database != "postgres://u:p@localhost/foyer" || c.origin["database"] != "FOYER_DATABASE_FILE" {
		t.Errorf("settled to %+v", c)
	}
	_, err = settleWith(t, "", map[string]string{"FOYER_DATABASE_FILE": name, "FOYER_DATABASE": "postgres://h/x", "FOYER_ADDR_FILE": name})
	if err == nil || !strings.Contains(err.Error(), "FOYER_DATABASE and FOYER_DATABASE_FILE exclude") || !strings.Contains(err.Error(), "no setting FOYER_ADDR_FILE") {
		t.Errorf("twice the same, and a file for what is no secret: %v", err)
	}
}

// A slip of the pen in the environment is told; what Kubernetes puts there is not one.
func TestUnknownVariables(t *testing.T) {
	_, err := settleWith(t, "", map[string]string{"FOYER_DATABSE": "postgres://h/x", "FOYER_PORT": "8080"})
	if err == nil || !strings.Contains(err.Error(), "FOYER_DATABSE") || !strings.Contains(err.Error(), "FOYER_PORT") {
		t.Errorf("unknown variables: %v", err)
	}
	_, err = settleWith(t, "", map[string]string{
		"FOYER_PORT": "tcp://10.0.0.7:80", "FOYER_SERVICE_HOST": "10.0.0.7", "FOYER_SERVICE_PORT_HTTP": "80",
		"FOYER_PORT_80_TCP_ADDR": "10.0.0.7", "FOYER_DB_PORT": "tcp://10.0.0.8:5432", "FOYER_DB_SERVICE_PORT": "5432",
	})
	if err != nil {
		t.Errorf("Kubernetes' variables: %v", err)
	}
}

// A setting that has one value is not given a list or a table.
func TestShapesInTheFile(t *testing.T) {
	_, err := settleWith(t, "data = [\"a\", \"b\"]\n[database]\nhost = \"x\"\n", nil)
	if err == nil || !strings.Contains(err.Error(), "data: this setting has one value") || !strings.Contains(err.Error(), "database: this setting has a value, not a table") {
		t.Errorf("wrong shapes: %v", err)
	}
}

// The clock of flows is the machine's unless a zone is given.
func TestTimezone(t *testing.T) {
	c, err := settleWith(t, "", nil)
	if err != nil || c.zone() != nil {
		t.Errorf("without one: %v, %v", c.zone(), err)
	}
	for i, how := range []func() (Config, error){
		func() (Config, error) { return settleWith(t, "timezone = \"America/New_York\"", nil) },
		func() (Config, error) {
			return settleWith(t, "", map[string]string{"FOYER_TIMEZONE": "America/New_York"})
		},
		func() (Config, error) { return settleWith(t, "", nil, "--timezone", "America/New_York") },
	} {
		c, err := how()
		if err != nil {
			t.Fatal(err)
		}
		if _, offset := time.Date(2026, 7, 1, 0, 0, 0, 0, c.zone()).Zone(); offset != -4*3600 {
			t.Errorf("%d: a summer's day is %d s off", i, offset)
		}
	}
	for _, bad := range []string{"Local", "+08:00", "Asia/Nowhere", "../etc/passwd"} {
		if _, err := settleWith(t, "", nil, "--timezone", bad); err == nil || !strings.Contains(err.Error(), "timezone") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// All faults are reported at once, each naming its setting.
func TestAllFaultsAtOnce(t *testing.T) {
	_, err := settleWith(t, "colour = \"blue\"\nlog_format = \"xml\"\n",
		map[string]string{"FOYER_ADDR": "8080", "FOYER_DEV": "maybe", "FOYER_DATABASE_FILE": "/nowhere/dsn"},
		"--tls-cert", "c.pem", "--media-ips", "here", "--trusted-proxies", "10.0.0.0", "--public-url", "ftp://x", "--log-level", "loud",
		"--media-addr", ":70000", "--acme-directory", "here", "--drain", "a while", "--trace-days", "-1", "--timezone", "China/Beijing")
	if err == nil {
		t.Fatal("nothing was found wrong")
	}
	for _, want := range []string{`no setting "colour"`, "log_format", "addr:", "FOYER_DEV", "FOYER_DATABASE_FILE", "tls_cert", "media_ips", "trusted_proxies", "public_url", "log_level", "media_addr", "acme_directory", "drain", "trace_days", "timezone"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in:\n%v", want, err)
		}
	}
}

// A flag that is none hides no fault of the file and the environment; a certificate that cannot be read is told at once.
func TestFaultsBesideABadFlag(t *testing.T) {
	_, err := settleWith(t, "colour = \"blue\"\n", map[string]string{"FOYER_DEV": "maybe"}, "--adr", ":1")
	if err == nil {
		t.Fatal("nothing was found wrong")
	}
	for _, want := range []string{"-adr", `no setting "colour"`, "FOYER_DEV"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in:\n%v", want, err)
		}
	}
	if _, err := settleWith(t, "", nil, "--tls-cert", "/nowhere/c.pem", "--tls-key", "/nowhere/k.pem"); err == nil || !strings.Contains(err.Error(), "tls_cert, tls_key") {
		t.Errorf("a certificate that is not there: %v", err)
	}
}

// What cannot be understood on the command line is said, not ignored.
func TestBadCommandLines(t *testing.T) {
	for _, args := range [][]string{{"sing"}, {"serve", "loudly"}, {"serve", "--colour", "blue"}, {"serve", "--database", "mysql://x"}} {
		if err := command(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v was accepted", args)
		}
	}
	if _, err := settle(verbs()[0], []string{"-h"}, io.Discard); err != flag.ErrHelp {
		t.Errorf("-h: %v", err)
	}
}
