package queue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
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
		ID: d.NewID("ent_"), SessionID: r.SessionID, GroupID: g.ID, Media: r.Media, Priority: r.Handoff.Priority, EnteredAt: now,
		GiveUpAt: now.Add(patience(g, r.Handoff)), State: Waiting, Handoff: r.Handoff,
	}
	if err := d.widen(ctx, &e); err != nil {
		return "", err
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

// atTheDoor decides whether a group takes one more caller. It does while somebody is there, be it only in a group that
// will help.
func (d *Dispatcher) atTheDoor(ctx context.Context, g SkillGroup, r Request) (graph.Port, error) {
	if staffed, err := d.staffed(ctx, g.ID, r.Handoff); err != nil {
		return "", err
	} else if !staffed {
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

// staffed tells whether anybody is there in a group or in those that will help it.
func (d *Dispatcher) staffed(ctx context.Context, groupID string, h nodes.Handoff) (bool, error) {
	ids := []string{groupID}
	for _, o := range h.Overflow {
		ids = append(ids, o.Group)
	}
	for _, id := range ids {
		n, err := d.Entries.Staffed(ctx, id, d.Clock())
		if err != nil {
			return false, fmt.Errorf("agents of group %s: %w", id, err)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, nil
}

// welcome tells a new caller that they are being connected and, when everybody is busy, their place.
func (d *Dispatcher) welcome(ctx context.Context, e Entry) error {
	if err := d.say(ctx, e.SessionID, e.Handoff.Connecting, nil); err != nil || e.Handoff.Queueing == "" {
		return err
	}
	agents, err := d.of(ctx, Line{GroupID: e.GroupID, Helpers: e.Helpers}, crew{})
	if err != nil {
		return err
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

// Standing is how a skill group stands at one moment.
type Standing struct {
	Length int // callers who wait, or are being offered
	Wait   int // seconds that a new caller is expected to wait; -1 when there is no honest estimate
	Ready  int // agents who could be rung now for a new caller of the media that was asked about
}

// Standing tells how a group stands for a new caller of a media. A group that is gone has nobody waiting and nobody ready.
func (d *Dispatcher) Standing(ctx context.Context, groupID string, m Media) (Standing, error) {
	length, err := d.Entries.CountOpen(ctx, groupID)
	if err != nil {
		return Standing{}, fmt.Errorf("length of queue %s: %w", groupID, err)
	}
	agents, err := d.Entries.Candidates(ctx, groupID, d.Clock())
	if err != nil {
		return Standing{}, fmt.Errorf("agents of group %s: %w", groupID, err)
	}
	s := Standing{Length: length, Wait: -1}
	for _, a := range agents {
		if a.Fits(m) {
			s.Ready++
		}
	}
	if wait := d.pace.wait(groupID, length+1, d.Clock()); wait != nil {
		s.Wait = *wait
	}
	return s, nil
}

// counted counts a caller who is let go.
func (d *Dispatcher) counted(ctx context.Context, port graph.Port) graph.Port {
	if port != "" && d.Meter != nil {
		d.Ledger.AfterCommit(ctx, func() { d.Meter.LetGo(port) })
	}
	return port
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
	return d.Chat.Say(ctx, sessionID, expression.Fill(text, values))
}

// patience is how long a caller of this hand-off waits at most.
func patience(g SkillGroup, h nodes.Handoff) time.Duration {
	if h.QueueTimeout > 0 {
		return h.QueueTimeout
	}
	return time.Duration(g.WaitSeconds) * time.Second
}
