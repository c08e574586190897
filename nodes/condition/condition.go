// Package condition leaves through the port of the first of its rules that is true, or else through one of its own.
package condition

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Kind is the condition node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in. The rules are tried in their order.
type Config struct {
	Rules []Rule `json:"rules"`
	Group string `json:"group,omitempty"` // id of the skill group that queue and group names are about
}

// Rule is one condition and one way out.
type Rule struct {
	ID    graph.Port `json:"id"`              // stable; the port's name
	Label string     `json:"label,omitempty"` // empty shows the condition
	When  string     `json:"when"`            // an expression that gives true or false
}

// Else is the way out when no rule is true.
const Else graph.Port = "else"

// The limits of a condition.
const (
	maxRules = 20
	maxLabel = 20 // characters
)

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	return nodes.Spec{
		Name: "condition", Icon: "git-fork", Category: "flow",
		Default: `{"rules":[{"id":"a","label":"","when":""}],"group":""}`,
		Fields: []nodes.Field{
			{Name: "rules", Type: nodes.ListField, Required: true, Min: 1, Max: maxRules, Item: []nodes.Field{
				{Name: "id", Type: nodes.LineField},
				{Name: "label", Type: nodes.LineField, MaxRunes: maxLabel},
				{Name: "when", Type: nodes.ExprField, Required: true, MaxRunes: expression.MaxSource, Want: graph.FlagType},
			}},
			{Name: "group", Type: nodes.GroupField, Advanced: true},
		},
	}
}

// Ports lists one way out for each rule, then the one for callers whom no rule fits.
func (k Kind) Ports(config json.RawMessage) []nodes.PortSpec {
	c, err := nodes.Read[Config](k.Spec(), config)
	if err != nil {
		c, _ = nodes.Read[Config](k.Spec(), nil)
	}
	ports := make([]nodes.PortSpec, 0, len(c.Rules)+1)
	for i, r := range c.Rules {
		ports = append(ports, nodes.PortSpec{ID: r.ID, Label: nodes.Text{Literal: r.name(i + 1)}})
	}
	return append(ports, nodes.PortSpec{ID: Else, Label: nodes.Text{Key: "node.condition.port.else"}})
}

// name is what the canvas writes beside the rule's port: its label, or a short condition, or else its number.
func (r Rule) name(n int) string {
	label, when := strings.TrimSpace(r.Label), strings.TrimSpace(r.When)
	switch {
	case label != "":
		return label
	case when != "" && utf8.RuneCountInString(when) <= maxLabel:
		return when
	}
	return strconv.Itoa(n)
}

// Check refuses rules whose ids cannot be ports; the conditions are checked from the Spec.
func (k Kind) Check(n graph.Node, _ nodes.World) []graph.Issue {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	ids := make([]graph.Port, len(c.Rules))
	for i, r := range c.Rules {
		ids[i] = r.ID
	}
	return nodes.CheckPortIDs(n, "rules", ids, Else)
}

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, env expression.Env) (nodes.Step, error) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nil, err
	}
	s := make(step, len(c.Rules))
	for i, r := range c.Rules {
		s[i].port = r.ID
		s[i].when, _ = env.Compile(r.When, graph.FlagType)
	}
	return s, nil
}

// Summary names the rules.
func (k Kind) Summary(n graph.Node, _ nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	var names []string
	for i, r := range c.Rules {
		if strings.TrimSpace(r.Label+r.When) != "" {
			names = append(names, r.name(i+1))
		}
	}
	if err != nil || len(names) == 0 {
		return nodes.Text{Key: "node.condition.summaryNone"}
	}
	return nodes.Text{Key: "node.condition.summary", Args: map[string]string{"rules": strings.Join(names, " / ")}}
}

// step is the compiled rules in their order.
type step []rule

// rule is a compiled rule. One without a program, which no check has passed, is never true.
type rule struct {
	port graph.Port
	when *expression.Program
}

// Visit leaves through the first rule that is true. One that cannot be worked out counts as false.
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	if v.In != nil {
		return nil, fmt.Errorf("a condition is not answered by %q", v.In.Kind)
	}
	for _, r := range s {
		if r.when == nil {
			continue
		}
		if x, err := r.when.Eval(v.Values); err == nil && x == true {
			return nodes.Leave{Port: r.port}, nil
		}
	}
	return nodes.Leave{Port: Else}, nil
}
