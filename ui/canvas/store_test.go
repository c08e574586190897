package canvas_test

import (
	"context"
	"maps"
	"slices"
	"sync"

	"foyer/designer/flow"
	"foyer/runtime/queue"
)

// store keeps flows in memory; the real flow.Designer works on it.
type store struct {
	mu       sync.Mutex
	flows    map[string]flow.Flow
	versions map[string][]flow.Version // newest first
	running  int
	groups   []queue.SkillGroup
	fault    error // what every read answers, when set
}

var _ flow.Flows = (*store)(nil)

// Do runs one decision; the tests need no more of a transaction than that one follows another.
func (s *store) Do(ctx context.Context, f func(context.Context) error) error { return f(ctx) }

func (s *store) Create(_ context.Context, f flow.Flow) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flows[f.ID] = f
	return nil
}

func (s *store) Get(_ context.Context, id string) (flow.Flow, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.flows[id]
	switch {
	case s.fault != nil:
		return flow.Flow{}, s.fault
	case !ok:
		return flow.Flow{}, flow.ErrNotFound
	}
	return f, nil
}

func (s *store) ByIvr(context.Context, string) (flow.Flow, error) {
	return flow.Flow{}, flow.ErrNotFound
}

func (s *store) List(context.Context) ([]flow.Flow, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.flows)), nil
}

func (s *store) Update(_ context.Context, f flow.Flow, wasRev int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flows[f.ID].DraftRev != wasRev {
		return flow.ErrConflict
	}
	s.flows[f.ID] = f
	return nil
}

func (s *store) Delete(context.Context, string) error { return nil }

func (s *store) AddVersion(_ context.Context, v flow.Version) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions[v.FlowID] = append([]flow.Version{v}, s.versions[v.FlowID]...)
	return nil
}

func (s *store) Version(context.Context, string) (flow.Version, error) {
	return flow.Version{}, flow.ErrNoVersion
}

func (s *store) VersionByNumber(_ context.Context, flowID string, n int) (flow.Version, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.versions[flowID] {
		if v.Number == n {
			return v, nil
		}
	}
	return flow.Version{}, flow.ErrNoVersion
}

func (s *store) Versions(_ context.Context, flowID string) ([]flow.Version, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.versions[flowID]), nil
}

func (s *store) Running(context.Context, string) (int, error) { return s.running, nil }

func (s *store) RunningOn(context.Context) (map[string]int, error) { return nil, nil }

// groupList lists the store's skill groups under the name that the editor expects.
type groupList struct{ *store }

func (g groupList) List(context.Context) ([]queue.SkillGroup, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.groups), nil
}

// edit changes something in the store while the server runs.
func (s *store) edit(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// draft gives the flow as it is stored now.
func (s *store) draft() flow.Flow {
	f, _ := s.Get(context.Background(), "f1")
	return f
}
