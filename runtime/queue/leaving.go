package queue

import (
	"context"
	"errors"
	"fmt"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/timer"
)

// Leave takes a session out: its entry is left, an agent who is rung or about to talk is freed, one who talked
// goes into wrap-up. There may be nothing to leave. Only inside Do.
func (d *Dispatcher) Leave(ctx context.Context, sessionID, reason string) error {
	e, waits, err := d.Entries.EntryOf(ctx, sessionID)
	if err != nil {
		return fmt.Errorf("entry of session %s: %w", sessionID, err)
	}
	if waits {
		if err := d.close(ctx, &e); err != nil {
			return err
		}
	}
	o, open, err := d.Entries.OpenOfferOf(ctx, sessionID)
	if err != nil || !open {
		return err
	}
	switch o.State {
	case Pending, Accepted:
		return d.turn(ctx, &o, reason, cancel)
	case Connected:
		return d.wrapUp(ctx, o, reason)
	}
	return nil
}

// CallerLost keeps the entry at its place but offers it to nobody; an agent who is being rung is freed. The wait ends
// when it would have.
func (d *Dispatcher) CallerLost(ctx context.Context, sessionID string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		e, ok, err := d.Entries.EntryOf(ctx, sessionID)
		if err != nil || !ok || e.LostAt != nil {
			return err
		}
		now := d.Clock()
		e.LostAt = &now
		if e.State == Waiting {
			return d.Entries.UpdateEntry(ctx, e)
		}
		if err := d.moveEntry(ctx, &e, giveBack); err != nil {
			return err
		}
		// its timer may have been used up during the ring
		if err := d.Timers.Set(ctx, timer.Timer{Kind: giveUpTimer, Ref: e.ID, Due: e.GiveUpAt}); err != nil {
			return err
		}
		o, open, err := d.Entries.OpenOfferOf(ctx, sessionID)
		if err != nil || !open {
			return err
		}
		if err := d.turn(ctx, &o, "callerLost", cancel); err != nil {
			return err
		}
		return d.Sessions.OnWaiting(ctx, sessionID)
	})
}

// CallerBack lets a lost caller's entry be offered again.
func (d *Dispatcher) CallerBack(ctx context.Context, sessionID string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		e, ok, err := d.Entries.EntryOf(ctx, sessionID)
		if err != nil || !ok || e.LostAt == nil {
			return err
		}
		e.LostAt = nil
		d.changed(ctx, e.GroupID)
		return d.Entries.UpdateEntry(ctx, e)
	})
}

// waitedEnough is called at GiveUpAt. A ring is not cut: when it comes to nothing, the wait ends then.
func (d *Dispatcher) waitedEnough(ctx context.Context, t timer.Timer) error {
	e, err := d.Entries.Entry(ctx, t.Ref)
	if errors.Is(err, ErrNoEntry) {
		return nil
	}
	if err != nil || e.State != Waiting {
		return err
	}
	return d.letGo(ctx, e, nodes.TimedOut)
}

// letGo ends a wait through a port of the hand-off.
func (d *Dispatcher) letGo(ctx context.Context, e Entry, port graph.Port) error {
	if err := d.close(ctx, &e); err != nil {
		return err
	}
	return d.Sessions.QueueExit(ctx, e.SessionID, d.counted(ctx, port))
}

// close ends an open entry.
func (d *Dispatcher) close(ctx context.Context, e *Entry) error {
	if err := d.moveEntry(ctx, e, leave); err != nil {
		return err
	}
	return d.dropWait(ctx, *e)
}

// backToLine lets an entry wait on at its place after an offer that came to nothing.
func (d *Dispatcher) backToLine(ctx context.Context, o Offer) error {
	e, err := d.Entries.Entry(ctx, o.EntryID)
	if err != nil {
		return fmt.Errorf("entry of offer %s: %w", o.ID, err)
	}
	now := d.Clock()
	if e.State == Served { // the wait had ended, so it begins anew; the place stays
		g, err := d.group(ctx, e.GroupID)
		if err != nil {
			return err
		}
		e.GiveUpAt = now.Add(patience(g, e.Handoff))
		if err := d.Timers.Set(ctx, timer.Timer{Kind: giveUpTimer, Ref: e.ID, Due: e.GiveUpAt}); err != nil {
			return err
		}
		if err := d.widen(ctx, &e); err != nil {
			return err
		}
	}
	e.Attempts = append(e.Attempts, Attempt{AgentID: o.AgentID, How: o.State, At: now})
	if err := d.moveEntry(ctx, &e, giveBack); err != nil {
		return err
	}
	switch {
	case failures(e) >= maxFailures:
		return d.letGo(ctx, e, nodes.Failed)
	case !now.Before(e.GiveUpAt):
		return d.letGo(ctx, e, nodes.TimedOut)
	}
	return d.Sessions.OnWaiting(ctx, e.SessionID)
}

func failures(e Entry) (n int) {
	for _, a := range e.Attempts {
		if a.How == FailedSet {
			n++
		}
	}
	return n
}
