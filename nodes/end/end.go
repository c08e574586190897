// Package end closes a session, and rules how the talk before it comes to its end.
package end

import (
	"encoding/json"
	"strconv"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Kind is the end node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in.
type Config struct {
	IdleSeconds   int    `json:"idleSeconds"`             // 用户应答超时自动结束(秒): the caller silent so long after the agent's last message; 0 = never
	IdleText      string `json:"idleText,omitempty"`      // 超时自动结束提示语
	AgentEndsText string `json:"agentEndsText,omitempty"` // 客服结束提示语
}

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	return nodes.Spec{
		Name: "end", Icon: "circle-stop", Category: "end", Fixed: true, Default: `{"idleSeconds":300}`,
		Fields: []nodes.Field{
			{Name: "idleSeconds", Type: nodes.NumberField, Max: 3600, Unit: "unit.seconds"},
			{Name: "idleText", Type: nodes.TextField, MaxRunes: 500, Holes: true, Late: []string{nodes.StaffNo}},
			{Name: "agentEndsText", Type: nodes.TextField, MaxRunes: 500, Holes: true, Late: []string{nodes.StaffNo}},
		},
	}
}

// Ports is empty: nothing comes after the end.
func (Kind) Ports(json.RawMessage) []nodes.PortSpec { return nil }

// Check refuses a config that does not decode; the fields are checked from the Spec.
func (k Kind) Check(n graph.Node, _ nodes.World) []graph.Issue {
	if _, err := nodes.Read[Config](k.Spec(), n.Config); err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	return nil
}

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, env expression.Env) (nodes.Step, error) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nil, err
	}
	s := step{idleSeconds: c.IdleSeconds}
	s.idle, _ = env.CompileText(c.IdleText, nodes.StaffNo)
	s.agentEnds, _ = env.CompileText(c.AgentEndsText, nodes.StaffNo)
	return s, nil
}

// Summary says when a silent caller's session ends.
func (k Kind) Summary(n graph.Node, _ nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil || c.IdleSeconds == 0 {
		return nodes.Text{Key: "node.end.summary"}
	}
	return nodes.Text{Key: "node.end.summaryIdle", Args: map[string]string{"seconds": strconv.Itoa(c.IdleSeconds)}}
}

type step struct {
	idleSeconds     int
	idle, agentEnds expression.Text
}

var _ nodes.Ender = step{}

// Visit ends the session.
func (step) Visit(nodes.Visit) (nodes.Outcome, error) { return nodes.Finish{}, nil }

// EndPolicy says how a talk that leads here is ended.
func (s step) EndPolicy(v expression.Values) nodes.EndPolicy {
	return nodes.EndPolicy{IdleSeconds: s.idleSeconds, IdleText: s.idle.Render(v), AgentEndsText: s.agentEnds.Render(v)}
}
