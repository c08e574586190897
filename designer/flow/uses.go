package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"foyer/designer/graph"
)

// UsedError names the flows whose live version enters a flow. It is an ErrUsed.
type UsedError struct{ By []string }

// Error names the flows.
func (e *UsedError) Error() string { return fmt.Sprintf("%v: %s", ErrUsed, strings.Join(e.By, ", ")) }

// Unwrap gives ErrUsed.
func (e *UsedError) Unwrap() error { return ErrUsed }

// GroupUse is what has to do with one skill group.
type GroupUse struct {
	Live     []string // names of flows whose live version names it, or enters a version that does
	Drafts   []string // names of flows of which only the draft does
	Sessions int      // that run on a version that does
}

// entered lists a version and all that it enters, each once; whole is false when one of them is gone.
func (d *Designer) entered(ctx context.Context, versionID string) (all []Version, whole bool, err error) {
	whole = true
	todo := []string{versionID}
	for len(todo) > 0 {
		id := todo[0]
		todo = todo[1:]
		if slices.ContainsFunc(all, func(v Version) bool { return v.ID == id }) {
			continue
		}
		v, err := d.Flows.Version(ctx, id)
		if errors.Is(err, ErrNoVersion) {
			whole = false
			continue
		}
		if err != nil {
			return nil, false, fmt.Errorf("version %s: %w", id, err)
		}
		all = append(all, v)
		for _, pin := range v.Pins {
			todo = append(todo, pin)
		}
	}
	return all, whole, nil
}

// VarsOf lists the variables that callers meet in a version: its own, and those of all that it enters. One name may
// stand there more than once.
func (d *Designer) VarsOf(ctx context.Context, v Version) ([]graph.Variable, error) {
	vars := slices.Clone(v.Graph.Vars)
	for _, pin := range v.Pins {
		all, _, err := d.entered(ctx, pin)
		if err != nil {
			return nil, err
		}
		for _, inner := range all {
			vars = append(vars, inner.Graph.Vars...)
		}
	}
	return vars, nil
}

// liveVersions gives, for each flow that is live, its live version and all that this enters.
func (d *Designer) liveVersions(ctx context.Context, flows []Flow) (map[string][]Version, error) {
	all := map[string][]Version{}
	for _, f := range flows {
		if f.Live == 0 {
			continue
		}
		v, err := d.Flows.VersionByNumber(ctx, f.ID, f.Live)
		if err == nil {
			all[f.ID], _, err = d.entered(ctx, v.ID)
		}
		if err != nil {
			return nil, fmt.Errorf("live version of flow %s: %w", f.ID, err)
		}
	}
	return all, nil
}

// usedBy names, for each flow, those whose live version enters it, be it through others.
func (d *Designer) usedBy(ctx context.Context, flows []Flow) (map[string][]string, error) {
	live, err := d.liveVersions(ctx, flows)
	if err != nil {
		return nil, err
	}
	used := map[string][]string{}
	for _, f := range flows {
		for _, v := range live[f.ID] {
			if v.FlowID != f.ID && !slices.Contains(used[v.FlowID], f.Name) {
				used[v.FlowID] = append(used[v.FlowID], f.Name)
			}
		}
	}
	return used, nil
}

// unused is a *UsedError when live versions of other flows enter this one.
func (d *Designer) unused(ctx context.Context, id string) error {
	flows, err := d.Flows.List(ctx)
	if err != nil {
		return err
	}
	used, err := d.usedBy(ctx, flows)
	if err == nil && len(used[id]) > 0 {
		err = &UsedError{used[id]}
	}
	return err
}

// walked tells whether a session runs on a version of any flow that enters this one.
func (d *Designer) walked(ctx context.Context, id string) (bool, error) {
	found := false
	err := d.running(ctx, func(all []Version, _ int) {
		found = found || slices.ContainsFunc(all, func(v Version) bool { return v.FlowID == id })
	})
	return found, err
}

// running tells f of each version that sessions run on, with all that it enters, and of how many sessions they are.
func (d *Designer) running(ctx context.Context, f func(all []Version, sessions int)) error {
	on, err := d.Flows.RunningOn(ctx)
	if err != nil {
		return fmt.Errorf("sessions in progress: %w", err)
	}
	for versionID, n := range on {
		all, _, err := d.entered(ctx, versionID)
		if err != nil {
			return err
		}
		f(all, n)
	}
	return nil
}

// GroupUses tells which flows and sessions have to do with each skill group, by its id.
func (d *Designer) GroupUses(ctx context.Context) (map[string]GroupUse, error) {
	flows, err := d.Flows.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing flows: %w", err)
	}
	live, err := d.liveVersions(ctx, flows)
	if err != nil {
		return nil, err
	}
	uses := map[string]GroupUse{}
	for _, f := range flows {
		served := d.groupsOf(live[f.ID])
		for _, id := range served {
			u := uses[id]
			u.Live = append(u.Live, f.Name)
			uses[id] = u
		}
		for _, id := range d.groupsOf([]Version{{Graph: f.Draft}}) {
			if u := uses[id]; !slices.Contains(served, id) {
				u.Drafts = append(u.Drafts, f.Name)
				uses[id] = u
			}
		}
	}
	return uses, d.running(ctx, func(all []Version, sessions int) {
		for _, id := range d.groupsOf(all) {
			u := uses[id]
			u.Sessions += sessions
			uses[id] = u
		}
	})
}

// groupsOf lists the skill groups that versions name, each once.
func (d *Designer) groupsOf(versions []Version) (ids []string) {
	for _, v := range versions {
		for _, ref := range d.Kinds.Groups(v.Graph) {
			if !slices.Contains(ids, ref.ID) {
				ids = append(ids, ref.ID)
			}
		}
	}
	return ids
}

// Users names, each once, the flows of which a graph is such as names tells: the draft, the live version or one that
// it enters, or, for as long as sessions run on it, any other version or one that this enters.
func (d *Designer) Users(ctx context.Context, names func(graph.Graph) bool) ([]string, error) {
	flows, err := d.Flows.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing flows: %w", err)
	}
	live, err := d.liveVersions(ctx, flows)
	if err != nil {
		return nil, err
	}
	such := func(all []Version) bool {
		return slices.ContainsFunc(all, func(v Version) bool { return names(v.Graph) })
	}
	walked := map[string]bool{} // by flow: a session runs on such a version
	if err := d.running(ctx, func(all []Version, _ int) {
		if such(all) {
			walked[all[0].FlowID] = true
		}
	}); err != nil {
		return nil, err
	}
	var users []string
	for _, f := range flows {
		if names(f.Draft) || such(live[f.ID]) || walked[f.ID] {
			users = append(users, f.Name)
		}
	}
	return users, nil
}
