package graph

import "strings"

// Reference is a place in a graph that names something outside of it: another flow or a skill group.
type Reference struct {
	Node  NodeID
	Field string // path in the config, "flow" or "overflow.0.group"
	ID    string // of what is named
}

// EntersItself is the issue of a node that leads back to the start of its own flow. The flows it does so through have
// the given names; none when it names its own flow.
func EntersItself(n Node, r Reference, through []string) Issue {
	i := Issue{Node: n.ID, Field: r.Field, Code: "flow.self", Level: Error, Args: map[string]string{"title": n.Name()}}
	if len(through) > 0 {
		i.Code, i.Args["flow"] = "flow.selfThrough", strings.Join(through, " → ")
	}
	return i
}
