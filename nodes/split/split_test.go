package split_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/nodestest"
	"foyer/nodes/split"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, split.Kind{}) }

// compiled is a split with arms named a, b, c … of the given weights.
func compiled(t *testing.T, node graph.NodeID, weights ...int) nodes.Step {
	t.Helper()
	var c split.Config
	for i, w := range weights {
		c.Arms = append(c.Arms, split.Arm{ID: graph.Port('a' + rune(i)), Weight: w})
	}
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	step, err := split.Kind{}.Compile(graph.Node{ID: node, Config: raw}, nodes.EnvOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	return step
}

func way(t *testing.T, s nodes.Step, caller string) graph.Port {
	t.Helper()
	out, err := s.Visit(nodes.Visit{Caller: caller})
	left, ok := out.(nodes.Leave)
	if err != nil || !ok {
		t.Fatalf("%+v %v", out, err)
	}
	return left.Port
}

// These values are a promise: a caller who came before goes the same way again. Never change them; they were worked
// out apart from the code, from the words beside pick.
func TestPromise(t *testing.T) {
	ten := []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	for _, c := range []struct {
		caller  string
		node    graph.NodeID
		weights []int
		want    graph.Port
	}{
		{"vis_1", "n", []int{50, 50}, "a"},
		{"vis_2", "n", []int{50, 50}, "b"},
		{"vis_1", "split", []int{50, 50}, "a"},
		{"vis_1", "n", []int{1, 999}, "b"},
		{"", "n", ten, "a"},
		{"vis_1", "n", ten, "a"},
		{"vis_2", "n", ten, "i"},
		{"vis_3", "n", ten, "g"},
		{"vis_01HZX4T6G0", "n_7", ten, "b"},
		{"小明", "n", ten, "b"},
		{"oABCD1234efgh", "menu", ten, "h"},
		{"vis_1", "n", []int{1, 2, 3}, "a"},
		{"vis_4", "n", []int{1, 2, 3}, "c"},
		{"vis_5", "n", []int{1000, 1, 1000}, "a"},
	} {
		if got := way(t, compiled(t, c.node, c.weights...), c.caller); got != c.want {
			t.Errorf("%q at %s, weights %v, goes through %s, want %s", c.caller, c.node, c.weights, got, c.want)
		}
	}
}

// Over 100,000 callers every arm has its share: within five times what chance alone makes usual.
func TestShares(t *testing.T) {
	const callers = 100_000
	for _, weights := range [][]int{{50, 50}, {1, 2, 3}, {1, 999}, {10, 10, 10, 10, 10, 10, 10, 10, 10, 10}, {1000, 1, 1000}} {
		sum, got := 0, map[graph.Port]int{}
		s := compiled(t, "n", weights...)
		for i := range callers {
			got[way(t, s, fmt.Sprint("vis_", i))]++
		}
		for _, w := range weights {
			sum += w
		}
		for i, w := range weights {
			share := float64(w) / float64(sum)
			usual := math.Sqrt(callers * share * (1 - share))
			if off := math.Abs(float64(got[graph.Port('a'+rune(i))]) - callers*share); off > 5*usual {
				t.Errorf("%v: arm %d has %d callers of %.0f", weights, i, got[graph.Port('a'+rune(i))], callers*share)
			}
		}
	}
}

// What a caller gets at one node says nothing of what they get at another.
func TestNodesAreApart(t *testing.T) {
	one, two := compiled(t, "n1", 1, 1), compiled(t, "n2", 1, 1)
	const callers = 10_000
	same := 0
	for i := range callers {
		if caller := fmt.Sprint(i); way(t, one, caller) == way(t, two, caller) {
			same++
		}
	}
	if math.Abs(float64(same)-callers/2) > 5*math.Sqrt(callers)/2 {
		t.Errorf("%d of %d go the same way at both", same, callers)
	}
}

// A first arm that grows keeps its callers, and takes only as many as it grows by.
func TestGrowing(t *testing.T) {
	before, after := compiled(t, "n", 10, 90), compiled(t, "n", 20, 80)
	moved := 0
	for i := range 10_000 {
		caller := fmt.Sprint(i)
		from, to := way(t, before, caller), way(t, after, caller)
		if from == "a" && to != "a" {
			t.Fatalf("caller %s has lost the first way", caller)
		}
		if from != to {
			moved++
		}
	}
	if moved < 800 || moved > 1200 {
		t.Errorf("%d of 10000 have moved, want about 1000", moved)
	}
}
