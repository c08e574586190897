package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"foyer/designer/graph"
	"foyer/runtime/session"
)

// pa55 is a secret that must be found nowhere but in the request.
const pa55 = "Bearer pa55-that-nobody-sees"

// crm is somebody else's system, which answers a request once it is told to.
type crm struct {
	*httptest.Server
	asked  chan http.Header
	answer chan string
	closed chan struct{}
}

func newCRM(t *testing.T) *crm {
	c := &crm{asked: make(chan http.Header, 10), answer: make(chan string), closed: make(chan struct{})}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then a caller who hangs up is noticed
		c.asked <- r.Header.Clone()
		select {
		case name := <-c.answer:
			_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]string{"name": name}})
		case <-r.Context().Done():
		case <-c.closed:
		}
	}))
	t.Cleanup(func() { close(c.closed); c.Close() })
	return c
}

// next waits for the next request.
func (c *crm) next(t *testing.T) http.Header {
	t.Helper()
	select {
	case h := <-c.asked:
		return h
	case <-time.After(30 * time.Second):
		t.Fatal("the service was not asked")
		return nil
	}
}

// asking publishes the demo's flow with a box before the menu that asks the service under a secret, and gives its ivrId.
func (c *crm) asking(t *testing.T, s *server, w wayIn) string {
	t.Helper()
	ivr, admin := drawn(t, s, w), logsInto(t, s, w.Admin)
	var id string
	for _, m := range regexp.MustCompile(`/admin/flows/([0-9a-z_]+)/edit`).FindAllStringSubmatch(admin.page(t, "/admin/flows"), -1) {
		if strings.Contains(admin.page(t, m[0]), "没有发布") {
			id = m[1]
		}
	}
	var kept struct{ ID string }
	if status := admin.sends(t, http.MethodPost, "/admin/flows/"+id+"/edit/secrets", map[string]string{"value": pa55}, &kept); status != http.StatusCreated {
		t.Fatalf("keeping the secret: %d", status)
	}
	config := func(c any) json.RawMessage {
		raw, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	rev := admin.saves(t, id, 1, graph.Graph{
		Spec: graph.SpecVersion, Vars: []graph.Variable{{Name: "name", Type: graph.TextType}},
		Nodes: []graph.Node{
			{ID: "start", Kind: "start", Config: config(map[string]any{})},
			{ID: "ask", Kind: "http", X: 300, Config: config(map[string]any{
				"method": "POST", "url": c.URL + "/customers", "body": `{"who":"${caller.id}"}`, "timeout": 30,
				"headers": []any{map[string]any{"name": "Authorization", "kind": "secret", "secret": kept.ID}},
				"answers": []any{map[string]any{"path": "data.name", "variable": "name", "default": "贵宾"}},
			})},
			{ID: "menu", Kind: "branch", X: 600, Config: config(map[string]any{
				"prompt": "${name}，请选择", "options": []any{map[string]any{"id": "a", "keywords": []string{"再见"}}},
			})},
			{ID: "end", Kind: "end", X: 900, Config: config(map[string]any{"idleSeconds": 300})},
		},
		Edges: []graph.Edge{
			{ID: "e1", From: "start", Port: "next", To: "ask"}, {ID: "e2", From: "ask", Port: "next", To: "menu"}, {ID: "e3", From: "menu", Port: "a", To: "end"},
		},
	})
	admin.submits(t, "/admin/flows/"+id+"/edit/publish", url.Values{"rev": {rev}})
	for _, page := range []string{"/admin/flows/" + id + "/edit", "/admin/flows/" + id + "/edit/versions/1"} {
		if strings.Contains(admin.page(t, page), "pa55") {
			t.Errorf("%s shows the secret", page)
		}
	}
	return ivr
}

// sends asks for JSON as the canvas does.
func (c clerk) sends(t *testing.T, method, path string, body, out any) int {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(method, c.s.url+path, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range c.cookies {
		r.AddCookie(cookie)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := browsing(nil).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if raw, err = io.ReadAll(answer.Body); err != nil || json.Unmarshal(raw, out) != nil {
		t.Fatalf("%s %s: %d %s", method, path, answer.StatusCode, raw)
	}
	return answer.StatusCode
}

// prompted waits until the caller is asked something.
func (g guest) prompted(id string) session.View {
	g.t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		if v := g.sees(id); v.Menu != nil || time.Now().After(end) {
			return v
		}
	}
}

// The process is killed while a service is asked: the next one asks again under the same key, and the caller goes on
// with the answer. The secret is in the request, and neither in the log nor in the data folder.
func TestTroublePowerCutWhileAskingAService(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	s := startServer(t, "demo", "--json", "--fetch-allow", "127.0.0.1")
	w := s.wayIn(t)
	w.IvrID = c.asking(t, s, w)
	g := arrives(t, s, w)
	v := g.calls(w, "text", "")
	if v.State != session.Routing || v.Menu != nil {
		t.Errorf("meanwhile the caller sees %+v", v)
	}
	first := c.next(t)
	if first.Get("Authorization") != pa55 || first.Get("X-Foyer-Session") != v.SessionID {
		t.Errorf("asked with %v", first)
	}
	s.again(t)
	if second := c.next(t); second.Get("Idempotency-Key") != first.Get("Idempotency-Key") || second.Get("Authorization") != pa55 {
		t.Errorf("asked again with %v", second)
	}
	c.answer <- "张敏"
	if v := g.prompted(v.SessionID); v.Prompt != "张敏，请选择" {
		t.Errorf("then %+v", v)
	}
	s.stop(t)
	if strings.Contains(s.log.String(), "pa55") {
		t.Error("the secret is in the log")
	}
	err := filepath.WalkDir(s.data, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(name)
		if bytes.Contains(raw, []byte("pa55")) {
			t.Errorf("the secret is in %s", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(filepath.Join(s.data, "secret.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file: %v, %v", info, err)
	}
}

// Without the operator's word a flow reaches nothing on this machine; the caller goes on with the defaults.
func TestTroubleServiceInside(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	s, w := filled(t)
	w.IvrID = c.asking(t, s, w)
	g := arrives(t, s, w)
	if v := g.prompted(g.calls(w, "text", "").SessionID); v.Prompt != "贵宾，请选择" {
		t.Errorf("the caller sees %+v", v)
	}
	if len(c.asked) != 0 {
		t.Error("the service was reached")
	}
}
