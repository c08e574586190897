// Package transfer hands the caller to a skill group and goes on when the talk is over or nobody could take it.
package transfer

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Kind is the transfer node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in.
type Config struct {
	Group      string `json:"group"`                // id of the skill group
	Connecting string `json:"connecting,omitempty"` // 转人工提示语
	Queueing   string `json:"queueing,omitempty"`   // 转人工排队提示消息, may hold ${WaitNo}
	Failed     string `json:"failed,omitempty"`     // 转人工失败提示消息
	Success    string `json:"success,omitempty"`    // 转人工成功提示消息, may hold ${StaffNo}
	Timeout    int    `json:"timeout"`              // seconds of waiting at most; 0 = the group's own limit

	Priority         int        `json:"priority,omitempty"`         // 0 to 9; callers with a higher one are served first
	Preferred        string     `json:"preferred,omitempty"`        // expression that gives the work number of the agent to be rung first
	PreferredSeconds int        `json:"preferredSeconds,omitempty"` // how long that agent is rung; 0 = as long as the group rings anybody
	Overflow         []Overflow `json:"overflow,omitempty"`         // groups that help out
}

// Overflow lets another group's agents take the caller too, once they have waited so long.
type Overflow struct {
	Group string `json:"group"` // id of the skill group
	After int    `json:"after"` // seconds since the caller came into the queue
}

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	const longest, longestWait = 500, 7200
	return nodes.Spec{
		Name: "transfer", Icon: "headset", Category: "human", Wait: true,
		Default: `{"group":"","timeout":0,"preferredSeconds":20}`,
		Fields: []nodes.Field{
			{Name: "group", Type: nodes.GroupField, Required: true},
			{Name: "connecting", Type: nodes.TextField, MaxRunes: longest, Holes: true},
			{Name: "queueing", Type: nodes.TextField, MaxRunes: longest, Holes: true, Late: []string{nodes.WaitNo}},
			{Name: "failed", Type: nodes.TextField, MaxRunes: longest, Holes: true},
			{Name: "success", Type: nodes.TextField, MaxRunes: longest, Holes: true, Late: []string{nodes.StaffNo}},
			{Name: "timeout", Type: nodes.NumberField, Max: longestWait, Unit: "unit.seconds", Advanced: true},
			{Name: "priority", Type: nodes.NumberField, Max: 9, Advanced: true},
			{Name: "preferred", Type: nodes.ExprField, Want: graph.TextType, Advanced: true},
			{Name: "preferredSeconds", Type: nodes.NumberField, Max: 120, Unit: "unit.seconds", Advanced: true},
			{Name: "overflow", Type: nodes.ListField, Max: 5, Advanced: true, Item: []nodes.Field{
				{Name: "group", Type: nodes.GroupField, Required: true},
				{Name: "after", Type: nodes.NumberField, Max: longestWait, Unit: "unit.seconds"},
			}},
		},
	}
}

// Ports lists the ways out: after the talk, and one for each reason why there was none.
func (Kind) Ports(json.RawMessage) []nodes.PortSpec {
	ports := []nodes.PortSpec{{ID: nodes.Done, Label: label(nodes.Done)}}
	for _, p := range []graph.Port{nodes.TimedOut, nodes.Full, nodes.Closed, nodes.NoAgent, nodes.Failed} {
		ports = append(ports, nodes.PortSpec{ID: p, Label: label(p), Optional: true, Error: true})
	}
	return ports
}

func label(p graph.Port) nodes.Text { return nodes.Text{Key: "node.transfer.port." + string(p)} }

// Check refuses a config that does not decode, a group that is named twice and a secret that would be read; the fields are checked from the Spec.
func (k Kind) Check(n graph.Node, w nodes.World) (issues []graph.Issue) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	seen := map[string]bool{c.Group: true}
	for i, o := range c.Overflow {
		if seen[o.Group] && o.Group != "" {
			name, _ := w.Group(o.Group)
			issues = append(issues, graph.Issue{
				Node: n.ID, Field: fmt.Sprintf("overflow.%d.group", i), Code: "transfer.groupTwice", Level: graph.Error, Args: map[string]string{"group": name},
			})
		}
		seen[o.Group] = true
	}
	return append(issues, leaks(n, c, w)...)
}

// leaks refuses a preferred agent that is made of a secret: the hand-off stands in the session's record.
func leaks(n graph.Node, c Config, w nodes.World) []graph.Issue {
	program, faults := nodes.EnvOf(w.Vars()).Compile(c.Preferred, graph.TextType)
	if len(faults) > 0 {
		return nil // none is preferred, or the Spec tells
	}
	for _, name := range program.Uses() {
		if name.Secret {
			return []graph.Issue{{Node: n.ID, Field: "preferred", Code: "field.secret", Level: graph.Error, Args: map[string]string{"name": name.Path}}}
		}
	}
	return nil
}

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, env expression.Env) (nodes.Step, error) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nil, err
	}
	s := step{handoff: nodes.Handoff{
		Group: c.Group, QueueTimeout: seconds(c.Timeout), Priority: c.Priority, PreferredFor: seconds(c.PreferredSeconds),
	}}
	for _, o := range c.Overflow {
		s.handoff.Overflow = append(s.handoff.Overflow, nodes.Overflow{Group: o.Group, After: seconds(o.After)})
	}
	if strings.TrimSpace(c.Preferred) != "" {
		var faults []expression.Fault
		if s.preferred, faults = env.Compile(c.Preferred, graph.TextType); len(faults) > 0 {
			return nil, fmt.Errorf("the expression %q: %s", c.Preferred, faults[0].Code)
		}
	}
	s.connecting, _ = env.CompileText(c.Connecting)
	s.queueing, _ = env.CompileText(c.Queueing, nodes.WaitNo)
	s.failed, _ = env.CompileText(c.Failed)
	s.success, _ = env.CompileText(c.Success, nodes.StaffNo)
	return s, nil
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// Summary names the skill group and the longest wait.
func (k Kind) Summary(n graph.Node, w nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	name, ok := w.Group(c.Group)
	switch {
	case err != nil || !ok:
		return nodes.Text{Key: "node.transfer.summaryNone"}
	case c.Timeout == 0:
		return nodes.Text{Key: "node.transfer.summary", Args: map[string]string{"group": name}}
	}
	return nodes.Text{Key: "node.transfer.summaryTimed", Args: map[string]string{"group": name, "seconds": strconv.Itoa(c.Timeout)}}
}

// step is a compiled hand-off; the texts are filled in when a caller comes.
type step struct {
	handoff                               nodes.Handoff
	preferred                             *expression.Program // nil: nobody is preferred
	connecting, queueing, failed, success expression.Text
}

// Visit hands the caller off, and leaves through the port by which they come back. A caller whom nobody served is
// told so in the admin's words.
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	switch {
	case v.In == nil:
		h := s.handoff
		h.Connecting, h.Queueing = s.connecting.Render(v.Values), s.queueing.Render(v.Values)
		h.Failed, h.Success = s.failed.Render(v.Values), s.success.Render(v.Values)
		h.Preferred, h.PreferredFor = s.prefers(v.Values)
		return h, nil
	case v.In.Kind != nodes.Exit:
		return nil, fmt.Errorf("a transfer is not answered by %q", v.In.Kind)
	case v.In.Port == nodes.Done:
		return nodes.Leave{Port: nodes.Done}, nil
	}
	return nodes.Leave{Port: v.In.Port, Say: s.failed.Render(v.Values)}, nil
}

// prefers gives the work number of the agent to be rung first, if there is one, and how long. An expression that has
// no value for this caller prefers nobody: that is no reason to turn them away.
func (s step) prefers(v expression.Values) (number string, lasts time.Duration) {
	if s.preferred == nil {
		return "", 0
	}
	value, err := s.preferred.Eval(v)
	if number, _ = value.(string); err != nil || strings.TrimSpace(number) == "" {
		return "", 0
	}
	return strings.TrimSpace(number), s.handoff.PreferredFor
}
