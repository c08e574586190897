package engine

import (
	"fmt"

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
	w.p, w.s.In = sub, sub.version
	return sub.start, nil
}

// pop goes back to the node that entered the present flow.
func (w *walk) pop() int {
	w.emit(Event{Kind: Left})
	last := len(w.s.Frames) - 1
	f := w.s.Frames[last]
	w.s.Frames = w.s.Frames[:last:last]
	if last == 0 {
		w.s.Frames = nil
	}
	w.s.In, w.s.At, w.s.Try, w.s.Rest = f.In, f.At, 0, ""
	w.p = w.root
	if f.In != "" {
		w.p = w.root.within[f.In]
	}
	if w.p == nil {
		w.p = w.root
		return nowhere
	}
	at, ok := w.p.index[f.At]
	if !ok {
		return nowhere
	}
	return at
}
