package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
	"foyer/ui/kit/text"
)

// toy is a kind for tests: it has the ports named in its config's "ports" and does what its name says.
type toy struct{ name string }

func (k toy) Spec() nodes.Spec { return nodes.Spec{Name: k.name, NoInput: k.name == "begin"} }

func (k toy) Ports(config json.RawMessage) []nodes.PortSpec {
	return []nodes.PortSpec{{ID: "next"}, {ID: "side", Optional: true}, {ID: nodes.Error, Optional: true}}
}

func (toy) Check(graph.Node, nodes.World) []graph.Issue { return nil }
func (toy) Summary(graph.Node, nodes.World) nodes.Text  { return nodes.Text{} }

func (k toy) Compile(graph.Node, expression.Env) (nodes.Step, error) {
	if k.name == "refused" {
		return nil, errors.New("refused")
	}
	return k, nil
}

func (k toy) Visit(v nodes.Visit) (nodes.Outcome, error) {
	say, _ := v.Values.Value("say").(string)
	switch k.name {
	case "pass", "begin":
		return nodes.Leave{Port: "next", Say: say}, nil
	case "side":
		return nodes.Leave{Port: "side"}, nil
	case "lost":
		return nodes.Leave{Port: "no such port"}, nil
	case "fails":
		return nil, errors.New("no good")
	case "empty":
		return nil, nil
	case "enters":
		switch {
		case v.In == nil:
			return nodes.Enter{Flow: "f1"}, nil
		case v.In.Kind == nodes.Broke:
			return nodes.Leave{Port: nodes.Error}, nil
		}
		return nodes.Leave{Port: "next"}, nil
	case "sets":
		return nodes.Leave{Port: "next", Set: map[string]any{"age": 30.0, "card": "6222", "vip": "yes", "stranger": "x"}}, nil
	case "keeps":
		if v.In != nil {
			return nodes.Leave{Port: "next", Set: map[string]any{"card": v.In.Text}}, nil
		}
		return nodes.Wait{Prompt: "?"}, nil
	case "brims": // with the braces, the quotes and the name it is as much as may be
		return nodes.Leave{Port: "next", Set: map[string]any{"name": strings.Repeat("x", engine.MaxVars-len(`{"name":""}`))}}, nil
	case "fills":
		return nodes.Leave{Port: "next", Set: map[string]any{"name": strings.Repeat("x", 1+engine.MaxVars-len(`{"name":""}`))}}, nil
	case "tells":
		return nodes.Leave{Port: "next", Say: tell(v.Values)}, nil
	case "hurried":
		if v.In != nil {
			return nodes.Leave{Port: "next"}, nil
		}
		return nodes.Wait{Prompt: "?"}, nil
	}
	return nodes.Finish{Say: "bye"}, nil
}

// tell says what all names are now.
func tell(v expression.Values) string {
	text, _ := nodes.EnvOf(declared()).CompileText("${name} ${age} ${vip} | ${StaffNo} ${SystemSessionId} ${caller.id} ${caller.nickname} " +
		"${caller.channel} ${caller.media} | ${queue.length} ${queue.wait} ${group.ready} | ${hours.open} | " +
		"${clock.date} ${clock.time} ${clock.hour} ${clock.weekday}")
	return text.Render(v)
}

// toys are the kinds of these tests beside the shipped ones.
func toys() nodes.Set {
	set := standard.Set()
	for _, name := range []string{"begin", "pass", "side", "lost", "fails", "empty", "hurried", "finish", "refused", "enters", "sets", "keeps", "brims", "fills", "tells"} {
		set[name] = toy{name}
	}
	return set
}

// draw reads a graph from words: "id:kind" is a node, "from.port>to" an edge.
func draw(words string) graph.Graph {
	g := graph.Graph{Spec: graph.SpecVersion}
	for _, w := range strings.Fields(words) {
		if from, to, ok := strings.Cut(w, ">"); ok {
			node, port, _ := strings.Cut(from, ".")
			g.Edges = append(g.Edges, graph.Edge{ID: graph.EdgeID(w), From: graph.NodeID(node), Port: graph.Port(port), To: graph.NodeID(to)})
			continue
		}
		id, kind, _ := strings.Cut(w, ":")
		g.Nodes = append(g.Nodes, graph.Node{ID: graph.NodeID(id), Kind: kind})
	}
	return g
}

// chain is a start and n nodes that pass on, the last of which leads to the node "last".
func chain(n int, last string) graph.Graph {
	var b strings.Builder
	b.WriteString("s:start s.next>p0 " + last)
	for i := range n {
		fmt.Fprintf(&b, " p%d:pass", i)
		if i < n-1 {
			fmt.Fprintf(&b, " p%d.next>p%d", i, i+1)
		}
	}
	return draw(b.String())
}

// What is wrong with a flow or a kind ends the walk with words to the caller, never with an error.
func TestTrips(t *testing.T) {
	const end = " s:start e:finish s.next>a "
	for name, c := range map[string]struct {
		g      graph.Graph
		reason string
	}{
		"two nodes without a wait":   {draw(end + "a:pass b:pass a.next>b b.next>a"), "loop"},
		"a required exit unwired":    {draw(end + "a:pass"), "deadEnd"},
		"a port that is not there":   {draw(end + "a:lost"), "deadEnd"},
		"a step that fails":          {draw(end + "a:fails"), "broken"},
		"a step without outcome":     {draw(end + "a:empty"), "broken"},
		"more steps than allowed":    {chain(engine.MaxSteps, ""), "loop"},
		"as many steps, then an end": {append100(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := engine.Compile(engine.Source{Graph: c.g}, toys())
			if err != nil {
				t.Fatal(err)
			}
			s, events, err := engine.Advance(p, engine.State{}, nil, at)
			if err != nil || !s.Over || s.Rest != "" {
				t.Fatalf("state %+v, %v", s, err)
			}
			last, said := events[len(events)-1], events[len(events)-2]
			if c.reason == "" {
				if last.Kind != engine.Finished || last.Reason != "end" || said.Text != "bye" {
					t.Errorf("ends with %+v", last)
				}
				return
			}
			tripped := events[len(events)-3]
			if last.Kind != engine.Finished || last.Reason != c.reason || tripped.Kind != engine.Tripped || tripped.Reason != c.reason {
				t.Errorf("ends with %+v after %+v", last, tripped)
			}
			if tripped.Err == nil || strings.Contains(asJSON(t, tripped), tripped.Err.Error()) {
				t.Errorf("%v is not told, or is on record: %s", tripped.Err, asJSON(t, tripped))
			}
			if said.Kind != engine.Said || said.Text != engine.SayTripped.Text() {
				t.Errorf("the caller hears %+v", said)
			}
		})
	}
}

// append100 is a walk of exactly MaxSteps nodes: the start, those that pass on, and the end.
func append100() graph.Graph {
	n := engine.MaxSteps - 2
	g := chain(n, "e:finish")
	g.Edges = append(g.Edges, graph.Edge{ID: "last", From: graph.NodeID(fmt.Sprint("p", n-1)), Port: "next", To: "e"})
	return g
}

// What went wrong with a node is told to who keeps the log, as the node has said it.
func TestTripTellsWhy(t *testing.T) {
	_, events, err := engine.Advance(program(t, "s:start s.next>a a:fails", nil), engine.State{}, nil, at)
	tripped := events[len(events)-3]
	if err != nil || tripped.Reason != engine.ReasonBroken || tripped.Err == nil || tripped.Err.Error() != "visiting a: no good" {
		t.Errorf("%+v %v", tripped, err)
	}
}

// A planted endless walk trips after ten rounds, not after a hundred steps.
func TestLaps(t *testing.T) {
	p, err := engine.Compile(engine.Source{Graph: draw("s:start a:pass b:pass s.next>a a.next>b b.next>a")}, toys())
	if err != nil {
		t.Fatal(err)
	}
	_, events, err := engine.Advance(p, engine.State{}, nil, at)
	arrivals := 0
	for _, e := range events {
		if e.Kind == engine.Arrived && e.Node == "a" {
			arrivals++
		}
	}
	if err != nil || arrivals != engine.MaxLaps {
		t.Errorf("%d visits of one node, %v", arrivals, err)
	}
}

// A caller who goes round and round through waits is stopped in the end.
func TestSessionLimit(t *testing.T) {
	p, err := engine.Compile(engine.Source{Graph: draw("s:start a:hurried s.next>a a.next>b b:pass b.next>a")}, toys())
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := engine.Advance(p, engine.State{}, nil, at)
	inputs := 0
	for ; err == nil && !s.Over; inputs++ {
		s, _, err = engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Timeout}, at)
	}
	if err != nil || s.Steps != engine.MaxSession || inputs > engine.MaxSession {
		t.Errorf("over after %d inputs at %+v, %v", inputs, s, err)
	}
}

// A wait that names no deadline has the engine's.
func TestDefaultDeadline(t *testing.T) {
	p, err := engine.Compile(engine.Source{Graph: draw("s:start a:hurried s.next>a")}, toys())
	if err != nil {
		t.Fatal(err)
	}
	_, events, err := engine.Advance(p, engine.State{}, nil, at)
	if asked := events[len(events)-1]; err != nil || !asked.Deadline.Equal(noon.Add(engine.DefaultWait)) {
		t.Errorf("asked %+v, %v", asked, err)
	}
}

// Any exit that leads nowhere and has no sentence of its own says goodbye.
func TestGoodbye(t *testing.T) {
	p, err := engine.Compile(engine.Source{Graph: draw("s:start a:side s.next>a")}, toys())
	if err != nil {
		t.Fatal(err)
	}
	_, events, err := engine.Advance(p, engine.State{}, nil, at)
	want := []engine.Event{
		{Kind: engine.Said, Node: "a", Text: engine.SayGoodbye.Text()},
		{Kind: engine.Finished, Node: "a", Port: "side", Reason: "exit.side"},
	}
	if diff := cmp.Diff(want, events[len(events)-2:]); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

// A walk that stands on a node which the program does not have hears of it, and variables are said.
func TestStrangeStates(t *testing.T) {
	p := compile(t, standard.ExampleFlow("g1", "g2"))
	lost := engine.State{At: "gone", Rest: engine.Asking, Wait: 4}
	s, events, err := engine.Advance(p, lost, &nodes.Input{Kind: nodes.Choice}, at)
	if err != nil || !s.Over || s.Wait != 4 || len(events) != 3 || events[2].Reason != "deadEnd" {
		t.Errorf("%+v %+v %v", s, events, err)
	}
	for name, in := range map[string]*nodes.Input{"nothing": nil, "an unknown kind": {Kind: "wave"}} {
		if _, _, err := engine.Advance(p, lost, in, at); !errors.Is(err, engine.ErrNotAChoice) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := engine.Advance(p, engine.State{}, &nodes.Input{Kind: nodes.Choice}, at); !errors.Is(err, engine.ErrNotAChoice) {
		t.Errorf("an answer before the first question: %v", err)
	}
	g := draw("s:start a:pass s.next>a e:end a.next>e")
	g.Vars = []graph.Variable{{Name: "say", Type: graph.TextType}}
	p, err = engine.Compile(engine.Source{Graph: g}, toys())
	if err != nil {
		t.Fatal(err)
	}
	s, events, err = engine.Advance(p, engine.State{Vars: map[string]any{"say": "您好"}}, nil, at)
	if err != nil || events[3].Text != "您好" || s.Vars["say"] != "您好" {
		t.Errorf("%+v %+v %v", s, events, err)
	}
}

func TestCompileRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		draw string
		want error
	}{
		"no start":           {"e:end", engine.ErrDeadEnd},
		"edge to nowhere":    {"s:start s.next>x", engine.ErrDeadEnd},
		"edge from nowhere":  {"s:start e:end x.next>e", engine.ErrDeadEnd},
		"port not there":     {"s:start e:end s.left>e", engine.ErrDeadEnd},
		"two from a port":    {"s:start e:end f:end s.next>e s.next>f", nil},
		"unknown kind":       {"s:start x:robot", nil},
		"node twice":         {"s:start s:start", nil},
		"config not decoded": {"s:start x:refused", nil},
	} {
		_, err := engine.Compile(engine.Source{Graph: draw(c.draw)}, toys())
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The end rules of a talk are those of the nearest end behind it, or else the default.
func TestEndPolicy(t *testing.T) {
	for name, c := range map[string]struct {
		draw string
		want nodes.EndPolicy
	}{
		"the end itself":         {"s:start s.next>t t:transfer t.done>e t.timeout>f e:end f:end", nodes.EndPolicy{IdleSeconds: 77}},
		"behind another node":    {"s:start s.next>t t:transfer t.done>a a:pass a.next>e t.timeout>f e:end f:end", nodes.EndPolicy{IdleSeconds: 77}},
		"the nearer of two":      {"s:start s.next>t t:transfer t.done>a a:pass a.next>b a.side>e b:pass b.next>f e:end f:end", nodes.EndPolicy{IdleSeconds: 77}},
		"only for other exits":   {"s:start s.next>t t:transfer t.timeout>e e:end", engine.DefaultEnd()},
		"a ring without any end": {"s:start s.next>t t:transfer t.done>a a:hurried a.next>t e:end", engine.DefaultEnd()},
	} {
		g := draw(c.draw)
		for i := range g.Nodes {
			if g.Nodes[i].ID == "e" {
				g.Nodes[i].Config = json.RawMessage(`{"idleSeconds":77}`)
			}
		}
		p, err := engine.Compile(engine.Source{Graph: g}, toys())
		if err != nil {
			t.Fatal(err)
		}
		_, events, err := engine.Advance(p, engine.State{}, nil, at)
		if last := events[len(events)-1]; err != nil || last.Kind != engine.HandedOff || last.End != c.want {
			t.Errorf("%s: %+v, %v", name, last, err)
		}
	}
}

// Every sentence of the engine has its words.
func TestSentences(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range engine.Sentences() {
		for _, lang := range text.Langs() {
			if !text.Has(lang, string(s)) {
				t.Errorf("%s lacks %q", lang, s)
			}
		}
		if words := text.Said(t.Context(), s.Text()); words == "" || words == s.Text() || seen[words] {
			t.Errorf("%s says %q", s, words)
		} else {
			seen[words] = true
		}
	}
	if got := len(text.Bundle(t.Context(), "engine.")); got != len(seen) {
		t.Errorf("%d sentences in the catalogue, %d in the engine", got, len(seen))
	}
}
