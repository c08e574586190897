package flow_test

import (
	"errors"
	"testing"

	"foyer/designer/flow"
	"foyer/designer/graph"
)

func TestCreate(t *testing.T) {
	b := newBench(t)
	f, err := b.Create(t.Context(), "ann", "  全媒体 \n 客服接入体验 ")
	if err != nil {
		t.Fatal(err)
	}
	if f.Name != "全媒体 客服接入体验" || f.DraftRev != 1 || f.Live != 0 || f.UpdatedBy != "ann" || !f.UpdatedAt.Equal(f.CreatedAt) {
		t.Errorf("created %+v", f)
	}
	if !flow.ValidIvrID(f.IvrID) {
		t.Errorf("ivr id %q", f.IvrID)
	}
	if !graph.Equal(f.Draft, rules{}.Fresh()) {
		t.Error("the draft is not fresh")
	}
	s, err := b.Get(t.Context(), f.ID)
	if err != nil || s.State != flow.Unpublished || s.Dirty || s.Sessions != 0 {
		t.Errorf("its summary: %+v, %v", s, err)
	}
}

func TestNames(t *testing.T) {
	b := newBench(t)
	f := b.make(t, "a")
	for name, want := range map[string]error{"": flow.ErrName, "  ": flow.ErrName, long(40): nil, long(41): flow.ErrName} {
		_, err := b.Create(t.Context(), "ann", name)
		wants(t, "create "+name, err, want)
		wants(t, "rename "+name, b.Rename(t.Context(), "bob", f.ID, name), want)
	}
	got, err := b.Get(t.Context(), f.ID)
	if err != nil || got.Name != long(40) || got.UpdatedBy != "bob" || got.IvrID != f.IvrID || got.DraftRev != f.DraftRev {
		t.Errorf("renamed: %+v, %v", got, err)
	}
}

// A flow that is not there is said to be so by everything that asks for it.
func TestNotFound(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	_, get := b.Get(ctx, "x")
	_, save := b.SaveDraft(ctx, "ann", "x", 1, drawn("a"))
	_, _, publish := b.Publish(ctx, "ann", "x", 1, "")
	_, rollback := b.Rollback(ctx, "ann", "x", 1, "")
	_, duplicate := b.Duplicate(ctx, "ann", "x")
	_, versions := b.Versions(ctx, "x")
	for what, err := range map[string]error{
		"get": get, "save": save, "publish": publish, "rollback": rollback, "duplicate": duplicate, "versions": versions,
		"rename": b.Rename(ctx, "ann", "x", "n"), "unpublish": b.Unpublish(ctx, "ann", "x", true), "delete": b.Delete(ctx, "x"),
	} {
		wants(t, what, err, flow.ErrNotFound)
	}
	_, version := b.Version(ctx, "x", 1)
	wants(t, "version", version, flow.ErrNoVersion)
}

func TestSaveDraft(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	f := b.make(t, "a")
	saved, err := b.SaveDraft(ctx, "bob", f.ID, f.DraftRev, drawn("start", "bad"))
	if err != nil || saved.DraftRev != f.DraftRev+1 || saved.UpdatedBy != "bob" || !saved.UpdatedAt.After(f.UpdatedAt) {
		t.Fatalf("saved %+v, %v", saved, err)
	}
	_, err = b.SaveDraft(ctx, "cat", f.ID, f.DraftRev, drawn("start"))
	wants(t, "from an older draft", err, flow.ErrConflict)
	if stored := b.shelf.flows[f.ID]; !graph.Equal(stored.Draft, saved.Draft) {
		t.Error("a refused save has changed the draft")
	}
	same, err := b.SaveDraft(ctx, "cat", f.ID, saved.DraftRev, drawn("bad", "start"))
	if err != nil || same.DraftRev != saved.DraftRev || same.UpdatedBy != "bob" {
		t.Errorf("saving the same again: %+v, %v", same, err)
	}
	_, err = b.SaveDraft(ctx, "cat", f.ID, saved.DraftRev, drawn("no id"))
	wants(t, "a malformed graph", err, flow.ErrMalformed)
	if len(b.live) != 0 {
		t.Error("saving a draft rings")
	}
}

func TestListStates(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	idle, busy, draft, changed := b.make(t, "idle", "a"), b.make(t, "busy", "a"), b.make(t, "draft", "a"), b.make(t, "changed", "a")
	for _, f := range []flow.Flow{idle, busy, changed} {
		b.publish(t, f.ID)
	}
	b.shelf.running[busy.ID] = 3
	if _, err := b.SaveDraft(ctx, "ann", changed.ID, changed.DraftRev, drawn("a", "b")); err != nil {
		t.Fatal(err)
	}
	list, err := b.List(ctx)
	if err != nil || len(list) != 4 || list[0].ID != changed.ID {
		t.Fatalf("list %v, %v", list, err)
	}
	want := map[string]flow.Summary{
		"idle": {State: flow.Published}, "busy": {State: flow.InUse, Sessions: 3},
		"draft": {State: flow.Unpublished}, "changed": {State: flow.Published, Dirty: true},
	}
	for _, s := range list {
		if w := want[s.Name]; s.State != w.State || s.Sessions != w.Sessions || s.Dirty != w.Dirty {
			t.Errorf("%s: %s, %d sessions, dirty %v", s.Name, s.State, s.Sessions, s.Dirty)
		}
	}
	b.shelf.running[draft.ID] = 1 // drains: not live, but somebody is still in it
	if s, err := b.Get(ctx, draft.ID); err != nil || s.State != flow.Unpublished || s.Sessions != 1 {
		t.Errorf("draining: %+v, %v", s, err)
	}
}

func TestDuplicate(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	f := b.make(t, "售前", "a", "b")
	b.publish(t, f.ID)
	for _, want := range []string{"售前 (2)", "售前 (3)"} {
		c, err := b.Duplicate(ctx, "bob", f.ID)
		if err != nil || c.Name != want || c.ID == f.ID || c.IvrID == f.IvrID || c.Live != 0 || c.DraftRev != 1 || !graph.Equal(c.Draft, f.Draft) {
			t.Errorf("copy %+v, %v", c, err)
		}
	}
	wide := b.make(t, long(40))
	c, err := b.Duplicate(ctx, "bob", wide.ID)
	if err != nil || c.Name != long(36)+" (2)" {
		t.Errorf("copy of a long name: %q, %v", c.Name, err)
	}
}

func TestDelete(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	f := b.make(t, "a", "a")
	b.publish(t, f.ID)
	wants(t, "a live flow", b.Delete(ctx, f.ID), flow.ErrInUse)
	if err := b.Unpublish(ctx, "ann", f.ID, false); err != nil {
		t.Fatal(err)
	}
	b.shelf.running[f.ID] = 1
	wants(t, "a flow that drains", b.Delete(ctx, f.ID), flow.ErrInUse)
	b.shelf.running[f.ID] = 0
	wants(t, "a flow at rest", b.Delete(ctx, f.ID), nil)
	_, err := b.Get(ctx, f.ID)
	wants(t, "a deleted flow", err, flow.ErrNotFound)
}

// A store that fails leaves everything as it was, and its error comes through.
func TestBrokenStore(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	f := b.make(t, "a", "a")
	rang := len(b.live)
	b.shelf.broken = errors.New("disk full")
	_, create := b.Create(ctx, "ann", "b")
	_, save := b.SaveDraft(ctx, "ann", f.ID, f.DraftRev, drawn("z"))
	_, _, publish := b.Publish(ctx, "ann", f.ID, f.DraftRev, "")
	_, duplicate := b.Duplicate(ctx, "ann", f.ID)
	for what, err := range map[string]error{
		"create": create, "save": save, "publish": publish, "duplicate": duplicate, "delete": b.Delete(ctx, f.ID), "rename": b.Rename(ctx, "ann", f.ID, "n"),
	} {
		wants(t, what, err, b.shelf.broken)
	}
	if len(b.shelf.flows) != 1 || len(b.shelf.versions) != 0 || len(b.live) != rang {
		t.Errorf("something is left: %v %v %v", b.shelf.flows, b.shelf.versions, b.live)
	}
	b.Random = func([]byte) (int, error) { return 0, b.shelf.broken }
	_, create = b.Create(ctx, "ann", "b")
	wants(t, "no randomness", create, b.shelf.broken)
}
