package flow

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/designer/graph"
)

// The limits of what a flow is called and of what is said about a version.
const (
	MaxName = 40  // characters
	MaxNote = 200 // characters
)

// Work runs one decision: everything that f writes is committed together or not at all.
type Work interface {
	Do(ctx context.Context, f func(ctx context.Context) error) error
}

// Kinds is what this package asks about node kinds.
type Kinds interface {
	Check(ctx context.Context, g graph.Graph) []graph.Issue // every problem of a flow, warnings too
	Fresh() graph.Graph                                     // the graph of a new flow
	Enters(g graph.Graph) []graph.Reference                 // where it enters other flows
	Groups(g graph.Graph) []graph.Reference                 // where it names skill groups
}

// Designer does what admins do with flows. All fields but OnLive must be set; none may change afterwards.
type Designer struct {
	Flows  Flows
	Work   Work
	Kinds  Kinds
	Clock  func() time.Time
	NewID  func(prefix string) string
	Random func(b []byte) (int, error) // fills b, e.g. crypto/rand.Read
	OnLive func(ivrID string)          // called once a publish, roll-back or unpublish has been committed
}

// Create makes a flow with an empty draft. Errors: ErrName.
func (d *Designer) Create(ctx context.Context, account, name string) (Flow, error) {
	name, err := cleanName(name)
	if err != nil {
		return Flow{}, err
	}
	return d.create(ctx, account, name, d.Kinds.Fresh())
}

func (d *Designer) create(ctx context.Context, account, name string, draft graph.Graph) (Flow, error) {
	ivrID, err := NewIvrID(d.Random)
	if err != nil {
		return Flow{}, fmt.Errorf("creating flow: %w", err)
	}
	now := d.Clock()
	f := Flow{
		ID: d.NewID("flow_"), IvrID: ivrID, Name: name, Draft: draft, DraftRev: 1,
		UpdatedAt: now, UpdatedBy: account, CreatedAt: now,
	}
	if err := d.Work.Do(ctx, func(ctx context.Context) error { return d.Flows.Create(ctx, f) }); err != nil {
		return Flow{}, fmt.Errorf("creating flow: %w", err)
	}
	return f, nil
}

// List gives every flow, the newest change first.
func (d *Designer) List(ctx context.Context) ([]Summary, error) {
	flows, err := d.Flows.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing flows: %w", err)
	}
	used, err := d.usedBy(ctx, flows)
	if err != nil {
		return nil, fmt.Errorf("listing flows: %w", err)
	}
	list := make([]Summary, len(flows))
	for i, f := range flows {
		if list[i], err = d.summary(ctx, f); err != nil {
			return nil, fmt.Errorf("listing flows: %w", err)
		}
		list[i].UsedBy = used[f.ID]
	}
	return list, nil
}

// Get gives one flow. Errors: ErrNotFound.
func (d *Designer) Get(ctx context.Context, id string) (Summary, error) {
	f, err := d.Flows.Get(ctx, id)
	if err != nil {
		return Summary{}, fmt.Errorf("flow %s: %w", id, err)
	}
	flows, err := d.Flows.List(ctx)
	if err != nil {
		return Summary{}, fmt.Errorf("listing flows: %w", err)
	}
	used, err := d.usedBy(ctx, flows)
	if err != nil {
		return Summary{}, err
	}
	s, err := d.summary(ctx, f)
	s.UsedBy = used[f.ID]
	return s, err
}

// summary derives what is not stored.
func (d *Designer) summary(ctx context.Context, f Flow) (Summary, error) {
	running, err := d.Flows.Running(ctx, f.ID)
	if err != nil {
		return Summary{}, fmt.Errorf("sessions of flow %s: %w", f.ID, err)
	}
	s := Summary{Flow: f, State: stateOf(f.Live, running), Sessions: running}
	if f.Live > 0 {
		live, err := d.Flows.VersionByNumber(ctx, f.ID, f.Live)
		if err != nil {
			return Summary{}, fmt.Errorf("live version of flow %s: %w", f.ID, err)
		}
		s.Dirty = !graph.Equal(f.Draft, live.Graph)
	}
	return s, nil
}

func stateOf(live, running int) State {
	switch {
	case live == 0:
		return Unpublished
	case running > 0:
		return InUse
	}
	return Published
}

// Rename gives a flow another name. Errors: ErrName, ErrNotFound.
func (d *Designer) Rename(ctx context.Context, account, id, name string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	_, err = d.change(ctx, account, id, func(_ context.Context, f *Flow) error {
		f.Name = name
		return nil
	})
	return err
}

// SaveDraft keeps what was drawn, finished or not. rev is the DraftRev that the drawing began with. Saving what is
// stored already changes nothing. Errors: ErrConflict when rev is not the stored one, ErrMalformed for a graph that
// no canvas could have drawn, ErrNotFound.
func (d *Designer) SaveDraft(ctx context.Context, account, id string, rev int, g graph.Graph) (Flow, error) {
	if err := g.Valid(); err != nil {
		return Flow{}, fmt.Errorf("saving draft of %s: %w", id, err)
	}
	return d.change(ctx, account, id, func(_ context.Context, f *Flow) error {
		if rev != f.DraftRev {
			return ErrConflict
		}
		if graph.Equal(f.Draft, g) {
			return errUnchanged
		}
		f.Draft = g
		f.DraftRev++
		return nil
	})
}

// Check lists the problems of a graph as it is drawn. That a flow enters itself is found by Publish alone.
func (d *Designer) Check(ctx context.Context, g graph.Graph) []graph.Issue {
	return d.Kinds.Check(ctx, g)
}

// errUnchanged ends a change that has nothing to write.
var errUnchanged = errors.New("nothing to change")

// change reads a flow, lets f change it and writes it back, all in one decision.
func (d *Designer) change(ctx context.Context, account, id string, f func(context.Context, *Flow) error) (Flow, error) {
	var after Flow
	err := d.Work.Do(ctx, func(ctx context.Context) (err error) {
		if after, err = d.Flows.Get(ctx, id); err != nil {
			return err
		}
		rev := after.DraftRev
		switch err := f(ctx, &after); {
		case errors.Is(err, errUnchanged):
			return nil
		case err != nil:
			return err
		}
		after.UpdatedAt, after.UpdatedBy = d.Clock(), account
		return d.Flows.Update(ctx, after, rev)
	})
	if err != nil {
		return Flow{}, fmt.Errorf("flow %s: %w", id, err)
	}
	return after, nil
}

// Duplicate makes a new flow with the same draft, called after the old one with a number behind. Errors: ErrNotFound.
func (d *Designer) Duplicate(ctx context.Context, account, id string) (Flow, error) {
	f, err := d.Flows.Get(ctx, id)
	if err != nil {
		return Flow{}, fmt.Errorf("flow %s: %w", id, err)
	}
	flows, err := d.Flows.List(ctx)
	if err != nil {
		return Flow{}, fmt.Errorf("duplicating flow %s: %w", id, err)
	}
	taken := make(map[string]bool, len(flows))
	for _, other := range flows {
		taken[other.Name] = true
	}
	return d.create(ctx, account, copyName(f.Name, taken), f.Draft)
}

// Delete removes a flow with all its versions. Errors: ErrInUse when it is live or a session runs on it, be it through
// another flow; *UsedError when live versions of others enter it; ErrNotFound.
func (d *Designer) Delete(ctx context.Context, id string) error {
	err := d.Work.Do(ctx, func(ctx context.Context) error {
		f, err := d.Flows.Get(ctx, id)
		if err != nil {
			return err
		}
		running, err := d.Flows.Running(ctx, id)
		if err != nil {
			return err
		}
		if f.Live > 0 || running > 0 {
			return ErrInUse
		}
		if err := d.unused(ctx, id); err != nil {
			return err
		}
		if inside, err := d.walked(ctx, id); err != nil {
			return err
		} else if inside {
			return ErrInUse
		}
		return d.Flows.Delete(ctx, id)
	})
	if err != nil {
		return fmt.Errorf("deleting flow %s: %w", id, err)
	}
	return nil
}

// cleanName takes the spaces off a name and refuses an empty or a long one.
func cleanName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if n := utf8.RuneCountInString(name); n < 1 || n > MaxName {
		return "", ErrName
	}
	return name, nil
}

// copyName finds the first free "name (2)", "name (3)" …, cutting the name where it would be too long.
func copyName(name string, taken map[string]bool) string {
	base := []rune(strings.TrimSpace(name))
	for n := 2; ; n++ {
		tail := fmt.Sprintf(" (%d)", n)
		keep := min(len(base), MaxName-utf8.RuneCountInString(tail))
		if c := string(base[:keep]) + tail; !taken[c] {
			return c
		}
	}
}
