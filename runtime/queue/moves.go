package queue

import (
	"fmt"
	"time"
)

// offerEvent moves an offer.
type offerEvent string

const (
	accept  offerEvent = "accept"  // the agent says yes
	reject  offerEvent = "reject"  // the agent says no
	ringOut offerEvent = "ringOut" // nobody answered in time
	rescind offerEvent = "rescind" // the agent can no longer answer
	cancel  offerEvent = "cancel"  // the caller is gone or the session is over, before any talk
	up      offerEvent = "up"      // both sides' media is there; a text session is at once
	fail    offerEvent = "fail"    // the media did not come up, or the agent did not come back
	over    offerEvent = "over"    // the session of a talk is over
	tidy    offerEvent = "tidy"    // wrap-up is done
)

// offerMoves is the whole life of an offer. What is not in the table does not happen.
var offerMoves = map[OfferState]map[offerEvent]OfferState{
	Pending:   {accept: Accepted, reject: Rejected, ringOut: Missed, rescind: Rescinded, cancel: Cancelled},
	Accepted:  {up: Connected, fail: FailedSet, cancel: Cancelled},
	Connected: {over: Wrapping, fail: FailedSet},
	Wrapping:  {tidy: Closed},
	Closed:    {},
	Rejected:  {},
	Missed:    {},
	Rescinded: {},
	Cancelled: {},
	FailedSet: {},
}

// apply moves the offer, or leaves it as it was and says why (ErrOfferGone).
func (o *Offer) apply(e offerEvent, now time.Time) error {
	next, ok := offerMoves[o.State][e]
	if !ok {
		return fmt.Errorf("offer %s: %s while %s: %w", o.ID, e, o.State, ErrOfferGone)
	}
	o.State = next
	if next == Accepted {
		o.AcceptedAt = &now
	}
	if !o.Open() {
		o.EndedAt = &now
	}
	return nil
}

// entryEvent moves an entry.
type entryEvent string

const (
	ring     entryEvent = "ring"     // an agent is being rung
	giveBack entryEvent = "giveBack" // the offer came to nothing; the entry waits on at its place
	serve    entryEvent = "serve"    // an agent said yes
	leave    entryEvent = "leave"    // the caller left, or the queue let them go
)

// entryMoves is the whole life of an entry. A served caller may come back: their agent was lost.
var entryMoves = map[EntryState]map[entryEvent]EntryState{
	Waiting: {ring: Offered, leave: Left},
	Offered: {giveBack: Waiting, serve: Served, leave: Left},
	Served:  {giveBack: Waiting},
	Left:    {},
}

// apply moves the entry, or leaves it as it was and says why (ErrNoEntry).
func (e *Entry) apply(ev entryEvent) error {
	next, ok := entryMoves[e.State][ev]
	if !ok {
		return fmt.Errorf("entry %s: %s while %s: %w", e.ID, ev, e.State, ErrNoEntry)
	}
	e.State = next
	return nil
}
