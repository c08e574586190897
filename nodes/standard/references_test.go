package standard_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
)

// What nodes name outside of their flow is found in every kind, also in lists, from the Specs alone.
func TestReferences(t *testing.T) {
	g := graph.Graph{}
	for _, n := range [][3]string{
		{"a", "transfer", `{"group":"g1","overflow":[{"group":"g2","after":5},{"group":"","after":9},{"group":"g1","after":9}]}`},
		{"b", "subflow", `{"flow":"flow_a"}`},
		{"c", "subflow", `{"flow":""}`},
		{"d", "transfer", `["g9"]`},
		{"e", "robot", `{"group":"g9"}`},
	} {
		g.Nodes = append(g.Nodes, graph.Node{ID: graph.NodeID(n[0]), Kind: n[1], Config: json.RawMessage(n[2])})
	}
	groups := []graph.Reference{{Node: "a", Field: "group", ID: "g1"}, {Node: "a", Field: "overflow.0.group", ID: "g2"}, {Node: "a", Field: "overflow.2.group", ID: "g1"}}
	if diff := cmp.Diff(groups, checker().Groups(g)); diff != "" {
		t.Errorf("groups (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]graph.Reference{{Node: "b", Field: "flow", ID: "flow_a"}}, checker().Enters(g)); diff != "" {
		t.Errorf("flows (-want +got)\n%s", diff)
	}
}
