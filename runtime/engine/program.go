package engine

import (
	"encoding/json"
	"fmt"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Program is a graph made ready to be walked: compiled steps joined by numbers instead of names. It never changes
// after Compile and may be used by any number of goroutines.
type Program struct {
	version string // id; empty in tests
	places  []place
	index   map[graph.NodeID]int
	start   int
	vars    map[string]variable
	subs    map[string]*Program // by flow id: what the nodes of this program enter
	within  map[string]*Program // by version id: all that can be entered from here, however deep
	first   Event               // what a new caller is asked first; no Kind when nobody can say before there is a caller
}

// variable is a declared variable.
type variable struct {
	start  any // what a walk begins with
	kind   graph.Type
	secret bool
}

// place is one compiled node.
type place struct {
	node  graph.Node
	step  nodes.Step
	exits []exit
	end   nodes.Ender // of a talk that starts here; nil: DefaultEnd
	group string      // the skill group that its expressions are about
	fixed bool        // see nodes.Spec
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

// Source is a version to be compiled.
type Source struct {
	Version string // id
	Graph   graph.Graph
	Subs    map[string]*Program // what it enters, by flow id: the versions that it is pinned to
}

// Compile prepares a graph for walking. It fails for a kind that set does not have, a config its kind refuses, and
// edges or a start that are not there (ErrDeadEnd). An unwired port is no fault here: a walk that comes to it ends
// with words to the caller.
func Compile(from Source, set nodes.Set) (*Program, error) {
	g := from.Graph
	p := &Program{
		version: from.Version, subs: from.Subs, within: map[string]*Program{}, vars: make(map[string]variable, len(g.Vars)),
		places: make([]place, 0, len(g.Nodes)), index: make(map[graph.NodeID]int, len(g.Nodes)), start: nowhere,
	}
	for _, sub := range from.Subs {
		p.within[sub.version] = sub
		for id, deeper := range sub.within {
			p.within[id] = deeper
		}
	}
	for _, v := range g.Vars {
		start, err := nodes.ReadValue(v.Type, v.Default)
		if err != nil {
			return nil, fmt.Errorf("compiling variable %s: %w", v.Name, err)
		}
		p.vars[v.Name] = variable{start, v.Type, v.Secret}
	}
	env := nodes.EnvOf(g.Vars)
	for _, n := range g.Nodes {
		if err := p.add(n, set, env); err != nil {
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

func (p *Program) add(n graph.Node, set nodes.Set, env expression.Env) error {
	kind, ok := set[n.Kind]
	if !ok {
		return fmt.Errorf("unknown kind %q", n.Kind)
	}
	if _, twice := p.index[n.ID]; twice {
		return fmt.Errorf("the id is there twice")
	}
	step, err := kind.Compile(n, env)
	if err != nil {
		return err
	}
	spec := kind.Spec()
	at := place{node: n, step: step, fixed: spec.Fixed, group: groupOf(n)}
	for _, port := range kind.Ports(n.Config) {
		at.exits = append(at.exits, exit{port: port.ID, to: nowhere, optional: port.Optional})
	}
	p.index[n.ID] = len(p.places)
	if spec.NoInput && p.start == nowhere {
		p.start = len(p.places)
	}
	p.places = append(p.places, at)
	return nil
}

// groupOf is the skill group that a node has chosen, whatever its kind: what queue and group names are about.
func groupOf(n graph.Node) string {
	var c struct{ Group string }
	_ = json.Unmarshal(n.Config, &c) // a config without such a member has chosen none
	return c.Group
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
func (p *Program) endOf(i int) nodes.Ender {
	done := p.places[i].exit(nodes.Done)
	if done == nil || done.to == nowhere {
		return nil
	}
	seen := make([]bool, len(p.places))
	for todo := []int{done.to}; len(todo) > 0; todo = todo[1:] {
		at := todo[0]
		if seen[at] {
			continue
		}
		seen[at] = true
		if e, ok := p.places[at].step.(nodes.Ender); ok {
			return e
		}
		for _, x := range p.places[at].exits {
			if x.to != nowhere {
				todo = append(todo, x.to)
			}
		}
	}
	return nil
}

// greet walks from the start to the first rest and gives the question asked there, unless the way there or the
// question depends on who comes and when.
func (p *Program) greet() Event {
	w := walk{root: p, p: p, blind: true, alone: true}
	err := w.run(p.start, nil)
	if err != nil || !w.alone || len(w.events) == 0 || w.events[len(w.events)-1].Kind != Asked {
		return Event{}
	}
	return w.events[len(w.events)-1]
}

// Menu gives the menu that a new caller meets first; ok is false when the flow goes straight to people, or when what
// it asks first depends on the caller or the time. The options belong to the program and must not be changed.
func (p *Program) Menu() (prompt string, options []nodes.Option, ok bool) {
	return p.first.Text, p.first.Menu, p.first.Kind == Asked && p.first.Ask == nil
}

// Version is the id of the version that the program was made from.
func (p *Program) Version() string { return p.version }
