// Package walk is the file in which a way through a flow is written down: the flow, who walks and when, each input, and
// what it led to. It can be walked again, which tells whether a flow or the engine still does the same.
package walk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
)

// errMalformed is a file that is no walk.
var errMalformed = errors.New("the walk cannot be read")

// File is one walk. Everything up to Inputs says what happens to the flow, Menu and Runs what comes of it.
type File struct {
	About    string                  `json:"about"`
	Graph    graph.Graph             `json:"graph"`
	Subs     []Sub                   `json:"subs,omitempty"`     // flows that can be entered, each after those that it enters itself
	Pins     map[string]string       `json:"pins,omitempty"`     // of the graph: flow id → version id; what is missing is the last one of Subs
	Session  string                  `json:"session,omitempty"`  // id
	Now      time.Time               `json:"now,omitzero"`       // when it begins, in the instance's time zone; zero: Noon
	Caller   string                  `json:"caller,omitempty"`   // id
	Nickname string                  `json:"nickname,omitempty"` // of the caller
	Channel  string                  `json:"channel,omitempty"`  // "web" or "mini"
	Media    string                  `json:"media,omitempty"`    // "video", "audio" or "text"
	Groups   map[string]engine.Group `json:"groups,omitempty"`   // how skill groups stand, by id
	Fallback string                  `json:"fallback,omitempty"` // id of the skill group for callers whose flow came to grief
	Inputs   []*nodes.Input          `json:"inputs"`
	Later    []Later                 `json:"later,omitempty"` // the moment of each input; where it is missing, the one before goes on
	Menu     []nodes.Option          `json:"menu,omitempty"`  // what a new caller meets
	Runs     []Run                   `json:"runs"`            // of the start, and of each input
}

// Sub is a flow that others enter.
type Sub struct {
	Flow    string            `json:"flow"`           // id
	Version string            `json:"version"`        // id
	Pins    map[string]string `json:"pins,omitempty"` // see File
	Graph   graph.Graph       `json:"graph"`
}

// Later is the moment of an input, as far as it differs from the one before.
type Later struct {
	Now    time.Time               `json:"now,omitzero"`
	Groups map[string]engine.Group `json:"groups,omitempty"`
}

// Run is what one Advance led to. A run without a state was taken from a record, which does not keep it.
type Run struct {
	Events []engine.Event `json:"events"`
	State  *engine.State  `json:"state,omitempty"`
	Error  string         `json:"error,omitempty"`
}

// Noon is when a walk begins that does not say when.
func Noon() time.Time { return time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC) }

// Read reads a file and refuses members it does not know: an error of its own, graph.ErrNewerSpec.
func Read(raw []byte) (File, error) {
	var f File
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(&f)
	if err == nil {
		if _, err = d.Token(); err == io.EOF {
			return f, nil
		}
		err = errors.New("more than one value")
	}
	if errors.Is(err, graph.ErrNewerSpec) {
		return f, err
	}
	return f, fmt.Errorf("%w: %w", errMalformed, err)
}

// Marshal writes the file, indented, for people and for git.
func (f File) Marshal() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(f); err != nil {
		return nil, fmt.Errorf("writing a walk: %w", err)
	}
	return b.Bytes(), nil
}

// Program compiles the flow with all that it enters.
func (f File) Program(set nodes.Set) (*engine.Program, error) {
	last, known := map[string]*engine.Program{}, map[string]*engine.Program{}
	compile := func(version string, g graph.Graph, pins map[string]string) (*engine.Program, error) {
		subs := maps.Clone(last)
		for flow, version := range pins {
			if subs[flow] = known[version]; subs[flow] == nil {
				return nil, fmt.Errorf("%w: version %s of flow %s does not stand before it", errMalformed, version, flow)
			}
		}
		return engine.Compile(engine.Source{Version: version, Graph: g, Subs: subs}, set)
	}
	for _, s := range f.Subs {
		p, err := compile(s.Version, s.Graph, s.Pins)
		if err != nil {
			return nil, fmt.Errorf("flow %s: %w", s.Flow, err)
		}
		last[s.Flow], known[s.Version] = p, p
	}
	return compile("", f.Graph, f.Pins)
}

// Moment is that of the beginning (0) or of input n (from 1).
func (f File) Moment(n int) engine.Moment {
	m := engine.Moment{
		Now: f.Now, Session: f.Session, Fallback: f.Fallback,
		Caller: engine.Caller{ID: f.Caller, Nickname: f.Nickname, Channel: f.Channel, Media: f.Media},
	}
	if m.Now.IsZero() {
		m.Now = Noon()
	}
	groups := f.Groups
	for _, l := range f.Later[:min(n, len(f.Later))] {
		if !l.Now.IsZero() {
			m.Now = l.Now
		}
		if l.Groups != nil {
			groups = maps.Clone(groups)
			if groups == nil {
				groups = map[string]engine.Group{}
			}
			maps.Copy(groups, l.Groups)
		}
	}
	if groups != nil {
		m.Group = func(id string) engine.Group { return groups[id] }
	}
	return m
}

// Play walks the file's inputs and gives the file with what came of them. Between any two inputs the state is written
// down and read again, as a session's is.
func (f File) Play(set nodes.Set) (File, error) {
	p, err := f.Program(set)
	if err != nil {
		return f, err
	}
	_, f.Menu, _ = p.Menu()
	f.Runs = make([]Run, 0, len(f.Inputs)+1)
	var s engine.State
	for n, in := range append([]*nodes.Input{nil}, f.Inputs...) {
		after, events, err := engine.Advance(p, s, in, f.Moment(n))
		r := Run{Events: events, State: &after}
		if err != nil {
			r.Error = err.Error()
		}
		f.Runs = append(f.Runs, r)
		if s, err = stored(after); err != nil {
			return f, err
		}
	}
	return f, nil
}

func stored(s engine.State) (back engine.State, err error) {
	raw, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(raw, &back)
	}
	return back, err
}
