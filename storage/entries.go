package storage

import (
	"context"
	"time"

	"foyer/runtime/queue"
	"foyer/runtime/timer"
)

// Entries keeps who waits, and who is rung for them.
type Entries struct{ in *Instance }

var _ queue.Entries = (*Entries)(nil)

// Entries of the instance.
func (in *Instance) Entries() *Entries { return &Entries{in} }

type entryRow struct {
	InstanceID string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	SessionID  string
	GroupID    string
	Media      queue.Media
	Exclusive  bool // of Media; queues of the two kinds are looked through apart
	Priority   int
	EnteredAt  stamp
	GiveUpAt   stamp
	LostAt     *stamp
	State      queue.EntryState
	Helpers    ids
	Attempts   doc[[]queue.Attempt]
	Handoff    doc[queue.Handoff]
}

// TableName of the row.
func (entryRow) TableName() string { return "queue_entries" }

func (e *Entries) row(in queue.Entry) entryRow {
	return entryRow{
		InstanceID: e.in.id, ID: in.ID, SessionID: in.SessionID, GroupID: in.GroupID, Media: in.Media,
		Exclusive: in.Media.Exclusive(), Priority: in.Priority, EnteredAt: stamp(in.EnteredAt), GiveUpAt: stamp(in.GiveUpAt),
		LostAt: (*stamp)(in.LostAt), State: in.State, Helpers: in.Helpers, Attempts: doc[[]queue.Attempt]{in.Attempts},
		Handoff: doc[queue.Handoff]{in.Handoff},
	}
}

func (r entryRow) domain() queue.Entry {
	return queue.Entry{
		ID: r.ID, SessionID: r.SessionID, GroupID: r.GroupID, Media: r.Media, Priority: r.Priority,
		EnteredAt: time.Time(r.EnteredAt), GiveUpAt: time.Time(r.GiveUpAt), LostAt: (*time.Time)(r.LostAt),
		State: r.State, Helpers: r.Helpers, Attempts: r.Attempts.V, Handoff: r.Handoff.V,
	}
}

// AddEntry puts a session into a queue. event.ErrDuplicate when it waits already.
func (e *Entries) AddEntry(ctx context.Context, in queue.Entry) error {
	row := e.row(in)
	return failed(e.in.writer(ctx).Create(&row).Error, nil, nil, "adding entry %s of session %s", in.ID, in.SessionID)
}

// UpdateEntry writes an entry. queue.ErrNoEntry; event.ErrDuplicate when it would be the session's second open one.
func (e *Entries) UpdateEntry(ctx context.Context, in queue.Entry) error {
	row := e.row(in)
	return failed(save(e.in.writer(ctx), &row), queue.ErrNoEntry, nil, "saving entry %s", in.ID)
}

// Entry reads an entry. queue.ErrNoEntry.
func (e *Entries) Entry(ctx context.Context, id string) (queue.Entry, error) {
	out, err := take[entryRow](e.in.rows(ctx).Where("id = ?", id))
	return out, failed(err, queue.ErrNoEntry, nil, "reading entry %s", id)
}

// EntryOf reads the open entry of a session, if it has one.
func (e *Entries) EntryOf(ctx context.Context, sessionID string) (queue.Entry, bool, error) {
	out, ok, err := maybe[entryRow](e.in.rows(ctx).Where("session_id = ? AND state IN ('waiting', 'offered')", sessionID))
	return out, ok, failed(err, nil, nil, "reading the entry of session %s", sessionID)
}

// OpenEntries lists the entries that wait or are offered, in the order of their service.
func (e *Entries) OpenEntries(ctx context.Context) ([]queue.Entry, error) {
	out, err := list[entryRow](e.in.rows(ctx).Where("state IN ('waiting', 'offered')").Order("priority DESC, entered_at, id"))
	return out, failed(err, nil, nil, "listing open entries")
}

// Unwatched lists the open entries that have no timer of a kind.
func (e *Entries) Unwatched(ctx context.Context, kind timer.Kind) ([]queue.Entry, error) {
	out, err := list[entryRow](e.in.rows(ctx).Where("state IN ('waiting', 'offered')").
		Where("NOT EXISTS (SELECT 1 FROM timers t WHERE t.instance_id = queue_entries.instance_id AND t.kind = ? AND t.ref = queue_entries.id)", kind).
		Order("entered_at, id"))
	return out, failed(err, nil, nil, "listing open entries without %s", kind)
}

// WaitingLines lists the lines in which somebody waits whose line is not lost.
func (e *Entries) WaitingLines(ctx context.Context) ([]queue.Line, error) {
	var rows []entryRow
	err := e.in.rows(ctx).Distinct("group_id", "exclusive", "helpers").
		Where("state = 'waiting' AND lost_at IS NULL").Order("group_id, exclusive, helpers").Find(&rows).Error
	out := make([]queue.Line, len(rows))
	for i, r := range rows {
		out[i] = queue.Line{GroupID: r.GroupID, Exclusive: r.Exclusive, Helpers: r.Helpers}
	}
	return out, failed(err, nil, nil, "listing the waiting lines")
}

// WaitingEntries lists the first of a line who wait and can be offered.
func (e *Entries) WaitingEntries(ctx context.Context, l queue.Line, limit int) ([]queue.Entry, error) {
	out, err := list[entryRow](e.in.rows(ctx).
		Where("group_id = ? AND exclusive = ? AND helpers = ? AND state = 'waiting' AND lost_at IS NULL", l.GroupID, l.Exclusive, ids(l.Helpers)).
		Order("priority DESC, entered_at, id").Limit(limit))
	return out, failed(err, nil, nil, "listing who waits for group %s", l.GroupID)
}

// Position is an entry's place among the open entries of its group; 1 is next.
func (e *Entries) Position(ctx context.Context, in queue.Entry) (int, error) {
	n, err := count(e.in.rows(ctx).Model(&entryRow{}).
		Where("group_id = ? AND state IN ('waiting', 'offered')", in.GroupID).
		Where("priority > ? OR (priority = ? AND (entered_at < ? OR (entered_at = ? AND id < ?)))",
			in.Priority, in.Priority, stamp(in.EnteredAt), stamp(in.EnteredAt), in.ID))
	return n + 1, failed(err, nil, nil, "counting who is before entry %s", in.ID)
}

// CountOpen counts the open entries of a group.
func (e *Entries) CountOpen(ctx context.Context, groupID string) (int, error) {
	n, err := count(e.in.rows(ctx).Model(&entryRow{}).Where("group_id = ? AND state IN ('waiting', 'offered')", groupID))
	return n, failed(err, nil, nil, "counting who waits for group %s", groupID)
}
