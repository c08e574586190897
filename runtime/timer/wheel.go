package timer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"foyer/runtime/event"
)

const (
	// atOnce is how many timers fire side by side. Their decisions queue up in the ledger, which commits them in groups.
	atOnce = 16
	// glance is the longest the wheel sleeps, so that a clock that was set forward is noticed.
	glance = time.Second
	// patience is the longest pause between two tries of a handler that fails.
	patience = time.Minute
)

// errNoHandler is logged, and the timer kept, when nobody asked for its kind.
var errNoHandler = errors.New("nobody handles timers of this kind")

// Handler does what a timer was set for. It runs inside Do, where the timer's row is already gone; when it
// fails, the row is back and the handler is called again later.
type Handler func(ctx context.Context, t Timer) error

// Wheel fires the timers of an instance.
type Wheel struct {
	ledger   event.Ledger
	rows     Timers
	clock    event.Clock
	log      *slog.Logger
	handlers map[Kind]Handler
	poke     chan struct{}

	mu     sync.Mutex
	agenda *agenda
	ops    int64
	loaded bool

	stop context.CancelFunc
	done chan struct{}
}

// NewWheel makes a wheel that does not turn yet.
func NewWheel(ledger event.Ledger, rows Timers, clock event.Clock, log *slog.Logger) *Wheel {
	return &Wheel{
		ledger: ledger, rows: rows, clock: clock, log: log,
		handlers: map[Kind]Handler{}, poke: make(chan struct{}, 1), agenda: newAgenda(),
	}
}

// Handle says who does what timers of a kind are set for. All handlers are named before Start.
func (w *Wheel) Handle(kind Kind, h func(ctx context.Context, t Timer) error) { w.handlers[kind] = h }

// Set makes an appointment or moves it. Only inside Do; it holds once that has been committed.
// Due is kept to the millisecond.
func (w *Wheel) Set(ctx context.Context, t Timer) error {
	t.Due = t.Due.Truncate(time.Millisecond) // what every database keeps, so that memory and row agree
	if err := w.rows.SetTimer(ctx, t); err != nil {
		return fmt.Errorf("setting timer %s of %s: %w", t.Kind, t.Ref, err)
	}
	op := w.number()
	w.ledger.AfterCommit(ctx, func() { w.put(key{t.Kind, t.Ref}, t.Due, op, 0) })
	return nil
}

// Drop cancels an appointment; there may be none. Only inside Do.
func (w *Wheel) Drop(ctx context.Context, kind Kind, ref string) error {
	if err := w.rows.DropTimer(ctx, kind, ref); err != nil {
		return fmt.Errorf("dropping timer %s of %s: %w", kind, ref, err)
	}
	op := w.number()
	w.ledger.AfterCommit(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.agenda.drop(key{kind, ref}, op)
	})
	return nil
}

// Has tells whether an appointment is known. It may not know yet of a decision that was just committed; who asks must be
// healed by looking again.
func (w *Wheel) Has(kind Kind, ref string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ok := w.agenda.byKey[key{kind, ref}]
	return ok
}

// Load reads all rows, without firing any. Start does it when it was not done before.
func (w *Wheel) Load(ctx context.Context) error {
	all, err := w.rows.AllTimers(ctx)
	if err != nil {
		return fmt.Errorf("loading timers: %w", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range all {
		w.agenda.put(key{t.Kind, t.Ref}, t.Due, 0, 0)
	}
	w.loaded = true
	return nil
}

// Start turns the wheel until Stop. Timers that came due while nobody was there fire at once.
func (w *Wheel) Start(ctx context.Context) error {
	if !w.loaded {
		if err := w.Load(ctx); err != nil {
			return err
		}
	}
	ctx, w.stop = context.WithCancel(ctx)
	w.done = make(chan struct{})
	go func() {
		defer close(w.done)
		w.turn(ctx)
	}()
	return nil
}

// Stop stops the wheel and waits for the handlers that run.
func (w *Wheel) Stop() {
	if w.stop == nil {
		return
	}
	w.stop()
	<-w.done
}

// FireDue fires one after the other all that is due now, also what that makes due at once. It is for tests with a
// clock of their own, of a wheel that does not turn.
func (w *Wheel) FireDue(ctx context.Context) {
	for it, ok := w.take(); ok; it, ok = w.take() {
		w.fire(ctx, it)
	}
}

// number orders operations. Decisions are serial, so their calls come here in the order in which they hold,
// while the hooks after their commits may overtake each other.
func (w *Wheel) number() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ops++
	return w.ops
}

func (w *Wheel) put(k key, due time.Time, op int64, tries int) {
	w.mu.Lock()
	w.agenda.put(k, due, op, tries)
	w.mu.Unlock()
	select {
	case w.poke <- struct{}{}:
	default:
	}
}

func (w *Wheel) turn(ctx context.Context) {
	slots := make(chan struct{}, atOnce)
	var firing sync.WaitGroup
	defer firing.Wait()
	alarm := time.NewTimer(0)
	defer alarm.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.poke:
		case <-alarm.C:
		}
		for it, ok := w.take(); ok && ctx.Err() == nil; it, ok = w.take() {
			slots <- struct{}{}
			firing.Go(func() {
				defer func() { <-slots }()
				w.fire(context.WithoutCancel(ctx), it) // what has begun is finished, also while stopping
			})
		}
		alarm.Reset(w.pause())
	}
}

func (w *Wheel) take() (item, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.agenda.take(w.clock())
}

// pause is how long nothing is due.
func (w *Wheel) pause() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if due, ok := w.agenda.next(); ok {
		return min(max(due.Sub(w.clock()), 0), glance)
	}
	return glance
}

// fire lets the handler of one timer decide, or tries again later.
func (w *Wheel) fire(ctx context.Context, it item) {
	err := w.ledger.Do(ctx, func(ctx context.Context) error {
		now := w.clock()
		if now.Before(it.due) { // the clock was set back since take: it was due, and stays so
			now = it.due
		}
		t, ok, err := w.rows.TakeTimer(ctx, it.kind, it.ref, now)
		if err != nil || !ok {
			return err // dropped or moved: whoever moved it has put it into the agenda anew
		}
		return w.handle(ctx, t)
	})
	if err == nil {
		return
	}
	wait := min(time.Second<<min(it.tries, 10), patience)
	w.log.Error("timer failed, will try again", "timer", string(it.kind), "ref", it.ref, "in", wait, "err", err)
	w.put(it.key, w.clock().Add(wait), it.op, it.tries+1)
}

// handle turns a panic into an error, so that one bad handler does not take the wheel down.
func (w *Wheel) handle(ctx context.Context, t Timer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	h, ok := w.handlers[t.Kind]
	if !ok {
		return errNoHandler
	}
	return h(ctx, t)
}
