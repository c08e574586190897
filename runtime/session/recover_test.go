package session_test

import (
	"context"
	"testing"
	"time"

	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// Killed while a menu is asked: it can be answered afterwards, and its deadline holds.
func TestKilledInMenu(t *testing.T) {
	h := newHall(t)
	h.busy("ann", "sales")
	v, other := h.start(), h.start()
	h.crash(30 * time.Second)
	if got := h.choose(v, "buy", ""); got.State != session.Queued {
		t.Errorf("then %+v", got)
	}
	h.wait(31 * time.Second)
	h.ended(other.SessionID, session.ByFlow, "exit.timeout")
}

// Killed after the answer was taken and before the caller heard: asking again gives the first result.
func TestKilledBeforeReply(t *testing.T) {
	h := newHall(t)
	h.busy("ann", "sales")
	v := h.start()
	first := h.choose(v, "buy", "")
	h.crash(time.Second)
	if again := h.choose(v, "buy", ""); again.Seq != first.Seq || again.State != session.Queued {
		t.Errorf("again %+v, first %+v", again, first)
	}
}

// Killed while callers wait: places and deadlines are kept.
func TestKilledWhileWaiting(t *testing.T) {
	h := newHall(t)
	h.busy("ann", "sales")
	first, second := h.start(option("buy")), h.start(option("buy"))
	h.crash(20 * time.Second)
	if v := h.is(second.SessionID, session.Queued); v.Queue.Position != 2 {
		t.Errorf("place %+v", v.Queue)
	}
	h.wait(71 * time.Second)
	h.ended(first.SessionID, session.ByFlow, "exit.timeout")
}

// Killed while an agent is rung: the caller is offered again, first of all.
func TestKilledWhileRinging(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(option("buy"))
	h.is(v.SessionID, session.Offered)
	delete(h.here, "ann")
	h.crash(time.Minute) // longer than the ring and the lease
	h.is(v.SessionID, session.Queued)
	h.ok(h.desk.Touch(t.Context(), "ann"))
	h.settle()
	h.is(v.SessionID, session.Offered)
}

// Killed while media is set up: the talk begins once both are back.
func TestKilledWhileConnecting(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(option("buy"))
	o, _, err := h.in.Entries().OpenOfferOf(t.Context(), v.SessionID)
	h.ok(err)
	_, err = h.d.Accept(t.Context(), "ann", o.ID)
	h.ok(err)
	h.crash(time.Minute)
	h.is(v.SessionID, session.Connecting)
	h.ok(h.d.MediaUp(t.Context(), o.ID))
	h.is(v.SessionID, session.Connected)
}

// Killed in a talk: it goes on.
func TestKilledInTalk(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(option("buy"))
	h.accept(v.SessionID)
	h.crash(time.Minute)
	h.is(v.SessionID, session.Connected)
	h.wait(5 * time.Minute)
	h.is(v.SessionID, session.Connected)
	h.ok(h.r.End(t.Context(), v.SessionID, session.ByCaller, "cal"))
	h.clean(v.SessionID)
}

// Killed in a talk whose agent does not come back: the caller is offered to another.
func TestKilledInTalkWithoutAgent(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(option("buy"))
	h.accept(v.SessionID)
	delete(h.here, "ann")
	h.crash(time.Minute)
	h.agent("bob", "sales")
	h.wait(61 * time.Second)
	h.is(v.SessionID, session.Offered)
}

// Killed while a caller's line is lost: their time to come back goes on.
func TestKilledWhileLost(t *testing.T) {
	h := newHall(t)
	h.busy("ann", "sales")
	v := h.start(option("buy"))
	h.ok(h.r.Lost(t.Context(), v.SessionID))
	h.crash(10 * time.Second)
	h.wait(36 * time.Second)
	h.ended(v.SessionID, session.ByCaller, session.ReasonLost)
}

// Timers that were lost by whatever accident are set again: every session has a deadline (I1).
func TestRecoverSetsTimers(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	asked := h.start()
	talking := h.start(media(queue.Text), option("buy"))
	h.accept(talking.SessionID)
	h.ok(h.desk.SetIntent(t.Context(), "ann", "notReady", ""))
	lost := h.start(option("buy"))
	h.ok(h.r.Lost(t.Context(), lost.SessionID))
	h.do(func(ctx context.Context) error {
		all, err := h.in.Timers().AllTimers(ctx)
		for _, tm := range all {
			if err == nil {
				err = h.in.Timers().DropTimer(ctx, tm.Kind, tm.Ref)
			}
		}
		return err
	})
	h.crash(0)
	h.wait(46 * time.Second)
	h.ended(lost.SessionID, session.ByCaller, session.ReasonLost)
	h.wait(75 * time.Second)
	h.ended(asked.SessionID, session.ByFlow, "exit.timeout")
	h.is(talking.SessionID, session.Connected)
	h.time = h.time.Add(12 * time.Hour)
	h.ok(h.desk.Touch(t.Context(), "ann"))
	h.settle()
	h.ended(talking.SessionID, session.ByTimer, session.ReasonLimit)
}
