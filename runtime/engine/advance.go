package engine

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
)

// Advance goes on with a walk until it waits, hands the caller off, or ends. A walk begins with in == nil; afterwards
// each input answers the present wait. It never leaves a caller in silence: what is wrong with the flow itself ends
// the walk with Tripped and a sentence, not with an error. The errors are ErrFinished, and ErrNotAChoice for an input
// that the walk does not wait for; both leave the state as it was. An answer that is not on the menu is no error, the
// menu is asked again.
func Advance(p *Program, s State, in *nodes.Input, now time.Time) (State, []Event, error) {
	if s.Over {
		return s, nil, ErrFinished
	}
	at, known := p.index[s.At]
	switch begun := s.Rest != ""; {
	case begun && !s.waitsFor(in), !begun && in != nil:
		return s, nil, ErrNotAChoice
	case !begun:
		at, known = p.start, true
	}
	w := walk{p: p, s: s, in: in, now: now, events: make([]Event, 0, 8)}
	w.s.Laps = lapsAfter(s, in)
	err := error(ErrDeadEnd)
	if known {
		err = w.run(at)
	}
	if err != nil {
		w.trip(err)
	}
	return w.s, w.events, nil
}

func (s State) waitsFor(in *nodes.Input) bool {
	if in == nil {
		return false
	}
	if s.Rest == Away {
		return in.Kind == nodes.Exit
	}
	return in.Kind == nodes.Choice || in.Kind == nodes.Timeout
}

// lapsAfter keeps counting laps only when the queue let the caller go without serving or keeping them: for a flow
// that sends such a caller round and round, that was no wait.
func lapsAfter(s State, in *nodes.Input) map[graph.NodeID]int {
	if in != nil && in.Kind == nodes.Exit && in.Port != nodes.Done && in.Port != nodes.TimedOut {
		return maps.Clone(s.Laps)
	}
	return nil
}

// walk is one Advance under way.
type walk struct {
	p      *Program
	s      State
	in     *nodes.Input
	now    time.Time
	steps  int
	events []Event
}

func (w *walk) emit(e Event) {
	e.Node = w.s.At
	w.events = append(w.events, e)
}

func (w *walk) say(text string) {
	if text != "" {
		w.emit(Event{Kind: Said, Text: text})
	}
}

// run visits places until the walk rests or is over. The first visit hands over the input, if there is one.
func (w *walk) run(at int) error {
	in := w.in
	for {
		place := &w.p.places[at]
		if in == nil {
			if err := w.arrive(place.node.ID); err != nil {
				return err
			}
		}
		out, err := place.step.Visit(nodes.Visit{Node: place.node, In: in, Now: w.now, Vars: w.s.Vars, Try: w.s.Try})
		if err != nil {
			return fmt.Errorf("visiting %s: %w", place.node.ID, err)
		}
		in = nil
		switch out := out.(type) {
		case nodes.Leave:
			next, err := w.leave(place, out)
			if err != nil || next == nowhere {
				return err
			}
			at = next
		case nodes.Wait:
			w.ask(out)
			return nil
		case nodes.Handoff:
			w.handOff(out, place.end)
			return nil
		case nodes.Finish:
			w.say(out.Say)
			w.finish("", "end")
			return nil
		default:
			return fmt.Errorf("visiting %s: no outcome", place.node.ID)
		}
	}
}

// arrive counts a visit against the guards.
func (w *walk) arrive(id graph.NodeID) error {
	if w.s.Laps == nil {
		w.s.Laps = make(map[graph.NodeID]int, 8)
	}
	if w.steps >= MaxSteps || w.s.Steps >= MaxSession || w.s.Laps[id] >= MaxLaps {
		return ErrLoop
	}
	w.steps++
	w.s.Steps++
	w.s.Laps[id]++
	w.s.At, w.s.Try, w.s.Rest = id, 0, ""
	w.emit(Event{Kind: Arrived})
	return nil
}

// leave goes through a port. An optional port that leads nowhere ends the session with a sentence.
func (w *walk) leave(from *place, out nodes.Leave) (next int, err error) {
	if out.Choice != nil {
		w.emit(Event{Kind: Chose, Option: out.Choice})
	}
	x := from.exit(out.Port)
	if x == nil || x.to == nowhere && !x.optional {
		return nowhere, fmt.Errorf("port %s of %s: %w", out.Port, from.node.ID, ErrDeadEnd)
	}
	if x.to != nowhere {
		w.say(out.Say)
		w.emit(Event{Kind: Went, Port: x.port, Edge: x.edge})
		return x.to, nil
	}
	if out.Say == "" {
		out.Say = farewell(w.inputKind(), x.port).Text()
	}
	w.say(out.Say)
	w.finish(x.port, "exit."+string(x.port))
	return nowhere, nil
}

func (w *walk) inputKind() nodes.InputKind {
	if w.in == nil {
		return ""
	}
	return w.in.Kind
}

// ask stops at a question.
func (w *walk) ask(out nodes.Wait) {
	if out.Wrong {
		w.s.Try++
		if out.Say == "" {
			out.Say = SayNotOnMenu.Text()
		}
	}
	if out.Timeout <= 0 {
		out.Timeout = DefaultWait
	}
	w.say(out.Say)
	w.emit(Event{Kind: Asked, Text: out.Prompt, Menu: out.Menu, Wrong: out.Wrong, Deadline: w.now.Add(out.Timeout)})
	w.rest(Asking)
	w.s.Laps = nil
}

// handOff stops until the queue or the talk gives the caller back.
func (w *walk) handOff(out nodes.Handoff, end nodes.EndPolicy) {
	w.emit(Event{Kind: HandedOff, Handoff: &out, End: end})
	w.rest(Away)
}

func (w *walk) rest(r Rest) {
	w.s.Rest = r
	w.s.Wait++
}

func (w *walk) finish(port graph.Port, reason string) {
	w.emit(Event{Kind: Finished, Port: port, Reason: reason})
	w.over()
}

// trip ends a walk that cannot go on.
func (w *walk) trip(err error) {
	reason := "broken"
	switch {
	case errors.Is(err, ErrLoop):
		reason = "loop"
	case errors.Is(err, ErrDeadEnd):
		reason = "deadEnd"
	}
	w.say(SayTripped.Text())
	w.emit(Event{Kind: Tripped, Reason: reason})
	w.over()
}

func (w *walk) over() { w.s.Over, w.s.Rest, w.s.Try, w.s.Laps = true, "", 0, nil }
