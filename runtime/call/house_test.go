package call_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/runtime/call"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/timer"
	"foyer/runtime/token"
	"foyer/storage"
	"foyer/storage/storagetest"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// house is a switchboard on a real database, with a media plane and a queue that write down what they are told.
type house struct {
	t     *testing.T
	path  string
	store *storage.Store
	in    *storage.Instance
	board *call.Switchboard
	log   *bytes.Buffer
	offer queue.Offer

	mu     sync.Mutex
	now    time.Time
	outs   map[string]func(call.Signal) // by leg
	joins  []call.Join
	closed []string // calls that the media plane was told to drop
	told   []string // what the queue was told
	refuse error    // of the next media offers
	inside func()   // runs within a media offer
}

func open(t *testing.T) *house {
	h := &house{t: t, now: start, path: filepath.Join(t.TempDir(), "foyer.db"), log: &bytes.Buffer{}}
	h.boot()
	h.offer = queue.Offer{
		ID: "off_1", EntryID: "ent_1", SessionID: "ses_1", GroupID: "grp_1", AgentID: "agt_1", Media: queue.Video,
		State: queue.Accepted, CreatedAt: start, DeadlineAt: start.Add(time.Minute),
	}
	h.do(func(ctx context.Context) error { return h.in.Entries().AddOffer(ctx, h.offer) })
	return h
}

// boot starts the process: what is in memory is new, what is in the database is there.
func (h *house) boot() {
	h.store = storagetest.OpenAt(h.t, h.path, func(c *storage.Config) { c.Clock = h.clock })
	h.in = h.store.Instance(storagetest.Tenant)
	h.outs = map[string]func(call.Signal){}
	log := slog.New(slog.NewTextHandler(h.log, nil))
	h.board = &call.Switchboard{
		Calls: h.in.Calls(), Media: h, Offers: h, Slots: h.in.Entries(), Timers: timer.NewWheel(h.in, h.in.Timers(), h.clock, log),
		Ledger: h.in, Now: h.clock, NewID: event.IDs(h.clock, rand.Reader), Mint: token.Random, Log: log,
	}
}

// kill ends the process without any farewell.
func (h *house) kill() {
	h.t.Helper()
	h.ok(h.store.Close())
	h.boot()
	h.ok(h.board.Recover(h.t.Context()))
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// Offer, Candidate and CloseCall stand in for the media plane.
func (h *house) Offer(_ context.Context, in call.Join, sdp string, out func(call.Signal)) (string, error) {
	if h.inside != nil {
		h.inside()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuse != nil {
		return "", h.refuse
	}
	h.joins = append(h.joins, in)
	h.outs[in.LegID] = out
	return "answer to " + sdp, nil
}

func (h *house) Candidate(_ context.Context, legID, _ string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.outs[legID] == nil {
		return call.ErrNotFound
	}
	return nil
}

func (h *house) CloseCall(callID string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = append(h.closed, callID)
}

// MediaUp and MediaFailed stand in for the queue.
func (h *house) MediaUp(_ context.Context, offerID string) error {
	h.told = append(h.told, "up "+offerID)
	return nil
}

func (h *house) MediaFailed(_ context.Context, offerID, side string) error {
	h.told = append(h.told, "failed "+offerID+" "+side)
	return nil
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) do(f func(ctx context.Context) error) {
	h.t.Helper()
	h.ok(h.in.Do(h.t.Context(), f))
}

// open opens the call of the session and gives it with the tickets of caller and agent.
func (h *house) open() (call.Call, call.Ticket, call.Ticket) {
	h.t.Helper()
	var c call.Call
	h.do(func(ctx context.Context) (err error) {
		c, err = h.board.Open(ctx, h.offer.SessionID, h.offer)
		return err
	})
	return c, h.ticket(event.SessionTopic("ses_1")), h.ticket(event.AgentTopic("agt_1"))
}

// ticket reads the newest ticket that was sent to a topic.
func (h *house) ticket(topic string) (t call.Ticket) {
	h.t.Helper()
	for _, f := range h.frames(topic) {
		if f.Type == call.FrameTicket {
			h.ok(json.Unmarshal(f.Data, &t))
		}
	}
	return t
}

func (h *house) frames(topic string) []event.Frame {
	h.t.Helper()
	all, err := h.in.Frames(h.t.Context(), topic, 0, 1000)
	h.ok(err)
	return all
}

// join joins with a secret and gives the one to come back with.
func (h *house) join(leg, secret string) string {
	h.t.Helper()
	a, err := h.board.Join(h.t.Context(), leg, secret, "sdp", false, func(call.Signal) {})
	h.ok(err)
	return a.Resume
}

// signal is the media plane telling of a leg.
func (h *house) signal(leg, kind string) {
	h.t.Helper()
	h.mu.Lock()
	out := h.outs[leg]
	h.mu.Unlock()
	if out == nil {
		h.t.Fatalf("nobody listens to leg %s", leg)
	}
	out(call.Signal{Type: kind})
}

// live opens a call and brings both legs up.
func (h *house) live() (c call.Call, caller, agent call.Ticket, resumeCaller, resumeAgent string) {
	h.t.Helper()
	c, caller, agent = h.open()
	resumeCaller, resumeAgent = h.join(caller.LegID, caller.Token), h.join(agent.LegID, agent.Token)
	h.signal(caller.LegID, "up")
	h.signal(agent.LegID, "up")
	h.want(c.ID, call.Live)
	return c, caller, agent, resumeCaller, resumeAgent
}

// want checks the state of a call, and that a return deadline is set if and only if it is broken.
func (h *house) want(id string, s call.State) {
	h.t.Helper()
	c, err := h.in.Calls().Call(h.t.Context(), id)
	h.ok(err)
	if c.State != s {
		h.t.Fatalf("the call is %s, want %s", c.State, s)
	}
	due, ok := h.deadline(id)
	if ok != (s == call.Broken) {
		h.t.Fatalf("the call is %s and has a deadline: %v", s, due)
	}
}

func (h *house) deadline(id string) (time.Time, bool) {
	h.t.Helper()
	all, err := h.in.Timers().AllTimers(h.t.Context())
	h.ok(err)
	for _, t := range all {
		if t.Kind == call.ReturnTimer && t.Ref == id {
			return t.Due, true
		}
	}
	return time.Time{}, false
}

// fire runs the return deadline as the wheel does: within a decision that has deleted the row.
func (h *house) fire(id string) {
	h.t.Helper()
	h.do(func(ctx context.Context) error {
		if err := h.in.Timers().DropTimer(ctx, call.ReturnTimer, id); err != nil {
			return err
		}
		return h.board.OnReturn(ctx, timerOf(id))
	})
}

// heard is the types of frames that a topic got, without the tickets.
func (h *house) heard(topic string) string {
	h.t.Helper()
	var all []string
	for _, f := range h.frames(topic) {
		if f.Type != call.FrameTicket {
			all = append(all, f.Type)
		}
	}
	return strings.Join(all, " ")
}

func timerOf(callID string) timer.Timer { return timer.Timer{Kind: call.ReturnTimer, Ref: callID} }
