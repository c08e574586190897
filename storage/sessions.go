package storage

import (
	"context"
	"time"

	"foyer/runtime/engine"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/runtime/timer"
)

// Sessions keeps the visits of callers.
type Sessions struct{ in *Instance }

var _ session.Sessions = (*Sessions)(nil)

// Sessions of the instance.
func (in *Instance) Sessions() *Sessions { return &Sessions{in} }

type sessionRow struct {
	InstanceID string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	FlowID     string
	IvrID      string
	VersionID  string
	Version    int
	CallerID   string
	Nickname   string
	Channel    string
	Media      queue.Media
	State      session.State
	Walk       doc[engine.State]
	Menu       doc[*session.Menu]
	Request    doc[*session.Fetch]
	EndPolicy  doc[session.EndPolicy]
	AgentID    string
	GroupID    string
	Path       doc[[]session.PathStep]
	Trace      int
	LostAt     *stamp
	Seq        int64
	StepToken  string
	StartKey   string
	ClosedBy   session.ClosedBy
	Reason     string
	CreatedAt  stamp
	QueuedAt   *stamp
	TalkAt     *stamp
	TalkEndAt  *stamp
	EndedAt    *stamp
	UpdatedAt  stamp
}

// TableName of the row.
func (sessionRow) TableName() string { return "sessions" }

func (s *Sessions) row(in session.Session) sessionRow {
	return sessionRow{
		InstanceID: s.in.id, ID: in.ID, FlowID: in.FlowID, IvrID: in.IvrID, VersionID: in.VersionID, Version: in.Version,
		CallerID: in.CallerID, Nickname: in.Nickname, Channel: in.Channel, Media: in.Media, State: in.State,
		Walk: doc[engine.State]{in.Walk}, Menu: doc[*session.Menu]{in.Menu}, Request: doc[*session.Fetch]{in.Fetch}, EndPolicy: doc[session.EndPolicy]{in.End},
		AgentID: in.AgentID, GroupID: in.GroupID, Path: doc[[]session.PathStep]{in.Path}, Trace: in.Trace,
		LostAt: (*stamp)(in.LostAt), Seq: in.Seq, StepToken: in.StepToken, StartKey: in.Key,
		ClosedBy: in.ClosedBy, Reason: in.Reason, CreatedAt: stamp(in.CreatedAt), QueuedAt: (*stamp)(in.QueuedAt),
		TalkAt: (*stamp)(in.TalkAt), TalkEndAt: (*stamp)(in.TalkEndAt), EndedAt: (*stamp)(in.EndedAt), UpdatedAt: stamp(in.UpdatedAt),
	}
}

func (r sessionRow) domain() session.Session {
	return session.Session{
		ID: r.ID, FlowID: r.FlowID, IvrID: r.IvrID, VersionID: r.VersionID, Version: r.Version,
		CallerID: r.CallerID, Nickname: r.Nickname, Channel: r.Channel, Media: r.Media, State: r.State,
		Walk: r.Walk.V, Menu: r.Menu.V, Fetch: r.Request.V, End: r.EndPolicy.V,
		AgentID: r.AgentID, GroupID: r.GroupID, Path: r.Path.V, Trace: r.Trace,
		LostAt: (*time.Time)(r.LostAt), Seq: r.Seq, StepToken: r.StepToken, Key: r.StartKey,
		ClosedBy: r.ClosedBy, Reason: r.Reason, CreatedAt: time.Time(r.CreatedAt), QueuedAt: (*time.Time)(r.QueuedAt),
		TalkAt: (*time.Time)(r.TalkAt), TalkEndAt: (*time.Time)(r.TalkEndAt), EndedAt: (*time.Time)(r.EndedAt), UpdatedAt: time.Time(r.UpdatedAt),
	}
}

// Create adds a session. event.ErrDuplicate when its caller started one with this key before.
func (s *Sessions) Create(ctx context.Context, in session.Session) error {
	row := s.row(in)
	return failed(s.in.writer(ctx).Create(&row).Error, nil, nil, "creating session %s", in.ID)
}

// fixed are the columns that never change after Create. Leaving them out of Update leaves their indexes in peace.
var fixed = []string{"flow_id", "ivr_id", "caller_id", "start_key", "channel", "created_at"}

// Update writes a session if its seq is still wasSeq; flow, caller, channel, key and time of creation stay as they
// are. session.ErrConflict.
func (s *Sessions) Update(ctx context.Context, in session.Session, wasSeq int64) error {
	row := s.row(in)
	err := save(s.in.writer(ctx).Omit(fixed...), &row, "seq = ?", wasSeq)
	return failed(err, session.ErrConflict, nil, "saving session %s", in.ID)
}

// Get reads a session. session.ErrNotFound.
func (s *Sessions) Get(ctx context.Context, id string) (session.Session, error) {
	out, err := take[sessionRow](s.in.rows(ctx).Where("id = ?", id))
	return out, failed(err, session.ErrNotFound, nil, "reading session %s", id)
}

// ByKey reads the session that a caller started with a key, if there is one. An empty key is no key.
func (s *Sessions) ByKey(ctx context.Context, callerID, key string) (session.Session, bool, error) {
	out, ok, err := maybe[sessionRow](s.in.rows(ctx).Where("caller_id = ? AND start_key = ? AND start_key <> ''", callerID, key))
	return out, ok, failed(err, nil, nil, "reading a session of caller %s", callerID)
}

// Unwatched lists the sessions in some states that have no timer of a kind; with lost only those whose line is lost.
func (s *Sessions) Unwatched(ctx context.Context, kind timer.Kind, lost bool, states ...session.State) ([]session.Session, error) {
	q := s.in.rows(ctx).Where("state <> 'ended' AND state IN ?", states).
		Where("NOT EXISTS (SELECT 1 FROM timers t WHERE t.instance_id = sessions.instance_id AND t.kind = ? AND t.ref = sessions.id)", kind)
	if lost {
		q = q.Where("lost_at IS NOT NULL")
	}
	out, err := list[sessionRow](q.Order("created_at, id"))
	return out, failed(err, nil, nil, "listing sessions without %s", kind)
}

// Live lists the sessions that are not over, the oldest first.
func (s *Sessions) Live(ctx context.Context) ([]session.Session, error) {
	out, err := list[sessionRow](s.in.rows(ctx).Where("state <> 'ended'").Order("created_at, id"))
	return out, failed(err, nil, nil, "listing live sessions")
}
