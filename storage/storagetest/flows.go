package storagetest

import (
	"context"
	"errors"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// flows checks the promises at flow.Flows.
func flows() []promise {
	return []promise{
		{"AFlowIsReadAsItWasWritten", flowAFlowIsReadAsItWasWritten},
		{"UnknownOnes", flowUnknownOnes},
		{"AnIvrIsGivenOnce", flowAnIvrIsGivenOnce},
		{"SavingIsFenced", flowSavingIsFenced},
		{"NewestChangeFirst", flowNewestChangeFirst},
		{"Versions", versions},
		{"RunningCountsSessions", flowRunningCountsSessions},
	}
}

func flowAFlowIsReadAsItWasWritten(k *kit) {
	want := filled[flow.Flow]()
	k.do(func(ctx context.Context) error { return k.Flows().Create(ctx, want) })
	got, err := k.Flows().Get(k.Context(), want.ID)
	equal(k, got, err, want)
	got, err = k.Flows().ByIvr(k.Context(), want.IvrID)
	equal(k, got, err, want)
}

func flowUnknownOnes(k *kit) {
	_, err := k.Flows().Get(k.Context(), "x")
	_, err2 := k.Flows().ByIvr(k.Context(), "x")
	_, err3 := k.Flows().Version(k.Context(), "x")
	_, err4 := k.Flows().VersionByNumber(k.Context(), "x", 1)
	err5 := k.try(func(ctx context.Context) error {
		return k.Flows().Update(ctx, flow.Flow{Draft: graph.Graph{Spec: graph.SpecVersion}, ID: "x"}, 0)
	})
	err6 := k.try(func(ctx context.Context) error { return k.Flows().Delete(ctx, "x") })
	for i, err := range []error{err, err2, err5, err6} {
		if !errors.Is(err, flow.ErrNotFound) {
			k.Errorf("%d: %v", i, err)
		}
	}
	if !errors.Is(err3, flow.ErrNoVersion) || !errors.Is(err4, flow.ErrNoVersion) {
		k.Errorf("%v, %v", err3, err4)
	}
}

func flowAnIvrIsGivenOnce(k *kit) {
	k.do(func(ctx context.Context) error {
		return k.Flows().Create(ctx, flow.Flow{Draft: graph.Graph{Spec: graph.SpecVersion}, ID: "a", IvrID: "f1"})
	})
	again := func(ctx context.Context) error {
		return k.Flows().Create(ctx, flow.Flow{Draft: graph.Graph{Spec: graph.SpecVersion}, ID: "b", IvrID: "f1"})
	}
	if err := k.try(again); !errors.Is(err, event.ErrDuplicate) {
		k.Errorf("got %v", err)
	}
	k.do(func(ctx context.Context) error { return k.Flows().Delete(ctx, "a") })
	if err := k.try(again); !errors.Is(err, event.ErrDuplicate) {
		k.Errorf("after the first was deleted: %v", err)
	}
}

func flowSavingIsFenced(k *kit) {
	f := flow.Flow{Draft: graph.Graph{Spec: graph.SpecVersion}, ID: "a", IvrID: "f1", Name: "one", DraftRev: 4}
	k.do(func(ctx context.Context) error { return k.Flows().Create(ctx, f) })
	f.Name, f.DraftRev, f.Live = "two", 5, 3
	k.do(func(ctx context.Context) error { return k.Flows().Update(ctx, f, 4) })
	late := f
	late.Name = "three"
	err := k.try(func(ctx context.Context) error { return k.Flows().Update(ctx, late, 4) })
	if !errors.Is(err, flow.ErrConflict) {
		k.Errorf("got %v", err)
	}
	got, err := k.Flows().Get(k.Context(), "a")
	f.Draft = got.Draft
	equal(k, got, err, f)
}

func flowNewestChangeFirst(k *kit) {
	for i, id := range []string{"a", "c", "b"} {
		k.do(func(ctx context.Context) error {
			return k.Flows().Create(ctx, flow.Flow{Draft: graph.Graph{Spec: graph.SpecVersion}, ID: id, IvrID: id, UpdatedAt: start.Add(time.Duration(i) * time.Microsecond)})
		})
	}
	got, err := k.Flows().List(k.Context())
	if err != nil || len(got) != 3 || got[0].ID != "b" || got[2].ID != "a" {
		k.Errorf("%+v, %v", got, err)
	}
}

func flowRunningCountsSessions(k *kit) {
	for i, state := range []session.State{session.Routing, session.Connected, session.Ended, session.Queued} {
		s := session.Session{ID: ids("s", 4)[i], FlowID: "a", Media: queue.Text, State: state}
		if state == session.Ended {
			s.EndedAt = ptr(start)
		}
		if s.VersionID = "v1"; i == 3 {
			s.FlowID, s.VersionID = "b", "v2"
		}
		k.do(func(ctx context.Context) error { return k.Sessions().Create(ctx, s) })
	}
	n, err := k.Flows().Running(k.Context(), "a")
	equal(k, n, err, 2)
	on, err := k.Flows().RunningOn(k.Context())
	equal(k, on, err, map[string]int{"v1": 2, "v2": 1})
}

func versions(k *kit) {
	want := filled[flow.Version]()
	want.FlowID, want.Number = "a", 2
	k.do(func(ctx context.Context) error {
		if err := k.Flows().Create(ctx, flow.Flow{Draft: graph.Graph{Spec: graph.SpecVersion}, ID: "a", IvrID: "f1"}); err != nil {
			return err
		}
		if err := k.Flows().AddVersion(ctx, flow.Version{Graph: graph.Graph{Spec: graph.SpecVersion}, ID: "v1", FlowID: "a", Number: 1}); err != nil {
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
		return k.Flows().AddVersion(ctx, flow.Version{Graph: graph.Graph{Spec: graph.SpecVersion}, ID: "v3", FlowID: "a", Number: 2})
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
