package session_test

import (
	"context"
	"testing"
	"time"

	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/runtime/timer"
)

// reach brings a session into each state; a talk is held in writing.
var reach = map[session.State]func(h *hall) string{
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
		id := h.start(media(queue.Text), option("buy")).SessionID
		h.accept(id)
		return id
	},
	session.Ended: func(h *hall) string { return h.start(option("buy")).SessionID },
}

// ends is which timer ends a session in which state, and why. Every other pair leaves the session as it is: the timer
// has lost against what happened meanwhile.
var ends = map[timer.Kind]map[session.State]string{
	"session.wait":  {session.Routing: "exit.timeout"},
	"session.fetch": {},
	"session.idle":  {session.Connected: session.ReasonIdle},
	"session.limit": {session.Connected: session.ReasonLimit},
	"session.lost":  {},
}

// lostEnds is the same for a caller whose line is lost.
var lostEnds = map[session.State]string{
	session.Queued: session.ReasonLost, session.Connecting: session.ReasonCallerLost, session.Connected: session.ReasonCallerLost,
}

// Every timer in every state of a session, with the fence of the present wait and with that of an earlier one.
func TestTimersInEveryState(t *testing.T) {
	for state, come := range reach {
		for kind, reasons := range ends {
			t.Run(string(state)+" "+string(kind), func(t *testing.T) {
				h := newHall(t)
				id := come(h)
				before, err := h.in.Sessions().Get(t.Context(), id)
				h.ok(err)
				h.rings(kind, id, before.Walk.Wait-1)
				if kind == "session.wait" || kind == "session.fetch" || reasons[state] == "" {
					h.same(before)
				}
				h.rings(kind, id, before.Walk.Wait)
				if want := reasons[state]; want == "" {
					h.same(before)
				} else if s, err := h.in.Sessions().Get(t.Context(), id); err != nil || s.State != session.Ended || s.Reason != want {
					t.Errorf("the session is %s %s, %v; want %s", s.State, s.Reason, err, want)
				}
			})
		}
		t.Run(string(state)+" lost", func(t *testing.T) {
			h := newHall(t)
			id := come(h)
			h.ok(h.r.Lost(t.Context(), id))
			before, err := h.in.Sessions().Get(t.Context(), id)
			h.ok(err)
			h.rings("session.lost", id, 0)
			want := lostEnds[before.State] // an agent who was rung is let go at once
			s, err := h.in.Sessions().Get(t.Context(), id)
			h.ok(err)
			if before.State == session.Routing { // a menu has its own deadline
				want = session.ReasonLost
			}
			if state != session.Ended && (s.State != session.Ended || s.Reason != want) {
				t.Errorf("a lost caller %s: %s %s, want %s", before.State, s.State, s.Reason, want)
			}
		})
	}
}

// rings fires one timer of a session now, and nothing else.
func (h *hall) rings(kind timer.Kind, id string, fence int) {
	h.t.Helper()
	h.do(func(ctx context.Context) error {
		return h.wheel.Set(ctx, timer.Timer{Kind: kind, Ref: id, Fence: int64(fence), Due: h.now()})
	})
	h.wheel.FireDue(h.t.Context())
}

// same checks that nothing has happened to a session.
func (h *hall) same(before session.Session) {
	h.t.Helper()
	if now, err := h.in.Sessions().Get(h.t.Context(), before.ID); err != nil || now.Seq != before.Seq || now.State != before.State {
		h.t.Errorf("was %s with seq %d, is %s with %d; %v", before.State, before.Seq, now.State, now.Seq, err)
	}
}

// FuzzInput answers a menu with anything: whatever comes, the session is in a state that goes on.
func FuzzInput(f *testing.F) {
	for _, seed := range []struct{ option, text, token string }{
		{"buy", "", ""}, {"", "1", ""}, {"", " ２ ", ""}, {"sell", "1", ""}, {"", "", ""}, {"", "\x00\xff", "stp_invented"}, {"buy", "fix", ""},
	} {
		f.Add(seed.option, seed.text, seed.token, uint8(3))
	}
	h := newHall(f)
	h.busy("ann", "sales", "repair")
	f.Fuzz(func(t *testing.T, option, text, token string, times uint8) {
		h.t = t
		v := h.start()
		for range times % 6 {
			q := session.InputRequest{OptionID: option, Text: text, StepToken: token}
			if token == "" {
				q.StepToken = v.StepToken
			}
			got, err := h.r.Input(t.Context(), "cal", v.SessionID, q)
			h.legal(v.SessionID)
			if err == nil {
				v = got
			}
		}
		h.ok(h.r.End(t.Context(), v.SessionID, session.ByCaller, "cal"))
		h.clean(v.SessionID)
	})
}

// legal holds that a session is over, or waits for something that comes.
func (h *hall) legal(id string) {
	h.t.Helper()
	s, err := h.in.Sessions().Get(h.t.Context(), id)
	h.ok(err)
	all, err := h.in.Timers().AllTimers(h.t.Context())
	h.ok(err)
	watched := map[timer.Kind]time.Time{}
	for _, t := range all {
		if t.Ref == id {
			watched[t.Kind] = t.Due
		}
	}
	_, waits, err := h.in.Entries().EntryOf(h.t.Context(), id)
	h.ok(err)
	switch s.State {
	case session.Routing:
		if s.Menu == nil || s.StepToken == "" || watched["session.wait"].IsZero() || waits {
			h.t.Errorf("asks %+v with token %q, timers %v, in a queue %v", s.Menu, s.StepToken, watched, waits)
		}
	case session.Queued, session.Offered:
		if !waits || s.Menu != nil {
			h.t.Errorf("waits %v, asks %+v", waits, s.Menu)
		}
	case session.Ended:
		if s.EndedAt == nil || waits || s.Menu != nil || !s.Walk.Over || len(watched) > 0 {
			h.t.Errorf("over: %+v, in a queue %v, timers %v", s, waits, watched)
		}
	default:
		h.t.Errorf("the session is %s", s.State)
	}
}
