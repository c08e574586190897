package record_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/record"
	"foyer/runtime/session"
	"foyer/storage"
	"foyer/storage/storagetest"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func at(d time.Duration) *time.Time { t := start.Add(d); return &t }

// ended is a session that is over after ten minutes; it waited from minute one and talked from minute three, if at all.
func ended(by session.ClosedBy, reason string, queued, talked bool) session.Session {
	s := session.Session{State: session.Ended, ClosedBy: by, Reason: reason, CreatedAt: start, EndedAt: at(10 * time.Minute)}
	if queued {
		s.QueuedAt = at(time.Minute)
	}
	if talked {
		s.TalkAt = at(3 * time.Minute)
	}
	return s
}

func TestStatusOf(t *testing.T) {
	for _, c := range []struct {
		about string
		s     session.Session
		want  record.Status
	}{
		{"at the menu", session.Session{State: session.Routing}, record.Open},
		{"waits", session.Session{State: session.Queued, QueuedAt: at(0)}, record.Open},
		{"talks", session.Session{State: session.Connected, QueuedAt: at(0), TalkAt: at(0)}, record.Open},
		{"caller ends the talk", ended(session.ByCaller, "left", true, true), record.Normal},
		{"agent ends the talk", ended(session.ByAgent, "left", true, true), record.Normal},
		{"admin ends the talk", ended(session.ByAdmin, "left", true, true), record.Normal},
		{"flow goes on after the talk", ended(session.ByFlow, "end", true, true), record.Normal},
		{"talked, then let go", ended(session.ByFlow, "exit.timeout", true, true), record.Normal},
		{"caller fell silent", ended(session.ByTimer, "idle", true, true), record.IdleTimeout},
		{"line lost in the talk", ended(session.BySystem, "callerLost", true, true), record.Broken},
		{"caller leaves the queue", ended(session.ByCaller, "left", true, false), record.LeftQueue},
		{"line lost in the queue", ended(session.ByCaller, "lost", true, false), record.LeftQueue},
		{"nobody there", ended(session.ByFlow, "exit.noAgent", true, false), record.NoAgent},
		{"closed", ended(session.ByFlow, "exit.closed", true, false), record.NoAgent},
		{"waited too long", ended(session.ByFlow, "exit.timeout", true, false), record.QueueLimit},
		{"full", ended(session.ByFlow, "exit.full", true, false), record.QueueLimit},
		{"no media", ended(session.ByFlow, "exit.failed", true, false), record.Broken},
		{"admin ends the wait", ended(session.ByAdmin, "left", true, false), record.Normal},
		{"from the queue to an end", ended(session.ByFlow, "end", true, false), record.Normal},
		{"flow deleted", ended(session.BySystem, "flowGone", true, false), record.Broken},
		{"caller leaves the menu", ended(session.ByCaller, "left", false, false), record.LeftFlow},
		{"menu timed out", ended(session.ByFlow, "exit.timeout", false, false), record.LeftFlow},
		{"wrong answers", ended(session.ByFlow, "exit.wrong", false, false), record.LeftFlow},
		{"flow told all", ended(session.ByFlow, "end", false, false), record.Normal},
		{"flow loops", ended(session.BySystem, "loop", false, false), record.Broken},
	} {
		if got := storagetest.StatusOf(c.s); got != c.want {
			t.Errorf("%s: %s, want %s", c.about, got, c.want)
		}
	}
}

func TestDurations(t *testing.T) {
	now := start.Add(time.Hour)
	for _, c := range []struct {
		about          string
		s              session.Session
		waited, talked time.Duration
	}{
		{"at the menu", session.Session{State: session.Routing}, 0, 0},
		{"waits", session.Session{State: session.Queued, QueuedAt: at(time.Minute)}, 59 * time.Minute, 0},
		{"talks", session.Session{State: session.Connected, QueuedAt: at(time.Minute), TalkAt: at(3 * time.Minute)}, 2 * time.Minute, 57 * time.Minute},
		{"talked", ended(session.ByAgent, "left", true, true), 2 * time.Minute, 7 * time.Minute},
		{"left the queue", ended(session.ByCaller, "left", true, false), 9 * time.Minute, 0},
		{"left the menu", ended(session.ByCaller, "left", false, false), 0, 0},
	} {
		if w, k := storagetest.Waited(c.s, now), storagetest.Talked(c.s, now); w != c.waited || k != c.talked {
			t.Errorf("%s: waited %s, talked %s; want %s, %s", c.about, w, k, c.waited, c.talked)
		}
	}
}

// open gives the book of a real database whose clock says an hour after the start.
func open(t *testing.T) (*record.Book, *storage.Instance) {
	in := storagetest.Open(t, func(c *storage.Config) { c.Clock = func() time.Time { return start.Add(time.Hour) } })
	return &record.Book{Records: in.Records()}, in
}

// keep puts a session into the database.
func keep(t *testing.T, in *storage.Instance, s session.Session) {
	t.Helper()
	s.CallerID, s.Channel, s.Media, s.Seq, s.UpdatedAt = "clr_1", "web", queue.Video, 1, start
	if s.CreatedAt.IsZero() {
		s.CreatedAt = start
	}
	if err := in.Do(t.Context(), func(ctx context.Context) error { return in.Sessions().Create(ctx, s) }); err != nil {
		t.Fatal(err)
	}
}

// The database derives status and durations by the same rules: for every state, end, reason and way through.
func TestDatabaseAgrees(t *testing.T) {
	book, in := open(t)
	want := map[string]session.Session{}
	add := func(s session.Session) {
		s.ID = fmt.Sprintf("ses_%04d", len(want))
		keep(t, in, s)
		want[s.ID] = s
	}
	for _, state := range []session.State{session.Routing, session.Queued, session.Offered, session.Connecting, session.Connected} {
		add(session.Session{State: state, QueuedAt: at(time.Minute), CreatedAt: start})
	}
	reasons := []string{"left", "idle", "lost", "end", "exit.noAgent", "exit.closed", "exit.timeout", "exit.full", "exit.failed", "exit.wrong", "loop"}
	for _, by := range []session.ClosedBy{session.ByCaller, session.ByAgent, session.ByAdmin, session.ByTimer, session.ByFlow, session.BySystem} {
		for _, reason := range reasons {
			add(ended(by, reason, false, false))
			add(ended(by, reason, true, false))
			add(ended(by, reason, true, true))
		}
	}
	seen := map[record.Status]int{}
	for _, status := range record.Statuses() {
		for before := ""; ; {
			rows, err := book.List(t.Context(), record.Filter{Status: status, Before: before, Limit: 7})
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) == 0 {
				break
			}
			for _, row := range rows {
				s, now := want[row.SessionID], start.Add(time.Hour)
				if row.Status != status || storagetest.StatusOf(s) != status {
					t.Errorf("%s by %s for %q (queued %v, talked %v): the database says %s under %s, we say %s", s.State, s.ClosedBy,
						s.Reason, s.QueuedAt != nil, s.TalkAt != nil, row.Status, status, storagetest.StatusOf(s))
				}
				if row.Waited != storagetest.Waited(s, now) || row.Talked != storagetest.Talked(s, now) {
					t.Errorf("%+v: waited %s, talked %s", s, row.Waited, row.Talked)
				}
				seen[status]++
			}
			before = rows[len(rows)-1].SessionID
		}
		if seen[status] == 0 {
			t.Errorf("no session is %s", status)
		}
	}
	total := 0
	for _, n := range seen {
		total += n
	}
	if total != len(want) {
		t.Errorf("%d of %d sessions have a status", total, len(want))
	}
}

func TestFilter(t *testing.T) {
	book, in := open(t)
	for i := range 60 {
		s := ended(session.ByAgent, "left", true, true)
		s.ID, s.Nickname, s.AgentID = fmt.Sprintf("ses_%04d", i), fmt.Sprintf("访客%d%%", i), fmt.Sprintf("agt_%d", i%2)
		s.CreatedAt = start.Add(time.Duration(i) * time.Second)
		keep(t, in, s)
	}
	count := func(f record.Filter) int {
		t.Helper()
		rows, err := book.List(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		return len(rows)
	}
	for _, c := range []struct {
		about string
		f     record.Filter
		want  int
	}{
		{"default limit", record.Filter{}, 50},
		{"largest limit", record.Filter{Limit: 100}, 60},
		{"one", record.Filter{Limit: 1}, 1},
		{"of an agent", record.Filter{AgentID: "agt_1", Limit: 100}, 30},
		{"of nobody", record.Filter{AgentID: "agt_9"}, 0},
		{"by name, blanks around", record.Filter{Search: "  访客59 "}, 1},
		{"by a sign of the pattern", record.Filter{Search: "%"}, 50},
		{"by id", record.Filter{Search: "ses_0007"}, 1},
		{"since", record.Filter{From: start.Add(50 * time.Second)}, 10},
		{"until", record.Filter{To: start.Add(10 * time.Second)}, 10},
		{"within", record.Filter{From: start.Add(10 * time.Second), To: start.Add(20 * time.Second)}, 10},
		{"a moment", record.Filter{From: start, To: start}, 0},
	} {
		if got := count(c.f); got != c.want {
			t.Errorf("%s: %d rows, want %d", c.about, got, c.want)
		}
	}
	for about, f := range map[string]record.Filter{
		"limit below":   {Limit: -1},
		"limit above":   {Limit: 101},
		"no status":     {Status: "gone"},
		"long search":   {Search: strings.Repeat("名", 65)},
		"NUL":           {Search: "a\x00b"},
		"no text":       {Search: "\xff"},
		"no agent's id": {AgentID: "\xff"},
		"no group's id": {GroupID: "a\x00"},
		"no flow's id":  {FlowID: "\xff"},
		"no row's id":   {Before: "\xff"},
		"ends too soon": {From: start, To: start.Add(-time.Second)},
	} {
		if _, err := book.List(t.Context(), f); !errors.Is(err, record.ErrFilter) {
			t.Errorf("%s: %v", about, err)
		}
	}
}

func TestGet(t *testing.T) {
	book, in := open(t)
	s := ended(session.ByAgent, "left", true, true)
	s.ID, s.Nickname, s.Path = "ses_1", "Guest", []session.PathStep{{Keyword: "1", Label: "产品报障", At: start}}
	keep(t, in, s)
	err := in.Do(t.Context(), func(ctx context.Context) error {
		m := chat.Message{ID: "msg_1", SessionID: "ses_1", Seq: 1, From: chat.FromAgent, Kind: chat.TextKind, Text: "hello", At: start}
		if err := in.Messages().AddMessage(ctx, m); err != nil {
			return err
		}
		return in.Append(ctx, event.Event{At: start, Kind: "session.ended", Session: "ses_1"})
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := book.Get(t.Context(), "ses_1")
	if err != nil {
		t.Fatal(err)
	}
	if d.Session.ID != "ses_1" || d.Status != record.Normal || len(d.Path) != 1 || len(d.Messages) != 1 || len(d.Events) != 1 {
		t.Errorf("%+v", d)
	}
	if _, err := book.Get(t.Context(), "ses_2"); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("no such session: %v", err)
	}
}

func TestStatuses(t *testing.T) {
	all := record.Statuses()
	slices.Sort(all)
	if len(slices.Compact(all)) != 8 {
		t.Errorf("%v", all)
	}
}
