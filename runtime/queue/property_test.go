package queue_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"foyer/nodes"
	"foyer/runtime/agent"
	"foyer/runtime/queue"
)

// model does random things to a hall and checks after each that what must always hold does.
type model struct {
	*hall
	rnd      *rand.Rand
	groups   []string
	agents   []string
	sessions int
	live     []string
	offers   map[string]queue.Offer // all there ever were, as last seen
	did      string
}

// The invariants of routing under 8 agents, 40 sessions at a time, and everything that can go wrong in between.
func TestInvariants(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inHall(t, func(t *testing.T, h *hall) {
				m := &model{hall: h, rnd: rand.New(rand.NewPCG(seed, 99)), groups: []string{"sales", "repair", "night"}, offers: map[string]queue.Offer{}}
				m.group("sales", func(g *queue.SkillGroup) { g.WrapSeconds, g.WaitSeconds = 15, 60 })
				m.group("repair", func(g *queue.SkillGroup) { g.RingSeconds, g.WrapSeconds, g.RestOnMiss = 8, 0, true })
				m.group("night", func(g *queue.SkillGroup) { g.RingSeconds = 90 })
				for i := range 8 {
					id := fmt.Sprintf("agent%d", i)
					m.agents = append(m.agents, id)
					m.agent(id, [][]string{{"sales", "repair"}, {"repair"}, {"sales"}, {"night", "sales"}}[i%4]...)
				}
				m.settled = m.check
				for step := range 300 {
					m.step()
					m.settle()
					if t.Failed() {
						t.Fatalf("at step %d: %s", step, m.did)
					}
				}
				m.stay()
				if len(m.offers) < 40 {
					t.Errorf("only %d offers were made: nothing was tried", len(m.offers))
				}
			})
		})
	}
}

// step does one random thing. What is refused, because it comes too late, is fine.
func (m *model) step() {
	ctx := m.t.Context()
	m.live = slices.DeleteFunc(m.live, m.gone)
	session, who := m.pick(m.live), m.pick(m.agents)
	o, open := m.anOffer()
	switch n := m.rnd.IntN(100); {
	case (n < 25 || n < 70 && !open) && len(m.live) < 40:
		m.come()
	case n < 45 && open:
		m.say("%s accepts %s", o.AgentID, o.SessionID)
		_, err := m.d.Accept(ctx, o.AgentID, o.ID)
		m.fine(err)
	case n < 50 && open:
		m.say("%s rejects %s", o.AgentID, o.SessionID)
		m.fine(m.d.Reject(ctx, o.AgentID, o.ID, "no"))
	case n < 60 && open:
		m.say("media of %s is up", o.SessionID)
		m.ok(m.d.MediaUp(ctx, o.ID))
	case n < 64 && open:
		m.say("media of %s fails", o.SessionID)
		m.ok(m.d.MediaFailed(ctx, o.ID, m.pick([]string{"agent", "caller", "system"})))
	case n < 73 && open:
		m.say("%s has done with %s", o.AgentID, o.SessionID)
		if o.State == queue.Connected {
			m.do(func(ctx context.Context) error { return m.d.Leave(ctx, o.SessionID, "left") })
		}
		m.fine(m.d.Complete(ctx, o.AgentID, o.ID))
	case n < 74 && session != "":
		m.say("%s leaves", session)
		m.do(func(ctx context.Context) error { return m.d.Leave(ctx, session, "left") })
	case n < 79:
		if open { // rather one who is rung for than one of the many who only wait
			session = o.SessionID
		}
		m.say("%s's line is lost", session)
		m.ok(m.d.CallerLost(ctx, session))
	case n < 82:
		m.say("the lost are back")
		for _, s := range m.live {
			m.ok(m.d.CallerBack(ctx, s))
		}
	case n < 92:
		m.ok(m.mood(ctx, who))
	case n < 93:
		m.say("killed")
		m.crash(time.Duration(m.rnd.IntN(40)) * time.Second)
	default:
		d := time.Duration(m.rnd.IntN(8000)) * time.Millisecond
		m.say("%s pass", d)
		m.wait(d)
	}
}

// gone tells that a session neither waits nor is rung for nor talks.
func (m *model) gone(session string) bool {
	_, waits, err := m.in.Entries().EntryOf(m.t.Context(), session)
	m.ok(err)
	o, open, err := m.in.Entries().OpenOfferOf(m.t.Context(), session)
	m.ok(err)
	return !waits && (!open || o.State == queue.Wrapping)
}

// mood changes what an agent does.
func (m *model) mood(ctx context.Context, who string) error {
	switch m.rnd.IntN(12) {
	case 0:
		m.say("%s rests", who)
		return m.desk.SetIntent(ctx, who, agent.Rest, "")
	case 1:
		m.say("%s vanishes", who)
		m.vanish(who, true)
		return nil
	case 2:
		m.say("%s arrives", who)
		m.arrive(who)
		return nil
	}
	m.say("a shift comes to work")
	for range 3 {
		m.arrive(who)
		if err := m.desk.SetIntent(ctx, who, agent.Ready, ""); err != nil {
			return err
		}
		who = m.pick(m.agents)
	}
	return nil
}

func (m *model) come() {
	m.sessions++
	id := fmt.Sprintf("s%03d", m.sessions)
	media := []queue.Media{queue.Video, queue.Audio, queue.Text, queue.Text}[m.rnd.IntN(4)]
	m.say("%s comes for %s", id, media)
	if m.enqueue(id, media, m.wish()) == "" {
		m.live = append(m.live, id)
	}
}

// wish is a hand-off with or without a priority, a limit of waiting, a preferred agent and a group that helps.
func (m *model) wish() nodes.Handoff {
	h := nodes.Handoff{Group: m.pick(m.groups)}
	if m.rnd.IntN(4) == 0 {
		h.Priority = m.rnd.IntN(10)
	}
	if m.rnd.IntN(2) == 0 {
		h.QueueTimeout = time.Second // shorter than any ring
	}
	if m.rnd.IntN(3) == 0 {
		h.Preferred, h.PreferredFor = "no."+m.pick(m.agents), time.Duration(m.rnd.IntN(12))*time.Second
	}
	for m.rnd.IntN(2) == 0 {
		h.Overflow = append(h.Overflow, nodes.Overflow{Group: m.pick(m.groups), After: time.Duration(m.rnd.IntN(20)) * time.Second})
	}
	return h
}

func (m *model) say(format string, args ...any) { m.did = fmt.Sprintf(format, args...) }

func (m *model) pick(of []string) string {
	if len(of) == 0 {
		return ""
	}
	return of[m.rnd.IntN(len(of))]
}

func (m *model) anOffer() (queue.Offer, bool) {
	open, err := m.in.Entries().OpenOffers(m.t.Context(), "")
	m.ok(err)
	if len(open) == 0 {
		return queue.Offer{}, false
	}
	return open[m.rnd.IntN(len(open))], true
}

func (m *model) fine(err error) {
	m.t.Helper()
	if err != nil && !errors.Is(err, queue.ErrOfferGone) && !errors.Is(err, queue.ErrTalking) {
		m.t.Fatalf("%s: %v", m.did, err)
	}
}
