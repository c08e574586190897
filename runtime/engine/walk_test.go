package engine_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/nodestest"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
	file "foyer/runtime/walk"
)

// noon is when every test walk happens.
var noon = file.Noon()

// at is that moment, with nobody around.
var at = engine.Moment{Now: noon}

// walk is one file in testdata.
type walk struct{ file.File }

// TestWalks plays every testdata/*.json.
func TestWalks(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no walks found: %v", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			want := read(t, name)
			got := play(t, want)
			if nodestest.Updating() {
				write(t, name, got)
				return
			}
			if diff := cmp.Diff(want, got, sameJSON, unkept); diff != "" {
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

// unkept leaves out what no record has.
var unkept = cmpopts.IgnoreFields(engine.Event{}, "Err")

func read(t *testing.T, name string) walk {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := file.Read(raw)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return walk{f}
}

// play walks a file again.
func play(t *testing.T, w walk) walk {
	t.Helper()
	got, err := w.Play(standard.Set())
	if err != nil {
		t.Fatal(err)
	}
	var before engine.State
	for _, r := range got.Runs {
		if r.Error != "" && cmp.Diff(before, *r.State) != "" {
			t.Errorf("an error has changed the state\n%s", cmp.Diff(before, *r.State))
		}
		before = stored(t, *r.State)
	}
	return walk{got}
}

func write(t *testing.T, name string, w walk) {
	t.Helper()
	raw, err := w.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, raw, 0o644); err != nil {
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
