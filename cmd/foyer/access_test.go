package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// browsing is a client that follows no redirect and keeps no cookie.
func browsing(roots *x509.CertPool) *http.Client {
	return &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// The one-time link opens once, whatever looks at it before; the next one comes from the command line.
func TestOneTimeLink(t *testing.T) {
	s := startServer(t, "serve")
	link := s.printed(t, "Administrator (one-time link, good for 24 h):")
	c := browsing(nil)
	for range 2 { // link previews
		if status, _ := reads(t, link); status != http.StatusOK {
			t.Fatalf("looking at the link: %d", status)
		}
	}
	for i, want := range []int{http.StatusSeeOther, http.StatusGone} {
		r, err := c.PostForm(link, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if r.StatusCode != want || (len(r.Cookies()) > 0) != (i == 0) {
			t.Errorf("use %d: %d with %d cookies", i+1, r.StatusCode, len(r.Cookies()))
		}
	}
	s.stop(t)
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	another := func(addr string) ([]byte, error) {
		admin := exec.Command(name, "admin", "--data", s.data, "--addr", addr, "--media-addr", "127.0.0.1:0")
		admin.Env = clean()
		return admin.Output()
	}
	if out, err := another("10.1.2.3:8080"); err != nil || !strings.HasPrefix(string(out), "http://10.1.2.3:8080/welcome/") {
		t.Errorf("for another address the command says %q, %v", out, err)
	}
	out, err := another(s.args[2])
	again := strings.TrimSpace(string(out))
	if err != nil || again == link || !strings.HasPrefix(again, s.url+"/welcome/") {
		t.Fatalf("the command says %q, %v", out, err)
	}
	s.start(t)
	if line := <-s.line; !strings.HasPrefix(line, "Foyer is at ") {
		t.Errorf("the second start says %q", line)
	}
	select {
	case line := <-s.line:
		t.Errorf("the second start says %q too", line)
	case <-time.After(200 * time.Millisecond):
	}
	r, err := c.PostForm(again, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusSeeOther {
		t.Errorf("the link of the command: %d", r.StatusCode)
	}
}

// Over https, with a certificate from files, the cookie is the strict one, browsers are told to stay with https, and
// what another site's page sends is refused.
func TestAccessOverTLS(t *testing.T) {
	cert, key, roots := certificate(t)
	s := prepared(t, "demo", "--json", "--tls-cert", cert, "--tls-key", key)
	s.url, s.client = strings.Replace(s.url, "http:", "https:", 1), browsing(roots)
	s.start(t)
	w := s.wayIn(t)
	if w.URL != s.url {
		t.Errorf("the way in is %s, the server at %s", w.URL, s.url)
	}
	form := url.Values{"email": {w.Admin.Email}, "password": {w.Admin.Password}}.Encode()
	ask := func(head map[string]string) *http.Response {
		r, err := http.NewRequest("POST", s.url+"/login", bytes.NewBufferString(form))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range head {
			r.Header.Set(name, value)
		}
		answer, err := s.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		return answer
	}
	in := ask(nil)
	if set := in.Header.Get("Set-Cookie"); !strings.HasPrefix(set, "__Host-foyer=") || !strings.Contains(set, "; Path=/; ") ||
		!strings.Contains(set, "; HttpOnly; Secure; SameSite=Lax") || strings.Contains(set, "Domain") {
		t.Errorf("the cookie is %q", set)
	}
	if in.Header.Get("Strict-Transport-Security") == "" {
		t.Error("browsers are not told to stay with https")
	}
	policy := in.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "script-src 'nonce-") || strings.Contains(policy, "unsafe") || policy == ask(nil).Header.Get("Content-Security-Policy") {
		t.Errorf("the policy is %q, twice the same or loose", policy)
	}
	for _, head := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}} {
		if r := ask(head); r.StatusCode != http.StatusForbidden || len(r.Cookies()) > 0 {
			t.Errorf("%v: %d", head, r.StatusCode)
		}
	}
}

// certificate makes a certificate for localhost in two files.
func certificate(t *testing.T) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plain := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, plain, plain, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	made, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(made)
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: raw}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key, roots
}

// Whose address counts: a proxy's word is taken when the settings name the proxy, anybody else's is not.
func TestTrustedProxies(t *testing.T) {
	for about, c := range map[string]struct {
		args   []string
		shared bool // all are one address, whatever they say of themselves
	}{
		"nobody is trusted":     {nil, true},
		"another is trusted":    {[]string{"--trusted-proxies", "10.0.0.0/8"}, true},
		"the sender is trusted": {[]string{"--trusted-proxies", "127.0.0.0/8,::1/128"}, false},
	} {
		t.Run(about, func(t *testing.T) {
			s := startServer(t, "serve", c.args...)
			refused := 0
			for i := range 90 { // bursts of 60 logins are allowed to one address
				r, err := http.NewRequest("POST", s.url+"/api/v1/caller/login", strings.NewReader(`{}`))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("X-Forwarded-For", "198.51.100."+string(rune('0'+i%10)))
				answer, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				_ = answer.Body.Close()
				if answer.StatusCode == http.StatusTooManyRequests {
					refused++
				}
			}
			if (refused > 0) != c.shared {
				t.Errorf("%d of 90 were refused", refused)
			}
		})
	}
}
