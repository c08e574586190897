package session_test

import (
	"context"
	"testing"
	"time"

	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// losses is where a caller's line can be lost, and what follows if they do not come back.
var losses = map[string]struct {
	reach  func(h *hall) string
	during session.State // right after the loss
	grace  time.Duration
	by     session.ClosedBy
	reason string
}{
	"in the menu": {func(h *hall) string { return h.start().SessionID }, session.Routing, 60 * time.Second, session.ByFlow, "exit.timeout"},
	"while waiting": {
		func(h *hall) string { h.busy("ann", "sales"); return h.start(option("buy")).SessionID },
		session.Queued, 45 * time.Second, session.ByCaller, session.ReasonLost,
	},
	"while ringing": {
		func(h *hall) string { h.agent("ann", "sales"); return h.start(option("buy")).SessionID },
		session.Queued, 45 * time.Second, session.ByCaller, session.ReasonLost,
	},
	"in a talk": {func(h *hall) string {
		h.agent("ann", "sales")
		id := h.start(option("buy")).SessionID
		h.accept(id)
		return id
	}, session.Connected, 60 * time.Second, session.BySystem, session.ReasonCallerLost},
}

// The caller's line is lost for good.
func TestCallerLost(t *testing.T) {
	for name, c := range losses {
		t.Run(name, func(t *testing.T) {
			h := newHall(t)
			id := c.reach(h)
			h.ok(h.r.Back(t.Context(), id)) // the usual case: nothing was lost
			h.ok(h.r.Lost(t.Context(), id))
			h.ok(h.r.Lost(t.Context(), id))
			if v := h.is(id, c.during); !v.Lost {
				t.Error("nobody is told")
			}
			if o, ringing, _ := h.in.Entries().OpenOfferOf(t.Context(), id); ringing && o.State == queue.Pending {
				t.Error("somebody is rung for a caller who is not there")
			}
			h.wait(c.grace - 2*time.Second)
			h.is(id, c.during)
			h.wait(3 * time.Second)
			h.ended(id, c.by, c.reason)
			h.clean(id)
			h.ok(h.r.Lost(t.Context(), id))
			h.ok(h.r.Back(t.Context(), id))
		})
	}
}

// The caller's line is lost for a moment.
func TestCallerBack(t *testing.T) {
	for name, c := range losses {
		t.Run(name, func(t *testing.T) {
			h := newHall(t)
			id := c.reach(h)
			before, err := h.r.View(t.Context(), id)
			h.ok(err)
			h.ok(h.r.Lost(t.Context(), id))
			h.wait(20 * time.Second)
			h.ok(h.r.Back(t.Context(), id))
			h.settle()
			if v := h.is(id, before.State); v.Lost {
				t.Error("still lost")
			}
			h.wait(10 * time.Second)
			h.is(id, before.State)
		})
	}
}

// A lost caller whom the flow sends into a queue is not offered before they are back.
func TestLostOnTheWayToTheQueue(t *testing.T) {
	h := newHall(t)
	h.publish("fdirect000000000", "direct", directFlow())
	h.busy("ann", "sales")
	h.agent("bob", "repair")
	v := h.start(func(q *session.StartRequest) { q.IvrID = "fdirect000000000" })
	h.wait(20 * time.Second)
	h.ok(h.r.Lost(t.Context(), v.SessionID))
	h.wait(15 * time.Second) // on to repair, where somebody is free
	h.is(v.SessionID, session.Queued)
	h.ok(h.r.Back(t.Context(), v.SessionID))
	h.settle()
	h.is(v.SessionID, session.Offered)
}

// The agent of a talk is lost: the caller waits for another, at their place.
func TestAgentLost(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(option("buy"))
	h.accept(v.SessionID)
	h.do(func(ctx context.Context) error { return h.r.Spoke(ctx, v.SessionID, chat.FromAgent) })
	h.agent("bob", "sales")
	delete(h.here, "ann")
	h.ok(h.desk.Gone(t.Context(), "ann"))
	h.wait(61 * time.Second)
	if got := h.is(v.SessionID, session.Offered); got.Agent != nil {
		t.Errorf("still with %+v", got.Agent)
	}
	if h.calls.open[v.SessionID] != "" {
		t.Error("the old call is open")
	}
	h.accept(v.SessionID)
	if got := h.is(v.SessionID, session.Connected); got.Agent.Name != "BOB" || got.CallID == "" {
		t.Errorf("then %+v", got)
	}
}

// Both are lost in a talk: the session ends, nobody else is rung for it.
func TestBothLost(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(option("buy"))
	h.accept(v.SessionID)
	h.agent("bob", "sales")
	delete(h.here, "ann")
	h.ok(h.desk.Gone(t.Context(), "ann"))
	h.wait(time.Second)
	h.ok(h.r.Lost(t.Context(), v.SessionID))
	h.wait(60 * time.Second) // the agent's time is over a second before the caller's
	h.wait(50 * time.Second)
	h.is(v.SessionID, session.Ended)
	if f := h.frames(event.AgentTopic("bob")); len(f) > 0 {
		t.Errorf("bob was told %v", f)
	}
}
