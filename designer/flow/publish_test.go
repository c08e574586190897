package flow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/flow"
	"foyer/designer/graph"
)

func TestPublish(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	f := b.make(t, "a", "one", "odd")
	v, issues, err := b.Publish(ctx, "bob", f.ID, f.DraftRev, "第一版")
	if err != nil || v.Number != 1 || v.FlowID != f.ID || v.Author != "bob" || v.Note != "第一版" || !graph.Equal(v.Graph, f.Draft) {
		t.Fatalf("version %+v, %v", v, err)
	}
	if len(issues) != 1 || issues[0].Code != "test.odd" {
		t.Errorf("the warning is not told: %v", issues)
	}
	s, err := b.Get(ctx, f.ID)
	if err != nil || s.Live != 1 || s.State != flow.Published || s.Dirty || s.DraftRev != f.DraftRev || s.IvrID != f.IvrID {
		t.Errorf("afterwards: %+v, %v", s, err)
	}
	f2, err := b.SaveDraft(ctx, "ann", f.ID, f.DraftRev, drawn("two"))
	if err != nil {
		t.Fatal(err)
	}
	if live, err := b.Version(ctx, f.ID, 1); err != nil || !graph.Equal(live.Graph, f.Draft) {
		t.Errorf("saving a draft has changed what is live: %v", err)
	}
	if v, _, err = b.Publish(ctx, "ann", f.ID, f2.DraftRev, ""); err != nil || v.Number != 2 {
		t.Errorf("second version %+v, %v", v, err)
	}
	if diff := cmp.Diff([]string{f.IvrID, f.IvrID}, b.live); diff != "" {
		t.Errorf("rings (-want +got)\n%s", diff)
	}
}

func TestPublishRefuses(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	f := b.make(t, "a", "bad", "odd")
	_, issues, err := b.Publish(ctx, "ann", f.ID, f.DraftRev, "")
	wants(t, "a flow with problems", err, flow.ErrProblems)
	if len(issues) != 2 {
		t.Errorf("its issues: %v", issues)
	}
	f, err = b.SaveDraft(ctx, "ann", f.ID, f.DraftRev, drawn("good"))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = b.Publish(ctx, "ann", f.ID, f.DraftRev-1, "")
	wants(t, "a draft that has changed", err, flow.ErrConflict)
	_, _, err = b.Publish(ctx, "ann", f.ID, f.DraftRev, long(201))
	wants(t, "a long note", err, flow.ErrNote)
	if len(b.live) != 0 || b.shelf.flows[f.ID].Live != 0 || len(b.shelf.versions) != 0 {
		t.Error("a refused publish left something")
	}
	_, _, err = b.Publish(ctx, "ann", f.ID, f.DraftRev, long(200))
	wants(t, "a good one", err, nil)
}

func TestUnpublish(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	f := b.make(t, "a", "one")
	wants(t, "what is not live", b.Unpublish(ctx, "ann", f.ID, false), nil)
	b.publish(t, f.ID)
	b.shelf.running[f.ID] = 2
	wants(t, "in use", b.Unpublish(ctx, "ann", f.ID, false), flow.ErrInUse)
	if b.shelf.flows[f.ID].Live != 1 {
		t.Error("it went off the air all the same")
	}
	wants(t, "drained", b.Unpublish(ctx, "bob", f.ID, true), nil)
	s, err := b.Get(ctx, f.ID)
	if err != nil || s.Live != 0 || s.State != flow.Unpublished || s.Sessions != 2 || s.UpdatedBy != "bob" {
		t.Errorf("afterwards: %+v, %v", s, err)
	}
	if v := b.publish(t, f.ID); v.Number != 2 {
		t.Errorf("published again as version %d", v.Number)
	}
}

func TestRollback(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	f := b.make(t, "a", "one")
	b.publish(t, f.ID)
	f, err := b.SaveDraft(ctx, "ann", f.ID, f.DraftRev, drawn("two"))
	if err != nil {
		t.Fatal(err)
	}
	b.publish(t, f.ID)
	v, err := b.Rollback(ctx, "bob", f.ID, 1, "回退")
	if err != nil || v.Number != 3 || v.Author != "bob" || v.Note != "回退" || !graph.Equal(v.Graph, drawn("one")) {
		t.Fatalf("version %+v, %v", v, err)
	}
	s, err := b.Get(ctx, f.ID)
	if err != nil || s.Live != 3 || s.Dirty || !graph.Equal(s.Draft, drawn("one")) || s.DraftRev != f.DraftRev+1 {
		t.Errorf("afterwards: %+v, %v", s, err)
	}
	_, err = b.SaveDraft(ctx, "ann", f.ID, f.DraftRev, drawn("three"))
	wants(t, "a drawing that began before the roll-back", err, flow.ErrConflict)
	if len(b.live) != 3 {
		t.Errorf("%d rings", len(b.live))
	}
	versions, err := b.Versions(ctx, f.ID)
	if err != nil || len(versions) != 3 || versions[0].Number != 3 {
		t.Errorf("versions %v, %v", versions, err)
	}
}

func TestRollbackRefuses(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	f := b.make(t, "a", "one")
	b.publish(t, f.ID)
	_, err := b.Rollback(ctx, "ann", f.ID, 7, "")
	wants(t, "a version that never was", err, flow.ErrNoVersion)
	_, err = b.Rollback(ctx, "ann", f.ID, 1, long(201))
	wants(t, "a long note", err, flow.ErrNote)
	b.shelf.versions[f.ID][0].Graph = drawn("bad") // its skill group was deleted meanwhile
	_, err = b.Rollback(ctx, "ann", f.ID, 1, "")
	wants(t, "content with problems", err, flow.ErrProblems)
	if b.shelf.flows[f.ID].Live != 1 || len(b.live) != 1 {
		t.Error("a refused roll-back left something")
	}
}

// Nobody has to listen.
func TestNoListener(t *testing.T) {
	b := newBench(t)
	b.OnLive = nil
	f := b.make(t, "a", "one")
	b.publish(t, f.ID)
	wants(t, "unpublish", b.Unpublish(t.Context(), "ann", f.ID, false), nil)
	if got := b.Check(t.Context(), drawn("odd")); len(got) != 1 {
		t.Errorf("check gives %v", got)
	}
}

func TestIvrID(t *testing.T) {
	seen := map[string]bool{}
	var n byte
	for range 8 {
		id, err := flow.NewIvrID(func(b []byte) (int, error) {
			for i := range b {
				n += 37
				b[i] = n
			}
			return len(b), nil
		})
		if err != nil || !flow.ValidIvrID(id) || seen[id] {
			t.Errorf("%q, %v", id, err)
		}
		seen[id] = true
	}
	for id, want := range map[string]bool{
		"f0123456789abcde": true, "": false, "f0123456789abcd": false, "f0123456789abcdef": false, "x0123456789abcde": false,
		"fi123456789abcde": false, "fA123456789abcde": false, "f0123456789/../e": false, "f0123456789abc\x00e": false,
	} {
		if flow.ValidIvrID(id) != want {
			t.Errorf("%q: valid is %v", id, !want)
		}
	}
}
