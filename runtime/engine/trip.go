package engine

import (
	"errors"

	"foyer/nodes"
)

// trip goes on after a guard or an error has stopped the walk: through the error exit of the present flow, or of the
// flows around it, then to the fallback group, and at last with a sentence to the end.
func (w *walk) trip(err error) error {
	reason := reasonOf(err)
	w.emit(Event{Kind: Tripped, Reason: reason, Err: err})
	first := w.s.Broken == ""
	if first {
		w.s.Broken = reason
	}
	for first {
		if to, ok := w.errorExit(); ok {
			w.steps, w.s.Laps = 0, nil
			return w.run(to, nil)
		}
		if len(w.s.Frames) == 0 {
			break
		}
		if at := w.pop(); at != nowhere {
			if x := w.p.places[at].exit(nodes.Error); x != nil && x.to != nowhere {
				w.steps, w.s.Laps = 0, nil
				return w.run(at, &nodes.Input{Kind: nodes.Broke})
			}
		}
	}
	return w.fallBack()
}

// errorExit is where the present flow goes on after an error, when its start says so and there are steps left.
func (w *walk) errorExit() (int, bool) {
	if w.s.Steps >= MaxSession {
		return nowhere, false
	}
	x := w.p.places[w.p.start].exit(nodes.Error)
	if x == nil || x.to == nowhere {
		return nowhere, false
	}
	w.s.At = w.p.places[w.p.start].node.ID
	w.emit(Event{Kind: Went, Port: x.port, Edge: x.edge})
	return x.to, true
}

// fallBack hands the caller to the instance's own group, or ends with a sentence when there is none.
func (w *walk) fallBack() error {
	if w.m.Fallback == "" {
		w.say(SayTripped.Text())
		w.finish("", w.s.Broken)
		return nil
	}
	w.s.Frames, w.s.In, w.s.At, w.s.Laps = nil, "", "", nil
	w.say(SayFallback.Text())
	w.handOff(nodes.Handoff{Group: w.m.Fallback}, DefaultEnd())
	return nil
}

func reasonOf(err error) string {
	switch {
	case errors.Is(err, ErrLoop):
		return ReasonLoop
	case errors.Is(err, ErrDeep):
		return ReasonDeep
	case errors.Is(err, ErrBig):
		return ReasonBig
	case errors.Is(err, ErrDeadEnd):
		return ReasonDeadEnd
	}
	return ReasonBroken
}
