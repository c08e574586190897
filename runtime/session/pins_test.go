package session_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/agent"
	"foyer/runtime/engine"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// around is what the checks of these flows ask: every group is there, and every flow is live.
type around struct{}

func (around) Group(id string) (string, bool)    { return id, true }
func (around) Flow(id string) (nodes.Flow, bool) { return nodes.Flow{Name: id, Live: true}, true }

// designer publishes into the hall's store as the product does.
func (h *hall) designer() *flow.Designer {
	return &flow.Designer{
		Flows: h.in.Flows(), Work: h.in, Clock: h.now, NewID: h.newID, Random: rand.Read, OnLive: h.r.Published,
		Kinds: nodes.Checker{Set: standard.Set(), World: func(context.Context) nodes.Around { return around{} }},
	}
}

// released saves a flow's draft and puts it live.
func (h *hall) released(d *flow.Designer, f flow.Flow, g graph.Graph) flow.Version {
	h.t.Helper()
	now, err := d.Get(h.t.Context(), f.ID)
	h.ok(err)
	f, err = d.SaveDraft(h.t.Context(), "acc", f.ID, now.DraftRev, g)
	h.ok(err)
	v, issues, err := d.Publish(h.t.Context(), "acc", f.ID, f.DraftRev, "")
	if err != nil {
		h.t.Fatalf("%v: %+v", err, issues)
	}
	return v
}

// asking is a flow that asks one question and ends.
func asking(prompt string) graph.Graph {
	menu := fmt.Sprintf(`{"prompt":%q,"timeout":60,"options":[{"id":"yes","keywords":["1"],"label":"是"}]}`, prompt)
	return sketch([][3]string{{"start", "start", `{}`}, {"menu", "branch", menu}, {"end", "end", `{}`}},
		[3]string{"start", "next", "menu"}, [3]string{"menu", "yes", "end"})
}

// A session, and every new one of the same version, walks the entered flow as it was when the outer one was published.
func TestEnteredFlowIsPinned(t *testing.T) {
	h := newHall(t)
	d := h.designer()
	inner, err := d.Create(t.Context(), "acc", "核验")
	h.ok(err)
	outer, err := d.Create(t.Context(), "acc", "主流程")
	h.ok(err)
	entering := sketch([][3]string{{"start", "start", `{}`}, {"in", "subflow", `{"flow":"` + inner.ID + `"}`}, {"end", "end", `{}`}},
		[3]string{"start", "next", "in"}, [3]string{"in", "done", "end"})
	h.released(d, inner, asking("第一版"))
	h.released(d, outer, entering)
	begin := func() session.View {
		return h.start(func(q *session.StartRequest) { q.IvrID = outer.IvrID })
	}
	asked := func(v session.View, want string) {
		t.Helper()
		if v = h.is(v.SessionID, session.Routing); v.Menu == nil || v.Menu.Prompt != want {
			t.Errorf("asked %+v, want %q", v.Menu, want)
		}
	}
	first := begin()
	asked(first, "第一版")

	h.time = h.time.Add(time.Second)
	h.released(d, inner, asking("第二版"))
	h.crash(time.Second) // what was compiled is gone; the store alone says what is walked
	d = h.designer()
	asked(first, "第一版")
	h.choose(first, "yes", "")
	h.ended(first.SessionID, session.ByFlow, "end")
	second := begin()
	asked(second, "第一版")

	h.released(d, outer, entering)
	asked(begin(), "第二版")
	h.crash(time.Second)
	h.choose(second, "yes", "")
	h.ended(second.SessionID, session.ByFlow, "end")
	for _, v := range []session.View{first, second} { // each with the version that it walked
		if f := h.export(v.SessionID, 1); len(f.Subs) != 1 || !strings.Contains(string(f.Subs[0].Graph.Nodes[1].Config), "第一版") {
			t.Errorf("exported with %+v", f.Subs)
		}
	}
}

// night makes a default group, which is called so.
func (h *hall) night() {
	h.t.Helper()
	g := queue.Fresh()
	g.ID, g.Name, g.CreatedAt = "night", "night", h.now()
	h.do(func(ctx context.Context) error { return h.in.Groups().CreateGroup(ctx, g) })
	h.do(func(ctx context.Context) error { return h.in.Groups().SetFallback(ctx, g.ID) })
}

// A caller whose flow comes to grief, and has no exit for that, is handed to the default group.
func TestTrippedFlowGoesToTheDefaultGroup(t *testing.T) {
	h := newHall(t)
	h.publish("fround0000000000", "round", roundFlow())
	begin := func() session.View {
		return h.start(func(q *session.StartRequest) { q.IvrID = "fround0000000000" })
	}
	if v := begin(); v.State != session.Ended {
		t.Errorf("without a default group it is %s", v.State)
	}
	h.night()
	h.agent("nora", "night")
	v := begin()
	h.is(v.SessionID, session.Offered)
	if o := h.accept(v.SessionID); o.AgentID != "nora" || o.GroupID != "night" {
		t.Errorf("rung %s of %s", o.AgentID, o.GroupID)
	}
	h.is(v.SessionID, session.Connected)
	h.ok(h.r.End(t.Context(), v.SessionID, session.ByAgent, "nora"))
	h.ended(v.SessionID, session.ByAgent, session.ReasonLeft) // she has served them, so nothing is broken
	if kinds := h.events(v.SessionID); !slices.Contains(kinds, "tripped") {
		t.Errorf("on record: %v", kinds)
	}
	if f := h.export(v.SessionID, 20+1); f.Fallback != "night" {
		t.Errorf("exported with the default group %q", f.Fallback)
	}

	h.ok(h.desk.SetIntent(t.Context(), "nora", agent.NotReady, ""))
	v = begin()
	h.is(v.SessionID, session.Queued)
	h.wait(601 * time.Second)
	h.ended(v.SessionID, session.BySystem, engine.ReasonLoop)
}
