package agent

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/queue"
)

// Lease is how long a desk counts as connected after it was last heard of.
const Lease = 25 * time.Second

// ReasonMax is how long the reason of a rest may be, in characters.
const ReasonMax = 40

// The kinds of events of this package.
const (
	LoggedIn event.Kind = "agent.login"
	StateSet event.Kind = "agent.state"
)

// Offers is who must know that an agent became routable or no longer is. It takes back what rings in vain.
type Offers interface {
	AgentChanged(ctx context.Context, agentID string) error
}

// Desk keeps what agents are doing right now.
type Desk struct {
	Agents Agents
	Slots  Slots
	Offers Offers
	Ledger event.Ledger
	Now    event.Clock

	mu   sync.Mutex
	gone map[string]time.Time // agents whose departure was told, and up to which end of a lease
}

// View is an agent as their desk and the lists show them.
type View struct {
	AgentID string    `json:"agentId"`
	Number  string    `json:"number"`
	Name    string    `json:"name"`
	Role    Role      `json:"role"`
	Shown   Shown     `json:"shown"`
	Intent  Intent    `json:"intent"`
	Reason  string    `json:"reason,omitempty"`
	Next    Intent    `json:"next,omitempty"`
	Since   time.Time `json:"since"` // of the shown state
	Fault   Fault     `json:"fault,omitempty"`
	Load    Load      `json:"load"`
	TextCap int       `json:"textCap"`
}

// Load is how many of an agent's slots are held.
type Load struct {
	Exclusive int `json:"exclusive"` // video and audio
	Texts     int `json:"texts"`
}

// SetIntent is the agent's wish. Leaving ready while somebody is served is booked for afterwards; whatever rings
// is taken back at once. Ready clears a fault. ErrInvalid for an unknown intent, or a reason that is
// too long or no text.
func (d *Desk) SetIntent(ctx context.Context, agentID string, i Intent, reason string) error {
	reason = strings.TrimSpace(reason)
	if !goodIntent(i) || !goodReason(reason) {
		return fmt.Errorf("setting intent %q: %w", i, ErrInvalid)
	}
	if i != Rest {
		reason = ""
	}
	return d.happen(ctx, agentID, happening(i), func(a *Agent) { a.Reason = reason })
}

// Recover is the one click back from a fault, to ready.
func (d *Desk) Recover(ctx context.Context, agentID string) error {
	return d.happen(ctx, agentID, recovered, func(a *Agent) { a.Reason = "" })
}

// Missed notes that the agent let an offer ring out; rest sends them to rest instead of not responding.
func (d *Desk) Missed(ctx context.Context, agentID string, rest bool) error {
	if rest {
		return d.happen(ctx, agentID, missedToRest, func(a *Agent) { a.Reason = "" })
	}
	return d.happen(ctx, agentID, missed, nil)
}

// DeviceFailed notes that a call could not be set up on the agent's side.
func (d *Desk) DeviceFailed(ctx context.Context, agentID string) error {
	return d.happen(ctx, agentID, deviceFailed, nil)
}

// Idle notes that one of the agent's slots became free. With the last one, what was booked happens.
func (d *Desk) Idle(ctx context.Context, agentID string) error {
	return d.change(ctx, agentID, func(a *Agent, w Work) {
		a.IdleSince = d.Now()
		if !w.occupied() {
			d.move(a, workDone, false)
		}
	})
}

// Touch renews the lease of a connected desk.
func (d *Desk) Touch(ctx context.Context, agentID string) error {
	a, err := d.Agents.Get(ctx, agentID)
	if err != nil {
		return fmt.Errorf("hearing of agent %s: %w", agentID, err)
	}
	if !a.Presence.After(d.Now()) {
		return d.change(ctx, agentID, func(a *Agent, _ Work) { a.Presence = d.Now().Add(Lease) })
	}
	err = d.Ledger.Do(ctx, func(ctx context.Context) error { // nothing that anybody sees has changed
		a, err := d.Agents.Get(ctx, agentID)
		if err != nil {
			return err
		}
		a.Presence = d.Now().Add(Lease)
		return d.Agents.Update(ctx, a)
	})
	if err != nil {
		return fmt.Errorf("hearing of agent %s: %w", agentID, err)
	}
	return nil
}

// Gone notes that the agent's last socket is lost: the lease ends now, and whatever rings is taken back.
func (d *Desk) Gone(ctx context.Context, agentID string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		now := d.Now()
		d.Ledger.AfterCommit(ctx, func() {
			d.mu.Lock()
			defer d.mu.Unlock()
			if d.gone == nil {
				d.gone = map[string]time.Time{}
			}
			d.gone[agentID] = now
		})
		return d.change(ctx, agentID, func(a *Agent, _ Work) {
			if a.Presence.After(now) {
				a.Presence = now
			}
		})
	})
}

// toldGone tells whether Gone has dealt with the end of the agent's lease already.
func (d *Desk) toldGone(a Agent) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, told := d.gone[a.ID]
	return told && !a.Presence.After(at)
}

// State shows one agent.
func (d *Desk) State(ctx context.Context, agentID string) (View, error) {
	a, err := d.Agents.Get(ctx, agentID)
	if err == nil && a.RemovedAt != nil {
		err = ErrNotFound
	}
	if err != nil {
		return View{}, fmt.Errorf("showing agent %s: %w", agentID, err)
	}
	open, err := d.Slots.OpenOffers(ctx, agentID)
	if err != nil {
		return View{}, fmt.Errorf("showing agent %s: %w", agentID, err)
	}
	return view(a, open, d.Now()), nil
}

// States shows all agents, by work number.
func (d *Desk) States(ctx context.Context) ([]View, error) {
	all, err := d.Agents.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("showing the agents: %w", err)
	}
	open, err := d.Slots.OpenOffers(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("showing the agents: %w", err)
	}
	by := map[string][]queue.Offer{}
	for _, o := range open {
		by[o.AgentID] = append(by[o.AgentID], o)
	}
	views := make([]View, len(all))
	for i, a := range all {
		views[i] = view(a, by[a.ID], d.Now())
	}
	return views, nil
}

// Tell sends the agent's desk what it shows now; the queue calls it when the agent's offers have changed.
func (d *Desk) Tell(ctx context.Context, agentID string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		v, err := d.State(ctx, agentID)
		if err != nil {
			return err
		}
		return d.Ledger.Push(ctx, event.AgentTopic(agentID), "agent.updated", v)
	})
}

// Here tells whether the agent's desk is connected.
func (d *Desk) Here(ctx context.Context, agentID string) (bool, error) {
	a, err := d.Agents.Get(ctx, agentID)
	if err != nil {
		return false, err
	}
	return a.Presence.After(d.Now()), nil
}

// Badge is the agent's work number and name.
func (d *Desk) Badge(ctx context.Context, agentID string) (number, name string, err error) {
	a, err := d.Agents.Get(ctx, agentID)
	return a.Number, a.Name, err
}

// happen moves the agent's standing by the table; also does the rest.
func (d *Desk) happen(ctx context.Context, agentID string, h happening, also func(*Agent)) error {
	return d.change(ctx, agentID, func(a *Agent, w Work) {
		d.move(a, h, w.occupied())
		if also != nil {
			also(a)
		}
	})
}

// move applies the table to an agent.
func (d *Desk) move(a *Agent, h happening, occupied bool) {
	was := standing{a.Intent, a.Next, a.Fault}
	to := moves[h](was, occupied)
	if to.Intent != was.Intent || to.Fault != was.Fault {
		a.IntentAt = d.Now()
	}
	if was.Intent == Offline && to.Intent == Ready {
		a.IdleSince = a.IntentAt // coming to work starts the count; a rest in between does not
	}
	a.Intent, a.Next, a.Fault = to.Intent, to.Next, to.Fault
}

// change is the one way in which an agent's state is written: row, record, the desk's frame and the queue's
// notice are one decision.
func (d *Desk) change(ctx context.Context, agentID string, f func(a *Agent, w Work)) error {
	err := d.Ledger.Do(ctx, func(ctx context.Context) error {
		a, err := d.Agents.Get(ctx, agentID)
		if err != nil {
			return err
		}
		if a.RemovedAt != nil {
			return ErrNotFound
		}
		open, err := d.Slots.OpenOffers(ctx, agentID)
		if err != nil {
			return err
		}
		f(&a, workOf(open))
		if err := d.Agents.Update(ctx, a); err != nil {
			return err
		}
		if err := d.Ledger.Append(ctx, stateEvent(a, d.Now())); err != nil {
			return err
		}
		if err := d.Offers.AgentChanged(ctx, agentID); err != nil {
			return err
		}
		return d.Tell(ctx, agentID)
	})
	if err != nil {
		return fmt.Errorf("changing the state of agent %s: %w", agentID, err)
	}
	return nil
}
