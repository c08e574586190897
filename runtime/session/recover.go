package session

import (
	"context"
	"fmt"
	"time"

	"foyer/runtime/engine"
	"foyer/runtime/timer"
)

// Recover makes sure, before timers start, that every session has a deadline.
func (r *Runner) Recover(ctx context.Context) error {
	err := r.Ledger.Do(ctx, func(ctx context.Context) error {
		all, err := r.Sessions.Live(ctx)
		if err != nil {
			return err
		}
		for _, s := range all {
			if err := r.rearm(ctx, s); err != nil {
				return fmt.Errorf("session %s: %w", s.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("recovering sessions: %w", err)
	}
	return nil
}

func (r *Runner) rearm(ctx context.Context, s Session) error {
	if s.LostAt != nil && s.State != Routing && !r.Timers.Has(lostTimer, s.ID) {
		if err := r.awaitCaller(ctx, s); err != nil {
			return err
		}
	}
	switch s.State {
	case Routing:
		if s.Fetch != nil {
			return r.askAgain(ctx, s)
		}
		return r.ensure(ctx, waitTimer, s, engine.DefaultWait)
	case Connected:
		return r.ensure(ctx, limitTimer, s, maxTalk)
	}
	return nil // the queue has its own
}

func (r *Runner) ensure(ctx context.Context, kind timer.Kind, s Session, in time.Duration) error {
	if r.Timers.Has(kind, s.ID) {
		return nil
	}
	return r.Timers.Set(ctx, timer.Timer{Kind: kind, Ref: s.ID, Fence: int64(s.Walk.Wait), Due: r.Clock().Add(in)})
}
