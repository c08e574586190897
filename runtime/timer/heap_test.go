package timer

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"foyer/runtime/event"
)

// ledger joins a Do inside a Do's hooks to rows and has no record.
type ledger struct{ *rows }

func (ledger) Append(context.Context, event.Event) error       { return nil }
func (ledger) Push(context.Context, string, string, any) error { return nil }

// The agenda gives what a sorted list would give, whatever was put, moved and dropped before.
func TestAgenda(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	a, model := newAgenda(), map[key]time.Time{}
	for op := range int64(5000) {
		k := key{"k", fmt.Sprint(rnd.IntN(300))}
		if rnd.IntN(3) == 0 {
			a.drop(k, op)
			delete(model, k)
			continue
		}
		due := time.Unix(rnd.Int64N(1000), op) // all different
		a.put(k, due, op, 0)
		model[k] = due
	}
	var want, got []time.Time
	for _, due := range model {
		want = append(want, due)
	}
	slices.SortFunc(want, time.Time.Compare)
	for it, ok := a.take(time.Unix(2000, 0)); ok; it, ok = a.take(time.Unix(2000, 0)) {
		got = append(got, it.due)
	}
	if !slices.Equal(got, want) {
		t.Errorf("took %d, want %d in order", len(got), len(want))
	}
	if len(a.byKey) != 0 {
		t.Errorf("%d left behind", len(a.byKey))
	}
}

func TestAgendaTakesOnlyWhatIsDue(t *testing.T) {
	a := newAgenda()
	if _, ok := a.next(); ok {
		t.Error("an empty agenda has a next")
	}
	a.put(key{"k", "a"}, time.Unix(10, 0), 1, 0)
	if _, ok := a.take(time.Unix(9, 0)); ok {
		t.Error("taken before it was due")
	}
	if it, ok := a.take(time.Unix(10, 0)); !ok || it.ref != "a" {
		t.Errorf("took %+v, %v", it, ok)
	}
}

// An earlier operation does not undo a later one.
func TestAgendaOrder(t *testing.T) {
	a, k := newAgenda(), key{"k", "a"}
	a.put(k, time.Unix(20, 0), 2, 0)
	a.put(k, time.Unix(10, 0), 1, 0)
	a.drop(k, 1)
	if due, ok := a.next(); !ok || due != time.Unix(20, 0) {
		t.Errorf("next %v, %v", due, ok)
	}
	a.drop(k, 3)
	if _, ok := a.next(); ok {
		t.Error("still there after a later drop")
	}
}
