package session_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"foyer/designer/flow"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// counted counts the reads of flows, and lets something happen in the middle of one.
type counted struct {
	session.Flows
	reads  atomic.Int64
	during func()
}

func (c *counted) ByIvr(ctx context.Context, ivrID string) (flow.Flow, error) {
	c.reads.Add(1)
	f, err := c.Flows.ByIvr(ctx, ivrID)
	if c.during != nil {
		c.during()
	}
	return f, err
}

func (c *counted) Version(ctx context.Context, id string) (flow.Version, error) {
	c.reads.Add(1)
	return c.Flows.Version(ctx, id)
}

func (c *counted) VersionByNumber(ctx context.Context, flowID string, n int) (flow.Version, error) {
	c.reads.Add(1)
	return c.Flows.VersionByNumber(ctx, flowID, n)
}

func count(h *hall) *counted {
	c := &counted{Flows: h.r.Flows}
	h.r.Flows = c
	return c
}

func TestMenu(t *testing.T) {
	h := newHall(t)
	m, err := h.r.Menu(t.Context(), ivr)
	h.ok(err)
	if m.IvrID != ivr || m.Name != "support" || m.Version != 1 || m.Prompt != "请选择" || !m.HasBranch || len(m.Options) != 2 {
		t.Errorf("menu %+v", m)
	}
	if o := m.Options[1]; o.ID != "fix" || o.Keyword != "2" || o.Label != "产品报障" {
		t.Errorf("option %+v", o)
	}
	if !reflect.DeepEqual(m.Media, []queue.Media{"video", "audio", "text"}) {
		t.Errorf("media %v", m.Media)
	}
	body, etag, err := h.r.MenuJSON(t.Context(), ivr)
	h.ok(err)
	var back session.MenuView
	h.ok(json.Unmarshal(body, &back))
	if !reflect.DeepEqual(back, m) || len(etag) != 18 || etag[0] != '"' {
		t.Errorf("JSON %s, tag %s", body, etag)
	}
}

// A flow without a branch has no menu, and an empty list of options, not none.
func TestMenuWithoutBranch(t *testing.T) {
	h := newHall(t)
	h.publish("fdirect000000000", "direct", directFlow())
	body, _, err := h.r.MenuJSON(t.Context(), "fdirect000000000")
	h.ok(err)
	var m map[string]any
	h.ok(json.Unmarshal(body, &m))
	if m["hasBranch"] != false || m["options"] == nil || m["theme"] == nil {
		t.Errorf("menu %s", body)
	}
}

func TestMenuErrors(t *testing.T) {
	h := newHall(t)
	h.publish("fgone00000000000", "gone", directFlow())
	h.unpublish("fgone00000000000")
	for id, want := range map[string]error{
		"": session.ErrBadIvr, "support": session.ErrBadIvr, "FSUPPORT00000000": session.ErrBadIvr, "../../etc/passwd": session.ErrBadIvr,
		"funknown00000000": flow.ErrNotFound, "fgone00000000000": flow.ErrNotPublished,
	} {
		if _, err := h.r.Menu(t.Context(), id); !errors.Is(err, want) {
			t.Errorf("menu of %q: %v, want %v", id, err, want)
		}
		if _, _, err := h.r.MenuJSON(t.Context(), id); !errors.Is(err, want) {
			t.Errorf("JSON of %q: %v, want %v", id, err, want)
		}
		_, err := h.r.Start(t.Context(), session.StartRequest{CallerID: "cal", IvrID: id, Media: queue.Video, Key: "k"})
		if !errors.Is(err, want) {
			t.Errorf("session of %q: %v, want %v", id, err, want)
		}
	}
}

// The menu is read once, and again only after a publish.
func TestMenuFromMemory(t *testing.T) {
	h := newHall(t)
	flows := count(h)
	_, first, err := h.r.MenuJSON(t.Context(), ivr)
	h.ok(err)
	reads := flows.reads.Load()
	for range 100 {
		_, _, err := h.r.MenuJSON(t.Context(), ivr)
		h.ok(err)
		h.start(media(queue.Video))
	}
	if flows.reads.Load() != reads {
		t.Errorf("%d reads in the steady state", flows.reads.Load()-reads)
	}
	h.publish(ivr, "support", directFlow())
	m, err := h.r.Menu(t.Context(), ivr)
	h.ok(err)
	_, second, _ := h.r.MenuJSON(t.Context(), ivr)
	if m.Version != 2 || m.HasBranch || first == second {
		t.Errorf("after the publish: %+v, tag %s then %s", m, first, second)
	}
	h.unpublish(ivr)
	if _, err := h.r.Menu(t.Context(), ivr); !errors.Is(err, flow.ErrNotPublished) {
		t.Errorf("after unpublishing: %v", err)
	}
}

// What was read before a publish is not kept after it, however the two meet.
func TestMenuReadWhilePublishing(t *testing.T) {
	h := newHall(t)
	flows := count(h)
	flows.during = func() {
		flows.during = nil
		h.publish(ivr, "support", directFlow())
	}
	_, err := h.r.Menu(t.Context(), ivr) // either version will do for this one
	h.ok(err)
	m, err := h.r.Menu(t.Context(), ivr)
	h.ok(err)
	if m.Version != 2 {
		t.Errorf("version %d is served after the publish of 2", m.Version)
	}
}

// still is one flow, read from memory.
type still struct {
	session.Flows
	flow    flow.Flow
	version flow.Version
}

func (s still) ByIvr(context.Context, string) (flow.Flow, error) { return s.flow, nil }
func (s still) VersionByNumber(context.Context, string, int) (flow.Version, error) {
	return s.version, nil
}

// Many who ask while a read is under way wait for it, and cause no other.
func TestMenuStampede(t *testing.T) {
	h := newHall(t)
	f, err := h.in.Flows().ByIvr(t.Context(), ivr)
	h.ok(err)
	v, err := h.in.Flows().VersionByNumber(t.Context(), f.ID, f.Live)
	h.ok(err)
	h.r.Flows = still{flow: f, version: v}
	synctest.Test(t, func(t *testing.T) {
		flows, done := count(h), make(chan struct{})
		flows.during = func() { <-done }
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if _, _, err := h.r.MenuJSON(t.Context(), ivr); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait() // until all of them wait
		if n := flows.reads.Load(); n != 1 {
			t.Errorf("%d reads for 50 who asked at once", n)
		}
		close(done)
		wg.Wait()
		if n := flows.reads.Load(); n != 2 { // the flow, and its version
			t.Errorf("%d reads in all", n)
		}
	})
}

// A version that does not compile is said so, each time, and does not become a session.
func TestMenuOfBrokenVersion(t *testing.T) {
	h := newHall(t)
	h.publish("fbroken000000000", "broken", sketch([][3]string{{"start", "start", `{}`}, {"x", "teleport", `{}`}}, [3]string{"start", "next", "x"}))
	for range 2 {
		if _, err := h.r.Menu(t.Context(), "fbroken000000000"); err == nil {
			t.Error("a menu of a flow that does not compile")
		}
	}
}
