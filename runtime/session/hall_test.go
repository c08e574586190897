package session_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes/standard"
	"foyer/nodes/subflow"
	"foyer/runtime/agent"
	"foyer/runtime/callback"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/runtime/timer"
	"foyer/storage"
	"foyer/storage/storagetest"
)

// hall is everything between a caller's request and the database, with a clock that only wait moves. Only media
// and chat are notes of what was asked of them. Nothing runs by itself.
type hall struct {
	t      testing.TB
	path   string
	store  *storage.Store
	in     *storage.Instance
	ledger *mortal
	wheel  *timer.Wheel
	d      *queue.Dispatcher
	r      *session.Runner
	desk   *agent.Desk
	chat   *chats
	calls  *calls
	back   *callback.Book
	web    *web
	newID  event.NewID
	log    *bytes.Buffer
	time   time.Time
	here   map[string]bool
}

// morning is when every test begins.
var morning = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// ivr is the flow of every test, unless it makes another.
const ivr = "fsupport00000000"

// newHall gives a fresh hall with the groups sales and repair, and the seed's example flow published.
func newHall(t testing.TB) *hall {
	t.Helper()
	h := &hall{
		t: t, path: filepath.Join(t.TempDir(), "foyer.db"), time: morning, here: map[string]bool{},
		chat: &chats{said: map[string][]string{}}, calls: &calls{open: map[string]string{}}, log: &bytes.Buffer{},
	}
	h.newID = event.IDs(h.now, rand.Reader)
	h.open(h.now)
	for _, name := range []string{"sales", "repair"} {
		g := queue.Fresh()
		g.ID, g.Name, g.CreatedAt = name, name, h.now()
		h.do(func(ctx context.Context) error { return h.in.Groups().CreateGroup(ctx, g) })
	}
	h.publish(ivr, "support", supportFlow())
	return h
}

func (h *hall) now() time.Time { return h.time }

// open builds everything on the database as it is.
func (h *hall) open(clock event.Clock) {
	h.store = storagetest.OpenAt(h.t, h.path, func(c *storage.Config) { c.Clock = clock })
	h.in = h.store.Instance(storagetest.Tenant)
	h.ledger = &mortal{Ledger: h.in}
	log := slog.New(slog.NewTextHandler(h.log, nil))
	h.wheel = timer.NewWheel(h.ledger, h.in.Timers(), clock, log)
	h.desk = &agent.Desk{Agents: h.in.Agents(), Slots: h.in.Entries(), Ledger: h.ledger, Now: clock}
	h.d = queue.NewDispatcher(queue.Deps{
		Ledger: h.ledger, Entries: h.in.Entries(), Groups: h.in.Groups(), Timers: h.wheel, Roster: h.desk,
		Calls: h.calls, Chat: h.chat, Clock: clock, NewID: h.newID, Log: log,
	})
	h.desk.Offers = h.d
	h.back = &callback.Book{Ledger: h.ledger, Requests: h.in.Callbacks(), Clock: clock, NewID: h.newID}
	h.web = &web{jobs: map[string]asked{}}
	h.r = session.NewRunner(session.Deps{
		Ledger: h.ledger, Sessions: h.in.Sessions(), Flows: h.in.Flows(), Kinds: standard.Set(), Timers: h.wheel,
		Queue: h.d, Web: h.web, Calls: h.calls, Chat: h.chat, Agents: h.desk, CallBacks: h.back, Clock: clock, NewID: h.newID, Log: log,
		Fallback: func(ctx context.Context) string {
			id, err := h.in.Groups().Fallback(ctx)
			h.ok(err)
			return id
		},
	})
	h.d.Sessions = h.r
	h.ok(h.wheel.Load(h.t.Context()))
	h.ok(h.d.Recover(h.t.Context()))
	h.ok(h.r.Recover(h.t.Context()))
}

// crash takes the database away from under everything, as a kill does, lets time pass and opens it again; the
// desks of agents who are here connect at once.
func (h *hall) crash(away time.Duration) {
	h.t.Helper()
	h.ok(h.store.Close())
	h.time = h.time.Add(away)
	h.open(h.now)
	for id := range h.here {
		h.ok(h.desk.Touch(h.t.Context(), id))
	}
	h.settle()
}

func (h *hall) settle() {
	h.wheel.FireDue(h.t.Context())
	h.d.Match(h.t.Context())
}

// wait lets time pass, stopping wherever a timer is due and for the desks' signs of life.
func (h *hall) wait(d time.Duration) {
	h.t.Helper()
	const tick = 5 * time.Second
	for end := h.time.Add(d); h.time.Before(end); {
		next := h.time.Truncate(tick).Add(tick)
		all, err := h.in.Timers().AllTimers(h.t.Context())
		h.ok(err)
		if len(all) > 0 && all[0].Due.Before(next) {
			next = all[0].Due
		}
		h.time = next
		if end.Before(next) {
			h.time = end
		}
		for id := range h.here {
			if h.time.Truncate(tick).Equal(h.time) {
				h.ok(h.desk.Touch(h.t.Context(), id))
			}
		}
		h.settle()
	}
}

func (h *hall) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatalf("%v\nlog:\n%s", err, h.log)
	}
}

func (h *hall) do(f func(ctx context.Context) error) {
	h.t.Helper()
	h.ok(h.in.Do(h.t.Context(), f))
}

// agent puts an agent who is connected and ready into groups.
func (h *hall) agent(id string, groups ...string) {
	h.t.Helper()
	h.do(func(ctx context.Context) error {
		if err := h.in.Agents().CreateAccount(ctx, agent.Account{ID: "acc_" + id, Email: id + "@example.test"}); err != nil {
			return err
		}
		err := h.in.Agents().Create(ctx, agent.Agent{
			ID: id, AccountID: "acc_" + id, Number: "no." + id, Name: strings.ToUpper(id), Role: agent.Member,
			Intent: agent.Ready, IdleSince: h.now(), TextCap: 2, CreatedAt: h.now(),
		})
		for _, g := range groups {
			if err == nil {
				err = h.in.Groups().SetMember(ctx, queue.Membership{GroupID: g, AgentID: id, Priority: 3})
			}
		}
		return err
	})
	h.here[id] = true
	h.ok(h.desk.Touch(h.t.Context(), id))
}

// busy makes an agent who is there but takes nobody.
func (h *hall) busy(id string, groups ...string) {
	h.t.Helper()
	h.agent(id, groups...)
	h.ok(h.desk.SetIntent(h.t.Context(), id, agent.NotReady, ""))
}

// publish makes the next version of a flow the live one, pinned to the flows that it enters as they are live; the flow
// is made when there is none.
func (h *hall) publish(ivrID, name string, g graph.Graph) {
	h.t.Helper()
	h.do(func(ctx context.Context) error {
		f, err := h.in.Flows().ByIvr(ctx, ivrID)
		if err != nil {
			f = flow.Flow{ID: "flow_" + ivrID, IvrID: ivrID, Name: name, Draft: g, CreatedAt: h.now()}
			if err := h.in.Flows().Create(ctx, f); err != nil {
				return err
			}
		}
		f.Live++
		v := flow.Version{ID: h.newID("ver_"), FlowID: f.ID, Number: f.Live, Graph: g, Pins: h.pins(g), CreatedAt: h.now()}
		if err := h.in.Flows().AddVersion(ctx, v); err != nil {
			return err
		}
		return h.in.Flows().Update(ctx, f, f.DraftRev)
	})
	h.r.Published(ivrID)
}

// pins are the live versions of the flows that a graph enters.
func (h *hall) pins(g graph.Graph) map[string]string {
	h.t.Helper()
	var pins map[string]string
	for _, n := range g.Nodes {
		if n.Kind != "subflow" {
			continue
		}
		var c subflow.Config
		h.ok(json.Unmarshal(n.Config, &c))
		f, err := h.in.Flows().Get(h.t.Context(), c.Flow)
		h.ok(err)
		v, err := h.in.Flows().VersionByNumber(h.t.Context(), f.ID, f.Live)
		h.ok(err)
		if pins == nil {
			pins = map[string]string{}
		}
		pins[f.ID] = v.ID
	}
	return pins
}

// unpublish takes a flow off.
func (h *hall) unpublish(ivrID string) {
	h.t.Helper()
	h.do(func(ctx context.Context) error {
		f, err := h.in.Flows().ByIvr(ctx, ivrID)
		if err != nil {
			return err
		}
		f.Live = 0
		return h.in.Flows().Update(ctx, f, f.DraftRev)
	})
	h.r.Published(ivrID)
}

// start begins a session of the caller "cal" by video, with a key of its own.
func (h *hall) start(change ...func(*session.StartRequest)) session.View {
	h.t.Helper()
	q := session.StartRequest{
		CallerID: "cal", Nickname: "小王", Channel: "web", IvrID: ivr, Media: queue.Video, Key: h.newID("key_"), ClientData: `{"page":"/buy"}`,
	}
	for _, f := range change {
		f(&q)
	}
	v, err := h.r.Start(h.t.Context(), q)
	h.ok(err)
	h.settle()
	return v
}

func option(id string) func(*session.StartRequest) {
	return func(q *session.StartRequest) { q.OptionID = id }
}

func media(m queue.Media) func(*session.StartRequest) {
	return func(q *session.StartRequest) { q.Media = m }
}

// choose answers a view's menu.
func (h *hall) choose(v session.View, optionID, text string) session.View {
	h.t.Helper()
	got, err := h.r.Input(h.t.Context(), "cal", v.SessionID, session.InputRequest{OptionID: optionID, Text: text, StepToken: v.StepToken})
	h.ok(err)
	h.settle()
	return got
}

// accept lets the agent who is rung say yes; media comes up at once.
func (h *hall) accept(sessionID string) queue.Offer {
	h.t.Helper()
	h.settle()
	o, ok, err := h.in.Entries().OpenOfferOf(h.t.Context(), sessionID)
	h.ok(err)
	if !ok {
		h.t.Fatalf("nobody is rung for %s; log:\n%s", sessionID, h.log)
	}
	_, err = h.d.Accept(h.t.Context(), o.AgentID, o.ID)
	h.ok(err)
	h.ok(h.d.MediaUp(h.t.Context(), o.ID))
	return o
}

// is checks a session's state and gives its view.
func (h *hall) is(sessionID string, want session.State) session.View {
	h.t.Helper()
	v, err := h.r.View(h.t.Context(), sessionID)
	h.ok(err)
	if v.State != want {
		h.t.Errorf("session is %s, want %s; log:\n%s", v.State, want, h.log)
	}
	return v
}

// ended checks how a session ended.
func (h *hall) ended(sessionID string, by session.ClosedBy, reason string) {
	h.t.Helper()
	v := h.is(sessionID, session.Ended)
	if v.Ended == nil || v.Ended.By != by || v.Ended.Reason != reason {
		h.t.Errorf("ended %+v, want by %s: %s", v.Ended, by, reason)
	}
}

// said checks what the flow said in a session.
func (h *hall) said(sessionID string, want ...string) {
	h.t.Helper()
	if got := h.chat.said[sessionID]; !slices.Equal(got, want) {
		h.t.Errorf("the caller was told\n%q, want\n%q", got, want)
	}
}

// frames lists the states that a topic was told of a session, with the type of the last frame.
func (h *hall) frames(topic string) (states []string) {
	h.t.Helper()
	all, err := h.in.Frames(h.t.Context(), topic, 0, 1000)
	h.ok(err)
	for _, f := range all {
		if !strings.HasPrefix(f.Type, "session.") {
			continue
		}
		var v session.View
		h.ok(json.Unmarshal(f.Data, &v))
		states = append(states, strings.TrimPrefix(f.Type, "session.")+" "+string(v.State))
	}
	return states
}

// events lists the kinds of events on record of a session.
func (h *hall) events(sessionID string) (kinds []string) {
	h.t.Helper()
	all, err := h.in.Events(h.t.Context(), sessionID)
	h.ok(err)
	for _, e := range all {
		if strings.HasPrefix(string(e.Kind), "session.") {
			kinds = append(kinds, strings.TrimPrefix(string(e.Kind), "session."))
		}
	}
	return kinds
}

// chats is Chat; it keeps what was said.
type chats struct {
	said map[string][]string
	mute bool // for benchmarks
}

func (c *chats) Say(_ context.Context, sessionID, text string) error {
	if text != "" && !c.mute {
		c.said[sessionID] = append(c.said[sessionID], text)
	}
	return nil
}

// calls is Calls of sessions and of the queue: a call is its offer.
type calls struct{ open map[string]string }

func (c *calls) OpenFor(_ context.Context, sessionID string, o queue.Offer) error {
	c.open[sessionID] = "call of " + o.ID
	return nil
}
func (c *calls) CloseSession(_ context.Context, sessionID string) error {
	delete(c.open, sessionID)
	return nil
}
func (c *calls) CallOf(_ context.Context, sessionID string) (string, error) {
	return c.open[sessionID], nil
}
func (c *calls) Missing(context.Context, string) (string, error) { return "system", nil }
