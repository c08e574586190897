package session

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"foyer/nodes"
	"foyer/runtime/engine"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/timer"
)

// menuAge is how long after a publish a caller who already has the former menu may still choose from it.
const menuAge = time.Hour

// Runner walks the sessions of an instance.
type Runner struct {
	Deps
	menus    menus
	programs programs
}

// NewRunner makes a runner and names its handlers to the timers.
func NewRunner(deps Deps) *Runner {
	r := &Runner{
		Deps:     deps,
		menus:    menus{byIvr: map[string]*served{}},
		programs: programs{byVersion: map[string]*engine.Program{}},
	}
	for kind, h := range map[timer.Kind]func(context.Context, Session, timer.Timer) error{
		waitTimer: r.unanswered, fetchTimer: r.notReplied, idleTimer: r.idle, lostTimer: r.notBack, limitTimer: r.tooLong,
	} {
		r.Timers.Handle(kind, r.live(h))
	}
	return r
}

// StartRequest begins a session.
type StartRequest struct {
	CallerID   string
	Nickname   string
	Channel    string // "web" or "mini"
	IvrID      string
	Media      queue.Media
	Version    int    // of the menu the caller has; 0 = the live one
	OptionID   string // answers the first menu at once
	ClientData string // JSON of the embedding page, at most 4 KB; kept on record
	Key        string // the same key gives the same session
}

// Start begins a session, or gives the one that the caller began with the same key. A caller who has the menu of a
// version that was live within the last hour stays on that version; everybody else gets the live one. ErrBadIvr,
// flow.ErrNotFound, flow.ErrNotPublished, ErrMedia, ErrNotAChoice.
func (r *Runner) Start(ctx context.Context, q StartRequest) (View, error) {
	if !slices.Contains(offeredMedia[:], q.Media) {
		return View{}, fmt.Errorf("%.20q: %w", q.Media, ErrMedia)
	}
	var v View
	err := r.Ledger.Do(ctx, func(ctx context.Context) error {
		s, again, err := r.Sessions.ByKey(ctx, q.CallerID, q.Key)
		if err == nil && !again {
			s, err = r.begin(ctx, q)
		}
		if err != nil {
			return err
		}
		v, err = r.view(ctx, s)
		return err
	})
	if err != nil {
		return View{}, fmt.Errorf("starting a session: %w", err)
	}
	return v, nil
}

func (r *Runner) begin(ctx context.Context, q StartRequest) (Session, error) {
	m, err := r.served(ctx, q.IvrID)
	if err != nil {
		return Session{}, err
	}
	now := r.Clock()
	s := Session{
		ID: r.NewID("ses_"), FlowID: m.flowID, IvrID: q.IvrID, VersionID: m.versionID, Version: m.view.Version,
		CallerID: q.CallerID, Nickname: q.Nickname, Channel: q.Channel, Media: q.Media, State: Routing,
		Key: q.Key, CreatedAt: now, UpdatedAt: now,
	}
	if s.Key == "" {
		s.Key = s.ID
	}
	if err := r.pin(ctx, &s, q.Version); err != nil {
		return Session{}, err
	}
	if err := r.walk(ctx, &s, nil); err != nil {
		return Session{}, err
	}
	if err := r.started(ctx, s, q.ClientData); err != nil {
		return Session{}, err
	}
	if q.OptionID == "" {
		return s, nil
	}
	return s, r.choose(ctx, &s, InputRequest{OptionID: q.OptionID, StepToken: s.StepToken})
}

// pin puts a new session on the version whose menu the caller has, if that was live lately.
func (r *Runner) pin(ctx context.Context, s *Session, version int) error {
	if version <= 0 || version >= s.Version {
		return nil
	}
	next, err := r.Flows.VersionByNumber(ctx, s.FlowID, version+1)
	if err != nil || r.Clock().Sub(next.CreatedAt) > menuAge {
		return nil // the menu is older than anybody's page: the live one
	}
	old, err := r.Flows.VersionByNumber(ctx, s.FlowID, version)
	if err != nil {
		return fmt.Errorf("version %d: %w", version, err)
	}
	s.VersionID, s.Version = old.ID, old.Number
	return nil
}

func (r *Runner) started(ctx context.Context, s Session, clientData string) error {
	if err := r.note(ctx, s, "session.started", map[string]any{"ivrId": s.IvrID, "version": s.Version, "media": s.Media, "channel": s.Channel}); err != nil {
		return err
	}
	if !json.Valid([]byte(clientData)) {
		return nil
	}
	return r.Ledger.Append(ctx, event.Event{
		At: r.Clock(), Kind: "session.clientData", Session: s.ID, Data: json.RawMessage(clientData),
	})
}

// InputRequest answers the menu that is asked: by an option's id, or by a text as the caller typed it.
type InputRequest struct {
	OptionID  string
	Text      string
	StepToken string // of the View that showed the menu
}

// Input answers the present menu. An answer that was given before, or that came after the menu's deadline, gets
// what the first one got. A text that fits no option is asked again; an option that is not on the menu is
// ErrNotAChoice. Others: ErrNotFound, ErrNotYours, ErrOver, ErrStale for a token that never was one.
func (r *Runner) Input(ctx context.Context, callerID, sessionID string, q InputRequest) (View, error) {
	var v View
	err := r.Ledger.Do(ctx, func(ctx context.Context) error {
		s, err := r.owned(ctx, callerID, sessionID)
		if err != nil {
			return err
		}
		if q.StepToken == "" || q.StepToken != s.StepToken {
			v, err = r.answered(ctx, s, q.StepToken)
			return err
		}
		if err := r.choose(ctx, &s, q); err != nil {
			return err
		}
		v, err = r.settle(ctx, s, q.StepToken)
		return err
	})
	return v, err
}

// answered gives what a former step's token was answered with.
func (r *Runner) answered(ctx context.Context, s Session, token string) (v View, err error) {
	a, ok, err := r.Sessions.Answer(ctx, s.ID, token)
	switch {
	case err != nil:
		return v, fmt.Errorf("answer of session %s: %w", s.ID, err)
	case !ok && s.State == Ended:
		return v, fmt.Errorf("session %s: %w", s.ID, ErrOver)
	case !ok:
		return v, fmt.Errorf("session %s: %w", s.ID, ErrStale)
	}
	if err := json.Unmarshal(a.View, &v); err != nil {
		return v, fmt.Errorf("answer of session %s: %w", s.ID, err)
	}
	return v, nil
}

// choose takes an answer to the present menu.
func (r *Runner) choose(ctx context.Context, s *Session, q InputRequest) error {
	onMenu := func(o nodes.Option) bool { return o.ID == q.OptionID }
	if s.Menu == nil || q.OptionID != "" && !slices.ContainsFunc(s.Menu.Options, onMenu) || q.OptionID == "" && q.Text == "" {
		return fmt.Errorf("%.40q: %w", q.OptionID, ErrNotAChoice)
	}
	return r.walk(ctx, s, &nodes.Input{Kind: nodes.Choice, Option: q.OptionID, Text: q.Text})
}

// settle tells everybody what a step led to and keeps it as the answer to the step's token.
func (r *Runner) settle(ctx context.Context, s Session, token string) (View, error) {
	v, err := r.view(ctx, s)
	if err != nil {
		return v, err
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return v, fmt.Errorf("answer of session %s: %w", s.ID, err)
	}
	if err := r.Sessions.AddAnswer(ctx, Answer{SessionID: s.ID, Token: token, View: raw}); err != nil {
		return v, fmt.Errorf("keeping the answer of session %s: %w", s.ID, err)
	}
	if s.State == Ended {
		return v, nil // whoever ended it has told
	}
	return v, r.push(ctx, s, FrameUpdated, v)
}

// save writes a session, new or changed, and raises its seq. ErrConflict.
func (r *Runner) save(ctx context.Context, s *Session) error {
	was := s.Seq
	s.Seq++
	s.UpdatedAt = r.Clock()
	var err error
	if was == 0 {
		err = r.Sessions.Create(ctx, *s)
	} else {
		err = r.Sessions.Update(ctx, *s, was)
	}
	if err != nil {
		return fmt.Errorf("saving session %s: %w", s.ID, err)
	}
	return nil
}

// note puts a line on record.
func (r *Runner) note(ctx context.Context, s Session, kind event.Kind, data any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("noting %s: %w", kind, err)
	}
	return r.Ledger.Append(ctx, event.Event{At: r.Clock(), Kind: kind, Session: s.ID, Agent: s.AgentID, Data: raw})
}
