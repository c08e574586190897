package live

import (
	"context"
	"fmt"
	"time"

	"foyer/runtime/agent"
	"foyer/runtime/call"
	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/session"
)

// deskSide is the sockets of agents' desks; a desk may serve several sessions.
type deskSide struct {
	commands
	hub *Hub
}

func newDeskSide(h *Hub) *deskSide {
	d := &deskSide{hub: h}
	d.commands = commands{
		"agent.recover":   command(d.recover),
		"intent.set":      command(d.setIntent),
		"media.offer":     command(h.mediaOffer),
		"media.candidate": command(h.mediaCandidate),
		"media.ticket":    command(d.ticket),
		"media.hangup":    command(d.hangup),
		"message.post":    command(d.post),
		"offer.accept":    command(d.accept),
		"offer.complete":  command(d.complete),
		"offer.reject":    command(d.reject),
		"ping":            command(ping),
		"session.end":     command(d.end),
		"typing":          command(d.typing),
	}
	return d
}

// admit has nothing left to check: the login was proved before the socket was opened.
func (d *deskSide) admit(context.Context, *socket, inbound) (int, error) { return 0, nil }

func (d *deskSide) of(s *socket) string { return s.who.ID }

func (d *deskSide) greet(s *socket) {
	v, err := d.hub.Snapshot(s.ctx, s.who.ID)
	if err != nil {
		d.hub.Log.WarnContext(s.ctx, "showing a desk", "agent", s.who.ID, "err", err)
		s.again()
		return
	}
	s.tell("desk.state", v)
}

func (d *deskSide) heard(*socket, string) {}

func (d *deskSide) present(ctx context.Context, id string, here bool) error {
	if here {
		return d.hub.Agents.Touch(ctx, id)
	}
	return d.hub.Agents.Gone(ctx, id)
}

func (d *deskSide) grace() time.Duration { return d.hub.Pace.Gone }

func (d *deskSide) renew(ctx context.Context, id string) error { return d.hub.Agents.Touch(ctx, id) }

// mine finds a session that this agent serves. Anybody else's is as if it did not exist.
func (d *deskSide) mine(ctx context.Context, s *socket, sessionID string) (session.Session, error) {
	row, err := d.hub.Rows.Get(ctx, sessionID)
	if err != nil {
		return session.Session{}, err
	}
	if row.AgentID != s.who.ID {
		return session.Session{}, fmt.Errorf("session %s of another agent: %w", sessionID, session.ErrNotFound)
	}
	return row, nil
}

type intent struct {
	Intent agent.Intent `json:"intent"`
	Reason string       `json:"reason"`
}

func (d *deskSide) setIntent(ctx context.Context, s *socket, in intent) (any, error) {
	return nil, d.hub.Agents.SetIntent(ctx, s.who.ID, in.Intent, in.Reason)
}

func (d *deskSide) recover(ctx context.Context, s *socket, _ none) (any, error) {
	return nil, d.hub.Agents.Recover(ctx, s.who.ID)
}

type offer struct {
	OfferID string `json:"offerId"`
	Reason  string `json:"reason"`
}

// accepted is the answer to a won offer; the media's ticket follows as a frame.
type accepted struct {
	OfferID   string `json:"offerId"`
	SessionID string `json:"sessionId"`
	State     string `json:"state"`
}

func (d *deskSide) accept(ctx context.Context, s *socket, in offer) (any, error) {
	o, err := d.hub.Offers.Accept(ctx, s.who.ID, in.OfferID)
	if err != nil {
		return nil, err
	}
	return accepted{o.ID, o.SessionID, string(o.State)}, nil
}

func (d *deskSide) reject(ctx context.Context, s *socket, in offer) (any, error) {
	return nil, d.hub.Offers.Reject(ctx, s.who.ID, in.OfferID, in.Reason)
}

func (d *deskSide) complete(ctx context.Context, s *socket, in offer) (any, error) {
	return nil, d.hub.Offers.Complete(ctx, s.who.ID, in.OfferID)
}

// inSession is the data of commands about one session.
type inSession struct {
	SessionID string `json:"sessionId"`
}

func (d *deskSide) end(ctx context.Context, s *socket, in inSession) (any, error) {
	if _, err := d.mine(ctx, s, in.SessionID); err != nil {
		return nil, err
	}
	return nil, d.hub.Sessions.End(ctx, in.SessionID, session.ByAgent, s.who.ID)
}

func (d *deskSide) ticket(ctx context.Context, s *socket, in inSession) (any, error) {
	if _, err := d.mine(ctx, s, in.SessionID); err != nil {
		return nil, err
	}
	return d.hub.Calls.Ticket(ctx, in.SessionID, call.Agent)
}

func (d *deskSide) hangup(ctx context.Context, s *socket, in hangup) (any, error) {
	if _, err := d.mine(ctx, s, in.SessionID); err != nil {
		return nil, err
	}
	return nil, d.hub.hangup(ctx, in.SessionID, in.CallID, string(call.Agent))
}

func (d *deskSide) post(ctx context.Context, s *socket, in posting) (any, error) {
	row, err := d.mine(ctx, s, in.SessionID)
	if err != nil {
		return nil, err
	}
	if row.State == session.Ended {
		return nil, session.ErrOver
	}
	return d.hub.Chat.Post(ctx, chat.Post{
		SessionID: row.ID, From: chat.FromAgent, SenderID: s.who.ID, Name: s.who.Name,
		ClientMessageID: in.ClientMessageID, Kind: in.Kind, Text: in.Text, FileID: in.FileID,
	})
}

func (d *deskSide) typing(ctx context.Context, s *socket, in inSession) (any, error) {
	row, err := d.mine(ctx, s, in.SessionID)
	if err != nil || row.State == session.Ended {
		return nil, err
	}
	d.hub.tell(event.SessionTopic(row.ID), "typing", typing{row.ID, chat.FromAgent})
	return nil, nil
}
