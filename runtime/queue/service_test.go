package queue_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"foyer/nodes"
	"foyer/runtime/agent"
	"foyer/runtime/event"
	"foyer/runtime/queue"
)

var texts = nodes.Handoff{
	Connecting: "connecting", Queueing: "${WaitNo} before you", Failed: "nobody here", Success: "this is ${StaffNo}",
}

// The whole way: wait, ring, accept, talk, end, wrap-up.
func TestServed(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Video, texts)
		h.rings("s1", "ann")
		o := h.offer("s1")
		if got := o.DeadlineAt.Sub(o.CreatedAt); got != 20*time.Second {
			t.Errorf("rings for %s, want 20 s", got)
		}
		h.wait(4 * time.Second)
		_, err := h.d.Accept(t.Context(), "ann", o.ID)
		h.ok(err)
		h.was(o, queue.Accepted, "")
		h.ok(h.d.MediaUp(t.Context(), o.ID))
		h.ok(h.d.MediaUp(t.Context(), o.ID)) // said twice
		h.was(o, queue.Connected, "")
		if err := h.d.Complete(t.Context(), "ann", o.ID); !errors.Is(err, queue.ErrTalking) {
			t.Errorf("completed while talking: %v", err)
		}
		h.wait(5 * time.Minute)
		h.do(func(ctx context.Context) error { return h.d.Leave(ctx, "s1", "left") })
		h.was(o, queue.Wrapping, "left")
		h.ok(h.d.Complete(t.Context(), "ann", o.ID))
		h.ok(h.d.Complete(t.Context(), "ann", o.ID)) // pressed twice
		h.was(o, queue.Closed, "left")
		h.noted("s1", "said connecting", "offered", "accepted ann", "callOpened", "connected", "said this is no.ann")
		if got, want := h.frames("ann"), []string{"offer.opened", "offer.updated", "offer.updated", "offer.updated", "offer.closed"}; !slices.Equal(got, want) {
			t.Errorf("the desk was told %v", got)
		}
		if w := h.notes.waits; len(w) != 1 || w[0] < 4*time.Second || w[0] > 5*time.Second {
			t.Errorf("waited %v", w)
		}
		h.met("pending", 1)
		h.met("closed", 1)
	})
}

func TestOpenedFrame(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.NotReady, ""))
		h.enqueue("s1", queue.Audio, nodes.Handoff{})
		h.wait(7 * time.Second)
		h.rings("s1", "")
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.Ready, ""))
		h.rings("s1", "ann")
		all, err := h.in.Frames(t.Context(), event.AgentTopic("ann"), 0, 100)
		h.ok(err)
		i := slices.IndexFunc(all, func(f event.Frame) bool { return f.Type == queue.FrameOpened })
		if i < 0 {
			t.Fatal("no frame")
		}
		var got queue.Opened
		h.ok(json.Unmarshal(all[i].Data, &got))
		o := h.offer("s1")
		if got.OfferID != o.ID || got.SessionID != "s1" || !got.Deadline.Equal(o.DeadlineAt) || got.Caller.Nickname != "guest s1" ||
			got.Caller.Channel != "web" || got.WaitedSeconds != 7 || got.Attempts != 0 || got.Media != queue.Audio ||
			got.Group != (queue.GroupName{ID: "sales", Name: "sales"}) || len(got.Path) != 1 || got.Path[0].Label != "产品报障" {
			t.Errorf("frame %s", all[i].Data)
		}
	})
}

// A text session is connected at once.
func TestTextConnectsAtOnce(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		for _, s := range []string{"s1", "s2", "s3"} {
			h.enqueue(s, queue.Text, nodes.Handoff{})
		}
		h.rings("s1", "ann")
		h.rings("s2", "ann")
		h.rings("s3", "") // the cap is two
		o := h.offer("s1")
		_, err := h.d.Accept(t.Context(), "ann", o.ID)
		h.ok(err)
		h.was(o, queue.Connected, "")
		h.noted("s1", "offered", "accepted ann", "connected")
		h.enqueue("s4", queue.Video, nodes.Handoff{})
		h.rings("s4", "") // video needs the agent whole
	})
}

// An agent who writes is whole again only when the last text is wrapped up.
func TestVideoAfterText(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Text, nodes.Handoff{})
		o := h.offer("s1")
		_, err := h.d.Accept(t.Context(), "ann", o.ID)
		h.ok(err)
		h.enqueue("v", queue.Video, nodes.Handoff{})
		h.do(func(ctx context.Context) error { return h.d.Leave(ctx, "s1", "left") })
		h.rings("v", "")
		h.wait(119 * time.Second)
		h.rings("v", "")
		h.wait(2 * time.Second)
		h.was(o, queue.Closed, "left")
		h.rings("v", "ann")
	})
}

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

// Strict priority, then the time of coming; over all groups of an agent.
func TestOrderOverGroups(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("repair", nil)
		h.agent("ann", "sales", "repair")
		h.agent("bob", "repair") // keeps the other group staffed
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.NotReady, ""))
		h.ok(h.desk.SetIntent(t.Context(), "bob", agent.NotReady, ""))
		h.enqueue("r1", queue.Video, nodes.Handoff{Group: "repair"})
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		h.enqueue("r2", queue.Video, nodes.Handoff{Group: "repair"})
		h.ok(h.desk.SetIntent(t.Context(), "ann", agent.Ready, ""))
		for _, s := range []string{"r1", "s1", "r2"} {
			h.rings(s, "ann")
			h.do(func(ctx context.Context) error { return h.d.Leave(ctx, s, "left") })
		}
	})
}

// Entries that nobody can take do not hold up those behind them.
func TestNoHeadOfLine(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("text", queue.Text, nodes.Handoff{})
		_, err := h.d.Accept(t.Context(), "ann", h.offer("text").ID)
		h.ok(err)
		for i := range 50 {
			h.enqueue("video"+string(rune('0'+i)), queue.Video, nodes.Handoff{})
		}
		h.enqueue("behind", queue.Text, nodes.Handoff{})
		h.rings("behind", "ann")
	})
}

// An entry whose offer cannot be made, or panics, is passed over for a while, and said to the log.
func TestBadEntry(t *testing.T) {
	for name, session := range map[string]string{"error": "bad", "panic": "panic"} {
		t.Run(name, func(t *testing.T) {
			inHall(t, func(t *testing.T, h *hall) {
				h.notes.fail["bad offered"] = errors.New("no")
				h.agent("ann", "sales")
				h.enqueue(session, queue.Video, nodes.Handoff{})
				h.enqueue("good", queue.Video, nodes.Handoff{})
				h.rings(session, "")
				h.rings("good", "ann")
				if h.log.Len() == 0 {
					t.Error("nothing was logged")
				}
			})
		})
	}
}

// Agents who come later find who waited, without any further event.
func TestBacklog(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.vanish("ann", false) // the lease runs for a while
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		h.wait(2 * time.Minute)
		h.rings("s1", "")
		h.arrive("ann")
		h.wait(2 * time.Second)
		if o := h.who("ann"); o.Fault != agent.NoFault {
			h.ok(h.desk.Recover(t.Context(), "ann"))
		}
		h.rings("s1", "ann")
	})
}

func TestWatchersAreRung(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		h.notes.mu.Lock()
		defer h.notes.mu.Unlock()
		if h.notes.rang < 2 {
			t.Errorf("watchers of the group heard %d rings, want one for the entry and one for the offer", h.notes.rang)
		}
	})
}
