// Package engine walks a session through a published graph. It is a pure function of what it is given:
// no database, no clock, no goroutine. Its callers save the state and carry out the events.
package engine

import (
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
)

// State is all that is stored of a walk between two inputs.
type State struct {
	At    graph.NodeID      `json:"at"`
	Wait  int               `json:"wait"`          // number of the present wait; rises with each, so that old timers and answers are known
	Try   int               `json:"try,omitempty"` // wrong answers to the present wait
	Steps int               `json:"steps"`         // nodes visited in all
	Vars  map[string]string `json:"vars,omitempty"`
	Over  bool              `json:"over,omitempty"`
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
	Port     graph.Port      `json:"port,omitempty"`
	Edge     graph.EdgeID    `json:"edge,omitempty"`
	Text     string          `json:"text,omitempty"`    // said, or the prompt of asked
	Menu     []nodes.Option  `json:"menu,omitempty"`    // of asked
	Option   *nodes.Option   `json:"option,omitempty"`  // of chose
	Deadline time.Time       `json:"deadline,omitzero"` // of asked
	Handoff  *nodes.Handoff  `json:"handoff,omitempty"` // of handedOff
	End      nodes.EndPolicy `json:"end,omitzero"`      // of handedOff: how the talk is ended
	Reason   string          `json:"reason,omitempty"`  // of finished and tripped
}
