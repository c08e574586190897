package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"foyer/runtime/timer"
)

// rangOut: nobody answered in time. That, and only that, is a miss.
func (d *Dispatcher) rangOut(ctx context.Context, t timer.Timer) error {
	o, ok, err := d.in(ctx, t, Pending)
	if err != nil || !ok {
		return err
	}
	if err := d.unrung(ctx, &o, "", ringOut); err != nil {
		return err
	}
	g, err := d.group(ctx, o.GroupID)
	if err != nil {
		return err
	}
	return d.Roster.Missed(ctx, o.AgentID, g.RestOnMiss)
}

// setUpFailed: the media did not come up in time. An agent whose side alone is missing is to blame.
func (d *Dispatcher) setUpFailed(ctx context.Context, t timer.Timer) error {
	o, ok, err := d.in(ctx, t, Accepted)
	if err != nil || !ok {
		return err
	}
	side, err := d.Calls.Missing(ctx, o.SessionID)
	if err != nil {
		return fmt.Errorf("media of session %s: %w", o.SessionID, err)
	}
	return d.failed(ctx, o, side)
}

// notReturned: the agent of a talk went away and had time to come back. The caller is offered to another.
func (d *Dispatcher) notReturned(ctx context.Context, t timer.Timer) error {
	o, ok, err := d.in(ctx, t, Connected)
	if err != nil || !ok {
		return err
	}
	if here, err := d.Roster.Here(ctx, o.AgentID); err != nil || here {
		return err
	}
	return d.failed(ctx, o, "agentLost")
}

func (d *Dispatcher) wrapUpOver(ctx context.Context, t timer.Timer) error {
	o, ok, err := d.in(ctx, t, Wrapping)
	if err != nil || !ok {
		return err
	}
	return d.turn(ctx, &o, o.Reason, tidy)
}

// in reads the offer of a timer; ok is false when it is not in that state any more, so the timer is stale.
func (d *Dispatcher) in(ctx context.Context, t timer.Timer, s OfferState) (o Offer, ok bool, err error) {
	o, err = d.Entries.Offer(ctx, t.Ref)
	if errors.Is(err, ErrNoOffer) {
		return o, false, nil
	}
	return o, o.State == s, err
}

// AgentChanged looks at an agent anew: their state, their groups or their presence changed. A ring that they
// could no longer be given is taken back; in a talk, an agent who is away has some time to return.
func (d *Dispatcher) AgentChanged(ctx context.Context, agentID string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		d.Ledger.AfterCommit(ctx, d.Wake)
		offers, err := d.Entries.OpenOffers(ctx, agentID)
		if err != nil {
			return fmt.Errorf("offers of agent %s: %w", agentID, err)
		}
		for _, o := range offers {
			switch o.State {
			case Pending:
				err = d.recheck(ctx, o)
			case Connected:
				err = d.expect(ctx, o)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// recheck takes a ring back when the agent is not to be rung any more.
func (d *Dispatcher) recheck(ctx context.Context, o Offer) error {
	agents, err := d.Entries.Candidates(ctx, o.GroupID, d.Clock())
	if err != nil {
		return fmt.Errorf("agents of group %s: %w", o.GroupID, err)
	}
	if slices.ContainsFunc(agents, func(c Candidate) bool { return c.AgentID == o.AgentID }) {
		return nil
	}
	return d.unrung(ctx, &o, "agentGone", rescind)
}

// expect gives the agent of a talk time to return while they are away.
func (d *Dispatcher) expect(ctx context.Context, o Offer) error {
	here, err := d.Roster.Here(ctx, o.AgentID)
	if err != nil {
		return fmt.Errorf("presence of agent %s: %w", o.AgentID, err)
	}
	waiting := d.Timers.Has(returnTimer, o.ID)
	switch {
	case here && waiting:
		return d.Timers.Drop(ctx, returnTimer, o.ID)
	case !here && !waiting:
		return d.Timers.Set(ctx, timer.Timer{Kind: returnTimer, Ref: o.ID, Due: d.Clock().Add(returnTime)})
	}
	return nil
}

// Watch finds agents with a ring or a talk whose desk went away without a word. Start does this every few seconds.
func (d *Dispatcher) Watch(ctx context.Context) {
	err := d.guard(func() error {
		offers, err := d.Entries.OpenOffers(ctx, "")
		if err != nil {
			return err
		}
		for _, o := range offers {
			if o.State != Pending && o.State != Connected {
				continue
			}
			here, err := d.Roster.Here(ctx, o.AgentID)
			if err == nil && !here {
				err = d.AgentChanged(ctx, o.AgentID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		d.Log.Error("watching over agents failed", "err", err)
	}
}

// Recover puts the queue in order after a stop of any kind, before timers and matching start: rings are taken
// back, their callers wait on at their places; who had accepted or was talking has time to return.
func (d *Dispatcher) Recover(ctx context.Context) error {
	err := d.Ledger.Do(ctx, func(ctx context.Context) error {
		offers, err := d.Entries.OpenOffers(ctx, "")
		if err != nil {
			return err
		}
		for _, o := range offers {
			if err := d.recoverOffer(ctx, o); err != nil {
				return fmt.Errorf("offer %s: %w", o.ID, err)
			}
		}
		return d.recoverEntries(ctx)
	})
	if err != nil {
		return fmt.Errorf("recovering the queue: %w", err)
	}
	return nil
}

func (d *Dispatcher) recoverOffer(ctx context.Context, o Offer) error {
	due := d.Clock().Add(returnTime)
	switch o.State {
	case Pending:
		return d.unrung(ctx, &o, "restart", rescind)
	case Accepted: // both sides have to come back first, then to bring up their media
		due = d.Clock().Add(2 * setUpTime)
		o.DeadlineAt = due
		if err := d.Entries.UpdateOffer(ctx, o); err != nil {
			return err
		}
	case Wrapping:
		due = o.DeadlineAt
	}
	return d.Timers.Set(ctx, timer.Timer{Kind: timerOf[o.State], Ref: o.ID, Due: due})
}

// recoverEntries makes sure that no wait is without an end.
func (d *Dispatcher) recoverEntries(ctx context.Context) error {
	entries, err := d.Entries.Unwatched(ctx, giveUpTimer)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := d.Timers.Set(ctx, timer.Timer{Kind: giveUpTimer, Ref: e.ID, Due: e.GiveUpAt}); err != nil {
			return err
		}
		if err := d.overflows(ctx, timer.Timer{Ref: e.ID}); err != nil { // its other timer may be lost too
			return err
		}
	}
	return nil
}
