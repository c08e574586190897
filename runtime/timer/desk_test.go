package timer

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// rows is Timers and Ledger in memory: Do is serial, and a failed one leaves nothing behind.
type rows struct {
	do    sync.Mutex
	kept  map[key]Timer
	hooks []func()
	late  bool // hooks run in reverse order, as those of commits that overtake each other
	broke error
}

func newRows() *rows { return &rows{kept: map[key]Timer{}} }

func (r *rows) Do(ctx context.Context, f func(context.Context) error) error {
	r.do.Lock()
	before := maps.Clone(r.kept)
	r.hooks = nil
	err := f(ctx)
	if err != nil {
		r.kept, r.hooks = before, nil
	}
	hooks := r.hooks
	r.do.Unlock()
	if r.late {
		slices.Reverse(hooks)
	}
	for _, h := range hooks {
		h()
	}
	return err
}

// edit changes the rows behind the wheel's back; count counts them.
func (r *rows) edit(f func(kept map[key]Timer)) {
	r.do.Lock()
	defer r.do.Unlock()
	f(r.kept)
}

func (r *rows) count() (n int) {
	r.edit(func(kept map[key]Timer) { n = len(kept) })
	return n
}

func (r *rows) AfterCommit(_ context.Context, f func()) { r.hooks = append(r.hooks, f) }

func (r *rows) SetTimer(_ context.Context, t Timer) error {
	r.kept[key{t.Kind, t.Ref}] = t
	return r.broke
}

func (r *rows) DropTimer(_ context.Context, kind Kind, ref string) error {
	delete(r.kept, key{kind, ref})
	return r.broke
}

func (r *rows) TakeTimer(_ context.Context, kind Kind, ref string, now time.Time) (Timer, bool, error) {
	t, ok := r.kept[key{kind, ref}]
	if !ok || t.Due.After(now) {
		return Timer{}, false, r.broke
	}
	delete(r.kept, key{kind, ref})
	return t, true, r.broke
}

func (r *rows) AllTimers(context.Context) ([]Timer, error) {
	return slices.Collect(maps.Values(r.kept)), r.broke
}

// desk is a wheel with its rows and a note of what fired, and when after the start of the test.
type desk struct {
	t     *testing.T
	rows  *rows
	wheel *Wheel
	log   bytes.Buffer
	begin time.Time

	mu    sync.Mutex
	fired []string
}

func open(t *testing.T, r *rows) *desk {
	d := &desk{t: t, rows: r, begin: time.Now()}
	d.wheel = NewWheel(ledger{r}, r, time.Now, slog.New(slog.NewTextHandler(&d.log, nil)))
	d.wheel.Handle("ring", d.note)
	return d
}

func (d *desk) note(_ context.Context, t Timer) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fired = append(d.fired, fmt.Sprintf("%s/%d@%s", t.Ref, t.Fence, time.Since(d.begin)))
	return nil
}

func (d *desk) start() {
	d.t.Helper()
	if err := d.wheel.Start(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) set(ref string, fence int64, in time.Duration) {
	d.t.Helper()
	err := d.rows.Do(d.t.Context(), func(ctx context.Context) error {
		return d.wheel.Set(ctx, Timer{Kind: "ring", Ref: ref, Fence: fence, Due: time.Now().Add(in)})
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) drop(ref string) {
	d.t.Helper()
	err := d.rows.Do(d.t.Context(), func(ctx context.Context) error { return d.wheel.Drop(ctx, "ring", ref) })
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) want(fired ...string) {
	d.t.Helper()
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Equal(d.fired, fired) {
		d.t.Errorf("fired %v, want %v", d.fired, fired)
	}
}
