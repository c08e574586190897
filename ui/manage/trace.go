package manage

import (
	"context"
	"errors"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/runtime/engine"
	"foyer/runtime/record"
	"foyer/runtime/session"
	"foyer/ui/kit/text"
	"foyer/ui/trace"
)

// Versions reads the published versions that sessions are pinned to.
type Versions interface {
	Version(ctx context.Context, id string) (flow.Version, error)
}

// stop is one visit of a node on a session's way through its flow, ready to show.
type stop struct {
	At, Title, Name, Icon string
	Depth                 int // flows around it, at most deepest
	Bad                   bool
	Lines                 []stopLine
}

// stopLine is one thing that happened there.
type stopLine struct {
	At, Words string
	Details   []string
	Bad, Cut  bool
}

// deepest is how far flows within flows are indented.
const deepest = 4

// class marks a stop at which the walk came to grief, and its depth.
func (s stop) class() []string {
	c := []string{"trace-stop", "trace-in-" + string(rune('0'+s.Depth))}
	if s.Bad {
		c = append(c, "is-bad")
	}
	return c
}

func (l stopLine) class() string {
	if l.Bad {
		return "is-bad"
	}
	return ""
}

// trail tells a session's way through its flow. It is empty when the trace is not kept any more.
func (p *Pages) trail(ctx context.Context, d record.Detail, n names) ([]stop, error) {
	if len(d.Steps) == 0 {
		return nil, nil
	}
	book := trace.Book{Kinds: p.Kinds, Graphs: map[string]graph.Graph{}, Group: func(id string) string { return n.groups[id] }}
	events := make([]engine.Event, len(d.Steps))
	wanted := map[string]string{"": d.Session.VersionID}
	for i, s := range d.Steps {
		events[i] = s.Event
		wanted[s.Event.In] = s.Event.In
	}
	wanted[""] = d.Session.VersionID
	flows := map[string]string{}
	for in, id := range wanted {
		v, err := p.Versions.Version(ctx, id)
		if errors.Is(err, flow.ErrNoVersion) { // deleted with its flow: nodes are called by their ids
			continue
		}
		if err != nil {
			return nil, err
		}
		book.Graphs[in] = v.Graph
		flows[v.FlowID] = ""
	}
	for id := range flows {
		if f, err := p.Flows.Get(ctx, id); err == nil {
			flows[id] = f.Name
		}
	}
	book.Flow = func(id string) string { return flows[id] }
	return stops(ctx, d.Steps, book.Lines(ctx, events)), nil
}

// stops gathers the lines of a trace by the node at which they happened.
func stops(ctx context.Context, steps []session.Step, lines []trace.Line) []stop {
	var all []stop
	for i, l := range lines {
		e, at := steps[i].Event, clock(steps[i].At)
		if i == 0 || e.Kind == engine.Arrived || e.Node != steps[i-1].Event.Node || e.In != steps[i-1].Event.In {
			s := stop{At: at, Title: l.Title, Name: l.Name, Icon: l.Icon, Depth: min(l.Depth, deepest)}
			if e.Node == "" {
				s.Title, s.Icon = text.T(ctx, "trace.fallback"), "users"
			}
			if s.Title == s.Name {
				s.Name = ""
			}
			all = append(all, s)
		}
		if l.Words == "" {
			continue
		}
		s := &all[len(all)-1]
		s.Bad = s.Bad || l.Bad
		s.Lines = append(s.Lines, stopLine{At: at, Words: l.Words, Details: l.Details, Bad: l.Bad, Cut: l.Cut})
	}
	return all
}

func clock(t time.Time) string { return t.Local().Format(time.TimeOnly) }
