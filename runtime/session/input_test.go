package session_test

import (
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"foyer/runtime/engine"
	"foyer/runtime/event"
	"foyer/runtime/session"
)

func TestChoice(t *testing.T) {
	for name, c := range map[string]struct{ option, text string }{
		"by id":              {option: "buy"},
		"by keyword":         {text: "1"},
		"by another keyword": {text: " 售前 "},
		"by label":           {text: "产品咨询"},
		"full width":         {text: "１"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHall(t)
			h.busy("ann", "sales")
			v := h.start()
			got := h.choose(v, c.option, c.text)
			if got.State != session.Queued || got.Seq <= v.Seq {
				t.Errorf("view %+v", got)
			}
			h.said(v.SessionID, "正在转接", "前面还有0位")
			if kinds := h.events(v.SessionID); !slices.Equal(kinds, []string{"started", "clientData", "chose", "queued"}) {
				t.Errorf("on record: %v", kinds)
			}
			if f := h.frames(event.SessionTopic(v.SessionID)); !slices.Equal(f, []string{"updated queued"}) {
				t.Errorf("frames %v", f)
			}
		})
	}
}

// What is typed and fits nothing is asked again, with a new step; too often is the end. What was not on the menu
// cannot be chosen at all.
func TestWrongAnswers(t *testing.T) {
	h := newHall(t)
	v := h.start()
	_, err := h.r.Input(t.Context(), "cal", v.SessionID, session.InputRequest{OptionID: "sell", StepToken: v.StepToken})
	if !errors.Is(err, session.ErrNotAChoice) {
		t.Errorf("no such option: %v", err)
	}
	if _, err := h.r.Input(t.Context(), "cal", v.SessionID, session.InputRequest{StepToken: v.StepToken}); !errors.Is(err, session.ErrNotAChoice) {
		t.Errorf("no answer at all: %v", err)
	}
	second := h.choose(v, "", "help")
	if second.State != session.Routing || second.StepToken == v.StepToken || second.Prompt != "请选择" {
		t.Errorf("asked again: %+v", second)
	}
	h.said(v.SessionID, "没有这个选项")
	third := h.choose(second, "", "help!")
	last := h.choose(third, "", "HELP")
	if last.State != session.Ended || last.Ended.By != session.ByFlow || last.Ended.Reason != "exit.wrong" {
		t.Errorf("after three: %+v %+v", last, last.Ended)
	}
}

// A doubled answer gets the first result, whatever it says now and whatever happened since.
func TestDoubledAnswer(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales", "repair")
	v := h.start()
	first := h.choose(v, "fix", "")
	if again := h.choose(v, "buy", ""); !reflect.DeepEqual(again, first) {
		t.Errorf("again %+v, first %+v", again, first)
	}
	h.ok(h.r.End(t.Context(), v.SessionID, session.ByCaller, "cal"))
	if again := h.choose(v, "buy", ""); !reflect.DeepEqual(again, first) {
		t.Errorf("after the end %+v", again)
	}
	_, err := h.r.Input(t.Context(), "cal", v.SessionID, session.InputRequest{OptionID: "buy", StepToken: "stp_invented"})
	if !errors.Is(err, session.ErrOver) {
		t.Errorf("an invented step of a session that is over: %v", err)
	}
}

func TestStaleAnswer(t *testing.T) {
	h := newHall(t)
	v := h.start()
	for _, token := range []string{"", "stp_invented"} {
		_, err := h.r.Input(t.Context(), "cal", v.SessionID, session.InputRequest{OptionID: "buy", StepToken: token})
		if !errors.Is(err, session.ErrStale) {
			t.Errorf("step %q: %v", token, err)
		}
	}
	if _, err := h.r.Input(t.Context(), "eve", v.SessionID, session.InputRequest{OptionID: "buy", StepToken: v.StepToken}); !errors.Is(err, session.ErrNotYours) {
		t.Errorf("somebody else's answer: %v", err)
	}
}

// Of answers given at once one counts, and all get its result.
func TestAnswersAtOnce(t *testing.T) {
	h := newHall(t)
	h.busy("ann", "sales", "repair")
	v := h.start()
	got := make([]session.View, 8)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			id := []string{"buy", "fix"}[i%2]
			var err error
			got[i], err = h.r.Input(t.Context(), "cal", v.SessionID, session.InputRequest{OptionID: id, StepToken: v.StepToken})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, other := range got[1:] {
		if !reflect.DeepEqual(other, got[0]) {
			t.Errorf("different results: %+v and %+v", got[0], other)
		}
	}
	open, err := h.in.Entries().OpenEntries(t.Context())
	h.ok(err)
	if len(open) != 1 {
		t.Errorf("%d entries", len(open))
	}
}

// A menu that is not answered ends by its own deadline; an answer just after gets what that led to.
func TestMenuTimesOut(t *testing.T) {
	h := newHall(t)
	v := h.start()
	h.wait(59 * time.Second)
	h.is(v.SessionID, session.Routing)
	h.wait(2 * time.Second)
	h.ended(v.SessionID, session.ByFlow, "exit.timeout")
	if late := h.choose(v, "buy", ""); late.State != session.Ended {
		t.Errorf("late answer: %+v", late)
	}
}

// An answer in time disarms the deadline, and each menu has its own.
func TestMenuDeadlineIsFenced(t *testing.T) {
	h := newHall(t)
	h.busy("ann", "sales")
	v := h.start()
	h.wait(50 * time.Second)
	second := h.choose(v, "", "what?")
	h.wait(50 * time.Second)
	h.is(v.SessionID, session.Routing) // 60 s from the second asking
	h.choose(second, "buy", "")
	h.wait(30 * time.Second)
	h.is(v.SessionID, session.Queued)
}

// The trace tells every step, in order and without gaps.
func TestTrace(t *testing.T) {
	h := newHall(t)
	h.busy("ann", "sales")
	v := h.start()
	v = h.choose(v, "", "what?")
	h.choose(v, "buy", "")
	steps, err := h.in.Sessions().Steps(t.Context(), v.SessionID)
	h.ok(err)
	var kinds []engine.EventKind
	for i, s := range steps {
		if s.N != i+1 {
			t.Errorf("step %d has number %d", i+1, s.N)
		}
		kinds = append(kinds, s.Event.Kind)
	}
	want := []engine.EventKind{"arrived", "went", "arrived", "asked", "got", "said", "asked", "got", "chose", "went", "arrived", "handedOff"}
	if !slices.Equal(kinds, want) {
		t.Errorf("trace %v", kinds)
	}
}
