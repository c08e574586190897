package storage

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"foyer/runtime/queue"
	"foyer/runtime/record"
	"foyer/runtime/session"
)

// Records reads what is kept of sessions.
type Records struct{ in *Instance }

var _ record.Records = (*Records)(nil)

// Records of the instance.
func (in *Instance) Records() *Records { return &Records{in} }

// statusOf derives how a session went, in the order of its lines: it still runs; it broke, whatever came before; it came to
// a talk, which only the caller's silence ends otherwise than normally; it never queued, and was left or let go in the flow,
// or led to its end; it queued, and the caller left, or the queue let them go through a port ("exit." and the port, see
// package session); or somebody led it on from the queue. storagetest.StatusOf says the same in Go, for the tests.
const statusOf = `CASE
	WHEN s.state <> 'ended' THEN 'open'
	WHEN s.closed_by = 'system' THEN 'broken'
	WHEN s.talk_at IS NOT NULL AND s.closed_by = 'timer' THEN 'idleTimeout'
	WHEN s.talk_at IS NOT NULL THEN 'normal'
	WHEN s.queued_at IS NULL AND (s.closed_by IN ('caller', 'timer') OR s.reason LIKE 'exit.%') THEN 'leftFlow'
	WHEN s.queued_at IS NULL THEN 'normal'
	WHEN s.closed_by IN ('caller', 'timer') THEN 'leftQueue'
	WHEN s.reason IN ('exit.noAgent', 'exit.closed') THEN 'noAgent'
	WHEN s.reason IN ('exit.timeout', 'exit.full') THEN 'queueLimit'
	WHEN s.reason = 'exit.failed' THEN 'broken'
	ELSE 'normal' END`

// rowQuery reads the lines of the list. Times are microseconds; the clock stands in where something is still running.
const rowQuery = `
	SELECT s.id AS session_id, s.created_at AS at, s.nickname, s.caller_id, s.channel, s.version, s.media, s.path,
		COALESCE(f.name, '') AS flow_name, COALESCE(g.name, '') AS group_name,
		COALESCE(a.name, '') AS agent_name, COALESCE(a.number, '') AS agent_no,
		` + statusOf + ` AS status, r.score, COALESCE(r.label, '') AS label,
		CASE WHEN s.queued_at IS NULL THEN 0 ELSE COALESCE(s.talk_at, s.ended_at, ?) - s.queued_at END AS waited,
		CASE WHEN s.talk_at IS NULL THEN 0 ELSE COALESCE(s.talk_end_at, s.ended_at, ?) - s.talk_at END AS talked,
		(SELECT COALESCE(SUM(COALESCE(c.ended_at, ?) - c.live_at), 0) FROM calls c
			WHERE c.instance_id = s.instance_id AND c.session_id = s.id AND c.media = 'video' AND c.live_at IS NOT NULL) AS video,
		(SELECT COALESCE(SUM(COALESCE(c.ended_at, ?) - c.live_at), 0) FROM calls c
			WHERE c.instance_id = s.instance_id AND c.session_id = s.id AND c.media = 'audio' AND c.live_at IS NOT NULL) AS audio,
		(SELECT COUNT(*) FROM messages m WHERE m.instance_id = s.instance_id AND m.session_id = s.id) AS messages
	FROM sessions s
	LEFT JOIN flows f ON f.instance_id = s.instance_id AND f.id = s.flow_id
	LEFT JOIN skill_groups g ON g.instance_id = s.instance_id AND g.id = s.group_id
	LEFT JOIN ratings r ON r.instance_id = s.instance_id AND r.session_id = s.id
	LEFT JOIN agents a ON a.instance_id = s.instance_id AND a.id = s.agent_id
	WHERE `

type recordRow struct {
	SessionID string
	At        stamp
	Nickname  string
	CallerID  string
	Channel   string
	FlowName  string
	Version   int
	GroupName string
	AgentName string
	AgentNo   string
	Media     queue.Media
	Status    record.Status
	Score     *int
	Label     string
	Waited    int64
	Talked    int64
	Video     int64
	Audio     int64
	Messages  int
	Path      doc[[]session.PathStep]
}

func (r recordRow) domain() record.Row {
	return record.Row{
		SessionID: r.SessionID, At: time.Time(r.At), Nickname: r.Nickname, CallerID: r.CallerID, Channel: r.Channel, FlowName: r.FlowName,
		Version: r.Version, GroupName: r.GroupName, AgentName: r.AgentName, AgentNo: r.AgentNo, Media: r.Media, Status: r.Status,
		Waited: micros(r.Waited), Talked: micros(r.Talked), Video: micros(r.Video), Audio: micros(r.Audio),
		Messages: r.Messages, Path: r.Path.V, Score: r.Score, Label: r.Label,
	}
}

func micros(us int64) time.Duration { return time.Duration(us) * time.Microsecond }

// Rows lists the records that a filter lets through, the newest first.
func (r *Records) Rows(ctx context.Context, f record.Filter) ([]record.Row, error) {
	where, args := r.conditions(f)
	if f.Limit <= 0 {
		f.Limit = 50
	}
	out, err := r.query(ctx, where+" ORDER BY s.id DESC LIMIT ?", append(args, min(f.Limit, 100))...)
	return out, failed(err, nil, nil, "listing records")
}

func (r *Records) query(ctx context.Context, where string, args ...any) ([]record.Row, error) {
	now := stamp(r.in.store.cfg.Clock())
	var rows []recordRow
	err := r.in.reader(ctx).Raw(rowQuery+where, append([]any{now, now, now, now}, args...)...).Scan(&rows).Error
	out := make([]record.Row, len(rows))
	for i, row := range rows {
		out[i] = row.domain()
	}
	return out, err
}

// conditions writes a filter as SQL.
func (r *Records) conditions(f record.Filter) (string, []any) {
	where, args := []string{"s.instance_id = ?"}, []any{r.in.id}
	add := func(on bool, sql string, arg ...any) {
		if on {
			where, args = append(where, sql), append(args, arg...)
		}
	}
	add(f.AgentID != "", "s.agent_id = ? AND s.agent_id <> ''", f.AgentID)
	add(f.GroupID != "", "s.group_id = ? AND s.group_id <> ''", f.GroupID)
	add(f.FlowID != "", "s.flow_id = ?", f.FlowID)
	add(f.Status != "", "("+statusOf+") = ?", f.Status)
	add(!f.From.IsZero(), "s.created_at >= ?", stamp(f.From))
	add(!f.To.IsZero(), "s.created_at < ?", stamp(f.To))
	add(f.Before != "", "s.id < ?", f.Before)
	add(f.Search != "", `(LOWER(s.nickname) LIKE ? ESCAPE '\' OR LOWER(s.id) LIKE ? ESCAPE '\')`, pattern(f.Search), pattern(f.Search))
	return strings.Join(where, " AND "), args
}

// pattern finds a text anywhere, whatever signs it holds. Only the letters A to Z are made small, as both databases do.
func pattern(text string) string {
	small := strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, text)
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(small) + "%"
}

// Detail reads one session whole. session.ErrNotFound.
func (r *Records) Detail(ctx context.Context, sessionID string) (d record.Detail, err error) {
	if d.Session, err = r.in.Sessions().Get(ctx, sessionID); err != nil {
		return d, err
	}
	rows, err := r.query(ctx, "s.instance_id = ? AND s.id = ?", r.in.id, sessionID)
	if err == nil && len(rows) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return d, failed(err, session.ErrNotFound, nil, "reading the record of session %s", sessionID)
	}
	d.Row = rows[0]
	return d, r.fill(ctx, &d)
}

// fill reads what belongs to the session of d.
func (r *Records) fill(ctx context.Context, d *record.Detail) (err error) {
	id := d.Session.ID
	if d.Steps, err = r.in.Sessions().Steps(ctx, id); err != nil {
		return err
	}
	if d.Offers, err = list[offerRow](r.in.rows(ctx).Where("session_id = ?", id).Order("created_at, id")); err != nil {
		return failed(err, nil, nil, "reading the offers of session %s", id)
	}
	if d.Calls, err = list[callRow](r.in.rows(ctx).Where("session_id = ?", id).Order("created_at, id")); err != nil {
		return failed(err, nil, nil, "reading the calls of session %s", id)
	}
	if d.Messages, err = r.in.Messages().MessagesAfter(ctx, id, 0, -1); err != nil {
		return err
	}
	d.Events, err = r.in.Events(ctx, id)
	return err
}
