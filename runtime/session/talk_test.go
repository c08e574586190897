package session_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// The whole way of a caller who is served.
func TestServed(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start()
	h.choose(v, "buy", "")
	offered := h.is(v.SessionID, session.Offered)
	if offered.Queue == nil || offered.Queue.Position != 1 || offered.Agent != nil {
		t.Errorf("offered %+v", offered)
	}
	h.wait(3 * time.Second)
	o := h.accept(v.SessionID)
	talk := h.is(v.SessionID, session.Connected)
	if talk.Agent == nil || talk.Agent.Name != "ANN" || talk.Agent.Number != "no.ann" || talk.CallID == "" || talk.Queue != nil {
		t.Errorf("talk %+v", talk)
	}
	h.wait(time.Minute)
	h.ok(h.r.End(t.Context(), v.SessionID, session.ByAgent, "ann"))
	h.ok(h.r.End(t.Context(), v.SessionID, session.ByCaller, "cal")) // too late to be the one
	h.ended(v.SessionID, session.ByAgent, session.ReasonLeft)
	h.said(v.SessionID, "正在转接", "工号no.ann为您服务", "客服已结束会话")
	if h.calls.open[v.SessionID] != "" {
		t.Error("the call is still open")
	}
	if now, err := h.in.Entries().Offer(t.Context(), o.ID); err != nil || now.State != queue.Wrapping {
		t.Errorf("the offer is %s, %v", now.State, err)
	}
	s, err := h.in.Sessions().Get(t.Context(), v.SessionID)
	h.ok(err)
	if s.TalkAt == nil || s.EndedAt.Sub(*s.TalkAt) != time.Minute || s.AgentID != "ann" || !s.Walk.Over {
		t.Errorf("session %+v", s)
	}
	caller := []string{"updated queued", "updated offered", "updated connecting", "updated connected", "updated ended", "ended ended"}
	if f := h.frames(event.SessionTopic(v.SessionID)); !slices.Equal(f, caller) {
		t.Errorf("the caller was told %v", f)
	}
	if f := h.frames(event.AgentTopic("ann")); !slices.Equal(f, caller[2:]) {
		t.Errorf("the agent was told %v", f)
	}
	want := []string{"started", "clientData", "chose", "queued", "offered", "accepted", "connected", "handedBack", "ended"}
	if kinds := h.events(v.SessionID); !slices.Equal(kinds, want) {
		t.Errorf("on record: %v", kinds)
	}
}

// A text session is connected as soon as it is accepted, and has no call.
func TestText(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(media(queue.Text), option("buy"))
	h.accept(v.SessionID)
	if got := h.is(v.SessionID, session.Connected); got.CallID != "" {
		t.Errorf("call %s", got.CallID)
	}
}

// The queue does not find an agent at once: the caller sees that they wait on.
func TestMissedThenServed(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(option("buy"))
	h.wait(21 * time.Second)
	h.is(v.SessionID, session.Queued)
	h.agent("bob", "sales")
	h.accept(v.SessionID)
	if got := h.is(v.SessionID, session.Connected); got.Agent.Name != "BOB" {
		t.Errorf("agent %+v", got.Agent)
	}
}

// End works in every state, once, and leaves nothing behind.
func TestEndInEveryState(t *testing.T) {
	for state, reach := range map[session.State]func(h *hall) string{
		session.Routing: func(h *hall) string { return h.start().SessionID },
		session.Queued:  func(h *hall) string { h.busy("ann", "sales"); return h.start(option("buy")).SessionID },
		session.Offered: func(h *hall) string { h.agent("ann", "sales"); return h.start(option("buy")).SessionID },
		session.Connecting: func(h *hall) string {
			h.agent("ann", "sales")
			id := h.start(option("buy")).SessionID
			o, _, err := h.in.Entries().OpenOfferOf(h.t.Context(), id)
			h.ok(err)
			_, err = h.d.Accept(h.t.Context(), "ann", o.ID)
			h.ok(err)
			return id
		},
		session.Connected: func(h *hall) string {
			h.agent("ann", "sales")
			id := h.start(option("buy")).SessionID
			h.accept(id)
			return id
		},
		session.Ended: func(h *hall) string { return h.start(option("buy")).SessionID },
	} {
		for _, by := range []session.ClosedBy{session.ByCaller, session.ByAgent, session.ByAdmin} {
			t.Run(string(state)+" by "+string(by), func(t *testing.T) {
				h := newHall(t)
				id := reach(h)
				before := h.is(id, state)
				h.ok(h.r.End(t.Context(), id, by, "who"))
				h.ok(h.r.End(t.Context(), id, session.BySystem, "other"))
				if state == session.Ended {
					h.ended(id, before.Ended.By, before.Ended.Reason)
					return
				}
				h.ended(id, by, session.ReasonLeft)
				h.clean(id)
			})
		}
	}
}

// clean checks that nothing of a session is left but perhaps the agent's wrap-up.
func (h *hall) clean(sessionID string) {
	h.t.Helper()
	if _, waits, err := h.in.Entries().EntryOf(h.t.Context(), sessionID); waits || err != nil {
		h.t.Errorf("still in a queue: %v", err)
	}
	if o, open, err := h.in.Entries().OpenOfferOf(h.t.Context(), sessionID); err != nil || open && o.State != queue.Wrapping {
		h.t.Errorf("still offered: %s, %v", o.State, err)
	}
	if h.calls.open[sessionID] != "" {
		h.t.Error("still in a call")
	}
	all, err := h.in.Timers().AllTimers(h.t.Context())
	h.ok(err)
	for _, tm := range all {
		if tm.Kind != "offer.wrap" {
			h.t.Errorf("timer %s is left", tm.Kind)
		}
	}
}

// The caller does not answer the agent.
func TestIdle(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(media(queue.Text), option("buy"))
	h.accept(v.SessionID)
	spoke := func(from chat.Sender) {
		h.do(func(ctx context.Context) error { return h.r.Spoke(ctx, v.SessionID, from) })
	}
	h.wait(5 * time.Minute) // nobody spoke: nothing runs
	spoke(chat.FromAgent)
	h.wait(50 * time.Second)
	spoke(chat.FromCaller)
	h.wait(5 * time.Minute) // it is the agent's turn
	spoke(chat.FromAgent)
	h.wait(50 * time.Second)
	spoke(chat.FromAgent) // the last message counts
	spoke(chat.FromFlow)
	h.wait(59 * time.Second)
	h.is(v.SessionID, session.Connected)
	h.wait(2 * time.Second)
	h.ended(v.SessionID, session.ByTimer, session.ReasonIdle)
	h.said(v.SessionID, "正在转接", "工号no.ann为您服务", "长时间未回复，会话结束")
	h.clean(v.SessionID)
}

// Who talks over video is not silent, though they type nothing.
func TestNotIdleInCall(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(option("buy"))
	h.accept(v.SessionID)
	h.do(func(ctx context.Context) error { return h.r.Spoke(ctx, v.SessionID, chat.FromAgent) })
	h.wait(10 * time.Minute)
	h.is(v.SessionID, session.Connected)
	delete(h.calls.open, v.SessionID) // the media was hung up
	h.wait(61 * time.Second)
	h.ended(v.SessionID, session.ByTimer, session.ReasonIdle)
}

// A flow whose end has no idle policy never ends a talk for silence; a forgotten one ends all the same.
func TestForgottenTalk(t *testing.T) {
	h := newHall(t)
	h.publish("fdirect000000000", "direct", directFlow())
	h.agent("ann", "sales")
	v := h.start(media(queue.Text), func(q *session.StartRequest) { q.IvrID = "fdirect000000000" })
	h.accept(v.SessionID)
	h.do(func(ctx context.Context) error { return h.r.Spoke(ctx, v.SessionID, chat.FromAgent) })
	h.time = h.time.Add(11 * time.Hour)
	h.ok(h.desk.Touch(t.Context(), "ann"))
	h.settle()
	h.is(v.SessionID, session.Connected)
	h.time = h.time.Add(time.Hour)
	h.settle()
	h.ended(v.SessionID, session.ByTimer, session.ReasonLimit)
}

// The media of a talk is lost for good: the talk goes on, and both are told.
func TestMediaFailed(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(option("buy"))
	o := h.accept(v.SessionID)
	before := len(h.frames(event.AgentTopic("ann")))
	h.ok(h.d.MediaFailed(t.Context(), o.ID, "caller"))
	h.is(v.SessionID, session.Connected)
	if f := h.frames(event.AgentTopic("ann")); len(f) != before+1 {
		t.Errorf("the agent was told %v", f)
	}
}

// The media never comes up: after three agents the flow goes on through its port.
func TestMediaNeverUp(t *testing.T) {
	h := newHall(t)
	for _, a := range []string{"ann", "bob", "cid"} {
		h.agent(a, "sales")
	}
	v := h.start(option("buy"))
	for range 3 {
		o, _, err := h.in.Entries().OpenOfferOf(t.Context(), v.SessionID)
		h.ok(err)
		_, err = h.d.Accept(t.Context(), o.AgentID, o.ID)
		h.ok(err)
		h.is(v.SessionID, session.Connecting)
		h.wait(15*time.Second + time.Millisecond)
	}
	h.ended(v.SessionID, session.ByFlow, "exit.failed")
	h.clean(v.SessionID)
}

func TestChatMeta(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(option("buy"))
	h.accept(v.SessionID)
	m, err := h.r.ChatMeta(t.Context(), v.SessionID)
	h.ok(err)
	if m.AgentID != "ann" || m.Over {
		t.Errorf("meta %+v", m)
	}
	h.ok(h.r.End(t.Context(), v.SessionID, session.ByAdmin, "root"))
	if m, err = h.r.ChatMeta(t.Context(), v.SessionID); err != nil || !m.Over {
		t.Errorf("meta %+v, %v", m, err)
	}
}
