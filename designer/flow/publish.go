package flow

import (
	"context"
	"fmt"
	"unicode/utf8"

	"foyer/designer/graph"
)

// Publish makes the draft the next version and puts it live for new sessions; a running session stays on its own
// version. The flows that it enters are pinned as they are live now: publishing those anew does not change this one.
// rev is the DraftRev that is meant. The issues are those of the draft, warnings too. Errors: ErrProblems when one of
// them is an error, ErrConflict when rev is not the stored one, ErrNote, ErrNotFound.
func (d *Designer) Publish(ctx context.Context, account, id string, rev int, note string) (Version, []graph.Issue, error) {
	var issues []graph.Issue
	v, err := d.release(ctx, account, id, note, func(ctx context.Context, f *Flow) (map[string]string, error) {
		if rev != f.DraftRev {
			return nil, ErrConflict
		}
		round, err := d.circles(ctx, id, f.Draft)
		if err != nil {
			return nil, err
		}
		issues = append(d.Kinds.Check(ctx, f.Draft), round...)
		if graph.Sort(f.Draft, issues); graph.Blocking(issues) {
			return nil, ErrProblems
		}
		return d.pin(ctx, f.Draft, nil)
	})
	return v, issues, err
}

// Rollback publishes the content of an old version as a new one, and makes it the draft. The flows that it enters stay
// pinned as they were in the old version, so that callers meet what they met then; one whose old version is gone, or no
// longer passes the checks, is pinned as it is live now. Errors: ErrNoVersion, ErrProblems when the old content no
// longer passes the checks (a skill group was deleted), ErrNote, ErrNotFound.
func (d *Designer) Rollback(ctx context.Context, account, id string, number int, note string) (Version, error) {
	return d.release(ctx, account, id, note, func(ctx context.Context, f *Flow) (map[string]string, error) {
		old, err := d.Flows.VersionByNumber(ctx, id, number)
		if err != nil {
			return nil, err
		}
		round, err := d.circles(ctx, id, old.Graph)
		if err != nil {
			return nil, err
		}
		if len(round) > 0 || graph.Blocking(d.Kinds.Check(ctx, old.Graph)) {
			return nil, ErrProblems
		}
		f.Draft = old.Graph
		f.DraftRev++
		return d.pin(ctx, f.Draft, old.Pins)
	})
}

// release makes a flow's draft its next version and puts it live, once gate has let it pass with its pins.
func (d *Designer) release(ctx context.Context, account, id, note string, gate func(context.Context, *Flow) (map[string]string, error)) (Version, error) {
	if utf8.RuneCountInString(note) > MaxNote {
		return Version{}, ErrNote
	}
	var v Version
	f, err := d.change(ctx, account, id, func(ctx context.Context, f *Flow) error {
		pins, err := gate(ctx, f)
		if err != nil {
			return err
		}
		earlier, err := d.Flows.Versions(ctx, id)
		if err != nil {
			return err
		}
		v = Version{ID: d.NewID("ver_"), FlowID: id, Number: 1, Graph: f.Draft, Pins: pins, Note: note, Author: account, CreatedAt: d.Clock()}
		if len(earlier) > 0 {
			v.Number = earlier[0].Number + 1
		}
		f.Live = v.Number
		return d.Flows.AddVersion(ctx, v)
	})
	if err != nil {
		return Version{}, fmt.Errorf("publishing: %w", err)
	}
	d.live(f.IvrID)
	return v, nil
}

// Unpublish takes a flow off the air; of a flow that is not live, nothing changes. Sessions that run stay on their
// version to the end, which the admin must have agreed to with drain. Errors: ErrInUse, *UsedError when live versions
// of other flows enter it, ErrNotFound.
func (d *Designer) Unpublish(ctx context.Context, account, id string, drain bool) error {
	f, err := d.change(ctx, account, id, func(ctx context.Context, f *Flow) error {
		if f.Live == 0 {
			return errUnchanged
		}
		if err := d.unused(ctx, id); err != nil {
			return err
		}
		running, err := d.Flows.Running(ctx, id)
		if err != nil {
			return err
		}
		if running > 0 && !drain {
			return ErrInUse
		}
		f.Live = 0
		return nil
	})
	if err != nil {
		return fmt.Errorf("unpublishing: %w", err)
	}
	d.live(f.IvrID)
	return nil
}

func (d *Designer) live(ivrID string) {
	if d.OnLive != nil {
		d.OnLive(ivrID)
	}
}

// Versions lists the versions of a flow, newest first, without their graphs. Errors: ErrNotFound.
func (d *Designer) Versions(ctx context.Context, id string) ([]Version, error) {
	if _, err := d.Flows.Get(ctx, id); err != nil {
		return nil, fmt.Errorf("flow %s: %w", id, err)
	}
	versions, err := d.Flows.Versions(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("versions of flow %s: %w", id, err)
	}
	return versions, nil
}

// Version gives version n of a flow with its graph. Errors: ErrNoVersion.
func (d *Designer) Version(ctx context.Context, id string, n int) (Version, error) {
	v, err := d.Flows.VersionByNumber(ctx, id, n)
	if err != nil {
		return Version{}, fmt.Errorf("version %d of flow %s: %w", n, id, err)
	}
	return v, nil
}
