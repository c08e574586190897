package queue_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"foyer/nodes"
	"foyer/runtime/agent"
	"foyer/runtime/queue"
)

func TestMissed(t *testing.T) {
	for name, c := range map[string]struct {
		rest bool
		want agent.Shown
	}{"not responding": {false, agent.ShownFault}, "to rest": {true, agent.ShownRest}} {
		t.Run(name, func(t *testing.T) {
			inHall(t, func(t *testing.T, h *hall) {
				h.group("sales", func(g *queue.SkillGroup) { g.RingSeconds, g.RestOnMiss = 7, c.rest })
				h.agent("ann", "sales")
				h.agent("bob", "sales")
				h.enqueue("s1", queue.Video, nodes.Handoff{})
				o := h.offer("s1")
				h.rings("s1", "ann") // idle for longer
				h.wait(6900 * time.Millisecond)
				h.was(o, queue.Pending, "")
				h.wait(200 * time.Millisecond)
				h.was(o, queue.Missed, "")
				h.rings("s1", "bob")
				v, err := h.desk.State(t.Context(), "ann")
				h.ok(err)
				if v.Shown != c.want {
					t.Errorf("ann is %s, want %s", v.Shown, c.want)
				}
				h.noted("s1", "offered", "waiting", "offered")
				if e := h.waits("s1", true); len(e.Attempts) != 1 || e.Attempts[0].How != queue.Missed {
					t.Errorf("attempts %+v", e.Attempts)
				}
				var gone *queue.GoneError
				if _, err := h.d.Accept(t.Context(), "ann", o.ID); !errors.As(err, &gone) || gone.How != queue.Missed {
					t.Errorf("a late yes: %v", err)
				}
			})
		})
	}
}

// A no is not a miss: the agent stays ready, and the only agent is asked again after a while.
func TestRejected(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		o := h.offer("s1")
		h.ok(h.d.Reject(t.Context(), "ann", o.ID, "busy"))
		h.ok(h.d.Reject(t.Context(), "ann", o.ID, "busy")) // pressed twice
		h.was(o, queue.Rejected, "busy")
		if f := h.who("ann").Fault; f != agent.NoFault {
			t.Errorf("fault %s", f)
		}
		h.wait(9 * time.Second)
		h.rings("s1", "")
		h.wait(2 * time.Second)
		h.rings("s1", "ann")
	})
}

// Whatever is typed as a reason, the no is a no.
func TestRejectedForAReason(t *testing.T) {
	for given, want := range map[string]string{
		"":                                 "",
		" in a meeting ":                   "in a meeting",
		"a\x00b\nc":                        "a b c",
		"\xffno":                           "no",
		"\n\t":                             "",
		strings.Repeat("忙", 50):            strings.Repeat("忙", 40),
		strings.Repeat("x", 1<<20) + "end": strings.Repeat("x", 40),
	} {
		inHall(t, func(t *testing.T, h *hall) {
			h.agent("ann", "sales")
			h.enqueue("s1", queue.Video, nodes.Handoff{})
			o := h.offer("s1")
			h.ok(h.d.Reject(t.Context(), "ann", o.ID, given))
			h.was(o, queue.Rejected, want)
		})
	}
}

// Two agents accept: who was rung and was too slow is told who has the caller now.
func TestTwoAccept(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.agent("bob", "sales")
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		first := h.offer("s1")
		h.wait(21 * time.Second)
		second := h.offer("s1")
		if second.AgentID != "bob" {
			t.Fatalf("then rang %s", second.AgentID)
		}
		var late, won error
		start := make(chan struct{})
		done := make(chan struct{}, 2)
		go func() { <-start; _, won = h.d.Accept(t.Context(), "bob", second.ID); done <- struct{}{} }()
		go func() { <-start; _, late = h.d.Accept(t.Context(), "ann", first.ID); done <- struct{}{} }()
		close(start)
		<-done
		<-done
		h.ok(won)
		if !errors.Is(late, queue.ErrOfferGone) {
			t.Fatalf("late: %v", late)
		}
		_, late = h.d.Accept(t.Context(), "ann", first.ID)
		var gone *queue.GoneError
		if !errors.As(late, &gone) || gone.Winner != "BOB" {
			t.Errorf("ann is told %v", late)
		}
		if err := h.d.Reject(t.Context(), "ann", first.ID, ""); !errors.Is(err, queue.ErrOfferGone) {
			t.Errorf("a late no: %v", err)
		}
	})
}

// Accepting twice, as from two tabs, is the same as once; somebody else's offer does not exist.
func TestAcceptTwice(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		o := h.offer("s1")
		for range 2 {
			got, err := h.d.Accept(t.Context(), "ann", o.ID)
			h.ok(err)
			if got.State != queue.Accepted {
				t.Errorf("state %s", got.State)
			}
		}
		h.noted("s1", "offered", "accepted ann", "callOpened")
		if _, err := h.d.Accept(t.Context(), "eve", o.ID); !errors.Is(err, queue.ErrNoOffer) {
			t.Errorf("eve: %v", err)
		}
		if _, err := h.d.Accept(t.Context(), "ann", "nothing"); !errors.Is(err, queue.ErrNoOffer) {
			t.Errorf("no such offer: %v", err)
		}
	})
}

// The media does not come up: who is to blame is blamed, the caller waits on at their place.
func TestSetUpFails(t *testing.T) {
	for name, c := range map[string]struct {
		fail   func(h *hall, offer string)
		reason string
		fault  agent.Fault
	}{
		"agent's side":  {func(h *hall, o string) { h.ok(h.d.MediaFailed(h.t.Context(), o, "agent")) }, "agent", agent.Device},
		"caller's side": {func(h *hall, o string) { h.ok(h.d.MediaFailed(h.t.Context(), o, "caller")) }, "caller", agent.NoFault},
		"agent is missing": {func(h *hall, _ string) {
			h.notes.missing = "agent"
			h.wait(15*time.Second + 10*time.Millisecond)
		}, "agent", agent.Device},
		"both are missing": {func(h *hall, _ string) { h.wait(15*time.Second + 10*time.Millisecond) }, "system", agent.NoFault},
	} {
		t.Run(name, func(t *testing.T) {
			inHall(t, func(t *testing.T, h *hall) {
				h.agent("ann", "sales")
				h.enqueue("s1", queue.Video, nodes.Handoff{})
				entered := h.waits("s1", true).EnteredAt
				h.agent("bob", "sales")
				o := h.offer("s1")
				_, err := h.d.Accept(t.Context(), "ann", o.ID)
				h.ok(err)
				c.fail(h, o.ID)
				h.was(o, queue.FailedSet, c.reason)
				h.rings("s1", "bob")
				if e := h.waits("s1", true); !e.EnteredAt.Equal(entered) {
					t.Error("the place was lost")
				}
				if f := h.who("ann").Fault; f != c.fault {
					t.Errorf("ann's fault %q, want %q", f, c.fault)
				}
				h.noted("s1", "offered", "accepted ann", "callOpened", "callClosed", "waiting", "offered")
				h.ok(h.d.MediaUp(t.Context(), o.ID)) // too late
				h.was(o, queue.FailedSet, c.reason)
			})
		})
	}
}

// A caller whose media never comes up does not burn one agent after the other for ever.
func TestSetUpFailsForEver(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		for _, a := range []string{"ann", "bob", "cid", "dan"} {
			h.agent(a, "sales")
		}
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		for range 3 {
			o := h.offer("s1")
			_, err := h.d.Accept(t.Context(), o.AgentID, o.ID)
			h.ok(err)
			h.ok(h.d.MediaFailed(t.Context(), o.ID, "caller"))
			h.settle()
		}
		h.waits("s1", false)
		h.rings("s1", "")
		if n := h.notes.by["s1"]; n[len(n)-1] != "exit failed" {
			t.Errorf("notes %v", n)
		}
		h.met("exit failed", 1)
	})
}

// The media of a talk is lost: the talk goes on.
func TestMediaLostInTalk(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		o := h.offer("s1")
		_, err := h.d.Accept(t.Context(), "ann", o.ID)
		h.ok(err)
		h.ok(h.d.MediaUp(t.Context(), o.ID))
		h.ok(h.d.MediaFailed(t.Context(), o.ID, "caller"))
		h.was(o, queue.Connected, "")
		h.noted("s1", "offered", "accepted ann", "callOpened", "connected", "mediaFailed")
	})
}

// The agent goes away while ringing: by rest, by offline, by leaving the group, by closing the tab, by silence.
func TestAgentGoneWhileRinging(t *testing.T) {
	for name, gone := range map[string]func(h *hall){
		"rest":      func(h *hall) { h.ok(h.desk.SetIntent(h.t.Context(), "ann", agent.Rest, "tea")) },
		"offline":   func(h *hall) { h.ok(h.desk.SetIntent(h.t.Context(), "ann", agent.Offline, "")) },
		"group":     func(h *hall) { h.ok(h.book.RemoveMember(h.t.Context(), "sales", "ann")) },
		"tab":       func(h *hall) { h.vanish("ann", true) },
		"no a word": func(h *hall) { h.vanish("ann", false); h.wait(30 * time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			inHall(t, func(t *testing.T, h *hall) {
				h.group("sales", func(g *queue.SkillGroup) { g.RingSeconds = 90 })
				h.agent("ann", "sales")
				h.agent("bob", "sales")
				h.enqueue("s1", queue.Video, nodes.Handoff{})
				o := h.offer("s1")
				gone(h)
				h.was(o, queue.Rescinded, "agentGone")
				h.rings("s1", "bob")
				if f := h.who("ann").Fault; f != agent.NoFault {
					t.Errorf("going away counts as %s", f)
				}
				h.noted("s1", "offered", "waiting", "offered") // one ring taken back, no loop
			})
		})
	}
}

// The agent goes away in a talk: there is time to come back, then the caller is offered to another, at their place.
func TestAgentGoneInTalk(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		o := h.offer("s1")
		_, err := h.d.Accept(t.Context(), "ann", o.ID)
		h.ok(err)
		h.ok(h.d.MediaUp(t.Context(), o.ID))
		h.agent("bob", "sales")
		h.vanish("ann", true)
		h.wait(50 * time.Second)
		h.arrive("ann")
		h.wait(10 * time.Minute)
		h.was(o, queue.Connected, "")

		h.vanish("ann", true)
		h.wait(61 * time.Second)
		h.was(o, queue.FailedSet, "agentLost")
		h.rings("s1", "bob")
		e := h.waits("s1", true)
		if left := e.GiveUpAt.Sub(h.now()); left < 9*time.Minute {
			t.Errorf("the wait that begins anew lasts %s", left)
		}
	})
}
