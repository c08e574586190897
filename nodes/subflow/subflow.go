// Package subflow walks another flow and comes back when it ends.
package subflow

import (
	"encoding/json"
	"fmt"
	"slices"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Kind is the subflow node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in.
type Config struct {
	Flow string `json:"flow"` // id of the other flow; its live version is pinned when this flow is published
}

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	return nodes.Spec{
		Name: "subflow", Icon: "workflow", Category: "flow", Fixed: true, Default: `{"flow":""}`,
		Fields: []nodes.Field{{Name: "flow", Type: nodes.FlowField, Required: true}},
	}
}

// Ports lists the way on after the other flow has ended, and the one after it came to grief.
func (Kind) Ports(json.RawMessage) []nodes.PortSpec {
	return []nodes.PortSpec{
		{ID: nodes.Done, Label: nodes.Text{Key: "node.subflow.port.done"}},
		{ID: nodes.Error, Label: nodes.Text{Key: "node.subflow.port.error"}, Optional: true, Error: true, Quiet: true},
	}
}

// Check compares the variables: a walk has one value under one name, whichever flow it is in and however deep, so all
// flows that declare a name must agree on its type and on whether it is secret.
func (k Kind) Check(n graph.Node, w nodes.World) []graph.Issue {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	other, ok := w.Flow(c.Flow)
	if !ok {
		return nil
	}
	var issues []graph.Issue
	for _, v := range w.Vars() {
		declared := func(but func(o graph.Variable) bool) bool {
			return slices.ContainsFunc(other.Vars, func(o graph.Variable) bool { return o.Name == v.Name && but(o) })
		}
		issue := graph.Issue{Node: n.ID, Field: "flow", Level: graph.Error, Args: map[string]string{"name": v.Name, "flow": other.Name}}
		switch {
		case declared(func(o graph.Variable) bool { return o.Type != v.Type }):
			issue.Code = "subflow.variable"
		case declared(func(o graph.Variable) bool { return o.Secret != v.Secret }):
			issue.Code = "subflow.secret"
		default:
			continue
		}
		issues = append(issues, issue)
	}
	return issues
}

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, _ expression.Env) (nodes.Step, error) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nil, err
	}
	return step{flow: c.Flow}, nil
}

// Summary names the other flow.
func (k Kind) Summary(n graph.Node, w nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	other, ok := w.Flow(c.Flow)
	if err != nil || !ok {
		return nodes.Text{Key: "node.subflow.summaryNone"}
	}
	return nodes.Text{Key: "node.subflow.summary", Args: map[string]string{"flow": other.Name}}
}

// step is a compiled subflow.
type step struct{ flow string }

// Visit enters the other flow, and goes on when it has ended one way or the other.
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	switch {
	case v.In == nil:
		return nodes.Enter{Flow: s.flow}, nil
	case v.In.Kind == nodes.Returned:
		return nodes.Leave{Port: nodes.Done}, nil
	case v.In.Kind == nodes.Broke:
		return nodes.Leave{Port: nodes.Error}, nil
	}
	return nil, fmt.Errorf("a flow within a flow is not answered by %q", v.In.Kind)
}
