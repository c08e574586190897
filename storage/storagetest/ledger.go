package storagetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/queue"
)

// says is a decision's smallest trace: a message in a session.
func (k *kit) says(session string, seq int64) func(context.Context) error {
	return func(ctx context.Context) error {
		return k.Messages().AddMessage(ctx, chat.Message{
			ID: fmt.Sprintf("%s-%d", session, seq), SessionID: session, Seq: seq, From: chat.FromCaller, Kind: chat.TextKind, Text: "hello", At: start,
		})
	}
}

// wants counts the messages of a session.
func (k *kit) wants(session string, n int) {
	k.Helper()
	got, err := k.Messages().MessagesAfter(k.T.Context(), session, 0, 1000)
	if err != nil || len(got) != n {
		k.Errorf("session %s has %d messages, %v; want %d", session, len(got), err, n)
	}
}

// hold keeps the ledger busy until the returned function is called, so that decisions gather behind it.
func (k *kit) hold() (release func()) {
	started, free, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- k.try(func(context.Context) error { close(started); <-free; return nil })
	}()
	<-started
	return func() {
		k.Helper()
		close(free)
		if err := <-done; err != nil {
			k.Error(err)
		}
	}
}

var errOwn = errors.New("own")

// ledger checks the promises at event.Ledger.Do.
func ledger() []promise {
	return []promise{
		{"WhatIsAcknowledgedIsThere", ledgerWhatIsAcknowledgedIsThere},
		{"AnErrorLeavesNothing", ledgerAnErrorLeavesNothing},
		{"APanicLeavesNothing", ledgerAPanicLeavesNothing},
		{"AGoroutineThatEndsLeavesNothing", ledgerAGoroutineThatEndsLeavesNothing},
		{"AGoroutineThatEndsMayBeTheLast", ledgerAGoroutineThatEndsMayBeTheLast},
		{"AFailureDoesNotHurtItsNeighbours", neighbours},
		{"OneAfterTheOther", serial},
		{"ASwallowedErrorStillFails", ledgerASwallowedErrorStillFails},
		{"NothingIsWrittenOutside", outside},
		{"ClosedIsClosed", ledgerClosedIsClosed},
	}
}

func ledgerWhatIsAcknowledgedIsThere(k *kit) {
	k.do(k.says("s", 1), k.says("s", 2))
	k.wants("s", 2)
}

func ledgerAnErrorLeavesNothing(k *kit) {
	err := k.try(k.says("s", 1), func(ctx context.Context) error { return errOwn })
	if !errors.Is(err, errOwn) {
		k.Errorf("got %v", err)
	}
	k.wants("s", 0)
}

func ledgerAPanicLeavesNothing(k *kit) {
	if err := k.try(k.says("s", 1), func(context.Context) error { panic("oh") }); err == nil {
		k.Error("a panic is no error")
	}
	k.do(k.says("s", 1))
	k.wants("s", 1)
}

func ledgerAGoroutineThatEndsLeavesNothing(k *kit) {
	if err := k.try(k.says("s", 1), func(context.Context) error { runtime.Goexit(); return nil }); err == nil {
		k.Error("no error")
	}
	k.do(k.says("s", 1))
	k.wants("s", 1)
}

func ledgerAGoroutineThatEndsMayBeTheLast(k *kit) {
	if err := k.try(func(context.Context) error { runtime.Goexit(); return nil }); err == nil {
		k.Error("no error")
	}
	if err := k.store.Close(); err != nil {
		k.Error(err)
	}
}

func ledgerASwallowedErrorStillFails(k *kit) {
	k.do(k.says("s", 1))
	err := k.try(k.says("t", 1), func(ctx context.Context) error { _ = k.says("s", 1)(ctx); return nil }, k.says("t", 2))
	if !errors.Is(err, event.ErrDuplicate) {
		k.Errorf("got %v", err)
	}
	k.wants("t", 0)
}

func ledgerClosedIsClosed(k *kit) {
	release := k.hold()
	last := make(chan error, 1)
	go func() { last <- k.try(k.says("s", 1)) }()
	time.Sleep(20 * time.Millisecond)
	go release()
	if err := k.store.Close(); err != nil {
		k.Error(err)
	}
	if err := <-last; err != nil && !errors.Is(err, event.ErrClosed) {
		k.Errorf("the last decision: %v", err)
	}
	if err := k.try(k.says("s", 2)); !errors.Is(err, event.ErrClosed) {
		k.Errorf("after the end: %v", err)
	}
}

// neighbours fails some decisions of one batch in every way there is.
func neighbours(k *kit) {
	release := k.hold()
	bad := map[int]func(context.Context) error{
		3:  func(context.Context) error { return errOwn },
		7:  func(context.Context) error { panic("oh") },
		11: k.says("s0", 1), // a row that is there already
		15: func(ctx context.Context) error { // a row that the database does not allow
			return k.Entries().AddOffer(ctx, queue.Offer{ID: "o", Media: "smoke", State: queue.Pending})
		},
	}
	errs := make([]error, 20)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			session := fmt.Sprintf("s%d", i)
			steps := []func(context.Context) error{k.says(session, 1), func(ctx context.Context) error { return k.Push(ctx, "t", "x", i) }}
			if bad[i] != nil {
				steps = append(steps, bad[i])
			}
			errs[i] = k.try(steps...)
		})
		time.Sleep(2 * time.Millisecond) // so that they queue in this order
	}
	release()
	wg.Wait()
	for i, err := range errs {
		if (err != nil) != (bad[i] != nil) {
			k.Errorf("decision %d: %v", i, err)
		}
		want := 1
		if bad[i] != nil {
			want = 0
		}
		k.wants(fmt.Sprintf("s%d", i), want)
	}
	if last, err := k.LastFrame(k.T.Context(), "t"); err != nil || last != 16 {
		k.Errorf("the topic ends at %d, %v; want 16: failed decisions number no frames", last, err)
	}
}

// serial counts up by read and write from many goroutines; a lost update would show.
func serial(k *kit) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				k.do(func(ctx context.Context) error {
					last, err := k.Messages().LastSeq(ctx, "s")
					if err != nil {
						return err
					}
					return k.says("s", last+1)(ctx)
				})
			}
		})
	}
	wg.Wait()
	k.wants("s", 200)
}

// outside writes without a decision, and with one that is over.
func outside(k *kit) {
	var late context.Context
	k.do(func(ctx context.Context) error { late = ctx; return nil })
	for name, ctx := range map[string]context.Context{"without": k.T.Context(), "late": late} {
		for what, err := range map[string]error{
			"a row":    k.says("s", 1)(ctx),
			"an event": k.Append(ctx, event.Event{Kind: "x"}),
			"a frame":  k.Push(ctx, "t", "x", 1),
		} {
			if !errors.Is(err, event.ErrOutside) {
				k.Errorf("%s, %s: %v", name, what, err)
			}
		}
		func() {
			defer func() {
				if err, _ := recover().(error); !errors.Is(err, event.ErrOutside) {
					k.Errorf("%s, after commit: %v", name, err)
				}
			}()
			k.AfterCommit(ctx, func() {})
		}()
	}
	k.wants("s", 0)
}
