package manage_test

import (
	"encoding/json"
	"time"

	"foyer/designer/flow"
	"foyer/runtime/callback"
	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/record"
	"foyer/runtime/session"
)

// busy is a centre at work: flows in every state, two groups, three people, sessions of every kind.
func busy() *world {
	w := &world{agents: people(), details: map[string]record.Detail{}}
	w.flows = []flow.Summary{
		{Flow: flow.Flow{ID: "flw_new", IvrID: "fnew0000000000000", Name: "新的", UpdatedAt: noon}, State: flow.Unpublished, Dirty: true},
		{Flow: flow.Flow{ID: "flw_live", IvrID: "flive000000000000", Name: "官网", Live: 2, UpdatedAt: noon}, State: flow.Published, UsedBy: []string{"全媒体客服接入体验"}},
		{Flow: flow.Flow{ID: "flw_used", IvrID: "fused000000000000", Name: "全媒体客服接入体验", Live: 7, UpdatedAt: noon}, State: flow.InUse, Sessions: 3, Dirty: true},
		{Flow: flow.Flow{ID: "flw_gone", IvrID: "fgone000000000000", Name: "已下线", UpdatedAt: noon}, State: flow.Unpublished, Sessions: 1},
	}
	for id, name := range map[string]string{"grp_1": "音视频售前服务组", "grp_2": "音视频售后服务组"} {
		g := queue.Fresh()
		g.ID, g.Name = id, name
		w.groups = append(w.groups, g)
	}
	w.members = []queue.Membership{{GroupID: "grp_1", AgentID: "agt_2", Priority: 3}, {GroupID: "grp_2", AgentID: "agt_3", Priority: 1}}
	for i, status := range record.Statuses() {
		w.rows = append(w.rows, record.Row{
			SessionID: "ses_" + string(status), At: noon.Add(-time.Duration(i) * time.Hour), Nickname: "李女士", CallerID: "clr_abcd1234",
			FlowName: "全媒体客服接入体验", Version: 7, GroupName: "音视频售后服务组", AgentName: "李想", AgentNo: "1002", Media: queue.Video,
			Status: status, Waited: 42 * time.Second, Talked: 187 * time.Second, Path: []session.PathStep{{Keyword: "2", Label: "产品报障"}},
		})
	}
	w.rows[3].AgentName, w.rows[3].AgentNo, w.rows[3].Nickname = "", "", ""
	score := 4
	w.rows[1].Score, w.rows[1].Label = &score, "满意"
	w.requests = []callback.Request{
		{ID: "cbk_1", SessionID: "ses_normal", GroupID: "grp_1", Nickname: "李女士", Phone: "+8613800138000", About: "想了解路由器的保修期，以及怎样把旧设备寄回来换新", State: callback.Open, CreatedAt: noon},
		{ID: "cbk_2", SessionID: "ses_normal", GroupID: "grp_2", Phone: "10086", State: callback.Done, DoneBy: "agt_3", CreatedAt: noon.Add(-time.Hour)},
	}
	d := talk(w.rows[1])
	w.details[d.SessionID] = d
	gone := d
	gone.Steps = nil
	w.details["ses_broken"] = gone
	return w
}

// talk is a session that was missed once, then answered, with every kind of message.
func talk(row record.Row) record.Detail {
	d := record.Detail{Row: row, Session: session.Session{ID: row.SessionID, AgentID: "agt_3", ClosedBy: session.ByCaller, VersionID: "ver_7"}, Steps: way()}
	at := noon
	happened := func(kind event.Kind, agentID string, data any) {
		raw, _ := json.Marshal(data)
		at = at.Add(time.Second)
		d.Events = append(d.Events, event.Event{At: at, Kind: kind, Session: row.SessionID, Agent: agentID, Data: raw})
	}
	happened("session.started", "", nil)
	happened("session.chose", "", map[string]string{"label": "产品报障"})
	happened("session.queued", "", map[string]string{"groupId": "grp_2"})
	happened("offer.opened", "agt_2", nil)
	happened("offer.timeout", "agt_2", nil)
	happened("offer.opened", "agt_gone", nil)
	happened("offer.rescinded", "agt_gone", nil)
	happened("offer.accepted", "agt_3", map[string]string{"groupId": "grp_1"})
	happened("call.live", "", nil)
	happened("no.words", "", nil)
	happened("session.released", "", map[string]string{"port": "timeout"})
	happened("session.ended", "", map[string]string{"by": "caller"})
	d.Messages = []chat.Message{
		{Seq: 1, From: chat.FromFlow, Kind: chat.TextKind, Text: "正在为您转接", At: noon},
		{Seq: 2, From: chat.FromCaller, Kind: chat.TextKind, Text: "<b>一直</b>闪红灯", At: noon},
		{Seq: 3, From: chat.FromAgent, Name: "李想", Kind: chat.EmojiKind, Text: "👍", At: noon},
		{Seq: 4, From: chat.FromAgent, Name: "李想", Kind: chat.ImageKind, File: &chat.File{ID: "fil_1", Width: 640, Height: 400}, At: noon},
	}
	return d
}
