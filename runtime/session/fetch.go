package session

import (
	"context"
	"errors"
	"time"

	"foyer/nodes"
	"foyer/runtime/engine"
	"foyer/runtime/fetch"
	"foyer/runtime/timer"
)

// Web asks web services, outside of any decision. See fetch.Pool.
type Web interface {
	// Ask sends a request and gives the reply to done, unless that is too late.
	Ask(r fetch.Request, until time.Time, done fetch.Done)
	// Cancel gives up what a session asked.
	Cancel(session string)
}

// call asks a web service once the decision holds. The row has what is asked and the timer the last moment for an
// answer, so that a process which dies at any point leaves a session that goes on.
func (r *Runner) call(ctx context.Context, s Session, due time.Time) error {
	if err := r.Timers.Set(ctx, timer.Timer{Kind: fetchTimer, Ref: s.ID, Fence: int64(s.Walk.Wait), Due: due}); err != nil {
		return err
	}
	request := fetch.Request{Session: s.ID, Wait: s.Walk.Wait, Fetch: *s.Fetch}
	r.Ledger.AfterCommit(ctx, func() {
		r.Web.Ask(request, due, func(ctx context.Context, reply nodes.Reply) error { return r.replied(ctx, request, reply) })
	})
	return nil
}

// askAgain asks what a former process had asked; the service knows the request by its key.
func (r *Runner) askAgain(ctx context.Context, s Session) error {
	return r.call(ctx, s, r.Clock().Add(s.Fetch.Whole()))
}

// hangUp gives up what a session asks.
func (r *Runner) hangUp(ctx context.Context, sessionID string) error {
	r.Ledger.AfterCommit(ctx, func() { r.Web.Cancel(sessionID) })
	return r.Timers.Drop(ctx, fetchTimer, sessionID)
}

// replied goes on with what was answered. An answer that comes too late, or twice, finds another wait and is let go.
func (r *Runner) replied(ctx context.Context, q fetch.Request, reply nodes.Reply) error {
	return r.Ledger.Do(ctx, func(ctx context.Context) error {
		s, err := r.Sessions.Get(ctx, q.Session)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil || !s.asks(q.Wait) {
			return err
		}
		if err := r.Timers.Drop(ctx, fetchTimer, s.ID); err != nil {
			return err
		}
		return r.goOn(ctx, s, &nodes.Input{Kind: nodes.Replied, Reply: &reply})
	})
}

// notReplied: no answer can come any more.
func (r *Runner) notReplied(ctx context.Context, s Session, t timer.Timer) error {
	if !s.asks(int(t.Fence)) {
		return nil
	}
	r.Ledger.AfterCommit(ctx, func() { r.Web.Cancel(s.ID) })
	return r.goOn(ctx, s, &nodes.Input{Kind: nodes.Timeout})
}

// asks tells whether a session waits for the answer to a request.
func (s Session) asks(wait int) bool {
	return s.State == Routing && s.Walk.Rest == engine.Fetching && s.Walk.Wait == wait && s.Fetch != nil
}

func (r *Runner) goOn(ctx context.Context, s Session, in *nodes.Input) error {
	if err := r.walk(ctx, &s, in); err != nil || s.State == Ended {
		return err
	}
	return r.tell(ctx, s)
}
