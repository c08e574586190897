package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"testing"

	"foyer/designer/graph"
	"foyer/runtime/session"
)

// A secret stays for as long as a caller may come to it: through a flow that is pinned to an older version of the one
// that names it, and in a session that began on such a version.
func TestSecretInUseStays(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	s, w := filled(t)
	admin := logsInto(t, s, w.Admin)
	inner := admin.makes(t, "查询")
	var kept struct{ ID string }
	if status := admin.sends(t, http.MethodPost, "/admin/flows/"+inner+"/edit/secrets", map[string]string{"value": pa55}, &kept); status != http.StatusCreated {
		t.Fatalf("keeping the secret: %d", status)
	}
	wants := func(about string, status int) {
		t.Helper()
		if got, _ := admin.asks(t, http.MethodDelete, "/admin/flows/"+inner+"/edit/secrets/"+kept.ID, nil); got != status {
			t.Fatalf("deleting the secret, %s: %d, want %d", about, got, status)
		}
	}
	ask := map[string]any{
		"method": "POST", "url": c.URL + "/customers", "body": "{}",
		"headers": []any{map[string]any{"name": "Authorization", "kind": "secret", "secret": kept.ID}},
	}
	rev := admin.saves(t, inner, 1, through(graph.Node{ID: "ask", Kind: "http", Config: config(t, ask)}))
	admin.submits(t, "/admin/flows/"+inner+"/publish", url.Values{})
	outer := admin.makes(t, "主流程")
	menu := graph.Node{ID: "menu", Kind: "branch", Config: config(t, map[string]any{"prompt": "请选择", "options": []any{map[string]any{"id": "next", "keywords": []string{"查"}}}})}
	admin.saves(t, outer, 1, through(menu, graph.Node{ID: "enter", Kind: "subflow", Config: config(t, map[string]string{"flow": inner})}))
	admin.submits(t, "/admin/flows/"+outer+"/publish", url.Values{})
	w.IvrID = ivrOf(t, admin, outer)
	n, err := json.Number(rev).Int64()
	if err != nil {
		t.Fatal(err)
	}
	admin.saves(t, inner, int(n), through(graph.Node{ID: "m", Kind: "message", Config: config(t, map[string]string{"text": "请稍候"})}))
	admin.submits(t, "/admin/flows/"+inner+"/publish", url.Values{})
	wants("which a live flow is pinned to", http.StatusConflict)

	g := arrives(t, s, w)
	v := g.calls(w, "text", "")
	admin.submits(t, "/admin/flows/"+outer+"/publish", url.Values{}) // now with the inner flow's new version
	wants("which a session is on its way to", http.StatusConflict)
	g.must(http.StatusOK, "POST", "/sessions/"+v.SessionID+"/end", map[string]string{}, nil)
	g.until(v.SessionID, session.Ended)
	wants("which nobody comes to any more", http.StatusNoContent)
}

// makes makes a flow and gives its id.
func (c clerk) makes(t *testing.T, name string) string {
	t.Helper()
	ids := func() (all []string) {
		for _, m := range regexp.MustCompile(`/admin/flows/([0-9a-z_]+)/edit`).FindAllStringSubmatch(c.page(t, "/admin/flows"), -1) {
			all = append(all, m[1])
		}
		return all
	}
	before := ids()
	c.submits(t, "/admin/flows", url.Values{"name": {name}})
	for _, id := range ids() {
		if !slices.Contains(before, id) {
			return id
		}
	}
	t.Fatalf("%s is not listed", name)
	return ""
}

// ivrOf reads the ivrId of a flow from its drawing.
func ivrOf(t *testing.T, c clerk, id string) string {
	t.Helper()
	ivr := regexp.MustCompile(`\bf[0-9a-z]{15}\b`).FindString(c.page(t, "/admin/flows/"+id+"/edit"))
	if ivr == "" {
		t.Fatalf("flow %s shows no ivrId", id)
	}
	return ivr
}

// through leads from the start through some boxes, by the first way out of each, to the end.
func through(boxes ...graph.Node) graph.Graph {
	g := graph.Graph{Spec: graph.SpecVersion, Nodes: []graph.Node{{ID: "start", Kind: "start"}}}
	for _, box := range append(boxes, graph.Node{ID: "end", Kind: "end"}) {
		last := g.Nodes[len(g.Nodes)-1]
		port := graph.Port("next") // also of the menu's option in these tests
		if last.Kind == "subflow" {
			port = "done"
		}
		box.X = last.X + 300
		g.Nodes = append(g.Nodes, box)
		g.Edges = append(g.Edges, graph.Edge{ID: "e" + graph.EdgeID(box.ID), From: last.ID, Port: port, To: box.ID})
	}
	return g
}

// config writes a box's config.
func config(t *testing.T, c any) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
