package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"foyer/designer/flow"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// flows checks the promises at flow.Flows.
func flows(t *testing.T, open func(*testing.T) *kit) {
	t.Run("AFlowIsReadAsItWasWritten", func(t *testing.T) {
		k, want := open(t), filled[flow.Flow]()
		k.do(func(ctx context.Context) error { return k.Flows().Create(ctx, want) })
		got, err := k.Flows().Get(t.Context(), want.ID)
		equal(t, got, err, want)
		got, err = k.Flows().ByIvr(t.Context(), want.IvrID)
		equal(t, got, err, want)
	})
	t.Run("UnknownOnes", func(t *testing.T) {
		k := open(t)
		_, err := k.Flows().Get(t.Context(), "x")
		_, err2 := k.Flows().ByIvr(t.Context(), "x")
		_, err3 := k.Flows().Version(t.Context(), "x")
		_, err4 := k.Flows().VersionByNumber(t.Context(), "x", 1)
		err5 := k.try(func(ctx context.Context) error { return k.Flows().Update(ctx, flow.Flow{ID: "x"}, 0) })
		err6 := k.try(func(ctx context.Context) error { return k.Flows().Delete(ctx, "x") })
		for i, err := range []error{err, err2, err5, err6} {
			if !errors.Is(err, flow.ErrNotFound) {
				t.Errorf("%d: %v", i, err)
			}
		}
		if !errors.Is(err3, flow.ErrNoVersion) || !errors.Is(err4, flow.ErrNoVersion) {
			t.Errorf("%v, %v", err3, err4)
		}
	})
	t.Run("AnIvrIsGivenOnce", func(t *testing.T) {
		k := open(t)
		k.do(func(ctx context.Context) error { return k.Flows().Create(ctx, flow.Flow{ID: "a", IvrID: "f1"}) })
		again := func(ctx context.Context) error { return k.Flows().Create(ctx, flow.Flow{ID: "b", IvrID: "f1"}) }
		if err := k.try(again); !errors.Is(err, event.ErrDuplicate) {
			t.Errorf("got %v", err)
		}
		k.do(func(ctx context.Context) error { return k.Flows().Delete(ctx, "a") })
		if err := k.try(again); !errors.Is(err, event.ErrDuplicate) {
			t.Errorf("after the first was deleted: %v", err)
		}
	})
	t.Run("SavingIsFenced", func(t *testing.T) {
		k := open(t)
		f := flow.Flow{ID: "a", IvrID: "f1", Name: "one", DraftRev: 4}
		k.do(func(ctx context.Context) error { return k.Flows().Create(ctx, f) })
		f.Name, f.DraftRev, f.Live = "two", 5, 3
		k.do(func(ctx context.Context) error { return k.Flows().Update(ctx, f, 4) })
		late := f
		late.Name = "three"
		err := k.try(func(ctx context.Context) error { return k.Flows().Update(ctx, late, 4) })
		if !errors.Is(err, flow.ErrConflict) {
			t.Errorf("got %v", err)
		}
		got, err := k.Flows().Get(t.Context(), "a")
		f.Draft = got.Draft
		equal(t, got, err, f)
	})
	t.Run("NewestChangeFirst", func(t *testing.T) {
		k := open(t)
		for i, id := range []string{"a", "c", "b"} {
			k.do(func(ctx context.Context) error {
				return k.Flows().Create(ctx, flow.Flow{ID: id, IvrID: id, UpdatedAt: start.Add(time.Duration(i) * time.Microsecond)})
			})
		}
		got, err := k.Flows().List(t.Context())
		if err != nil || len(got) != 3 || got[0].ID != "b" || got[2].ID != "a" {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("Versions", func(t *testing.T) { versions(open(t)) })
	t.Run("RunningCountsSessions", func(t *testing.T) {
		k := open(t)
		for i, state := range []session.State{session.Routing, session.Connected, session.Ended, session.Queued} {
			s := session.Session{ID: ids("s", 4)[i], FlowID: "a", Media: queue.Text, State: state}
			if state == session.Ended {
				s.EndedAt = ptr(start)
			}
			if i == 3 {
				s.FlowID = "b"
			}
			k.do(func(ctx context.Context) error { return k.Sessions().Create(ctx, s) })
		}
		n, err := k.Flows().Running(t.Context(), "a")
		equal(t, n, err, 2)
	})
}

func versions(k *kit) {
	want := filled[flow.Version]()
	want.FlowID, want.Number = "a", 2
	k.do(func(ctx context.Context) error {
		if err := k.Flows().Create(ctx, flow.Flow{ID: "a", IvrID: "f1"}); err != nil {
			return err
		}
		if err := k.Flows().AddVersion(ctx, flow.Version{ID: "v1", FlowID: "a", Number: 1}); err != nil {
			return err
		}
		return k.Flows().AddVersion(ctx, want)
	})
	got, err := k.Flows().Version(k.T.Context(), want.ID)
	equal(k, got, err, want)
	got, err = k.Flows().VersionByNumber(k.T.Context(), "a", 2)
	equal(k, got, err, want)
	list, err := k.Flows().Versions(k.T.Context(), "a")
	if err != nil || len(list) != 2 || list[0].Number != 2 || len(list[0].Graph.Nodes) != 0 {
		k.Errorf("%+v, %v", list, err)
	}
	err = k.try(func(ctx context.Context) error {
		return k.Flows().AddVersion(ctx, flow.Version{ID: "v3", FlowID: "a", Number: 2})
	})
	if !errors.Is(err, event.ErrDuplicate) {
		k.Errorf("a second version 2: %v", err)
	}
	k.do(func(ctx context.Context) error { return k.Flows().Delete(ctx, "a") })
	if _, err := k.Flows().Version(k.T.Context(), want.ID); !errors.Is(err, flow.ErrNoVersion) {
		k.Errorf("a version of a deleted flow: %v", err)
	}
	if all, err := k.Flows().List(k.T.Context()); len(all) != 0 || err != nil {
		k.Errorf("%v, %v", all, err)
	}
}
