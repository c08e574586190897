package session_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// callersAtOnce is how many callers for each processor the durable benchmarks have under way at any time, and over
// how many flows and groups they are spread.
const callersAtOnce = 64

// benchHall is a hall by the machine's clock with flows of menu and transfer, whose groups are staffed by an agent
// who takes nobody.
func benchHall(b *testing.B) *hall {
	b.Helper()
	h := newHall(b)
	h.ok(h.store.Close())
	h.open(time.Now)
	h.chat.mute = true
	h.time = time.Now()
	var groups []string
	for i := range callersAtOnce {
		g := queue.Fresh()
		g.ID = fmt.Sprintf("group%d", i)
		g.Name, groups = g.ID, append(groups, g.ID)
		h.do(func(ctx context.Context) error { return h.in.Groups().CreateGroup(ctx, g) })
		h.publish(benchIvr(i), g.Name, sketch([][3]string{
			{"start", "start", `{}`}, {"menu", "branch", menuConfig}, {"t", "transfer", `{"group":"` + g.ID + `","timeout":90}`}, {"end", "end", endConfig},
		}, [3]string{"start", "next", "menu"}, [3]string{"menu", "buy", "t"}, [3]string{"menu", "fix", "t"}, [3]string{"t", "done", "end"}))
	}
	h.busy("ann", groups...)
	return h
}

func benchIvr(i int) string { return fmt.Sprintf("fbench%010d", i%callersAtOnce) }

// cpu is the processor time this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure runs f by many callers at once and reports how many of its steps were made in a second, and what each
// cost the processor: the figure to compare on a machine that others use too.
func measure(b *testing.B, callers, steps int, unit string, f func(n int) error) {
	var n atomic.Int64
	b.SetParallelism(callers)
	b.ReportAllocs()
	b.ResetTimer()
	before := cpu(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := f(int(n.Add(1))); err != nil {
				b.Error(err)
				return
			}
		}
	})
	total := float64(steps * b.N)
	b.ReportMetric(total/b.Elapsed().Seconds(), unit+"/s")
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/total, "cpu-µs/"+unit)
}

// BenchmarkDurableSteps is bar P2: each caller's start, menu, choice and transfer, every step committed to SQLite
// with synchronous=FULL before it is answered. A caller makes two decisions, the start that leads to the menu and the
// choice that leads into the queue; each is counted as one step. Compare with BenchmarkRawTx of the same run.
func BenchmarkDurableSteps(b *testing.B) {
	h := benchHall(b)
	measure(b, callersAtOnce, 2, "step", func(n int) error {
		caller := fmt.Sprintf("cal%d", n)
		v, err := h.r.Start(b.Context(), session.StartRequest{CallerID: caller, IvrID: benchIvr(n), Media: queue.Video, Key: "k"})
		if err == nil {
			v, err = h.r.Input(b.Context(), caller, v.SessionID, session.InputRequest{OptionID: "fix", StepToken: v.StepToken})
		}
		if err == nil && v.State != session.Queued {
			err = fmt.Errorf("the session is %s", v.State)
		}
		return err
	})
}

// BenchmarkRawTx is the yardstick of BenchmarkDurableSteps: transactions that write one row each, on the same
// database with the same durability; one after the other as a plain program would, and by as many at once.
func BenchmarkRawTx(b *testing.B) {
	for name, callers := range map[string]int{"alone": 0, "together": callersAtOnce} {
		b.Run(name, func(b *testing.B) {
			h := benchHall(b)
			row := func(ctx context.Context) error {
				return h.in.Append(ctx, event.Event{Kind: "bench.tick", Session: "s", Data: []byte(`{"n":1}`)})
			}
			if callers > 0 {
				measure(b, callers, 1, "tx", func(int) error { return h.in.Do(b.Context(), row) })
				return
			}
			for b.Loop() {
				h.do(row)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
		})
	}
}

// BenchmarkMenu is the part of bar P3 below the handler: a menu from memory.
func BenchmarkMenu(b *testing.B) {
	h := newHall(b)
	if _, _, err := h.r.MenuJSON(b.Context(), ivr); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if body, _, err := h.r.MenuJSON(b.Context(), ivr); err != nil || len(body) == 0 {
				b.Error(err)
				return
			}
		}
	})
}
