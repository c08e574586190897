package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
)

// declared are the variables of these tests.
func declared() []graph.Variable {
	return []graph.Variable{
		{Name: "name", Type: graph.TextType, Default: "客人"}, {Name: "age", Type: graph.NumberType},
		{Name: "vip", Type: graph.FlagType, Default: "true"}, {Name: "card", Type: graph.TextType, Secret: true},
	}
}

// Variables are changed by their types, shown in the trace, and kept; what is secret or not declared is not shown.
func TestVariables(t *testing.T) {
	g := draw("s:start a:sets m:keeps e:end s.next>a a.next>m m.next>e")
	g.Vars = declared()
	p := programOf(t, g, "", nil)
	s, events, err := engine.Advance(p, engine.State{}, nil, at)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"age": 30.0, "card": "6222"}, s.Vars); diff != "" {
		t.Errorf("kept (-want +got)\n%s", diff)
	}
	i := len(events) - 4
	if diff := cmp.Diff(map[string]any{"age": 30.0, "card": engine.Masked}, events[i].Set); events[i].Kind != engine.Changed || diff != "" {
		t.Errorf("shown %+v\n%s", kinds(events), diff)
	}
	s, events, err = engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Choice, Text: "6222"}, at)
	if err != nil || !s.Over {
		t.Fatalf("%+v %v", s, err)
	}
	if got := events[0]; got.Kind != engine.Got || got.Input.Text != engine.Masked {
		t.Errorf("what was typed into a secret is on record: %+v", got)
	}
}

// More than MaxVars bytes of variables stop the walk.
func TestTooMuch(t *testing.T) {
	g := draw("s:start a:fills e:end s.next>a a.next>e")
	g.Vars = declared()
	s, _, err := engine.Advance(programOf(t, g, "", nil), engine.State{}, nil, at)
	if err != nil || s.Broken != engine.ReasonBig {
		t.Errorf("%+v %v", s, err)
	}
}

// What expressions may know is that of the moment; a name without a value has its default.
func TestNames(t *testing.T) {
	m := engine.Moment{
		Now: time.Date(2026, 11, 22, 9, 5, 0, 0, time.FixedZone("", 8*3600)), Session: "ses_1",
		Caller: engine.Caller{ID: "v1", Nickname: "小明", Channel: "web", Media: "video"},
		Group:  func(id string) engine.Group { return engine.Group{Length: len(id), Wait: -1, Ready: 3} },
	}
	g := draw("s:start a:tells e:end s.next>a a.next>e")
	g.Vars = declared()
	for i := range g.Nodes {
		if g.Nodes[i].ID == "a" {
			g.Nodes[i].Config = []byte(`{"group":"g1"}`)
		}
	}
	_, events, err := engine.Advance(programOf(t, g, "", nil), engine.State{Staff: "8001", Vars: map[string]any{"age": 7.0, "vip": "no flag"}}, nil, m)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"客人 7 true", "8001 ses_1 v1 小明 web video", "2 -1 3", "true", "2026-11-22 09:05 9 7",
	}, " | ")
	for _, e := range events {
		if e.Kind == engine.Said && e.Text != want {
			t.Errorf("got  %s\nwant %s", e.Text, want)
		}
	}
	if len(events) != 7 {
		t.Errorf("events %v", kinds(events))
	}
}

// A menu is shown in advance only when nothing on the way to it, and nothing in it, depends on who comes or when.
func TestMenuInAdvance(t *testing.T) {
	menu := func(prompt string) graph.Graph {
		g := draw("s:start m:branch e:end s.next>m m.a>e m.b>e")
		g.Vars = declared()
		g.Nodes[1].Config = []byte(`{"prompt":"` + prompt + `","options":[{"id":"a","keywords":["1"]},{"id":"b","keywords":["2"]}]}`)
		return g
	}
	for prompt, ok := range map[string]bool{"请选择": true, "${name}，请选择": true, "${caller.nickname}，请选择": false, "现在是 ${clock.time}": false} {
		if _, _, got := programOf(t, menu(prompt), "", nil).Menu(); got != ok {
			t.Errorf("%s: %v", prompt, got)
		}
	}
	g := menu("请选择")
	g.Nodes = append(g.Nodes, graph.Node{ID: "x", Kind: "pass"})
	g.Edges[0].To = "x"
	g.Edges = append(g.Edges, graph.Edge{ID: "x", From: "x", Port: "next", To: "m"})
	if _, _, ok := programOf(t, g, "", nil).Menu(); ok {
		t.Error("a menu behind a node that may go elsewhere is shown in advance")
	}
}
