package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"foyer/runtime/event"
)

// Limits of the ledger.
const (
	batchLimit     = 128         // decisions of one commit
	eventLimit     = 4 << 10     // bytes of an event's data
	followPatience = time.Second // how long Do waits for what it was to run after the commit
)

// Do runs f as one decision; see event.Ledger. Decisions that wait at the same time are committed together, each as
// if it were alone: one that fails or panics leaves nothing and does not touch its neighbours. A write that failed
// fails the whole decision, whatever f makes of the error, and so does an inner Do that failed after writing.
// When ctx ends before f has begun, f never runs and ctx's error is returned; once begun, f is finished: its context
// is not cancelled. event.ErrNotOwner, event.ErrUnavailable and event.ErrClosed say that nothing was decided, except
// that a commit whose answer was lost may still have happened.
func (in *Instance) Do(ctx context.Context, f func(ctx context.Context) error) error {
	if d := in.decisionOf(ctx); d != nil {
		return d.join(ctx, f)
	}
	if in.lost.Load() {
		return event.ErrNotOwner
	}
	d := &decision{f: f, ctx: ctx, done: make(chan struct{})}
	select {
	case <-in.quit:
		return event.ErrClosed
	default:
	}
	select {
	case in.queue <- d:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-in.over:
		return event.ErrClosed
	}
	return in.await(d)
}

// await gives the outcome of a queued decision.
func (in *Instance) await(d *decision) error {
	select {
	case <-d.done:
	case <-d.ctx.Done():
		if d.turn.CompareAndSwap(waiting, dropped) {
			return context.Cause(d.ctx)
		}
		<-d.done
	case <-in.over:
		if d.turn.CompareAndSwap(waiting, dropped) {
			return event.ErrClosed
		}
		<-d.done
	}
	if d.err != nil {
		return d.err
	}
	if d.followed != nil {
		in.after.await(d)
	}
	in.told(d.events)
	return nil
}

// told logs what a committed decision put on record: what happened to whom, never the data.
func (in *Instance) told(events []event.Event) {
	log, ctx := in.store.cfg.Log, context.Background()
	if !log.Enabled(ctx, slog.LevelInfo) {
		return
	}
	for _, e := range events {
		ids := make([]slog.Attr, 0, 3)
		for _, id := range [][2]string{{"session", e.Session}, {"call", e.Call}, {"agent", e.Agent}} {
			if id[1] != "" {
				ids = append(ids, slog.String(id[0], id[1]))
			}
		}
		log.LogAttrs(ctx, slog.LevelInfo, string(e.Kind), ids...)
	}
}

// Append adds a line to the record. Its time is the clock's when it has none. event.ErrTooLarge, event.ErrOutside.
func (in *Instance) Append(ctx context.Context, e event.Event) error {
	if len(e.Data) > eventLimit {
		return fmt.Errorf("appending %s: %w", e.Kind, event.ErrTooLarge)
	}
	if e.At.IsZero() {
		e.At = in.store.cfg.Clock()
	}
	if d := in.decisionOf(ctx); d != nil {
		d.events = append(d.events, e)
	}
	err := in.writer(ctx).Exec(
		"INSERT INTO events (instance_id, at, kind, session_id, agent_id, call_id, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
		in.id, stamp(e.At), e.Kind, e.Session, e.Agent, e.Call, string(e.Data)).Error
	return failed(err, nil, nil, "appending %s", e.Kind)
}

// Push adds a frame to a topic and numbers it. event.ErrOutside.
func (in *Instance) Push(ctx context.Context, topic, typ string, data any) error {
	d, err := in.mustDecide(ctx)
	if err != nil {
		return fmt.Errorf("pushing %s: %w", typ, err)
	}
	body, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("pushing %s: %w", typ, err)
	}
	err = in.store.on(ctx, d).Exec(`INSERT INTO outbox (instance_id, topic, seq, type, at, data)
		VALUES (?, ?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM outbox WHERE instance_id = ? AND topic = ?), ?, ?, ?)`,
		in.id, topic, in.id, topic, typ, stamp(in.store.cfg.Clock()), string(body)).Error
	d.topics = append(d.topics, topic)
	return failed(err, nil, nil, "pushing %s", typ)
}

// AfterCommit runs f after the commit, in the order of the decisions, before Do returns. f must be quick; it may call
// Do, but then the outer Do may return before f has ended. Outside of a decision it panics with event.ErrOutside.
func (in *Instance) AfterCommit(ctx context.Context, f func()) {
	d, err := in.mustDecide(ctx)
	if err != nil {
		panic(err)
	}
	d.after = append(d.after, f)
}
