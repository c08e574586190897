package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// authority is an ACME authority (RFC 8555) that believes whatever it is told and signs it.
type authority struct {
	t     *testing.T
	key   *ecdsa.PrivateKey
	cert  *x509.Certificate
	url   string
	chain []byte // the last certificate it gave
	gave  int
}

// newAuthority starts one; its directory is at url + "/directory".
func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plain := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, plain, plain, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{t: t, key: key}
	if a.cert, err = x509.ParseCertificate(raw); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	a.url = s.URL
	return a
}

// ServeHTTP answers the steps of an order; every order is ready at once.
func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Replay-Nonce", rand.Text())
	w.Header().Set("Location", a.url+r.URL.Path+"/1")
	order := map[string]any{"status": "ready", "finalize": a.url + "/finalize", "identifiers": []any{}, "authorizations": []any{}}
	switch r.URL.Path {
	case "/directory":
		a.says(w, http.StatusOK, map[string]any{"newNonce": a.url + "/nonce", "newAccount": a.url + "/account", "newOrder": a.url + "/order"})
	case "/account":
		a.says(w, http.StatusCreated, map[string]any{"status": "valid"})
	case "/order":
		a.says(w, http.StatusCreated, order)
	case "/finalize":
		a.signs(r)
		order["status"], order["certificate"] = "valid", a.url+"/certificate"
		w.Header().Set("Location", a.url+"/order/1")
		a.says(w, http.StatusOK, order)
	case "/certificate":
		w.Header().Set("Content-Type", "application/pem-certificate-chain")
		_, _ = w.Write(a.chain)
	}
}

func (a *authority) says(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		a.t.Error(err)
	}
}

// signs makes the certificate that a finalize request asks for.
func (a *authority) signs(r *http.Request) {
	var signed struct{ Payload string }
	var asked struct{ CSR string }
	if err := json.NewDecoder(r.Body).Decode(&signed); err != nil {
		a.t.Error(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(signed.Payload)
	if err == nil {
		err = json.Unmarshal(raw, &asked)
	}
	if err == nil {
		raw, err = base64.RawURLEncoding.DecodeString(asked.CSR)
	}
	if err != nil {
		a.t.Error(err)
	}
	csr, err := x509.ParseCertificateRequest(raw)
	if err != nil {
		a.t.Error(err)
		return
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: csr.DNSNames, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(23 * time.Hour)}
	if raw, err = x509.CreateCertificate(rand.Reader, leaf, a.cert, csr.PublicKey, a.key); err != nil {
		a.t.Error(err)
	}
	a.chain, a.gave = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), a.gave+1
}

// With a domain and an authority the server gets its certificate by itself, keeps it for the next start, and asks for
// none of a name that is not its own.
func TestCertificatesByACME(t *testing.T) {
	a := newAuthority(t)
	s := prepared(t, "serve", "--acme-domains", "foyer.test", "--acme-directory", a.url+"/directory", "--acme-email", "ops@foyer.test")
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	s.url = strings.Replace(s.url, "http:", "https:", 1)
	s.client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{ServerName: "foyer.test", RootCAs: roots, MinVersion: tls.VersionTLS12}, DisableKeepAlives: true,
	}}
	s.start(t)
	if line := <-s.line; line != "Foyer is at https://foyer.test" {
		t.Errorf("the server says %q", line)
	}
	stranger := &tls.Config{ServerName: "evil.test", RootCAs: roots, MinVersion: tls.VersionTLS12}
	if c, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), stranger); err == nil {
		_ = c.Close()
		t.Error("there is a certificate for a stranger's name")
	}
	kept := filepath.Join(s.data, "acme", "foyer.test")
	if info, err := os.Stat(kept); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the certificate is kept as %v, %v", info, err)
	}
	s.again(t)
	if a.gave != 1 {
		t.Errorf("%d certificates were asked for", a.gave)
	}
}
