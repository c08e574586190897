package session

import (
	"context"
	"fmt"

	"foyer/runtime/engine"
	"foyer/runtime/timer"
)

// Recover makes sure, before timers start, that every session has a deadline. What it reads are only those that have
// none, so that a start takes no longer for the many who simply wait.
func (r *Runner) Recover(ctx context.Context) error {
	err := r.Ledger.Do(ctx, func(ctx context.Context) error {
		for _, w := range []struct {
			kind   timer.Kind
			lost   bool
			states []State
			rearm  func(ctx context.Context, s Session) error
		}{
			{lostTimer, true, []State{Queued, Offered, Connecting, Connected}, r.awaitCaller},
			{waitTimer, false, []State{Routing}, r.askOn},
			{limitTimer, false, []State{Connected}, r.limit},
		} { // the queue has its own
			all, err := r.Sessions.Unwatched(ctx, w.kind, w.lost, w.states...)
			if err != nil {
				return err
			}
			for _, s := range all {
				if err := w.rearm(ctx, s); err != nil {
					return fmt.Errorf("session %s: %w", s.ID, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("recovering sessions: %w", err)
	}
	return nil
}

// askOn waits on for an answer of the caller or of a web service.
func (r *Runner) askOn(ctx context.Context, s Session) error {
	if s.Fetch != nil {
		return r.askAgain(ctx, s)
	}
	return r.Timers.Set(ctx, timer.Timer{Kind: waitTimer, Ref: s.ID, Fence: int64(s.Walk.Wait), Due: r.Clock().Add(engine.DefaultWait)})
}

// limit ends a talk that everybody forgot.
func (r *Runner) limit(ctx context.Context, s Session) error {
	return r.Timers.Set(ctx, timer.Timer{Kind: limitTimer, Ref: s.ID, Due: r.Clock().Add(maxTalk)})
}
