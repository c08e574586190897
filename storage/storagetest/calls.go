package storagetest

import (
	"context"
	"errors"
	"time"

	"foyer/runtime/call"
	"foyer/runtime/channel"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/timer"
)

// calls checks the promises at call.Calls.
func calls() []promise {
	return []promise{
		{"ACallIsReadAsItWasWritten", callACallIsReadAsItWasWritten},
		{"UnknownOnes", callUnknownOnes},
		{"OneAtATime", callOneAtATime},
	}
}

func callACallIsReadAsItWasWritten(k *kit) {
	want := filled[call.Call]()
	want.Media, want.State = queue.Video, call.Broken
	leg, other := filled[call.Leg](), call.Leg{ID: "other", CallID: want.ID, Role: call.Caller}
	leg.CallID, leg.Role = want.ID, call.Agent
	k.do(func(ctx context.Context) error { return k.Calls().CreateCall(ctx, want, []call.Leg{leg, other}) })
	got, err := k.Calls().Call(k.Context(), want.ID)
	equal(k, got, err, want)
	legs, err := k.Calls().Legs(k.Context(), want.ID)
	equal(k, legs, err, []call.Leg{leg, other})
	leg.Up, leg.UpAt, leg.TicketHash = false, nil, ""
	k.do(func(ctx context.Context) error { return k.Calls().UpdateLeg(ctx, leg) })
	one, err := k.Calls().Leg(k.Context(), leg.ID)
	equal(k, one, err, leg)
	got, ok, err := k.Calls().OpenCallOf(k.Context(), want.SessionID)
	found(k, got, ok, err, want)
	want.State, want.LiveAt = call.Ended, nil
	k.do(func(ctx context.Context) error { return k.Calls().UpdateCall(ctx, want) })
	got, err = k.Calls().Call(k.Context(), want.ID)
	equal(k, got, err, want)
	got, ok, err = k.Calls().OpenCallOf(k.Context(), want.SessionID)
	absent(k, got, ok, err)
}

func callUnknownOnes(k *kit) {
	_, err := k.Calls().Call(k.Context(), "x")
	_, err2 := k.Calls().Leg(k.Context(), "x")
	err3 := k.try(func(ctx context.Context) error {
		return k.Calls().UpdateCall(ctx, call.Call{ID: "x", Media: queue.Video, State: call.Live})
	})
	err4 := k.try(func(ctx context.Context) error { return k.Calls().UpdateLeg(ctx, call.Leg{ID: "x", Role: call.Agent}) })
	for i, err := range []error{err, err2, err3, err4} {
		if !errors.Is(err, call.ErrNotFound) {
			k.Errorf("%d: %v", i, err)
		}
	}
}

func callOneAtATime(k *kit) {
	add := func(id, session string, state call.State) func(context.Context) error {
		return func(ctx context.Context) error {
			return k.Calls().CreateCall(ctx, call.Call{ID: id, SessionID: session, Media: queue.Video, State: state, CreatedAt: start}, nil)
		}
	}
	k.do(add("a", "s", call.Ended), add("b", "s", call.Live), add("c", "t", call.Connecting))
	if err := k.try(add("d", "s", call.Connecting)); !errors.Is(err, event.ErrDuplicate) {
		k.Errorf("got %v", err)
	}
	got, err := k.Calls().OpenCalls(k.Context())
	if err != nil || len(got) != 2 || got[0].ID != "b" {
		k.Errorf("%+v, %v", got, err)
	}
}

// callers checks the promises at channel.Callers.
func callers() []promise {
	return []promise{{"AsWritten", callerWhole}}
}

func callerWhole(k *kit) {
	want := filled[channel.Caller]()
	k.do(func(ctx context.Context) error {
		return k.Callers().CreateCaller(ctx, want, channel.Token{Hash: "h", CallerID: want.ID, ExpiresAt: start})
	})
	got, err := k.Callers().CallerByToken(k.Context(), "h", start.Add(-time.Microsecond))
	equal(k, got, err, want)
	_, err = k.Callers().CallerByToken(k.Context(), "x", start.Add(-time.Hour))
	_, err2 := k.Callers().CallerByToken(k.Context(), "h", start)
	for i, err := range []error{err, err2} {
		if !errors.Is(err, channel.ErrToken) {
			k.Errorf("%d: %v", i, err)
		}
	}
}

// timers checks the promises at timer.Timers.
func timers() []promise {
	return []promise{{"AsWritten", timerWhole}}
}

func timerWhole(k *kit) {
	one, two := timer.Timer{Kind: "a", Ref: "x", Fence: 3, Due: start}, timer.Timer{Kind: "b", Ref: "x", Due: start.Add(-time.Second)}
	set := func(tm timer.Timer) func(context.Context) error {
		return func(ctx context.Context) error { return k.Timers().SetTimer(ctx, tm) }
	}
	k.do(set(timer.Timer{Kind: "a", Ref: "x", Fence: 1, Due: start.Add(-time.Hour)}), set(two), set(one))
	got, err := k.Timers().AllTimers(k.Context())
	equal(k, got, err, []timer.Timer{two, one})
	takes := func(now time.Time) (tm timer.Timer, ok bool, err error) {
		err = k.try(func(ctx context.Context) error { tm, ok, err = k.Timers().TakeTimer(ctx, "a", "x", now); return err })
		return tm, ok, err
	}
	tm, ok, err := takes(start.Add(-time.Microsecond))
	absent(k, tm, ok, err)
	tm, ok, err = takes(start)
	found(k, tm, ok, err, one)
	tm, ok, err = takes(start)
	absent(k, tm, ok, err)
	drop := func(ctx context.Context) error { return k.Timers().DropTimer(ctx, "b", "x") }
	k.do(drop, drop)
	got, err = k.Timers().AllTimers(k.Context())
	equal(k, got, err, []timer.Timer{})
	if _, _, err := k.Timers().TakeTimer(k.Context(), "a", "x", start); !errors.Is(err, event.ErrOutside) {
		k.Errorf("taking outside: %v", err)
	}
}
