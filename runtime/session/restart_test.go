package session_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"foyer/nodes"
	"foyer/runtime/engine"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/runtime/timer"
)

// waiters is how many sessions wait in bar P5.
const waiters = 100_000

// BenchmarkRestart is bar P5: with 100,000 sessions waiting, a third in a menu and the others in a queue, everything is
// opened anew on the database as it is, until timers could start. It reports how long that takes, and what each waiting
// session costs in memory and goroutines.
func BenchmarkRestart(b *testing.B) {
	h := newHall(b)
	for at := 0; at < waiters; at += 1000 {
		h.do(func(ctx context.Context) error {
			for i := at; i < at+1000; i++ {
				if err := h.waits(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	h.ok(h.store.Close())
	empty, idle := inUse()
	for b.Loop() {
		h.open(h.now)
		b.StopTimer()
		full, busy := inUse()
		b.ReportMetric(float64(full-empty)/waiters, "B/session")
		b.ReportMetric(float64(busy-idle), "goroutines")
		h.ok(h.store.Close())
		b.StartTimer()
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/restart")
}

// inUse is the memory that is in use, and how many goroutines there are.
func inUse() (heap int64, goroutines int) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc), runtime.NumGoroutine()
}

// waits puts the rows of one waiting session.
func (h *hall) waits(ctx context.Context, i int) error {
	id := fmt.Sprintf("ses_%026d", i)
	s := session.Session{
		ID: id, FlowID: "flow_" + ivr, IvrID: ivr, CallerID: id, Key: id, Media: queue.Video, State: session.Routing, Nickname: "小王", Channel: "web",
		Walk: engine.State{At: "menu", Rest: engine.Asking, Wait: 1, Steps: 2}, Seq: 1, StepToken: "stp_1", CreatedAt: h.now(), UpdatedAt: h.now(),
		Menu: &session.Menu{Prompt: "请选择", Options: []nodes.Option{{ID: "buy", Keyword: "1", Label: "产品咨询"}, {ID: "fix", Keyword: "2", Label: "产品报障"}}},
	}
	deadline := timer.Timer{Kind: "session.wait", Ref: id, Fence: 1, Due: h.now().Add(time.Hour)}
	if i%3 > 0 {
		now := h.now()
		s.State, s.Menu, s.StepToken, s.QueuedAt = session.Queued, nil, "", &now
		s.Walk.Rest, s.Walk.At = engine.Away, "sales"
		e := queue.Entry{ID: "ent_" + id, SessionID: id, GroupID: "sales", Media: queue.Video, State: queue.Waiting, EnteredAt: now, GiveUpAt: deadline.Due}
		if err := h.in.Entries().AddEntry(ctx, e); err != nil {
			return err
		}
		deadline.Kind, deadline.Ref = "entry.giveUp", e.ID
	}
	if err := h.in.Sessions().Create(ctx, s); err != nil {
		return err
	}
	return h.in.Timers().SetTimer(ctx, deadline)
}
