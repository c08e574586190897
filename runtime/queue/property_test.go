package queue_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
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
				m := &model{hall: h, rnd: rand.New(rand.NewPCG(seed, 99)), groups: []string{"sales", "repair"}, offers: map[string]queue.Offer{}}
				m.group("sales", func(g *queue.SkillGroup) { g.WrapSeconds, g.WaitSeconds = 15, 60 })
				m.group("repair", func(g *queue.SkillGroup) { g.RingSeconds, g.WrapSeconds, g.RestOnMiss = 8, 0, true })
				for i := range 8 {
					id := fmt.Sprintf("agent%d", i)
					m.agents = append(m.agents, id)
					m.agent(id, m.groups[i%2:][:1+(i+1)%2]...) // every other one in both groups
				}
				m.settled = m.check
				for step := range 250 {
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
	case n < 75 && open:
		m.say("%s has done with %s", o.AgentID, o.SessionID)
		if o.State == queue.Connected {
			m.do(func(ctx context.Context) error { return m.d.Leave(ctx, o.SessionID, "left") })
		}
		m.fine(m.d.Complete(ctx, o.AgentID, o.ID))
	case n < 77 && session != "":
		m.say("%s leaves", session)
		m.do(func(ctx context.Context) error { return m.d.Leave(ctx, session, "left") })
	case n < 79:
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
	if m.enqueue(id, media, nodes.Handoff{Group: m.pick(m.groups)}) == "" {
		m.live = append(m.live, id)
	}
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

func (m *model) check() {
	open, err := m.in.Entries().OpenOffers(m.t.Context(), "")
	m.ok(err)
	entries, err := m.in.Entries().OpenEntries(m.t.Context())
	m.ok(err)
	fresh := m.follow(open)
	m.oneWinner(open)
	m.capacity(open)
	m.onlyRoutable(open)
	m.deadlines(open, entries)
	for _, o := range fresh {
		m.inOrder(o, entries)
	}
	m.nobodyIdle(entries)
}

// follow notes what became of all offers and gives the new rings.
func (m *model) follow(open []queue.Offer) (fresh []queue.Offer) {
	now := map[string]bool{}
	for _, o := range open {
		if was, known := m.offers[o.ID]; !known && o.State == queue.Pending {
			fresh = append(fresh, o)
		} else if known && !was.Open() {
			m.t.Errorf("I8: offer of %s was %s and is %s again", o.SessionID, was.State, o.State)
		}
		m.offers[o.ID], now[o.ID] = o, true
	}
	for id, was := range m.offers {
		if was.Open() && !now[id] {
			o, err := m.in.Entries().Offer(m.t.Context(), id)
			m.ok(err)
			m.offers[id] = o
		}
	}
	return fresh
}

// stay checks that offers that ended stayed as they ended.
func (m *model) stay() {
	for id, was := range m.offers {
		if now, err := m.in.Entries().Offer(m.t.Context(), id); err != nil || now.State != was.State {
			m.t.Errorf("I8: offer of %s was %s and is %s, %v", was.SessionID, was.State, now.State, err)
		}
	}
}

// I2: at most one agent has a session.
func (m *model) oneWinner(open []queue.Offer) {
	has := map[string]string{}
	for _, o := range open {
		if o.State == queue.Wrapping {
			continue
		}
		if other, taken := has[o.SessionID]; taken {
			m.t.Errorf("I2: %s has both %s and %s", o.SessionID, other, o.AgentID)
		}
		has[o.SessionID] = o.AgentID
	}
}

// I3: nobody has more than fits.
func (m *model) capacity(open []queue.Offer) {
	whole, texts := map[string]int{}, map[string]int{}
	for _, o := range open {
		if o.Media.Exclusive() {
			whole[o.AgentID]++
		} else {
			texts[o.AgentID]++
		}
	}
	for _, a := range m.agents {
		if whole[a] > 1 || texts[a] > 2 || whole[a] > 0 && texts[a] > 0 {
			m.t.Errorf("I3: %s has %d calls and %d texts", a, whole[a], texts[a])
		}
	}
}

// I4: only who may be rung is rung.
func (m *model) onlyRoutable(open []queue.Offer) {
	for _, o := range open {
		if o.State != queue.Pending {
			continue
		}
		ok, err := m.desk.Routable(m.t.Context(), o.AgentID)
		m.ok(err)
		e := m.waits(o.SessionID, true)
		if !ok || e.LostAt != nil {
			m.t.Errorf("I4: %s is rung for %s: routable %v, caller lost %v", o.AgentID, o.SessionID, ok, e.LostAt)
		}
	}
}

// I1, I8, I9: whatever waits for somebody has a deadline that is not over.
func (m *model) deadlines(open []queue.Offer, entries []queue.Entry) {
	for _, o := range open {
		if o.State != queue.Connected && o.DeadlineAt.Before(m.now()) {
			m.t.Errorf("I8: offer %s of %s is %s since %s after its deadline", o.ID, o.SessionID, o.State, m.now().Sub(o.DeadlineAt))
		}
	}
	for _, e := range entries {
		if e.State == queue.Waiting && !m.wheel.Has("entry.giveUp", e.ID) {
			m.t.Errorf("I1: %s waits without an end", e.SessionID)
		}
	}
}

// I5: whoever is rung for one caller could not have been rung for another who waits in the same line before.
func (m *model) inOrder(o queue.Offer, entries []queue.Entry) {
	mine := m.waits(o.SessionID, true)
	agents := []queue.Candidate{{AgentID: o.AgentID, TextCap: 1}}
	for _, e := range entries {
		earlier := e.GroupID == mine.GroupID && e.Media.Exclusive() == mine.Media.Exclusive() && e.EnteredAt.Before(mine.EnteredAt)
		if !earlier || e.State != queue.Waiting || e.LostAt != nil {
			continue
		}
		if _, could := queue.Choose(agents, e, queue.LongestIdle, o.CreatedAt); could {
			m.t.Errorf("I5: %s is rung for %s while %s waits since %s before", o.AgentID, o.SessionID, e.SessionID, mine.EnteredAt.Sub(e.EnteredAt))
		}
	}
}

// I7: nobody waits whom somebody could take.
func (m *model) nobodyIdle(entries []queue.Entry) {
	agents := map[string][]queue.Candidate{}
	for _, g := range m.groups {
		var err error
		agents[g], err = m.in.Entries().Candidates(m.t.Context(), g, m.now())
		m.ok(err)
	}
	for _, e := range entries {
		if e.State != queue.Waiting || e.LostAt != nil {
			continue
		}
		if c, ok := queue.Choose(agents[e.GroupID], e, queue.LongestIdle, m.now()); ok {
			m.t.Errorf("I7: %s waits and %s could take them", e.SessionID, c.AgentID)
		}
	}
}

// The same with real time and everybody at once: 8 agents, 40 callers, the loops running. Every caller is served
// once or gets out, and in the end nobody holds anything.
func TestEverybodyAtOnce(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("sales", func(g *queue.SkillGroup) { g.RingSeconds, g.WrapSeconds = 1, 0 })
		var agents []string
		for i := range 8 {
			agents = append(agents, fmt.Sprintf("agent%d", i))
			h.agent(agents[i], "sales")
		}
		h.d.Start(t.Context())
		defer h.d.Stop()
		ctx, stop := context.WithCancel(t.Context())
		var desks, callers sync.WaitGroup
		for _, a := range agents {
			desks.Go(func() { h.work(ctx, a) })
		}
		for i := range 40 {
			callers.Go(func() { h.visit(fmt.Sprintf("s%02d", i), i%5 == 0) })
		}
		callers.Wait()
		stop()
		desks.Wait()
		open, err := h.in.Entries().OpenOffers(t.Context(), "")
		h.ok(err)
		entries, err := h.in.Entries().OpenEntries(t.Context())
		h.ok(err)
		if len(open)+len(entries) > 0 {
			t.Errorf("left behind: offers %v, entries %v", open, entries)
		}
	})
}

// work is an agent who accepts, with some noes, talks for a moment, and goes on.
func (h *hall) work(ctx context.Context, id string) {
	for n := 0; ctx.Err() == nil; n++ {
		open, err := h.in.Entries().OpenOffers(h.t.Context(), id)
		if err != nil {
			h.t.Error(err)
			return
		}
		for _, o := range open {
			switch {
			case o.State == queue.Pending && n%7 == 3:
				err = h.d.Reject(h.t.Context(), id, o.ID, "")
			case o.State == queue.Pending:
				_, err = h.d.Accept(h.t.Context(), id, o.ID)
			case o.State == queue.Accepted:
				err = h.d.MediaUp(h.t.Context(), o.ID)
			}
			if err != nil && !errors.Is(err, queue.ErrOfferGone) {
				h.t.Error(err)
			}
		}
		time.Sleep(time.Millisecond)
	}
}

// visit is a caller who waits until they talk, or does not wait, and leaves.
func (h *hall) visit(session string, hasty bool) {
	media := queue.Text
	if hasty {
		media = queue.Video
	}
	err := h.in.Do(h.t.Context(), func(ctx context.Context) error {
		_, err := h.d.Enqueue(ctx, queue.Request{SessionID: session, Media: media, Handoff: nodes.Handoff{Group: "sales"}})
		return err
	})
	for deadline := time.Now().Add(30 * time.Second); err == nil && !hasty; time.Sleep(2 * time.Millisecond) {
		var o queue.Offer
		o, _, err = h.in.Entries().OpenOfferOf(h.t.Context(), session)
		if o.State == queue.Connected {
			break
		}
		if time.Now().After(deadline) {
			h.t.Errorf("%s was never served", session)
			break
		}
	}
	if err == nil {
		err = h.in.Do(h.t.Context(), func(ctx context.Context) error { return h.d.Leave(ctx, session, "left") })
	}
	if err != nil {
		h.t.Error(err)
	}
}
