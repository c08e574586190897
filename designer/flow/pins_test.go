package flow_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/flow"
	"foyer/designer/graph"
)

// redraw saves a draft over the one there is.
func (b *bench) redraw(t *testing.T, id string, ids ...string) {
	t.Helper()
	if _, err := b.SaveDraft(t.Context(), "ann", id, b.shelf.flows[id].DraftRev, drawn(ids...)); err != nil {
		t.Fatal(err)
	}
}

// A version keeps the versions that it enters, whatever is published afterwards.
func TestPins(t *testing.T) {
	b := newBench(t)
	inner := b.make(t, "核验", "a")
	one := b.publish(t, inner.ID)
	outer := b.make(t, "主流程", "enter-"+inner.ID, "odd")
	v := b.publish(t, outer.ID)
	if diff := cmp.Diff(map[string]string{inner.ID: one.ID}, v.Pins); diff != "" {
		t.Errorf("pins (-want +got)\n%s", diff)
	}
	b.redraw(t, inner.ID, "b")
	two := b.publish(t, inner.ID)
	if kept, err := b.Version(t.Context(), outer.ID, 1); err != nil || kept.Pins[inner.ID] != one.ID {
		t.Errorf("publishing the entered flow has moved the pin: %v, %v", kept.Pins, err)
	}
	if v := b.publish(t, outer.ID); v.Pins[inner.ID] != two.ID {
		t.Errorf("published anew it is pinned to %v", v.Pins)
	}
	if v := b.publish(t, inner.ID); v.Pins != nil {
		t.Errorf("a flow that enters none has pins %v", v.Pins)
	}
}

// Rolling back brings back what callers met then, as far as that can still be walked.
func TestRollbackPins(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	inner := b.make(t, "核验", "a")
	one := b.publish(t, inner.ID)
	outer := b.make(t, "主流程", "enter-"+inner.ID)
	b.publish(t, outer.ID)
	b.redraw(t, inner.ID, "b")
	two := b.publish(t, inner.ID)
	b.publish(t, outer.ID)
	v, err := b.Rollback(ctx, "ann", outer.ID, 1, "")
	if err != nil || v.Pins[inner.ID] != one.ID {
		t.Errorf("rolled back to pins %v, %v", v.Pins, err)
	}
	for i := range b.shelf.versions[inner.ID] { // what the old version named is gone since
		if at := &b.shelf.versions[inner.ID][i]; at.ID == one.ID {
			at.Graph = drawn("bad")
		}
	}
	if v, err = b.Rollback(ctx, "ann", outer.ID, 1, ""); err != nil || v.Pins[inner.ID] != two.ID {
		t.Errorf("what no longer passes is pinned as %v, %v", v.Pins, err)
	}
}

func TestPinsRefused(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	draft := b.make(t, "草稿", "a")
	f := b.make(t, "a", "enter-"+draft.ID)
	_, _, err := b.Publish(ctx, "ann", f.ID, f.DraftRev, "")
	wants(t, "a flow that is not live", err, flow.ErrProblems)
	f = b.make(t, "b", "enter-nowhere")
	_, _, err = b.Publish(ctx, "ann", f.ID, f.DraftRev, "")
	wants(t, "a flow that is not there", err, flow.ErrProblems)
}

// A flow that enters itself is refused on the node that does so, whatever leads back.
func TestCircles(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	a, m, z := b.make(t, "甲", "one"), b.make(t, "乙", "one"), b.make(t, "丙", "one")
	for _, f := range []flow.Flow{a, m, z} {
		b.publish(t, f.ID)
	}
	b.redraw(t, m.ID, "enter-"+z.ID)
	b.publish(t, m.ID)
	b.redraw(t, z.ID, "enter-"+a.ID)
	b.publish(t, z.ID)
	b.redraw(t, a.ID, "enter-"+m.ID, "enter-"+a.ID)
	_, issues, err := b.Publish(ctx, "ann", a.ID, b.shelf.flows[a.ID].DraftRev, "")
	wants(t, "a flow that enters itself", err, flow.ErrProblems)
	want := []graph.Issue{
		{Node: graph.NodeID("enter-" + m.ID), Field: "to", Code: "flow.selfThrough", Level: graph.Error, Args: map[string]string{"title": "key:node.k", "flow": "乙 → 丙"}},
		{Node: graph.NodeID("enter-" + a.ID), Field: "to", Code: "flow.self", Level: graph.Error, Args: map[string]string{"title": "key:node.k"}},
	}
	if diff := cmp.Diff(want, issues); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := b.shelf.flows[a.ID].Live; got != 1 {
		t.Errorf("version %d is live", got)
	}
	b.shelf.versions[a.ID][0].Graph = drawn("enter-" + m.ID) // as if it had been so before the others were
	_, err = b.Rollback(ctx, "ann", a.ID, 1, "")
	wants(t, "rolling back into a circle", err, flow.ErrProblems)
}

// A flow that live versions of others enter stays, and its summary names them.
func TestUsedBy(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	inner := b.make(t, "内", "a")
	b.publish(t, inner.ID)
	middle := b.make(t, "中", "enter-"+inner.ID)
	b.publish(t, middle.ID)
	outer := b.make(t, "外", "enter-"+middle.ID)
	b.publish(t, outer.ID)
	b.make(t, "只是草稿", "enter-"+inner.ID)
	s, err := b.Get(ctx, inner.ID)
	if diff := cmp.Diff([]string{"外", "中"}, s.UsedBy); diff != "" || err != nil {
		t.Errorf("used by (-want +got)\n%s, %v", diff, err)
	}
	list, err := b.List(ctx)
	if err != nil || len(list) != 4 || len(list[3].UsedBy) != 2 || list[1].UsedBy != nil {
		t.Errorf("listed %+v, %v", list, err)
	}
	var used *flow.UsedError
	if err := b.Unpublish(ctx, "ann", inner.ID, true); !errors.As(err, &used) || !errors.Is(err, flow.ErrUsed) || len(used.By) != 2 {
		t.Errorf("unpublished under others: %v", err)
	}
	b.shelf.running[outer.ID] = 1
	for _, f := range []flow.Flow{outer, middle, inner} {
		if err := b.Unpublish(ctx, "ann", f.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	wants(t, "a flow that sessions of others walk", b.Delete(ctx, inner.ID), flow.ErrInUse)
	b.shelf.running[outer.ID] = 0
	wants(t, "a flow at rest", b.Delete(ctx, inner.ID), nil)
	middleNow := b.shelf.flows[middle.ID] // brought back without its pin's flow, which no publish would do
	middleNow.Live = 1
	b.shelf.flows[middle.ID] = middleNow
	if s, err := b.Get(ctx, middle.ID); err != nil || s.State != flow.Published {
		t.Errorf("a flow whose pin is gone: %+v, %v", s, err)
	}
}

// What names a group is told by live versions, with what they enter, by drafts, and by sessions.
func TestGroupUses(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	inner := b.make(t, "内", "group-sales", "group-repair")
	b.publish(t, inner.ID)
	outer := b.make(t, "外", "enter-"+inner.ID)
	b.publish(t, outer.ID)
	b.redraw(t, inner.ID, "group-night")
	b.publish(t, inner.ID)
	b.make(t, "草稿", "group-sales")
	b.shelf.running = map[string]int{outer.ID: 2, inner.ID: 3} // both on their first versions
	uses, err := b.GroupUses(ctx)
	want := map[string]flow.GroupUse{
		"sales":  {Live: []string{"外"}, Drafts: []string{"草稿"}, Sessions: 5},
		"repair": {Live: []string{"外"}, Sessions: 5},
		"night":  {Live: []string{"内"}},
	}
	if diff := cmp.Diff(want, uses); diff != "" || err != nil {
		t.Errorf("(-want +got)\n%s%v", diff, err)
	}
}

// Whatever callers may still walk counts: drafts, live versions, what sessions run on, and what those enter.
func TestUsers(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	inner := b.make(t, "内", "first")
	b.publish(t, inner.ID)
	outer := b.make(t, "外", "enter-"+inner.ID)
	b.publish(t, outer.ID)
	b.redraw(t, inner.ID, "second")
	b.publish(t, inner.ID)
	b.redraw(t, inner.ID, "drafted")
	users := func(about, node string, want ...string) {
		t.Helper()
		got, err := b.Users(ctx, func(g graph.Graph) bool { return len(named(g, node)) > 0 })
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s (-want +got)\n%s%v", about, diff, err)
		}
	}
	users("a version that a live one is pinned to", "first", "外")
	users("a live version", "second", "内")
	users("a draft", "drafted", "内")
	b.shelf.running = map[string]int{inner.ID: 1} // on its first version
	users("a version that sessions run on", "first", "内", "外")
	b.publish(t, outer.ID)
	b.shelf.running = map[string]int{outer.ID: 1}
	users("one that sessions of another flow walk", "first", "外")
	b.shelf.running = nil
	users("what nobody walks any more", "first")
}

// The variables of a version are also those of the versions that it enters, however deep, and not of later ones.
func TestVarsOf(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	declares := func(f flow.Flow, name string, ids ...string) flow.Version {
		t.Helper()
		g := drawn(ids...)
		g.Vars = []graph.Variable{{Name: name, Type: graph.TextType}}
		if _, err := b.SaveDraft(ctx, "ann", f.ID, b.shelf.flows[f.ID].DraftRev, g); err != nil {
			t.Fatal(err)
		}
		return b.publish(t, f.ID)
	}
	inner, middle, outer := b.make(t, "内", "x"), b.make(t, "中", "x"), b.make(t, "外", "x")
	first := declares(inner, "a", "one")
	declares(middle, "b", "enter-"+inner.ID)
	v := declares(outer, "c", "enter-"+middle.ID)
	declares(inner, "later", "two")
	vars := func(about string, want ...string) {
		t.Helper()
		var got []string
		all, err := b.VarsOf(ctx, v)
		for _, v := range all {
			got = append(got, v.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s (-want +got)\n%s%v", about, diff, err)
		}
	}
	vars("through two pins", "c", "b", "a")
	b.shelf.versions[inner.ID] = slices.DeleteFunc(b.shelf.versions[inner.ID], func(v flow.Version) bool { return v.ID == first.ID })
	vars("with one gone", "c", "b")
}
