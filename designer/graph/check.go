package graph

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The limits of one graph.
const (
	MaxNodes  = 1000
	MaxTitle  = 40       // characters
	MaxConfig = 16 << 10 // bytes of one node's config
)

// KeyPrefix marks a text that is a key of the message catalogues and not the words themselves.
const KeyPrefix = "key:"

// ListSep joins names within one argument of an issue.
const ListSep = " → "

// Kinds is what the structural rules ask about kinds of nodes.
type Kinds interface {
	// Trait gives what the rules need to know of a kind; ok is false for a kind that nobody knows.
	Trait(kind string) (t Trait, ok bool)
	// Exits lists the ways out of a node. A node without one ends the flow.
	Exits(n Node) []Exit
}

// Trait is the part of a kind that decides where its nodes may stand.
type Trait struct {
	Entry  bool // a session begins here: it takes no edge, and a flow has exactly one
	Single bool // at most one in a flow
	Wait   bool // a walk rests here, so a cycle through it comes to rest
}

// Exit is one way out of a node.
type Exit struct {
	Port     Port
	Label    string // what a person calls it; a catalogue key when it begins with KeyPrefix
	Optional bool   // left unwired it falls to the default handling
	Quiet    bool   // and nothing is said of it
}

// Name says what to call a node: its title, or else the catalogue key of its kind.
func (n Node) Name() string {
	if n.Title != "" {
		return n.Title
	}
	return KeyPrefix + "node." + n.Kind
}

// Check reports every breach of the structural rules at once, in the order of Sort.
func Check(g Graph, kinds Kinds) []Issue {
	c := check{g: g, kinds: kinds, nodes: make(map[NodeID]place, len(g.Nodes)), out: map[NodeID][]NodeID{}}
	c.limits()
	c.places()
	wired := c.edges()
	c.ports(wired)
	c.entries()
	c.reach()
	c.cycles()
	Sort(g, c.issues)
	return c.issues
}

// Blocking tells whether any of the issues refuses publishing.
func Blocking(issues []Issue) bool {
	return slices.ContainsFunc(issues, func(i Issue) bool { return i.Level == Error })
}

// Sort puts issues into the order in which the designer lists them: the flow's own first, then node by node and
// edge by edge as they stand in the document, and errors before warnings.
func Sort(g Graph, issues []Issue) {
	rank := make(map[string]int, len(g.Nodes)+len(g.Edges))
	for i, e := range slices.Backward(g.Edges) {
		rank["e"+string(e.ID)] = 1 + len(g.Nodes) + i
	}
	for i, n := range slices.Backward(g.Nodes) {
		rank["n"+string(n.ID)] = 1 + i
	}
	of := func(i Issue) int {
		switch {
		case i.Node != "":
			return rank["n"+string(i.Node)]
		case i.Edge != "":
			return rank["e"+string(i.Edge)]
		}
		return 0
	}
	slices.SortStableFunc(issues, func(a, b Issue) int {
		return cmp.Or(of(a)-of(b), cmp.Compare(a.Level, b.Level))
	})
}

// check is one run of the rules over one graph.
type check struct {
	g      Graph
	kinds  Kinds
	nodes  map[NodeID]place
	out    map[NodeID][]NodeID // only edges that hold
	entry  []NodeID
	ends   int
	issues []Issue
}

// place is what the rules know of one node.
type place struct {
	node  Node
	trait Trait
	known bool
	exits []Exit
}

func (c *check) add(i Issue) {
	if i.Level == "" {
		i.Level = Error
	}
	c.issues = append(c.issues, i)
}

func (c *check) limits() {
	if n := len(c.g.Nodes); n > MaxNodes {
		c.add(Issue{Code: "graph.tooManyNodes", Args: map[string]string{"count": strconv.Itoa(n), "max": strconv.Itoa(MaxNodes)}})
	}
	for _, n := range c.g.Nodes {
		if utf8.RuneCountInString(n.Title) > MaxTitle {
			c.add(Issue{Node: n.ID, Field: "title", Code: "graph.longTitle", Args: map[string]string{"max": strconv.Itoa(MaxTitle)}})
		}
		if len(n.Config) > MaxConfig {
			c.add(Issue{Node: n.ID, Code: "graph.bigConfig", Args: map[string]string{"title": n.Name(), "max": strconv.Itoa(MaxConfig >> 10)}})
		}
	}
}

// places looks at each node for itself: its id and its kind.
func (c *check) places() {
	for _, n := range c.g.Nodes {
		if _, twice := c.nodes[n.ID]; twice {
			c.add(Issue{Node: n.ID, Code: "graph.twiceNode", Args: map[string]string{"title": n.Name(), "id": string(n.ID)}})
			continue
		}
		p := place{node: n}
		if p.trait, p.known = c.kinds.Trait(n.Kind); p.known {
			p.exits = c.kinds.Exits(n)
			if len(p.exits) == 0 {
				c.ends++
			}
		} else {
			c.add(Issue{Node: n.ID, Code: "graph.unknownKind", Args: map[string]string{"title": cmp.Or(n.Title, string(n.ID)), "kind": n.Kind}})
		}
		c.nodes[n.ID] = p
	}
}

// edges looks at each edge for itself and gives the ports that have one.
func (c *check) edges() map[NodeID]map[Port]bool {
	ids := make(map[EdgeID]bool, len(c.g.Edges))
	wired := make(map[NodeID]map[Port]bool, len(c.g.Nodes))
	for _, e := range c.g.Edges {
		if ids[e.ID] {
			c.add(Issue{Edge: e.ID, Code: "graph.twiceEdge", Args: map[string]string{"id": string(e.ID)}})
		}
		ids[e.ID] = true
		from, to, ok := c.joined(e)
		if !ok {
			continue
		}
		if wired[e.From] == nil {
			wired[e.From] = map[Port]bool{}
		}
		if wired[e.From][e.Port] {
			c.add(Issue{Edge: e.ID, Port: e.Port, Code: "graph.portTwice", Args: map[string]string{"title": from.node.Name(), "port": from.label(e.Port)}})
		}
		wired[e.From][e.Port] = true
		switch {
		case e.From == e.To:
			c.add(Issue{Edge: e.ID, Port: e.Port, Code: "graph.selfEdge", Args: map[string]string{"title": from.node.Name()}})
		case to.trait.Entry:
			c.add(Issue{Edge: e.ID, Port: e.Port, Code: "graph.intoStart", Args: map[string]string{"title": from.node.Name()}})
		default:
			c.out[e.From] = append(c.out[e.From], e.To)
		}
	}
	return wired
}

// joined tells whether an edge hangs between two nodes that are there, on a port that is there.
func (c *check) joined(e Edge) (from, to place, ok bool) {
	from, hasFrom := c.nodes[e.From]
	to, hasTo := c.nodes[e.To]
	switch {
	case !hasFrom:
		c.add(Issue{Edge: e.ID, Code: "graph.edgeFrom", Args: map[string]string{"id": string(e.From)}})
	case !hasTo:
		c.add(Issue{Edge: e.ID, Code: "graph.edgeTo", Args: map[string]string{"id": string(e.To)}})
	case from.known && !from.has(e.Port):
		c.add(Issue{Edge: e.ID, Port: e.Port, Code: "graph.edgePort", Args: map[string]string{"title": from.node.Name(), "port": string(e.Port)}})
	default:
		return from, to, true
	}
	return from, to, false
}

func (p place) has(port Port) bool {
	return slices.ContainsFunc(p.exits, func(x Exit) bool { return x.Port == port })
}

// label is what a person calls a port.
func (p place) label(port Port) string {
	for _, x := range p.exits {
		if x.Port == port {
			return x.Label
		}
	}
	return string(port)
}

// ports looks for ways out that lead nowhere.
func (c *check) ports(wired map[NodeID]map[Port]bool) {
	seen := make(map[NodeID]bool, len(c.g.Nodes))
	for _, n := range c.g.Nodes {
		if seen[n.ID] {
			continue
		}
		seen[n.ID] = true
		for _, x := range c.nodes[n.ID].exits {
			if wired[n.ID][x.Port] || x.Quiet {
				continue
			}
			i := Issue{Node: n.ID, Port: x.Port, Code: "graph.deadEnd", Args: map[string]string{"title": n.Name(), "port": x.Label}}
			if x.Optional {
				i.Code, i.Level = "graph.unwired", Warning
			}
			c.add(i)
		}
	}
}

// entries counts the places where a session begins, ends, and those that may stand only once.
func (c *check) entries() {
	singles := map[string]bool{}
	for _, n := range c.g.Nodes {
		p := c.nodes[n.ID]
		switch {
		case p.trait.Entry:
			if len(c.entry) > 0 {
				c.add(Issue{Node: n.ID, Code: "graph.manyStarts", Args: map[string]string{"title": n.Name()}})
			}
			c.entry = append(c.entry, n.ID)
		case p.trait.Single && singles[n.Kind]:
			c.add(Issue{Node: n.ID, Code: "graph.single", Args: map[string]string{"title": n.Name(), "kind": KeyPrefix + "node." + n.Kind}})
		}
		singles[n.Kind] = true
	}
	if len(c.entry) == 0 {
		c.add(Issue{Code: "graph.noStart"})
	}
	if c.ends == 0 {
		c.add(Issue{Code: "graph.noEnd"})
	}
}

// reach warns of nodes that no caller can come to.
func (c *check) reach() {
	if len(c.entry) == 0 {
		return // noStart says it for all of them
	}
	seen := map[NodeID]bool{}
	for todo := slices.Clone(c.entry); len(todo) > 0; {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[id] {
			seen[id] = true
			todo = append(todo, c.out[id]...)
		}
	}
	for _, n := range c.g.Nodes {
		if !seen[n.ID] {
			seen[n.ID] = true
			c.add(Issue{Node: n.ID, Code: "graph.unreachable", Level: Warning, Args: map[string]string{"title": n.Name()}})
		}
	}
}

// cycles finds rings of nodes none of which waits: a walk in there would never come to rest.
func (c *check) cycles() {
	next := func(id NodeID) (out []NodeID) {
		for _, to := range c.out[id] {
			if !c.nodes[to].trait.Wait {
				out = append(out, to)
			}
		}
		return out
	}
	var restless []NodeID
	for _, n := range c.g.Nodes {
		if !c.nodes[n.ID].trait.Wait {
			restless = append(restless, n.ID)
		}
	}
	for _, ring := range rings(restless, next) {
		names := make([]string, len(ring))
		for i, id := range ring {
			names[i] = c.nodes[id].node.Name()
		}
		c.add(Issue{Node: ring[0], Code: "graph.cycle", Args: map[string]string{"nodes": strings.Join(names, ListSep)}})
	}
}
