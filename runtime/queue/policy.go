package queue

import (
	"cmp"
	"slices"
	"time"
)

// BackOff is how long an agent who let an offer of an entry pass is not offered the same entry again. While
// others can take it they are not offered it at all.
const BackOff = 10 * time.Second

// Order says which of two agents goes first, as for slices.SortFunc. Candidates that it finds equal go by id,
// so that the same situation always gives the same choice.
type Order func(a, b Candidate) int

// LongestIdle takes who has been without work for the longest time, then who is nearer to the group.
func LongestIdle(a, b Candidate) int {
	return cmp.Or(a.IdleSince.Compare(b.IdleSince), cmp.Compare(a.Priority, b.Priority))
}

// Fits tells whether the agent has room for a session of this media. Video and audio need an agent without any
// open offer; text needs one who is in no video or audio and below the cap.
func (c Candidate) Fits(m Media) bool {
	if m.Exclusive() {
		return c.Exclusive == 0 && c.Texts == 0
	}
	return c.Exclusive == 0 && c.Texts < c.TextCap
}

// Prefers tells whether the flow wants this agent to be rung before others. That is for one ring: whatever became of
// it, they are one of many afterwards.
func (e Entry) Prefers(c Candidate) bool {
	return e.Handoff.Preferred != "" && c.Number == e.Handoff.Preferred &&
		!slices.ContainsFunc(e.Attempts, func(a Attempt) bool { return a.AgentID == c.AgentID })
}

// Choose takes the agent whom the entry is offered to: the one it prefers when they have room, else by the order.
// Agents who let it pass before come after all others, the one who did so longest ago first, and not within BackOff.
func Choose(agents []Candidate, e Entry, order Order, now time.Time) (Candidate, bool) {
	passed := lastPassed(e)
	free := slices.DeleteFunc(slices.Clone(agents), func(c Candidate) bool {
		at, tried := passed[c.AgentID]
		return !c.Fits(e.Media) || tried && now.Sub(at) < BackOff
	})
	if len(free) == 0 {
		return Candidate{}, false
	}
	if i := slices.IndexFunc(free, e.Prefers); i >= 0 {
		return free[i], true
	}
	return slices.MinFunc(free, func(a, b Candidate) int {
		// who never passed has the zero time and so comes first
		return cmp.Or(passed[a.AgentID].Compare(passed[b.AgentID]), order(a, b), cmp.Compare(a.AgentID, b.AgentID))
	}), true
}

// lastPassed is when each agent last let the entry pass. A ring that was taken back is not held against anybody.
func lastPassed(e Entry) map[string]time.Time {
	passed := make(map[string]time.Time, len(e.Attempts))
	for _, a := range e.Attempts {
		if a.How != Rescinded && a.At.After(passed[a.AgentID]) {
			passed[a.AgentID] = a.At
		}
	}
	return passed
}

// before tells whether entry a is served before entry b: the higher priority, then the longer wait.
func before(a, b Entry) bool {
	return cmp.Or(cmp.Compare(b.Priority, a.Priority), a.EnteredAt.Compare(b.EnteredAt), cmp.Compare(a.ID, b.ID)) < 0
}
