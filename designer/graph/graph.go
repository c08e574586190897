// Package graph is the picture an admin draws: nodes joined by edges. It is pure data with structural rules;
// it knows no database, no HTTP and no node kind.
package graph

import "encoding/json"

// SpecVersion is the number of the document format written today. Older documents are upgraded on read,
// newer ones are refused.
const SpecVersion = 2

// The names of things in a graph. They are stable for the life of the thing, whatever its texts become.
type (
	NodeID string // unique within one graph
	EdgeID string // unique within one graph
	Port   string // a named way out of a node; unique within its node
)

// Node is one box on the canvas. Config belongs to the node's kind, which alone may decode it.
type Node struct {
	ID     NodeID          `json:"id"`
	Kind   string          `json:"kind"`
	Title  string          `json:"title,omitempty"` // the admin's own name for the box; empty shows the kind's name
	X      int             `json:"x"`               // canvas position of the top left corner, CSS pixels at 100 %
	Y      int             `json:"y"`
	Config json.RawMessage `json:"config,omitempty"`
}

// Edge leads from a port of one node to another node. At most one edge leaves a port.
type Edge struct {
	ID   EdgeID `json:"id"`
	From NodeID `json:"from"`
	Port Port   `json:"port"`
	To   NodeID `json:"to"`
}

// Graph is a whole flow document.
type Graph struct {
	Spec  int        `json:"spec"`
	Vars  []Variable `json:"vars,omitempty"`
	Nodes []Node     `json:"nodes"`
	Edges []Edge     `json:"edges"`
}

// Node finds a node by id.
func (g Graph) Node(id NodeID) (Node, bool) {
	for _, n := range g.Nodes {
		if n.ID == id {
			return n, true
		}
	}
	return Node{}, false
}

// Next follows one port; ok is false when nothing is joined to it.
func (g Graph) Next(from NodeID, p Port) (NodeID, bool) {
	for _, e := range g.Edges {
		if e.From == from && e.Port == p {
			return e.To, true
		}
	}
	return "", false
}

// Level says whether an issue stops publishing.
type Level string

// The levels of an issue.
const (
	Error   Level = "error"   // publishing is refused
	Warning Level = "warning" // publishing is allowed; the designer shows it
)

// Issue is a problem shown on the canvas at the node or edge it belongs to. Its sentence stands in the
// message catalogues under "issue."+Code, with Args filled in.
type Issue struct {
	Node  NodeID            `json:"node,omitempty"`
	Edge  EdgeID            `json:"edge,omitempty"`
	Var   string            `json:"var,omitempty"` // the variable it is about
	Port  Port              `json:"port,omitempty"`
	Field string            `json:"field,omitempty"` // the form field it is about
	Code  string            `json:"code"`
	Level Level             `json:"level"`
	Args  map[string]string `json:"args,omitempty"`
}
