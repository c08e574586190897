package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"foyer/nodes"
)

// GoneError is a late answer to an offer.
type GoneError struct {
	Winner string     // name of the agent who took it instead; empty when nobody did
	How    OfferState // what became of the offer
}

// Error says what became of the offer.
func (e *GoneError) Error() string {
	if e.Winner != "" {
		return fmt.Sprintf("%v: %s took it", ErrOfferGone, e.Winner)
	}
	return fmt.Sprintf("%v: %s", ErrOfferGone, e.How)
}

// Unwrap gives ErrOfferGone.
func (e *GoneError) Unwrap() error { return ErrOfferGone }

// Accept is the agent's yes. Said again it gives the same offer; said too late it is a *GoneError.
func (d *Dispatcher) Accept(ctx context.Context, agentID, offerID string) (Offer, error) {
	var o Offer
	err := d.Ledger.Do(ctx, func(ctx context.Context) (err error) {
		if o, err = d.own(ctx, agentID, offerID); err != nil {
			return err
		}
		switch o.State {
		case Accepted, Connected:
			return nil
		case Pending:
			return d.accepted(ctx, &o)
		}
		return d.gone(ctx, o)
	})
	return o, err
}

func (d *Dispatcher) accepted(ctx context.Context, o *Offer) error {
	e, err := d.Entries.Entry(ctx, o.EntryID)
	if err != nil {
		return fmt.Errorf("entry of offer %s: %w", o.ID, err)
	}
	if err := d.moveEntry(ctx, &e, serve); err != nil {
		return err
	}
	if err := d.dropWait(ctx, e); err != nil {
		return err
	}
	if err := d.turn(ctx, o, "", accept); err != nil {
		return err
	}
	d.served(ctx, e)
	if err := d.Sessions.OnAccepted(ctx, o.SessionID, *o); err != nil {
		return err
	}
	if o.Media.Exclusive() {
		return d.Calls.OpenFor(ctx, o.SessionID, *o)
	}
	return d.connected(ctx, o)
}

// MediaUp begins the talk: both sides' media is there. A late or repeated word of it changes nothing.
func (d *Dispatcher) MediaUp(ctx context.Context, offerID string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		o, err := d.Entries.Offer(ctx, offerID)
		if err != nil || o.State != Accepted {
			return err
		}
		return d.connected(ctx, &o)
	})
}

func (d *Dispatcher) connected(ctx context.Context, o *Offer) error {
	if err := d.turn(ctx, o, "", up); err != nil {
		return err
	}
	if err := d.Sessions.OnConnected(ctx, o.SessionID); err != nil {
		return err
	}
	e, err := d.Entries.Entry(ctx, o.EntryID)
	if err != nil || e.Handoff.Success == "" {
		return err
	}
	number, _, err := d.Roster.Badge(ctx, o.AgentID)
	if err != nil {
		return fmt.Errorf("badge of agent %s: %w", o.AgentID, err)
	}
	return d.say(ctx, o.SessionID, e.Handoff.Success, map[string]string{nodes.StaffNo: number})
}

// MediaFailed says that the media of an offer did not come up, or was lost for good. Side is who is to blame:
// "agent", "caller" or "system". A talk goes on without media; before the talk the caller waits on.
func (d *Dispatcher) MediaFailed(ctx context.Context, offerID, side string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		o, err := d.Entries.Offer(ctx, offerID)
		if err != nil {
			return err
		}
		switch o.State {
		case Accepted:
			return d.failed(ctx, o, side)
		case Connected:
			return d.Sessions.OnMediaFailed(ctx, o.SessionID)
		}
		return nil
	})
}

// failed takes an accepted or connected offer back: the caller waits on at their place.
func (d *Dispatcher) failed(ctx context.Context, o Offer, reason string) error {
	if err := d.turn(ctx, &o, reason, fail); err != nil {
		return err
	}
	if err := d.Calls.CloseSession(ctx, o.SessionID); err != nil {
		return err
	}
	if err := d.backToLine(ctx, o); err != nil {
		return err
	}
	if reason == "agent" {
		return d.Roster.DeviceFailed(ctx, o.AgentID)
	}
	return nil
}

// reasonMax is how much of an agent's reason is kept, in characters.
const reasonMax = 40

// Reject is the agent's no. It is not a miss. Said again it changes nothing; said too late it is a *GoneError. Of the
// reason only text is kept, and 40 characters of that.
func (d *Dispatcher) Reject(ctx context.Context, agentID, offerID, reason string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		o, err := d.own(ctx, agentID, offerID)
		if err != nil || o.State == Rejected {
			return err
		}
		if o.State != Pending {
			return d.gone(ctx, o)
		}
		return d.unrung(ctx, &o, cleaned(reason), reject)
	})
}

// cleaned makes a typed reason fit to be kept.
func cleaned(reason string) string {
	reason = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(reason, ""))
	text := []rune(strings.TrimSpace(reason))
	return string(text[:min(len(text), reasonMax)])
}

// Complete ends the wrap-up (完成会话). While the talk goes on it is ErrTalking.
func (d *Dispatcher) Complete(ctx context.Context, agentID, offerID string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		o, err := d.own(ctx, agentID, offerID)
		switch {
		case err != nil:
			return err
		case o.State == Wrapping:
			return d.turn(ctx, &o, o.Reason, tidy)
		case o.Open():
			return fmt.Errorf("offer %s: %w", o.ID, ErrTalking)
		}
		return nil
	})
}

// own reads an offer of the agent; somebody else's is ErrNoOffer.
func (d *Dispatcher) own(ctx context.Context, agentID, offerID string) (Offer, error) {
	o, err := d.Entries.Offer(ctx, offerID)
	if err == nil && o.AgentID != agentID {
		return Offer{}, fmt.Errorf("offer %s of another agent: %w", offerID, ErrNoOffer)
	}
	return o, err
}

// gone says what became of an offer, and who took the caller instead.
func (d *Dispatcher) gone(ctx context.Context, o Offer) error {
	gone := &GoneError{How: o.State}
	now, open, err := d.Entries.OpenOfferOf(ctx, o.SessionID)
	if err != nil {
		return errors.Join(gone, err)
	}
	if open && now.State != Pending && now.AgentID != o.AgentID {
		if _, gone.Winner, err = d.Roster.Badge(ctx, now.AgentID); err != nil {
			return errors.Join(gone, err)
		}
	}
	return gone
}
