package queue_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"foyer/nodes"
	"foyer/runtime/agent"
	"foyer/runtime/event"
	"foyer/runtime/queue"
)

// helped asks for sales, with repair helping after a minute.
func helped() nodes.Handoff {
	return nodes.Handoff{Group: "sales", Overflow: []nodes.Overflow{{Group: "repair", After: time.Minute}}}
}

// rests takes an agent off, who stays connected.
func (h *hall) rests(id string) {
	h.t.Helper()
	h.ok(h.desk.SetIntent(h.t.Context(), id, agent.NotReady, ""))
}

func (h *hall) ready(id string) {
	h.t.Helper()
	h.ok(h.desk.SetIntent(h.t.Context(), id, agent.Ready, ""))
	h.settle()
}

// Who waits long enough is offered to agents of the other group, by that group's settings, and the record says so.
func TestOverflow(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("repair", func(g *queue.SkillGroup) { g.RingSeconds, g.WrapSeconds = 7, 0 })
		h.agent("ann", "sales")
		h.agent("rob", "repair")
		h.rests("ann")
		h.enqueue("s1", queue.Text, helped())
		h.wait(59 * time.Second)
		h.rings("s1", "")
		h.wait(time.Second)
		h.rings("s1", "rob")
		o := h.offer("s1")
		if o.GroupID != "repair" || o.DeadlineAt.Sub(o.CreatedAt) != 7*time.Second {
			t.Errorf("rung through %s for %s", o.GroupID, o.DeadlineAt.Sub(o.CreatedAt))
		}
		if e := h.waits("s1", true); e.GroupID != "sales" || !slices.Equal(e.Helpers, []string{"repair"}) {
			t.Errorf("waits in %s helped by %v", e.GroupID, e.Helpers)
		}
		_, err := h.d.Accept(t.Context(), "rob", o.ID)
		h.ok(err)
		h.recorded("s1", "offer.accepted", `{"groupId": "repair", "offerId": "`+o.ID+`", "reason": ""}`)
		h.do(func(ctx context.Context) error { return h.d.Leave(ctx, "s1", "left") })
		h.was(o, queue.Closed, "left") // repair tidies up nothing
		all, err := h.in.Timers().AllTimers(t.Context())
		h.ok(err)
		if len(all) != 0 {
			t.Errorf("timers are left: %+v", all)
		}
	})
}

// recorded checks the data of the last event of a kind.
func (h *hall) recorded(session string, kind event.Kind, want string) {
	h.t.Helper()
	all, err := h.in.Events(h.t.Context(), session)
	h.ok(err)
	got := ""
	for _, e := range all {
		if e.Kind == kind {
			got = string(e.Data)
		}
	}
	if normal(h.t, got) != normal(h.t, want) {
		h.t.Errorf("%s of %s says %s, want %s", kind, session, got, want)
	}
}

// Every group helps from its own time on, which a kill does not stretch.
func TestOverflowAfterKill(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("repair", nil)
		h.group("night", nil)
		h.agent("ann", "sales")
		h.rests("ann")
		hand := helped()
		hand.Overflow = append(hand.Overflow, nodes.Overflow{Group: "night", After: 90 * time.Second})
		h.enqueue("s1", queue.Video, hand)
		h.wait(40 * time.Second)
		h.crash(30 * time.Second) // the first time passes while nothing runs
		h.arrive("ann")
		if e := h.waits("s1", true); !slices.Equal(e.Helpers, []string{"repair"}) {
			t.Errorf("after the kill helped by %v", e.Helpers)
		}
		h.agent("nora", "night")
		h.wait(15 * time.Second)
		h.rings("s1", "")
		h.wait(5 * time.Second)
		h.rings("s1", "nora")
		if o := h.offer("s1"); o.CreatedAt.Sub(morning) > 91*time.Second {
			t.Errorf("rung %s after coming", o.CreatedAt.Sub(morning))
		}
	})
}

// Lost timers are set again at the start.
func TestOverflowTimerLost(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("repair", nil)
		h.agent("rob", "repair")
		if port := h.enqueue("s1", queue.Video, helped()); port != "" {
			t.Fatalf("somebody who will help is there, and the caller goes through %q", port)
		}
		e := h.waits("s1", true)
		h.do(func(ctx context.Context) error { return h.wheel.Drop(ctx, "entry.overflow", e.ID) })
		h.do(func(ctx context.Context) error { return h.wheel.Drop(ctx, "entry.giveUp", e.ID) })
		h.crash(0)
		h.arrive("rob")
		h.wait(time.Minute)
		h.rings("s1", "rob")
	})
}

// At the door: nobody in any group is nobody; a group that helps at once is there from the start.
func TestOverflowAtTheDoor(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("repair", nil)
		if port := h.enqueue("s1", queue.Video, helped()); port != nodes.NoAgent {
			t.Errorf("with nobody anywhere: %q", port)
		}
		h.agent("rob", "repair")
		now := nodes.Handoff{Group: "sales", Queueing: "wait", Overflow: []nodes.Overflow{{Group: "gone"}, {Group: "repair"}}}
		h.enqueue("s2", queue.Video, now)
		h.rings("s2", "rob")
		h.noted("s2", "offered") // and was not told to wait
		h.group("sales", func(g *queue.SkillGroup) { g.MaxWaiting = 1 })
		if port := h.enqueue("s3", queue.Video, now); port != nodes.Full {
			t.Errorf("a full line takes one more who may be helped: %q", port)
		}
	})
}

// The helping group's own callers and those it helps with are served by priority and by how long they wait.
func TestOverflowOrder(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("repair", nil)
		h.agent("ann", "sales")
		h.agent("rob", "repair")
		h.rests("ann")
		h.rests("rob")
		h.enqueue("early", queue.Text, nodes.Handoff{Group: "repair"})
		h.enqueue("helped", queue.Text, helped())
		h.enqueue("late", queue.Text, nodes.Handoff{Group: "repair"})
		h.enqueue("vip", queue.Text, nodes.Handoff{Group: "repair", Priority: 1})
		h.wait(time.Minute)
		p, _, err := h.d.Position(t.Context(), "helped")
		h.ok(err)
		if p != 1 {
			t.Errorf("the helped caller is number %d of their own group", p)
		}
		h.ready("rob")
		h.rings("vip", "rob")
		h.rings("early", "rob") // two texts at once
		h.ok(h.d.Reject(t.Context(), "rob", h.offer("vip").ID, ""))
		h.rings("helped", "rob")
		h.rings("late", "")
	})
}

// However many wait who are not helped, one behind them who is gets the agent who helps; and however many are helped,
// none of them holds up who waits for that group alone.
func TestOverflowHoldsNobodyUp(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("repair", nil)
		h.agent("ann", "sales")
		h.rests("ann")
		for i := range 40 { // more than a line is searched for
			h.enqueue(fmt.Sprintf("alone%02d", i), queue.Video, nodes.Handoff{})
		}
		h.enqueue("helped", queue.Video, helped())
		h.wait(time.Minute)
		h.agent("rob", "repair")
		h.rings("helped", "rob")
		h.ready("ann")
		h.rings("alone00", "ann")
	})
	inHall(t, func(t *testing.T, h *hall) {
		h.group("repair", nil)
		h.agent("ann", "sales")
		h.agent("rob", "repair")
		h.rests("ann")
		h.rests("rob")
		for i := range 40 {
			h.enqueue(fmt.Sprintf("helped%02d", i), queue.Video, helped())
		}
		h.enqueue("alone", queue.Video, nodes.Handoff{Priority: 1})
		h.wait(time.Minute)
		h.ready("rob")
		h.rings("helped00", "rob")
		h.ready("ann")
		h.rings("alone", "ann")
	})
}

// Taken out of the helping group, an agent is not rung for it any more.
func TestOverflowMemberGoes(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("repair", nil)
		h.agent("ann", "sales")
		h.agent("rob", "repair")
		h.rests("ann")
		h.enqueue("s1", queue.Video, helped())
		h.wait(time.Minute)
		o := h.offer("s1")
		h.ok(h.book.RemoveMember(t.Context(), "repair", "rob"))
		h.was(o, queue.Rescinded, "agentGone")
		h.rings("s1", "")
	})
}

// An agent of both groups is reached through the caller's own; a talk that fails leaves the help as it was.
func TestOverflowOfBoth(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("repair", nil)
		h.agent("ann", "sales", "repair")
		h.rests("ann")
		h.enqueue("s1", queue.Video, helped())
		h.wait(2 * time.Minute)
		h.ready("ann")
		o := h.offer("s1")
		if o.GroupID != "sales" {
			t.Errorf("rung through %s", o.GroupID)
		}
		_, err := h.d.Accept(t.Context(), "ann", o.ID)
		h.ok(err)
		h.agent("rob", "repair")
		h.ok(h.d.MediaFailed(t.Context(), o.ID, "caller"))
		h.rings("s1", "rob")
	})
}

// A higher priority is served first, whoever came when; equals in the order of their coming.
func TestPriority(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.rests("ann")
		for i, p := range []int{0, 3, 0, 9, 3} {
			h.enqueue(fmt.Sprintf("s%d", i), queue.Video, nodes.Handoff{Priority: p})
		}
		for i, want := range []int{4, 2, 5, 1, 3} {
			if got, _, err := h.d.Position(t.Context(), fmt.Sprintf("s%d", i)); err != nil || got != want {
				t.Errorf("s%d is number %d, want %d: %v", i, got, want, err)
			}
		}
		h.ready("ann")
		for _, want := range []string{"s3", "s1", "s4", "s0", "s2"} {
			h.rings(want, "ann")
			h.do(func(ctx context.Context) error { return h.d.Leave(ctx, want, "left") })
		}
	})
}

// The preferred agent is rung first and for as long as was asked; whatever they do, the others come next.
func TestPreferred(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.agent("bob", "sales")
		wish := nodes.Handoff{Preferred: "no.bob", PreferredFor: 9 * time.Second}
		h.enqueue("s1", queue.Video, wish)
		h.rings("s1", "bob") // though ann is idle for longer
		o := h.offer("s1")
		if d := o.DeadlineAt.Sub(o.CreatedAt); d != 9*time.Second {
			t.Errorf("rung for %s", d)
		}
		h.enqueue("s2", queue.Video, wish)
		h.rings("s2", "ann") // bob is rung already: nobody waits for him
		h.wait(9 * time.Second)
		h.was(o, queue.Missed, "")
		h.ok(h.d.Reject(t.Context(), "ann", h.offer("s2").ID, "")) // who came first goes first
		h.rings("s1", "ann")
		wish.Preferred, wish.PreferredFor = "no.ann", 0
		h.do(func(ctx context.Context) error { return h.d.Leave(ctx, "s1", "left") })
		h.do(func(ctx context.Context) error { return h.d.Leave(ctx, "s2", "left") })
		h.enqueue("s3", queue.Video, wish)
		if o := h.offer("s3"); o.AgentID != "ann" || o.DeadlineAt.Sub(o.CreatedAt) != 20*time.Second {
			t.Errorf("without a time of its own: %s for %s", o.AgentID, o.DeadlineAt.Sub(o.CreatedAt))
		}
	})
}

// Nobody waits for a preferred agent who is away, resting, of another group or does not exist.
func TestPreferredIsSkipped(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("repair", nil)
		h.agent("bob", "sales")
		h.agent("cat", "sales")
		h.agent("rob", "repair")
		h.rests("bob")
		h.vanish("cat", true)
		h.agent("ann", "sales")
		for i, number := range []string{"no.bob", "no.cat", "no.rob", "no.nobody"} {
			s := fmt.Sprintf("s%d", i)
			h.enqueue(s, queue.Video, nodes.Handoff{Preferred: number, PreferredFor: time.Minute})
			h.rings(s, "ann")
			h.do(func(ctx context.Context) error { return h.d.Leave(ctx, s, "left") })
		}
	})
}

// normal writes a JSON text in one way.
func normal(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
