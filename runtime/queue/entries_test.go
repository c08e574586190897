package queue_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"foyer/nodes"
	"foyer/runtime/agent"
	"foyer/runtime/queue"
)

// The caller leaves while an agent is rung, while media is set up, and before anybody was rung.
func TestCallerLeaves(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		leave := func(s string) {
			h.do(func(ctx context.Context) error { return h.d.Leave(ctx, s, "left") })
			h.waits(s, false)
		}
		h.enqueue("ringing", queue.Video, nodes.Handoff{})
		h.enqueue("waiting", queue.Video, nodes.Handoff{})
		leave("waiting")
		o := h.offer("ringing")
		leave("ringing")
		h.was(o, queue.Cancelled, "left")
		if _, err := h.d.Accept(t.Context(), "ann", o.ID); !errors.Is(err, queue.ErrOfferGone) {
			t.Errorf("accepted a caller who left: %v", err)
		}
		h.enqueue("setup", queue.Video, nodes.Handoff{})
		h.rings("setup", "ann") // free again, at once
		o = h.offer("setup")
		_, err := h.d.Accept(t.Context(), "ann", o.ID)
		h.ok(err)
		leave("setup")
		h.was(o, queue.Cancelled, "left")
		if a := h.who("ann"); a.Fault != agent.NoFault || a.Intent != agent.Ready {
			t.Errorf("ann is %s %s", a.Intent, a.Fault)
		}
		h.enqueue("next", queue.Video, nodes.Handoff{})
		h.rings("next", "ann")
		leave("nobody") // not in any queue
	})
}

// A caller whose line is lost keeps the place, is offered to nobody, and frees the agent who is rung.
func TestCallerLost(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		h.enqueue("s2", queue.Video, nodes.Handoff{})
		o := h.offer("s1")
		h.ok(h.d.CallerLost(t.Context(), "s1"))
		h.ok(h.d.CallerLost(t.Context(), "s1"))
		h.was(o, queue.Cancelled, "callerLost")
		h.noted("s1", "offered", "waiting")
		h.rings("s2", "ann") // at once
		h.ok(h.d.Reject(t.Context(), "ann", h.offer("s2").ID, ""))
		h.wait(11 * time.Second)
		h.rings("s1", "")
		second := h.offer("s2")
		h.ok(h.d.CallerBack(t.Context(), "s1"))
		h.ok(h.d.CallerBack(t.Context(), "s1"))
		h.ok(h.d.Reject(t.Context(), "ann", second.ID, ""))
		h.rings("s1", "ann") // still before s2, and nobody's no was held against it
		h.ok(h.d.CallerLost(t.Context(), "nobody"))
		h.ok(h.d.CallerBack(t.Context(), "nobody"))
	})
}

func TestCallerLostWhileWaiting(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.NotReady, ""))
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		h.ok(h.d.CallerLost(t.Context(), "s1"))
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.Ready, ""))
		h.wait(10 * time.Second)
		h.rings("s1", "")
		h.ok(h.d.CallerBack(t.Context(), "s1"))
		h.rings("s1", "ann")
		h.noted("s1", "offered")
	})
}

// What the queue says no to at the door.
func TestDoor(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		if p := h.enqueue("s0", queue.Video, texts); p != nodes.NoAgent {
			t.Errorf("nobody there: %q", p)
		}
		h.noted("s0")
		h.agent("ann", "sales")
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.Rest, ""))
		h.group("sales", func(g *queue.SkillGroup) { g.MaxWaiting = 2 })
		for _, s := range []string{"s1", "s2"} {
			if p := h.enqueue(s, queue.Video, texts); p != "" {
				t.Errorf("%s: %q", s, p)
			}
		}
		if p := h.enqueue("s3", queue.Video, texts); p != nodes.Full {
			t.Errorf("third of two: %q", p)
		}
		if p := h.enqueue("s4", queue.Video, nodes.Handoff{Group: "nowhere"}); p != nodes.Failed {
			t.Errorf("no such group: %q", p)
		}
		h.noted("s1", "said connecting", "said 0 before you")
		h.noted("s2", "said connecting", "said 1 before you")
		h.noted("s3")
		h.met("exit full", 1)
		h.met("exit noAgent", 1)
		h.vanish("ann", true)
		h.wait(time.Minute)
		h.waits("s1", true) // the last agent left: who waits, waits on
	})
}

func TestWaitEnds(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.NotReady, ""))
		h.enqueue("short", queue.Video, nodes.Handoff{QueueTimeout: 30 * time.Second})
		h.enqueue("long", queue.Video, nodes.Handoff{})
		h.wait(29 * time.Second)
		h.noted("short")
		h.wait(2 * time.Second)
		h.noted("short", "exit timeout")
		h.waits("short", false)
		h.wait(9*time.Minute + 27*time.Second)
		h.noted("long")
		h.wait(3 * time.Second)
		h.noted("long", "exit timeout")
	})
}

// The limit of waiting does not cut a ring; when the ring comes to nothing, the wait is over.
func TestWaitEndsWhileRinging(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(h *hall, o queue.Offer)
		want   string
	}{
		"missed":   {func(h *hall, _ queue.Offer) { h.wait(11 * time.Second) }, "exit timeout"},
		"accepted": {func(h *hall, o queue.Offer) { _, err := h.d.Accept(h.t.Context(), "ann", o.ID); h.ok(err) }, "callOpened"},
	} {
		t.Run(name, func(t *testing.T) {
			inHall(t, func(t *testing.T, h *hall) {
				h.agent("ann", "sales")
				h.enqueue("s1", queue.Video, nodes.Handoff{QueueTimeout: 10 * time.Second})
				o := h.offer("s1")
				h.wait(11 * time.Second)
				h.was(o, queue.Pending, "")
				c.answer(h, o)
				if n := h.notes.by["s1"]; n[len(n)-1] != c.want {
					t.Errorf("notes %v", n)
				}
			})
		})
	}
}

// The limit of waiting passes during a ring that comes to nothing as the caller's line is lost: the wait is over.
func TestWaitEndsWhileLost(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("sales", func(g *queue.SkillGroup) { g.RingSeconds, g.WaitSeconds = 90, 30 })
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		o := h.offer("s1")
		h.wait(31 * time.Second)
		h.was(o, queue.Pending, "")
		h.ok(h.d.CallerLost(t.Context(), "s1"))
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.NotReady, ""))
		h.ok(h.d.CallerBack(t.Context(), "s1"))
		h.wait(time.Second)
		h.waits("s1", false)
		h.noted("s1", "offered", "waiting", "exit timeout")
	})
}

func TestPosition(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.NotReady, ""))
		for _, s := range []string{"s1", "s2", "s3"} {
			h.enqueue(s, queue.Text, nodes.Handoff{})
		}
		at := func(s string, want int, known bool) {
			t.Helper()
			n, wait, err := h.d.Position(t.Context(), s)
			h.ok(err)
			if n != want || (wait != nil) != known {
				t.Errorf("%s at %d, estimate known: %v", s, n, wait != nil)
			}
		}
		at("s1", 1, false)
		at("s3", 3, false)
		at("nobody", 0, false)
		h.do(func(ctx context.Context) error { return h.d.Leave(ctx, "s1", "left") })
		at("s3", 2, false)
		h.do(func(ctx context.Context) error {
			return errors.Join(h.d.Leave(ctx, "s2", "left"), h.d.Leave(ctx, "s3", "left"))
		})
		// after five were served there is an estimate
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.Ready, ""))
		for _, s := range []string{"t1", "t2", "t3", "t4", "t5"} {
			h.enqueue(s, queue.Text, nodes.Handoff{})
			o := h.offer(s)
			_, err := h.d.Accept(t.Context(), "ann", o.ID)
			h.ok(err)
			h.wait(time.Minute)
			h.do(func(ctx context.Context) error { return h.d.Leave(ctx, s, "left") })
			h.ok(h.d.Complete(t.Context(), "ann", o.ID))
		}
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.NotReady, ""))
		h.enqueue("s7", queue.Text, nodes.Handoff{})
		at("s7", 1, true)
	})
}
