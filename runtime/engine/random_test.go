package engine_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
)

// Over thousands of random graphs: every Advance comes to rest, says how, and every session ends.
func TestRandomWalks(t *testing.T) {
	graphs := 3000
	if testing.Short() {
		graphs = 300
	}
	for seed := range graphs {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		stroll(t, r, fmt.Sprint("seed ", seed))
	}
}

// FuzzAdvance is the same with seeds that the fuzzer finds.
func FuzzAdvance(f *testing.F) {
	for i := range uint64(8) {
		f.Add(i, i*i)
	}
	f.Fuzz(func(t *testing.T, a, b uint64) {
		stroll(t, rand.New(rand.NewPCG(a, b)), fmt.Sprint("seeds ", a, " ", b))
	})
}

// stroll walks one random session to its end.
func stroll(t *testing.T, r *rand.Rand, name string) {
	t.Helper()
	p, err := engine.Compile(engine.Source{Graph: randomGraph(r)}, toys())
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	s, events, err := engine.Advance(p, engine.State{}, nil, at)
	for inputs := 0; ; inputs++ {
		if err != nil {
			t.Fatalf("%s: input %d: %v", name, inputs, err)
		}
		checkRest(t, name, s, events)
		if s.Over {
			return
		}
		if inputs > 12*engine.MaxSession {
			t.Fatalf("%s: never ends", name)
		}
		wait := s.Wait
		s, events, err = engine.Advance(p, stored(t, s), randomInput(r, s.Rest), at)
		if !s.Over && s.Wait != wait+1 {
			t.Fatalf("%s: wait %d follows on %d", name, s.Wait, wait)
		}
	}
}

// checkRest holds what must be true after every Advance.
func checkRest(t *testing.T, name string, s engine.State, events []engine.Event) {
	t.Helper()
	last := events[len(events)-1]
	arrived, said := 0, false
	for _, e := range events {
		if e.Kind == engine.Arrived {
			arrived++
		}
		said = said || e.Kind == engine.Said && e.Text != ""
	}
	ok := arrived <= engine.MaxSteps && s.Steps <= engine.MaxSession
	switch last.Kind {
	case engine.Finished:
		ok = ok && s.Over && (said || last.Reason == "end")
	case engine.Tripped:
		ok = ok && s.Over && said && last.Reason != ""
	case engine.Asked:
		ok = ok && !s.Over && s.Rest == engine.Asking && last.Deadline.After(noon)
	case engine.HandedOff:
		ok = ok && !s.Over && s.Rest == engine.Away && last.Handoff != nil
	default:
		ok = false
	}
	if !ok {
		t.Fatalf("%s: rests at %+v after %+v", name, s, last)
	}
}

func randomGraph(r *rand.Rand) graph.Graph {
	kinds := []string{"branch", "branch", "branch", "transfer", "transfer", "pass", "pass", "side", "hurried", "end", "lost", "fails", "empty", "finish"}
	g := draw("s:start")
	for i := range 2 + r.IntN(12) {
		n := graph.Node{ID: graph.NodeID(fmt.Sprint("n", i)), Kind: kinds[r.IntN(len(kinds))]}
		switch n.Kind {
		case "branch":
			n.Config = json.RawMessage(fmt.Sprintf(`{"prompt":"p","retries":%d,"options":[{"id":"a","keywords":["1"]},{"id":"b","keywords":["2"]}]}`, 1+r.IntN(10)))
		case "transfer":
			n.Config = json.RawMessage(`{"group":"g1"}`)
		}
		g.Nodes = append(g.Nodes, n)
	}
	for _, n := range g.Nodes {
		for _, x := range toys().Exits(n) {
			if r.IntN(5) > 0 {
				to := g.Nodes[1+r.IntN(len(g.Nodes)-1)].ID
				g.Edges = append(g.Edges, graph.Edge{ID: graph.EdgeID(fmt.Sprint(n.ID, x.Port)), From: n.ID, Port: x.Port, To: to})
			}
		}
	}
	return g
}

func randomInput(r *rand.Rand, rest engine.Rest) *nodes.Input {
	if rest == engine.Away {
		ports := []graph.Port{nodes.Done, nodes.TimedOut, nodes.Full, nodes.Closed, nodes.NoAgent, nodes.Failed}
		return &nodes.Input{Kind: nodes.Exit, Port: ports[r.IntN(len(ports))]}
	}
	answers := []nodes.Input{
		{Kind: nodes.Timeout}, {Kind: nodes.Choice, Option: "a"}, {Kind: nodes.Choice, Text: " ２"}, {Kind: nodes.Choice, Text: "?"}, {Kind: nodes.Choice},
	}
	return &answers[r.IntN(len(answers))]
}
