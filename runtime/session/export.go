package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"foyer/nodes"
	"foyer/runtime/engine"
	"foyer/runtime/walk"
)

// errNoTrace says of a session that its trace is not kept any more.
var errNoTrace = errors.New("the trace of the session is not kept any more")

// Export writes a session, live or past, as a walk: the graphs it is pinned to, what came in and when, and what that
// led to. The runs have no states, and secret variables no values to begin with. zone is that of the clock that flows
// go by, as in Deps. It fails when the trace is not kept any more, and with flow.ErrNoVersion.
func Export(ctx context.Context, flows Flows, s Session, trace []Step, zone *time.Location) (walk.File, error) {
	f := walk.File{
		About:   fmt.Sprintf("session %s on version %d of %s", s.ID, s.Version, s.IvrID),
		Session: s.ID, Caller: s.CallerID, Nickname: s.Nickname, Channel: s.Channel, Media: string(s.Media), Inputs: []*nodes.Input{},
	}
	if len(trace) == 0 || trace[0].N != 1 {
		return f, fmt.Errorf("session %s: %w", s.ID, errNoTrace)
	}
	v, err := flows.Version(ctx, s.VersionID)
	if err != nil {
		return f, fmt.Errorf("session %s: %w", s.ID, err)
	}
	f.Graph, _ = v.Graph.Bared()
	f.Pins = v.Pins
	if f.Subs, err = Subs(ctx, flows, v.Pins); err != nil {
		return f, fmt.Errorf("session %s: %w", s.ID, err)
	}
	tell(&f, trace, zoned(zone))
	return f, nil
}

// Subs gives the versions that pins name, and those that these name, each after those that it enters itself.
// flow.ErrNoVersion.
func Subs(ctx context.Context, flows Flows, pins map[string]string) ([]walk.Sub, error) {
	var all []walk.Sub
	seen := map[string]bool{}
	var add func(pins map[string]string) error
	add = func(pins map[string]string) error {
		for _, flowID := range slices.Sorted(maps.Keys(pins)) {
			id := pins[flowID]
			if seen[id] {
				continue
			}
			seen[id] = true // versions are pinned to older ones only, so there is no ring
			v, err := flows.Version(ctx, id)
			if err != nil {
				return err
			}
			if err := add(v.Pins); err != nil {
				return err
			}
			g, _ := v.Graph.Bared()
			all = append(all, walk.Sub{Flow: flowID, Version: id, Pins: v.Pins, Graph: g})
		}
		return nil
	}
	err := add(pins)
	return all, err
}

// tell writes down what happened. Each input begins a run.
func tell(f *walk.File, trace []Step, zone *time.Location) {
	f.Now = trace[0].At.In(zone)
	for _, step := range trace {
		e := step.Event
		if e.Kind == engine.Got || len(f.Runs) == 0 {
			f.Runs = append(f.Runs, walk.Run{})
		}
		if e.Kind == engine.Got {
			f.Inputs = append(f.Inputs, e.Input)
			f.Later = append(f.Later, walk.Later{Now: step.At.In(zone)})
		}
		if e.Kind == engine.HandedOff && e.Node == "" {
			f.Fallback = e.Handoff.Group
		}
		groups := &f.Groups
		if n := len(f.Later); n > 0 {
			groups = &f.Later[n-1].Groups
		}
		for id, g := range e.Groups {
			if *groups == nil {
				*groups = map[string]engine.Group{}
			}
			(*groups)[id] = g
		}
		run := &f.Runs[len(f.Runs)-1]
		run.Events = append(run.Events, e)
	}
}
