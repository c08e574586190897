package storagetest

import (
	"context"
	"errors"
	"time"

	"foyer/runtime/event"
)

type mark struct{}

// decisions checks what a decision may count on while it runs, and what a decision inside of another means.
func decisions() []promise {
	return []promise{
		{"ItSeesWhatItWrote", decisionItSeesWhatItWrote},
		{"ACallerWhoLeavesBeforeItBegan", decisionACallerWhoLeavesBeforeItBegan},
		{"ACallerWhoLeavesWhileItRuns", decisionACallerWhoLeavesWhileItRuns},
		{"OneInsideJoins", decisionOneInsideJoins},
		{"OneInsideThatOnlyRefusesMayBeForgiven", decisionOneInsideThatOnlyRefusesMayBeForgiven},
		{"OneInsideThatWroteMayNot", decisionOneInsideThatWroteMayNot},
		{"TheRecordIsInOrder", decisionTheRecordIsInOrder},
		{"AnEventHasALimit", decisionAnEventHasALimit},
	}
}

func decisionItSeesWhatItWrote(k *kit) {
	k.do(k.says("s", 1), func(ctx context.Context) error {
		if last, err := k.Messages().LastSeq(ctx, "s"); err != nil || last != 1 {
			k.Errorf("inside: %d, %v", last, err)
		}
		if last, err := k.Messages().LastSeq(k.Context(), "s"); err != nil || last != 0 {
			k.Errorf("outside, before the commit: %d, %v", last, err)
		}
		return nil
	})
}

func decisionACallerWhoLeavesBeforeItBegan(k *kit) {
	release := k.hold()
	ctx, cancel := context.WithCancelCause(k.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(errOwn) })
	err := k.Do(ctx, func(ctx context.Context) error { k.Error("it ran"); return nil })
	if !errors.Is(err, errOwn) {
		k.Errorf("got %v", err)
	}
	release()
	k.do(k.says("s", 1))
}

func decisionACallerWhoLeavesWhileItRuns(k *kit) {
	ctx, cancel := context.WithCancel(context.WithValue(k.Context(), mark{}, "kept"))
	err := k.Do(ctx, func(in context.Context) error {
		cancel()
		if in.Err() != nil || in.Value(mark{}) != "kept" {
			k.Errorf("inside: %v, %v", in.Err(), in.Value(mark{}))
		}
		return k.says("s", 1)(in)
	})
	if err != nil {
		k.Error(err)
	}
	k.wants("s", 1)
}

func decisionOneInsideJoins(k *kit) {
	err := k.try(k.says("s", 1), func(ctx context.Context) error { return k.Do(ctx, k.says("s", 2)) }, func(context.Context) error { return errOwn })
	if !errors.Is(err, errOwn) {
		k.Errorf("got %v", err)
	}
	k.wants("s", 0)
	k.do(func(ctx context.Context) error { return k.Do(ctx, k.says("s", 1)) })
	k.wants("s", 1)
}

func decisionOneInsideThatOnlyRefusesMayBeForgiven(k *kit) {
	k.do(k.says("s", 1), func(ctx context.Context) error {
		if err := k.Do(ctx, func(context.Context) error { return errOwn }); !errors.Is(err, errOwn) {
			k.Errorf("got %v", err)
		}
		return nil
	})
	k.wants("s", 1)
}

func decisionOneInsideThatWroteMayNot(k *kit) {
	err := k.try(k.says("s", 1), func(ctx context.Context) error {
		_ = k.Do(ctx, func(ctx context.Context) error { _ = k.says("s", 2)(ctx); return errOwn })
		return nil
	})
	if !errors.Is(err, errOwn) {
		k.Errorf("got %v", err)
	}
	k.wants("s", 0)
}

func decisionTheRecordIsInOrder(k *kit) {
	for _, kind := range []event.Kind{"one", "two"} {
		k.do(func(ctx context.Context) error {
			return k.Append(ctx, event.Event{Kind: kind, Session: "s", Agent: "a", Call: "c", Data: []byte(`{"n":1}`)})
		}, func(ctx context.Context) error { return k.Append(ctx, event.Event{Kind: "other", Session: "t"}) })
		k.now = k.now.Add(time.Second)
	}
	got, err := k.Events(k.Context(), "s")
	if err != nil || len(got) != 2 || got[0].Seq >= got[1].Seq {
		k.Fatalf("%+v, %v", got, err)
	}
	got[0].Seq, got[1].Seq = 0, 0
	e := event.Event{At: start, Kind: "one", Session: "s", Agent: "a", Call: "c", Data: []byte(`{"n":1}`)}
	e2 := e
	e2.Kind, e2.At = "two", start.Add(time.Second)
	equal(k, got, nil, []event.Event{e, e2})
	none, err := k.Events(k.Context(), "")
	if len(none) != 0 || err != nil {
		k.Errorf("events of no session: %v, %v", none, err)
	}
}

func decisionAnEventHasALimit(k *kit) {
	err := k.try(func(ctx context.Context) error {
		return k.Append(ctx, event.Event{Kind: "x", Data: make([]byte, 5000)})
	})
	if !errors.Is(err, event.ErrTooLarge) {
		k.Errorf("got %v", err)
	}
}

// afterCommit checks the promises at event.Ledger.AfterCommit and of the bells.
func afterCommit() []promise {
	return []promise{
		{"OnlyAfterACommitAndInOrder", afterOnlyAfterACommitAndInOrder},
		{"APanicIsKeptThere", afterAPanicIsKeptThere},
		{"ItMayDecide", afterItMayDecide},
		{"ItMayDecideWithSomethingAfterwards", afterItMayDecideWithSomethingAfterwards},
		{"BellsRing", afterBellsRing},
	}
}

func afterOnlyAfterACommitAndInOrder(k *kit) {
	var ran []int
	after := func(n int) func(context.Context) error {
		return func(ctx context.Context) error { k.AfterCommit(ctx, func() { ran = append(ran, n) }); return nil }
	}
	k.do(after(1), after(2), func(context.Context) error {
		if len(ran) > 0 {
			k.Error("ran before the commit")
		}
		return nil
	})
	_ = k.try(after(3), func(context.Context) error { return errOwn })
	k.do(after(4), func(ctx context.Context) error {
		_ = k.Do(ctx, func(ctx context.Context) error { _ = after(5)(ctx); return errOwn })
		return nil
	})
	equal(k, ran, nil, []int{1, 2, 4})
}

func afterAPanicIsKeptThere(k *kit) {
	ran := false
	k.do(func(ctx context.Context) error {
		k.AfterCommit(ctx, func() { panic("oh") })
		k.AfterCommit(ctx, func() { ran = true })
		return nil
	})
	if !ran {
		k.Error("the second one did not run")
	}
}

func afterItMayDecide(k *kit) {
	k.do(func(ctx context.Context) error {
		k.AfterCommit(ctx, func() { k.do(k.says("s", 1)) })
		return nil
	})
	k.wants("s", 1)
}

func afterItMayDecideWithSomethingAfterwards(k *kit) {
	ran := make(chan struct{})
	k.do(func(ctx context.Context) error {
		k.AfterCommit(ctx, func() {
			k.do(func(ctx context.Context) error { k.AfterCommit(ctx, func() { close(ran) }); return nil })
		})
		return nil
	})
	select {
	case <-ran:
	case <-time.After(5 * time.Second):
		k.Error("it never ran")
	}
}

func afterBellsRing(k *kit) {
	rung := make(chan string, 4)
	defer k.cfg.Bus.Listen("t", rung)()
	_ = k.try(func(ctx context.Context) error { _ = k.Push(ctx, "t", "x", 1); return errOwn })
	if len(rung) > 0 {
		k.Error("it rang for a decision that failed")
	}
	k.do(func(ctx context.Context) error { return k.Push(ctx, "t", "x", 1) })
	if len(rung) != 1 {
		k.Errorf("%d rings before Do returned, want 1", len(rung))
	}
}
