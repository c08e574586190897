package call

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/timer"
	"foyer/runtime/token"
)

const (
	// TicketLife is how long a ticket is good.
	TicketLife = 60 * time.Second
	// ReturnTime is how long a lost leg of a live call may take to come back.
	ReturnTime = 30 * time.Second
	// ReturnTimer ends a broken call; its Ref is the call. Switchboard.OnReturn handles it.
	ReturnTimer timer.Kind = "call.return"
)

// The frames of calls, to the caller and to the agent's desk.
const (
	FrameTicket  = "media.ticket"  // Ticket, with the session's id
	FrameUpdated = "media.updated" // Changed
	FrameClosed  = "media.closed"  // Over
)

// The kinds of events of this package.
const (
	WentLive event.Kind = "call.live"
	WasEnded event.Kind = "call.ended"
)

// bySystem ended a call that neither party did.
const bySystem = "system"

// Offers is the agent's part in the session, which a call carries. Its methods are called inside Do.
type Offers interface {
	// MediaUp: the talk begins.
	MediaUp(ctx context.Context, offerID string) error
	// MediaFailed: the media did not come back; side ("agent", "caller", "system") is whose leg was lost.
	MediaFailed(ctx context.Context, offerID, side string) error
}

// Slots finds the offer of a call, for the agent it belongs to.
type Slots interface {
	Offer(ctx context.Context, id string) (queue.Offer, error)
}

// Timers is the part of timer.Wheel that calls use.
type Timers interface {
	Set(ctx context.Context, t timer.Timer) error
	Drop(ctx context.Context, kind timer.Kind, ref string) error
}

// Switchboard opens and closes the calls of sessions and lets parties join them.
type Switchboard struct {
	Calls  Calls
	Media  Media
	Offers Offers
	Slots  Slots
	Timers Timers
	Ledger event.Ledger
	Now    event.Clock
	NewID  event.NewID
	Mint   token.Mint
	Log    *slog.Logger
}

// JoinAnswer is what a party gets for its SDP offer.
type JoinAnswer struct {
	SDP    string
	Resume string // the secret to join this leg again with; it lives as long as the call
}

// ticketed is the data of FrameTicket.
type ticketed struct {
	SessionID string `json:"sessionId"`
	Ticket
}

// Changed is the data of FrameUpdated.
type Changed struct {
	SessionID string `json:"sessionId"`
	CallID    string `json:"callId"`
	State     State  `json:"state"`
}

// Over is the data of FrameClosed.
type Over struct {
	SessionID string `json:"sessionId"`
	CallID    string `json:"callId"`
	By        string `json:"by"` // "caller", "agent", "system"
}

// Open makes the call of an accepted offer and sends each party its ticket. An earlier call of the session is
// closed. Only inside Do.
func (s *Switchboard) Open(ctx context.Context, sessionID string, o queue.Offer) (Call, error) {
	if err := s.CloseSession(ctx, sessionID); err != nil {
		return Call{}, err
	}
	now := s.Now()
	c := Call{
		ID: s.NewID("call_"), SessionID: sessionID, OfferID: o.ID, Media: o.Media, State: Connecting, CreatedAt: now,
	}
	topics := map[Role]string{Caller: event.SessionTopic(sessionID), Agent: event.AgentTopic(o.AgentID)}
	var legs []Leg
	var tickets []Ticket
	for _, role := range []Role{Caller, Agent} {
		l := Leg{ID: s.NewID("leg_"), CallID: c.ID, Role: role}
		tickets = append(tickets, s.issue(c, &l))
		legs = append(legs, l)
	}
	if err := s.Calls.CreateCall(ctx, c, legs); err != nil {
		return Call{}, fmt.Errorf("opening the call of session %s: %w", sessionID, err)
	}
	for _, t := range tickets {
		if err := s.Ledger.Push(ctx, topics[t.Role], FrameTicket, ticketed{sessionID, t}); err != nil {
			return Call{}, fmt.Errorf("sending the tickets of call %s: %w", c.ID, err)
		}
	}
	return c, nil
}

// OpenFor is Open for one who does not need the call.
func (s *Switchboard) OpenFor(ctx context.Context, sessionID string, o queue.Offer) error {
	_, err := s.Open(ctx, sessionID, o)
	return err
}

// issue gives a leg a new ticket; an unused one before it is void.
func (s *Switchboard) issue(c Call, l *Leg) Ticket {
	plain, until := s.Mint(), s.Now().Add(TicketLife)
	l.TicketHash, l.TicketUntil = token.Hash(plain), until
	return Ticket{
		CallID: c.ID, LegID: l.ID, Role: l.Role, Transport: "webrtc", Media: c.Media, Token: plain, ExpiresAt: until,
	}
}

// Ticket issues a fresh ticket for a party whose page was loaded anew. ErrNotFound when no call is open.
func (s *Switchboard) Ticket(ctx context.Context, sessionID string, role Role) (Ticket, error) {
	var t Ticket
	err := s.Ledger.Do(ctx, func(ctx context.Context) error {
		c, ok, err := s.Calls.OpenCallOf(ctx, sessionID)
		if err != nil {
			return err
		}
		if !ok {
			return ErrNotFound
		}
		legs, err := s.Calls.Legs(ctx, c.ID)
		if err != nil {
			return err
		}
		for _, l := range legs {
			if l.Role == role {
				t = s.issue(c, &l)
				return s.Calls.UpdateLeg(ctx, l)
			}
		}
		return ErrNotFound
	})
	if err != nil {
		return Ticket{}, fmt.Errorf("ticket for the %s of session %s: %w", role, sessionID, err)
	}
	return t, nil
}

// CallOf is the id of a session's open call; empty when there is none.
func (s *Switchboard) CallOf(ctx context.Context, sessionID string) (string, error) {
	c, ok, err := s.Calls.OpenCallOf(ctx, sessionID)
	if err != nil || !ok {
		return "", err
	}
	return c.ID, nil
}

// Missing names the party whose media is not there, of a session's open call: "agent" or "caller"; "system" when
// it is both, or nobody's, or there is no call.
func (s *Switchboard) Missing(ctx context.Context, sessionID string) (string, error) {
	c, ok, err := s.Calls.OpenCallOf(ctx, sessionID)
	if err != nil || !ok {
		return bySystem, err
	}
	side, err := s.missing(ctx, c.ID)
	if side == "" {
		side = bySystem
	}
	return side, err
}

// Hangup ends the media and nothing else: the session goes on in writing. A call that is over already stays so.
func (s *Switchboard) Hangup(ctx context.Context, callID, by string) error {
	err := s.Ledger.Do(ctx, func(ctx context.Context) error {
		c, err := s.Calls.Call(ctx, callID)
		if err != nil || c.State == Ended {
			return err
		}
		early := c.State == Connecting
		if err := s.end(ctx, c, Hangup, by); err != nil || !early {
			return err
		}
		// Somebody who hangs up before the media came up is there all the same: the talk begins without it,
		// instead of the set-up deadline finding somebody to blame.
		return s.Offers.MediaUp(ctx, c.OfferID)
	})
	if err != nil {
		return fmt.Errorf("hanging up call %s: %w", callID, err)
	}
	return nil
}

// CloseSession ends the call of a session that is over, or whose offer is; there may be none.
func (s *Switchboard) CloseSession(ctx context.Context, sessionID string) error {
	err := s.Ledger.Do(ctx, func(ctx context.Context) error {
		c, ok, err := s.Calls.OpenCallOf(ctx, sessionID)
		if err != nil || !ok {
			return err
		}
		return s.end(ctx, c, Hangup, bySystem)
	})
	if err != nil {
		return fmt.Errorf("closing the call of session %s: %w", sessionID, err)
	}
	return nil
}

// end ends a call: its legs can no longer be joined, both parties are told, and the media is dropped.
func (s *Switchboard) end(ctx context.Context, c Call, e Event, by string) error {
	if err := c.apply(e, s.Now()); err != nil {
		return err
	}
	c.EndedBy = by
	if err := s.Calls.UpdateCall(ctx, c); err != nil {
		return err
	}
	legs, err := s.Calls.Legs(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, l := range legs {
		l.TicketHash, l.ResumeHash = "", ""
		l.mark(false, s.Now())
		if err := s.Calls.UpdateLeg(ctx, l); err != nil {
			return err
		}
	}
	if err := s.Timers.Drop(ctx, ReturnTimer, c.ID); err != nil {
		return err
	}
	s.Ledger.AfterCommit(ctx, func() { s.Media.CloseCall(c.ID) })
	return errors.Join(s.tell(ctx, c, FrameClosed, Over{c.SessionID, c.ID, by}), s.note(ctx, c, WasEnded))
}

// tell sends a frame to both parties.
func (s *Switchboard) tell(ctx context.Context, c Call, frame string, data any) error {
	if err := s.Ledger.Push(ctx, event.SessionTopic(c.SessionID), frame, data); err != nil {
		return err
	}
	o, err := s.Slots.Offer(ctx, c.OfferID)
	if err != nil {
		return err
	}
	return s.Ledger.Push(ctx, event.AgentTopic(o.AgentID), frame, data)
}
