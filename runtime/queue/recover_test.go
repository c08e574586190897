package queue_test

import (
	"context"
	"testing"
	"time"

	"foyer/nodes"
	"foyer/runtime/agent"
	"foyer/runtime/queue"
)

// Killed while callers wait: every place is kept, and every wait still ends when it would have.
func TestKilledWhileWaiting(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.NotReady, ""))
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		h.enqueue("s2", queue.Video, nodes.Handoff{})
		e := h.waits("s1", true)
		h.crash(3 * time.Minute)
		if got := h.waits("s1", true); !got.EnteredAt.Equal(e.EnteredAt) || !got.GiveUpAt.Equal(e.GiveUpAt) {
			t.Errorf("entry %+v became %+v", e, got)
		}
		h.arrive("ann")
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.Ready, ""))
		h.rings("s1", "ann")
		h.wait(7*time.Minute + time.Second)
		h.noted("s2", "exit timeout")
	})
}

// Killed while an agent is rung: the ring is taken back, nobody missed anything, and the caller is first again.
func TestKilledWhileRinging(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		h.enqueue("s2", queue.Video, nodes.Handoff{})
		o, e := h.offer("s1"), h.waits("s1", true)
		h.crash(10 * time.Second)
		h.was(o, queue.Rescinded, "restart")
		h.noted("s1", "offered", "waiting")
		if got := h.waits("s1", true); !got.EnteredAt.Equal(e.EnteredAt) {
			t.Error("the place was lost")
		}
		if f := h.who("ann").Fault; f != agent.NoFault {
			t.Errorf("ann is blamed: %s", f)
		}
		h.agent("bob", "sales")
		h.rings("s1", "bob")
		h.arrive("ann")
		h.rings("s2", "ann")
	})
}

// Killed for longer than the ring and the wait last: the ring is no miss, and the wait ends at once.
func TestKilledForLong(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		o := h.offer("s1")
		h.crash(time.Hour)
		h.was(o, queue.Rescinded, "restart")
		h.noted("s1", "offered", "exit timeout")
		if f := h.who("ann").Fault; f != agent.NoFault {
			t.Errorf("ann is blamed: %s", f)
		}
	})
}

// Killed between the yes and the media: there is time to come back; then the caller waits on.
func TestKilledWhileConnecting(t *testing.T) {
	for name, back := range map[string]bool{"both come back": true, "nobody comes back": false} {
		t.Run(name, func(t *testing.T) {
			inHall(t, func(t *testing.T, h *hall) {
				h.agent("ann", "sales")
				h.enqueue("s1", queue.Video, nodes.Handoff{})
				o := h.offer("s1")
				_, err := h.d.Accept(t.Context(), "ann", o.ID)
				h.ok(err)
				h.crash(time.Minute)
				h.was(o, queue.Accepted, "")
				h.wait(25 * time.Second)
				if back {
					h.ok(h.d.MediaUp(t.Context(), o.ID))
					h.wait(time.Minute)
					h.was(o, queue.Connected, "")
					return
				}
				h.vanish("ann", true)
				h.wait(6 * time.Second)
				h.was(o, queue.FailedSet, "system")
				h.waits("s1", true)
			})
		})
	}
}

// Killed in a talk: it goes on when the agent is back in time, else the caller is offered to another.
func TestKilledInTalk(t *testing.T) {
	for name, back := range map[string]bool{"agent comes back": true, "agent does not": false} {
		t.Run(name, func(t *testing.T) {
			inHall(t, func(t *testing.T, h *hall) {
				h.agent("ann", "sales")
				h.enqueue("s1", queue.Video, nodes.Handoff{})
				o := h.offer("s1")
				_, err := h.d.Accept(t.Context(), "ann", o.ID)
				h.ok(err)
				h.ok(h.d.MediaUp(t.Context(), o.ID))
				if !back {
					h.vanish("ann", false)
				}
				h.crash(5 * time.Minute)
				h.wait(2 * time.Minute)
				if back {
					h.was(o, queue.Connected, "")
					return
				}
				h.was(o, queue.FailedSet, "agentLost")
				h.waits("s1", true)
			})
		})
	}
}

// Killed in wrap-up: it ends when it would have.
func TestKilledInWrapUp(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Text, nodes.Handoff{})
		o := h.offer("s1")
		_, err := h.d.Accept(t.Context(), "ann", o.ID)
		h.ok(err)
		h.do(func(ctx context.Context) error { return h.d.Leave(ctx, "s1", "left") })
		h.crash(100 * time.Second)
		h.was(o, queue.Wrapping, "left")
		h.wait(21 * time.Second)
		h.was(o, queue.Closed, "left")
	})
}

// An entry whose timer was lost, by whatever accident, gets it back.
func TestRecoverEntriesWithoutTimer(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.NotReady, ""))
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		e := h.waits("s1", true)
		h.do(func(ctx context.Context) error { return h.in.Timers().DropTimer(ctx, "entry.giveUp", e.ID) })
		h.crash(0)
		h.wait(10*time.Minute + time.Second)
		h.noted("s1", "exit timeout")
	})
}
