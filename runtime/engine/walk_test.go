package engine_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/nodestest"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
)

// noon is when every test walk happens.
var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// at is that moment, with nobody around.
var at = engine.Moment{Now: noon}

// walk is one file in testdata: a graph, the inputs, and what each leads to.
type walk struct {
	About    string                  `json:"about"`
	Graph    graph.Graph             `json:"graph"`
	Subs     []sub                   `json:"subs,omitempty"`     // flows that can be entered, each after those that it enters
	Now      time.Time               `json:"now,omitzero"`       // when it happens; zero: noon
	Caller   string                  `json:"caller,omitempty"`   // id
	Groups   map[string]engine.Group `json:"groups,omitempty"`   // how skill groups stand, by id
	Fallback string                  `json:"fallback,omitempty"` // id of the skill group for callers whose flow came to grief
	Inputs   []*nodes.Input          `json:"inputs"`
	Menu     []nodes.Option          `json:"menu,omitempty"` // what a new caller meets
	Runs     []run                   `json:"runs"`           // of the start, and of each input
}

// sub is a flow that others enter.
type sub struct {
	Flow    string      `json:"flow"`    // id
	Version string      `json:"version"` // id
	Graph   graph.Graph `json:"graph"`
}

type run struct {
	Events []engine.Event `json:"events"`
	State  engine.State   `json:"state"`
	Error  string         `json:"error,omitempty"`
}

// TestWalks plays every testdata/*.json.
func TestWalks(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no walks found: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			want := read(t, file)
			got := play(t, want)
			if nodestest.Updating() {
				write(t, file, got)
				return
			}
			if diff := cmp.Diff(want, got, sameJSON); diff != "" {
				t.Errorf("%s (-want +got)\n%s", want.About, diff)
			}
		})
	}
}

// sameJSON takes documents for equal however they are laid out: those within a file are indented with it.
var sameJSON = cmp.Comparer(func(a, b json.RawMessage) bool {
	var x, y bytes.Buffer
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
})

func read(t *testing.T, file string) (w walk) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return w
}

// moment is what the walk may know of the world.
func (w walk) moment() engine.Moment {
	m := at
	if !w.Now.IsZero() {
		m.Now = w.Now
	}
	m.Caller.ID, m.Fallback = w.Caller, w.Fallback
	if w.Groups != nil {
		m.Group = func(id string) engine.Group { return w.Groups[id] }
	}
	return m
}

// program compiles the graph with all that it enters.
func (w walk) program(t *testing.T) *engine.Program {
	t.Helper()
	subs := map[string]*engine.Program{}
	for _, s := range w.Subs {
		p, err := engine.Compile(engine.Source{Version: s.Version, Graph: s.Graph, Subs: maps.Clone(subs)}, standard.Set())
		if err != nil {
			t.Fatal(err)
		}
		subs[s.Flow] = p
	}
	p, err := engine.Compile(engine.Source{Graph: w.Graph, Subs: subs}, standard.Set())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func play(t *testing.T, w walk) walk {
	t.Helper()
	p := w.program(t)
	_, w.Menu, _ = p.Menu()
	w.Runs = nil
	at := w.moment()
	var s engine.State
	for _, in := range append([]*nodes.Input{nil}, w.Inputs...) {
		before := s
		after, events, err := engine.Advance(p, s, in, at)
		r := run{Events: events, State: after}
		if err != nil {
			r.Error = err.Error()
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("an error has changed the state\n%s", diff)
			}
		}
		w.Runs = append(w.Runs, r)
		s = stored(t, after)
	}
	return w
}

func write(t *testing.T, file string, w walk) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(w); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func compile(t testing.TB, g graph.Graph) *engine.Program {
	t.Helper()
	p, err := engine.Compile(engine.Source{Graph: g}, standard.Set())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// stored is a state after it was written down and read again, as between any two inputs.
func stored(t testing.TB, s engine.State) engine.State {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back engine.State
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, back); diff != "" {
		t.Fatalf("the state does not survive its storage (-before +after)\n%s", diff)
	}
	return back
}

// The walk of the demo, read as a story.
func TestExampleFlow(t *testing.T) {
	p := compile(t, standard.ExampleFlow("g1", "g2"))
	prompt, options, ok := p.Menu()
	if !ok || prompt == "" || len(options) != 2 || options[1].Label != "产品报障" {
		t.Fatalf("menu %q %v %v", prompt, options, ok)
	}
	s, events, err := engine.Advance(p, engine.State{}, nil, at)
	if err != nil || s.Rest != engine.Asking || s.Wait != 1 {
		t.Fatalf("start: %+v, %v", s, err)
	}
	if asked := events[len(events)-1]; asked.Kind != engine.Asked || !asked.Deadline.Equal(noon.Add(2*time.Minute)) {
		t.Errorf("asked %+v", asked)
	}
	s, events, err = engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Choice, Option: "repair"}, at)
	off := events[len(events)-1]
	if err != nil || s.Rest != engine.Away || s.Wait != 2 || off.Kind != engine.HandedOff || off.Handoff.Group != "g2" {
		t.Fatalf("choice: %+v, %+v, %v", s, off, err)
	}
	if off.End.IdleSeconds != 300 || off.End.AgentEndsText == "" {
		t.Errorf("the end node's rules do not come along: %+v", off.End)
	}
	s, events, err = engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Exit, Port: nodes.Done}, at)
	if last := events[len(events)-1]; err != nil || !s.Over || last.Kind != engine.Finished || last.Reason != "end" {
		t.Fatalf("done: %+v, %+v, %v", s, last, err)
	}
	if _, _, err := engine.Advance(p, stored(t, s), nil, at); !errors.Is(err, engine.ErrFinished) {
		t.Errorf("after the end: %v", err)
	}
}

// A flow without a branch goes straight to people.
func TestMenuOfStraightFlow(t *testing.T) {
	g := standard.ExampleFlow("g1", "g2")
	g.Edges[0].To = "presales"
	if _, _, ok := compile(t, g).Menu(); ok {
		t.Error("there is a menu")
	}
	g.Edges = nil
	if _, _, ok := compile(t, g).Menu(); ok {
		t.Error("there is a menu where the start leads nowhere")
	}
}

// Advance does not change what it was given.
func TestAdvanceIsPure(t *testing.T) {
	p := compile(t, standard.ExampleFlow("g1", "g2"))
	s, _, err := engine.Advance(p, engine.State{}, nil, at)
	if err != nil {
		t.Fatal(err)
	}
	in := nodes.Input{Kind: nodes.Choice, Text: " 售后 "}
	first, one, err := engine.Advance(p, s, &in, at)
	if err != nil {
		t.Fatal(err)
	}
	kept := stored(t, first)
	second, two, err := engine.Advance(p, s, &in, at)
	if err != nil || cmp.Diff(first, second) != "" || cmp.Diff(one, two) != "" {
		t.Errorf("the same again gives something else: %v", err)
	}
	if _, _, err := engine.Advance(p, first, &nodes.Input{Kind: nodes.Exit, Port: nodes.NoAgent}, at); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(kept, first); diff != "" {
		t.Errorf("a state was changed after the fact\n%s", diff)
	}
}
