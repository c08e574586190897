package call

import (
	"fmt"
	"time"
)

// moves is the whole life of a call. What is not in the table does not happen.
var moves = map[State]map[Event]State{
	Connecting: {LegUp: Connecting, AllUp: Live, LegDown: Connecting, Hangup: Ended, GiveUp: Ended},
	Live:       {AllUp: Live, LegDown: Broken, Hangup: Ended},
	Broken:     {LegUp: Broken, AllUp: Live, LegDown: Broken, Hangup: Ended, GiveUp: Ended},
	Ended:      {},
}

// apply moves the call, or leaves it as it was and says why (ErrNotNow).
func (c *Call) apply(e Event, now time.Time) error {
	next, ok := moves[c.State][e]
	if !ok {
		return fmt.Errorf("call %s: %s while %s: %w", c.ID, e, c.State, ErrNotNow)
	}
	c.State = next
	if next == Live && c.LiveAt == nil {
		c.LiveAt = &now
	}
	if next == Ended {
		c.EndedAt = &now
	}
	return nil
}

// Talked is how long a call was live, counted to its end or to now; a break in between counts as the talk it
// interrupted.
func (c Call) Talked(now time.Time) time.Duration {
	if c.LiveAt == nil {
		return 0
	}
	if c.EndedAt != nil {
		now = *c.EndedAt
	}
	return now.Sub(*c.LiveAt)
}
