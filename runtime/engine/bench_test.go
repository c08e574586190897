package engine_test

import (
	"encoding/json"
	"testing"

	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
)

// BenchmarkThreeSteps is P1 of the bars: start, menu, choice and the hand-over to a group, then back from the talk to
// the end, with the state written as JSON and read back between the steps. One op is a whole session of three steps.
func BenchmarkThreeSteps(b *testing.B) {
	p := compile(b, standard.ExampleFlow("g1", "g2"))
	inputs := []*nodes.Input{nil, {Kind: nodes.Choice, Option: "repair"}, {Kind: nodes.Exit, Port: nodes.Done}}
	b.ReportAllocs()
	for b.Loop() {
		raw := []byte(`{"at":"","wait":0,"steps":0}`)
		for _, in := range inputs {
			var s engine.State
			if err := json.Unmarshal(raw, &s); err != nil {
				b.Fatal(err)
			}
			s, _, err := engine.Advance(p, s, in, at)
			if err != nil {
				b.Fatal(err)
			}
			if raw, err = json.Marshal(s); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkCompile is what a publish costs, and the first session on a version after a restart.
func BenchmarkCompile(b *testing.B) {
	g, set := standard.ExampleFlow("g1", "g2"), standard.Set()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := engine.Compile(engine.Source{Graph: g}, set); err != nil {
			b.Fatal(err)
		}
	}
}
