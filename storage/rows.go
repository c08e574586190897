package storage

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

// stamp is a moment in a row: microseconds since 1970, the same on both databases. What is finer is cut off.
type stamp time.Time

// Value writes the moment.
func (s stamp) Value() (driver.Value, error) { return time.Time(s).UnixMicro(), nil }

// Scan reads the moment, always in UTC.
func (s *stamp) Scan(from any) error {
	us, ok := from.(int64)
	if !ok {
		return fmt.Errorf("a moment cannot be read from %T", from)
	}
	*s = stamp(time.UnixMicro(us).UTC())
	return nil
}

// GormDataType keeps gorm from taking the column for one whose time it should set.
func (stamp) GormDataType() string { return "bigint" }

// doc is a value that a row keeps as JSON.
type doc[T any] struct{ V T }

// Value writes the JSON.
func (d doc[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(d.V)
	return string(b), err
}

// Scan reads the JSON.
func (d *doc[T]) Scan(from any) error {
	switch from := from.(type) {
	case string:
		return json.Unmarshal([]byte(from), &d.V)
	case []byte:
		return json.Unmarshal(from, &d.V)
	}
	return fmt.Errorf("a document cannot be read from %T", from)
}

// GormDataType keeps gorm from looking into the value.
func (doc[T]) GormDataType() string { return "text" }

// ids is a list of ids that a row keeps in one column, one after the other with commas between.
type ids []string

// Value writes the list.
func (l ids) Value() (driver.Value, error) { return strings.Join(l, ","), nil }

// Scan reads the list; an empty one is nil.
func (l *ids) Scan(from any) error {
	text, ok := from.(string)
	if b, raw := from.([]byte); raw {
		text, ok = string(b), true
	}
	if !ok {
		return fmt.Errorf("a list cannot be read from %T", from)
	}
	if *l = nil; text != "" {
		*l = strings.Split(text, ",")
	}
	return nil
}

// GormDataType keeps gorm from looking into the list.
func (ids) GormDataType() string { return "text" }

// on is gorm over a connection or pool.
func (s *Store) on(ctx context.Context, conn gorm.ConnPool) *gorm.DB {
	db := s.read.Session(&gorm.Session{NewDB: true, Context: ctx})
	db.Statement.ConnPool = conn
	return db
}

// reader reads: within a decision what the decision sees, elsewhere what is committed.
func (in *Instance) reader(ctx context.Context) *gorm.DB {
	if d := in.decisionOf(ctx); d != nil {
		return in.store.on(ctx, d)
	}
	return in.store.read.WithContext(ctx)
}

// rows is reader for the rows of this instance.
func (in *Instance) rows(ctx context.Context) *gorm.DB {
	return in.reader(ctx).Where("instance_id = ?", in.id)
}

// writer writes within a decision; elsewhere everything done with it fails with event.ErrOutside.
func (in *Instance) writer(ctx context.Context) *gorm.DB {
	d, err := in.mustDecide(ctx)
	if err != nil {
		db := in.store.read.WithContext(ctx)
		_ = db.AddError(err)
		return db
	}
	return in.store.on(ctx, d)
}

// save writes all columns of a row that exists; a row that does not is gorm.ErrRecordNotFound. More conditions come
// by fence.
func save[R any](db *gorm.DB, row *R, fence ...any) error {
	db = db.Model(row).Select("*")
	if len(fence) > 0 {
		db = db.Where(fence[0], fence[1:]...)
	}
	db = db.Updates(row)
	if db.Error == nil && db.RowsAffected == 0 {
		return gorm.ErrRecordNotFound
	}
	return db.Error
}

// take reads the one row that fits.
func take[R interface{ domain() T }, T any](db *gorm.DB) (T, error) {
	var row R
	err := db.Take(&row).Error
	return row.domain(), err
}

// maybe is take where no row is no error.
func maybe[R interface{ domain() T }, T any](db *gorm.DB) (T, bool, error) {
	var none T
	found, err := take[R, T](db)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return none, false, nil
	}
	return found, err == nil, err
}

// list reads every row that fits.
func list[R interface{ domain() T }, T any](db *gorm.DB) ([]T, error) {
	var rows []R
	err := db.Find(&rows).Error
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = r.domain()
	}
	return out, err
}
