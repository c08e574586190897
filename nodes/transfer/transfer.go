// Package transfer hands the caller to a skill group and goes on when the talk is over or nobody could take it.
package transfer

import (
	"encoding/json"
	"fmt"
	"strconv"
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
}

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	const longest = 500
	return nodes.Spec{
		Name: "transfer", Icon: "headset", Category: "human", Wait: true, Default: `{"group":"","timeout":0}`,
		Fields: []nodes.Field{
			{Name: "group", Type: nodes.GroupField, Required: true},
			{Name: "connecting", Type: nodes.TextField, MaxRunes: longest, Holes: true},
			{Name: "queueing", Type: nodes.TextField, MaxRunes: longest, Holes: true, Late: []string{nodes.WaitNo}},
			{Name: "failed", Type: nodes.TextField, MaxRunes: longest, Holes: true},
			{Name: "success", Type: nodes.TextField, MaxRunes: longest, Holes: true, Late: []string{nodes.StaffNo}},
			{Name: "timeout", Type: nodes.NumberField, Max: 7200, Unit: "unit.seconds", Advanced: true},
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
	s := step{handoff: nodes.Handoff{Group: c.Group, QueueTimeout: time.Duration(c.Timeout) * time.Second}}
	s.connecting, _ = env.CompileText(c.Connecting)
	s.queueing, _ = env.CompileText(c.Queueing, nodes.WaitNo)
	s.failed, _ = env.CompileText(c.Failed)
	s.success, _ = env.CompileText(c.Success, nodes.StaffNo)
	return s, nil
}

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
		return h, nil
	case v.In.Kind != nodes.Exit:
		return nil, fmt.Errorf("a transfer is not answered by %q", v.In.Kind)
	case v.In.Port == nodes.Done:
		return nodes.Leave{Port: nodes.Done}, nil
	}
	return nodes.Leave{Port: v.In.Port, Say: s.failed.Render(v.Values)}, nil
}
