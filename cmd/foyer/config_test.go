package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// settleWith runs the whole chain of a serve command: file, environment, flags.
func settleWith(t *testing.T, file string, env map[string]string, args ...string) (Config, error) {
	t.Helper()
	for k, v := range env {
		t.Setenv(k, v)
	}
	if file != "" {
		name := filepath.Join(t.TempDir(), "foyer.toml")
		if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config", name)
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
	c, err := settleWith(t, "", map[string]string{"FOYER_DATABASE_FILE": name, "FOYER_ADDR_FILE": name})
	if err != nil {
		t.Fatal(err)
	}
	if c.Database != "postgres://u:p@localhost/foyer" || c.Addr != ":8080" {
		t.Errorf("settled to %+v", c)
	}
}

// All faults are reported at once, each naming its setting.
func TestAllFaultsAtOnce(t *testing.T) {
	_, err := settleWith(t, "colour = \"blue\"\nlog_format = \"xml\"\n",
		map[string]string{"FOYER_ADDR": "8080", "FOYER_DEV": "maybe", "FOYER_DATABASE_FILE": "/nowhere/dsn"},
		"--tls-cert", "c.pem", "--media-ips", "here", "--trusted-proxies", "10.0.0.0", "--public-url", "ftp://x", "--log-level", "loud")
	if err == nil {
		t.Fatal("nothing was found wrong")
	}
	for _, want := range []string{`no setting "colour"`, "log_format", "addr:", "FOYER_DEV", "FOYER_DATABASE_FILE", "tls_cert", "media_ips", "trusted_proxies", "public_url", "log_level"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in:\n%v", want, err)
		}
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
