package callback_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"foyer/runtime/callback"
	"foyer/storage/storagetest"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *callback.Book {
	t.Helper()
	in, n := storagetest.Open(t), 0
	return &callback.Book{Ledger: in, Requests: in.Callbacks(), Clock: func() time.Time { return noon }, NewID: func(prefix string) string {
		n++
		return fmt.Sprint(prefix, n)
	}}
}

// keep adds a request within a decision.
func keep(t *testing.T, b *callback.Book, r callback.Request) (kept callback.Request) {
	t.Helper()
	err := b.Ledger.Do(t.Context(), func(ctx context.Context) (err error) {
		kept, err = b.Keep(ctx, r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// What a request begins with is not for the one who leaves it to say.
func TestKeep(t *testing.T) {
	b := open(t)
	r := keep(t, b, callback.Request{ID: "mine", GroupID: "g", Phone: "10086", State: callback.Done, DoneBy: "x", DoneAt: &noon})
	if r.ID != "cbk_1" || r.State != callback.Open || r.DoneBy != "" || r.DoneAt != nil || !r.CreatedAt.Equal(noon) || r.Phone != "10086" {
		t.Errorf("kept %+v", r)
	}
}

func TestList(t *testing.T) {
	b := open(t)
	for range 60 {
		keep(t, b, callback.Request{GroupID: "g", Phone: "10086"})
	}
	for about, c := range map[string]struct {
		f    callback.Filter
		want int
	}{
		"a page": {callback.Filter{}, 50}, "all": {callback.Filter{Limit: 100}, 60}, "of no group": {callback.Filter{Groups: []string{}}, 0},
		"of another": {callback.Filter{Groups: []string{"h"}}, 0}, "done": {callback.Filter{State: callback.Done}, 0},
	} {
		if list, err := b.List(t.Context(), c.f); err != nil || len(list) != c.want {
			t.Errorf("%s: %d, %v; want %d", about, len(list), err, c.want)
		}
	}
	for about, f := range map[string]callback.Filter{"no such state": {State: "gone"}, "too many": {Limit: 101}, "below": {Limit: -1}} {
		if _, err := b.List(t.Context(), f); !errors.Is(err, callback.ErrFilter) {
			t.Errorf("%s: %v", about, err)
		}
	}
}

func TestUnknown(t *testing.T) {
	b := open(t)
	for about, err := range map[string]error{
		"finishing": b.Finish(t.Context(), "x", "ann"), "reopening": b.Reopen(t.Context(), "x", "ann"),
	} {
		if !errors.Is(err, callback.ErrNotFound) {
			t.Errorf("%s: %v", about, err)
		}
	}
}
