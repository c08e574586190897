package storagetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"foyer/runtime/channel"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// push is a decision's frame.
func (k *kit) push(topic string, data any) func(context.Context) error {
	return func(ctx context.Context) error { return k.Push(ctx, topic, "note", data) }
}

// seqs are the numbers of a topic's frames.
func (k *kit) seqs(topic string) (out []int64) {
	k.Helper()
	got, err := k.Frames(k.T.Context(), topic, 0, 10000)
	if err != nil {
		k.Error(err)
	}
	for _, f := range got {
		out = append(out, f.Seq)
	}
	return out
}

// frames checks the promises at event.Frame.
func frames() []promise {
	return []promise{
		{"AFrameIsAsItWasPushed", frameAFrameIsAsItWasPushed},
		{"GapFreeUnderManyPushers", pushers},
		{"AReaderGoesOnWhereItWas", frameAReaderGoesOnWhereItWas},
		{"ATopicNobodyPushedTo", frameATopicNobodyPushedTo},
		{"WhatCannotBeJSONIsAnError", frameWhatCannotBeJSONIsAnError},
		{"OldOnesGo", prune},
	}
}

func frameAFrameIsAsItWasPushed(k *kit) {
	k.do(k.push("agent:a", map[string]string{"text": "a<b>&\u0000 文字"}))
	got, err := k.Frames(k.Context(), "agent:a", 0, 10)
	if err != nil || len(got) != 1 {
		k.Fatalf("%v, %v", got, err)
	}
	got[0].ID = 0
	equal(k, got[0], nil, event.Frame{
		Topic: "agent:a", Seq: 1, Type: "note", At: start, Data: []byte(`{"text":"a\u003cb\u003e\u0026\u0000 文字"}`),
	})
}

func frameAReaderGoesOnWhereItWas(k *kit) {
	for i := range 5 {
		k.do(k.push("t", i), k.push("u", i))
	}
	got, err := k.Frames(k.Context(), "t", 2, 2)
	if err != nil || len(got) != 2 || got[0].Seq != 3 || string(got[1].Data) != "3" {
		k.Errorf("%+v, %v", got, err)
	}
	all, err := k.FramesSince(k.Context(), got[0].ID, 3)
	if err != nil || len(all) != 3 || all[0].Topic != "u" || all[0].Seq != 3 || all[1].Topic != "t" {
		k.Errorf("%+v, %v", all, err)
	}
}

func frameATopicNobodyPushedTo(k *kit) {
	if last, err := k.LastFrame(k.Context(), "t"); last != 0 || err != nil {
		k.Errorf("%d, %v", last, err)
	}
	if got, err := k.Frames(k.Context(), "t", 0, 10); len(got) != 0 || err != nil {
		k.Errorf("%v, %v", got, err)
	}
}

func frameWhatCannotBeJSONIsAnError(k *kit) {
	if err := k.try(k.push("t", make(chan int))); err == nil {
		k.Error("no error")
	}
}

// pushers push from 16 goroutines to four topics, some of them in vain.
func pushers(k *kit) {
	var wg sync.WaitGroup
	for p := range 16 {
		wg.Go(func() {
			for i := range 20 {
				steps := []func(context.Context) error{k.push(fmt.Sprintf("t%d", p%4), i), k.push("all", i)}
				if i%5 == 4 {
					steps = append(steps, func(context.Context) error { return errOwn })
				}
				if err := k.try(steps...); err != nil && i%5 != 4 {
					k.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for topic, want := range map[string]int{"t0": 64, "t1": 64, "t2": 64, "t3": 64, "all": 256} {
		got := k.seqs(topic)
		if len(got) != want {
			k.Errorf("topic %s has %d frames, want %d", topic, len(got), want)
		}
		for i, seq := range got {
			if seq != int64(i+1) {
				k.Fatalf("frame %d of topic %s has the number %d", i+1, topic, seq)
			}
		}
	}
	every, err := k.FramesSince(k.T.Context(), 0, 10000)
	if err != nil || len(every) != 512 {
		k.Errorf("%d frames in all, %v; want 512", len(every), err)
	}
}

// prune lets a day go by.
func prune(k *kit) {
	k.do(func(ctx context.Context) error {
		live := session.Session{ID: "live", Media: queue.Text, State: session.Routing}
		over := session.Session{ID: "over", Media: queue.Text, State: session.Ended, EndedAt: ptr(start)}
		if err := k.Sessions().Create(ctx, live); err != nil {
			return err
		}
		return k.Sessions().Create(ctx, over)
	})
	topics := []string{"agent:a", "session:live", "session:over"}
	for range 3 {
		for _, topic := range topics {
			k.do(k.push(topic, 1))
		}
	}
	k.now = start.Add(23 * time.Hour)
	k.do(k.push("agent:b", 1), k.push("agent:b", 2))
	if err := k.Prune(k.T.Context()); err != nil {
		k.Error(err)
	}
	equal(k, k.seqs("agent:a"), nil, []int64{1, 2, 3})
	k.now = start.Add(25 * time.Hour)
	if err := k.Prune(k.T.Context()); err != nil {
		k.Error(err)
	}
	equal(k, k.seqs("agent:a"), nil, []int64{3})
	equal(k, k.seqs("session:live"), nil, []int64{3})
	equal(k, k.seqs("session:over"), nil, nil)
	equal(k, k.seqs("agent:b"), nil, []int64{1, 2})
	k.do(k.push("agent:a", 1))
	equal(k, k.seqs("agent:a"), nil, []int64{3, 4})
}

// instances checks that contact centres in one database know nothing of each other.
func instances() []promise {
	return []promise{
		{"TheFirstIsKept", instanceTheFirstIsKept},
		{"NumbersAreUnique", instanceNumbersAreUnique},
		{"TheySeeNothingOfEachOther", instanceTheySeeNothingOfEachOther},
		{"TheyDecideAtTheSameTime", instanceTheyDecideAtTheSameTime},
	}
}

func instanceTheFirstIsKept(k *kit) {
	got, err := k.store.EnsureInstance(k.Context(), channel.Instance{ID: "another", SdkAppID: 1400000009})
	equal(k, got, err, channel.Instance{ID: Tenant, SdkAppID: 1400000001, Name: "Test", CreatedAt: start})
	if k.store.Instance("another") != nil || k.store.Instance(Tenant).ID() != Tenant {
		k.Error("the store decides for the wrong ones")
	}
}

func instanceNumbersAreUnique(k *kit) {
	err := k.store.CreateInstance(k.Context(), channel.Instance{ID: "another", SdkAppID: 1400000001})
	if err == nil || !strings.Contains(err.Error(), event.ErrDuplicate.Error()) {
		k.Errorf("got %v", err)
	}
}

func instanceTheySeeNothingOfEachOther(k *kit) {
	second := channel.Instance{ID: "second", SdkAppID: 1400000002, CreatedAt: start.Add(time.Second)}
	if err := k.store.CreateInstance(k.Context(), second); err != nil {
		k.Fatal(err)
	}
	l := &kit{T: k.T, Instance: k.store.Instance("second"), store: k.store, now: start}
	k.do(k.says("s", 1), k.push("t", 1))
	l.wants("s", 0)
	l.do(l.says("s", 1), l.push("t", 1), l.says("s", 2))
	k.wants("s", 1)
	l.wants("s", 2)
	equal(k, l.seqs("t"), nil, []int64{1})
	all, err := k.store.Instances(k.Context())
	if err != nil || len(all) != 2 || all[1] != second {
		k.Errorf("%+v, %v", all, err)
	}
	err = k.try(func(ctx context.Context) error { return l.says("s", 3)(ctx) })
	if err == nil {
		k.Error("a decision of one instance wrote into another")
	}
}

func instanceTheyDecideAtTheSameTime(k *kit) {
	if err := k.store.CreateInstance(k.Context(), channel.Instance{ID: "second", SdkAppID: 1400000002}); err != nil {
		k.Fatal(err)
	}
	l := &kit{T: k.T, Instance: k.store.Instance("second"), store: k.store, now: start}
	var wg sync.WaitGroup
	for _, k := range []*kit{k, l} {
		wg.Go(func() {
			for i := range 100 {
				k.do(k.says("s", int64(i+1)))
			}
		})
	}
	wg.Wait()
	k.wants("s", 100)
	l.wants("s", 100)
}
