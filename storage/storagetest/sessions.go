package storagetest

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/runtime/timer"
)

// starts adds a session.
func (k *kit) starts(s session.Session) func(context.Context) error {
	return func(ctx context.Context) error {
		if s.Media == "" {
			s.Media = queue.Video
		}
		if s.State == "" {
			s.State = session.Routing
		}
		return k.Sessions().Create(ctx, s)
	}
}

// fullSession is a session with nothing left out.
func fullSession() session.Session {
	s := filled[session.Session]()
	s.Media, s.State, s.ClosedBy = queue.Audio, session.Ended, session.ByAdmin
	return s
}

// sessions checks the promises at session.Sessions.
func sessions() []promise {
	return []promise{
		{"ASessionIsReadAsItWasWritten", sessionASessionIsReadAsItWasWritten},
		{"AnEmptyOneToo", sessionAnEmptyOneToo},
		{"SavingIsFenced", sessionSavingIsFenced},
		{"UnknownOnes", sessionUnknownOnes},
		{"AKeyStartsOne", sessionAKeyStartsOne},
		{"LiveOnesOldestFirst", sessionLiveOnesOldestFirst},
		{"Unwatched", sessionUnwatched},
		{"OnlyLegalStates", sessionOnlyLegalStates},
		{"Steps", steps},
		{"Answers", sessionAnswers},
		{"Ratings", sessionRatings},
	}
}

func sessionASessionIsReadAsItWasWritten(k *kit) {
	want := fullSession()
	k.do(k.starts(want))
	got, err := k.Sessions().Get(k.Context(), want.ID)
	equal(k, got, err, want)
	got, ok, err := k.Sessions().ByKey(k.Context(), want.CallerID, want.Key)
	found(k, got, ok, err, want)
}

func sessionAnEmptyOneToo(k *kit) {
	want := session.Session{ID: "s", Media: queue.Text, State: session.Routing}
	k.do(k.starts(want))
	got, err := k.Sessions().Get(k.Context(), "s")
	equal(k, got, err, want)
}

func sessionSavingIsFenced(k *kit) {
	first := session.Session{ID: "s", Seq: 7, FlowID: "f", IvrID: "i", CallerID: "c", Key: "k", Channel: "web", CreatedAt: start}
	k.do(k.starts(first))
	next := fullSession()
	next.ID, next.Seq, next.FlowID, next.IvrID, next.CallerID, next.Key, next.Channel, next.CreatedAt = "s", 8, "f", "i", "c", "k", "web", start
	k.do(func(ctx context.Context) error { return k.Sessions().Update(ctx, next, 7) })
	late := next
	late.Nickname, late.Seq = "late", 8
	err := k.try(func(ctx context.Context) error { return k.Sessions().Update(ctx, late, 7) })
	if !errors.Is(err, session.ErrConflict) {
		k.Errorf("got %v", err)
	}
	got, err := k.Sessions().Get(k.Context(), "s")
	equal(k, got, err, next)
}

func sessionUnknownOnes(k *kit) {
	if _, err := k.Sessions().Get(k.Context(), "x"); !errors.Is(err, session.ErrNotFound) {
		k.Errorf("got %v", err)
	}
	got, ok, err := k.Sessions().ByKey(k.Context(), "x", "y")
	absent(k, got, ok, err)
}

func sessionAKeyStartsOne(k *kit) {
	k.do(k.starts(session.Session{ID: "a", CallerID: "c", Key: "k"}), k.starts(session.Session{ID: "b", CallerID: "d", Key: "k"}),
		k.starts(session.Session{ID: "e", CallerID: "c"}), k.starts(session.Session{ID: "f", CallerID: "c"}))
	if err := k.try(k.starts(session.Session{ID: "g", CallerID: "c", Key: "k"})); !errors.Is(err, event.ErrDuplicate) {
		k.Errorf("got %v", err)
	}
	got, ok, err := k.Sessions().ByKey(k.Context(), "c", "")
	absent(k, got, ok, err)
}

func sessionLiveOnesOldestFirst(k *kit) {
	for i, s := range []session.State{session.Connected, session.Routing, session.Ended, session.Queued} {
		row := session.Session{ID: ids("s", 9)[i], State: s, CreatedAt: start.Add(time.Duration(-i) * time.Second)}
		if s == session.Ended {
			row.EndedAt = ptr(start)
		}
		k.do(k.starts(row))
	}
	got, err := k.Sessions().Live(k.Context())
	if err != nil || len(got) != 3 || got[0].ID != "s003" || got[2].ID != "s000" {
		k.Errorf("%+v, %v", got, err)
	}
}

func sessionUnwatched(k *kit) {
	for i, s := range []session.State{session.Connected, session.Queued, session.Routing, session.Queued, session.Ended} {
		row := session.Session{ID: ids("s", 9)[i], State: s, CreatedAt: start.Add(time.Duration(-i) * time.Second)}
		if i == 1 || i == 2 {
			row.LostAt = ptr(start)
		}
		if s == session.Ended {
			row.EndedAt = ptr(start)
		}
		k.do(k.starts(row))
	}
	k.do(func(ctx context.Context) error {
		return k.Timers().SetTimer(ctx, timer.Timer{Kind: "watch", Ref: "s000", Due: start})
	})
	named := func(all []session.Session) (out []string) {
		for _, s := range all {
			out = append(out, s.ID)
		}
		return out
	}
	got, err := k.Sessions().Unwatched(k.Context(), "watch", false, session.Connected, session.Queued)
	equal(k, named(got), err, []string{"s003", "s001"})
	got, err = k.Sessions().Unwatched(k.Context(), "other", false, session.Connected, session.Queued)
	equal(k, named(got), err, []string{"s003", "s001", "s000"})
	got, err = k.Sessions().Unwatched(k.Context(), "watch", true, session.Connected, session.Queued)
	equal(k, named(got), err, []string{"s001"})
}

func sessionOnlyLegalStates(k *kit) {
	for name, s := range map[string]session.Session{
		"state": {ID: "a", State: "smoke"}, "media": {ID: "b", Media: "smoke"},
		"ended without a time": {ID: "c", State: session.Ended}, "a time without an end": {ID: "d", EndedAt: ptr(start)},
		"closed by": {ID: "e", ClosedBy: "nobody"},
	} {
		if err := k.try(k.starts(s)); err == nil {
			k.Errorf("%s: no error", name)
		}
	}
}

func sessionAnswers(k *kit) {
	want := session.Answer{SessionID: "s", Token: "t", View: []byte(`{"state":"queued"}`)}
	add := func(ctx context.Context) error { return k.Sessions().AddAnswer(ctx, want) }
	k.do(add)
	got, ok, err := k.Sessions().Answer(k.Context(), "s", "t")
	found(k, got, ok, err, want)
	got, ok, err = k.Sessions().Answer(k.Context(), "s", "u")
	absent(k, got, ok, err)
	if err := k.try(add); !errors.Is(err, event.ErrDuplicate) {
		k.Errorf("a second answer: %v", err)
	}
}

func steps(k *kit) {
	var want []session.Step
	for n := range 5 {
		s := filled[session.Step]()
		s.SessionID, s.N = "s", n+1
		want = append(want, s)
	}
	k.do(
		func(ctx context.Context) error { return k.Sessions().AddSteps(ctx, want[2:]) },
		func(ctx context.Context) error { return k.Sessions().AddSteps(ctx, want[:2]) },
		func(ctx context.Context) error { return k.Sessions().AddSteps(ctx, nil) },
	)
	got, err := k.Sessions().Steps(k.T.Context(), "s")
	equal(k, got, err, want)
	if err := k.try(func(ctx context.Context) error { return k.Sessions().AddSteps(ctx, want[4:]) }); !errors.Is(err, event.ErrDuplicate) {
		k.Errorf("a step twice: %v", err)
	}
	size, err := k.Sessions().TraceSize(k.T.Context(), "s")
	raw, _ := json.Marshal(want)
	if err != nil || size < len(raw)/2 || size > len(raw) {
		k.Errorf("the trace has %d bytes, %v", size, err)
	}
	none, err := k.Sessions().TraceSize(k.T.Context(), "t")
	equal(k, none, err, 0)
}
