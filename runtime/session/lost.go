package session

import (
	"context"
	"fmt"

	"foyer/runtime/timer"
)

// Lost notes that the caller's line is lost. While waiting the place is kept but offered to nobody, and an agent
// who is rung is freed; who does not come back in time has left. Only sessions that are live change.
func (r *Runner) Lost(ctx context.Context, sessionID string) error {
	return r.Ledger.Do(ctx, func(ctx context.Context) error {
		s, err := r.Sessions.Get(ctx, sessionID)
		if err != nil {
			return fmt.Errorf("session %s: %w", sessionID, err)
		}
		if s.State == Ended || s.LostAt != nil {
			return nil
		}
		now := r.Clock()
		s.LostAt = &now
		if err := r.save(ctx, &s); err != nil {
			return err
		}
		if err := r.note(ctx, s, "session.callerLost", struct{}{}); err != nil {
			return err
		}
		if err := r.awaitCaller(ctx, s); err != nil {
			return err
		}
		if s, err = r.Sessions.Get(ctx, sessionID); err != nil {
			return err
		}
		return r.tell(ctx, s)
	})
}

// awaitCaller gives a lost caller time to come back. In a menu the menu's own deadline is enough.
func (r *Runner) awaitCaller(ctx context.Context, s Session) error {
	grace := queueGrace
	switch s.State {
	case Routing, Ended:
		return nil
	case Connecting, Connected:
		grace = talkGrace
	}
	if err := r.Timers.Set(ctx, timer.Timer{Kind: lostTimer, Ref: s.ID, Due: r.Clock().Add(grace)}); err != nil {
		return err
	}
	return r.Queue.CallerLost(ctx, s.ID)
}

// Back notes that the caller's line is there, again or for the first time.
func (r *Runner) Back(ctx context.Context, sessionID string) error {
	if s, err := r.Sessions.Get(ctx, sessionID); err != nil || s.LostAt == nil {
		return err // the usual case costs no decision
	}
	return r.Ledger.Do(ctx, func(ctx context.Context) error {
		s, err := r.Sessions.Get(ctx, sessionID)
		if err != nil || s.LostAt == nil || s.State == Ended {
			return err
		}
		s.LostAt = nil
		if err := r.save(ctx, &s); err != nil {
			return err
		}
		if err := r.note(ctx, s, "session.callerBack", struct{}{}); err != nil {
			return err
		}
		if err := r.Timers.Drop(ctx, lostTimer, s.ID); err != nil {
			return err
		}
		if err := r.Queue.CallerBack(ctx, s.ID); err != nil {
			return err
		}
		return r.tell(ctx, s)
	})
}

// notBack: the caller did not come back in time.
func (r *Runner) notBack(ctx context.Context, s Session, _ timer.Timer) error {
	switch {
	case s.LostAt == nil:
		return nil
	case s.State == Connecting || s.State == Connected:
		return r.finish(ctx, &s, BySystem, "", ReasonCallerLost)
	}
	return r.finish(ctx, &s, ByCaller, s.CallerID, ReasonLost)
}
