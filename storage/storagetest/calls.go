package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"foyer/runtime/call"
	"foyer/runtime/channel"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/timer"
)

// calls checks the promises at call.Calls.
func calls(t *testing.T, open func(*testing.T) *kit) {
	t.Run("ACallIsReadAsItWasWritten", func(t *testing.T) {
		k, want := open(t), filled[call.Call]()
		want.Media, want.State = queue.Video, call.Broken
		leg, other := filled[call.Leg](), call.Leg{ID: "other", CallID: want.ID, Role: call.Caller}
		leg.CallID, leg.Role = want.ID, call.Agent
		k.do(func(ctx context.Context) error { return k.Calls().CreateCall(ctx, want, []call.Leg{leg, other}) })
		got, err := k.Calls().Call(t.Context(), want.ID)
		equal(t, got, err, want)
		legs, err := k.Calls().Legs(t.Context(), want.ID)
		equal(t, legs, err, []call.Leg{leg, other})
		leg.Up, leg.UpAt, leg.TicketHash = false, nil, ""
		k.do(func(ctx context.Context) error { return k.Calls().UpdateLeg(ctx, leg) })
		one, err := k.Calls().Leg(t.Context(), leg.ID)
		equal(t, one, err, leg)
		got, ok, err := k.Calls().OpenCallOf(t.Context(), want.SessionID)
		found(t, got, ok, err, want)
		want.State, want.LiveAt = call.Ended, nil
		k.do(func(ctx context.Context) error { return k.Calls().UpdateCall(ctx, want) })
		got, err = k.Calls().Call(t.Context(), want.ID)
		equal(t, got, err, want)
		got, ok, err = k.Calls().OpenCallOf(t.Context(), want.SessionID)
		absent(t, got, ok, err)
	})
	t.Run("UnknownOnes", func(t *testing.T) {
		k := open(t)
		_, err := k.Calls().Call(t.Context(), "x")
		_, err2 := k.Calls().Leg(t.Context(), "x")
		err3 := k.try(func(ctx context.Context) error {
			return k.Calls().UpdateCall(ctx, call.Call{ID: "x", Media: queue.Video, State: call.Live})
		})
		err4 := k.try(func(ctx context.Context) error { return k.Calls().UpdateLeg(ctx, call.Leg{ID: "x", Role: call.Agent}) })
		for i, err := range []error{err, err2, err3, err4} {
			if !errors.Is(err, call.ErrNotFound) {
				t.Errorf("%d: %v", i, err)
			}
		}
	})
	t.Run("OneAtATime", func(t *testing.T) {
		k := open(t)
		add := func(id, session string, state call.State) func(context.Context) error {
			return func(ctx context.Context) error {
				return k.Calls().CreateCall(ctx, call.Call{ID: id, SessionID: session, Media: queue.Video, State: state, CreatedAt: start}, nil)
			}
		}
		k.do(add("a", "s", call.Ended), add("b", "s", call.Live), add("c", "t", call.Connecting))
		if err := k.try(add("d", "s", call.Connecting)); !errors.Is(err, event.ErrDuplicate) {
			t.Errorf("got %v", err)
		}
		got, err := k.Calls().OpenCalls(t.Context())
		if err != nil || len(got) != 2 || got[0].ID != "b" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// callers checks the promises at channel.Callers.
func callers(t *testing.T, open func(*testing.T) *kit) {
	k, want := open(t), filled[channel.Caller]()
	k.do(func(ctx context.Context) error {
		return k.Callers().CreateCaller(ctx, want, channel.Token{Hash: "h", CallerID: want.ID, ExpiresAt: start})
	})
	got, err := k.Callers().Caller(t.Context(), want.ID)
	equal(t, got, err, want)
	got, err = k.Callers().CallerByToken(t.Context(), "h", start.Add(-time.Microsecond))
	equal(t, got, err, want)
	_, err = k.Callers().Caller(t.Context(), "x")
	_, err2 := k.Callers().CallerByToken(t.Context(), "x", start.Add(-time.Hour))
	_, err3 := k.Callers().CallerByToken(t.Context(), "h", start)
	for i, err := range []error{err, err2, err3} {
		if !errors.Is(err, channel.ErrToken) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// timers checks the promises at timer.Timers.
func timers(t *testing.T, open func(*testing.T) *kit) {
	k := open(t)
	one, two := timer.Timer{Kind: "a", Ref: "x", Fence: 3, Due: start}, timer.Timer{Kind: "b", Ref: "x", Due: start.Add(-time.Second)}
	set := func(tm timer.Timer) func(context.Context) error {
		return func(ctx context.Context) error { return k.Timers().SetTimer(ctx, tm) }
	}
	k.do(set(timer.Timer{Kind: "a", Ref: "x", Fence: 1, Due: start.Add(-time.Hour)}), set(two), set(one))
	got, err := k.Timers().AllTimers(t.Context())
	equal(t, got, err, []timer.Timer{two, one})
	takes := func(now time.Time) (tm timer.Timer, ok bool, err error) {
		err = k.try(func(ctx context.Context) error { tm, ok, err = k.Timers().TakeTimer(ctx, "a", "x", now); return err })
		return tm, ok, err
	}
	tm, ok, err := takes(start.Add(-time.Microsecond))
	absent(t, tm, ok, err)
	tm, ok, err = takes(start)
	found(t, tm, ok, err, one)
	tm, ok, err = takes(start)
	absent(t, tm, ok, err)
	drop := func(ctx context.Context) error { return k.Timers().DropTimer(ctx, "b", "x") }
	k.do(drop, drop)
	got, err = k.Timers().AllTimers(t.Context())
	equal(t, got, err, []timer.Timer{})
	if _, _, err := k.Timers().TakeTimer(t.Context(), "a", "x", start); !errors.Is(err, event.ErrOutside) {
		t.Errorf("taking outside: %v", err)
	}
}
