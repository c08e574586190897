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
	MaxSteps   = 100      // nodes visited in one Advance
	MaxSession = 500      // nodes visited in one session
	MaxLaps    = 10       // visits of one node between two real waits; a queue that lets the caller go at once is none
	MaxFrames  = 10       // flows within flows
	MaxVars    = 64 << 10 // bytes of all variables, as JSON
)

// DefaultWait is how long a menu waits when its node does not say.
const DefaultWait = 2 * time.Minute

// DefaultEnd rules the end of a talk from which no way leads to an end node.
func DefaultEnd() nodes.EndPolicy { return nodes.EndPolicy{IdleSeconds: 300} }

// Errors of this package.
var (
	ErrLoop       = errors.New("the flow does not come to rest")           // why a walk trips; Advance reports it as an event
	ErrDeep       = errors.New("too many flows within flows")              // the same
	ErrBig        = errors.New("the variables hold too much")              // the same
	ErrDeadEnd    = errors.New("the way leads nowhere")                    // why a walk trips, or a graph does not compile
	ErrFinished   = errors.New("the walk is over")                         // of Advance
	ErrNotAChoice = errors.New("the walk does not wait for such an input") // of Advance; the state is unchanged
)

// Rest says what a walk waits for between two inputs.
type Rest string

// The rests of a walk; it has none before it begins and after it is over.
const (
	Asking   Rest = "asking"   // for a Choice or a Timeout
	Fetching Rest = "fetching" // for a Replied or a Timeout
	Away     Rest = "away"     // handed off: for an Exit
)

// State is all that is stored of a walk between two inputs. The zero State is a walk that has not begun.
type State struct {
	At     graph.NodeID         `json:"at"`
	In     string               `json:"in,omitempty"`     // id of the version that At belongs to, in a flow within a flow
	Frames []Frame              `json:"frames,omitempty"` // the flows around it, the outermost first
	Rest   Rest                 `json:"rest,omitempty"`
	Wait   int                  `json:"wait"`            // number of the present wait; rises with each, so that old timers and answers are known
	Try    int                  `json:"try,omitempty"`   // wrong answers to the present menu
	Steps  int                  `json:"steps"`           // nodes visited in all
	Laps   map[graph.NodeID]int `json:"laps,omitempty"`  // visits since the last real wait; only while Away or Fetching
	Vars   map[string]any       `json:"vars,omitempty"`  // string, float64 or bool; a name that is missing has its default
	Fetch  *nodes.Fetch         `json:"fetch,omitempty"` // what is asked; only while Fetching
	Staff  string               `json:"staff,omitempty"`
	Shut   bool                 `json:"shut,omitempty"`   // the last hours node found that it is closed
	Secret bool                 `json:"secret,omitempty"` // the answer to the present question is kept in no record
	Broken string               `json:"broken,omitempty"` // why the walk tripped, once it did; then it goes through the error exit
	Over   bool                 `json:"over,omitempty"`
}

// Frame is a flow that waits for one within it to end.
type Frame struct {
	In string       `json:"in,omitempty"` // id of its version; empty for the session's own
	At graph.NodeID `json:"at"`
}

// EventKind says what happened on the walk.
type EventKind string

// The kinds of event.
const (
	Got       EventKind = "got" // an input
	Arrived   EventKind = "arrived"
	Said      EventKind = "said"
	Asked     EventKind = "asked"
	Chose     EventKind = "chose"
	Changed   EventKind = "changed" // variables
	Noted     EventKind = "noted"
	Went      EventKind = "went" // through a port along an edge
	HandedOff EventKind = "handedOff"
	Called    EventKind = "called" // a web service
	Entered   EventKind = "entered"
	Left      EventKind = "left" // a flow within a flow, back to the node that entered it
	Finished  EventKind = "finished"
	Tripped   EventKind = "tripped" // a guard or an error has stopped the walk; what follows says how it goes on
)

// Event is a thing that happened. Events are stored in order; the trace of a session is their list. Whatever a
// secret variable holds is masked.
type Event struct {
	Kind     EventKind        `json:"kind"`
	Node     graph.NodeID     `json:"node"`
	In       string           `json:"in,omitempty"`      // id of the version that Node belongs to, in a flow within a flow
	Input    *nodes.Input     `json:"input,omitempty"`   // of got
	Port     graph.Port       `json:"port,omitempty"`    // of went, and of finished by the default handling
	Edge     graph.EdgeID     `json:"edge,omitempty"`    // of went
	Text     string           `json:"text,omitempty"`    // said, or the prompt of asked; see Sentence
	Menu     []nodes.Option   `json:"menu,omitempty"`    // of asked
	Ask      *nodes.Ask       `json:"ask,omitempty"`     // of asked
	Option   *nodes.Option    `json:"option,omitempty"`  // of chose
	Wrong    bool             `json:"wrong,omitempty"`   // of asked: again, because the answer did not fit
	Deadline time.Time        `json:"deadline,omitzero"` // of asked and called: when a Timeout is due
	Set      map[string]any   `json:"set,omitempty"`     // of changed
	Note     *nodes.Note      `json:"note,omitempty"`    // of noted
	Handoff  *nodes.Handoff   `json:"handoff,omitempty"` // of handedOff
	End      nodes.EndPolicy  `json:"end,omitzero"`      // of handedOff: how the talk is ended
	Fetch    *nodes.Fetch     `json:"fetch,omitempty"`   // of called, as it may be shown; what is sent stands in State
	Flow     string           `json:"flow,omitempty"`    // of entered: its id
	Reason   string           `json:"reason,omitempty"`  // of finished: "end", "exit.<port>" or that of the trip; of tripped: see ReasonLoop and those after it
	Err      error            `json:"-"`                 // of tripped: what went wrong, for the log; no trace keeps it
	Groups   map[string]Group `json:"groups,omitempty"`  // how the skill groups stood that the node asked about
	Cut      bool             `json:"cut,omitempty"`     // not all of it is kept, see Fit
}

// The reasons of a trip.
const (
	ReasonLoop    = "loop"
	ReasonDeep    = "deep"
	ReasonBig     = "big"
	ReasonDeadEnd = "deadEnd"
	ReasonBroken  = "broken" // a node failed
)

// Masked is what stands in an event for the value of a secret variable.
const Masked = "•••"
