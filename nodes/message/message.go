// Package message says something to the caller and goes on.
package message

import (
	"encoding/json"
	"fmt"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Kind is the message node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in.
type Config struct {
	Text string `json:"text"` // 消息正文, may hold ${expressions}
}

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	return nodes.Spec{
		Name: "message", Icon: "message-square", Category: "flow", Fixed: true, Default: `{"text":""}`,
		Fields: []nodes.Field{{Name: "text", Type: nodes.TextField, Required: true, MaxRunes: 500, Holes: true}},
	}
}

// Ports lists the way on.
func (Kind) Ports(json.RawMessage) []nodes.PortSpec {
	return []nodes.PortSpec{{ID: nodes.Next, Label: nodes.Text{Key: "node.message.port.next"}}}
}

// Check refuses a config that does not decode; the text is checked from the Spec.
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
	var s step
	s.text, _ = env.CompileText(c.Text)
	return s, nil
}

// Summary is the text itself.
func (k Kind) Summary(n graph.Node, _ nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	words := strings.TrimSpace(c.Text)
	if err != nil || words == "" {
		return nodes.Text{Key: "node.message.summaryNone"}
	}
	return nodes.Text{Literal: words}
}

// step is a compiled message.
type step struct{ text expression.Text }

// Visit says the text and goes on at once.
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	if v.In != nil {
		return nil, fmt.Errorf("a message is not answered by %q", v.In.Kind)
	}
	return nodes.Leave{Port: nodes.Next, Say: s.text.Render(v.Values)}, nil
}
