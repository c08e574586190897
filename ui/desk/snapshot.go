package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"foyer/runtime/agent"
	"foyer/runtime/chat"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui/kit/text"
)

// Snapshot is everything a desk shows, sent when its socket opens.
type Snapshot struct {
	Agent    agent.View    `json:"agent"`
	Offers   []OfferCard   `json:"offers"`
	Sessions []SessionCard `json:"sessions"`
	Now      time.Time     `json:"now"` // the server's clock, for counting down
}

// Caller is who calls, as far as an agent may see.
type Caller struct {
	ID       string `json:"id"`
	Nickname string `json:"nickname"`
	Channel  string `json:"channel"`
}

// OfferCard is one ring.
type OfferCard struct {
	OfferID   string             `json:"offerId"`
	SessionID string             `json:"sessionId"`
	Deadline  time.Time          `json:"deadline"`
	At        time.Time          `json:"at"`
	Caller    Caller             `json:"caller"`
	Path      []session.PathStep `json:"path"`
	Waited    int                `json:"waitedSeconds"`
	Attempts  int                `json:"attempts"`
	Media     queue.Media        `json:"media"`
	Group     string             `json:"group"`
}

// SessionCard is one session that the agent serves or tidies up.
type SessionCard struct {
	SessionID string             `json:"sessionId"`
	OfferID   string             `json:"offerId"`
	State     queue.OfferState   `json:"state"` // accepted, connected or wrapping
	Deadline  time.Time          `json:"deadline,omitzero"`
	Caller    Caller             `json:"caller"`
	Path      []session.PathStep `json:"path"`
	Media     queue.Media        `json:"media"`
	Group     string             `json:"group"`
	IvrID     string             `json:"ivrId"`
	Version   int                `json:"version"`
	Waited    int                `json:"waitedSeconds"`
	Since     time.Time          `json:"since"` // accepted at
	TalkAt    *time.Time         `json:"talkAt,omitempty"`
	EndedAt   *time.Time         `json:"endedAt,omitempty"`
	EndedBy   session.ClosedBy   `json:"endedBy,omitempty"`
	CallID    string             `json:"callId,omitempty"`
	Messages  []chat.Message     `json:"messages"`
}

// Snapshot reads everything the desk of an agent shows.
func (d *Desk) Snapshot(ctx context.Context, agentID string) (any, error) {
	v, err := d.States.State(ctx, agentID)
	if err != nil {
		return nil, err
	}
	snap := Snapshot{Agent: v, Offers: []OfferCard{}, Sessions: []SessionCard{}, Now: d.Now()}
	open, err := d.Offers.OpenOffers(ctx, agentID)
	if err != nil {
		return nil, err
	}
	for _, o := range open {
		s, err := d.Sessions.Get(ctx, o.SessionID)
		if err != nil {
			return nil, err
		}
		group, err := d.Offers.Group(ctx, o.GroupID)
		if err != nil && !errors.Is(err, queue.ErrNoGroup) { // deleted meanwhile; the session goes on
			return nil, err
		}
		if o.State == queue.Pending {
			card, err := d.offerCard(ctx, o, s, group.Name)
			if err != nil {
				return nil, err
			}
			snap.Offers = append(snap.Offers, card)
			continue
		}
		card, err := d.sessionCard(ctx, o, s, group)
		if err != nil {
			return nil, err
		}
		snap.Sessions = append(snap.Sessions, card)
	}
	return snap, nil
}

// callerOf is what an agent sees of a session's caller.
func callerOf(s session.Session) Caller { return Caller{s.CallerID, s.Nickname, s.Channel} }

// waited is how long the caller had waited at a time, in whole seconds.
func waited(s session.Session, until time.Time) int {
	if s.QueuedAt == nil {
		return 0
	}
	return max(0, int(until.Sub(*s.QueuedAt).Seconds()))
}

func (d *Desk) offerCard(ctx context.Context, o queue.Offer, s session.Session, group string) (OfferCard, error) {
	e, err := d.Offers.Entry(ctx, o.EntryID)
	return OfferCard{
		OfferID: o.ID, SessionID: o.SessionID, Deadline: o.DeadlineAt, At: o.CreatedAt, Caller: callerOf(s), Path: s.Path,
		Waited: waited(s, o.CreatedAt), Attempts: len(e.Attempts), Media: o.Media, Group: group,
	}, err
}

func (d *Desk) sessionCard(ctx context.Context, o queue.Offer, s session.Session, group queue.SkillGroup) (SessionCard, error) {
	since := o.CreatedAt
	if o.AcceptedAt != nil {
		since = *o.AcceptedAt
	}
	card := SessionCard{
		SessionID: s.ID, OfferID: o.ID, State: o.State, Caller: callerOf(s), Path: s.Path, Media: s.Media, Group: group.Name,
		IvrID: s.IvrID, Version: s.Version, Waited: waited(s, since), Since: since, TalkAt: s.TalkAt,
		EndedAt: s.EndedAt, EndedBy: s.ClosedBy,
	}
	if o.State == queue.Wrapping {
		card.Deadline = o.DeadlineAt
		if s.TalkEndAt != nil { // for the agent it is over, whatever the flow still asks the caller
			card.EndedAt, card.EndedBy = s.TalkEndAt, session.ByAgent
		}
	}
	var err error
	if card.Messages, err = d.messages(ctx, s.ID); err != nil {
		return card, err
	}
	next, moved, err := d.movedOn(ctx, o, s)
	if err != nil {
		return card, err
	}
	if moved {
		card.close(o, next, time.Duration(group.WrapSeconds)*time.Second)
		return card, nil
	}
	card.CallID, err = d.Calls.CallOf(ctx, s.ID)
	return card, err
}

// movedOn tells whether the caller of a talk that is tidied up has come to another agent since, or back to this one;
// next is that later offer while it is open.
func (d *Desk) movedOn(ctx context.Context, o queue.Offer, s session.Session) (next queue.Offer, moved bool, err error) {
	if o.State != queue.Wrapping {
		return next, false, nil
	}
	open, ok, err := d.Offers.OpenOfferOf(ctx, s.ID)
	if ok && open.ID != o.ID && open.AcceptedAt != nil {
		return open, true, err
	}
	return next, s.AgentID != o.AgentID, err
}

// close leaves on the card what is of its own talk, which the agent has ended: the session's end, call and messages
// are those of a later one. The wrap-up began with the end of the talk.
func (c *SessionCard) close(o, next queue.Offer, wrap time.Duration) {
	ended := o.DeadlineAt.Add(-wrap)
	until := ended
	if next.AcceptedAt != nil {
		until = *next.AcceptedAt
	}
	c.EndedAt, c.EndedBy = &ended, session.ByAgent
	c.Messages = slices.DeleteFunc(c.Messages, func(m chat.Message) bool { return !m.At.Before(until) })
}

// messages reads all messages of a session, page by page, as the desk shows them.
func (d *Desk) messages(ctx context.Context, sessionID string) ([]chat.Message, error) {
	all := []chat.Message{}
	for after, more := int64(0), true; more; {
		page, err := d.Chat.List(ctx, sessionID, after, chat.ListMax)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if more = len(page) == chat.ListMax; more {
			after = page[len(page)-1].Seq
		}
	}
	for i, m := range all {
		if m.From == chat.FromFlow {
			all[i].Text = text.Said(ctx, m.Text)
		}
		if f := m.File; f != nil {
			signed := *f
			signed.URL = d.FileURL(f.ID)
			all[i].File = &signed
		}
	}
	return all, nil
}
