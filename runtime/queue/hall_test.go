package queue_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/agent"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/timer"
	"foyer/storage"
	"foyer/storage/storagetest"
)

// hall is a whole queue on a real database with a clock that only wait moves: the agents' desks are real, the
// sessions, their media and their chat are notes of what was asked of them. Nothing runs by itself.
type hall struct {
	t     *testing.T
	path  string
	store *storage.Store
	in    *storage.Instance
	wheel *timer.Wheel
	d     *queue.Dispatcher
	desk  *agent.Desk
	book  *queue.GroupBook
	notes *notes
	newID event.NewID
	log   *strings.Builder

	time time.Time
	here map[string]bool // agents whose desks send signs of life

	settled func() // called whenever everything has settled
}

// morning is when every test begins.
var morning = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// inHall runs a test in a fresh hall with one group of the standard settings, called "sales".
func inHall(t *testing.T, f func(t *testing.T, h *hall)) {
	t.Helper()
	h := &hall{
		t: t, path: filepath.Join(t.TempDir(), "foyer.db"), time: morning,
		here: map[string]bool{}, notes: newNotes(), log: &strings.Builder{},
	}
	h.newID = event.IDs(h.now, rand.Reader)
	h.open()
	h.group("sales", nil)
	f(t, h)
}

func (h *hall) now() time.Time { return h.time }

// open builds everything on the database as it is.
func (h *hall) open() {
	h.store = storagetest.OpenAt(h.t, h.path, func(c *storage.Config) { c.Clock = h.now })
	h.in = h.store.Instance(storagetest.Tenant)
	log := slog.New(slog.NewTextHandler(h.log, nil))
	h.wheel = timer.NewWheel(h.in, h.in.Timers(), h.now, log)
	h.desk = &agent.Desk{Agents: h.in.Agents(), Slots: h.in.Entries(), Ledger: h.in, Now: h.now}
	h.d = queue.NewDispatcher(queue.Deps{
		Ledger: h.in, Entries: h.in.Entries(), Groups: h.in.Groups(), Timers: h.wheel, Sessions: h.notes, Roster: h.desk,
		Calls: h.notes, Chat: h.notes, Meter: h.notes, Ring: h.notes.ring, Clock: h.now, NewID: h.newID, Log: log,
	})
	h.desk.Offers = h.d
	h.book = &queue.GroupBook{
		Ledger: h.in, Groups: h.in.Groups(), Entries: h.in.Entries(), Changed: h.d.AgentChanged, Clock: h.now, NewID: h.newID,
	}
	h.ok(h.wheel.Load(h.t.Context()))
	h.ok(h.d.Recover(h.t.Context()))
	agents, err := h.in.Agents().List(h.t.Context())
	h.ok(err)
	for _, a := range agents {
		h.ok(h.desk.Gone(h.t.Context(), a.ID)) // no desk is connected yet, whatever its lease says
	}
	h.settle()
}

// crash takes the database away from under everything, as a kill does, lets time pass and opens it again.
func (h *hall) crash(away time.Duration) {
	h.ok(h.store.Close())
	h.time = h.time.Add(away)
	h.open()
}

// settle lets happen what is due now.
func (h *hall) settle() {
	h.wheel.FireDue(h.t.Context())
	h.d.Match(h.t.Context())
	if h.settled != nil {
		h.settled()
	}
}

// wait lets time pass, stopping wherever a timer is due, and for the signs of life that desks send and the look
// at those that do not.
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
		h.settle()
		if h.time.Truncate(tick).Equal(h.time) {
			for id := range h.here {
				h.ok(h.desk.Touch(h.t.Context(), id))
			}
			h.d.Watch(h.t.Context())
			h.settle()
		}
	}
}

func (h *hall) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) do(f func(ctx context.Context) error) {
	h.t.Helper()
	h.ok(h.in.Do(h.t.Context(), f))
}

// group makes a group, its id being its name.
func (h *hall) group(name string, change func(*queue.SkillGroup)) {
	h.t.Helper()
	g := queue.Fresh()
	g.ID, g.Name, g.CreatedAt = name, name, h.now()
	if change != nil {
		change(&g)
	}
	h.do(func(ctx context.Context) error {
		if _, err := h.in.Groups().Group(ctx, name); err == nil {
			return h.in.Groups().UpdateGroup(ctx, g)
		}
		return h.in.Groups().CreateGroup(ctx, g)
	})
}

// agent puts an agent who is connected and ready into groups.
func (h *hall) agent(id string, groups ...string) {
	h.t.Helper()
	h.do(func(ctx context.Context) error {
		if err := h.in.Agents().CreateAccount(ctx, agent.Account{ID: "acc_" + id, Email: id + "@example.test"}); err != nil {
			return err
		}
		return h.in.Agents().Create(ctx, agent.Agent{
			ID: id, AccountID: "acc_" + id, Number: "no." + id, Name: strings.ToUpper(id), Role: agent.Member,
			Intent: agent.Ready, IdleSince: h.now(), TextCap: 2, CreatedAt: h.now(),
		})
	})
	for _, g := range groups {
		h.ok(h.book.SetMember(h.t.Context(), queue.Membership{GroupID: g, AgentID: id}))
	}
	h.arrive(id)
	h.wait(time.Millisecond) // so that no two have been idle for the same time
}

func (h *hall) arrive(id string) {
	h.t.Helper()
	h.here[id] = true
	h.ok(h.desk.Touch(h.t.Context(), id))
	h.settle()
}

// vanish stops an agent's signs of life, with or without the word of the socket that closed.
func (h *hall) vanish(id string, word bool) {
	h.t.Helper()
	delete(h.here, id)
	if word {
		h.ok(h.desk.Gone(h.t.Context(), id))
	}
	h.settle()
}

// enqueue puts a session into a group's queue and waits until everything has settled.
func (h *hall) enqueue(session string, media queue.Media, hand nodes.Handoff) (port graph.Port) {
	h.t.Helper()
	if hand.Group == "" {
		hand.Group = "sales"
	}
	h.do(func(ctx context.Context) (err error) {
		port, err = h.d.Enqueue(ctx, queue.Request{SessionID: session, Media: media, Handoff: hand})
		return err
	})
	h.wait(time.Millisecond) // so that no two came at the same time
	return port
}

// offer is the open offer of a session, which must be there.
func (h *hall) offer(session string) queue.Offer {
	h.t.Helper()
	h.settle()
	o, ok, err := h.in.Entries().OpenOfferOf(h.t.Context(), session)
	h.ok(err)
	if !ok {
		h.t.Fatalf("session %s has no open offer; log:\n%s", session, h.log)
	}
	return o
}

// rings checks whom a session rings at now; nobody when agent is empty.
func (h *hall) rings(session, agent string) {
	h.t.Helper()
	h.settle()
	o, ok, err := h.in.Entries().OpenOfferOf(h.t.Context(), session)
	h.ok(err)
	if o.AgentID != agent || ok && o.State != queue.Pending {
		h.t.Errorf("session %s: offer to %q in state %q, want a ring of %q", session, o.AgentID, o.State, agent)
	}
}

// was checks what became of an offer.
func (h *hall) was(o queue.Offer, want queue.OfferState, reason string) queue.Offer {
	h.t.Helper()
	now, err := h.in.Entries().Offer(h.t.Context(), o.ID)
	h.ok(err)
	if now.State != want || now.Reason != reason {
		h.t.Errorf("offer of %s to %s: %s %q, want %s %q", o.SessionID, o.AgentID, now.State, now.Reason, want, reason)
	}
	return now
}

// waits checks the state of a session's open entry.
func (h *hall) waits(session string, want bool) queue.Entry {
	h.t.Helper()
	e, ok, err := h.in.Entries().EntryOf(h.t.Context(), session)
	h.ok(err)
	if ok != want {
		h.t.Errorf("session %s is in the queue: %v, want %v", session, ok, want)
	}
	return e
}

func (h *hall) who(id string) agent.Agent {
	h.t.Helper()
	a, err := h.in.Agents().Get(h.t.Context(), id)
	h.ok(err)
	return a
}

// frames lists what an agent's desk was told about offers.
func (h *hall) frames(id string) (types []string) {
	h.t.Helper()
	all, err := h.in.Frames(h.t.Context(), event.AgentTopic(id), 0, 1000)
	h.ok(err)
	for _, f := range all {
		if strings.HasPrefix(f.Type, "offer.") {
			types = append(types, f.Type)
		}
	}
	return types
}

// notes is Sessions, Calls, Chat and Meter: it notes what it is asked, by session.
type notes struct {
	mu    sync.Mutex
	by    map[string][]string
	met   map[string]int
	rang  int
	waits []time.Duration
	fail  map[string]error // what to answer to a note

	missing string // whose media is not there
}

func newNotes() *notes {
	return &notes{by: map[string][]string{}, met: map[string]int{}, fail: map[string]error{}}
}

func (n *notes) note(session, what string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.by[session] = append(n.by[session], what)
	return n.fail[session+" "+what]
}

func (n *notes) Guest(_ context.Context, session string) (queue.Guest, error) {
	if session == "panic" {
		panic("no such guest")
	}
	return queue.Guest{Nickname: "guest " + session, Channel: "web", Path: []queue.Turn{{Keyword: "2", Label: "产品报障"}}}, nil
}
func (n *notes) OnOffered(_ context.Context, s string) error     { return n.note(s, "offered") }
func (n *notes) OnWaiting(_ context.Context, s string) error     { return n.note(s, "waiting") }
func (n *notes) OnConnected(_ context.Context, s string) error   { return n.note(s, "connected") }
func (n *notes) OnMediaFailed(_ context.Context, s string) error { return n.note(s, "mediaFailed") }
func (n *notes) CloseSession(_ context.Context, s string) error  { return n.note(s, "callClosed") }
func (n *notes) Missing(_ context.Context, s string) (string, error) {
	if n.missing != "" {
		return n.missing, nil
	}
	return "system", nil
}
func (n *notes) Say(_ context.Context, s, text string) error { return n.note(s, "said "+text) }
func (n *notes) OpenFor(_ context.Context, s string, o queue.Offer) error {
	return n.note(s, "callOpened")
}
func (n *notes) OnAccepted(_ context.Context, s string, o queue.Offer) error {
	return n.note(s, "accepted "+o.AgentID)
}
func (n *notes) QueueExit(_ context.Context, s string, p graph.Port) error {
	return n.note(s, "exit "+string(p))
}

func (n *notes) Offer(how queue.OfferState) { n.meet(string(how)) }
func (n *notes) LetGo(port graph.Port)      { n.meet("exit " + string(port)) }
func (n *notes) Waited(d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.waits = append(n.waits, d)
}
func (n *notes) meet(what string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.met[what]++
}
func (n *notes) ring(topic string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if topic == event.GroupTopic("sales") {
		n.rang++
	}
}

// want checks all notes of a session.
func (h *hall) noted(session string, want ...string) {
	h.t.Helper()
	h.notes.mu.Lock()
	defer h.notes.mu.Unlock()
	if got := h.notes.by[session]; !slices.Equal(got, want) {
		h.t.Errorf("session %s:\n got %q\nwant %q", session, got, want)
	}
}

func (h *hall) met(what string, times int) {
	h.t.Helper()
	h.notes.mu.Lock()
	defer h.notes.mu.Unlock()
	if h.notes.met[what] != times {
		h.t.Errorf("%q was counted %d times, want %d: %v", what, h.notes.met[what], times, fmt.Sprint(h.notes.met))
	}
}
