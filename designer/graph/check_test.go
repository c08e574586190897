package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "foyer/designer/graph"
)

// toys are kinds enough to break every rule: start, menu (waits; a, b and an optional late), pass (does not wait),
// lone (at most one), end.
type toys struct{}

func (toys) Trait(kind string) (Trait, bool) {
	t, ok := map[string]Trait{
		"start": {Entry: true, Single: true}, "menu": {Wait: true}, "pass": {}, "fork": {}, "lone": {Single: true}, "end": {},
	}[kind]
	return t, ok
}

func (toys) Exits(n Node) []Exit {
	switch n.Kind {
	case "start", "pass", "lone":
		return []Exit{{Port: "next", Label: "key:next"}}
	case "fork":
		return []Exit{{Port: "a", Label: "A"}, {Port: "b", Label: "B"}}
	case "menu":
		return []Exit{{Port: "a", Label: "A"}, {Port: "late", Label: "late", Optional: true}}
	}
	return nil
}

// draw reads a graph from words: "name:kind" is a node, "from.port>to" an edge with the id "e<n>".
func draw(words string) Graph {
	g := Graph{Spec: SpecVersion}
	for _, w := range strings.Fields(words) {
		if from, to, ok := strings.Cut(w, ">"); ok {
			node, port, _ := strings.Cut(from, ".")
			g.Edges = append(g.Edges, Edge{ID: EdgeID(fmt.Sprint("e", len(g.Edges)+1)), From: NodeID(node), Port: Port(port), To: NodeID(to)})
			continue
		}
		id, kind, _ := strings.Cut(w, ":")
		g.Nodes = append(g.Nodes, Node{ID: NodeID(id), Kind: kind})
	}
	return g
}

// brief writes an issue as "level code node edge port".
func brief(issues []Issue) (out []string) {
	for _, i := range issues {
		out = append(out, strings.Join(strings.Fields(fmt.Sprint(i.Level, " ", i.Code, " ", i.Node, " ", i.Edge, " ", i.Port)), " "))
	}
	return out
}

func TestCheck(t *testing.T) {
	const whole = "s:start m:menu e:end s.next>m m.a>e m.late>e "
	for name, c := range map[string]struct {
		draw string
		want []string
	}{
		"nothing wrong":      {whole, nil},
		"empty":              {"", []string{"error graph.noStart", "error graph.noEnd"}},
		"fresh":              {"s:start e:end", []string{"error graph.deadEnd s next", "warning graph.unreachable e"}},
		"two starts":         {whole + "t:start t.next>m", []string{"error graph.manyStarts t"}},
		"no start":           {"m:menu e:end m.a>e m.late>e", []string{"error graph.noStart"}},
		"no end":             {"s:start m:menu s.next>m m.late>m2 m2:menu m.a>m2 m2.a>m m2.late>m", []string{"error graph.noEnd"}},
		"two of a lone kind": {"s:start l:lone k:lone e:end s.next>l l.next>k k.next>e", []string{"error graph.single k"}},
		"unknown kind":       {"s:start x:robot e:end s.next>x x.any>e", []string{"error graph.unknownKind x"}},
		"unwired optional":   {"s:start m:menu e:end s.next>m m.a>e", []string{"warning graph.unwired m late"}},
		"unwired required":   {"s:start m:menu e:end s.next>m m.late>e", []string{"error graph.deadEnd m a"}},
		"unreachable":        {whole + "p:pass p.next>e", []string{"warning graph.unreachable p"}},
		"node twice":         {whole + "m:menu", []string{"error graph.twiceNode m"}},
		"edge into start":    {"s:start m:menu e:end s.next>m m.a>e m.late>s", []string{"error graph.intoStart e3 late"}},
		"self edge":          {"s:start m:menu e:end s.next>m m.a>e m.late>m", []string{"error graph.selfEdge e3 late"}},
		"edge from nowhere":  {whole + "q.a>e", []string{"error graph.edgeFrom e4"}},
		"edge to nowhere":    {"s:start m:menu e:end s.next>m m.a>e m.late>q", []string{"warning graph.unwired m late", "error graph.edgeTo e3"}},
		"port is gone":       {whole + "m.z>e", []string{"error graph.edgePort e4 z"}},
		"edge out of an end": {whole + "e.next>m", []string{"error graph.edgePort e4 next"}},
		"two from a port":    {whole + "m.a>e", []string{"error graph.portTwice e4 a"}},
		"cycle with a wait":  {"s:start m:menu p:pass e:end s.next>m m.a>p p.next>m m.late>e", nil},
		"cycle without one": {"s:start m:menu f:fork p:pass e:end s.next>m m.a>f f.a>p p.next>f f.b>e m.late>e",
			[]string{"error graph.cycle f"}},
		"two cycles": {"s:start f:fork p:pass g:fork q:pass e:end s.next>f f.a>p p.next>f f.b>g g.a>q q.next>g g.b>e",
			[]string{"error graph.cycle f", "error graph.cycle g"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, brief(Check(draw(c.draw), toys{}))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestCheckNamesThings(t *testing.T) {
	g := draw("s:start m:menu f:fork p:pass e:end s.next>m m.a>f f.a>p p.next>f f.b>e")
	g.Nodes[1].Title = "欢迎"
	g.Nodes[3].Title = "中转"
	var got []map[string]string
	for _, i := range Check(g, toys{}) {
		got = append(got, i.Args)
	}
	want := []map[string]string{
		{"title": "欢迎", "port": "late"},
		{"nodes": "key:node.fork → 中转"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestCheckLimits(t *testing.T) {
	g := draw("s:start e:end s.next>e")
	for i := range MaxNodes - 2 {
		g.Nodes = append(g.Nodes, Node{ID: NodeID(fmt.Sprint("n", i)), Kind: "end"})
	}
	if issues := Check(g, toys{}); Blocking(issues) {
		t.Errorf("%d nodes are refused: %v", len(g.Nodes), brief(issues)[:1])
	}
	g.Nodes = append(g.Nodes, Node{ID: "over", Kind: "end"})
	if got := brief(Check(g, toys{}))[0]; got != "error graph.tooManyNodes" {
		t.Errorf("%d nodes: %s", len(g.Nodes), got)
	}

	g = draw("s:start e:end s.next>e")
	g.Nodes[0].Title = strings.Repeat("名", MaxTitle)
	g.Nodes[1].Config = []byte(`{"t":"` + strings.Repeat("x", MaxConfig-8) + `"}`)
	if issues := Check(g, toys{}); len(issues) != 0 {
		t.Errorf("at the limits: %v", brief(issues))
	}
	g.Nodes[0].Title += "名"
	g.Nodes[1].Config = append(g.Nodes[1].Config, ' ')
	want := []string{"error graph.longTitle s", "error graph.bigConfig e"}
	if diff := cmp.Diff(want, brief(Check(g, toys{}))); diff != "" {
		t.Errorf("above the limits (-want +got)\n%s", diff)
	}
}

func TestCheckTwiceEdge(t *testing.T) {
	g := draw("s:start m:menu e:end s.next>m m.a>e m.late>e")
	g.Edges[2].ID = "e2"
	if diff := cmp.Diff([]string{"error graph.twiceEdge e2"}, brief(Check(g, toys{}))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The same graph gives the same list every time.
func TestCheckIsDeterministic(t *testing.T) {
	g := draw("s:start t:start m:menu f:fork p:pass x:robot s.next>f f.a>p p.next>f q.z>m m.a>s m.a>zz s.next>m")
	first := brief(Check(g, toys{}))
	for range 50 {
		if diff := cmp.Diff(first, brief(Check(g, toys{}))); diff != "" {
			t.Fatalf("another order\n%s", diff)
		}
	}
}

// A long chain with a ring at its end neither overflows a stack nor takes long.
func TestCheckLongChain(t *testing.T) {
	g := draw("n0:start")
	for i := 1; i < MaxNodes; i++ {
		g.Nodes = append(g.Nodes, Node{ID: NodeID(fmt.Sprint("n", i)), Kind: "pass"})
		g.Edges = append(g.Edges, Edge{ID: EdgeID(fmt.Sprint("e", i)), From: NodeID(fmt.Sprint("n", i-1)), Port: "next", To: NodeID(fmt.Sprint("n", i))})
	}
	g.Edges = append(g.Edges, Edge{ID: "back", From: NodeID(fmt.Sprint("n", MaxNodes-1)), Port: "next", To: "n1"})
	issues := Check(g, toys{})
	if diff := cmp.Diff([]string{"error graph.noEnd", "error graph.cycle n1"}, brief(issues)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNameOf(t *testing.T) {
	if got := (Node{Kind: "menu"}).Name(); got != "key:node.menu" {
		t.Errorf("untitled: %s", got)
	}
	if got := (Node{Kind: "menu", Title: "x"}).Name(); got != "x" {
		t.Errorf("titled: %s", got)
	}
}

func TestLookUps(t *testing.T) {
	g := draw("s:start e:end s.next>e")
	if n, ok := g.Node("e"); !ok || n.Kind != "end" {
		t.Errorf("node e: %v %v", n, ok)
	}
	if _, ok := g.Node("x"); ok {
		t.Error("node x is found")
	}
	if to, ok := g.Next("s", "next"); !ok || to != "e" {
		t.Errorf("next of s: %s %v", to, ok)
	}
	if _, ok := g.Next("s", "other"); ok {
		t.Error("a port without an edge leads somewhere")
	}
}
