package session

import (
	"context"
	"fmt"

	"foyer/runtime/event"
	"foyer/runtime/queue"
)

// The frames about a session, to its caller and to the agent who serves it. The data of both is a View.
const (
	FrameUpdated = "session.updated"
	FrameEnded   = "session.ended"
)

// View is a session as its caller and its agent see it.
type View struct {
	SessionID string      `json:"sessionId"`
	IvrID     string      `json:"ivrId"`
	Version   int         `json:"version"`
	Media     queue.Media `json:"media"`
	State     State       `json:"state"`
	Prompt    string      `json:"prompt,omitempty"`
	Menu      *Menu       `json:"menu,omitempty"`      // while it is asked
	StepToken string      `json:"stepToken,omitempty"` // what an answer to Menu must carry
	Seq       int64       `json:"seq"`
	Queue     *Place      `json:"queue,omitempty"` // while queued or offered
	Agent     *Badge      `json:"agent,omitempty"` // from accepting on
	Ended     *Ending     `json:"ended,omitempty"`
	CallID    string      `json:"callId,omitempty"` // of the open call
	Lost      bool        `json:"lost,omitempty"`   // the caller's line is lost and may come back
}

// Place is where a caller stands in the queue.
type Place struct {
	Position    int  `json:"position"`    // 1 is next
	WaitSeconds *int `json:"waitSeconds"` // estimated, or null when unknown
}

// Badge is the agent as the caller sees them.
type Badge struct {
	Number string `json:"number"`
	Name   string `json:"name"`
}

// Ending is how a session ended.
type Ending struct {
	By     ClosedBy `json:"by"`
	Reason string   `json:"reason"`
}

// Get shows a session to its caller. ErrNotFound, ErrNotYours.
func (r *Runner) Get(ctx context.Context, callerID, sessionID string) (View, error) {
	s, err := r.owned(ctx, callerID, sessionID)
	if err != nil {
		return View{}, err
	}
	return r.view(ctx, s)
}

// View shows a session to whoever may see it; ErrNotFound.
func (r *Runner) View(ctx context.Context, sessionID string) (View, error) {
	s, err := r.Sessions.Get(ctx, sessionID)
	if err != nil {
		return View{}, fmt.Errorf("session %s: %w", sessionID, err)
	}
	return r.view(ctx, s)
}

func (r *Runner) owned(ctx context.Context, callerID, sessionID string) (Session, error) {
	s, err := r.Sessions.Get(ctx, sessionID)
	if err == nil && s.CallerID != callerID {
		err = ErrNotYours
	}
	if err != nil {
		return Session{}, fmt.Errorf("session %s: %w", sessionID, err)
	}
	return s, nil
}

func (r *Runner) view(ctx context.Context, s Session) (View, error) {
	v := View{
		SessionID: s.ID, IvrID: s.IvrID, Version: s.Version, Media: s.Media, State: s.State,
		Menu: s.Menu, StepToken: s.StepToken, Seq: s.Seq, Lost: s.LostAt != nil && s.State != Ended,
	}
	if s.Menu != nil {
		v.Prompt = s.Menu.Prompt
	}
	var err error
	switch s.State {
	case Queued, Offered:
		v.Queue = &Place{}
		v.Queue.Position, v.Queue.WaitSeconds, err = r.Queue.Position(ctx, s.ID)
	case Connecting, Connected:
		v.CallID, err = r.Calls.CallOf(ctx, s.ID)
	case Ended:
		v.Ended = &Ending{By: s.ClosedBy, Reason: s.Reason}
	}
	if err == nil && s.AgentID != "" {
		v.Agent = &Badge{}
		v.Agent.Number, v.Agent.Name, err = r.Agents.Badge(ctx, s.AgentID)
	}
	if err != nil {
		return View{}, fmt.Errorf("showing session %s: %w", s.ID, err)
	}
	return v, nil
}

// tell sends the session as it is now to its caller and its agent.
func (r *Runner) tell(ctx context.Context, s Session) error {
	v, err := r.view(ctx, s)
	if err != nil {
		return err
	}
	return r.push(ctx, s, FrameUpdated, v)
}

func (r *Runner) push(ctx context.Context, s Session, typ string, v View) error {
	if err := r.Ledger.Push(ctx, event.SessionTopic(s.ID), typ, v); err != nil || s.AgentID == "" {
		return err
	}
	return r.Ledger.Push(ctx, event.AgentTopic(s.AgentID), typ, v)
}
