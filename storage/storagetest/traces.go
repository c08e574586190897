package storagetest

import (
	"context"
	"time"

	"foyer/runtime/session"
)

// traces checks how traces, answers and expired keys are thrown away.
func traces() []promise {
	return []promise{{"OldTracesGo", oldTracesGo}, {"ForEverIfWanted", tracesStay}, {"OldAnswersGo", oldAnswersGo}, {"ExpiredKeysGo", expiredKeysGo}}
}

// traced adds sessions with two lines of trace each, begun at a time; ended is nil for one that goes on.
func (k *kit) traced(at time.Time, ended *time.Time, names ...string) {
	k.Helper()
	k.do(func(ctx context.Context) error {
		for _, id := range names {
			s := session.Session{ID: id, CallerID: id, CreatedAt: at, UpdatedAt: at, EndedAt: ended}
			if ended != nil {
				s.State = session.Ended
			}
			if err := k.starts(s)(ctx); err != nil {
				return err
			}
			steps := []session.Step{{SessionID: id, N: 1, At: at}, {SessionID: id, N: 2, At: at}}
			if err := k.Sessions().AddSteps(ctx, steps); err != nil {
				return err
			}
		}
		return nil
	})
}

// keeps tells of how many sessions the trace is kept.
func (k *kit) keeps(names ...string) (n int) {
	k.Helper()
	for _, id := range names {
		steps, err := k.Sessions().Steps(k.T.Context(), id)
		if err != nil || len(steps) != 0 && len(steps) != 2 {
			k.Errorf("%s: %d steps, %v", id, len(steps), err)
		}
		n += len(steps) / 2
	}
	return n
}

func oldTracesGo(k *kit) {
	const keep = 90 * 24 * time.Hour
	old, long, young := ids("a", 70), ids("b", 30), ids("c", 30)
	k.traced(start, ptr(start.Add(time.Hour)), old...)
	k.traced(start, nil, "b-live")
	k.traced(start, ptr(start.Add(95*24*time.Hour)), long...) // ended long after it began
	k.traced(start.Add(20*24*time.Hour), ptr(start.Add(20*24*time.Hour)), young...)
	all := append(append(append([]string{"b-live"}, old...), long...), young...)

	k.now = start.Add(90 * 24 * time.Hour)
	if err := k.PruneTraces(k.T.Context(), keep); err != nil || k.keeps(all...) != 131 {
		k.Errorf("too early %d are left, %v", k.keeps(all...), err)
	}
	k.now = start.Add(100 * 24 * time.Hour)
	if err := k.PruneTraces(k.T.Context(), keep); err != nil {
		k.Error(err)
	}
	if k.keeps(old...) != 0 || k.keeps(long...) != 30 || k.keeps(young...) != 30 || k.keeps("b-live") != 1 {
		k.Errorf("%d old, %d long, %d young, %d live are left", k.keeps(old...), k.keeps(long...), k.keeps(young...), k.keeps("b-live"))
	}
	if _, err := k.Sessions().Get(k.T.Context(), old[0]); err != nil {
		k.Errorf("the session itself: %v", err)
	}
	k.now = start.Add(400 * 24 * time.Hour)
	if err := k.PruneTraces(k.T.Context(), keep); err != nil || k.keeps(all...) != 1 {
		k.Errorf("a year later %d are left, %v", k.keeps(all...), err)
	}
}

func tracesStay(k *kit) {
	k.traced(start, ptr(start), "a")
	k.now = start.Add(10_000 * 24 * time.Hour)
	if err := k.PruneTraces(k.T.Context(), 0); err != nil || k.keeps("a") != 1 {
		k.Errorf("%d are left, %v", k.keeps("a"), err)
	}
}

func oldAnswersGo(k *kit) {
	over := ids("a", 450)
	k.traced(start, ptr(start), over...)
	k.traced(start, ptr(start.Add(time.Hour)), "later")
	k.traced(start, nil, "live")
	k.do(func(ctx context.Context) error {
		for _, id := range append([]string{"later", "live"}, over...) {
			if err := k.Sessions().AddAnswer(ctx, session.Answer{SessionID: id, Token: "t", View: []byte("{}")}); err != nil {
				return err
			}
		}
		return nil
	})
	k.now = start.Add(24*time.Hour + time.Minute)
	if err := k.PruneAnswers(k.T.Context()); err != nil {
		k.Error(err)
	}
	for id, want := range map[string]bool{"later": true, "live": true, over[0]: false, over[449]: false} {
		if _, ok, err := k.Sessions().Answer(k.T.Context(), id, "t"); err != nil || ok != want {
			k.Errorf("the answer of %s is there: %v, %v", id, ok, err)
		}
	}
}
