package session_test

import (
	"slices"
	"testing"
	"time"

	"foyer/designer/graph"
	"foyer/runtime/callback"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/record"
	"foyer/runtime/session"
)

// ratedFlow asks for a rating after the talk, and for a number when nobody is there.
func ratedFlow() graph.Graph {
	return sketch([][3]string{
		{"start", "start", `{}`}, {"ask", "collect", `{"prompt":"哪一款？","variable":"model","timeout":60}`},
		{"sales", "transfer", salesConfig}, {"rate", "rating", `{"prompt":"请评价工号${StaffNo}","thanks":"感谢评价","timeout":60}`},
		{"call", "callback", `{"group":"repair","prompt":"请留下号码","reason":"${model}","thanks":"稍后回电","timeout":60}`}, {"end", "end", endConfig},
	},
		[3]string{"start", "next", "ask"}, [3]string{"ask", "next", "sales"}, [3]string{"sales", "done", "rate"}, [3]string{"rate", "next", "end"},
		[3]string{"sales", "noAgent", "call"}, [3]string{"call", "next", "end"},
	)
}

func newRatedHall(t *testing.T) *hall {
	h := newHall(t)
	g := ratedFlow()
	g.Vars = []graph.Variable{{Name: "model", Type: graph.TextType}}
	h.publish("frated0000000000", "rated", g)
	return h
}

// asked begins a session, in which a question is the first thing, and answers it.
func (h *hall) asked(change ...func(*session.StartRequest)) session.View {
	h.t.Helper()
	v := h.start(append(change, func(q *session.StartRequest) { q.IvrID = "frated0000000000" })...)
	if v.State != session.Routing || v.Menu == nil || v.Menu.Ask == nil || v.Menu.Wrong || v.Prompt != "哪一款？" {
		h.t.Fatalf("begins with %+v", v)
	}
	return h.choose(v, "", "路由器")
}

// row is the row of a session's record.
func (h *hall) row(sessionID string) record.Row {
	h.t.Helper()
	d, err := (&record.Book{Records: h.in.Records()}).Get(h.t.Context(), sessionID)
	h.ok(err)
	return d.Row
}

// A wrong answer is asked again and says so; the menu of the flow does not show the question ahead of the session.
func TestAskedAgain(t *testing.T) {
	h := newRatedHall(t)
	m, err := h.r.Menu(t.Context(), "frated0000000000")
	h.ok(err)
	if m.HasBranch || len(m.Options) != 0 {
		t.Errorf("menu %+v", m)
	}
	v := h.start(func(q *session.StartRequest) { q.IvrID = "frated0000000000" })
	again := h.choose(v, "", "  ")
	if again.State != session.Routing || again.Menu == nil || !again.Menu.Wrong || again.StepToken == v.StepToken {
		t.Errorf("asked again: %+v", again)
	}
	h.said(v.SessionID, "key:node.collect.sayText")
	h.wait(61 * time.Second)
	h.ended(v.SessionID, session.ByFlow, "exit.timeout")
}

// The agent ends the talk, the caller rates it: the agent tidies up meanwhile, and the talk's time is not the rating's.
func TestRatedAfterTalk(t *testing.T) {
	h := newRatedHall(t)
	h.agent("ann", "sales")
	id := h.asked().SessionID
	o := h.accept(id)
	h.wait(2 * time.Minute)
	h.ok(h.r.End(t.Context(), id, session.ByAgent, "ann"))
	v := h.is(id, session.Routing)
	if v.Menu == nil || v.Menu.Ask == nil || v.Menu.Ask.Type != "rating" || len(v.Menu.Options) != 5 || v.Prompt != "请评价工号no.ann" || v.CallID != "" {
		t.Fatalf("after the talk: %+v", v)
	}
	if now, err := h.in.Entries().Offer(t.Context(), o.ID); err != nil || now.State != queue.Wrapping {
		t.Errorf("the offer is %s, %v", now.State, err)
	}
	h.wait(30 * time.Second)
	done := h.choose(v, "s4", "")
	if done.State != session.Ended {
		t.Errorf("after the rating: %+v", done)
	}
	h.ended(id, session.ByAgent, session.ReasonLeft)
	h.said(id, "正在转接", "工号no.ann为您服务", "客服已结束会话", "感谢评价")
	if row := h.row(id); row.Score == nil || *row.Score != 4 || row.Label != "满意" || row.Talked != 2*time.Minute || row.Status != record.Normal {
		t.Errorf("record %+v", row)
	}
	if kinds := h.events(id); !slices.Equal(kinds[len(kinds)-3:], []string{"handedBack", "rated", "ended"}) {
		t.Errorf("on record: %v", kinds)
	}
}

// A caller who goes away instead of rating is not waited for longer than the flow says, even if the process dies.
func TestNotRated(t *testing.T) {
	for how, leave := range map[string]func(h *hall, id string){
		"says nothing":       func(h *hall, _ string) { h.wait(61 * time.Second) },
		"line lost":          func(h *hall, id string) { h.ok(h.r.Lost(h.t.Context(), id)); h.wait(61 * time.Second) },
		"lost, then a crash": func(h *hall, id string) { h.ok(h.r.Lost(h.t.Context(), id)); h.crash(61 * time.Second) },
	} {
		t.Run(how, func(t *testing.T) {
			h := newRatedHall(t)
			h.agent("ann", "sales")
			id := h.asked().SessionID
			h.accept(id)
			h.ok(h.r.End(t.Context(), id, session.ByAgent, "ann"))
			h.is(id, session.Routing)
			leave(h, id)
			h.ended(id, session.ByAgent, session.ReasonLeft)
			if row := h.row(id); row.Score != nil || row.Status != record.Normal {
				t.Errorf("record %+v", row)
			}
		})
	}
}

// A caller whose line was lost in the talk before the agent ended it is gone as well.
func TestLostBeforeTheRating(t *testing.T) {
	h := newRatedHall(t)
	h.agent("ann", "sales")
	id := h.asked().SessionID
	h.accept(id)
	h.ok(h.r.Lost(t.Context(), id))
	h.ok(h.r.End(t.Context(), id, session.ByAgent, "ann"))
	h.wait(61 * time.Second)
	h.ended(id, session.ByAgent, session.ReasonLeft)
}

// A caller may close the rating: then it was they who left, and the talk counts as it was.
func TestRatingClosed(t *testing.T) {
	h := newRatedHall(t)
	h.agent("ann", "sales")
	id := h.asked().SessionID
	h.accept(id)
	h.wait(time.Minute)
	h.ok(h.r.End(t.Context(), id, session.ByAgent, "ann"))
	h.wait(20 * time.Second)
	h.ok(h.r.End(t.Context(), id, session.ByCaller, "cal"))
	h.ended(id, session.ByCaller, session.ReasonLeft)
	if row := h.row(id); row.Talked != time.Minute || row.Status != record.Normal {
		t.Errorf("record %+v", row)
	}
}

// Nobody is there: the caller leaves a number, and what they want is known to who calls back.
func TestCallBack(t *testing.T) {
	h := newRatedHall(t)
	v := h.asked()
	if v.Menu == nil || v.Menu.Ask == nil || v.Menu.Ask.Type != "phone" {
		t.Fatalf("asked %+v", v)
	}
	h.choose(v, "", "+86 138-0013-8000")
	h.ended(v.SessionID, session.ByFlow, "end")
	list, err := h.back.List(t.Context(), callback.Filter{})
	h.ok(err)
	if len(list) != 1 || list[0].Phone != "+8613800138000" || list[0].GroupID != "repair" || list[0].About != "路由器" ||
		list[0].SessionID != v.SessionID || list[0].State != callback.Open || list[0].Nickname != "小王" || !list[0].CreatedAt.Equal(h.now()) {
		t.Fatalf("requests %+v", list)
	}
	if kinds := h.events(v.SessionID); !slices.Contains(kinds, "callback") {
		t.Errorf("on record: %v", kinds)
	}
	id := list[0].ID
	h.ok(h.back.Finish(t.Context(), id, "ann"))
	h.ok(h.back.Finish(t.Context(), id, "bob")) // too late to be the one
	r, err := h.back.Get(t.Context(), id)
	if h.ok(err); r.State != callback.Done || r.DoneBy != "ann" || r.DoneAt == nil {
		t.Errorf("done: %+v", r)
	}
	h.ok(h.back.Reopen(t.Context(), id, "bob"))
	h.ok(h.back.Reopen(t.Context(), id, "bob"))
	r, err = h.back.Get(t.Context(), id)
	if h.ok(err); r.State != callback.Open || r.DoneBy != "" || r.DoneAt != nil {
		t.Errorf("open again: %+v", r)
	}
	all, err := h.in.Events(t.Context(), v.SessionID)
	h.ok(err)
	var kinds []event.Kind
	for _, e := range all[len(all)-2:] {
		kinds = append(kinds, e.Kind)
	}
	if !slices.Equal(kinds, []event.Kind{"callback.done", "callback.reopened"}) {
		t.Errorf("on record: %v", kinds)
	}
}
