package walk_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
	"foyer/runtime/walk"
)

// The engine's own fixtures are such files, and come out of Read and Marshal as they went in.
func TestFixturesAreWalks(t *testing.T) {
	files, err := filepath.Glob("../engine/testdata/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := walk.Read(raw)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		again, err := f.Play(standard.Set())
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		for _, d := range walk.Differ(f, again) {
			t.Errorf("%s: %+v", file, d)
		}
		if back, err := f.Marshal(); err != nil || string(back) != string(raw) {
			t.Errorf("%s is written differently, %v", file, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing": "", "a list": "[]", "an unknown member": `{"about":"","graph":{"spec":2,"nodes":[],"edges":[]},"colour":1}`,
		"two": `{"graph":{"spec":2,"nodes":[],"edges":[]}} {}`, "an odd graph": `{"graph":{}}`,
	} {
		if _, err := walk.Read([]byte(raw)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	if _, err := walk.Read([]byte(`{"graph":{"spec":99}}`)); !errors.Is(err, graph.ErrNewerSpec) {
		t.Errorf("a newer spec: %v", err)
	}
}

// The moment of an input is that of the one before, with what has changed.
func TestMoment(t *testing.T) {
	later := walk.Noon().Add(time.Hour)
	f := walk.File{
		Caller: "c", Session: "s", Fallback: "g9", Groups: map[string]engine.Group{"g1": {Ready: 1}, "g2": {Ready: 2}},
		Later: []walk.Later{{Now: later}, {Groups: map[string]engine.Group{"g1": {Ready: 5}}}},
	}
	for n, want := range []struct {
		now   time.Time
		ready int
	}{{walk.Noon(), 1}, {later, 1}, {later, 5}, {later, 5}} {
		m := f.Moment(n)
		if !m.Now.Equal(want.now) || m.Group("g1").Ready != want.ready || m.Group("g2").Ready != 2 || m.Caller.ID != "c" || m.Fallback != "g9" {
			t.Errorf("moment %d is %+v", n, m)
		}
	}
	if f.Groups["g1"].Ready != 1 {
		t.Error("the beginning was changed")
	}
	if (walk.File{}).Moment(3).Group != nil {
		t.Error("somebody knows how groups stand")
	}
}

// A pin that stands nowhere before is a fault of the file.
func TestPins(t *testing.T) {
	g := standard.ExampleFlow("g1", "g2")
	f := walk.File{Graph: g, Pins: map[string]string{"flow_a": "ver_1"}}
	if _, err := f.Program(standard.Set()); err == nil || !strings.Contains(err.Error(), "ver_1") {
		t.Errorf("%v", err)
	}
	f.Subs = []walk.Sub{{Flow: "flow_a", Version: "ver_1", Graph: g}, {Flow: "flow_a", Version: "ver_2", Graph: g}}
	if _, err := f.Program(standard.Set()); err != nil {
		t.Error(err)
	}
}

// What a record has cut is compared as far as it goes; anything else that differs is found.
func TestDiffer(t *testing.T) {
	long := engine.Event{Kind: engine.Said, Node: "a", Text: strings.Repeat("字", 3000), Deadline: walk.Noon()}
	elsewhere := long
	elsewhere.Deadline = walk.Noon().In(time.FixedZone("", 3600))
	run := func(events ...engine.Event) walk.File { return walk.File{Runs: []walk.Run{{Events: events}}} }
	for name, c := range map[string]struct {
		want, got walk.File
		n         int
	}{
		"the same":         {run(long), run(elsewhere), 0},
		"cut":              {run(long.Fit()), run(elsewhere), 0},
		"bare":             {run(long.Bare()), run(elsewhere), 0},
		"the cut is mine":  {run(long), run(long.Fit()), 1},
		"another text":     {run(long.Fit()), run(engine.Event{Kind: engine.Said, Node: "a", Text: "x"}), 1},
		"one more":         {run(long), run(long, long), 1},
		"one less":         {run(long, long), run(long), 1},
		"a run less":       {run(long), walk.File{}, 1},
		"another state":    {walk.File{Runs: []walk.Run{{State: &engine.State{At: "a"}}}}, walk.File{Runs: []walk.Run{{State: &engine.State{At: "b"}}}}, 1},
		"no state":         {walk.File{Runs: []walk.Run{{}}}, walk.File{Runs: []walk.Run{{State: &engine.State{At: "b"}}}}, 0},
		"another error":    {walk.File{Runs: []walk.Run{{Error: "x"}}}, walk.File{Runs: []walk.Run{{}}}, 1},
		"another menu":     {walk.File{Menu: []nodes.Option{{ID: "a"}}}, walk.File{}, 1},
		"a menu not noted": {walk.File{}, walk.File{Menu: []nodes.Option{{ID: "a"}}}, 0},
	} {
		if d := walk.Differ(c.want, c.got); len(d) != c.n {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestMasked(t *testing.T) {
	f := walk.File{Inputs: []*nodes.Input{{Kind: nodes.Choice, Text: "a"}, {Kind: nodes.Choice, Text: engine.Masked}, {Kind: nodes.Replied}, nil,
		{Kind: nodes.Choice, Option: engine.Masked}, {Kind: nodes.Replied, Reply: &nodes.Reply{Status: 200}},
		{Kind: nodes.Replied, Reply: &nodes.Reply{Fault: "network"}}, {Kind: nodes.Replied, Reply: &nodes.Reply{Status: 200, Body: []byte("1")}},
	}}
	if got := f.Masked(); !slices.Equal(got, []int{2, 3, 5, 6}) {
		t.Errorf("%v", got)
	}
}
