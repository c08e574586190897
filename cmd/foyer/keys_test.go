package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The key of secrets is made once, readable by nobody else; one of the settings comes first, and a bad one is refused
// without being quoted.
func TestKeyOfSecrets(t *testing.T) {
	c := Config{Data: t.TempDir()}
	first, err := readKeys(c)
	if err != nil {
		t.Fatal(err)
	}
	again, err := readKeys(c)
	name := filepath.Join(c.Data, "secret.key")
	info, _ := os.Stat(name)
	if err != nil || again.seal.ID() != first.seal.ID() || info.Mode().Perm() != 0o600 {
		t.Errorf("again %s, %v, mode %s", again.seal.ID(), err, info.Mode())
	}
	c.SecretKey = strings.Repeat("ab", 32)
	if given, err := readKeys(c); err != nil || given.seal.ID() == first.seal.ID() {
		t.Errorf("a key of the settings: %s, %v", given.seal.ID(), err)
	}
	c.SecretKey = ""
	if err := os.WriteFile(name, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readKeys(c); err == nil || !strings.Contains(err.Error(), "5 bytes") {
		t.Errorf("a short key file: %v", err)
	}
	_, err = settleWith(t, "", map[string]string{"FOYER_SECRET_KEY": "tooshort99", "FOYER_FETCH_ALLOW": "http://crm"})
	if err == nil || !strings.Contains(err.Error(), "secret_key") || !strings.Contains(err.Error(), "fetch_allow") || strings.Contains(err.Error(), "tooshort99") {
		t.Errorf("bad settings: %v", err)
	}
}
