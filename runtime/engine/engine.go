// Package engine walks a session through a published graph. It is a pure function of what it is given:
// no database, no clock, no goroutine. Its callers save the state and carry out the events.
package engine

import (
	"errors"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
)

// The guards of a walk. A flow that passed its checks meets them only when a kind of node is at fault, or a caller
// goes round in circles.
const (
	MaxSteps   = 100 // nodes visited in one Advance
	MaxSession = 500 // nodes visited in one session
	MaxLaps    = 10  // visits of one node between two real waits; a queue that lets the caller go at once is none
)

// DefaultWait is how long a menu waits when its node does not say.
const DefaultWait = 2 * time.Minute

// DefaultEnd rules the end of a talk from which no way leads to an end node.
func DefaultEnd() nodes.EndPolicy { return nodes.EndPolicy{IdleSeconds: 300} }

// Errors of this package.
var (
	ErrLoop       = errors.New("the flow does not come to rest")           // why a walk trips; Advance reports it as an event
	ErrDeadEnd    = errors.New("the way leads nowhere")                    // why a walk trips, or a graph does not compile
	ErrFinished   = errors.New("the walk is over")                         // of Advance
	ErrNotAChoice = errors.New("the walk does not wait for such an input") // of Advance; the state is unchanged
)

// Rest says what a walk waits for between two inputs.
type Rest string

// The rests of a walk; it has none before it begins and after it is over.
const (
	Asking Rest = "asking" // for a Choice or a Timeout
	Away   Rest = "away"   // handed off: for an Exit
)

// State is all that is stored of a walk between two inputs. The zero State is a walk that has not begun.
type State struct {
	At    graph.NodeID         `json:"at"`
	Rest  Rest                 `json:"rest,omitempty"`
	Wait  int                  `json:"wait"`           // number of the present wait; rises with each, so that old timers and answers are known
	Try   int                  `json:"try,omitempty"`  // wrong answers to the present menu
	Steps int                  `json:"steps"`          // nodes visited in all
	Laps  map[graph.NodeID]int `json:"laps,omitempty"` // visits since the last real wait; only while Away
	Vars  map[string]string    `json:"vars,omitempty"`
	Over  bool                 `json:"over,omitempty"`
}

// EventKind says what happened on the walk.
type EventKind string

// The kinds of event.
const (
	Arrived   EventKind = "arrived"
	Said      EventKind = "said"
	Asked     EventKind = "asked"
	Chose     EventKind = "chose"
	Went      EventKind = "went" // through a port along an edge
	HandedOff EventKind = "handedOff"
	Finished  EventKind = "finished"
	Tripped   EventKind = "tripped" // a guard or an error ended the walk
)

// Event is a thing that happened. Events are stored in order; the trace of a session is their list.
type Event struct {
	Kind     EventKind       `json:"kind"`
	Node     graph.NodeID    `json:"node"`
	Port     graph.Port      `json:"port,omitempty"`    // of went, and of finished by the default handling
	Edge     graph.EdgeID    `json:"edge,omitempty"`    // of went
	Text     string          `json:"text,omitempty"`    // said, or the prompt of asked; see Sentence
	Menu     []nodes.Option  `json:"menu,omitempty"`    // of asked
	Option   *nodes.Option   `json:"option,omitempty"`  // of chose
	Wrong    bool            `json:"wrong,omitempty"`   // of asked: again, because the answer did not fit
	Deadline time.Time       `json:"deadline,omitzero"` // of asked: when a Timeout is due
	Handoff  *nodes.Handoff  `json:"handoff,omitempty"` // of handedOff
	End      nodes.EndPolicy `json:"end,omitzero"`      // of handedOff: how the talk is ended
	Reason   string          `json:"reason,omitempty"`  // of finished: "end" or "exit.<port>"; of tripped: "loop", "deadEnd" or "broken"
}
