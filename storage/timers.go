package storage

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"foyer/runtime/timer"
)

// Timers keeps the appointments.
type Timers struct{ in *Instance }

var _ timer.Timers = (*Timers)(nil)

// Timers of the instance.
func (in *Instance) Timers() *Timers { return &Timers{in} }

type timerRow struct {
	InstanceID string     `gorm:"primaryKey"`
	Kind       timer.Kind `gorm:"primaryKey"`
	Ref        string     `gorm:"primaryKey"`
	Fence      int64
	Due        stamp
}

// TableName of the row.
func (timerRow) TableName() string { return "timers" }

func (r timerRow) domain() timer.Timer {
	return timer.Timer{Kind: r.Kind, Ref: r.Ref, Fence: r.Fence, Due: time.Time(r.Due)}
}

// SetTimer makes or moves an appointment.
func (t *Timers) SetTimer(ctx context.Context, in timer.Timer) error {
	row := timerRow{t.in.id, in.Kind, in.Ref, in.Fence, stamp(in.Due)}
	err := t.in.writer(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "instance_id"}, {Name: "kind"}, {Name: "ref"}},
		DoUpdates: clause.AssignmentColumns([]string{"fence", "due"}),
	}).Create(&row).Error
	return failed(err, nil, nil, "setting timer %s of %s", in.Kind, in.Ref)
}

// DropTimer removes an appointment if there is one.
func (t *Timers) DropTimer(ctx context.Context, kind timer.Kind, ref string) error {
	err := t.in.writer(ctx).Where("instance_id = ? AND kind = ? AND ref = ?", t.in.id, kind, ref).Delete(&timerRow{}).Error
	return failed(err, nil, nil, "dropping timer %s of %s", kind, ref)
}

// TakeTimer removes an appointment that is due by now and gives it.
func (t *Timers) TakeTimer(ctx context.Context, kind timer.Kind, ref string, now time.Time) (timer.Timer, bool, error) {
	if _, err := t.in.mustDecide(ctx); err != nil {
		return timer.Timer{}, false, failed(err, nil, nil, "taking timer %s of %s", kind, ref)
	}
	row, err := take[timerRow](t.in.rows(ctx).Where("kind = ? AND ref = ? AND due <= ?", kind, ref, stamp(now)))
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return timer.Timer{}, false, nil
	}
	if err != nil {
		return timer.Timer{}, false, failed(err, nil, nil, "taking timer %s of %s", kind, ref)
	}
	return row, true, t.DropTimer(ctx, kind, ref)
}

// AllTimers lists every appointment, the next one first.
func (t *Timers) AllTimers(ctx context.Context) ([]timer.Timer, error) {
	rows, err := t.in.rows(ctx).Model(&timerRow{}).Select("kind, ref, fence, due").Order("due, kind, ref").Rows()
	if err != nil {
		return nil, failed(err, nil, nil, "listing timers")
	}
	defer rows.Close()
	out := []timer.Timer{} // there is one for everybody who waits, so they are read without reflection
	for rows.Next() {
		var one timer.Timer
		var due stamp
		if err := rows.Scan(&one.Kind, &one.Ref, &one.Fence, &due); err != nil {
			return nil, failed(err, nil, nil, "listing timers")
		}
		one.Due = time.Time(due)
		out = append(out, one)
	}
	return out, failed(rows.Err(), nil, nil, "listing timers")
}
