package session

import (
	"context"
	"fmt"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/chat"
	"foyer/runtime/queue"
	"foyer/runtime/timer"
)

// maxTalk ends a talk that everybody forgot.
const maxTalk = 12 * time.Hour

// Guest describes the caller to the agent who is rung.
func (r *Runner) Guest(ctx context.Context, sessionID string) (queue.Guest, error) {
	s, err := r.Sessions.Get(ctx, sessionID)
	if err != nil {
		return queue.Guest{}, err
	}
	g := queue.Guest{Nickname: s.Nickname, Channel: s.Channel, Path: make([]queue.Turn, len(s.Path))}
	for i, p := range s.Path {
		g.Path[i] = queue.Turn{Keyword: p.Keyword, Label: p.Label}
	}
	return g, nil
}

// ChatMeta is what the chat must know of a session.
func (r *Runner) ChatMeta(ctx context.Context, sessionID string) (chat.Meta, error) {
	s, err := r.Sessions.Get(ctx, sessionID)
	if err != nil {
		return chat.Meta{}, fmt.Errorf("session %s: %w", sessionID, err)
	}
	return chat.Meta{AgentID: s.AgentID, Over: s.State == Ended}, nil
}

// change moves a session by an event from outside of its flow: row, record and frames.
func (r *Runner) change(ctx context.Context, sessionID string, h happening, f func(ctx context.Context, s *Session, was State) error) error {
	s, err := r.Sessions.Get(ctx, sessionID)
	if err != nil {
		return fmt.Errorf("session %s: %w", sessionID, err)
	}
	was := s.State
	if err := s.apply(h); err != nil {
		return err
	}
	if err := f(ctx, &s, was); err != nil {
		return err
	}
	if err := r.save(ctx, &s); err != nil {
		return err
	}
	return r.tell(ctx, s)
}

// OnOffered: an agent is being rung.
func (r *Runner) OnOffered(ctx context.Context, sessionID string) error {
	return r.change(ctx, sessionID, ring, func(ctx context.Context, s *Session, _ State) error {
		return r.note(ctx, *s, "session.offered", struct{}{})
	})
}

// OnAccepted: an agent said yes; media is being set up.
func (r *Runner) OnAccepted(ctx context.Context, sessionID string, o queue.Offer) error {
	return r.change(ctx, sessionID, accept, func(ctx context.Context, s *Session, _ State) error {
		s.AgentID = o.AgentID
		return r.note(ctx, *s, "session.accepted", map[string]string{"offerId": o.ID})
	})
}

// OnConnected: the talk begins.
func (r *Runner) OnConnected(ctx context.Context, sessionID string) error {
	return r.change(ctx, sessionID, connect, func(ctx context.Context, s *Session, _ State) error {
		now := r.Clock()
		if s.TalkAt == nil {
			s.TalkAt = &now
		}
		s.TalkEndAt = nil
		if err := r.Timers.Set(ctx, timer.Timer{Kind: limitTimer, Ref: s.ID, Due: now.Add(maxTalk)}); err != nil {
			return err
		}
		return r.note(ctx, *s, "session.connected", struct{}{})
	})
}

// OnWaiting: the offer came to nothing, or the agent of a talk was lost; the caller waits on.
func (r *Runner) OnWaiting(ctx context.Context, sessionID string) error {
	lost := false
	err := r.change(ctx, sessionID, waitOn, func(ctx context.Context, s *Session, was State) error {
		if err := r.note(ctx, *s, "session.waiting", struct{}{}); err != nil {
			return err
		}
		lost = s.LostAt != nil
		return r.part(ctx, s, was)
	})
	if err != nil || !lost {
		return err
	}
	return r.Queue.CallerLost(ctx, sessionID)
}

// OnMediaFailed: the media of a talk was lost for good; the talk goes on in writing.
func (r *Runner) OnMediaFailed(ctx context.Context, sessionID string) error {
	s, err := r.Sessions.Get(ctx, sessionID)
	if err != nil || s.State != Connected {
		return err
	}
	if err := r.note(ctx, s, "session.mediaFailed", struct{}{}); err != nil {
		return err
	}
	return r.tell(ctx, s)
}

// QueueExit: the queue lets the caller go, who walks on through a port of the hand-off.
func (r *Runner) QueueExit(ctx context.Context, sessionID string, port graph.Port) error {
	s, err := r.Sessions.Get(ctx, sessionID)
	if err != nil {
		return fmt.Errorf("session %s: %w", sessionID, err)
	}
	if err := r.part(ctx, &s, s.State); err != nil {
		return err
	}
	if err := s.apply(letGo); err != nil {
		return err
	}
	if err := r.note(ctx, s, "session.released", map[string]any{"port": port}); err != nil {
		return err
	}
	if err := r.walk(ctx, &s, &nodes.Input{Kind: nodes.Exit, Port: port}); err != nil || s.State == Ended {
		return err
	}
	return r.tell(ctx, s)
}

// Spoke keeps the idle policy of a talk: the agent's message gives the caller so long to answer.
func (r *Runner) Spoke(ctx context.Context, sessionID string, from chat.Sender) error {
	s, err := r.Sessions.Get(ctx, sessionID)
	if err != nil || s.State != Connected || s.End.IdleSeconds == 0 {
		return err
	}
	switch from {
	case chat.FromAgent:
		return r.awaitAnswer(ctx, s)
	case chat.FromCaller:
		return r.Timers.Drop(ctx, idleTimer, s.ID)
	}
	return nil
}

func (r *Runner) awaitAnswer(ctx context.Context, s Session) error {
	due := r.Clock().Add(time.Duration(s.End.IdleSeconds) * time.Second)
	return r.Timers.Set(ctx, timer.Timer{Kind: idleTimer, Ref: s.ID, Due: due})
}

// part takes the agent who had accepted off a session, with the timers of their talk. Where nobody has accepted since,
// the agent of an earlier talk stays: it is they who served the caller.
func (r *Runner) part(ctx context.Context, s *Session, was State) error {
	if was != Connecting && was != Connected {
		return nil
	}
	s.AgentID = ""
	return r.dropTalk(ctx, s.ID)
}

func (r *Runner) dropTalk(ctx context.Context, sessionID string) error {
	if err := r.Timers.Drop(ctx, idleTimer, sessionID); err != nil {
		return err
	}
	return r.Timers.Drop(ctx, limitTimer, sessionID)
}
