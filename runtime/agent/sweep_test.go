package agent_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"foyer/runtime/agent"
	"foyer/runtime/queue"
)

func TestLease(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.atWork("1001")
	told := len(h.changed)
	frames := h.frames(a.ID)
	for range 5 {
		h.wait(10 * time.Second)
		h.ok(h.desk.Touch(ctx, a.ID))
		if v := h.state(a.ID); v.Shown != agent.ShownFree {
			t.Fatalf("shows %s", v.Shown)
		}
	}
	if len(h.changed) != told || h.frames(a.ID) != frames {
		t.Error("a heartbeat makes noise")
	}
	h.wait(agent.Lease)
	if v := h.state(a.ID); v.Shown != agent.ShownOffline || !v.Since.Equal(h.clock()) {
		t.Errorf("after the lease: %+v", v)
	}
	if ok, _ := h.desk.Here(ctx, a.ID); ok {
		t.Error("still here")
	}
	h.ok(h.desk.Touch(ctx, a.ID))
	if v := h.state(a.ID); v.Shown != agent.ShownFree || len(h.changed) != told+1 {
		t.Errorf("back: %+v, %d notices", v, len(h.changed)-told)
	}
	if ok, _ := h.desk.Here(ctx, a.ID); !ok {
		t.Error("not here")
	}
}

func TestSweep(t *testing.T) {
	h, ctx := open(t), t.Context()
	a, b := h.atWork("1001"), h.atWork("1002")
	off := h.atWork("1003")
	h.ok(h.desk.SetIntent(ctx, off.ID, agent.Offline, ""))
	sweep := &agent.Sweep{Desk: h.desk, Log: slog.New(slog.DiscardHandler)}
	round := func(want ...string) {
		t.Helper()
		h.changed = nil
		h.ok(sweep.Once(ctx))
		if strings.Join(h.changed, " ") != strings.Join(want, " ") {
			t.Fatalf("the queue was told of %v, want %v", h.changed, want)
		}
	}
	round()
	h.wait(agent.Lease - time.Second)
	h.ok(h.desk.Touch(ctx, b.ID))
	round()
	h.offer("o1", a.ID, queue.Video, queue.Pending)
	h.wait(time.Second)
	round(a.ID)
	if o, _ := h.in.Entries().Offer(ctx, "o1"); o.State != queue.Rescinded {
		t.Errorf("rings on at a desk that fell silent: %s", o.State)
	}
	round() // once is enough
	h.wait(agent.Lease)
	round(b.ID)

	// A new process looks at every lease that is not running.
	sweep = &agent.Sweep{Desk: h.desk, Log: slog.New(slog.DiscardHandler)}
	round(a.ID, b.ID)
	h.ok(h.desk.Touch(ctx, a.ID))
	h.wait(agent.Lease)
	round(a.ID)
}

// A desk that said goodbye is told of once, and again when it came back and fell silent.
func TestSweepAfterGone(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.atWork("1001")
	sweep := &agent.Sweep{Desk: h.desk, Log: slog.New(slog.DiscardHandler)}
	told := func(about string, want int64) {
		t.Helper()
		before := h.frames(a.ID)
		h.ok(sweep.Once(ctx))
		if n := h.frames(a.ID) - before; n != want {
			t.Errorf("%s: %d frames, want %d", about, n, want)
		}
	}
	told("at work", 0)
	h.wait(time.Second + 700*time.Nanosecond) // finer than any database keeps
	before := h.frames(a.ID)
	h.ok(h.desk.Gone(ctx, a.ID))
	if n := h.frames(a.ID) - before; n != 1 {
		t.Errorf("gone: %d frames, want 1", n)
	}
	h.wait(time.Second)
	told("gone", 0)
	h.ok(h.desk.Touch(ctx, a.ID))
	h.wait(agent.Lease)
	told("silent", 1)
	told("still silent", 0)
}

func TestSweepRuns(t *testing.T) {
	h := open(t)
	a := h.atWork("1001")
	sweep := &agent.Sweep{Desk: h.desk, Log: slog.New(slog.DiscardHandler)}
	sweep.Start(t.Context())
	defer sweep.Stop()
	before := h.frames(a.ID)
	h.wait(agent.Lease)
	for range 500 {
		if h.frames(a.ID) > before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the silence of a desk was not noticed in 5 s")
}
