package storage

import (
	"context"
	"database/sql"
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"foyer/runtime/event"
)

// The turns of a decision.
const (
	waiting int32 = iota
	begun
	dropped // its caller went away before it began
)

// decision is one call of Do. While it runs it is the connection that repositories write through.
type decision struct {
	f    func(context.Context) error
	ctx  context.Context // the caller's
	turn atomic.Int32
	done chan struct{} // closed once err is final

	w        *writer
	over     atomic.Bool // f has returned
	writes   int
	broken   error // why nothing of it may be committed any more
	topics   []string
	events   []event.Event // appended to the record
	after    []func()
	followed chan struct{} // closed once after has run; nil when there is nothing to run
	err      error
}

type decisionKey struct{ in *Instance }

// within is the caller's context without its end: the values are the caller's, the end is the batch's.
type within struct {
	context.Context
	d *decision
}

// Value finds the decision itself, and everything the caller's context carries.
func (c within) Value(key any) any {
	if k, ok := key.(decisionKey); ok && k.in == c.d.w.in {
		return c.d
	}
	return c.d.ctx.Value(key)
}

// decisionOf gives the decision that ctx belongs to, or nil. One that is over counts: using it is an error.
func (in *Instance) decisionOf(ctx context.Context) *decision {
	d, _ := ctx.Value(decisionKey{in}).(*decision)
	return d
}

// mustDecide is decisionOf for those who may only be called inside.
func (in *Instance) mustDecide(ctx context.Context) (*decision, error) {
	d := in.decisionOf(ctx)
	if d == nil {
		return nil, event.ErrOutside
	}
	return d, d.usable()
}

// run calls f. Whatever f does, the writer goes on, unless f ends the goroutine itself.
func (d *decision) run(ctx context.Context, w *writer) {
	d.w = w
	defer func() {
		d.over.Store(true)
		if p := recover(); p != nil {
			d.err = fmt.Errorf("a decision panicked: %v", p)
			w.in.store.cfg.Log.Error("a decision panicked", "instance", w.in.id, "panic", p, "stack", string(debug.Stack()))
		}
		if d.err == nil {
			d.err = d.broken
		}
	}()
	d.err = d.f(within{ctx, d})
}

// join runs a decision inside of this one. If it fails after it wrote something, the outer one cannot succeed either:
// part of a decision must never be committed.
func (d *decision) join(ctx context.Context, f func(context.Context) error) error {
	if err := d.usable(); err != nil {
		return err
	}
	writes, after := d.writes, len(d.after)
	err := f(ctx)
	if err != nil {
		d.after = d.after[:after]
		if d.writes != writes {
			d.spoil(fmt.Errorf("a part of the decision failed: %w", err))
		}
	}
	return err
}

func (d *decision) usable() error {
	if d.over.Load() {
		return fmt.Errorf("%w: the decision is over", event.ErrOutside)
	}
	return d.broken
}

// spoil keeps the decision from being committed. PostgreSQL refuses every statement after one that failed; with this
// SQLite does the same, so that code tried on the one works on the other.
func (d *decision) spoil(err error) {
	if d.broken == nil {
		d.broken = err
	}
}

// ExecContext is part of gorm's connection.
func (d *decision) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := d.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	d.writes++
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		d.spoil(translate(err))
	}
	return res, err
}

// QueryContext is part of gorm's connection.
func (d *decision) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := d.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		d.spoil(translate(err))
	}
	return rows, err
}

// QueryRowContext is part of gorm's connection. Nothing here reads rows this way.
func (d *decision) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return d.w.conn.QueryRowContext(ctx, query, args...)
}

// PrepareContext is part of gorm's connection.
func (d *decision) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return d.prepare(ctx, query)
}

func (d *decision) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := d.usable(); err != nil {
		return nil, err
	}
	stmt, err := d.w.prepare(ctx, query)
	if err != nil {
		d.spoil(err)
	}
	return stmt, err
}
