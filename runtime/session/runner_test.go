package session_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"foyer/designer/flow"
	"foyer/nodes"
	"foyer/runtime/engine"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

func TestStart(t *testing.T) {
	h := newHall(t)
	v := h.start()
	if v.State != session.Routing || v.Prompt != "请选择" || v.Menu == nil || len(v.Menu.Options) != 2 || v.StepToken == "" ||
		v.Version != 1 || v.IvrID != ivr || v.Media != queue.Video || v.Seq != 1 || v.Queue != nil || v.Agent != nil || v.Ended != nil {
		t.Errorf("view %+v", v)
	}
	if got := h.events(v.SessionID); !slices.Equal(got, []string{"started", "clientData"}) {
		t.Errorf("on record: %v", got)
	}
	got, err := h.r.Get(t.Context(), "cal", v.SessionID)
	h.ok(err)
	if !reflect.DeepEqual(got, v) {
		t.Errorf("get gives %+v, start gave %+v", got, v)
	}
	if _, err := h.r.Get(t.Context(), "eve", v.SessionID); !errors.Is(err, session.ErrNotYours) {
		t.Errorf("somebody else's: %v", err)
	}
	if _, err := h.r.Get(t.Context(), "cal", "ses_nothing"); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("nobody's: %v", err)
	}
}

// The same key gives the same session, also when both come at once; another caller's key is another.
func TestStartOnce(t *testing.T) {
	h := newHall(t)
	key := func(q *session.StartRequest) { q.Key = "once" }
	var mu sync.Mutex
	ids := map[string]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			v, err := h.r.Start(t.Context(), session.StartRequest{CallerID: "cal", IvrID: ivr, Media: queue.Video, Key: "once"})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			ids[v.SessionID]++
		})
	}
	wg.Wait()
	if len(ids) != 1 {
		t.Errorf("sessions %v", ids)
	}
	first := h.start(key)
	h.choose(first, "fix", "")
	again := h.start(key, option("buy"))
	if again.SessionID != first.SessionID || again.Menu != nil {
		t.Errorf("the same key later gives %+v", again)
	}
	other := h.start(key, func(q *session.StartRequest) { q.CallerID = "other" })
	if other.SessionID == first.SessionID {
		t.Error("another caller's key gives the same session")
	}
}

func TestStartRefused(t *testing.T) {
	h := newHall(t)
	for name, c := range map[string]struct {
		change func(*session.StartRequest)
		want   error
	}{
		"media":     {func(q *session.StartRequest) { q.Media = "smell" }, session.ErrMedia},
		"no media":  {func(q *session.StartRequest) { q.Media = "" }, session.ErrMedia},
		"no option": {func(q *session.StartRequest) { q.OptionID = "sell" }, session.ErrNotAChoice},
	} {
		q := session.StartRequest{CallerID: "cal", IvrID: ivr, Media: queue.Video, Key: "k"}
		c.change(&q)
		if _, err := h.r.Start(t.Context(), q); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	live, err := h.in.Sessions().Live(t.Context())
	h.ok(err)
	if len(live) != 0 {
		t.Errorf("refused starts left %d sessions", len(live))
	}
}

// An option with the start answers the first menu.
func TestStartWithOption(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales")
	v := h.start(option("buy"))
	if v.State != session.Queued || v.Queue == nil || v.Queue.Position != 1 || v.Queue.WaitSeconds != nil || v.Menu != nil || v.StepToken != "" {
		t.Errorf("view %+v", v)
	}
	h.is(v.SessionID, session.Offered)
	s, err := h.in.Sessions().Get(t.Context(), v.SessionID)
	h.ok(err)
	if len(s.Path) != 1 || s.Path[0].Label != "产品咨询" || s.Path[0].Keyword != "1" || s.GroupID != "sales" || s.QueuedAt == nil {
		t.Errorf("session %+v", s)
	}
}

// A caller who has the menu of a version stays on it; a menu too old, or from the future, is not.
func TestVersionPinned(t *testing.T) {
	h := newHall(t)
	h.agent("ann", "sales", "repair")
	running := h.start()
	h.wait(30 * time.Second)
	h.publish(ivr, "support", directFlow())
	version := func(n int) func(*session.StartRequest) { return func(q *session.StartRequest) { q.Version = n } }
	for n, want := range map[int]int{0: 2, 1: 1, 2: 2, 3: 2, -1: 2} {
		if v := h.start(version(n)); v.Version != want {
			t.Errorf("asked for version %d, got %d", n, v.Version)
		}
	}
	if v := h.start(version(1), option("fix")); v.Version != 1 || v.State != session.Queued {
		t.Errorf("an option of the old menu: %+v", v)
	}
	if v := h.choose(running, "fix", ""); v.Version != 1 || v.State != session.Queued {
		t.Errorf("a running session: %+v", v)
	}
	h.wait(time.Hour + time.Second)
	if v := h.start(version(1)); v.Version != 2 {
		t.Errorf("an hour later still version %d", v.Version)
	}
}

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
	want := []engine.EventKind{"arrived", "went", "arrived", "asked", "said", "asked", "chose", "went", "arrived", "handedOff"}
	if !slices.Equal(kinds, want) {
		t.Errorf("trace %v", kinds)
	}
}

// The queue says no at the door: the flow goes on at once, through the port for it.
func TestRefusedAtTheDoor(t *testing.T) {
	h := newHall(t)
	v := h.start(option("buy")) // nobody of sales is there, and the port leads nowhere
	h.ended(v.SessionID, session.ByFlow, "exit.noAgent")
	h.said(v.SessionID, "客服不在线")
	if kinds := h.events(v.SessionID); !slices.Equal(kinds, []string{"started", "clientData", "chose", "refused", "ended"}) {
		t.Errorf("on record: %v", kinds)
	}

	h.publish("fdirect000000000", "direct", directFlow())
	h.agent("bob", "repair")
	v = h.start(func(q *session.StartRequest) { q.IvrID = "fdirect000000000" })
	h.is(v.SessionID, session.Offered) // by repair
	s, err := h.in.Sessions().Get(t.Context(), v.SessionID)
	h.ok(err)
	if s.GroupID != "repair" {
		t.Errorf("group %s", s.GroupID)
	}
}

// Two queues that send the caller to each other come to an end.
func TestRoundAndRound(t *testing.T) {
	h := newHall(t)
	h.publish("fround0000000000", "round", roundFlow())
	v := h.start(func(q *session.StartRequest) { q.IvrID = "fround0000000000" })
	h.ended(v.SessionID, session.BySystem, "loop")
}

// A wait that lasts too long goes on through its port.
func TestQueueTimesOut(t *testing.T) {
	h := newHall(t)
	h.publish("fdirect000000000", "direct", directFlow())
	h.busy("ann", "sales")
	h.agent("bob", "repair")
	v := h.start(func(q *session.StartRequest) { q.IvrID = "fdirect000000000" })
	h.wait(29 * time.Second)
	h.is(v.SessionID, session.Queued)
	h.wait(2 * time.Second)
	h.is(v.SessionID, session.Offered)
	h.accept(v.SessionID)
	h.is(v.SessionID, session.Connected)

	v = h.start(option("buy"))
	h.wait(91 * time.Second)
	h.ended(v.SessionID, session.ByFlow, "exit.timeout")
}

// A version that is gone ends its sessions instead of leaving them.
func TestVersionGone(t *testing.T) {
	h := newHall(t)
	v := h.start()
	h.crash(0) // the program is not in memory any more
	h.r.Flows = gone{h.r.Flows}
	h.choose(v, "buy", "")
	h.ended(v.SessionID, session.BySystem, session.ReasonFlowGone)
}

// gone is flows that have lost their versions.
type gone struct{ session.Flows }

func (gone) Version(context.Context, string) (flow.Version, error) {
	return flow.Version{}, flow.ErrNoVersion
}

// What a client reads is what the protocol says.
func TestViewOnTheWire(t *testing.T) {
	h := newHall(t)
	h.busy("ann", "sales")
	raw := func(v session.View) map[string]any {
		b, err := json.Marshal(v)
		h.ok(err)
		var m map[string]any
		h.ok(json.Unmarshal(b, &m))
		return m
	}
	v := h.start()
	m := raw(v)
	for _, name := range []string{"sessionId", "ivrId", "version", "media", "state", "prompt", "menu", "stepToken", "seq"} {
		if m[name] == nil {
			t.Errorf("no %s in %v", name, m)
		}
	}
	m = raw(h.choose(v, "buy", ""))
	place, _ := m["queue"].(map[string]any)
	wait, told := place["waitSeconds"]
	if place["position"] != 1.0 || !told || wait != nil {
		t.Errorf("queue %v", m["queue"])
	}
}

func TestExitPorts(t *testing.T) {
	h := newHall(t)
	h.busy("ann", "sales")
	v := h.start(option("buy"))
	h.do(func(ctx context.Context) error {
		if err := h.d.Leave(ctx, v.SessionID, "test"); err != nil {
			return err
		}
		return h.r.QueueExit(ctx, v.SessionID, nodes.Full)
	})
	h.ended(v.SessionID, session.ByFlow, "exit.full")
}
