package storage

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm"

	"foyer/runtime/event"
)

// Frames older than frameAge are thrown away, pruneSlice at a time so that decisions are not held up.
const (
	frameAge   = 24 * time.Hour
	pruneSlice = 1000
)

type frameRow struct {
	ID    int64 `gorm:"primaryKey"`
	Topic string
	Seq   int64
	Type  string
	At    stamp
	Data  string
}

// TableName of the row.
func (frameRow) TableName() string { return "outbox" }

func (r frameRow) domain() event.Frame {
	return event.Frame{ID: r.ID, Topic: r.Topic, Seq: r.Seq, Type: r.Type, At: time.Time(r.At), Data: json.RawMessage(r.Data)}
}

// Frames lists up to limit frames of a topic after the seq a reader has.
func (in *Instance) Frames(ctx context.Context, topic string, after int64, limit int) ([]event.Frame, error) {
	out, err := list[frameRow](in.rows(ctx).Where("topic = ? AND seq > ?", topic, after).Order("seq").Limit(limit))
	return out, failed(err, nil, nil, "reading frames of %s", topic)
}

// FramesSince lists up to limit frames of all topics after the id a reader has. The condition on the instance is written
// so that no index fits it: the newest frames are found by their id, not by sorting all there are.
func (in *Instance) FramesSince(ctx context.Context, id int64, limit int) ([]event.Frame, error) {
	out, err := list[frameRow](in.reader(ctx).Where("id > ? AND instance_id || '' = ?", id, in.id).Order("id").Limit(limit))
	return out, failed(err, nil, nil, "reading frames")
}

// LastFrame is the seq of a topic's newest frame, 0 when there never was one.
func (in *Instance) LastFrame(ctx context.Context, topic string) (int64, error) {
	var seq int64
	err := in.rows(ctx).Model(&frameRow{}).Where("topic = ?", topic).Select("COALESCE(MAX(seq), 0)").Scan(&seq).Error
	return seq, failed(err, nil, nil, "reading the last frame of %s", topic)
}

// Prune throws away what nobody asks for any more: old frames, and the logins, links and callers' tokens that have
// expired.
func (in *Instance) Prune(ctx context.Context) error {
	return errors.Join(in.pruneFrames(ctx), in.pruneExpired(ctx))
}

// pruneFrames throws away the frames that are older than a day. The newest frame of a topic stays, for the numbers to go
// on from, unless the topic is a session's that is over.
func (in *Instance) pruneFrames(ctx context.Context) error {
	before := stamp(in.store.cfg.Clock().Add(-frameAge))
	for {
		var gone int64
		err := in.Do(ctx, func(ctx context.Context) error {
			db := in.writer(ctx).Exec(`DELETE FROM outbox WHERE id IN (
				SELECT o.id FROM outbox o WHERE o.instance_id = ? AND o.at < ? AND (
					EXISTS (SELECT 1 FROM outbox n WHERE n.instance_id = o.instance_id AND n.topic = o.topic AND n.seq > o.seq)
					OR EXISTS (SELECT 1 FROM sessions s WHERE s.instance_id = o.instance_id AND s.id = SUBSTR(o.topic, 9) AND o.topic LIKE 'session:%' AND s.state = 'ended'))
				ORDER BY o.id LIMIT ?)`, in.id, before, pruneSlice)
			gone = db.RowsAffected
			return db.Error
		})
		if err != nil || gone < pruneSlice {
			return failed(err, nil, nil, "pruning frames")
		}
	}
}

type eventRow struct {
	Seq       int64 `gorm:"primaryKey"`
	At        stamp
	Kind      event.Kind
	SessionID string
	AgentID   string
	CallID    string
	Data      string
}

// TableName of the row.
func (eventRow) TableName() string { return "events" }

func (r eventRow) domain() event.Event {
	e := event.Event{Seq: r.Seq, At: time.Time(r.At), Kind: r.Kind, Session: r.SessionID, Agent: r.AgentID, Call: r.CallID}
	if r.Data != "" {
		e.Data = json.RawMessage(r.Data)
	}
	return e
}

// Events lists the record of a session in the order in which it happened.
func (in *Instance) Events(ctx context.Context, sessionID string) ([]event.Event, error) {
	out, err := list[eventRow](in.rows(ctx).Where("session_id = ? AND session_id <> ''", sessionID).Order("seq"))
	return out, failed(err, nil, nil, "reading the events of session %s", sessionID)
}

// count is how many rows fit.
func count(db *gorm.DB) (int, error) {
	var n int64
	err := db.Count(&n).Error
	return int(n), err
}
