package graph_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "foyer/designer/graph"
)

func TestDiff(t *testing.T) {
	base := func() Graph {
		g := draw("s:start m:menu p:pass e:end s.next>m m.a>p p.next>e")
		g.Nodes[1].Config = json.RawMessage(`{"prompt":"hi","n":1}`)
		return g
	}
	for name, c := range map[string]struct {
		change func(*Graph)
		want   []Change
	}{
		"nothing": {func(*Graph) {}, nil},
		"order and spaces": {func(g *Graph) {
			g.Nodes[0], g.Nodes[3] = g.Nodes[3], g.Nodes[0]
			g.Edges[0], g.Edges[1] = g.Edges[1], g.Edges[0]
			g.Nodes[1].Config = json.RawMessage(`{ "n": 1, "prompt": "hi" }`)
		}, nil},
		"a line drawn again": {func(g *Graph) { g.Edges[0].ID = "new" }, nil},
		"moved":              {func(g *Graph) { g.Nodes[2].X = 9 }, []Change{{Kind: Moved, Node: "p"}}},
		"titled and changed": {func(g *Graph) {
			g.Nodes[1].Title = "t"
			g.Nodes[1].Config = json.RawMessage(`{"prompt":"ho","n":1,"more":[]}`)
			g.Nodes[1].Y = 3
		}, []Change{{Kind: Changed, Node: "m", Fields: []string{"title", "more", "prompt"}}, {Kind: Moved, Node: "m"}}},
		"another kind": {func(g *Graph) { g.Nodes[2].Kind = "lone" }, []Change{{Kind: Changed, Node: "p", Fields: []string{"kind"}}}},
		"added": {func(g *Graph) {
			g.Nodes = append(g.Nodes, Node{ID: "x", Kind: "end"})
			g.Edges = append(g.Edges, Edge{ID: "e9", From: "m", Port: "late", To: "x"})
		}, []Change{{Kind: Added, Node: "x"}, {Kind: Added, Node: "m", Port: "late", Edge: "e9", To: "x"}}},
		"removed": {func(g *Graph) {
			g.Nodes = append(g.Nodes[:2], g.Nodes[3])
			g.Edges = g.Edges[:1]
		}, []Change{
			{Kind: Removed, Node: "p"},
			{Kind: Removed, Node: "m", Port: "a", Edge: "e2", From: "p"},
			{Kind: Removed, Node: "p", Port: "next", Edge: "e3", From: "e"},
		}},
		"led elsewhere": {func(g *Graph) { g.Edges[1] = Edge{ID: "n", From: "m", Port: "a", To: "e"} },
			[]Change{{Kind: Changed, Node: "m", Port: "a", Edge: "n", From: "p", To: "e"}}},
		"variables": {func(g *Graph) {
			g.Vars = []Variable{{Name: "new", Type: TextType}, {Name: "kept", Type: FlagType}, {Name: "n", Type: NumberType, Default: "3", Secret: true}}
		}, []Change{{Kind: Added, Var: "kept"}, {Kind: Added, Var: "n"}, {Kind: Added, Var: "new"}}},
		"a config that is no object": {func(g *Graph) { g.Nodes[2].Config = json.RawMessage(`[1]`) },
			[]Change{{Kind: Changed, Node: "p", Fields: []string{"config"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			after := base()
			c.change(&after)
			if diff := cmp.Diff(c.want, Diff(base(), after)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestDiffOfVariables(t *testing.T) {
	a := Graph{Vars: []Variable{{Name: "n", Type: NumberType}, {Name: "gone", Type: TextType}, {Name: "same", About: "x"}}}
	b := Graph{Vars: []Variable{{Name: "same", About: "x"}, {Name: "n", Type: TextType, Default: "3", Secret: true, About: "y"}}}
	want := []Change{{Kind: Removed, Var: "gone"}, {Kind: Changed, Var: "n", Fields: []string{"type", "default", "secret", "about"}}}
	if diff := cmp.Diff(want, Diff(a, b)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
