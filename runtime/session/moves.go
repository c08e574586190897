package session

import "fmt"

// happening moves a session.
type happening string

const (
	ask     happening = "ask"     // the flow asks the caller
	enter   happening = "enter"   // the flow hands the caller to a queue
	ring    happening = "ring"    // an agent is being rung
	waitOn  happening = "waitOn"  // the offer came to nothing, or the agent of a talk was lost
	accept  happening = "accept"  // an agent said yes
	connect happening = "connect" // the talk begins
	letGo   happening = "letGo"   // the queue gives the caller back to the flow
	end     happening = "end"
)

// moves is the whole life of a session. What is not in the table does not happen; every state can be ended.
var moves = map[State]map[happening]State{
	Routing:    {ask: Routing, enter: Queued, end: Ended},
	Queued:     {ring: Offered, letGo: Routing, end: Ended},
	Offered:    {waitOn: Queued, accept: Connecting, letGo: Routing, end: Ended},
	Connecting: {waitOn: Queued, connect: Connected, letGo: Routing, end: Ended},
	Connected:  {waitOn: Queued, letGo: Routing, end: Ended},
	Ended:      {},
}

// apply moves the session, or leaves it as it was and says why: ErrOver, or ErrConflict.
func (s *Session) apply(h happening) error {
	next, ok := moves[s.State][h]
	switch {
	case ok:
		s.State = next
		return nil
	case s.State == Ended:
		return fmt.Errorf("session %s: %s: %w", s.ID, h, ErrOver)
	}
	return fmt.Errorf("session %s: %s while %s: %w", s.ID, h, s.State, ErrConflict)
}
