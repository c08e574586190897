package flow_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
)

// shelf keeps flows in memory as a database would: by copy, all or nothing, and only inside Do.
type shelf struct {
	flows    map[string]flow.Flow
	versions map[string][]flow.Version
	running  map[string]int
	inside   bool
	broken   error // what the next write fails with
}

var _ flow.Flows = (*shelf)(nil)

func (s *shelf) Do(ctx context.Context, f func(context.Context) error) error {
	flows, versions := maps.Clone(s.flows), maps.Clone(s.versions)
	s.inside = true
	defer func() { s.inside = false }()
	if err := f(ctx); err != nil {
		s.flows, s.versions = flows, versions
		return err
	}
	return nil
}

func (s *shelf) write() error {
	if !s.inside {
		return errors.New("a write outside of Do")
	}
	return s.broken
}

func (s *shelf) Create(_ context.Context, f flow.Flow) error {
	if err := s.write(); err != nil {
		return err
	}
	s.flows[f.ID] = f
	return nil
}

func (s *shelf) Get(_ context.Context, id string) (flow.Flow, error) {
	f, ok := s.flows[id]
	if !ok {
		return flow.Flow{}, flow.ErrNotFound
	}
	return f, nil
}

func (s *shelf) ByIvr(_ context.Context, ivrID string) (flow.Flow, error) {
	for _, f := range s.flows {
		if f.IvrID == ivrID {
			return f, nil
		}
	}
	return flow.Flow{}, flow.ErrNotFound
}

func (s *shelf) List(context.Context) ([]flow.Flow, error) {
	list := slices.Collect(maps.Values(s.flows))
	slices.SortFunc(list, func(a, b flow.Flow) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
	return list, nil
}

func (s *shelf) Update(_ context.Context, f flow.Flow, wasRev int) error {
	if err := s.write(); err != nil {
		return err
	}
	if s.flows[f.ID].DraftRev != wasRev {
		return flow.ErrConflict
	}
	s.flows[f.ID] = f
	return nil
}

func (s *shelf) Delete(_ context.Context, id string) error {
	if err := s.write(); err != nil {
		return err
	}
	delete(s.flows, id)
	delete(s.versions, id)
	return nil
}

func (s *shelf) AddVersion(_ context.Context, v flow.Version) error {
	if err := s.write(); err != nil {
		return err
	}
	s.versions[v.FlowID] = append([]flow.Version{v}, s.versions[v.FlowID]...)
	return nil
}

func (s *shelf) Version(_ context.Context, id string) (flow.Version, error) {
	for _, list := range s.versions {
		for _, v := range list {
			if v.ID == id {
				return v, nil
			}
		}
	}
	return flow.Version{}, flow.ErrNoVersion
}

func (s *shelf) VersionByNumber(_ context.Context, flowID string, n int) (flow.Version, error) {
	for _, v := range s.versions[flowID] {
		if v.Number == n {
			return v, nil
		}
	}
	return flow.Version{}, flow.ErrNoVersion
}

func (s *shelf) Versions(_ context.Context, flowID string) ([]flow.Version, error) {
	list := slices.Clone(s.versions[flowID])
	for i := range list {
		list[i].Graph = graph.Graph{}
	}
	return list, nil
}

func (s *shelf) Running(_ context.Context, flowID string) (int, error) { return s.running[flowID], nil }

// RunningOn says that all sessions of a flow run on its oldest version.
func (s *shelf) RunningOn(context.Context) (map[string]int, error) {
	on := map[string]int{}
	for flowID, n := range s.running {
		if list := s.versions[flowID]; n > 0 && len(list) > 0 {
			on[list[len(list)-1].ID] = n
		}
	}
	return on, nil
}

// rules are the kinds of these tests: a node called "bad" is an error, one called "odd" a warning; "enter-x" enters the
// flow x, "group-x" names the skill group x.
type rules struct{}

func (rules) Enters(g graph.Graph) []graph.Reference { return named(g, "enter-") }
func (rules) Groups(g graph.Graph) []graph.Reference { return named(g, "group-") }

func named(g graph.Graph, prefix string) (found []graph.Reference) {
	for _, n := range g.Nodes {
		if id, ok := strings.CutPrefix(string(n.ID), prefix); ok {
			found = append(found, graph.Reference{Node: n.ID, Field: "to", ID: id})
		}
	}
	return found
}

func (rules) Fresh() graph.Graph { return drawn("start", "end") }

func (rules) Check(_ context.Context, g graph.Graph) (issues []graph.Issue) {
	for _, n := range g.Nodes {
		switch n.ID {
		case "bad":
			issues = append(issues, graph.Issue{Node: n.ID, Code: "test.bad", Level: graph.Error})
		case "odd":
			issues = append(issues, graph.Issue{Node: n.ID, Code: "test.odd", Level: graph.Warning})
		}
	}
	return issues
}

// drawn makes a graph of nodes with these ids.
func drawn(ids ...string) graph.Graph {
	g := graph.Graph{Spec: graph.SpecVersion}
	for _, id := range ids {
		g.Nodes = append(g.Nodes, graph.Node{ID: graph.NodeID(id), Kind: "k"})
	}
	return g
}

// bench is a designer with everything under it.
type bench struct {
	*flow.Designer
	shelf *shelf
	now   time.Time
	live  []string // what OnLive was told
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{
		shelf: &shelf{flows: map[string]flow.Flow{}, versions: map[string][]flow.Version{}, running: map[string]int{}},
		now:   time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	ids, seed := 0, byte(0)
	b.Designer = &flow.Designer{
		Flows: b.shelf, Work: b.shelf, Kinds: rules{},
		Clock: func() time.Time { b.now = b.now.Add(time.Second); return b.now },
		NewID: func(prefix string) string { ids++; return fmt.Sprint(prefix, ids) },
		Random: func(p []byte) (int, error) {
			for i := range p {
				seed += 7
				p[i] = seed
			}
			return len(p), nil
		},
		OnLive: func(ivrID string) {
			if b.shelf.inside {
				t.Error("OnLive is called before the commit")
			}
			b.live = append(b.live, ivrID)
		},
	}
	return b
}

// make creates a flow with the given draft.
func (b *bench) make(t *testing.T, name string, ids ...string) flow.Flow {
	t.Helper()
	f, err := b.Create(t.Context(), "ann", name)
	if err != nil {
		t.Fatal(err)
	}
	if len(ids) > 0 {
		if f, err = b.SaveDraft(t.Context(), "ann", f.ID, f.DraftRev, drawn(ids...)); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// publish publishes what is stored.
func (b *bench) publish(t *testing.T, id string) flow.Version {
	t.Helper()
	v, _, err := b.Publish(t.Context(), "ann", id, b.shelf.flows[id].DraftRev, "")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func wants(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func long(n int) string { return strings.Repeat("名", n) }
