package engine

import (
	"fmt"
	"slices"

	"foyer/nodes"
)

// enter goes on at the start of another flow.
func (w *walk) enter(out nodes.Enter) (int, error) {
	sub := w.p.subs[out.Flow]
	if sub == nil {
		return nowhere, fmt.Errorf("flow %s: %w", out.Flow, ErrDeadEnd)
	}
	if len(w.s.Frames) >= MaxFrames {
		return nowhere, ErrDeep
	}
	w.emit(Event{Kind: Entered, Flow: out.Flow})
	w.s.Frames = append(w.s.Frames, Frame{In: w.s.In, At: w.s.At})
	w.carry(sub)
	w.p, w.s.In = sub, sub.version
	return sub.start, nil
}

// carry gives the flow that is entered the values of the names which it shares with those around it. Only a value
// that is still the default needs that: the other flow would see a default of its own.
func (w *walk) carry(sub *Program) {
	for name, inner := range sub.vars {
		outer, shared := w.declared(name)
		if _, given := w.s.Vars[name]; given || !shared || inner.kind != outer.kind || inner.start == outer.start {
			continue
		}
		if w.s.Vars == nil {
			w.s.Vars = map[string]any{}
		}
		w.s.Vars[name] = outer.start
	}
}

// forget drops the values of names that only the flow which was left has declared: the next time it begins anew.
func (w *walk) forget(left *Program) {
	for name := range left.vars {
		if _, given := w.s.Vars[name]; !given {
			continue
		}
		if _, kept := w.declared(name); !kept {
			delete(w.s.Vars, name)
		}
	}
	if len(w.s.Vars) == 0 {
		w.s.Vars = nil
	}
}

// declared finds a name in the present flow, or in the nearest around it that declares it.
func (w *walk) declared(name string) (variable, bool) {
	if v, ok := w.p.vars[name]; ok {
		return v, true
	}
	for _, f := range slices.Backward(w.s.Frames) {
		if around := w.flow(f.In); around != nil {
			if v, ok := around.vars[name]; ok {
				return v, true
			}
		}
	}
	return variable{}, false
}

// flow is the program of a version on the way here, or nil.
func (w *walk) flow(in string) *Program {
	if in == "" {
		return w.root
	}
	return w.root.within[in]
}

// pop goes back to the node that entered the present flow.
func (w *walk) pop() int {
	w.emit(Event{Kind: Left})
	defer w.forget(w.p)
	last := len(w.s.Frames) - 1
	f := w.s.Frames[last]
	w.s.Frames = w.s.Frames[:last:last]
	if last == 0 {
		w.s.Frames = nil
	}
	w.s.In, w.s.At, w.s.Try, w.s.Rest = f.In, f.At, 0, ""
	if w.p = w.flow(f.In); w.p == nil {
		w.p = w.root
		return nowhere
	}
	at, ok := w.p.index[f.At]
	if !ok {
		return nowhere
	}
	return at
}
