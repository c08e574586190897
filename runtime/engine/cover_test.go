package engine_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
)

// Every shipped kind is visited in a walk, and left through every port that it has in any of them.
func TestEveryKindIsWalked(t *testing.T) {
	walks := walks(t)
	for _, gap := range gaps(standard.Set(), walks) {
		t.Error(gap, "in runtime/engine/testdata: write a walk for it")
	}
	planted := toys()
	for name := range planted {
		if _, ships := standard.Set()[name]; !ships && name != "pass" {
			delete(planted, name)
		}
	}
	if got := gaps(planted, walks); !slices.Contains(got, "no walk visits a pass") {
		t.Errorf("a kind without a walk is not missed: %q", got)
	}
	fewer := slices.DeleteFunc(slices.Clone(walks), func(w walk) bool { return strings.Contains(w.About, "could not be set up") })
	if got := gaps(standard.Set(), fewer); len(fewer) == len(walks) || !slices.Contains(got, "no walk leaves a transfer through failed") {
		t.Errorf("a port without a walk is not missed: %q", got)
	}
}

func walks(t *testing.T) (all []walk) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		all = append(all, read(t, file))
	}
	return all
}

// gaps tells what of the kinds no walk shows.
func gaps(set nodes.Set, walks []walk) (out []string) {
	visited := map[string]bool{}
	ports := map[string]map[graph.Port]bool{} // by kind: whether the port was gone through
	for name := range set {
		ports[name] = map[graph.Port]bool{}
	}
	for _, w := range walks {
		byPlace := map[string]graph.Node{}
		w.place(byPlace, "", w.Graph)
		for _, s := range w.Subs {
			w.place(byPlace, s.Version, s.Graph)
		}
		for _, n := range byPlace {
			for _, x := range set.Exits(n) {
				ports[n.Kind][x.Port] = ports[n.Kind][x.Port] || false
			}
		}
		for _, r := range w.Runs {
			for _, e := range r.Events {
				n, known := byPlace[e.In+"/"+string(e.Node)]
				if !known {
					continue // back from the fallback group
				}
				visited[n.Kind] = visited[n.Kind] || e.Kind == engine.Arrived
				if (e.Kind == engine.Went || e.Kind == engine.Finished) && e.Port != "" {
					ports[n.Kind][e.Port] = true
				}
			}
		}
	}
	for _, name := range set.Names() {
		if !visited[name] {
			out = append(out, "no walk visits a "+name)
		}
		for port, gone := range ports[name] {
			if !gone {
				out = append(out, fmt.Sprintf("no walk leaves a %s through %s", name, port))
			}
		}
	}
	slices.Sort(out)
	return out
}

// place notes the nodes of a graph by version and id.
func (walk) place(byPlace map[string]graph.Node, version string, g graph.Graph) {
	for _, n := range g.Nodes {
		byPlace[version+"/"+string(n.ID)] = n
	}
}
