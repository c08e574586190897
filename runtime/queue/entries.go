package queue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/event"
	"foyer/runtime/timer"
)

// giveUpTimer ends an entry's wait; its Ref is the entry.
const giveUpTimer timer.Kind = "entry.giveUp"

// maxFailures is how often the media of one entry may fail to come up before the caller is let go.
const maxFailures = 3

// Enqueue puts a session into the queue of a group and says the hand-off's texts. A port that is not empty
// means that the queue does not take the caller, who goes on through that port. Only inside Do.
func (d *Dispatcher) Enqueue(ctx context.Context, r Request) (graph.Port, error) {
	g, err := d.Groups.Group(ctx, r.Handoff.Group)
	if errors.Is(err, ErrNoGroup) {
		return d.counted(ctx, nodes.Failed), nil
	}
	if err != nil {
		return "", fmt.Errorf("group %s: %w", r.Handoff.Group, err)
	}
	port, err := d.atTheDoor(ctx, g, r)
	if err != nil || port != "" {
		return d.counted(ctx, port), err
	}
	now := d.Clock()
	e := Entry{
		ID: d.NewID("ent_"), SessionID: r.SessionID, GroupID: g.ID, Media: r.Media, EnteredAt: now,
		GiveUpAt: now.Add(patience(g, r.Handoff)), State: Waiting, Handoff: r.Handoff,
	}
	if err := d.Entries.AddEntry(ctx, e); err != nil {
		return "", fmt.Errorf("queueing session %s: %w", r.SessionID, err)
	}
	if err := d.Timers.Set(ctx, timer.Timer{Kind: giveUpTimer, Ref: e.ID, Due: e.GiveUpAt}); err != nil {
		return "", err
	}
	d.changed(ctx, g.ID)
	return "", d.welcome(ctx, e)
}

// atTheDoor decides whether a group takes one more caller.
func (d *Dispatcher) atTheDoor(ctx context.Context, g SkillGroup, r Request) (graph.Port, error) {
	staffed, err := d.Entries.Staffed(ctx, g.ID, d.Clock())
	if err != nil {
		return "", fmt.Errorf("agents of group %s: %w", g.ID, err)
	}
	if staffed == 0 {
		return nodes.NoAgent, nil // the node itself says so as the caller leaves through this exit
	}
	if g.MaxWaiting == 0 {
		return "", nil
	}
	open, err := d.Entries.CountOpen(ctx, g.ID)
	if err != nil {
		return "", fmt.Errorf("entries of group %s: %w", g.ID, err)
	}
	if open >= g.MaxWaiting {
		return nodes.Full, nil
	}
	return "", nil
}

// welcome tells a new caller that they are being connected and, when everybody is busy, their place.
func (d *Dispatcher) welcome(ctx context.Context, e Entry) error {
	if err := d.say(ctx, e.SessionID, e.Handoff.Connecting, nil); err != nil || e.Handoff.Queueing == "" {
		return err
	}
	agents, err := d.Entries.Candidates(ctx, e.GroupID, d.Clock())
	if err != nil {
		return fmt.Errorf("agents of group %s: %w", e.GroupID, err)
	}
	if _, free := Choose(agents, e, LongestIdle, d.Clock()); free {
		return nil
	}
	position, err := d.Entries.Position(ctx, e)
	if err != nil {
		return fmt.Errorf("position of session %s: %w", e.SessionID, err)
	}
	return d.say(ctx, e.SessionID, e.Handoff.Queueing, map[string]string{nodes.WaitNo: strconv.Itoa(position - 1)})
}

// Position is the caller's place, 1 being next, and an estimate in seconds of the wait that is left; nil when
// there is no honest one. Position 0 means that the session is not in a queue.
func (d *Dispatcher) Position(ctx context.Context, sessionID string) (position int, wait *int, err error) {
	e, ok, err := d.Entries.EntryOf(ctx, sessionID)
	if err != nil || !ok {
		return 0, nil, err
	}
	if position, err = d.Entries.Position(ctx, e); err != nil {
		return 0, nil, err
	}
	return position, d.pace.wait(e.GroupID, position, d.Clock()), nil
}

// Leave takes a session out: its entry is left, an agent who is rung or about to talk is freed, one who talked
// goes into wrap-up. There may be nothing to leave. Only inside Do.
func (d *Dispatcher) Leave(ctx context.Context, sessionID, reason string) error {
	e, waits, err := d.Entries.EntryOf(ctx, sessionID)
	if err != nil {
		return fmt.Errorf("entry of session %s: %w", sessionID, err)
	}
	if waits {
		if err := d.close(ctx, &e); err != nil {
			return err
		}
	}
	o, open, err := d.Entries.OpenOfferOf(ctx, sessionID)
	if err != nil || !open {
		return err
	}
	switch o.State {
	case Pending, Accepted:
		return d.turn(ctx, &o, reason, cancel)
	case Connected:
		return d.wrapUp(ctx, o, reason)
	}
	return nil
}

// CallerLost keeps the entry at its place but offers it to nobody; an agent who is being rung is freed.
func (d *Dispatcher) CallerLost(ctx context.Context, sessionID string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		e, ok, err := d.Entries.EntryOf(ctx, sessionID)
		if err != nil || !ok || e.LostAt != nil {
			return err
		}
		now := d.Clock()
		e.LostAt = &now
		if e.State == Waiting {
			return d.Entries.UpdateEntry(ctx, e)
		}
		if err := d.moveEntry(ctx, &e, giveBack); err != nil {
			return err
		}
		o, open, err := d.Entries.OpenOfferOf(ctx, sessionID)
		if err != nil || !open {
			return err
		}
		if err := d.turn(ctx, &o, "callerLost", cancel); err != nil {
			return err
		}
		return d.Sessions.OnWaiting(ctx, sessionID)
	})
}

// CallerBack lets a lost caller's entry be offered again.
func (d *Dispatcher) CallerBack(ctx context.Context, sessionID string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		e, ok, err := d.Entries.EntryOf(ctx, sessionID)
		if err != nil || !ok || e.LostAt == nil {
			return err
		}
		e.LostAt = nil
		d.changed(ctx, e.GroupID)
		return d.Entries.UpdateEntry(ctx, e)
	})
}

// waitedEnough is called at GiveUpAt. A ring is not cut: when it comes to nothing, the wait ends then.
func (d *Dispatcher) waitedEnough(ctx context.Context, t timer.Timer) error {
	e, err := d.Entries.Entry(ctx, t.Ref)
	if errors.Is(err, ErrNoEntry) {
		return nil
	}
	if err != nil || e.State != Waiting {
		return err
	}
	return d.letGo(ctx, e, nodes.TimedOut)
}

// letGo ends a wait through a port of the hand-off.
func (d *Dispatcher) letGo(ctx context.Context, e Entry, port graph.Port) error {
	if err := d.close(ctx, &e); err != nil {
		return err
	}
	return d.Sessions.QueueExit(ctx, e.SessionID, d.counted(ctx, port))
}

// counted counts a caller who is let go.
func (d *Dispatcher) counted(ctx context.Context, port graph.Port) graph.Port {
	if port != "" && d.Meter != nil {
		d.Ledger.AfterCommit(ctx, func() { d.Meter.LetGo(port) })
	}
	return port
}

// close ends an open entry.
func (d *Dispatcher) close(ctx context.Context, e *Entry) error {
	if err := d.moveEntry(ctx, e, leave); err != nil {
		return err
	}
	return d.Timers.Drop(ctx, giveUpTimer, e.ID)
}

// backToLine lets an entry wait on at its place after an offer that came to nothing.
func (d *Dispatcher) backToLine(ctx context.Context, o Offer) error {
	e, err := d.Entries.Entry(ctx, o.EntryID)
	if err != nil {
		return fmt.Errorf("entry of offer %s: %w", o.ID, err)
	}
	now := d.Clock()
	if e.State == Served { // the wait had ended, so it begins anew; the place stays
		g, err := d.group(ctx, e.GroupID)
		if err != nil {
			return err
		}
		e.GiveUpAt = now.Add(patience(g, e.Handoff))
		if err := d.Timers.Set(ctx, timer.Timer{Kind: giveUpTimer, Ref: e.ID, Due: e.GiveUpAt}); err != nil {
			return err
		}
	}
	e.Attempts = append(e.Attempts, Attempt{AgentID: o.AgentID, How: o.State, At: now})
	if err := d.moveEntry(ctx, &e, giveBack); err != nil {
		return err
	}
	switch {
	case failures(e) >= maxFailures:
		return d.letGo(ctx, e, nodes.Failed)
	case !now.Before(e.GiveUpAt):
		return d.letGo(ctx, e, nodes.TimedOut)
	}
	return d.Sessions.OnWaiting(ctx, e.SessionID)
}

func failures(e Entry) (n int) {
	for _, a := range e.Attempts {
		if a.How == FailedSet {
			n++
		}
	}
	return n
}

// moveEntry moves an entry and saves it.
func (d *Dispatcher) moveEntry(ctx context.Context, e *Entry, ev entryEvent) error {
	if err := e.apply(ev); err != nil {
		return err
	}
	if err := d.Entries.UpdateEntry(ctx, *e); err != nil {
		return fmt.Errorf("saving entry %s: %w", e.ID, err)
	}
	d.changed(ctx, e.GroupID)
	return nil
}

// changed tells the loop and the watchers of a group, after the commit, that its queue is another now.
func (d *Dispatcher) changed(ctx context.Context, groupID string) {
	d.Ledger.AfterCommit(ctx, func() {
		d.Wake()
		if d.Ring != nil {
			d.Ring(event.GroupTopic(groupID))
		}
	})
}

// group reads a group that may have been deleted while something of it is still going on.
func (d *Dispatcher) group(ctx context.Context, id string) (SkillGroup, error) {
	g, err := d.Groups.Group(ctx, id)
	if errors.Is(err, ErrNoGroup) {
		return Fresh(), nil
	}
	return g, err
}

func (d *Dispatcher) say(ctx context.Context, sessionID, text string, values map[string]string) error {
	if text == "" {
		return nil
	}
	return d.Chat.Say(ctx, sessionID, nodes.Fill(text, values))
}

// patience is how long a caller of this hand-off waits at most.
func patience(g SkillGroup, h nodes.Handoff) time.Duration {
	if h.QueueTimeout > 0 {
		return h.QueueTimeout
	}
	return time.Duration(g.WaitSeconds) * time.Second
}
