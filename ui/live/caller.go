package live

import (
	"context"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"foyer/runtime/call"
	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/session"
)

// callerSide is the sockets of callers: one session each.
type callerSide struct {
	commands
	hub *Hub
}

func newCallerSide(h *Hub) *callerSide {
	c := &callerSide{hub: h}
	c.commands = commands{
		"media.offer":     command(h.mediaOffer),
		"media.candidate": command(h.mediaCandidate),
		"media.ticket":    command(c.ticket),
		"media.hangup":    command(c.hangup),
		"message.post":    command(c.post),
		"ping":            command(ping),
		"position":        command(c.position),
		"typing":          command(c.typing),
	}
	return c
}

// none is the data of a command that has none.
type none struct{}

// ping is for clients that cannot see the protocol's own pings: browsers show them to no script.
func ping(context.Context, *socket, none) (any, error) { return nil, nil }

func (c *callerSide) admit(ctx context.Context, s *socket, in inbound) (int, error) {
	if in.Token == "" || in.SessionID == "" {
		return closeHello, fmt.Errorf("token and sessionId are needed: %w", ErrFrame)
	}
	visitor, err := c.hub.Visitors.ByToken(ctx, in.Token)
	if err != nil {
		return closeToken, err
	}
	if _, err := c.hub.Sessions.Get(ctx, visitor.ID, in.SessionID); err != nil {
		if status, _ := c.hub.Explain(ctx, err); status >= 500 {
			return websocket.CloseTryAgainLater, err
		}
		return closeNobody, err
	}
	c.hub.mu.Lock() // the socket may be on its way out, see left
	s.who, s.topic = who{ID: visitor.ID, Name: visitor.Nickname, Session: in.SessionID}, event.SessionTopic(in.SessionID)
	c.hub.mu.Unlock()
	return 0, nil
}

func (c *callerSide) of(s *socket) string { return s.who.Session }

// greet sends the session as it is; the client needs no other request after a reload.
func (c *callerSide) greet(s *socket) {
	v, err := c.hub.Sessions.View(s.ctx, s.who.Session)
	if err != nil {
		c.hub.Log.WarnContext(s.ctx, "showing a session", "session", s.who.Session, "err", err)
		s.again()
		return
	}
	s.tell("session.updated", v)
	c.follow(s)
}

func (c *callerSide) heard(s *socket, typ string) {
	if typ == "session.updated" || typ == "session.ended" {
		c.follow(s)
	}
}

// follow watches the queue the session waits in now.
func (c *callerSide) follow(s *socket) {
	row, err := c.hub.Rows.Get(s.ctx, s.who.Session)
	if err != nil {
		c.hub.Log.WarnContext(s.ctx, "reading a session", "session", s.who.Session, "err", err)
		return
	}
	group := ""
	if row.State == session.Queued || row.State == session.Offered {
		group = row.GroupID
	}
	c.hub.queues.watch(s, group)
}

func (c *callerSide) present(ctx context.Context, id string, here bool) error {
	if here {
		return c.hub.Sessions.Back(ctx, id)
	}
	return c.hub.Sessions.Lost(ctx, id)
}

func (c *callerSide) grace() time.Duration { return 0 }

func (c *callerSide) renew(context.Context, string) error { return nil }

func (c *callerSide) ticket(ctx context.Context, s *socket, _ none) (any, error) {
	return c.hub.Calls.Ticket(ctx, s.who.Session, call.Caller)
}

func (c *callerSide) hangup(ctx context.Context, s *socket, d hangup) (any, error) {
	return nil, c.hub.hangup(ctx, s.who.Session, d.CallID, string(call.Caller))
}

// posting is the data of message.post; a desk names the session too.
type posting struct {
	SessionID       string    `json:"sessionId"`
	ClientMessageID string    `json:"clientMessageId"`
	Kind            chat.Kind `json:"kind"`
	Text            string    `json:"text"`
	FileID          string    `json:"fileId"`
}

func (c *callerSide) post(ctx context.Context, s *socket, d posting) (any, error) {
	v, err := c.hub.Sessions.Get(ctx, s.who.ID, s.who.Session)
	if err != nil {
		return nil, err
	}
	if v.State == session.Ended {
		return nil, session.ErrOver
	}
	return c.hub.Chat.Post(ctx, chat.Post{
		SessionID: s.who.Session, From: chat.FromCaller, SenderID: s.who.ID, Name: s.who.Name,
		ClientMessageID: d.ClientMessageID, Kind: d.Kind, Text: d.Text, FileID: d.FileID,
	})
}

func (c *callerSide) position(ctx context.Context, s *socket, _ none) (any, error) {
	v, err := c.hub.Sessions.View(ctx, s.who.Session)
	if err != nil {
		return nil, err
	}
	return v.Queue, nil
}

func (c *callerSide) typing(ctx context.Context, s *socket, _ none) (any, error) {
	row, err := c.hub.Rows.Get(ctx, s.who.Session)
	if err == nil && row.AgentID != "" && row.State != session.Ended {
		c.hub.tell(event.AgentTopic(row.AgentID), "typing", typing{s.who.Session, chat.FromCaller})
	}
	return nil, err
}

// typing is the data of the frame.
type typing struct {
	SessionID string      `json:"sessionId"`
	From      chat.Sender `json:"from"`
}
