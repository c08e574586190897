package queue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/timer"
)

const (
	sweepEvery = time.Second      // the net under the wakes
	watchEvery = 5                // sweeps between two looks for desks that went away without a word
	depth      = 32               // how far a line is searched for an entry that somebody may be offered
	sourTime   = 10 * time.Second // how long an entry whose offer could not be made is passed over
)

// Dispatcher is the one who offers waiting callers to agents. All decisions about entries and offers are its.
type Dispatcher struct {
	Deps
	pace pace
	wake chan struct{}
	sour map[string]time.Time // entries to pass over until then, by id; only matching touches it

	stop context.CancelFunc
	done chan struct{}
}

// NewDispatcher makes a dispatcher that does not match yet, and names its handlers to the timers.
func NewDispatcher(deps Deps) *Dispatcher {
	d := &Dispatcher{Deps: deps, wake: make(chan struct{}, 1), sour: map[string]time.Time{}}
	for kind, h := range map[timer.Kind]func(context.Context, timer.Timer) error{
		ringTimer: d.rangOut, setUpTimer: d.setUpFailed, returnTimer: d.notReturned, wrapTimer: d.wrapUpOver, giveUpTimer: d.waitedEnough,
		overflowTimer: d.overflows,
	} {
		d.Timers.Handle(kind, h)
	}
	return d
}

// Start matches until Stop.
func (d *Dispatcher) Start(ctx context.Context) {
	ctx, d.stop = context.WithCancel(ctx)
	d.done = make(chan struct{})
	go func() {
		defer close(d.done)
		d.loop(ctx)
	}()
}

// Stop stops matching and waits for the decision that is being made.
func (d *Dispatcher) Stop() {
	if d.stop == nil {
		return
	}
	d.stop()
	<-d.done
}

// Wake says that a caller or an agent may have become free to be matched. It never blocks.
func (d *Dispatcher) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func (d *Dispatcher) loop(ctx context.Context) {
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	for sweeps := 0; ; {
		d.Match(ctx)
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
		case <-sweep.C:
			if sweeps++; sweeps%watchEvery == 0 {
				d.Watch(context.WithoutCancel(ctx))
			}
		}
	}
}

// Match makes every offer that can be made now; a decision that was begun is finished when ctx ends. Start does
// this whenever it is woken; tests with a clock of their own call it themselves.
func (d *Dispatcher) Match(ctx context.Context) {
	for ctx.Err() == nil && d.match(context.WithoutCancel(ctx)) {
	}
}

// match makes at most one offer and tells whether it is worth trying again at once.
func (d *Dispatcher) match(ctx context.Context) (again bool) {
	var found pairing
	var offering bool
	err := d.guard(func() (err error) {
		// a look beforehand costs the ledger nothing while nobody can be matched
		if found, err = d.pick(ctx); err != nil || !found.ok {
			return err
		}
		return d.Ledger.Do(ctx, func(ctx context.Context) error {
			return d.guard(func() (err error) {
				if found, err = d.pick(ctx); err != nil || !found.ok {
					return err
				}
				offering = true
				return d.offer(ctx, found.entry, found.agent)
			})
		})
	})
	if err == nil {
		return found.ok
	}
	d.Log.Error("matching failed", "entry", found.entry.ID, "session", found.entry.SessionID, "err", err)
	if !offering || ledgerDown(err) {
		return false // the net tries again
	}
	d.sour[found.entry.ID] = d.Clock().Add(sourTime)
	return true
}

// ledgerDown tells whether a decision failed for a reason that has nothing to do with what was decided.
func ledgerDown(err error) bool {
	return errors.Is(err, event.ErrUnavailable) || errors.Is(err, event.ErrNotOwner) || errors.Is(err, event.ErrClosed)
}

// guard turns a panic into an error, so that one bad entry does not end all matching.
func (d *Dispatcher) guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// pairing is who is to be offered to whom.
type pairing struct {
	entry Entry
	agent Candidate
	ok    bool
}

// pick finds, over all groups, the first entry that somebody can take, and who. An entry nobody can take does
// not hold up those behind it.
func (d *Dispatcher) pick(ctx context.Context) (pairing, error) {
	var best pairing
	maps.DeleteFunc(d.sour, func(_ string, until time.Time) bool { return !d.Clock().Before(until) })
	lines, err := d.Entries.WaitingLines(ctx)
	if err != nil {
		return best, fmt.Errorf("lines of the queue: %w", err)
	}
	known := crew{}
	for _, l := range lines {
		agents, err := d.of(ctx, l, known)
		if err != nil {
			return best, err
		}
		p, err := d.pickOf(ctx, l, agents)
		if err != nil {
			return best, err
		}
		if p.ok && (!best.ok || before(p.entry, best.entry)) {
			best = p
		}
	}
	return best, nil
}

// pickOf finds the first entry of one line that one of the agents can take.
func (d *Dispatcher) pickOf(ctx context.Context, l Line, agents []Candidate) (pairing, error) {
	if len(agents) == 0 {
		return pairing{}, nil
	}
	entries, err := d.Entries.WaitingEntries(ctx, l, depth)
	if err != nil {
		return pairing{}, fmt.Errorf("entries of group %s: %w", l.GroupID, err)
	}
	for _, e := range entries {
		if _, sour := d.sour[e.ID]; sour {
			continue
		}
		if c, ok := Choose(agents, e, LongestIdle, d.Clock()); ok {
			return pairing{entry: e, agent: c, ok: true}, nil
		}
	}
	return pairing{}, nil
}

// offer rings an agent for an entry, by the settings of the group through which they are reached.
func (d *Dispatcher) offer(ctx context.Context, e Entry, c Candidate) error {
	g, err := d.Groups.Group(ctx, c.GroupID)
	if err != nil {
		return fmt.Errorf("group %s: %w", c.GroupID, err)
	}
	now, lasts := d.Clock(), time.Duration(g.RingSeconds)*time.Second
	if e.Prefers(c) && e.Handoff.PreferredFor > 0 {
		lasts = e.Handoff.PreferredFor
	}
	o := Offer{
		ID: d.NewID("ofr_"), EntryID: e.ID, SessionID: e.SessionID, GroupID: g.ID, AgentID: c.AgentID, Media: e.Media,
		State: Pending, CreatedAt: now, DeadlineAt: now.Add(lasts),
	}
	if err := d.Entries.AddOffer(ctx, o); err != nil {
		return fmt.Errorf("offer of session %s to agent %s: %w", e.SessionID, c.AgentID, err)
	}
	if err := d.moveEntry(ctx, &e, ring); err != nil {
		return err
	}
	if err := d.Timers.Set(ctx, timer.Timer{Kind: ringTimer, Ref: o.ID, Due: o.DeadlineAt}); err != nil {
		return err
	}
	if err := d.opened(ctx, e, o, g); err != nil {
		return err
	}
	if err := d.Sessions.OnOffered(ctx, e.SessionID); err != nil {
		return err
	}
	return d.Roster.Tell(ctx, o.AgentID)
}

// opened tells the desk and the record of a new offer.
func (d *Dispatcher) opened(ctx context.Context, e Entry, o Offer, g SkillGroup) error {
	guest, err := d.Sessions.Guest(ctx, e.SessionID)
	if err != nil {
		return fmt.Errorf("caller of session %s: %w", e.SessionID, err)
	}
	if err := d.noted(ctx, o); err != nil {
		return err
	}
	return d.Ledger.Push(ctx, event.AgentTopic(o.AgentID), FrameOpened, Opened{
		OfferID: o.ID, SessionID: o.SessionID, Deadline: o.DeadlineAt,
		Caller: Face{Nickname: guest.Nickname, Channel: guest.Channel}, Path: guest.Path,
		WaitedSeconds: int(o.CreatedAt.Sub(e.EnteredAt).Seconds()), Attempts: len(e.Attempts),
		Media: o.Media, Group: GroupName{ID: g.ID, Name: g.Name},
	})
}
