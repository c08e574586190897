package main

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"foyer/designer/graph"
)

// A secret is not spoken two flows further in either: whoever publishes the outer flow is told, for as long as the one
// between is pinned to a version that would say it.
func TestSecretIsKeptTwoFlowsDown(t *testing.T) {
	t.Parallel()
	s, w := filled(t)
	admin := logsInto(t, s, w.Admin)
	inner, middle, outer := admin.makes(t, "内"), admin.makes(t, "中"), admin.makes(t, "外")
	phone := graph.Variable{Name: "phone", Type: graph.TextType}
	enter := func(id string) graph.Node {
		return graph.Node{ID: "enter", Kind: "subflow", Config: config(t, map[string]string{"flow": id})}
	}
	publishes := func(id string, rev int, g graph.Graph, vars ...graph.Variable) int {
		t.Helper()
		g.Vars = vars
		n, err := json.Number(admin.saves(t, id, rev, g)).Int64()
		if err != nil {
			t.Fatal(err)
		}
		admin.submits(t, "/admin/flows/"+id+"/publish", url.Values{})
		return int(n)
	}
	rev := publishes(inner, 1, through(graph.Node{ID: "say", Kind: "message", Config: config(t, map[string]string{"text": "号码 ${phone}"})}), phone)
	publishes(middle, 1, through(enter(inner)))
	secret := phone
	secret.Secret = true
	g := through(enter(middle))
	g.Vars = []graph.Variable{secret}
	admin.saves(t, outer, 1, g)
	ivr := ivrOf(t, admin, outer)
	found := func(about string, want bool) {
		t.Helper()
		out, errs, _ := types(t, "", "flow", "check", ivr+"@draft", "--data", s.data, "--lang", "en")
		if strings.Contains(out, "the variable phone is secret") != want {
			t.Errorf("%s: %s%s", about, out, errs)
		}
	}
	found("spoken two flows down", true)
	admin.submits(t, "/admin/flows/"+outer+"/publish", url.Values{})
	if out, _, err := types(t, "", "flow", "export", ivr, "--version", "1", "--data", s.data); err == nil {
		t.Errorf("published all the same: %s", out)
	}
	publishes(inner, rev, through(graph.Node{ID: "say", Kind: "message", Config: config(t, map[string]string{"text": "已记下"})}), secret)
	found("the flow between enters the older version", true)
	admin.submits(t, "/admin/flows/"+middle+"/publish", url.Values{})
	found("mended on the way", false)
}
