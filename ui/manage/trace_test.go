package manage_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
	"foyer/runtime/record"
	"foyer/runtime/session"
)

// versions are the pinned versions of the traces: the example flow, and one that it enters.
type versions struct{}

func (versions) Version(_ context.Context, id string) (flow.Version, error) {
	switch id {
	case "ver_7":
		return flow.Version{ID: id, FlowID: "flw_used", Graph: standard.ExampleFlow("grp_1", "grp_2")}, nil
	case "ver_2":
		g := standard.ExampleFlow("grp_1", "grp_2")
		g.Nodes[1].Title = "确认手机号"
		return flow.Version{ID: id, FlowID: "flw_live", Graph: g}, nil
	}
	if id == "ver_unread" {
		return flow.Version{}, context.DeadlineExceeded
	}
	return flow.Version{}, flow.ErrNoVersion
}

// way is a walk with everything that a trace can tell.
func way() []session.Step {
	menu := standard.ExampleFlow("", "").Nodes[1]
	options := []nodes.Option{{ID: "consult", Keyword: "产品咨询", Label: "产品咨询"}, {ID: "repair", Keyword: "产品报障", Label: "产品报障"}}
	events := []engine.Event{
		{Kind: engine.Arrived, Node: "start"},
		{Kind: engine.Went, Node: "start", Port: nodes.Next, Edge: "e1"},
		{Kind: engine.Arrived, Node: menu.ID},
		{Kind: engine.Asked, Node: menu.ID, Text: "您好，欢迎使用音视频客服。请选择您需要的服务：", Menu: options},
		{Kind: engine.Got, Node: menu.ID, Input: &nodes.Input{Kind: nodes.Choice, Text: "<b>喂？</b>"}, Cut: true},
		{Kind: engine.Said, Node: menu.ID, Text: engine.SayNotOnMenu.Text()},
		{Kind: engine.Asked, Node: menu.ID, Text: "请选择", Menu: options, Wrong: true},
		{Kind: engine.Got, Node: menu.ID, Input: &nodes.Input{Kind: nodes.Choice, Option: "repair"}},
		{Kind: engine.Chose, Node: menu.ID, Option: &options[1]},
		{Kind: engine.Changed, Node: menu.ID, Set: map[string]any{"phone": engine.Masked, "tries": 2.0, "vip": true}},
		{Kind: engine.Went, Node: menu.ID, Port: "repair"},
		{Kind: engine.Entered, Node: menu.ID, Flow: "flw_live"},
		{Kind: engine.Arrived, Node: menu.ID, In: "ver_2"},
		{Kind: engine.Called, Node: menu.ID, In: "ver_2", Fetch: &nodes.Fetch{
			Method: "POST", URL: "https://crm.example.com/v1/customers/lookup?source=foyer", Body: `{"phone":"` + engine.Masked + `"}`,
			Headers: []nodes.Header{{Name: "Authorization", Secret: "sec_1"}},
		}},
		{Kind: engine.Got, Node: menu.ID, In: "ver_2", Input: &nodes.Input{Kind: nodes.Replied, Reply: &nodes.Reply{Status: 200, Body: json.RawMessage(`{"level":"gold"}`)}}},
		{Kind: engine.Tripped, Node: menu.ID, In: "ver_2", Reason: engine.ReasonLoop},
		{Kind: engine.Left, Node: menu.ID, In: "ver_2"},
		{Kind: engine.Arrived, Node: "aftersales"},
		{Kind: engine.HandedOff, Node: "aftersales", Handoff: &nodes.Handoff{Group: "grp_2", Connecting: "正在为您转接售后客服，请稍候。", Overflow: []nodes.Overflow{{Group: "grp_1", After: 30 * time.Second}}},
			Groups: map[string]engine.Group{"grp_2": {Length: 3, Wait: 60, Ready: 1}}},
		{Kind: engine.Got, Node: "aftersales", Input: &nodes.Input{Kind: nodes.Exit, Port: nodes.Done, Staff: "1002"}},
		{Kind: engine.Went, Node: "aftersales", Port: nodes.Done},
		{Kind: engine.Arrived, Node: "end"},
		{Kind: engine.Finished, Node: "end", Reason: "end"},
	}
	steps := make([]session.Step, len(events))
	for i, e := range events {
		steps[i] = session.Step{SessionID: "ses_normal", N: i + 1, At: noon.Add(time.Duration(i) * 700 * time.Millisecond), Event: e}
	}
	return steps
}

// The record shows the way through the flow with the words of the version that was walked.
func TestRecordTrace(t *testing.T) {
	s := open(t, busy())
	page := s.page("/admin/records/ses_normal")
	has(t, page, says("trace.title"), "请选择服务", "售后", "确认手机号", says("trace.went", "port", "产品报障"), says("trace.got.option", "option", "产品报障"),
		says("trace.said", "text", says("engine.notOnMenu")), "phone = "+engine.Masked, "tries = 2", "vip = true", "Authorization: "+engine.Masked,
		says("trace.entered", "flow", "官网"), says("trace.tripped", "why", says("trace.reason.loop")), says("trace.handedOff", "group", "音视频售后服务组"),
		says("trace.detail.overflow", "group", "音视频售前服务组", "seconds", 30), says("trace.got.talk", "staff", "1002"), says("trace.got.reply", "status", 200),
		says("trace.detail.group", "group", "音视频售后服务组", "length", 3, "ready", 1), "trace-in-1", "is-bad", says("trace.cut"), says("trace.finished"), "&lt;b&gt;喂")
	hasNot(t, page, "sec_1", "<b>喂", "trace.got", "trace.detail")
	if n := strings.Count(page, `class="trace-stop`); n != 5 {
		t.Errorf("%d stops", n)
	}
	hasNot(t, s.ask("agt_3", "GET", "/desk/records/ses_normal", nil, false).Body.String(), says("trace.title"))
}

// A trace that was thrown away says so; one whose flow was deleted calls its nodes by their ids.
func TestRecordTraceGone(t *testing.T) {
	w := busy()
	gone := w.details["ses_normal"]
	gone.Steps = nil
	w.details["ses_old"] = gone
	lone := record.Detail{Row: gone.Row, Session: session.Session{ID: "ses_lone", VersionID: "ver_gone"}}
	lone.Steps = []session.Step{
		{N: 1, At: noon, Event: engine.Event{Kind: engine.Arrived, Node: "n17"}},
		{N: 2, At: noon, Event: engine.Event{Kind: engine.Went, Node: "n17", Port: graph.Port("odd")}},
		{N: 3, At: noon, Event: engine.Event{Kind: engine.HandedOff, Handoff: &nodes.Handoff{Group: "grp_1"}}},
	}
	w.details["ses_lone"] = lone
	s := open(t, w)
	has(t, s.page("/admin/records/ses_old"), says("trace.empty"), says("trace.emptyWhy"))
	has(t, s.page("/admin/records/ses_lone"), "n17", says("trace.went", "port", "odd"), says("trace.fallback"))
}
