package timer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestFiresInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, newRows())
		d.start()
		defer d.wheel.Stop()
		d.set("c", 3, 30*time.Second)
		d.set("a", 1, 10*time.Second)
		d.set("b", 2, 20*time.Second)
		time.Sleep(25 * time.Second)
		d.want("a/1@10s", "b/2@20s")
		time.Sleep(time.Hour)
		d.want("a/1@10s", "b/2@20s", "c/3@30s")
		if d.rows.count() != 0 {
			t.Errorf("%d rows left", d.rows.count())
		}
	})
}

// Setting again moves the appointment, in either direction.
func TestMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, newRows())
		d.start()
		defer d.wheel.Stop()
		d.set("a", 1, 10*time.Second)
		d.set("b", 1, 10*time.Second)
		d.set("a", 2, 20*time.Second)
		d.set("b", 2, 5*time.Second)
		time.Sleep(time.Minute)
		d.want("b/2@5s", "a/2@20s")
	})
}

func TestDrop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, newRows())
		d.start()
		defer d.wheel.Stop()
		d.set("a", 1, 10*time.Second)
		d.drop("a")
		d.drop("never set")
		time.Sleep(time.Minute)
		d.want()
	})
}

// A Do that fails neither sets nor drops anything.
func TestRolledBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, newRows())
		d.start()
		defer d.wheel.Stop()
		d.set("kept", 1, 10*time.Second)
		no := errors.New("no")
		err := d.rows.Do(t.Context(), func(ctx context.Context) error {
			lost := Timer{Kind: "ring", Ref: "lost", Due: time.Now()}
			return errors.Join(d.wheel.Set(ctx, lost), d.wheel.Drop(ctx, "ring", "kept"), no)
		})
		if !errors.Is(err, no) {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		d.want("kept/1@10s")
	})
}

// What happened to the row after the heap was filled counts, not the heap: a timer whose row is gone or was
// moved fires into nothing.
func TestRowIsTheTruth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, newRows())
		d.start()
		defer d.wheel.Stop()
		d.set("gone", 1, 10*time.Second)
		d.set("moved", 1, 10*time.Second)
		d.rows.edit(func(kept map[key]Timer) {
			delete(kept, key{"ring", "gone"})
			kept[key{"ring", "moved"}] = Timer{Kind: "ring", Ref: "moved", Fence: 2, Due: time.Now().Add(time.Hour)}
		})
		time.Sleep(time.Minute)
		d.want()
	})
}

// Hooks of different commits may run in the wrong order; the later operation wins.
func TestHooksOvertake(t *testing.T) {
	for name, c := range map[string]struct {
		ops  func(ctx context.Context, w *Wheel) error
		want []string
	}{
		"moved twice": {func(ctx context.Context, w *Wheel) error {
			first := Timer{Kind: "ring", Ref: "a", Fence: 1, Due: time.Now().Add(5 * time.Second)}
			second := Timer{Kind: "ring", Ref: "a", Fence: 2, Due: time.Now().Add(9 * time.Second)}
			return errors.Join(w.Set(ctx, first), w.Set(ctx, second))
		}, []string{"a/2@9s"}},
		"dropped, then set": {func(ctx context.Context, w *Wheel) error {
			again := Timer{Kind: "ring", Ref: "a", Fence: 2, Due: time.Now().Add(9 * time.Second)}
			return errors.Join(w.Drop(ctx, "ring", "a"), w.Set(ctx, again))
		}, []string{"a/2@9s"}},
		"set, then dropped": {func(ctx context.Context, w *Wheel) error {
			once := Timer{Kind: "ring", Ref: "a", Fence: 1, Due: time.Now().Add(9 * time.Second)}
			return errors.Join(w.Set(ctx, once), w.Drop(ctx, "ring", "a"))
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := open(t, newRows())
				d.rows.late = true
				d.start()
				defer d.wheel.Stop()
				if err := d.rows.Do(t.Context(), func(ctx context.Context) error { return c.ops(ctx, d.wheel) }); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Minute)
				d.want(c.want...)
			})
		})
	}
}

// Timers survive a restart; what came due meanwhile fires at once.
func TestRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRows()
		d := open(t, r)
		d.start()
		d.set("overdue", 1, 10*time.Second)
		d.set("later", 1, 60*time.Second)
		d.wheel.Stop()
		time.Sleep(30 * time.Second)
		d.want()

		again := open(t, r)
		if err := again.wheel.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !again.wheel.Has("ring", "later") || again.wheel.Has("ring", "never set") {
			t.Error("Load did not read the rows")
		}
		again.start()
		defer again.wheel.Stop()
		again.want("overdue/1@0s")
		time.Sleep(time.Minute)
		again.want("overdue/1@0s", "later/1@30s")
	})
}

func TestStartFails(t *testing.T) {
	r := newRows()
	r.broke = errors.New("no disk")
	d := open(t, r)
	if err := d.wheel.Start(t.Context()); !errors.Is(err, r.broke) {
		t.Errorf("start: %v", err)
	}
	d.wheel.Stop() // of a wheel that never turned
	if err := d.wheel.Set(t.Context(), Timer{}); !errors.Is(err, r.broke) {
		t.Errorf("set: %v", err)
	}
	if err := d.wheel.Drop(t.Context(), "ring", "a"); !errors.Is(err, r.broke) {
		t.Errorf("drop: %v", err)
	}
}

// A handler that fails is called again, ever more rarely, until it does not; its row is never lost.
func TestRetry(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("not yet") },
		"panic": func() error { panic("not yet") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := open(t, newRows())
				tries := 0
				d.wheel.Handle("weak", func(ctx context.Context, tm Timer) error {
					if tries++; tries < 4 {
						return fail()
					}
					return d.note(ctx, tm)
				})
				d.start()
				defer d.wheel.Stop()
				_ = d.rows.Do(t.Context(), func(ctx context.Context) error {
					return d.wheel.Set(ctx, Timer{Kind: "weak", Ref: "a", Due: time.Now()})
				})
				time.Sleep(6 * time.Second)
				d.want()
				if d.rows.count() != 1 {
					t.Error("the row of a failed timer is gone")
				}
				time.Sleep(2 * time.Second)
				d.want("a/0@7s") // after 1 s, 2 s and 4 s
				if n := strings.Count(d.log.String(), "not yet"); n != 3 {
					t.Errorf("%d failures logged, want 3:\n%s", n, &d.log)
				}
			})
		})
	}
}

// A timer of a kind that nobody handles is kept for the version that does, and complained about.
func TestNoHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRows()
		r.kept[key{"odd", "a"}] = Timer{Kind: "odd", Ref: "a", Due: time.Now()}
		d := open(t, r)
		d.start()
		defer d.wheel.Stop()
		time.Sleep(time.Hour)
		synctest.Wait()
		if r.count() != 1 || !strings.Contains(d.log.String(), errNoHandler.Error()) {
			t.Errorf("%d rows; log %s", r.count(), &d.log)
		}
		if n := strings.Count(d.log.String(), "odd"); n > 70 {
			t.Errorf("complained %d times in an hour", n)
		}
	})
}

// A handler may set its own timer again.
func TestSetWithinHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, newRows())
		d.wheel.Handle("tick", func(ctx context.Context, tm Timer) error {
			if err := d.note(ctx, tm); err != nil || tm.Fence == 3 {
				return err
			}
			return d.wheel.Set(ctx, Timer{Kind: "tick", Ref: tm.Ref, Fence: tm.Fence + 1, Due: time.Now().Add(time.Second)})
		})
		d.start()
		defer d.wheel.Stop()
		_ = d.rows.Do(t.Context(), func(ctx context.Context) error {
			return d.wheel.Set(ctx, Timer{Kind: "tick", Ref: "a", Fence: 1, Due: time.Now()})
		})
		time.Sleep(time.Minute)
		d.want("a/1@0s", "a/2@1s", "a/3@2s")
	})
}

// Stop waits for a handler that has begun.
func TestStopWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, newRows())
		done := false
		d.wheel.Handle("slow", func(ctx context.Context, _ Timer) error {
			time.Sleep(5 * time.Second)
			done = true
			return ctx.Err()
		})
		d.start()
		_ = d.rows.Do(t.Context(), func(ctx context.Context) error {
			return d.wheel.Set(ctx, Timer{Kind: "slow", Ref: "a", Due: time.Now()})
		})
		synctest.Wait()
		d.wheel.Stop()
		if !done || d.rows.count() != 0 {
			t.Errorf("stopped in the middle of a handler: done %v, %d rows", done, d.rows.count())
		}
	})
}

// Many timers at odd times all fire, each within 100 ms of due.
func TestPunctual(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, newRows())
		var mu sync.Mutex
		fired, early, worst := 0, 0, time.Duration(0)
		d.wheel.Handle("p", func(_ context.Context, tm Timer) error {
			mu.Lock()
			defer mu.Unlock()
			fired++
			if time.Now().Before(tm.Due) {
				early++
			}
			worst = max(worst, time.Since(tm.Due))
			return nil
		})
		d.start()
		defer d.wheel.Stop()
		rnd := rand.New(rand.NewPCG(1, 2))
		for i := range 2000 {
			_ = d.rows.Do(t.Context(), func(ctx context.Context) error {
				due := time.Now().Add(time.Duration(rnd.Int64N(int64(10 * time.Minute))))
				return d.wheel.Set(ctx, Timer{Kind: "p", Ref: fmt.Sprint(i), Due: due})
			})
		}
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		if fired != 2000 || early > 0 || worst > 100*time.Millisecond {
			t.Errorf("%d of 2000 fired, %d too early, the worst %s late", fired, early, worst)
		}
	})
}
