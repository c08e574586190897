package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"foyer/runtime/timer"
)

// overflowTimer lets the next group help with an entry; its Ref is the entry.
const overflowTimer timer.Kind = "entry.overflow"

// widen writes into an entry which groups help with it by now, and sets the timer for the next one. The caller saves
// the entry.
func (d *Dispatcher) widen(ctx context.Context, e *Entry) error {
	var next time.Time
	e.Helpers, next = e.helpers(d.Clock())
	if next.IsZero() {
		return nil
	}
	return d.Timers.Set(ctx, timer.Timer{Kind: overflowTimer, Ref: e.ID, Due: next})
}

// helpers lists the groups whose time to help has come, in the order of the hand-off, and when the next one's comes;
// zero when there is none. The time runs from entering the queue, whatever happened since.
func (e Entry) helpers(now time.Time) (groups []string, next time.Time) {
	for _, o := range e.Handoff.Overflow {
		due := e.EnteredAt.Add(o.After)
		switch {
		case !now.Before(due):
			groups = append(groups, o.Group)
		case next.IsZero() || due.Before(next):
			next = due
		}
	}
	return groups, next
}

// overflows is called when the next group is to help with an entry.
func (d *Dispatcher) overflows(ctx context.Context, t timer.Timer) error {
	e, err := d.Entries.Entry(ctx, t.Ref)
	if errors.Is(err, ErrNoEntry) {
		return nil
	}
	if err != nil || e.State != Waiting && e.State != Offered {
		return err
	}
	if err := d.widen(ctx, &e); err != nil {
		return err
	}
	if err := d.Entries.UpdateEntry(ctx, e); err != nil {
		return fmt.Errorf("saving entry %s: %w", e.ID, err)
	}
	d.changed(ctx, e.GroupID)
	return nil
}

// dropWait drops the timers of a wait that is over.
func (d *Dispatcher) dropWait(ctx context.Context, e Entry) error {
	if len(e.Handoff.Overflow) > 0 {
		if err := d.Timers.Drop(ctx, overflowTimer, e.ID); err != nil {
			return err
		}
	}
	return d.Timers.Drop(ctx, giveUpTimer, e.ID)
}

// crew keeps who may be rung through each group while one choice is made.
type crew map[string][]Candidate

// of lists the agents who may be rung for the entries of a line: those of its group, then those who help. Somebody
// who belongs to several of the groups is there once, for the first.
func (d *Dispatcher) of(ctx context.Context, l Line, known crew) ([]Candidate, error) {
	var all []Candidate
	for _, id := range append([]string{l.GroupID}, l.Helpers...) {
		if _, read := known[id]; !read {
			agents, err := d.Entries.Candidates(ctx, id, d.Clock())
			if err != nil {
				return nil, fmt.Errorf("agents of group %s: %w", id, err)
			}
			known[id] = agents
		}
		for _, c := range known[id] {
			if !slices.ContainsFunc(all, func(a Candidate) bool { return a.AgentID == c.AgentID }) {
				all = append(all, c)
			}
		}
	}
	return all, nil
}
