package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
	"foyer/runtime/queue"
	"foyer/runtime/timer"
)

// walk gives the engine one input and carries out what it says. A queue that does not take the caller is the next
// input at once. s is saved when walk returns without an error.
func (r *Runner) walk(ctx context.Context, s *Session, in *nodes.Input) error {
	p, err := r.programs.of(ctx, r.Flows, r.Kinds, s.VersionID)
	if errors.Is(err, flow.ErrNoVersion) && s.Seq > 0 {
		return r.finish(ctx, s, BySystem, "", ReasonFlowGone)
	}
	if err != nil {
		return fmt.Errorf("session %s: %w", s.ID, err)
	}
	for {
		m := r.moment(ctx, *s)
		state, events, err := engine.Advance(p, s.Walk, in, m)
		if err != nil {
			return fmt.Errorf("session %s: %w", s.ID, errors.Join(ErrConflict, err))
		}
		asked := s.Menu != nil
		if err := r.record(ctx, s, state, events, m.Now); err != nil {
			return err
		}
		port, err := r.carryOut(ctx, s, in, events, asked)
		if err != nil || port == "" {
			return err
		}
		if err := s.apply(letGo); err != nil {
			return err
		}
		in = &nodes.Input{Kind: nodes.Exit, Port: port}
	}
}

// moment is what the flow may know now.
func (r *Runner) moment(ctx context.Context, s Session) engine.Moment {
	m := engine.Moment{
		Now: r.Clock().In(zoned(r.Zone)).Truncate(time.Microsecond), Session: s.ID, // as fine as the trace keeps it
		Caller: engine.Caller{ID: s.CallerID, Nickname: s.Nickname, Channel: s.Channel, Media: string(s.Media)},
		Group: func(id string) engine.Group {
			g, err := r.Queue.Standing(ctx, id, s.Media)
			if err != nil {
				r.Log.WarnContext(ctx, "how a skill group stands", "group", id, "err", err)
				return engine.Group{Wait: -1}
			}
			return engine.Group(g)
		},
	}
	if r.Fallback != nil {
		m.Fallback = r.Fallback(ctx)
	}
	return m
}

// zoned is the zone of the clock that flows go by: the machine's, unless another was chosen.
func zoned(zone *time.Location) *time.Location {
	if zone == nil {
		return time.Local
	}
	return zone
}

// record writes where the walk is now, and how it came there. at is the moment of the walk, so that it can be walked
// again.
func (r *Runner) record(ctx context.Context, s *Session, state engine.State, events []engine.Event, at time.Time) error {
	s.Walk, s.Menu, s.Fetch, s.StepToken = state, nil, state.Fetch, ""
	s.Walk.Fetch = nil // once is enough
	for _, e := range events {
		if err := r.follow(s, e); err != nil {
			return err
		}
	}
	steps, err := r.steps(ctx, s, events, at)
	if err != nil {
		return err
	}
	if err := r.save(ctx, s); err != nil {
		return err
	}
	if err := r.Sessions.AddSteps(ctx, steps); err != nil {
		return fmt.Errorf("trace of session %s: %w", s.ID, err)
	}
	return nil
}

// follow changes the session as one event of the walk says.
func (r *Runner) follow(s *Session, e engine.Event) error {
	switch e.Kind {
	case engine.Asked:
		s.Menu, s.StepToken = &Menu{Prompt: e.Text, Options: e.Menu, Ask: e.Ask, Wrong: e.Wrong}, r.NewID("stp_")
		return s.apply(ask)
	case engine.Called:
		return s.apply(ask)
	case engine.Chose:
		s.Path = append(s.Path, PathStep{Keyword: e.Option.Keyword, Label: e.Option.Label, At: r.Clock()})
	case engine.HandedOff:
		s.End, s.GroupID = e.End, e.Handoff.Group
		if s.QueuedAt == nil {
			now := r.Clock()
			s.QueuedAt = &now
		}
		return s.apply(enter)
	}
	return nil
}

// carryOut does what the events of a walk mean outside of the session. The port is not empty when the queue does
// not take the caller. asked tells that a menu was asked before this walk.
func (r *Runner) carryOut(ctx context.Context, s *Session, in *nodes.Input, events []engine.Event, asked bool) (port graph.Port, err error) {
	if asked && s.Menu == nil {
		if err := r.Timers.Drop(ctx, waitTimer, s.ID); err != nil {
			return "", err
		}
	}
	for _, e := range events {
		switch e.Kind {
		case engine.Said:
			err = r.Chat.Say(ctx, s.ID, e.Text)
		case engine.Asked:
			err = r.Timers.Set(ctx, timer.Timer{Kind: waitTimer, Ref: s.ID, Fence: int64(s.Walk.Wait), Due: e.Deadline})
		case engine.Called:
			err = r.call(ctx, *s, e.Deadline)
		case engine.Chose:
			err = r.note(ctx, *s, "session.chose", e.Option)
		case engine.Noted:
			err = r.noted(ctx, *s, *e.Note)
		case engine.HandedOff:
			port, err = r.enqueue(ctx, *s, *e.Handoff)
		case engine.Finished:
			by, who, reason := closing(*s, in, e)
			err = r.finish(ctx, s, by, who, reason)
		case engine.Tripped:
			r.Log.Error("flow tripped", "session", s.ID, "flow", s.FlowID, "version", s.Version, "node", string(e.Node), "reason", e.Reason, "err", e.Err)
			err = r.note(ctx, *s, "session.tripped", map[string]string{"node": string(e.Node), "reason": e.Reason})
		}
		if err != nil {
			return "", err
		}
	}
	return port, nil
}

// closing says who ended a session whose flow has finished, and why. When no other talk came after the one that the
// agent ended, it was the agent, even if the flow asked for a rating before it finished, and even if the flow came to
// grief before and the default group has served the caller.
func closing(s Session, in *nodes.Input, e engine.Event) (by ClosedBy, who, reason string) {
	back := in != nil && in.Kind == nodes.Exit // from a queue, or from a talk
	served := back && in.Port == nodes.Done
	switch {
	case s.Walk.Broken != "" && e.Reason == s.Walk.Broken && !(served && e.Node == ""): // and no error exit has mended it
		return BySystem, "", e.Reason
	case s.TalkEndAt != nil && s.AgentID != "" && (served || !back):
		return ByAgent, s.AgentID, ReasonLeft
	}
	return ByFlow, "", reasonOf(in, e)
}

// reasonOf says why a flow finished. A caller whom the queue let go without a talk went for that reason, whatever
// the flow said to them on the way out.
func reasonOf(in *nodes.Input, e engine.Event) string {
	if in != nil && in.Kind == nodes.Exit && in.Port != nodes.Done {
		return "exit." + string(in.Port)
	}
	return e.Reason
}

func (r *Runner) enqueue(ctx context.Context, s Session, h nodes.Handoff) (graph.Port, error) {
	port, err := r.Queue.Enqueue(ctx, queue.Request{SessionID: s.ID, Media: s.Media, Handoff: h})
	if err != nil {
		return "", fmt.Errorf("queueing session %s: %w", s.ID, err)
	}
	if port != "" {
		return port, r.note(ctx, s, "session.refused", map[string]any{"groupId": h.Group, "port": port})
	}
	if err := r.note(ctx, s, "session.queued", map[string]string{"groupId": h.Group}); err != nil || s.LostAt == nil {
		return "", err
	}
	return "", r.awaitCaller(ctx, s)
}
