package engine_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
)

// Over random flows of all kinds that passed the checks, with random callers: see visit.
func TestEveryValidFlowEnds(t *testing.T) {
	flows := 150
	if testing.Short() {
		flows = 30
	}
	seen := map[string]int{}
	for seed := range flows {
		visit(t, rand.New(rand.NewPCG(uint64(seed), 11)), fmt.Sprint("seed ", seed), seen)
	}
	t.Log(seen)
	for _, want := range []string{"arrived", "asked", "handedOff", "finished", "changed", "entered", "left", "tripped loop"} {
		if seen[want] == 0 {
			t.Errorf("no walk shows %s: %v", want, seen)
		}
	}
}

// FuzzValidFlows is the same with seeds that the fuzzer finds.
func FuzzValidFlows(f *testing.F) {
	for i := range uint64(8) {
		f.Add(i, i*i)
	}
	f.Fuzz(func(t *testing.T, a, b uint64) {
		visit(t, rand.New(rand.NewPCG(a, b)), fmt.Sprint("seeds ", a, " ", b), map[string]int{})
	})
}

// visitor is one random session on one random flow, with all that was given and came out.
type visitor struct {
	t       *testing.T
	r       *rand.Rand
	name    string
	p       *engine.Program
	kinds   map[string]string // of nodes, by version and id
	moments []engine.Moment
	trace   [][]engine.Event
	hidden  bool // something of the trace is masked
}

// visit walks some random sessions of one random flow to their ends, and holds what must be true of every one: each Advance rests, ends or
// hands off; a flow that passed the checks has no dead end, and breaks only where a service or another flow did; the
// same gives the same; the state can be stored; the trace can be replayed, and shows nothing secret.
func visit(t *testing.T, r *rand.Rand, name string, seen map[string]int) {
	t.Helper()
	g, p := newBreeder(t, r).flow()
	for range 4 {
		v := &visitor{t: t, r: r, name: name, p: p, kinds: map[string]string{}}
		for _, n := range g.Nodes {
			v.kinds["/"+string(n.ID)] = n.Kind
		}
		v.session(seen)
		v.replay()
	}
}

func (v *visitor) session(seen map[string]int) {
	v.t.Helper()
	s := engine.State{}
	var in *nodes.Input
	for i := 0; !s.Over; i++ {
		if i > 12*engine.MaxSession {
			v.t.Fatalf("%s: never ends", v.name)
		}
		s = v.step(s, in, seen)
		if s.Over {
			break
		}
		last := v.trace[i]
		in = v.answer(s, last[len(last)-1])
	}
}

// step advances twice by the same, and holds what must be true of one step.
func (v *visitor) step(s engine.State, in *nodes.Input, seen map[string]int) engine.State {
	v.t.Helper()
	m := v.moment()
	v.moments = append(v.moments, m)
	before := asJSON(v.t, s)
	after, events, err := engine.Advance(v.p, s, copied(v.t, in), m)
	if err != nil {
		v.t.Fatalf("%s: %v", v.name, err)
	}
	again, twice, err := engine.Advance(v.p, s, copied(v.t, in), m)
	if err != nil || asJSON(v.t, after) != asJSON(v.t, again) || asJSON(v.t, events) != asJSON(v.t, twice) {
		v.t.Fatalf("%s: the same again gives something else: %v\n%s", v.name, err, cmp.Diff(events, twice, unkept))
	}
	if asJSON(v.t, s) != before {
		v.t.Fatalf("%s: the state that was given has changed", v.name)
	}
	v.rests(after, events)
	for _, e := range events {
		seen[string(e.Kind)]++
		if e.Kind == engine.Tripped {
			seen["tripped "+e.Reason]++
			v.explained(e)
		}
		v.hidden = v.hidden || e.Kind == engine.Got && asJSON(v.t, e.Input) != asJSON(v.t, in)
	}
	if vars := asJSON(v.t, after.Vars); len(vars) > engine.MaxVars && !after.Over && after.Broken == "" {
		v.t.Fatalf("%s: %d bytes of variables", v.name, len(vars))
	}
	if raw := asJSON(v.t, events); strings.Contains(raw, canary) {
		v.t.Fatalf("%s: what is secret is on record: %s", v.name, raw)
	}
	v.trace = append(v.trace, events)
	return stored(v.t, after)
}

// rests holds what must be true of where a step ends.
func (v *visitor) rests(s engine.State, events []engine.Event) {
	v.t.Helper()
	if len(events) == 0 {
		v.t.Fatalf("%s: nothing happened", v.name)
	}
	last := events[len(events)-1]
	arrived := 0
	for _, e := range events {
		if e.Kind == engine.Arrived {
			arrived++
		}
	}
	want := map[engine.EventKind]engine.Rest{engine.Asked: engine.Asking, engine.Called: engine.Fetching, engine.HandedOff: engine.Away, engine.Finished: ""}
	rest, ok := want[last.Kind]
	if !ok || rest != s.Rest || s.Over != (rest == "") || arrived > 2*engine.MaxSteps || s.Steps > engine.MaxSession || len(s.Frames) > engine.MaxFrames {
		v.t.Fatalf("%s: rests at %+v after %+v", v.name, s, last)
	}
	if (s.Rest == engine.Asking || s.Rest == engine.Fetching) && !last.Deadline.After(v.moments[len(v.moments)-1].Now) {
		v.t.Fatalf("%s: a wait without a deadline: %+v", v.name, last)
	}
}

// explained holds that a flow that passed the checks trips only for what no check can know.
func (v *visitor) explained(e engine.Event) {
	v.t.Helper()
	kind := v.kinds[e.In+"/"+string(e.Node)]
	switch {
	case e.Reason == engine.ReasonLoop || e.Reason == engine.ReasonBig:
	case e.Reason == engine.ReasonBroken && (e.In != "" || kind == "http" || kind == "subflow"):
	default:
		v.t.Fatalf("%s: a flow that passed the checks trips at a %s: %+v", v.name, kind, e)
	}
}

// moment is a random one, later than the one before.
func (v *visitor) moment() engine.Moment {
	now := noon
	if n := len(v.moments); n > 0 {
		now = v.moments[n-1].Now.Add(time.Duration(v.r.IntN(int(8 * time.Hour))))
	}
	stands := engine.Group{Length: v.r.IntN(9), Wait: v.r.IntN(99) - 1, Ready: v.r.IntN(3)}
	return engine.Moment{
		Now: now, Session: "ses_1", Fallback: pick(v.r, "", "g9"),
		Caller: engine.Caller{ID: fmt.Sprint("v", v.r.IntN(9)), Nickname: "小王", Channel: "web", Media: "video"},
		Group:  func(string) engine.Group { return stands },
	}
}

// canary is what callers type, and services answer, where it is secret.
const canary = "4242424242"

// answer gives the input to a rest: often one that fits, or else anything.
func (v *visitor) answer(s engine.State, last engine.Event) *nodes.Input {
	switch s.Rest {
	case engine.Away:
		port := pick(v.r, nodes.Done, nodes.Done, nodes.TimedOut, nodes.Full, nodes.Closed, nodes.NoAgent, nodes.Failed)
		return &nodes.Input{Kind: nodes.Exit, Port: port, Staff: pick(v.r, "", "8001")}
	case engine.Fetching:
		if v.r.IntN(8) == 0 {
			return &nodes.Input{Kind: nodes.Timeout}
		}
		if echo := asJSON(v.t, map[string]any{"you": []any{"sent", s.Vars["card"], map[string]any{"pin": s.Vars["pin"]}}}); strings.Contains(echo, canary) {
			return &nodes.Input{Kind: nodes.Replied, Reply: &nodes.Reply{Status: 200, Body: json.RawMessage(echo)}}
		}
		body := pick(v.r, `{"a":1,"name":"小王","level":3,"ok":true}`, `[1,2]`, `null`, `"x"`, `{"a":{"b":["`+strings.Repeat("长", 4000)+`"]}}`)
		reply := pick(v.r, nodes.Reply{Status: 200, Body: json.RawMessage(body)}, nodes.Reply{Status: 500}, nodes.Reply{Fault: "timeout"}, nodes.Reply{Fault: "json", Status: 200})
		return &nodes.Input{Kind: nodes.Replied, Reply: &reply}
	}
	if v.r.IntN(10) == 0 {
		return &nodes.Input{Kind: nodes.Timeout}
	}
	if last.Ask != nil && last.Ask.Secret {
		return &nodes.Input{Kind: nodes.Choice, Text: pick(v.r, canary, canary+" "+strings.Repeat("?", 300))}
	}
	if len(last.Menu) > 0 && v.r.IntN(4) > 0 {
		o := pick(v.r, last.Menu...)
		return pick(v.r, &nodes.Input{Kind: nodes.Choice, Option: o.ID}, &nodes.Input{Kind: nodes.Choice, Text: " " + o.Keyword})
	}
	return &nodes.Input{Kind: nodes.Choice, Text: pick(v.r, "42", "1,000.5", "13800138000", "2026-05-06", "小王", "", "?", strings.Repeat("长", 2100), "\x00\u202e${card}")}
}

// replay walks the session again with the inputs that its trace has kept, and wants the same trace.
func (v *visitor) replay() {
	v.t.Helper()
	if v.hidden {
		return // a secret is nowhere to be read
	}
	s := engine.State{}
	for i, m := range v.moments {
		var in *nodes.Input
		if first := v.trace[i][0]; first.Kind == engine.Got {
			in = copied(v.t, first.Input)
		}
		after, events, err := engine.Advance(v.p, s, in, m)
		if err != nil || asJSON(v.t, events) != asJSON(v.t, v.trace[i]) {
			v.t.Fatalf("%s: step %d is not the same when replayed: %v\n%s", v.name, i, err, cmp.Diff(v.trace[i], events, unkept))
		}
		s = after
	}
}

func asJSON(t testing.TB, x any) string {
	t.Helper()
	raw, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// copied is an input as it is after it was written down and read again.
func copied(t testing.TB, in *nodes.Input) (out *nodes.Input) {
	t.Helper()
	if err := json.Unmarshal([]byte(asJSON(t, in)), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// A planted dead end, which no check has passed, is found by visit's own rules.
func TestPropertiesAreHeld(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	g := newBreeder(t, r).graph()
	i := slices.IndexFunc(g.Edges, func(e graph.Edge) bool { return e.From == "start" && e.Port == nodes.Next })
	g.Edges = slices.Delete(g.Edges, i, i+1)
	_, events, err := engine.Advance(compile(t, g), engine.State{}, nil, at)
	if err != nil || !slices.ContainsFunc(events, func(e engine.Event) bool { return e.Kind == engine.Tripped && e.Reason == engine.ReasonDeadEnd }) {
		t.Errorf("%v %v", kinds(events), err)
	}
}
