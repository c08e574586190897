package engine

import (
	"fmt"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
)

// Program is a graph made ready to be walked: compiled steps joined by numbers instead of names. It never changes
// after Compile and may be used by any number of goroutines.
type Program struct {
	places []place
	index  map[graph.NodeID]int
	start  int
	first  Event // what a new caller is asked first; no Kind when nothing is
}

// place is one compiled node.
type place struct {
	node  graph.Node
	step  nodes.Step
	exits []exit
	end   nodes.EndPolicy // of a talk that starts here
}

// exit is one way out of a place.
type exit struct {
	port     graph.Port
	edge     graph.EdgeID
	to       int // -1 when it leads nowhere
	optional bool
}

// nowhere is where an unwired exit leads.
const nowhere = -1

// Compile prepares a graph for walking. It fails for a kind that set does not have, a config its kind refuses, and
// edges or a start that are not there (ErrDeadEnd). An unwired port is no fault here: a walk that comes to it ends
// with words to the caller.
func Compile(g graph.Graph, set nodes.Set) (*Program, error) {
	p := &Program{places: make([]place, 0, len(g.Nodes)), index: make(map[graph.NodeID]int, len(g.Nodes)), start: nowhere}
	for _, n := range g.Nodes {
		if err := p.add(n, set); err != nil {
			return nil, fmt.Errorf("compiling node %s: %w", n.ID, err)
		}
	}
	if p.start == nowhere {
		return nil, fmt.Errorf("compiling: %w: no start", ErrDeadEnd)
	}
	for _, e := range g.Edges {
		if err := p.join(e); err != nil {
			return nil, fmt.Errorf("compiling edge %s: %w", e.ID, err)
		}
	}
	for i := range p.places {
		p.places[i].end = p.endOf(i)
	}
	p.first = p.greet()
	return p, nil
}

func (p *Program) add(n graph.Node, set nodes.Set) error {
	kind, ok := set[n.Kind]
	if !ok {
		return fmt.Errorf("unknown kind %q", n.Kind)
	}
	if _, twice := p.index[n.ID]; twice {
		return fmt.Errorf("the id is there twice")
	}
	step, err := kind.Compile(n)
	if err != nil {
		return err
	}
	at := place{node: n, step: step}
	for _, port := range kind.Ports(n.Config) {
		at.exits = append(at.exits, exit{port: port.ID, to: nowhere, optional: port.Optional})
	}
	p.index[n.ID] = len(p.places)
	if kind.Spec().NoInput && p.start == nowhere {
		p.start = len(p.places)
	}
	p.places = append(p.places, at)
	return nil
}

func (p *Program) join(e graph.Edge) error {
	from, hasFrom := p.index[e.From]
	to, hasTo := p.index[e.To]
	if !hasFrom || !hasTo {
		return ErrDeadEnd
	}
	x := p.places[from].exit(e.Port)
	if x == nil {
		return ErrDeadEnd
	}
	if x.to != nowhere {
		return fmt.Errorf("port %s has two", e.Port)
	}
	x.to, x.edge = to, e.ID
	return nil
}

func (at place) exit(port graph.Port) *exit {
	for i := range at.exits {
		if at.exits[i].port == port {
			return &at.exits[i]
		}
	}
	return nil
}

// endOf finds the end node to which a talk at place i leads: through the done port first, then along every way,
// nearest first.
func (p *Program) endOf(i int) nodes.EndPolicy {
	done := p.places[i].exit(nodes.Done)
	if done == nil || done.to == nowhere {
		return DefaultEnd()
	}
	seen := make([]bool, len(p.places))
	for todo := []int{done.to}; len(todo) > 0; todo = todo[1:] {
		at := todo[0]
		if seen[at] {
			continue
		}
		seen[at] = true
		if e, ok := p.places[at].step.(nodes.Ender); ok {
			return e.EndPolicy()
		}
		for _, x := range p.places[at].exits {
			if x.to != nowhere {
				todo = append(todo, x.to)
			}
		}
	}
	return DefaultEnd()
}

// greet walks from the start to the first rest and gives the question asked there.
func (p *Program) greet() Event {
	_, events, err := Advance(p, State{}, nil, time.Time{})
	if err != nil || len(events) == 0 || events[len(events)-1].Kind != Asked {
		return Event{}
	}
	return events[len(events)-1]
}

// Menu gives the menu that a new caller meets first; ok is false when the flow goes straight to people. The options
// belong to the program and must not be changed.
func (p *Program) Menu() (prompt string, options []nodes.Option, ok bool) {
	return p.first.Text, p.first.Menu, p.first.Kind == Asked
}
