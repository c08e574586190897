package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"

	"golang.org/x/sync/singleflight"

	"foyer/designer/flow"
	"foyer/nodes"
	"foyer/runtime/engine"
	"foyer/runtime/queue"
)

// MenuView is what a caller who comes with an ivrId meets first.
type MenuView struct {
	IvrID     string         `json:"ivrId"`
	Name      string         `json:"name"`
	Version   int            `json:"version"`
	Prompt    string         `json:"prompt"`
	HasBranch bool           `json:"hasBranch"` // false: straight to the call page
	Options   []nodes.Option `json:"options"`
	Media     []queue.Media  `json:"media"`
	Theme     struct{}       `json:"theme"`
}

// offeredMedia is how sessions can be held.
var offeredMedia = [...]queue.Media{queue.Video, queue.Audio, queue.Text}

// served is a live flow ready to be entered; it never changes.
type served struct {
	view      MenuView
	body      []byte // JSON of view
	etag      string
	flowID    string
	versionID string
}

// menus keeps the live flows that were asked for in memory.
type menus struct {
	mu    sync.RWMutex
	byIvr map[string]*served
	round int64 // rises with every publish: what was read before it is not kept after it
	load  singleflight.Group
}

// Menu is the menu of a live flow. In the steady state it reads no database. ErrBadIvr, flow.ErrNotFound,
// flow.ErrNotPublished.
func (r *Runner) Menu(ctx context.Context, ivrID string) (MenuView, error) {
	m, err := r.served(ctx, ivrID)
	if err != nil {
		return MenuView{}, err
	}
	return m.view, nil
}

// MenuJSON is Menu as finished JSON with its entity tag. The bytes must not be changed.
func (r *Runner) MenuJSON(ctx context.Context, ivrID string) (body []byte, etag string, err error) {
	m, err := r.served(ctx, ivrID)
	if err != nil {
		return nil, "", err
	}
	return m.body, m.etag, nil
}

// Published forgets the menu of a flow that was published or unpublished just now.
func (r *Runner) Published(ivrID string) {
	r.menus.mu.Lock()
	defer r.menus.mu.Unlock()
	r.menus.round++
	delete(r.menus.byIvr, ivrID)
}

func (r *Runner) served(ctx context.Context, ivrID string) (*served, error) {
	r.menus.mu.RLock()
	m, ok := r.menus.byIvr[ivrID]
	round := r.menus.round
	r.menus.mu.RUnlock()
	if ok {
		return m, nil
	}
	if !goodIvr(ivrID) {
		return nil, fmt.Errorf("%.40q: %w", ivrID, ErrBadIvr)
	}
	// those who ask after a publish do not join a read that began before it
	got, err, _ := r.menus.load.Do(fmt.Sprint(ivrID, round), func() (any, error) {
		return r.read(context.WithoutCancel(ctx), ivrID) // for all who wait for it, whether the first goes away or not
	})
	if err != nil {
		return nil, err
	}
	r.menus.keep(ivrID, got.(*served), round)
	return got.(*served), nil
}

func (m *menus) keep(ivrID string, s *served, round int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.round == round {
		m.byIvr[ivrID] = s
	}
}

func (r *Runner) read(ctx context.Context, ivrID string) (*served, error) {
	f, err := r.Flows.ByIvr(ctx, ivrID)
	if err == nil && f.Live == 0 {
		err = flow.ErrNotPublished
	}
	if err != nil {
		return nil, fmt.Errorf("flow %s: %w", ivrID, err)
	}
	v, err := r.Flows.VersionByNumber(ctx, f.ID, f.Live)
	if err != nil {
		return nil, fmt.Errorf("flow %s version %d: %w", ivrID, f.Live, err)
	}
	p, err := r.programs.compile(ctx, r.Flows, v, r.Kinds)
	if err != nil {
		return nil, fmt.Errorf("flow %s: %w", ivrID, err)
	}
	s := &served{flowID: f.ID, versionID: v.ID, view: MenuView{
		IvrID: ivrID, Name: f.Name, Version: v.Number, Media: offeredMedia[:], Options: []nodes.Option{},
	}}
	if prompt, options, ok := p.Menu(); ok {
		s.view.Prompt, s.view.Options, s.view.HasBranch = prompt, options, true
	}
	if s.body, err = json.Marshal(s.view); err != nil {
		return nil, fmt.Errorf("menu of flow %s: %w", ivrID, err)
	}
	sum := sha256.Sum256(s.body)
	s.etag = `"` + hex.EncodeToString(sum[:8]) + `"`
	return s, nil
}

// goodIvr tells whether an id has the form of a flow's: "f" and 15 lower-case letters or digits.
func goodIvr(id string) bool {
	if len(id) != 16 || id[0] != 'f' {
		return false
	}
	for _, c := range []byte(id) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// programs keeps what versions compile to. A version never changes, so neither does its program.
type programs struct {
	mu        sync.RWMutex
	byVersion map[string]*engine.Program
	load      singleflight.Group
}

// of gives the program of a version, reading and compiling it only the first time.
func (ps *programs) of(ctx context.Context, flows Flows, kinds nodes.Set, versionID string) (*engine.Program, error) {
	ps.mu.RLock()
	p, ok := ps.byVersion[versionID]
	ps.mu.RUnlock()
	if ok {
		return p, nil
	}
	v, err := flows.Version(ctx, versionID)
	if err != nil {
		return nil, fmt.Errorf("version %s: %w", versionID, err)
	}
	return ps.compile(ctx, flows, v, kinds)
}

// compile keeps the program of a version that was read.
func (ps *programs) compile(ctx context.Context, flows Flows, v flow.Version, kinds nodes.Set) (*engine.Program, error) {
	got, err, _ := ps.load.Do(v.ID, func() (any, error) {
		ps.mu.RLock()
		p, ok := ps.byVersion[v.ID]
		ps.mu.RUnlock()
		if ok {
			return p, nil
		}
		p, err := ps.build(ctx, flows, v, kinds)
		if err != nil {
			return nil, fmt.Errorf("version %s: %w", v.ID, err)
		}
		ps.mu.Lock()
		defer ps.mu.Unlock()
		ps.byVersion[v.ID] = p
		return p, nil
	})
	if err != nil {
		return nil, err
	}
	return got.(*engine.Program), nil
}

// build compiles a version with all that it enters. Versions are pinned to older ones only, so this comes to an end.
func (ps *programs) build(ctx context.Context, flows Flows, v flow.Version, kinds nodes.Set) (*engine.Program, error) {
	from := engine.Source{Version: v.ID, Graph: v.Graph, Subs: make(map[string]*engine.Program, len(v.Pins))}
	for flowID, versionID := range v.Pins {
		sub, err := ps.of(ctx, flows, kinds, versionID)
		if err != nil {
			return nil, err
		}
		from.Subs[flowID] = sub
	}
	return engine.Compile(from, kinds)
}
