package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"foyer/runtime/event"
)

// savepoint is the one name all decisions of a batch use, one after the other.
const savepoint = "decision"

var errGoexit = errors.New("a decision ended its goroutine") // t.FailNow inside of Do

// writer is the one goroutine that decides for an instance, with a connection of its own. It takes all decisions that
// wait, runs them in order in one transaction, and tells their callers after the commit.
type writer struct {
	in    *Instance
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	batch []*decision // under way
}

// run decides until the instance stops and nothing waits any more.
func (w *writer) run() {
	defer w.resume()
	for {
		select {
		case d := <-w.in.queue:
			w.decide(d)
			continue
		default:
		}
		select {
		case d := <-w.in.queue:
			w.decide(d)
		case <-w.in.quit:
			if len(w.in.queue) == 0 {
				w.drop()
				close(w.in.over)
				return
			}
		}
	}
}

// resume takes over from a goroutine that a decision has ended.
func (w *writer) resume() {
	if w.batch == nil {
		return
	}
	w.drop()
	w.finish(errGoexit)
	w.batch = nil
	w.in.owners.Go(w.run)
}

// decide gathers what waits behind first and decides it all.
func (w *writer) decide(first *decision) {
	w.batch = make([]*decision, 0, 8)
	for d := first; d != nil; {
		if d.turn.CompareAndSwap(waiting, begun) {
			w.batch = append(w.batch, d)
		}
		if len(w.batch) == batchLimit {
			break
		}
		select {
		case d = <-w.in.queue:
		default:
			d = nil
		}
	}
	if len(w.batch) > 0 {
		w.finish(w.commit())
	}
	w.batch = nil
}

// commit runs the batch in one transaction. An error is everybody's.
func (w *writer) commit() error {
	if w.in.store.d.embedded() { // several instances in one file take turns
		w.in.store.turn.Lock()
		defer w.in.store.turn.Unlock()
	}
	ctx, cancel := w.in.store.d.bound()
	defer cancel()
	if err := w.begin(ctx); err != nil {
		return err
	}
	alone := len(w.batch) == 1
	for _, d := range w.batch {
		if err := w.one(ctx, d, alone); err != nil {
			return w.abandon(err)
		}
	}
	end := "COMMIT"
	if alone && w.batch[0].err != nil {
		end = "ROLLBACK"
	}
	if err := w.exec(ctx, end); err != nil {
		return w.abandon(err)
	}
	return nil
}

// one runs a decision so that its failure undoes nothing but itself. The error is that of the whole transaction.
func (w *writer) one(ctx context.Context, d *decision, alone bool) error {
	if alone {
		d.run(ctx, w)
		return nil
	}
	if err := w.exec(ctx, "SAVEPOINT "+savepoint); err != nil {
		return err
	}
	d.run(ctx, w)
	if d.err != nil {
		if err := w.exec(ctx, "ROLLBACK TO SAVEPOINT "+savepoint); err != nil {
			return err
		}
	}
	return w.exec(ctx, "RELEASE SAVEPOINT "+savepoint)
}

// begin opens the transaction and proves that the instance is still ours.
func (w *writer) begin(ctx context.Context) error {
	if err := w.open(ctx); err != nil {
		return w.abandon(err)
	}
	stmt, err := w.prepare(ctx, w.in.store.d.fence)
	if err != nil {
		return w.abandon(err)
	}
	var ours int
	err = stmt.QueryRowContext(ctx, w.in.id, w.in.store.cfg.Owner, w.in.epoch).Scan(&ours)
	if errors.Is(err, sql.ErrNoRows) {
		w.in.lose()
		w.drop()
		return event.ErrNotOwner
	}
	if err != nil {
		return w.abandon(err)
	}
	return nil
}

// open begins. Connections that broke while nobody used them, ours and those waiting in the pool, are replaced.
func (w *writer) open(ctx context.Context) (err error) {
	for range poolSize {
		if w.conn == nil {
			if w.conn, err = w.in.store.write.Conn(ctx); err != nil {
				return err
			}
			w.stmts = map[string]*sql.Stmt{}
			_, err = w.conn.ExecContext(ctx, w.in.store.d.setup)
		}
		if err == nil {
			err = w.exec(ctx, w.in.store.d.begin)
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		w.drop()
		if w.in.store.d.embedded() { // a file has no line that could break
			return err
		}
	}
	return err
}

// abandon gives the transaction up with its connection, whatever state that is in.
func (w *writer) abandon(err error) error {
	w.drop()
	return unavailable(err)
}

// drop closes the connection for good, which rolls back what was open on it. SQLite would keep it, and its locks, for
// as long as there are statements.
func (w *writer) drop() {
	if w.conn == nil {
		return
	}
	for _, stmt := range w.stmts {
		_ = stmt.Close()
	}
	_ = w.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = w.conn.Close()
	w.conn, w.stmts = nil, nil
}

// exec runs a statement without arguments.
func (w *writer) exec(ctx context.Context, query string) error {
	stmt, err := w.prepare(ctx, query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx)
	return err
}

// prepare gives the prepared statement of a query.
func (w *writer) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := w.stmts[query]; ok {
		return stmt, nil
	}
	if len(w.stmts) >= statementLimit {
		for _, stmt := range w.stmts {
			_ = stmt.Close()
		}
		clear(w.stmts)
	}
	stmt, err := w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	w.stmts[query] = stmt
	return stmt, nil
}

// finish tells everybody of the batch how it went. Bells ring first, so that a caller who returns is not ahead of them.
func (w *writer) finish(err error) {
	for _, d := range w.batch {
		if err != nil {
			d.err = err
		}
		if d.err == nil {
			w.in.follow(d)
		}
		close(d.done)
	}
}
