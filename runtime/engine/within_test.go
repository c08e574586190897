package engine_test

import (
	"testing"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
)

// A flow that used up all steps leaves enough for the way out of the node that entered it.
func TestStepsAreLeftForTheWayOut(t *testing.T) {
	sub := programOf(t, chain(engine.MaxSteps, ""), "v1", nil)
	p := program(t, "s:start n:enters m:pass e:end s.next>n n.next>e n.error>m m.next>e", map[string]*engine.Program{"f1": sub})
	s, events, err := engine.Advance(p, engine.State{}, nil, at)
	if last := events[len(events)-1]; err != nil || !s.Over || s.Broken != engine.ReasonLoop || last.Reason != "end" {
		t.Errorf("%+v %+v %v", s, last, err)
	}
}

// A session that has none left goes to the fallback group from within a flow, too.
func TestSessionLimitWithin(t *testing.T) {
	sub := programOf(t, draw("s:start a:hurried s.next>a a.next>b b:pass b.next>a"), "v1", nil)
	p := program(t, "s:start n:enters m:pass e:end s.next>n n.next>e n.error>m m.next>e", map[string]*engine.Program{"f1": sub})
	m := at
	m.Fallback = "g9"
	s, _, err := engine.Advance(p, engine.State{}, nil, m)
	for i := 0; err == nil && s.Rest == engine.Asking && i < engine.MaxSession; i++ {
		s, _, err = engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Timeout}, m)
	}
	if err != nil || s.Rest != engine.Away || s.Steps != engine.MaxSession || len(s.Frames) != 0 {
		t.Errorf("%+v %v", s, err)
	}
}

// A state that stands in a flow which the program does not enter any more comes to grief with words, not in silence.
func TestUnknownFlowWithin(t *testing.T) {
	p := program(t, "s:start n:enters e:end s.next>n n.next>e", map[string]*engine.Program{"f1": programOf(t, draw("s:start a:hurried s.next>a"), "v1", nil)})
	s, _, err := engine.Advance(p, engine.State{}, nil, at)
	if err != nil || s.In != "v1" {
		t.Fatalf("%+v %v", s, err)
	}
	other := program(t, "s:start n:enters e:end s.next>n n.next>e", nil)
	s, events, err := engine.Advance(other, stored(t, s), &nodes.Input{Kind: nodes.Timeout}, at)
	if err != nil || !s.Over || s.Broken != engine.ReasonDeadEnd || events[len(events)-2].Text != engine.SayTripped.Text() {
		t.Errorf("%+v %v %v", s, kinds(events), err)
	}
}

// The same for a flow that ends where nobody waits for it.
func TestNobodyToReturnTo(t *testing.T) {
	p := program(t, "s:start n:enters e:end s.next>n n.next>e", map[string]*engine.Program{"f1": programOf(t, draw("s:start a:hurried e:end s.next>a a.next>e"), "v1", nil)})
	s, _, err := engine.Advance(p, engine.State{}, nil, at)
	if err != nil || len(s.Frames) != 1 {
		t.Fatalf("%+v %v", s, err)
	}
	s.Frames[0].At = "gone"
	s, events, err := engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Timeout}, at)
	if err != nil || !s.Over || s.Broken != engine.ReasonDeadEnd || events[len(events)-2].Text != engine.SayTripped.Text() {
		t.Errorf("%+v %v %v", s, kinds(events), err)
	}
}

// What a flow within another remembers is bounded like the rest, and forgotten once the flow is left.
func TestTooMuchWithin(t *testing.T) {
	sub := draw("s:start a:fills e:end s.next>a a.next>e")
	sub.Vars = []graph.Variable{{Name: "name", Type: graph.TextType}}
	p := program(t, "s:start n:enters m:hurried e:end s.next>n n.next>e n.error>m m.next>e", map[string]*engine.Program{"f1": programOf(t, sub, "v1", nil)})
	s, _, err := engine.Advance(p, engine.State{}, nil, at)
	if err != nil || s.Broken != engine.ReasonBig || s.Rest != engine.Asking || s.At != "m" || s.Vars != nil {
		t.Errorf("at %s, %s, %d variables, %v", s.At, s.Broken, len(s.Vars), err)
	}
}
