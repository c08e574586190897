// Package start is where every session begins, and where one goes on whose walk came to grief. The box is placed with
// the flow, cannot be deleted and has nothing to set.
package start

import (
	"encoding/json"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Kind is the start node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is empty: a start node has nothing to set.
type Config struct{}

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	return nodes.Spec{Name: "start", Icon: "play", Category: "flow", Single: true, NoInput: true, Fixed: true, Default: `{}`}
}

// Ports lists the way on, and the way for a walk that a guard or an error has stopped.
func (Kind) Ports(json.RawMessage) []nodes.PortSpec {
	return []nodes.PortSpec{
		{ID: nodes.Next, Label: nodes.Text{Key: "node.start.port.next"}},
		{ID: nodes.Error, Label: nodes.Text{Key: "node.start.port.error"}, Optional: true, Error: true, Quiet: true},
	}
}

// Check refuses a config that is not empty.
func (k Kind) Check(n graph.Node, _ nodes.World) []graph.Issue {
	if _, err := nodes.Read[Config](k.Spec(), n.Config); err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	return nil
}

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, _ expression.Env) (nodes.Step, error) {
	if _, err := nodes.Read[Config](k.Spec(), n.Config); err != nil {
		return nil, err
	}
	return step{}, nil
}

// Summary says what the node is for.
func (Kind) Summary(graph.Node, nodes.World) nodes.Text { return nodes.Text{Key: "node.start.summary"} }

type step struct{}

// Visit goes on at once.
func (step) Visit(nodes.Visit) (nodes.Outcome, error) { return nodes.Leave{Port: nodes.Next}, nil }
