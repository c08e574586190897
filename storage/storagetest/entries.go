package storagetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/timer"
)

// enters adds an entry.
func (k *kit) enters(e queue.Entry) func(context.Context) error {
	return func(ctx context.Context) error {
		if e.SessionID == "" {
			e.SessionID = "s-" + e.ID
		}
		if e.Media == "" {
			e.Media = queue.Video
		}
		if e.State == "" {
			e.State = queue.Waiting
		}
		return k.Entries().AddEntry(ctx, e)
	}
}

// names are the ids of entries.
func names(es []queue.Entry) (out []string) {
	for _, e := range es {
		out = append(out, e.ID)
	}
	return out
}

// entries checks the promises at queue.Entries that are about waiting.
func entries() []promise {
	return []promise{
		{"AnEntryIsReadAsItWasWritten", entryAnEntryIsReadAsItWasWritten},
		{"UnknownOnes", entryUnknownOnes},
		{"ASessionWaitsInOnePlace", entryASessionWaitsInOnePlace},
		{"OnlyLegalStates", entryOnlyLegalStates},
		{"LinesAndTheirOrder", lines},
		{"WhoIsHelpedIsALineApart", helpedLines},
		{"Position", positions},
	}
}

func entryAnEntryIsReadAsItWasWritten(k *kit) {
	want := filled[queue.Entry]()
	want.Media, want.State = queue.Audio, queue.Offered
	k.do(func(ctx context.Context) error { return k.Entries().AddEntry(ctx, want) })
	got, err := k.Entries().Entry(k.Context(), want.ID)
	equal(k, got, err, want)
	got, ok, err := k.Entries().EntryOf(k.Context(), want.SessionID)
	found(k, got, ok, err, want)
	want.State, want.LostAt, want.Attempts = queue.Left, nil, nil
	k.do(func(ctx context.Context) error { return k.Entries().UpdateEntry(ctx, want) })
	got, err = k.Entries().Entry(k.Context(), want.ID)
	equal(k, got, err, want)
	got, ok, err = k.Entries().EntryOf(k.Context(), want.SessionID)
	absent(k, got, ok, err)
}

func entryUnknownOnes(k *kit) {
	_, err := k.Entries().Entry(k.Context(), "x")
	err2 := k.try(func(ctx context.Context) error {
		return k.Entries().UpdateEntry(ctx, queue.Entry{ID: "x", Media: queue.Text, State: queue.Left})
	})
	if !errors.Is(err, queue.ErrNoEntry) || !errors.Is(err2, queue.ErrNoEntry) {
		k.Errorf("%v, %v", err, err2)
	}
}

func entryASessionWaitsInOnePlace(k *kit) {
	for _, second := range []queue.EntryState{queue.Waiting, queue.Offered} {
		session := "s-" + string(second)
		entry := func(id string, state queue.EntryState) queue.Entry {
			return queue.Entry{ID: id + session, SessionID: session, Media: queue.Video, State: state}
		}
		k.do(k.enters(entry("a", queue.Waiting)), k.enters(entry("z", queue.Left)), k.enters(entry("y", queue.Served)))
		if err := k.try(k.enters(entry("b", second))); !errors.Is(err, event.ErrDuplicate) {
			k.Errorf("a second entry: %v", err)
		}
		err := k.try(func(ctx context.Context) error { return k.Entries().UpdateEntry(ctx, entry("z", second)) })
		if !errors.Is(err, event.ErrDuplicate) {
			k.Errorf("an old entry opened again: %v", err)
		}
	}
}

func entryOnlyLegalStates(k *kit) {
	if err := k.try(k.enters(queue.Entry{ID: "a", State: "smoke"})); err == nil {
		k.Error("an entry in a state that does not exist")
	}
}

// helpedLines has two wait for one group, one of them helped by others.
func helpedLines(k *kit) {
	helpers := []string{"g", "i"}
	k.do(k.enters(queue.Entry{ID: "alone", GroupID: "h"}), k.enters(queue.Entry{ID: "helped", GroupID: "h", Helpers: helpers}))
	got, err := k.Entries().WaitingLines(k.T.Context())
	equal(k, got, err, []queue.Line{{GroupID: "h", Exclusive: true}, {GroupID: "h", Exclusive: true, Helpers: helpers}})
	alone, err := k.Entries().WaitingEntries(k.T.Context(), queue.Line{GroupID: "h", Exclusive: true}, 10)
	equal(k, names(alone), err, []string{"alone"})
	helped, err := k.Entries().WaitingEntries(k.T.Context(), queue.Line{GroupID: "h", Exclusive: true, Helpers: helpers}, 10)
	equal(k, names(helped), err, []string{"helped"})
}

// lines fills the queues of two groups.
func lines(k *kit) {
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	k.do(
		k.enters(queue.Entry{ID: "late", GroupID: "g", EnteredAt: at(3)}),
		k.enters(queue.Entry{ID: "early", GroupID: "g", EnteredAt: at(1), Media: queue.Audio}),
		k.enters(queue.Entry{ID: "vip", GroupID: "g", EnteredAt: at(9), Priority: 5}),
		k.enters(queue.Entry{ID: "same2", GroupID: "g", EnteredAt: at(2)}),
		k.enters(queue.Entry{ID: "same1", GroupID: "g", EnteredAt: at(2)}),
		k.enters(queue.Entry{ID: "lost", GroupID: "g", EnteredAt: at(0), LostAt: ptr(at(5))}),
		k.enters(queue.Entry{ID: "rung", GroupID: "g", EnteredAt: at(0), State: queue.Offered}),
		k.enters(queue.Entry{ID: "gone", GroupID: "g", EnteredAt: at(0), State: queue.Left}),
		k.enters(queue.Entry{ID: "text", GroupID: "g", EnteredAt: at(0), Media: queue.Text}),
		k.enters(queue.Entry{ID: "else", GroupID: "h", EnteredAt: at(0)}),
		k.enters(queue.Entry{ID: "only-lost", GroupID: "i", EnteredAt: at(0), LostAt: ptr(at(5))}),
	)
	got, err := k.Entries().WaitingLines(k.T.Context())
	equal(k, got, err, []queue.Line{{GroupID: "g"}, {GroupID: "g", Exclusive: true}, {GroupID: "h", Exclusive: true}})
	whole, err := k.Entries().WaitingEntries(k.T.Context(), queue.Line{GroupID: "g", Exclusive: true}, 10)
	equal(k, names(whole), err, []string{"vip", "early", "same1", "same2", "late"})
	two, err := k.Entries().WaitingEntries(k.T.Context(), queue.Line{GroupID: "g", Exclusive: true}, 2)
	equal(k, names(two), err, []string{"vip", "early"})
	texts, err := k.Entries().WaitingEntries(k.T.Context(), queue.Line{GroupID: "g"}, 10)
	equal(k, names(texts), err, []string{"text"})
	n, err := k.Entries().CountOpen(k.T.Context(), "g")
	equal(k, n, err, 8)
	all, err := k.Entries().OpenEntries(k.T.Context())
	equal(k, names(all), err, []string{"vip", "else", "lost", "only-lost", "rung", "text", "early", "same1", "same2", "late"})
	k.do(func(ctx context.Context) error {
		return errors.Join(k.Timers().SetTimer(ctx, timer.Timer{Kind: "watch", Ref: "vip", Due: at(9)}), k.Timers().SetTimer(ctx, timer.Timer{Kind: "watch", Ref: "rung", Due: at(9)}),
			k.Timers().SetTimer(ctx, timer.Timer{Kind: "other", Ref: "else", Due: at(9)}))
	})
	loose, err := k.Entries().Unwatched(k.T.Context(), "watch")
	equal(k, names(loose), err, []string{"else", "lost", "only-lost", "text", "early", "same1", "same2", "late"})
}

// positions counts the places of one group.
func positions(k *kit) {
	var es []queue.Entry
	for i := range 6 {
		e := queue.Entry{ID: fmt.Sprintf("e%d", i), GroupID: "g", EnteredAt: start.Add(time.Duration(i/2) * time.Second)}
		if i == 5 {
			e.Priority = 1
		}
		es = append(es, e)
		k.do(k.enters(e))
	}
	k.do(k.enters(queue.Entry{ID: "other", GroupID: "h", EnteredAt: start}), k.enters(queue.Entry{ID: "left", GroupID: "g", EnteredAt: start, State: queue.Left}))
	for i, want := range []int{2, 3, 4, 5, 6, 1} {
		got, err := k.Entries().Position(k.T.Context(), es[i])
		equal(k, got, err, want)
	}
}
