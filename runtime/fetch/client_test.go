package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foyer/nodes"
)

// talk is a client that may ask this machine, and what it logs.
type talk struct {
	*Client
	mu  sync.Mutex
	log bytes.Buffer
}

func (k *talk) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.log.Write(p)
}

func newTalk(t *testing.T, allowed ...string) *talk {
	t.Helper()
	allow, err := ParseAllow(allowed)
	if err != nil {
		t.Fatal(err)
	}
	k := &talk{}
	secrets := func(_ context.Context, id string) (string, error) {
		if id != "sec_1" {
			return "", errors.New("no such secret")
		}
		return "Bearer pa55word", nil
	}
	k.Client = NewClient(allow, secrets, "Foyer", slog.New(slog.NewTextHandler(k, nil)))
	return k
}

// serve starts a web service on this machine.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func get(url string) Request {
	return Request{Session: "ses_1", Wait: 3, Fetch: nodes.Fetch{Method: "GET", URL: url, Timeout: 20 * time.Second, Tries: 1}}
}

func TestTry(t *testing.T) {
	var got *http.Request
	var sent string
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		got, sent = r, string(raw)
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		w.WriteHeader(201)
		io.WriteString(w, "\ufeff {\"name\":\"张敏\"}\n")
	})
	k := newTalk(t, "127.0.0.1")
	r := get(url + "/v1/x?a=%26")
	r.Fetch.Method, r.Fetch.Body = "POST", `{"a":1}`
	r.Fetch.Headers = []nodes.Header{{Name: "Authorization", Secret: "sec_1"}, {Name: "X-A", Value: "é"}, {Name: "Content-Type", Value: "application/vnd.api+json"}}
	for range 2 {
		reply := k.Try(t.Context(), r)
		if reply.Status != 201 || string(reply.Body) != `{"name":"张敏"}` || reply.Fault != "" {
			t.Fatalf("%+v", reply)
		}
	}
	want := map[string]string{
		"Authorization": "Bearer pa55word", "X-A": "é", "Content-Type": "application/vnd.api+json", "Idempotency-Key": "ses_1-3",
		"X-Foyer-Session": "ses_1", "User-Agent": "Foyer", "Accept": "application/json", "Cookie": "",
	}
	for name, value := range want {
		if got.Header.Get(name) != value {
			t.Errorf("%s: %q", name, got.Header.Get(name))
		}
	}
	if sent != `{"a":1}` || got.Method != "POST" || got.URL.RequestURI() != "/v1/x?a=%26" {
		t.Errorf("%s %s %s", got.Method, got.URL, sent)
	}
	if reply := k.Try(t.Context(), get(url)); reply.Status != 201 || sent != "" || got.Header.Get("Content-Type") != "" {
		t.Errorf("a GET: %+v, %q", reply, sent)
	}
}

// What a service answers badly is a fault, in bounded time and memory.
func TestFaults(t *testing.T) {
	bomb := bytes.Buffer{}
	z := gzip.NewWriter(&bomb)
	for range 64 {
		z.Write(make([]byte, 1<<20))
	}
	z.Close()
	hold := make(chan struct{})
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow":
			<-hold
		case "/drip":
			w.(http.Flusher).Flush()
			<-hold
		case "/huge":
			io.WriteString(w, `"`+strings.Repeat("x", MaxAnswer)+`"`)
		case "/fits":
			io.WriteString(w, `"`+strings.Repeat("x", MaxAnswer-2)+`"`)
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(bomb.Bytes())
		case "/headers":
			w.Header().Set("X", strings.Repeat("x", maxHeaders))
		case "/text":
			io.WriteString(w, "<html>")
		case "/half":
			io.WriteString(w, `{"a":`)
		case "/cut":
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, `{}`)
		case "/latin":
			io.WriteString(w, "{\"a\":\"\xe9\"}")
		case "/away":
			http.Redirect(w, r, "/fits", http.StatusFound)
		case "/empty":
			w.WriteHeader(204)
		case "/down":
			w.WriteHeader(503)
			io.WriteString(w, `{"why":"night"}`)
		}
	})
	defer close(hold)
	k := newTalk(t, "127.0.0.0/8")
	for path, want := range map[string]nodes.Reply{
		"/slow": {Fault: "timeout"}, "/drip": {Status: 200, Fault: "timeout"}, "/huge": {Status: 200, Fault: "large"}, "/bomb": {Status: 200, Fault: "large"},
		"/headers": {Fault: "network"}, "/text": {Status: 200, Fault: "json"}, "/half": {Status: 200, Fault: "json"}, "/cut": {Status: 200, Fault: "network"},
		"/away": {Status: 302, Fault: "json"}, "/empty": {Status: 204}, "/latin": {Status: 200}, "/fits": {Status: 200}, "/down": {Status: 503},
	} {
		r := get(url + path)
		switch path {
		case "/slow":
			r.Fetch.Timeout = 50 * time.Millisecond
		case "/drip": // its headers must come in time, on a busy machine too
			r.Fetch.Timeout = 2 * time.Second
		}
		got := k.Try(t.Context(), r)
		if got.Status != want.Status || got.Fault != want.Fault {
			t.Errorf("%s: status %d, fault %q", path, got.Status, got.Fault)
		}
		switch path {
		case "/latin":
			if string(got.Body) != "{\"a\":\"\ufffd\"}" {
				t.Errorf("%s: %q", path, got.Body)
			}
		case "/down":
			if string(got.Body) != `{"why":"night"}` {
				t.Errorf("%s: %q", path, got.Body)
			}
		}
	}
	r := get(url + "/fits")
	r.Fetch.Method, r.Fetch.Body = "POST", strings.Repeat(" ", maxBody+1)
	if got := k.Try(t.Context(), r); got.Fault != "large" || got.Status != 0 {
		t.Errorf("a huge body: %+v", got)
	}
}

// Without a word from the operator nothing on this machine or in its network is reached, however it is written.
func TestRefused(t *testing.T) {
	var reached atomic.Int32
	url := serve(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	port := url[strings.LastIndex(url, ":"):]
	k := newTalk(t)
	for _, host := range []string{"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "017700000001", "0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.0.0.1."} {
		reply := k.Try(t.Context(), get("http://"+host+port+"/"))
		if reply.Status != 0 || reply.Fault != "refused" && reply.Fault != "network" {
			t.Errorf("%s: %+v", host, reply)
		}
	}
	if reached.Load() != 0 {
		t.Error("the service was reached")
	}
	for _, bad := range []string{"ftp://127.0.0.1" + port, "file:///etc/passwd", "http://me:pa55@127.0.0.1" + port, "://", "http://a b/"} {
		if reply := newTalk(t, "127.0.0.1").Try(t.Context(), get(bad)); reply.Fault != "refused" && reply.Fault != "network" || reply.Status != 0 {
			t.Errorf("%s: %+v", bad, reply)
		}
	}
	if reply := newTalk(t, "localhost").Try(t.Context(), get("http://localhost"+port)); reply.Status != 200 {
		t.Errorf("a host that is allowed by name: %+v", reply)
	}
	if reply := newTalk(t, "localhost").Try(t.Context(), get("http://127.0.0.1"+port)); reply.Fault != "refused" {
		t.Errorf("its address by number: %+v", reply)
	}
}

// A redirect into the own network leads nowhere, also where the first host may be asked.
func TestRedirects(t *testing.T) {
	var reached atomic.Int32
	inner := serve(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	outer := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inner, http.StatusTemporaryRedirect) })
	reply := newTalk(t, "127.0.0.1").Try(t.Context(), get(outer))
	if reply.Status != 307 || reached.Load() != 0 {
		t.Errorf("%+v, reached %d times", reply, reached.Load())
	}
}

func TestTLSIsVerified(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the service was asked") }))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	defer s.Close()
	k := newTalk(t, "127.0.0.1")
	if reply := k.Try(t.Context(), get(s.URL)); reply.Fault != "network" {
		t.Errorf("%+v", reply)
	}
	if !strings.Contains(k.log.String(), "certificate") {
		t.Errorf("the log does not say why: %s", k.log.String())
	}
	if k.http.Transport.(*http.Transport).Proxy != nil {
		t.Error("a proxy of the environment would be taken")
	}
}

// No secret comes into a reply or a log: not the header's, not what stands in address and body.
func TestSecretsStaySecret(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"you sent":"`+r.Header.Get("Authorization")+`"}`)
	})
	k := newTalk(t, "127.0.0.1")
	r := get(url + "/?card=6222")
	r.Fetch.Headers = []nodes.Header{{Name: "Authorization", Secret: "sec_1"}}
	if reply := k.Try(t.Context(), r); string(reply.Body) != `{"you sent":"•••"}` {
		t.Errorf("%s", reply.Body)
	}
	r.Fetch.Headers[0].Secret = "sec_9"
	if reply := k.Try(t.Context(), r); reply.Fault != "refused" || !strings.Contains(k.log.String(), "no such secret") {
		t.Errorf("a secret that is gone: %+v", reply)
	}
	r.Fetch.Headers[0].Secret = "sec_1"
	for _, bad := range []string{"http://127.0.0.1:1/?card=6222", "http://[::1]/?card=6222", "http://\x00/?card=6222"} {
		r.Fetch.URL = bad
		k.Try(t.Context(), r)
	}
	if log := k.log.String(); strings.Contains(log, "6222") || strings.Contains(log, "pa55") || !strings.Contains(log, "host=127.0.0.1:1 fault=network") {
		t.Errorf("logged: %s", log)
	}
}
