package session_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"foyer/nodes/standard"
	"foyer/runtime/engine"
	"foyer/runtime/session"
	"foyer/runtime/walk"
)

// However long a text is that a caller types, a line of trace has at most 4 KB.
func TestTraceOfHugeInput(t *testing.T) {
	h := newHall(t)
	v := h.start()
	h.choose(v, "", strings.Repeat("喂\"\u0001", 50_000))
	for _, s := range h.trace(v.SessionID) {
		raw, err := json.Marshal(s.Event)
		if err != nil || len(raw) > engine.MaxEvent {
			t.Errorf("step %d has %d bytes, %v", s.N, len(raw), err)
		}
		if s.Event.Kind == engine.Got && (!s.Event.Cut || !strings.HasPrefix(s.Event.Input.Text, "喂")) {
			t.Errorf("the input is kept as %+v", s.Event.Input)
		}
	}
}

// A trace that has grown beyond its limit keeps nothing but kinds and ids of what follows.
func TestTraceHasALimit(t *testing.T) {
	h := newHall(t)
	h.busy("ann", "sales")
	v := h.start()
	h.ok(h.in.Do(t.Context(), func(ctx context.Context) error { // as if much had happened before
		s, err := h.in.Sessions().Get(ctx, v.SessionID)
		if err != nil {
			return err
		}
		was := s.Seq
		s.Seq++
		filler := engine.Event{Kind: engine.Said, Node: "menu", Text: strings.Repeat("x", 3950)}
		var steps []session.Step
		for n := 0; n <= session.MaxTrace/3990; n++ {
			s.Trace++
			steps = append(steps, session.Step{SessionID: s.ID, N: s.Trace, At: h.time, Event: filler})
		}
		if err := h.in.Sessions().AddSteps(ctx, steps); err != nil {
			return err
		}
		return h.in.Sessions().Update(ctx, s, was)
	}))
	for range 2 {
		v = h.choose(v, "", strings.Repeat("?", 3000))
	}
	h.choose(v, "buy", "")
	trace, size := h.trace(v.SessionID), 0
	for i, s := range trace {
		raw, err := json.Marshal(s.Event)
		h.ok(err)
		if size += len(raw); len(raw) > 500 && s.Event.Kind != engine.Said {
			t.Errorf("%d bytes at step %d", len(raw), s.N)
		}
		if s.N != i+1 {
			t.Errorf("step %d has number %d", i+1, s.N)
		}
	}
	if size < session.MaxTrace || size > session.MaxTrace+8000 {
		t.Errorf("%d bytes", size)
	}
	last := trace[len(trace)-1].Event
	if last.Kind != engine.HandedOff || !last.Cut || last.Handoff.Group == "" || last.Handoff.Connecting != "" {
		t.Errorf("%+v", last)
	}
}

// Every session can be written as a walk, live or over, and walking it again does the same.
func TestExport(t *testing.T) {
	h := newHall(t)
	h.busy("ann", "sales")
	v := h.start()
	h.wait(1234567 * time.Nanosecond)
	v = h.choose(v, "", "what?")
	h.export(v.SessionID, 1)
	h.wait(time.Second)
	h.choose(v, "buy", "")
	h.export(v.SessionID, 2)
	h.wait(time.Hour)
	h.is(v.SessionID, session.Ended)
	if f := h.export(v.SessionID, 3); f.Caller == "" || f.Session != v.SessionID || f.Later[0].Now.Equal(f.Now) {
		t.Errorf("%+v", f)
	}
}

func (h *hall) trace(id string) []session.Step {
	h.t.Helper()
	steps, err := h.in.Sessions().Steps(h.t.Context(), id)
	h.ok(err)
	return steps
}

// export writes a session as a walk of so many inputs, and walks it.
func (h *hall) export(id string, inputs int) walk.File {
	h.t.Helper()
	s, err := h.in.Sessions().Get(h.t.Context(), id)
	h.ok(err)
	f, err := session.Export(h.t.Context(), h.in.Flows(), s, h.trace(id), h.r.Zone)
	h.ok(err)
	raw, err := f.Marshal()
	h.ok(err)
	read, err := walk.Read(raw)
	h.ok(err)
	again, err := read.Play(standard.Set())
	h.ok(err)
	if len(read.Inputs) != inputs || len(read.Runs) != inputs+1 {
		h.t.Errorf("%d inputs, %d runs", len(read.Inputs), len(read.Runs))
	}
	for _, d := range walk.Differ(read, again) {
		h.t.Errorf("%+v", d)
	}
	again.Runs[0].Events[0].Kind = "else"
	if len(walk.Differ(read, again)) != 1 {
		h.t.Error("a planted difference is not found")
	}
	return read
}
