package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"foyer/runtime/session"
)

// reads gets a page and gives its status and text.
func reads(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(raw)
}

// readiness is what /readyz says.
func (s *server) readiness(t *testing.T) (status int, reasons map[string]string) {
	t.Helper()
	status, raw := reads(t, s.url+"/readyz")
	var said struct {
		Ready   bool
		Reasons map[string]string
	}
	if err := json.Unmarshal([]byte(raw), &said); err != nil || said.Ready != (status == http.StatusOK) {
		t.Fatalf("/readyz says %d %s", status, raw)
	}
	return status, said.Reasons
}

// The schema of flow documents is served to everybody, the gallery of the designers only by a server that was asked for it.
func TestPublicPaths(t *testing.T) {
	s := startServer(t, "serve")
	r, err := http.Get(s.url + "/schemas/flow-2.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	got, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../../docs/schemas/flow-2.json")
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "application/schema+json" || string(got) != strings.TrimSpace(string(want)) {
		t.Errorf("%d %s, %d bytes of %d", r.StatusCode, r.Header.Get("Content-Type"), len(got), len(want))
	}
	for _, path := range []string{"/kit", "/kit/"} {
		if status, _ := reads(t, s.url+path); status != http.StatusNotFound {
			t.Errorf("%s is there without --dev: %d", path, status)
		}
	}
}

// Metrics and profiles are on the listener of the operators and nowhere else.
func TestOperatorsListener(t *testing.T) {
	ops := freeAddr(t, "tcp")
	s := startServer(t, "demo", "--json", "--ops-addr", ops)
	w := s.wayIn(t)
	works(t, s, w.Agents[0])
	g := arrives(t, s, w)
	g.until(g.calls(w, "text", g.options(w)[0]).SessionID, session.Offered)

	if status, text := reads(t, s.url+"/livez"); status != http.StatusOK || text != "ok\n" {
		t.Errorf("/livez: %d %q", status, text)
	}
	status, metrics := reads(t, "http://"+ops+"/metrics")
	for _, line := range []string{"foyer_sessions 1\n", "foyer_queued 1\n", "foyer_calls 0\n", `foyer_offers_total{state="pending"} 1`, `foyer_http_seconds_count{route="/api/v1/sessions",status="201"} 1`, "go_goroutines "} {
		if status != http.StatusOK || !strings.Contains(metrics, line) {
			t.Errorf("/metrics (%d) does not say %q", status, line)
		}
	}
	if strings.Contains(metrics, w.IvrID) {
		t.Error("the metrics hold addresses instead of routes")
	}
	if status, _ := reads(t, "http://"+ops+"/debug/pprof/goroutine?debug=1"); status != http.StatusOK {
		t.Errorf("profiles: %d", status)
	}
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap"} {
		if status, _ := reads(t, s.url+path); status != http.StatusNotFound {
			t.Errorf("%s is public: %d", path, status)
		}
	}
	for _, path := range []string{"/livez", "/login", "/"} {
		if status, _ := reads(t, "http://"+ops+path); status != http.StatusNotFound {
			t.Errorf("the operators' listener answers %s with %d", path, status)
		}
	}
}

// A server that is told to stop says so to load balancers for as long as it was asked, takes work meanwhile, finishes
// the request it is at, says bye on its sockets, and keeps everything for the next start.
func TestGracefulStop(t *testing.T) {
	s := startServer(t, "demo", "--json", "--drain", "6s")
	w := s.wayIn(t)
	d, g := works(t, s, w.Agents[0]), arrives(t, s, w)
	v := g.calls(w, "text", g.options(w)[0])
	d.commands("offer.accept", map[string]string{"offerId": d.rung(v.SessionID)})
	g.until(v.SessionID, session.Connected)
	heard := g.listens(v.SessionID)
	g.posts(v.SessionID, "before")

	body, write := io.Pipe()
	sent := make(chan int, 1)
	go func() {
		r, err := http.NewRequest("POST", s.url+"/api/v1/sessions/"+v.SessionID+"/messages", body)
		if err != nil {
			sent <- 0
			return
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+g.token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Error(err)
			sent <- 0
			return
		}
		_ = answer.Body.Close()
		sent <- answer.StatusCode
	}()
	if _, err := io.WriteString(write, `{"clientMessageId":"late","kind":"text",`); err != nil {
		t.Fatal(err)
	}
	s.asksToStop(t)
	s.drains(t)
	g.posts(v.SessionID, "while it drains")
	heard.find("bye", func(f frame) bool { return f.Type == "bye" })
	if _, err := io.WriteString(write, `"text":"late"}`); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	if status := <-sent; status != http.StatusOK {
		t.Errorf("the request that was under way was answered %d", status)
	}
	s.stop(t)
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the process ended with %d", code)
	}

	s.start(t)
	var list struct{ Messages []struct{ Text string } }
	g.must(http.StatusOK, "GET", "/sessions/"+v.SessionID+"/messages?after=0", nil, &list)
	var said []string
	for _, m := range list.Messages {
		said = append(said, m.Text)
	}
	if got := strings.Join(said, "|"); !strings.HasSuffix(got, "before|while it drains|late") || g.sees(v.SessionID).State != session.Connected {
		t.Errorf("after the restart the chat is %s", got)
	}
}

// drains waits until /readyz says that the server stops.
func (s *server) drains(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if status, why := s.readiness(t); status == http.StatusServiceUnavailable && why["draining"] != "" {
			return
		}
	}
	t.Error("/readyz never said that the server stops")
}
