package storagetest

import (
	"context"
	"errors"
	"fmt"

	"foyer/runtime/callback"
	"foyer/runtime/event"
	"foyer/runtime/session"
)

// callbacks checks the promises at callback.Requests.
func callbacks() []promise {
	return []promise{
		{"ARequestIsReadAsItWasWritten", callbackWhole},
		{"Unknown", callbackUnknown},
		{"Filters", callbackFilters},
	}
}

func (k *kit) asks(r callback.Request) func(context.Context) error {
	return func(ctx context.Context) error {
		if r.State == "" {
			r.State = callback.Open
		}
		return k.Callbacks().Add(ctx, r)
	}
}

func callbackWhole(k *kit) {
	want := filled[callback.Request]()
	want.State = callback.Done
	k.do(k.asks(want))
	got, err := k.Callbacks().Get(k.Context(), want.ID)
	equal(k, got, err, want)
	if err := k.try(k.asks(want)); !errors.Is(err, event.ErrDuplicate) {
		k.Errorf("twice: %v", err)
	}
	want.State, want.DoneBy, want.DoneAt, want.Phone = callback.Open, "", nil, "10086"
	k.do(func(ctx context.Context) error { return k.Callbacks().Update(ctx, want) })
	got, err = k.Callbacks().Get(k.Context(), want.ID)
	equal(k, got, err, want)
}

func callbackUnknown(k *kit) {
	if _, err := k.Callbacks().Get(k.Context(), "x"); !errors.Is(err, callback.ErrNotFound) {
		k.Errorf("reading: %v", err)
	}
	err := k.try(func(ctx context.Context) error {
		return k.Callbacks().Update(ctx, callback.Request{ID: "x", State: callback.Open})
	})
	if !errors.Is(err, callback.ErrNotFound) {
		k.Errorf("saving: %v", err)
	}
}

func callbackFilters(k *kit) {
	for i := range 6 {
		r := callback.Request{ID: fmt.Sprint("c", i), GroupID: fmt.Sprint("g", i%3), CreatedAt: start}
		if i < 2 {
			r.State, r.DoneAt = callback.Done, ptr(start)
		}
		k.do(k.asks(r))
	}
	for name, c := range map[string]struct {
		f    callback.Filter
		want string
	}{
		"none":     {callback.Filter{}, "[c5 c4 c3 c2 c1 c0]"},
		"open":     {callback.Filter{State: callback.Open}, "[c5 c4 c3 c2]"},
		"done":     {callback.Filter{State: callback.Done}, "[c1 c0]"},
		"groups":   {callback.Filter{Groups: []string{"g0", "g2"}}, "[c5 c3 c2 c0]"},
		"page":     {callback.Filter{Before: "c4", Limit: 2}, "[c3 c2]"},
		"together": {callback.Filter{State: callback.Open, Groups: []string{"g1"}, Before: "c5"}, "[c4]"},
	} {
		list, err := k.Callbacks().List(k.Context(), c.f)
		ids := []string{}
		for _, r := range list {
			ids = append(ids, r.ID)
		}
		if got := fmt.Sprint(ids); got != c.want || err != nil {
			k.Errorf("%s: %s, %v; want %s", name, got, err, c.want)
		}
	}
}

// sessionRatings: a session has one, the last.
func sessionRatings(k *kit) {
	k.do(k.starts(session.Session{ID: "s"}))
	_, ok, err := k.Sessions().Rating(k.Context(), "s")
	absent(k, session.Rating{}, ok, err)
	for score := range 2 {
		want := filled[session.Rating]()
		want.SessionID, want.Score = "s", score
		k.do(func(ctx context.Context) error { return k.Sessions().Rate(ctx, want) })
		got, ok, err := k.Sessions().Rating(k.Context(), "s")
		found(k, got, ok, err, want)
	}
	if err := k.try(func(ctx context.Context) error { return k.Sessions().Rate(ctx, session.Rating{SessionID: "x"}) }); err == nil {
		k.Error("a session that does not exist was rated")
	}
}
