package engine

import (
	"fmt"
	"maps"
	"slices"

	"foyer/designer/graph"
	"foyer/nodes"
)

// Advance goes on with a walk until it waits, hands the caller off, or ends. A walk begins with in == nil; afterwards
// each input answers the present wait. It never leaves a caller in silence: a walk that a guard or an error stops goes
// on through the flow's error exit, or to the fallback group, or ends with a sentence. The errors are ErrFinished, and
// ErrNotAChoice for an input that the walk does not wait for; both leave the state as it was. An answer that is not on
// the menu is no error, the menu is asked again.
func Advance(p *Program, s State, in *nodes.Input, m Moment) (State, []Event, error) {
	if s.Over {
		return s, nil, ErrFinished
	}
	begun := s.Rest != ""
	if begun && !s.waitsFor(in) || !begun && in != nil {
		return s, nil, ErrNotAChoice
	}
	w := walk{root: p, p: p, s: s, m: m, in: in, events: make([]Event, 0, 8)}
	w.s.Laps, w.s.Vars, w.s.Frames, w.s.Fetch = lapsAfter(s, in), maps.Clone(s.Vars), slices.Clone(s.Frames), nil
	at, err := w.resume(begun)
	if err == nil {
		w.got()
		err = w.run(at, in)
	}
	for err != nil {
		err = w.trip(err)
	}
	return w.s, w.events, nil
}

// waitsFor tells whether a rest takes an input.
func (s State) waitsFor(in *nodes.Input) bool {
	if in == nil {
		return false
	}
	switch s.Rest {
	case Away:
		return in.Kind == nodes.Exit
	case Fetching:
		return in.Kind == nodes.Replied || in.Kind == nodes.Timeout
	}
	return in.Kind == nodes.Choice || in.Kind == nodes.Timeout
}

// lapsAfter keeps counting laps when nobody was kept or served: when the queue let the caller go at once, and when
// only a web service was asked. For a flow that goes round and round with that, it was no wait.
func lapsAfter(s State, in *nodes.Input) map[graph.NodeID]int {
	bounced := in != nil && in.Kind == nodes.Exit && in.Port != nodes.Done && in.Port != nodes.TimedOut
	if bounced || s.Rest == Fetching {
		return maps.Clone(s.Laps)
	}
	return nil
}

// walk is one Advance under way.
type walk struct {
	root   *Program // of the session's own version
	p      *Program // of the flow that is walked now
	s      State
	m      Moment
	in     *nodes.Input
	steps  int
	blind  bool             // looks ahead of any caller: stops at nodes that depend on one
	alone  bool             // nothing but the flow itself was asked so far
	groups map[string]Group // that were asked about
	asked  map[string]Group // the same, since the last event
	scope  scope            // of the place that is visited
	events []Event
}

// resume finds the place where the walk rests, or begins.
func (w *walk) resume(begun bool) (int, error) {
	if !begun {
		return w.root.start, nil
	}
	if w.s.In != "" {
		if w.p = w.root.within[w.s.In]; w.p == nil {
			w.p = w.root
			return nowhere, ErrDeadEnd
		}
	}
	if w.s.Broken != "" && w.s.At == "" { // handed to the fallback group
		return nowhere, nil
	}
	at, known := w.p.index[w.s.At]
	if !known {
		return nowhere, ErrDeadEnd
	}
	return at, nil
}

func (w *walk) emit(e Event) {
	e.Node, e.In, e.Groups, w.asked = w.s.At, w.s.In, w.asked, nil
	w.events = append(w.events, e)
}

// got notes the input, but not what was typed into a secret, nor an answer that repeats one.
func (w *walk) got() {
	if w.in == nil {
		return
	}
	in := *w.in
	w.emit(Event{Kind: Got, Input: &in})
	if w.s.Secret || w.echoes(in.Reply) {
		w.mask()
	}
	w.s.Secret = false
}

func (w *walk) say(text string) {
	if text != "" {
		w.emit(Event{Kind: Said, Text: text})
	}
}

// run visits places until the walk rests or is over. The first visit hands over the input, if there is one.
func (w *walk) run(at int, in *nodes.Input) error {
	if at == nowhere { // back from the fallback group
		if in.Port != nodes.Done {
			w.say(farewell(in.Kind, in.Port).Text())
		}
		w.finish(in.Port, w.s.Broken)
		return nil
	}
	for {
		place := &w.p.places[at]
		if in == nil {
			if err := w.arrive(place.node.ID); err != nil {
				return err
			}
		}
		if w.blind && !place.fixed {
			return ErrNotAChoice
		}
		out, err := place.step.Visit(nodes.Visit{
			Node: place.node, In: in, Now: w.m.Now, Caller: w.m.Caller.ID, Values: w.of(place), Try: w.s.Try,
		})
		if err != nil {
			return fmt.Errorf("visiting %s: %w", place.node.ID, err)
		}
		at, in, err = w.follow(place, in, out)
		if err != nil || at == nowhere {
			return err
		}
	}
}

// follow does what a step wants and gives the place to go on at, with its input; nowhere when the walk rests or is
// over.
func (w *walk) follow(from *place, in *nodes.Input, out nodes.Outcome) (at int, next *nodes.Input, err error) {
	at = nowhere
	switch out := out.(type) {
	case nodes.Leave:
		at, err = w.leave(from, in, out)
	case nodes.Wait:
		w.ask(out)
	case nodes.Handoff:
		end := DefaultEnd()
		if from.end != nil {
			end = from.end.EndPolicy(w.of(from))
		}
		w.handOff(out, end)
	case nodes.Fetch:
		w.fetch(from, in, out)
	case nodes.Enter:
		at, err = w.enter(out)
	case nodes.Finish:
		w.say(out.Say)
		if len(w.s.Frames) > 0 {
			if at = w.pop(); at == nowhere {
				err = ErrDeadEnd
			}
			return at, &nodes.Input{Kind: nodes.Returned}, err
		}
		w.finish("", "end")
	default:
		err = fmt.Errorf("visiting %s: no outcome", from.node.ID)
	}
	return at, nil, err
}

// arrive counts a visit against the guards.
func (w *walk) arrive(id graph.NodeID) error {
	if w.s.Laps == nil {
		w.s.Laps = make(map[graph.NodeID]int, 8)
	}
	lap := id
	if w.s.In != "" {
		lap = graph.NodeID(w.s.In) + "/" + id
	}
	if w.steps >= MaxSteps || w.s.Steps >= MaxSession || w.s.Laps[lap] >= MaxLaps {
		return ErrLoop
	}
	w.steps++
	w.s.Steps++
	w.s.Laps[lap]++
	w.s.At, w.s.Try, w.s.Rest = id, 0, ""
	w.emit(Event{Kind: Arrived})
	return nil
}

// leave goes through a port. An optional port that leads nowhere ends the session with a sentence; an error port that
// leads nowhere is the flow's own error.
func (w *walk) leave(from *place, in *nodes.Input, out nodes.Leave) (next int, err error) {
	if out.Choice != nil {
		w.emit(Event{Kind: Chose, Option: out.Choice})
	}
	if err := w.set(out.Set, in); err != nil {
		return nowhere, err
	}
	if out.Note != nil {
		w.emit(Event{Kind: Noted, Note: out.Note})
	}
	if in != nil && in.Kind == nodes.Exit && in.Staff != "" {
		w.s.Staff = in.Staff
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
	if out.Port == nodes.Error {
		return nowhere, fmt.Errorf("%s failed", from.node.ID)
	}
	if out.Say == "" {
		out.Say = farewell(kindOf(in), x.port).Text()
	}
	w.say(out.Say)
	w.finish(x.port, "exit."+string(x.port))
	return nowhere, nil
}

func kindOf(in *nodes.Input) nodes.InputKind {
	if in == nil {
		return ""
	}
	return in.Kind
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
	w.s.Secret = out.Ask != nil && out.Ask.Secret
	w.say(out.Say)
	w.emit(Event{Kind: Asked, Text: out.Prompt, Menu: out.Menu, Ask: out.Ask, Wrong: out.Wrong, Deadline: w.m.Now.Add(out.Timeout)})
	w.rest(Asking)
	w.s.Laps = nil
}

// handOff stops until the queue or the talk gives the caller back.
func (w *walk) handOff(out nodes.Handoff, end nodes.EndPolicy) {
	w.emit(Event{Kind: HandedOff, Handoff: &out, End: end})
	w.rest(Away)
}

// fetch stops until a web service has answered.
func (w *walk) fetch(from *place, in *nodes.Input, out nodes.Fetch) {
	out.Tries = max(1, out.Tries)
	w.s.Fetch = &out
	w.emit(Event{Kind: Called, Fetch: w.shown(from, in, out), Deadline: w.m.Now.Add(out.Whole())})
	w.rest(Fetching)
}

func (w *walk) rest(r Rest) {
	w.s.Rest = r
	w.s.Wait++
}

func (w *walk) finish(port graph.Port, reason string) {
	w.emit(Event{Kind: Finished, Port: port, Reason: reason})
	w.over()
}

func (w *walk) over() {
	w.s.Over, w.s.Rest, w.s.Try, w.s.Laps, w.s.Frames, w.s.In = true, "", 0, nil, nil, ""
}
