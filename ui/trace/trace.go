// Package trace tells the events of a walk in the reader's words, for the record page and the command line.
package trace

import (
	"context"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
	"foyer/ui/kit/text"
)

// Book is what the words need besides the events.
type Book struct {
	Graphs map[string]graph.Graph // by version id; "" is the session's own
	Kinds  nodes.Set
	Group  func(id string) string // name of a skill group, or empty
	Flow   func(id string) string // name of a flow, or empty
}

// Line is one event.
type Line struct {
	Kind    engine.EventKind
	Node    graph.NodeID
	Title   string   // of the node; empty when it belongs to none
	Name    string   // of the node's kind
	Icon    string   // of the node's kind
	Depth   int      // flows around it
	Words   string   // one sentence; empty when there is nothing to say
	Details []string // what stands behind it, e.g. the options of a question
	Bad     bool     // the walk has come to grief here
	Cut     bool     // not all of it was kept
}

// Lines tells the events of a walk from its beginning on, one line each: what was asked before is needed to tell what
// was answered.
func (b Book) Lines(ctx context.Context, events []engine.Event) []Line {
	lines := make([]Line, len(events))
	depth := 0
	var menu []nodes.Option // of the question asked last
	for i, e := range events {
		if e.Kind == engine.Asked {
			menu = e.Menu
		}
		if e.In == "" {
			depth = 0
		}
		l := Line{Kind: e.Kind, Node: e.Node, Depth: depth, Bad: e.Kind == engine.Tripped, Cut: e.Cut}
		l.Title, l.Name, l.Icon = b.node(ctx, e)
		l.Words = b.words(ctx, e, menu)
		l.Details = b.details(ctx, e)
		lines[i] = l
		switch e.Kind {
		case engine.Entered:
			depth++
		case engine.Left:
			depth = max(0, depth-1)
		}
	}
	return lines
}

// node gives the title, kind and icon of an event's node. One that is not known any more is called by its id.
func (b Book) node(ctx context.Context, e engine.Event) (title, name, icon string) {
	n, ok := b.Graphs[e.In].Node(e.Node)
	if !ok {
		return string(e.Node), "", "circle-help"
	}
	icon = "circle-help"
	if k, known := b.Kinds[n.Kind]; known {
		icon = k.Spec().Icon
	}
	name = text.T(ctx, "node."+n.Kind)
	return text.Said(ctx, n.Name()), name, icon
}

// port is how a way out of an event's node is called on the canvas.
func (b Book) port(ctx context.Context, e engine.Event, port graph.Port) string {
	n, _ := b.Graphs[e.In].Node(e.Node)
	if k, ok := b.Kinds[n.Kind]; ok {
		for _, p := range k.Ports(n.Config) {
			if p.ID == port && p.Label.Key != "" {
				return text.Fill(ctx, p.Label.Key, p.Label.Args)
			}
			if p.ID == port && p.Label.Literal != "" {
				return p.Label.Literal
			}
		}
	}
	if key := "trace.port." + string(port); text.Has(text.From(ctx), key) {
		return text.T(ctx, key)
	}
	return string(port)
}

func (b Book) group(id string) string {
	if b.Group != nil {
		if name := b.Group(id); name != "" {
			return name
		}
	}
	return id
}

func (b Book) flow(id string) string {
	if b.Flow != nil {
		if name := b.Flow(id); name != "" {
			return name
		}
	}
	return id
}
