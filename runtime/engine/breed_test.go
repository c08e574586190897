package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/nodestest"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
)

// breeder makes random flows of all shipped kinds that pass every check. It fills in the fields that a kind's Spec
// lists, and throws away what the kind refuses, so that a new kind needs nothing here.
type breeder struct {
	t     testing.TB
	r     *rand.Rand
	set   nodes.Set
	world nodestest.World
	subs  map[string]*engine.Program // by flow id
	vars  []graph.Variable
	kind  graph.Type // of the variable that was picked last
	count map[string]int
}

// inherited are the variables of the bred flows: two secret ones among them.
func inherited() []graph.Variable {
	return []graph.Variable{
		{Name: "name", Type: graph.TextType, Default: "客人"}, {Name: "age", Type: graph.NumberType, Default: "3"},
		{Name: "note", Type: graph.TextType, Default: "-"}, {Name: "vip", Type: graph.FlagType}, {Name: "day", Type: graph.DateType, Default: "2026-01-31"},
		{Name: "card", Type: graph.TextType, Secret: true}, {Name: "pin", Type: graph.NumberType, Secret: true},
	}
}

func newBreeder(t testing.TB, r *rand.Rand) *breeder {
	return &breeder{
		t: t, r: r, set: standard.Set(), vars: inherited(), subs: map[string]*engine.Program{}, count: map[string]int{},
		world: nodestest.World{Groups: map[string]string{"g1": "售前", "g2": "售后"}, Flows: map[string]nodes.Flow{}},
	}
}

// flow gives a random flow, beside up to three others that it may enter.
func (b *breeder) flow() (graph.Graph, *engine.Program) {
	for i := range 1 + b.r.IntN(3) {
		id := fmt.Sprint("flow_", i)
		_, p := b.one("ver_" + id)
		b.subs[id] = p
		b.world.Flows[id] = nodes.Flow{Name: id, Live: true, Vars: b.vars}
	}
	return b.one("ver_root")
}

func (b *breeder) one(version string) (graph.Graph, *engine.Program) {
	b.t.Helper()
	g := b.graph()
	checker := nodes.Checker{Set: b.set, World: func(context.Context) nodes.Around { return b.world }}
	if issues := checker.Check(context.Background(), g); graph.Blocking(issues) {
		b.t.Fatalf("a bred flow does not pass the checks: %+v", issues)
	}
	p, err := engine.Compile(engine.Source{Version: version, Graph: g, Subs: maps.Clone(b.subs)}, b.set)
	if err != nil {
		b.t.Fatalf("a flow that passed the checks does not compile: %v", err)
	}
	return g, p
}

// graph draws nodes and joins them. An edge leads onwards, or to a node that waits, so that no ring lacks a wait.
func (b *breeder) graph() graph.Graph {
	kinds := slices.DeleteFunc(b.set.Names(), func(name string) bool {
		return name == "start" || name == "subflow" && len(b.subs) == 0
	})
	g := graph.Graph{Spec: graph.SpecVersion, Vars: b.vars, Nodes: []graph.Node{{ID: "start", Kind: "start", Config: []byte("{}")}}}
	for i := range 1 + b.r.IntN(14) {
		g.Nodes = append(g.Nodes, b.node(fmt.Sprint("n", i), pick(b.r, kinds...)))
	}
	g.Nodes = append(g.Nodes, b.node("end", "end"))
	for i, n := range g.Nodes {
		for _, x := range b.set.Exits(n) {
			if x.Optional && b.r.IntN(10) < 4 {
				continue
			}
			to := i + 1 + b.r.IntN(min(2, len(g.Nodes)-i-1))
			if back := 1 + b.r.IntN(len(g.Nodes)-1); back != i && b.set[g.Nodes[back].Kind].Spec().Wait {
				to = back
			}
			g.Edges = append(g.Edges, graph.Edge{ID: graph.EdgeID(fmt.Sprint(n.ID, ".", x.Port)), From: n.ID, Port: x.Port, To: g.Nodes[to].ID})
		}
	}
	return g
}

// node gives a node that its kind accepts.
func (b *breeder) node(id, name string) graph.Node {
	b.t.Helper()
	kind := b.set[name]
	w := nodes.Within(b.world, graph.Graph{Vars: b.vars})
	var issues []graph.Issue
	for range 200 {
		b.count["tries of "+name]++
		config, err := json.Marshal(b.fields(kind.Spec().Fields))
		if err != nil {
			b.t.Fatal(err)
		}
		n := graph.Node{ID: graph.NodeID(id), Kind: name, Config: config}
		if issues = nodes.CheckNode(kind, n, w); !graph.Blocking(issues) && len(config) <= graph.MaxConfig {
			b.count[name]++
			return n
		}
	}
	b.t.Fatalf("no random %s passes its checks; the last: %+v", name, issues)
	return graph.Node{}
}

func (b *breeder) fields(all []nodes.Field) map[string]any {
	values := map[string]any{}
	for _, f := range all {
		if f.When == nil || slices.Contains(f.When.Values, fmt.Sprint(values[f.When.Field])) {
			values[f.Name] = b.value(f)
		}
	}
	return values
}

func (b *breeder) value(f nodes.Field) any {
	switch f.Type {
	case nodes.NumberField:
		return f.Min + b.r.IntN(min(f.Max-f.Min, 1+b.r.IntN(1000))+1)
	case nodes.FlagField:
		return b.r.IntN(2) == 0
	case nodes.DaysField:
		return []int{1 + b.r.IntN(3), 4 + b.r.IntN(4)}
	case nodes.ListField:
		list := []any{}
		for i := range b.some(f) {
			line := b.fields(f.Item)
			if _, has := line["id"]; has {
				line["id"] = fmt.Sprint("o", i)
			}
			list = append(list, line)
		}
		return list
	case nodes.WordsField:
		list := []string{}
		for i := range b.some(f) {
			list = append(list, fmt.Sprint("词", i))
		}
		return list
	case nodes.OptionsField:
		var list []any
		for i := range 1 + b.r.IntN(4) {
			list = append(list, map[string]any{"id": fmt.Sprint("o", i), "keywords": []string{fmt.Sprint(i), fmt.Sprint("第", i)}})
		}
		return list
	}
	return b.text(f)
}

// some is how many lines a list gets.
func (b *breeder) some(f nodes.Field) int {
	least := f.Min
	if f.Required {
		least = max(1, least)
	}
	return min(least+b.r.IntN(3), max(f.Max, least))
}

// text gives a value that is a string.
func (b *breeder) text(f nodes.Field) string {
	if !f.Required && b.r.IntN(3) == 0 {
		return ""
	}
	switch f.Type {
	case nodes.ChoiceField:
		return pick(b.r, f.Choices...)
	case nodes.GroupField:
		return pick(b.r, "g1", "g2")
	case nodes.FlowField:
		if len(b.subs) > 0 {
			return pick(b.r, slices.Sorted(maps.Keys(b.subs))...)
		}
	case nodes.VarField:
		v := pick(b.r, b.vars...)
		for len(f.VarTypes) > 0 && !slices.Contains(f.VarTypes, v.Type) {
			v = pick(b.r, b.vars...)
		}
		b.kind = v.Type
		return v.Name
	case nodes.ExprField:
		want := f.Want
		if want == "" {
			want = b.kind
		}
		return pick(b.r, expressions[want]...)
	case nodes.DateField:
		return fmt.Sprintf("2026-0%d-1%d", 1+b.r.IntN(9), b.r.IntN(10))
	case nodes.TimeField:
		return fmt.Sprintf("%02d:%d0", b.r.IntN(24), b.r.IntN(6))
	case nodes.ZoneField:
		return pick(b.r, "Asia/Shanghai", "UTC", "America/New_York")
	case nodes.JSONField:
		return pick(b.r, `{"a":1}`, `{"name":${name},"age":${age}}`, `[]`, `{"card":${card}}`)
	}
	words := []string{"1", "您好", "https://api.example.test/v1", "Accept"}
	if f.Holes {
		words = append(words, "${name}，您好", "https://api.example.test/${SystemSessionId}", "现在 ${clock.time}，${age + 1} 岁，${vip ? \"贵\" : \"\"}宾")
		for _, late := range f.Late {
			words = append(words, "号 ${"+late+"}")
		}
	}
	return pick(b.r, words...)
}

// expressions are some of each type; among them such as fail, grow without end or give no number.
var expressions = map[graph.Type][]string{
	graph.TextType:   {`"x"`, `name`, `name + "，" + name`, `caller.nickname`, `StaffNo`, `split(name, "，")[3]`, `card`, `repeat("长", 15000)`, `note + name`},
	graph.NumberType: {`1`, `age + 1`, `age * age`, `len(name)`, `clock.hour`, `1 / (age - age)`, `pin`, `queue.length`},
	graph.FlagType:   {`true`, `vip`, `not vip`, `age > 3`, `hours.open`, `name == "x"`, `clock.weekday < 6`, `card startsWith "6"`, `split(name, "，")[3] == "x"`, `group.ready > 0`},
	graph.DateType:   {`day`, `clock.date`, `"2026-12-31"`},
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// Every shipped kind can be bred, and rarely in vain.
func TestBreedsEveryKind(t *testing.T) {
	b := newBreeder(t, rand.New(rand.NewPCG(1, 2)))
	_, p := b.one("ver_0")
	b.subs["flow_0"], b.world.Flows["flow_0"] = p, nodes.Flow{Live: true}
	for _, name := range b.set.Names() {
		for i := range 50 {
			b.node(fmt.Sprint("n", i), name)
		}
		if made, tries := b.count[name], b.count["tries of "+name]; tries > 20*made {
			t.Errorf("%s: %d tries for %d nodes", name, tries, made)
		}
	}
}
