package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes/standard"
)

// A flow that would leave callers standing is refused at publishing, with each box named; it stays unpublished, and the
// drawing stays as it was left.
func TestTroubleAtPublishing(t *testing.T) {
	s, w := filled(t)
	draft := drawn(t, s, w)
	admin := logsInto(t, s, w.Admin)
	var id string
	for _, m := range regexp.MustCompile(`/admin/flows/([0-9a-z_]+)/edit`).FindAllStringSubmatch(admin.page(t, "/admin/flows"), -1) {
		if strings.Contains(admin.page(t, m[0]), "没有发布") {
			id = m[1]
		}
	}
	g := standard.ExampleFlow("grp_gone", "grp_gone")
	g.Nodes = append(g.Nodes,
		graph.Node{ID: "m1", Kind: "message", Title: "绕圈甲", Config: json.RawMessage(`{"text":"请稍候"}`)},
		graph.Node{ID: "m2", Kind: "message", Title: "绕圈乙", Config: json.RawMessage(`{"text":"请稍候"}`)})
	g.Edges = append(g.Edges[1:], // nothing follows the start
		graph.Edge{ID: "c1", From: "m1", Port: "next", To: "m2"}, graph.Edge{ID: "c2", From: "m2", Port: "next", To: "m1"})
	rev := admin.saves(t, id, 1, g)

	status, said := admin.asks(t, http.MethodPost, "/admin/flows/"+id+"/edit/publish", url.Values{"rev": {rev}})
	for _, words := range []string{"开始", "没有连接下一步", "售前", "售后", "技能组", "环：", "绕圈甲"} {
		if status != http.StatusOK || !strings.Contains(said, words) {
			t.Errorf("publishing (%d) does not say %q:\n%s", status, words, said)
		}
	}
	if p := arrives(t, s, w).must(http.StatusConflict, "GET", "/flows/"+draft+"/menu", nil, nil); p.Code != "flow.notPublished" {
		t.Errorf("afterwards the menu says %+v", p)
	}
	if page := admin.page(t, "/admin/flows/"+id+"/edit"); !strings.Contains(page, "绕圈乙") {
		t.Error("the drawing was lost")
	}
}

// saves stores a draft as the canvas does and gives its revision.
func (c clerk) saves(t *testing.T, id string, rev int, g graph.Graph) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"rev": rev, "graph": g})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPut, c.s.url+"/admin/flows/"+id+"/edit/draft", bytes.NewReader(raw))
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
	var saved struct{ Rev json.Number }
	if err := json.NewDecoder(answer.Body).Decode(&saved); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("saving revision %d: %d, %v, %+v", rev, answer.StatusCode, err, saved)
	}
	return saved.Rev.String()
}
