package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"foyer/designer/graph"
)

// pin chooses the version of every flow that a graph enters: the one that was kept, where it still can be walked, else
// the live one. A flow that is not live is ErrProblems; the checks say so too.
func (d *Designer) pin(ctx context.Context, g graph.Graph, kept map[string]string) (map[string]string, error) {
	pins := map[string]string{}
	for _, ref := range d.Kinds.Enters(g) {
		if pins[ref.ID] != "" {
			continue
		}
		ok, err := d.walkable(ctx, kept[ref.ID])
		if err != nil {
			return nil, err
		}
		if ok {
			pins[ref.ID] = kept[ref.ID]
			continue
		}
		v, err := d.liveOf(ctx, ref.ID)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrNotPublished) {
			return nil, fmt.Errorf("node %s: %w", ref.Node, errors.Join(ErrProblems, err))
		}
		if err != nil {
			return nil, err
		}
		pins[ref.ID] = v.ID
	}
	if len(pins) == 0 {
		return nil, nil
	}
	return pins, nil
}

// walkable tells whether a version is still there and passes the checks, with all that it enters.
func (d *Designer) walkable(ctx context.Context, versionID string) (bool, error) {
	if versionID == "" {
		return false, nil
	}
	all, whole, err := d.entered(ctx, versionID)
	if err != nil || !whole {
		return false, err
	}
	return !slices.ContainsFunc(all, func(v Version) bool { return graph.Blocking(d.Kinds.Check(ctx, v.Graph)) }), nil
}

// liveOf is the live version of a flow. ErrNotFound, ErrNotPublished.
func (d *Designer) liveOf(ctx context.Context, flowID string) (Version, error) {
	f, err := d.Flows.Get(ctx, flowID)
	if err == nil && f.Live == 0 {
		err = ErrNotPublished
	}
	if err != nil {
		return Version{}, fmt.Errorf("flow %s: %w", flowID, err)
	}
	return d.Flows.VersionByNumber(ctx, flowID, f.Live)
}

// circles lists the nodes of a flow's graph that lead back to the flow itself, directly or through the live versions of
// others. Such a flow would never end, or end in the depth of its frames.
func (d *Designer) circles(ctx context.Context, flowID string, g graph.Graph) (issues []graph.Issue, err error) {
	for _, ref := range d.Kinds.Enters(g) {
		way, err := d.way(ctx, ref.ID, flowID, map[string]bool{})
		if err != nil {
			return nil, err
		}
		if way != nil {
			at := slices.IndexFunc(g.Nodes, func(n graph.Node) bool { return n.ID == ref.Node })
			issues = append(issues, graph.EntersItself(g.Nodes[at], ref, way[:len(way)-1]))
		}
	}
	return issues, nil
}

// way is the names of the flows from one to another, both ends included, as they enter each other now; nil when there
// is none. A flow that is gone or not live leads nowhere.
func (d *Designer) way(ctx context.Context, from, to string, seen map[string]bool) ([]string, error) {
	if seen[from] {
		return nil, nil
	}
	seen[from] = true
	f, err := d.Flows.Get(ctx, from)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil || from == to {
		return []string{f.Name}, err
	}
	if f.Live == 0 {
		return nil, nil
	}
	v, err := d.Flows.VersionByNumber(ctx, from, f.Live)
	if err != nil {
		return nil, fmt.Errorf("live version of flow %s: %w", from, err)
	}
	for _, ref := range d.Kinds.Enters(v.Graph) {
		if rest, err := d.way(ctx, ref.ID, to, seen); err != nil || rest != nil {
			return append([]string{f.Name}, rest...), err
		}
	}
	return nil, nil
}
