package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/timer"
)

// The deadlines of an offer; their Ref is the offer.
const (
	ringTimer   timer.Kind = "offer.ring"
	setUpTimer  timer.Kind = "offer.setup"
	returnTimer timer.Kind = "offer.return" // the agent of a talk went away
	wrapTimer   timer.Kind = "offer.wrap"
)

const (
	setUpTime  = 15 * time.Second // from accepting to both sides' media
	returnTime = 60 * time.Second // for an agent who is in a talk, and for everybody after a restart
)

// timerOf is the deadline of each state that has one.
var timerOf = map[OfferState]timer.Kind{Pending: ringTimer, Accepted: setUpTimer, Connected: returnTimer, Wrapping: wrapTimer}

// unrung ends a ring that was not answered with yes; the caller waits on.
func (d *Dispatcher) unrung(ctx context.Context, o *Offer, reason string, e offerEvent) error {
	if err := d.turn(ctx, o, reason, e); err != nil {
		return err
	}
	return d.backToLine(ctx, *o)
}

// wrapUp ends the agent's talk.
func (d *Dispatcher) wrapUp(ctx context.Context, o Offer, reason string) error {
	g, err := d.group(ctx, o.GroupID)
	if err != nil {
		return err
	}
	if g.WrapSeconds == 0 {
		return d.turn(ctx, &o, reason, over, tidy)
	}
	return d.turn(ctx, &o, reason, over)
}

// turn moves an offer and does what follows from its new state alone: its deadline, its row, the desk's frame,
// the record, and the agent's freedom.
func (d *Dispatcher) turn(ctx context.Context, o *Offer, reason string, events ...offerEvent) error {
	was := o.State
	for _, e := range events {
		if err := o.apply(e, d.Clock()); err != nil {
			return err
		}
	}
	o.Reason = reason
	if err := d.deadline(ctx, o, was); err != nil {
		return err
	}
	if err := d.Entries.UpdateOffer(ctx, *o); err != nil {
		return fmt.Errorf("saving offer %s: %w", o.ID, err)
	}
	if err := d.noted(ctx, *o); err != nil {
		return err
	}
	if o.Open() {
		if err := d.Ledger.Push(ctx, event.AgentTopic(o.AgentID), FrameUpdated, updated(*o)); err != nil {
			return err
		}
		return d.Roster.Tell(ctx, o.AgentID)
	}
	d.changed(ctx, o.GroupID)
	frame := Ended{OfferID: o.ID, SessionID: o.SessionID, How: o.State, Reason: o.Reason}
	if err := d.Ledger.Push(ctx, event.AgentTopic(o.AgentID), FrameClosed, frame); err != nil {
		return err
	}
	return d.freed(ctx, *o)
}

func updated(o Offer) Updated {
	u := Updated{OfferID: o.ID, SessionID: o.SessionID, State: o.State}
	if o.State != Connected {
		u.Deadline = &o.DeadlineAt
	}
	return u
}

// deadline drops the deadline of the state that was left and sets that of the new one.
func (d *Dispatcher) deadline(ctx context.Context, o *Offer, was OfferState) error {
	if err := d.Timers.Drop(ctx, timerOf[was], o.ID); err != nil {
		return err
	}
	switch o.State {
	case Accepted:
		o.DeadlineAt = d.Clock().Add(setUpTime)
	case Wrapping:
		g, err := d.group(ctx, o.GroupID)
		if err != nil {
			return err
		}
		o.DeadlineAt = d.Clock().Add(time.Duration(g.WrapSeconds) * time.Second)
	default:
		return nil // a talk has none while the agent is there, and what is over needs none
	}
	return d.Timers.Set(ctx, timer.Timer{Kind: timerOf[o.State], Ref: o.ID, Due: o.DeadlineAt})
}

// freed tells the roster what became of the agent. A ring is no work.
func (d *Dispatcher) freed(ctx context.Context, o Offer) error {
	if o.AcceptedAt == nil {
		return d.Roster.Tell(ctx, o.AgentID)
	}
	return d.Roster.Idle(ctx, o.AgentID)
}

// noted puts the state of an offer on record.
func (d *Dispatcher) noted(ctx context.Context, o Offer) error {
	data, err := json.Marshal(map[string]string{"offerId": o.ID, "groupId": o.GroupID, "reason": o.Reason})
	if err != nil {
		return fmt.Errorf("noting offer %s: %w", o.ID, err)
	}
	if d.Meter != nil {
		d.Ledger.AfterCommit(ctx, func() { d.Meter.Offer(o.State) })
	}
	kind := event.Kind("offer." + string(o.State))
	if o.State == Pending {
		kind = FrameOpened
	}
	return d.Ledger.Append(ctx, event.Event{
		At: d.Clock(), Kind: kind, Session: o.SessionID, Agent: o.AgentID, Data: data,
	})
}

// served measures the pace of a group.
func (d *Dispatcher) served(ctx context.Context, e Entry) {
	now := d.Clock()
	d.Ledger.AfterCommit(ctx, func() {
		d.pace.count(e.GroupID, now)
		if d.Meter != nil {
			d.Meter.Waited(now.Sub(e.EnteredAt))
		}
	})
}
