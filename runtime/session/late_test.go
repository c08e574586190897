package session_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"foyer/runtime/timer"
)

// BenchmarkLateness sets a hundred timers a second on a real database by the machine's clock, and reports how long
// after they were due their decisions began.
func BenchmarkLateness(b *testing.B) {
	h := benchHall(b)
	var mu sync.Mutex
	var late []time.Duration
	h.wheel.Handle("bench.tick", func(_ context.Context, t timer.Timer) error {
		mu.Lock()
		defer mu.Unlock()
		late = append(late, time.Since(t.Due))
		return nil
	})
	h.ok(h.wheel.Start(b.Context()))
	defer h.wheel.Stop()
	n := 0
	for b.Loop() {
		h.do(func(ctx context.Context) error {
			for i := range 100 {
				n++
				due := time.Now().Add(500*time.Millisecond + time.Duration(i)*10*time.Millisecond)
				if err := h.wheel.Set(ctx, timer.Timer{Kind: "bench.tick", Ref: fmt.Sprint(n), Due: due}); err != nil {
					return err
				}
			}
			return nil
		})
		time.Sleep(time.Second)
	}
	for fired := 0; fired < n; time.Sleep(10 * time.Millisecond) {
		mu.Lock()
		fired = len(late)
		mu.Unlock()
	}
	slices.Sort(late)
	if late[0] < 0 {
		b.Errorf("one fired %s too early", -late[0])
	}
	b.ReportMetric(float64(late[len(late)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(late[len(late)*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(float64(late[len(late)-1].Microseconds())/1000, "ms-worst")
}
