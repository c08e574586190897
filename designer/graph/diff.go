package graph

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
)

// ChangeKind says how a part of a graph differs.
type ChangeKind string

// The kinds of change. Moved is apart from the others because it changes nothing for a caller.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
	Moved   ChangeKind = "moved"
)

// Change is one difference between two graphs: of a variable, of a node, or of the way out of a port.
type Change struct {
	Kind   ChangeKind `json:"kind"`
	Var    string     `json:"var,omitempty"`    // the variable, by name; then Node is empty
	Node   NodeID     `json:"node,omitempty"`   // the node, or the node that the edge leaves
	Port   Port       `json:"port,omitempty"`   // the port that the edge leaves; empty for a node
	Edge   EdgeID     `json:"edge,omitempty"`   // its id in b, or in a when it was removed
	From   NodeID     `json:"from,omitempty"`   // where the edge led before
	To     NodeID     `json:"to,omitempty"`     // where the edge leads now
	Fields []string   `json:"fields,omitempty"` // of a changed node: "kind", "title" and the names in its config; of a variable: those of its members
}

// Diff lists what turns a into b: variables first, by name, then nodes by id, then edges by the port they leave. Edges
// are compared by what they mean, so a line that was deleted and drawn again is no change.
func Diff(a, b Graph) []Change {
	return slices.Concat(diffVars(a, b), diffNodes(a, b), diffEdges(a, b))
}

func diffVars(a, b Graph) (out []Change) {
	before := byKey(a.Vars, func(v Variable) string { return v.Name })
	after := byKey(b.Vars, func(v Variable) string { return v.Name })
	for _, name := range keysOf(before, after, cmp.Compare[string]) {
		was, had := before[name]
		is, has := after[name]
		switch {
		case !had:
			out = append(out, Change{Kind: Added, Var: name})
		case !has:
			out = append(out, Change{Kind: Removed, Var: name})
		case was != is:
			out = append(out, Change{Kind: Changed, Var: name, Fields: diffVar(was, is)})
		}
	}
	return out
}

// diffVar names the members of a variable that differ.
func diffVar(was, is Variable) (fields []string) {
	for _, f := range []struct {
		name    string
		differs bool
	}{
		{"type", was.Type != is.Type}, {"default", was.Default != is.Default},
		{"secret", was.Secret != is.Secret}, {"about", was.About != is.About},
	} {
		if f.differs {
			fields = append(fields, f.name)
		}
	}
	return fields
}

func diffNodes(a, b Graph) (out []Change) {
	before := byKey(a.Nodes, func(n Node) NodeID { return n.ID })
	after := byKey(b.Nodes, func(n Node) NodeID { return n.ID })
	for _, id := range keysOf(before, after, cmp.Compare[NodeID]) {
		was, had := before[id]
		is, has := after[id]
		switch {
		case !had:
			out = append(out, Change{Kind: Added, Node: id})
		case !has:
			out = append(out, Change{Kind: Removed, Node: id})
		default:
			if fields := diffNode(was, is); len(fields) > 0 {
				out = append(out, Change{Kind: Changed, Node: id, Fields: fields})
			}
			if was.X != is.X || was.Y != is.Y {
				out = append(out, Change{Kind: Moved, Node: id})
			}
		}
	}
	return out
}

// diffNode names the parts of a node that differ, in alphabetical order after kind and title.
func diffNode(was, is Node) (fields []string) {
	if was.Kind != is.Kind {
		fields = append(fields, "kind")
	}
	if was.Title != is.Title {
		fields = append(fields, "title")
	}
	before, after := members(was.Config), members(is.Config)
	for _, name := range keysOf(before, after, cmp.Compare[string]) {
		if !bytes.Equal(before[name], after[name]) {
			fields = append(fields, name)
		}
	}
	return fields
}

// members splits a config into its canonical members. One that is not an object counts as a whole.
func members(config json.RawMessage) map[string]json.RawMessage {
	var parts map[string]json.RawMessage
	if len(config) == 0 {
		return nil
	}
	if json.Unmarshal(config, &parts) != nil {
		return map[string]json.RawMessage{"config": config}
	}
	for name, value := range parts {
		if plain, err := canonical(value); err == nil {
			parts[name] = plain
		}
	}
	return parts
}

// exitOf is what an edge means: the way out of one port.
type exitOf struct {
	node NodeID
	port Port
}

func diffEdges(a, b Graph) (out []Change) {
	key := func(e Edge) exitOf { return exitOf{e.From, e.Port} }
	before, after := byKey(a.Edges, key), byKey(b.Edges, key)
	order := func(x, y exitOf) int { return cmp.Or(cmp.Compare(x.node, y.node), cmp.Compare(x.port, y.port)) }
	for _, k := range keysOf(before, after, order) {
		was, had := before[k]
		is, has := after[k]
		switch {
		case !had:
			out = append(out, Change{Kind: Added, Node: k.node, Port: k.port, Edge: is.ID, To: is.To})
		case !has:
			out = append(out, Change{Kind: Removed, Node: k.node, Port: k.port, Edge: was.ID, From: was.To})
		case was.To != is.To:
			out = append(out, Change{Kind: Changed, Node: k.node, Port: k.port, Edge: is.ID, From: was.To, To: is.To})
		}
	}
	return out
}

func byKey[K comparable, V any](list []V, key func(V) K) map[K]V {
	m := make(map[K]V, len(list))
	for _, v := range list {
		m[key(v)] = v
	}
	return m
}

// keysOf gives the keys of both maps once each, in order.
func keysOf[K comparable, V any](a, b map[K]V, order func(K, K) int) []K {
	keys := make([]K, 0, len(a)+len(b))
	for k := range a {
		keys = append(keys, k)
	}
	for k := range b {
		if _, both := a[k]; !both {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, order)
	return keys
}
