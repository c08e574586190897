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
// shaky is a ledger whose next decision comes to nothing, before or after it was made.
type shaky struct {
	event.Ledger
	err   error
	after bool
}

func (s *shaky) Do(ctx context.Context, f func(ctx context.Context) error) error {
	err, after := s.err, s.after
	s.err = nil
	if err == nil {
		return s.Ledger.Do(ctx, f)
	}
	if !after {
		return err
	}
	return s.Ledger.Do(ctx, func(ctx context.Context) error { return errors.Join(f(ctx), err) })
}

// When the ledger fails, that is not held against the entry that was to be offered.
func TestLedgerFailsWhileMatching(t *testing.T) {
	for name, s := range map[string]shaky{
		"before":      {err: errors.New("disk on fire")},
		"unavailable": {err: event.ErrUnavailable, after: true},
		"not owner":   {err: event.ErrNotOwner, after: true},
		"closed":      {err: event.ErrClosed, after: true},
	} {
		t.Run(name, func(t *testing.T) {
			inHall(t, func(t *testing.T, h *hall) {
				h.agent("ann", "sales")
				h.ok(h.desk.SetIntent(t.Context(), "ann", agent.NotReady, ""))
				h.enqueue("s1", queue.Video, nodes.Handoff{})
				h.enqueue("s2", queue.Video, nodes.Handoff{})
				h.ok(h.desk.SetIntent(t.Context(), "ann", agent.Ready, ""))
				s.Ledger = h.in
				h.d.Ledger = &s
				h.settle() // fails
				h.rings("s1", "ann")
				h.rings("s2", "")
			})
		})
	}
}

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
