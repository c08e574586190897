package agent_test

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"foyer/runtime/agent"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/token"
	"foyer/storage"
	"foyer/storage/storagetest"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

const password = "correct horse"

// house is the whole package on a real database, with a clock that the test moves.
type house struct {
	t        *testing.T
	in       *storage.Instance
	hasher   *agent.Hasher
	accounts *agent.Accounts
	desk     *agent.Desk

	mu      sync.Mutex
	now     time.Time
	changed []string // agents whose change the queue was told of
}

func open(t *testing.T) *house {
	h := &house{t: t, now: start, hasher: agent.NewHasher(agent.Cost{Memory: 64, Time: 1, Threads: 1})}
	h.in = storagetest.Open(t, func(c *storage.Config) { c.Clock = h.clock })
	h.accounts = &agent.Accounts{
		Doors: agent.NewDoors(h.in.Agents(), h.in, h.clock, token.Random, h.hasher),
		Slots: h.in.Entries(), NewID: event.IDs(h.clock, rand.Reader),
	}
	h.desk = &agent.Desk{Agents: h.in.Agents(), Slots: h.in.Entries(), Offers: h, Ledger: h.in, Now: h.clock}
	return h
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

// AgentChanged stands in for the dispatcher: like it, it takes back what rings at an agent who is not routable.
func (h *house) AgentChanged(ctx context.Context, agentID string) error {
	h.mu.Lock()
	h.changed = append(h.changed, agentID)
	h.mu.Unlock()
	a, err := h.in.Agents().Get(ctx, agentID)
	if err != nil || a.Routable(h.clock()) {
		return err
	}
	open, err := h.in.Entries().OpenOffers(ctx, agentID)
	for _, o := range open {
		if o.State == queue.Pending {
			o.State = queue.Rescinded
			if err := h.in.Entries().UpdateOffer(ctx, o); err != nil {
				return err
			}
		}
	}
	return err
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// hire makes an agent with the standard password.
func (h *house) hire(number string, role agent.Role) agent.Agent {
	h.t.Helper()
	a, err := h.accounts.CreateAgent(h.t.Context(), agent.NewAgent{
		Email: "a" + number + "@example.com", Name: "Agent " + number, Number: number, Role: role, Password: password,
	})
	h.ok(err)
	return a
}

// atWork makes an agent who is connected and ready.
func (h *house) atWork(number string) agent.Agent {
	h.t.Helper()
	a := h.hire(number, agent.Member)
	h.ok(h.desk.Touch(h.t.Context(), a.ID))
	h.ok(h.desk.SetIntent(h.t.Context(), a.ID, agent.Ready, ""))
	return a
}

// offer puts an offer of the agent into the database, in the given state.
func (h *house) offer(id, agentID string, m queue.Media, s queue.OfferState) queue.Offer {
	h.t.Helper()
	o := queue.Offer{
		ID: id, EntryID: "ent_" + id, SessionID: "ses_" + id, GroupID: "grp", AgentID: agentID, Media: m, State: s,
		CreatedAt: h.clock(), DeadlineAt: h.clock().Add(time.Minute),
	}
	if s != queue.Pending {
		at := h.clock()
		o.AcceptedAt = &at
	}
	h.ok(h.in.Do(h.t.Context(), func(ctx context.Context) error { return h.in.Entries().AddOffer(ctx, o) }))
	return o
}

// turn moves an offer as the queue would.
func (h *house) turn(o queue.Offer, s queue.OfferState) {
	h.t.Helper()
	o.State = s
	h.ok(h.in.Do(h.t.Context(), func(ctx context.Context) error { return h.in.Entries().UpdateOffer(ctx, o) }))
}

// state is what the agent's desk shows.
func (h *house) state(id string) agent.View {
	h.t.Helper()
	v, err := h.desk.State(h.t.Context(), id)
	h.ok(err)
	return v
}

// routable tells whether the agent may be offered a caller.
func (h *house) routable(id string) bool {
	h.t.Helper()
	a, err := h.in.Agents().Get(h.t.Context(), id)
	h.ok(err)
	return a.Routable(h.clock())
}

// frames counts the frames of the agent's desk.
func (h *house) frames(id string) int64 {
	h.t.Helper()
	n, err := h.in.LastFrame(h.t.Context(), event.AgentTopic(id))
	h.ok(err)
	return n
}
