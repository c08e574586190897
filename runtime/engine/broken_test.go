package engine_test

import (
	"slices"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
)

// program compiles a drawing, and the drawings that it may enter, by flow id.
func program(t *testing.T, words string, subs map[string]*engine.Program) *engine.Program {
	t.Helper()
	return programOf(t, draw(words), "", subs)
}

func programOf(t *testing.T, g graph.Graph, version string, subs map[string]*engine.Program) *engine.Program {
	t.Helper()
	p, err := engine.Compile(engine.Source{Version: version, Graph: g, Subs: subs}, toys())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// kinds are the kinds of events, and where they happened.
func kinds(events []engine.Event) (out []string) {
	for _, e := range events {
		at := string(e.Node)
		if e.In != "" {
			at = e.In + "/" + at
		}
		out = append(out, string(e.Kind)+" "+at)
	}
	return out
}

func sameKinds(t *testing.T, events []engine.Event, want ...string) {
	t.Helper()
	if got := kinds(events); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// A walk that is stopped goes on through the error exit of its flow, and is still a walk.
func TestErrorExit(t *testing.T) {
	p := program(t, "s:start a:fails m:hurried e:end s.next>a s.error>m m.next>e", nil)
	s, events, err := engine.Advance(p, engine.State{}, nil, at)
	if err != nil {
		t.Fatal(err)
	}
	sameKinds(t, events, "arrived s", "went s", "arrived a", "tripped a", "went s", "arrived m", "asked m")
	if s.Broken != engine.ReasonBroken || s.Rest != engine.Asking {
		t.Errorf("state %+v", s)
	}
	s, events, err = engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Timeout}, at)
	if err != nil || !s.Over || events[len(events)-1].Kind != engine.Finished {
		t.Errorf("%+v %v %v", s, kinds(events), err)
	}
}

// An error exit that fails itself leads to the instance's own group, and never round and round.
func TestFallback(t *testing.T) {
	m := at
	m.Fallback = "g9"
	for name, words := range map[string]string{
		"no error exit":          "s:start a:fails s.next>a",
		"an exit that fails too": "s:start a:fails b:fails s.next>a s.error>b",
		"an exit into the loop":  "s:start a:pass s.next>a a.next>a s.error>a",
	} {
		t.Run(name, func(t *testing.T) {
			p := program(t, words, nil)
			s, events, err := engine.Advance(p, engine.State{}, nil, m)
			last := events[len(events)-1]
			if err != nil || s.Rest != engine.Away || last.Kind != engine.HandedOff || last.Handoff.Group != "g9" {
				t.Fatalf("%+v %+v %v", s, last, err)
			}
			if said := events[len(events)-2]; said.Text != engine.SayFallback.Text() {
				t.Errorf("the caller hears %+v", said)
			}
			served, events, err := engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Exit, Port: nodes.Done, Staff: "8001"}, m)
			if err != nil || !served.Over || events[len(events)-1].Reason != s.Broken {
				t.Errorf("served: %+v %v %v", served, kinds(events), err)
			}
			missed, events, err := engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Exit, Port: nodes.NoAgent}, m)
			if err != nil || !missed.Over || events[len(events)-2].Text != engine.SayNoAgent.Text() {
				t.Errorf("missed: %+v %v %v", missed, kinds(events), err)
			}
		})
	}
}

// A flow within a flow that breaks is its own error first, then that of the node that entered it, then that of the
// flow around it.
func TestErrorsBubble(t *testing.T) {
	fails := programOf(t, draw("s:start a:fails s.next>a"), "v1", nil)
	catches := programOf(t, draw("s:start a:fails m:hurried e:end s.next>a s.error>m m.next>e"), "v1", nil)
	for name, c := range map[string]struct {
		sub   *engine.Program
		words string
		want  []string
	}{
		"by itself": {catches, "s:start n:enters e:end s.next>n n.next>e",
			[]string{"arrived s", "went s", "arrived n", "entered n", "arrived v1/s", "went v1/s", "arrived v1/a", "tripped v1/a", "went v1/s", "arrived v1/m", "asked v1/m"}},
		"by the node": {fails, "s:start n:enters m:hurried e:end s.next>n n.next>e n.error>m m.next>e",
			[]string{"arrived s", "went s", "arrived n", "entered n", "arrived v1/s", "went v1/s", "arrived v1/a", "tripped v1/a", "left v1/a", "went n", "arrived m", "asked m"}},
		"by the flow around it": {fails, "s:start n:enters m:hurried e:end s.next>n n.next>e s.error>m m.next>e",
			[]string{"arrived s", "went s", "arrived n", "entered n", "arrived v1/s", "went v1/s", "arrived v1/a", "tripped v1/a", "left v1/a", "went s", "arrived m", "asked m"}},
		"by nobody": {fails, "s:start n:enters e:end s.next>n n.next>e",
			[]string{"arrived s", "went s", "arrived n", "entered n", "arrived v1/s", "went v1/s", "arrived v1/a", "tripped v1/a", "left v1/a", "said n", "finished n"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := program(t, c.words, map[string]*engine.Program{"f1": c.sub})
			s, events, err := engine.Advance(p, engine.State{}, nil, at)
			if err != nil {
				t.Fatal(err)
			}
			sameKinds(t, events, c.want...)
			stored(t, s)
		})
	}
}

// Ten flows within flows are walked, the eleventh is refused.
func TestFrames(t *testing.T) {
	nest := func(deep int) *engine.Program {
		p := programOf(t, draw("s:start m:hurried e:end s.next>m m.next>e"), "v0", nil)
		for range deep {
			version := "v" + p.Version()
			p = programOf(t, draw("s:start n:enters e:end s.next>n n.next>e"), version, map[string]*engine.Program{"f1": p})
		}
		return p
	}
	p := nest(engine.MaxFrames)
	s, _, err := engine.Advance(p, engine.State{}, nil, at)
	if err != nil || s.Rest != engine.Asking || len(s.Frames) != engine.MaxFrames {
		t.Fatalf("%+v %v", s, err)
	}
	s, events, err := engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Timeout}, at)
	if err != nil || !s.Over || len(s.Frames) != 0 || events[len(events)-1].Reason != "end" {
		t.Errorf("out of all flows: %+v %v %v", s, kinds(events), err)
	}
	s, events, err = engine.Advance(nest(engine.MaxFrames+1), engine.State{}, nil, at)
	if err != nil || !s.Over || s.Broken != engine.ReasonDeep {
		t.Errorf("one too deep: %+v %v %v", s, kinds(events), err)
	}
}
