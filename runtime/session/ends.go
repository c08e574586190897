package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"foyer/nodes"
	"foyer/nodes/expression"
	"foyer/runtime/timer"
)

// The timers of a session; their Ref is the session.
const (
	waitTimer  timer.Kind = "session.wait"  // fence: number of the walk's wait
	fetchTimer timer.Kind = "session.fetch" // the same
	idleTimer  timer.Kind = "session.idle"
	lostTimer  timer.Kind = "session.lost"
	limitTimer timer.Kind = "session.limit"
)

// How long a caller whose line is lost may take to come back.
const (
	queueGrace = 45 * time.Second
	talkGrace  = 60 * time.Second
)

// Why sessions end, beside the reasons of the engine: "end", "exit.<port>", "loop", "deadEnd", "broken".
const (
	ReasonLeft       = "left"       // somebody ended it on purpose; see ClosedBy
	ReasonIdle       = "idle"       // the caller did not answer the agent
	ReasonLost       = "lost"       // the caller's line was lost while they waited
	ReasonCallerLost = "callerLost" // the caller's line was lost in a talk
	ReasonLimit      = "limit"      // the talk was forgotten
	ReasonFlowGone   = "flowGone"   // the version it walks is not there any more
)

// End ends a session in whatever state it is, once; who is the id of the person who did it.
func (r *Runner) End(ctx context.Context, sessionID string, by ClosedBy, who string) error {
	return r.Ledger.Do(ctx, func(ctx context.Context) error {
		s, err := r.Sessions.Get(ctx, sessionID)
		if err != nil {
			return fmt.Errorf("session %s: %w", sessionID, err)
		}
		if s.State == Ended {
			return nil
		}
		switch {
		case by == ByAgent && s.State == Connected:
			return r.handBack(ctx, s)
		case by == ByAgent && s.TalkEndAt != nil && s.State != Connecting:
			return nil // the agent has ended it before, and the flow goes on; but it ends with one who is about to talk
		}
		return r.finish(ctx, &s, by, who, ReasonLeft)
	})
}

// handBack gives the caller back to the flow after the agent has ended the talk: a rating may follow, or the end.
func (r *Runner) handBack(ctx context.Context, s Session) error {
	number, _, err := r.Agents.Badge(ctx, s.AgentID)
	if err != nil {
		return fmt.Errorf("agent of session %s: %w", s.ID, err)
	}
	if s.End.AgentEndsText != "" {
		if err := r.Chat.Say(ctx, s.ID, expression.Fill(s.End.AgentEndsText, map[string]string{nodes.StaffNo: number})); err != nil {
			return err
		}
	}
	if err := r.leave(ctx, s, ReasonLeft); err != nil {
		return err
	}
	if err := s.apply(letGo); err != nil {
		return err
	}
	now := r.Clock()
	s.TalkEndAt = &now
	if err := r.note(ctx, s, "session.handedBack", struct{}{}); err != nil {
		return err
	}
	if err := r.walk(ctx, &s, &nodes.Input{Kind: nodes.Exit, Port: nodes.Done, Staff: number}); err != nil || s.State == Ended {
		return err
	}
	return r.tell(ctx, s)
}

// finish ends a session that is not over yet: its row, its timers, its place in the queue or its talk.
func (r *Runner) finish(ctx context.Context, s *Session, by ClosedBy, who, reason string) error {
	was := *s
	if err := s.apply(end); err != nil {
		return err
	}
	now := r.Clock()
	s.ClosedBy, s.Reason, s.EndedAt = by, reason, &now
	s.Menu, s.Fetch, s.StepToken, s.Walk.Over = nil, nil, "", true
	if err := r.save(ctx, s); err != nil {
		return err
	}
	if err := r.leave(ctx, was, reason); err != nil {
		return err
	}
	if err := r.note(ctx, *s, "session.ended", map[string]any{"by": by, "who": who, "reason": reason}); err != nil {
		return err
	}
	if err := r.tell(ctx, *s); err != nil {
		return err
	}
	v, err := r.view(ctx, *s)
	if err != nil {
		return err
	}
	return r.push(ctx, *s, FrameEnded, v)
}

// leave gives up everything that a session had in the state it was in.
func (r *Runner) leave(ctx context.Context, was Session, reason string) error {
	if was.LostAt != nil {
		if err := r.Timers.Drop(ctx, lostTimer, was.ID); err != nil {
			return err
		}
	}
	switch was.State {
	case Routing:
		if was.Fetch != nil {
			return r.hangUp(ctx, was.ID)
		}
		return r.Timers.Drop(ctx, waitTimer, was.ID)
	case Queued, Offered:
		return r.Queue.Leave(ctx, was.ID, reason)
	}
	if err := r.dropTalk(ctx, was.ID); err != nil {
		return err
	}
	if err := r.Queue.Leave(ctx, was.ID, reason); err != nil {
		return err
	}
	return r.Calls.CloseSession(ctx, was.ID)
}

// live makes a timer's handler of one that is only called while the session is not over.
func (r *Runner) live(h func(context.Context, Session, timer.Timer) error) func(context.Context, timer.Timer) error {
	return func(ctx context.Context, t timer.Timer) error {
		s, err := r.Sessions.Get(ctx, t.Ref)
		if errors.Is(err, ErrNotFound) || err == nil && s.State == Ended {
			return nil
		}
		if err != nil {
			return err
		}
		return h(ctx, s, t)
	}
}

// unanswered: the menu's deadline passed. Late answers get what the deadline led to.
func (r *Runner) unanswered(ctx context.Context, s Session, t timer.Timer) error {
	if s.State != Routing || int64(s.Walk.Wait) != t.Fence {
		return nil
	}
	token := s.StepToken
	if err := r.walk(ctx, &s, &nodes.Input{Kind: nodes.Timeout}); err != nil {
		return err
	}
	_, err := r.settle(ctx, s, token)
	return err
}

// idle: the caller did not answer the agent. Who talks over a call is not silent.
func (r *Runner) idle(ctx context.Context, s Session, _ timer.Timer) error {
	if s.State != Connected {
		return nil
	}
	call, err := r.Calls.CallOf(ctx, s.ID)
	if err != nil {
		return err
	}
	if call != "" {
		return r.awaitAnswer(ctx, s)
	}
	if s.End.IdleText != "" {
		number, _, err := r.Agents.Badge(ctx, s.AgentID)
		if err != nil {
			return fmt.Errorf("agent of session %s: %w", s.ID, err)
		}
		if err := r.Chat.Say(ctx, s.ID, expression.Fill(s.End.IdleText, map[string]string{nodes.StaffNo: number})); err != nil {
			return err
		}
	}
	return r.finish(ctx, &s, ByTimer, "", ReasonIdle)
}

func (r *Runner) tooLong(ctx context.Context, s Session, _ timer.Timer) error {
	if s.State != Connected {
		return nil
	}
	return r.finish(ctx, &s, ByTimer, "", ReasonLimit)
}
