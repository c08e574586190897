package session

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"foyer/runtime/engine"
)

// MaxTrace is how many bytes of events one session's trace has before nothing but kinds and ids is kept of what
// follows. A flow that ends before it is at its guards does not come near it.
const MaxTrace = 512 << 10

// steps makes the lines of trace for what happened in one Advance. The sizes are asked of the database only where
// the trace has so many lines that it could be too big.
func (r *Runner) steps(ctx context.Context, s *Session, events []engine.Event, at time.Time) ([]Step, error) {
	room := MaxTrace - s.Trace*engine.MaxEvent
	if room < len(events)*engine.MaxEvent && s.Trace > 0 {
		kept, err := r.Sessions.TraceSize(ctx, s.ID)
		if err != nil {
			return nil, fmt.Errorf("trace of session %s: %w", s.ID, err)
		}
		room = MaxTrace - kept
	}
	steps := make([]Step, len(events))
	for i, e := range events {
		e = e.Fit()
		if room < len(events)*engine.MaxEvent { // else no need to know how big they are
			raw, err := json.Marshal(e)
			if err != nil {
				return nil, fmt.Errorf("trace of session %s: %w", s.ID, err)
			}
			if room -= len(raw); room < 0 {
				e = e.Bare()
			}
		}
		s.Trace++
		steps[i] = Step{SessionID: s.ID, N: s.Trace, At: at, Event: e}
	}
	return steps, nil
}
