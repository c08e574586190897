// Package assign gives variables new values.
package assign

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Kind is the assign node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in. The sets are worked out in their order: a later one sees what an earlier one set.
type Config struct {
	Sets  []Set  `json:"sets"`
	Group string `json:"group,omitempty"` // id of the skill group that queue and group names are about
}

// Set gives one variable a value.
type Set struct {
	Variable string `json:"variable"` // its name
	Value    string `json:"value"`    // an expression of the variable's type
}

const maxSets = 20

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	return nodes.Spec{
		Name: "assign", Icon: "variable", Category: "data",
		Default: `{"sets":[{"variable":"","value":""}],"group":""}`,
		Fields: []nodes.Field{
			{Name: "sets", Type: nodes.ListField, Required: true, Min: 1, Max: maxSets, Item: []nodes.Field{
				{Name: "variable", Type: nodes.VarField, Required: true},
				{Name: "value", Type: nodes.ExprField, Required: true, MaxRunes: expression.MaxSource},
			}},
			{Name: "group", Type: nodes.GroupField, Advanced: true},
		},
	}
}

// Ports lists the way on.
func (Kind) Ports(json.RawMessage) []nodes.PortSpec {
	return []nodes.PortSpec{{ID: nodes.Next, Label: nodes.Text{Key: "node.assign.port.next"}}}
}

// Check refuses a value of another type than the variable's, and what is secret in a variable that is not; whether
// both are there is checked from the Spec.
func (k Kind) Check(n graph.Node, w nodes.World) []graph.Issue {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	var issues []graph.Issue
	env := nodes.EnvOf(w.Vars())
	for i, s := range c.Sets {
		at := slices.IndexFunc(w.Vars(), func(v graph.Variable) bool { return v.Name == s.Variable })
		program, faults := env.Compile(s.Value, "")
		if at < 0 || len(faults) > 0 {
			continue // the Spec tells
		}
		v := w.Vars()[at]
		_, faults = env.Compile(s.Value, v.Type)
		if !v.Secret {
			faults = append(faults, leaks(program, v)...)
		}
		for _, f := range faults {
			issues = append(issues, graph.Issue{
				Node: n.ID, Field: fmt.Sprintf("sets.%d.value", i), Code: f.Code, Level: graph.Error, Args: f.Args,
			})
		}
	}
	return issues
}

// leaks finds a secret that a value is made of: in a variable that is not secret everybody could read it.
func leaks(value *expression.Program, into graph.Variable) []expression.Fault {
	for _, name := range value.Uses() {
		if name.Secret {
			return []expression.Fault{{Code: "assign.secret", Args: map[string]string{"name": into.Name, "secret": name.Path}}}
		}
	}
	return nil
}

// Summary names the variables, each once.
func (k Kind) Summary(n graph.Node, _ nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	var names []string
	for _, s := range c.Sets {
		if s.Variable != "" && !slices.Contains(names, s.Variable) {
			names = append(names, s.Variable)
		}
	}
	if err != nil || len(names) == 0 {
		return nodes.Text{Key: "node.assign.summaryNone"}
	}
	return nodes.Text{Key: "node.assign.summary", Args: map[string]string{"variables": strings.Join(names, ", ")}}
}
