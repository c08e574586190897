package queue_test

import (
	"slices"

	"foyer/runtime/queue"
)

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
		m.asWished(o)
	}
	m.helped(entries)
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
		ok := m.who(o.AgentID).Routable(m.now())
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

// I5: whoever is rung for one caller could not have been rung for another who waits and goes before.
func (m *model) inOrder(o queue.Offer, entries []queue.Entry) {
	mine := m.waits(o.SessionID, true)
	agents := []queue.Candidate{{AgentID: o.AgentID, TextCap: 1}}
	for _, e := range entries {
		first := e.Priority > mine.Priority || e.Priority == mine.Priority && e.EnteredAt.Before(mine.EnteredAt)
		if !first || e.Media.Exclusive() != mine.Media.Exclusive() || !m.member(o.AgentID, reach(e)) || e.State != queue.Waiting || e.LostAt != nil {
			continue
		}
		if _, could := queue.Choose(agents, e, queue.LongestIdle, o.CreatedAt); could {
			m.t.Errorf("I5: %s is rung for %s while %s waits, by %d and since %s before", o.AgentID, o.SessionID, e.SessionID,
				e.Priority-mine.Priority, mine.EnteredAt.Sub(e.EnteredAt))
		}
	}
}

// reach lists the groups whose agents may be rung for an entry now.
func reach(e queue.Entry) []string { return append([]string{e.GroupID}, e.Helpers...) }

func (m *model) member(agentID string, groups []string) bool {
	return slices.ContainsFunc(groups, func(id string) bool {
		in, err := m.in.Groups().Members(m.t.Context(), id)
		m.ok(err)
		return slices.ContainsFunc(in, func(g queue.Membership) bool { return g.AgentID == agentID })
	})
}

// A ring goes out through a group that may, and to another than the preferred agent only if they could not be rung.
func (m *model) asWished(o queue.Offer) {
	e := m.waits(o.SessionID, true)
	if !slices.Contains(reach(e), o.GroupID) || !m.member(o.AgentID, []string{o.GroupID}) {
		m.t.Errorf("%s is rung for %s through %s, which is none of %v or not theirs", o.AgentID, o.SessionID, o.GroupID, reach(e))
	}
	for _, id := range reach(e) {
		agents, err := m.in.Entries().Candidates(m.t.Context(), id, m.now())
		m.ok(err)
		for _, c := range agents {
			if c.AgentID != o.AgentID && c.Exclusive == 0 && c.Texts == 0 && e.Prefers(c) {
				m.t.Errorf("%s is rung for %s, who prefers %s", o.AgentID, o.SessionID, c.AgentID)
			}
		}
	}
}

// helped checks that exactly those groups help whose time has come, and that the next one's will.
func (m *model) helped(entries []queue.Entry) {
	for _, e := range entries {
		var due []string
		for _, o := range e.Handoff.Overflow {
			if !m.now().Before(e.EnteredAt.Add(o.After)) {
				due = append(due, o.Group)
			}
		}
		if !slices.Equal(due, e.Helpers) {
			m.t.Errorf("%s is helped by %v, and should be by %v", e.SessionID, e.Helpers, due)
		}
		if len(due) < len(e.Handoff.Overflow) && !m.wheel.Has("entry.overflow", e.ID) {
			m.t.Errorf("%s will never be helped by all", e.SessionID)
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
		for _, id := range reach(e) {
			if c, ok := queue.Choose(agents[id], e, queue.LongestIdle, m.now()); ok {
				m.t.Errorf("I7: %s waits and %s could take them", e.SessionID, c.AgentID)
			}
		}
	}
}
