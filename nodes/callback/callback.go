// Package callback takes a caller's telephone number, so that somebody of a skill group calls them back.
package callback

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Kind is the callback node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in.
type Config struct {
	Group   string `json:"group"` // id of the skill group that calls back
	Prompt  string `json:"prompt"`
	Reason  string `json:"reason,omitempty"` // what the caller wants, told to who calls back
	Thanks  string `json:"thanks,omitempty"` // said when the request is kept
	Wrong   string `json:"wrong,omitempty"`  // said when an answer is not a number
	Retries int    `json:"retries"`          // wrong answers until the walk leaves through nodes.Wrong
	Timeout int    `json:"timeout"`          // seconds until the walk leaves through nodes.TimedOut
}

// maxReason is the longest Reason once its holes are filled, in characters. What is more is cut off.
const maxReason = 500

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	return nodes.Spec{
		Name: "callback", Icon: "phone-incoming", Category: "human", Wait: true, Default: `{"group":"","prompt":"","retries":3,"timeout":120}`,
		Fields: []nodes.Field{
			{Name: "group", Type: nodes.GroupField, Required: true},
			{Name: "prompt", Type: nodes.TextField, Required: true, MaxRunes: 500, Holes: true},
			{Name: "reason", Type: nodes.TextField, MaxRunes: maxReason, Holes: true},
			{Name: "thanks", Type: nodes.TextField, MaxRunes: 500, Holes: true},
			{Name: "wrong", Type: nodes.TextField, MaxRunes: 500, Holes: true},
			{Name: "retries", Type: nodes.NumberField, Min: 1, Max: 10, Unit: "unit.times", Advanced: true},
			{Name: "timeout", Type: nodes.NumberField, Min: 10, Max: 600, Unit: "unit.seconds", Advanced: true},
		},
	}
}

// Ports lists the way on once the request is kept, then the two for callers who leave no number.
func (Kind) Ports(json.RawMessage) []nodes.PortSpec {
	ports := []nodes.PortSpec{{ID: nodes.Next, Label: label(nodes.Next)}}
	for _, p := range []graph.Port{nodes.Wrong, nodes.TimedOut} {
		ports = append(ports, nodes.PortSpec{ID: p, Label: label(p), Optional: true, Error: true})
	}
	return ports
}

func label(p graph.Port) nodes.Text { return nodes.Text{Key: "node.callback.port." + string(p)} }

// Check refuses a config that does not decode; the fields are checked from the Spec.
func (k Kind) Check(n graph.Node, _ nodes.World) []graph.Issue {
	if _, err := nodes.Read[Config](k.Spec(), n.Config); err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	return nil
}

// Summary names the skill group.
func (k Kind) Summary(n graph.Node, w nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	name, ok := w.Group(c.Group)
	if err != nil || !ok {
		return nodes.Text{Key: "node.callback.summaryNone"}
	}
	return nodes.Text{Key: "node.callback.summary", Args: map[string]string{"group": name}}
}

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, env expression.Env) (nodes.Step, error) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nil, err
	}
	s := step{config: c}
	s.prompt, _ = env.CompileText(c.Prompt)
	s.reason, _ = env.CompileText(c.Reason)
	s.thanks, _ = env.CompileText(c.Thanks)
	s.wrong, _ = env.CompileText(c.Wrong)
	return s, nil
}

// step is a compiled request.
type step struct {
	config                        Config
	prompt, reason, thanks, wrong expression.Text
}

// Visit asks for the number on arrival, and leaves with the request noted.
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	if v.In == nil {
		return s.ask(v), nil
	}
	switch v.In.Kind {
	case nodes.Timeout:
		return nodes.Leave{Port: nodes.TimedOut}, nil
	case nodes.Choice:
		if phone, ok := nodes.ReadPhone(v.In.Text); ok {
			return s.kept(phone, v), nil
		}
		return v.Again(s.ask(v), s.config.Retries, nodes.Wrong, s.wrong.Render(v.Values), graph.KeyPrefix+"node.callback.sayPhone"), nil
	}
	return nil, fmt.Errorf("a question is not answered by %q", v.In.Kind)
}

func (s step) kept(phone string, v nodes.Visit) nodes.Leave {
	about := []rune(strings.TrimSpace(s.reason.Render(v.Values)))
	return nodes.Leave{Port: nodes.Next, Say: s.thanks.Render(v.Values), Note: &nodes.Note{Kind: nodes.CallBack, Data: map[string]string{
		"group": s.config.Group, "phone": phone, "about": string(about[:min(len(about), maxReason)]),
	}}}
}

func (s step) ask(v nodes.Visit) nodes.Wait {
	return nodes.Wait{
		Prompt: s.prompt.Render(v.Values), Ask: &nodes.Ask{Type: nodes.AskPhone}, Timeout: time.Duration(s.config.Timeout) * time.Second,
	}
}
