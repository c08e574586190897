package session_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
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
	if why := engine.ErrLoop.Error(); !strings.Contains(h.log.String(), `err="`+why) {
		t.Errorf("the log does not say %q:\n%s", why, h.log)
	}
}

// A flow that came to grief and went on through its error exit has ended like any other.
func TestMendedByTheErrorExit(t *testing.T) {
	h := newHall(t)
	g := roundFlow()
	g.Nodes = append(g.Nodes, graph.Node{ID: "sorry", Kind: "message", Config: json.RawMessage(`{"text":"出了点问题"}`)}, graph.Node{ID: "over", Kind: "end"})
	g.Edges = append(g.Edges, graph.Edge{ID: "x1", From: g.Nodes[0].ID, Port: nodes.Error, To: "sorry"}, graph.Edge{ID: "x2", From: "sorry", Port: nodes.Next, To: "over"})
	h.publish("fround0000000000", "round", g)
	v := h.start(func(q *session.StartRequest) { q.IvrID = "fround0000000000" })
	h.said(v.SessionID, "出了点问题")
	h.ended(v.SessionID, session.ByFlow, "exit.noAgent") // as the queue let them go
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
