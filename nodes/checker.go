package nodes

import (
	"context"
	"maps"
	"slices"
	"strings"

	"foyer/designer/graph"
)

// Checker finds what is wrong with a whole flow: the structural rules, the fields of every node, and what each kind
// knows besides. The designer shows its issues as the admin draws, and the same issues gate publishing.
type Checker struct {
	Set   Set
	World func(ctx context.Context) Around // what a check may ask about the instance
}

// Around is the instance around a flow. See World.
type Around interface {
	Group(id string) (name string, ok bool)
	Flow(id string) (f Flow, ok bool)
}

// Within gives what the nodes of a flow may ask, from what is around it.
func Within(a Around, g graph.Graph) World { return within{a, g.Vars} }

type within struct {
	Around
	vars []graph.Variable
}

// Vars are the variables that the flow declares.
func (w within) Vars() []graph.Variable { return w.vars }

// Fresh is the graph of a new flow: where a session begins and where it ends, not yet joined.
func (c Checker) Fresh() graph.Graph {
	node := func(kind string, x, y int) graph.Node {
		return graph.Node{ID: graph.NodeID(kind), Kind: kind, X: x, Y: y, Config: []byte(c.Set[kind].Spec().Default)}
	}
	return graph.Graph{
		Spec:  graph.SpecVersion,
		Nodes: []graph.Node{node("start", 80, 160), node("end", 900, 160)},
		Edges: []graph.Edge{},
	}
}

// Check lists every issue of a flow in the order of graph.Sort.
func (c Checker) Check(ctx context.Context, g graph.Graph) []graph.Issue {
	w := Within(c.World(ctx), g)
	issues := append(graph.Check(g, c.Set), checkVars(g.Vars)...)
	for _, n := range g.Nodes {
		if kind, ok := c.Set[n.Kind]; ok {
			issues = append(issues, CheckNode(kind, n, w)...)
		}
	}
	graph.Sort(g, issues)
	return issues
}

// CheckNode lists the issues of one node, those of its fields first.
func CheckNode(kind Kind, n graph.Node, w World) []graph.Issue {
	spec := kind.Spec()
	issues := append(CheckFields(n, spec, w), kind.Check(n, w)...)
	unreadable := func(i graph.Issue) bool { return i.Code == Unreadable(n).Code }
	if values, err := Read[map[string]any](spec, n.Config); err == nil && strange(spec.Fields, values) && !slices.ContainsFunc(issues, unreadable) {
		issues = append(issues, Unreadable(n))
	}
	for i := range issues {
		issues[i].Args = named(n, spec, issues[i])
	}
	return issues
}

// named adds to an issue's arguments what the node and the field are called, so that no kind has to.
func named(n graph.Node, s Spec, i graph.Issue) map[string]string {
	args := map[string]string{"title": n.Name()}
	if i.Field != "" {
		parts := strings.Split(i.Field, ".")
		args["field"] = graph.KeyPrefix + "node." + s.Name + "." + parts[0]
		if len(parts) == 3 && hasItem(s, parts[0], parts[2]) {
			args["field"] += "." + parts[2]
		}
	}
	maps.Copy(args, i.Args)
	return args
}

func hasItem(s Spec, list, member string) bool {
	return slices.ContainsFunc(s.Fields, func(f Field) bool {
		return f.Name == list && slices.ContainsFunc(f.Item, func(x Field) bool { return x.Name == member })
	})
}

// Trait answers the structural rules.
func (s Set) Trait(kind string) (graph.Trait, bool) {
	k, ok := s[kind]
	if !ok {
		return graph.Trait{}, false
	}
	spec := k.Spec()
	return graph.Trait{Entry: spec.NoInput, Single: spec.Single, Wait: spec.Wait}, true
}

// Exits answers the structural rules.
func (s Set) Exits(n graph.Node) []graph.Exit {
	k, ok := s[n.Kind]
	if !ok {
		return nil
	}
	ports := k.Ports(n.Config)
	exits := make([]graph.Exit, len(ports))
	for i, p := range ports {
		exits[i] = graph.Exit{Port: p.ID, Label: p.Label.Arg(), Optional: p.Optional, Quiet: p.Quiet}
	}
	return exits
}

var _ graph.Kinds = Set(nil)

// Arg is the text as an argument of an issue: the words, or the key behind graph.KeyPrefix.
func (t Text) Arg() string {
	if t.Key != "" {
		return graph.KeyPrefix + t.Key
	}
	return t.Literal
}

// strange tells of a member that no field has. JSON is read without regard to case, so "Wrong" would be taken for
// "wrong" and never be checked.
func strange(fields []Field, values map[string]any) bool {
	for name, value := range values {
		i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == name })
		if i < 0 {
			return true
		}
		item := fields[i].Item
		if fields[i].Type == OptionsField {
			item = []Field{{Name: "id"}, {Name: "keywords"}, {Name: "label"}}
		}
		lines, _ := value.([]any)
		for _, line := range lines {
			if line, ok := line.(map[string]any); ok && strange(item, line) {
				return true
			}
		}
	}
	return false
}
