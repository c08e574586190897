package canvas

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"foyer/designer/graph"
	"foyer/ui/kit/text"
)

// change is one line of what publishing changes: an icon name and a sentence.
type change struct{ Icon, Text string }

// changes tells in words how a graph differs from the live one. What only stands elsewhere counts as one line.
func changes(ctx context.Context, live, draft graph.Graph) []change {
	var list []change
	add := func(icon, key string, n graph.Node) {
		list = append(list, change{icon, text.T(ctx, "canvas.change."+key, "name", nameOf(ctx, n))})
	}
	moved := false
	for _, n := range draft.Nodes {
		was, ok := live.Node(n.ID)
		if ok {
			moved = moved || was.X != n.X || was.Y != n.Y
		}
		switch {
		case !ok:
			add("plus", "added", n)
		case was.Title != n.Title || !sameConfig(was.Config, n.Config):
			add("pencil", "edited", n)
		}
		if ok && !slices.Equal(exits(live, n.ID), exits(draft, n.ID)) {
			add("git-branch", "rewired", n)
		}
	}
	for _, n := range live.Nodes {
		if _, ok := draft.Node(n.ID); !ok {
			add("minus", "removed", n)
		}
	}
	list = append(list, varChanges(ctx, live.Vars, draft.Vars)...)
	if moved && len(list) == 0 {
		list = append(list, change{"arrow-left-right", text.T(ctx, "canvas.change.moved")})
	}
	return list
}

// varChanges tells how the declared variables differ.
func varChanges(ctx context.Context, live, draft []graph.Variable) []change {
	var list []change
	add := func(icon, key, name string) {
		list = append(list, change{icon, text.T(ctx, "canvas.change."+key, "name", name)})
	}
	named := func(name string) func(graph.Variable) bool {
		return func(v graph.Variable) bool { return v.Name == name }
	}
	for _, v := range draft {
		if i := slices.IndexFunc(live, named(v.Name)); i < 0 {
			add("plus", "varAdded", v.Name)
		} else if live[i] != v {
			add("pencil", "varEdited", v.Name)
		}
	}
	for _, v := range live {
		if !slices.ContainsFunc(draft, named(v.Name)) {
			add("minus", "varRemoved", v.Name)
		}
	}
	return list
}

// exits lists where the ports of a node lead, in an order of its own.
func exits(g graph.Graph, id graph.NodeID) []string {
	var list []string
	for _, e := range g.Edges {
		if e.From == id {
			list = append(list, string(e.Port)+" "+string(e.To))
		}
	}
	slices.Sort(list)
	return list
}

// sameConfig compares what two configs say, not how they are written.
func sameConfig(a, b json.RawMessage) bool {
	return bytes.Equal(canonical(a), canonical(b))
}

func canonical(raw json.RawMessage) []byte {
	var v map[string]any
	if len(raw) > 0 && json.Unmarshal(raw, &v) != nil {
		return raw
	}
	out, err := json.Marshal(v)
	if err != nil || len(v) == 0 {
		return nil
	}
	return out
}

// nameOf is what a person calls a node.
func nameOf(ctx context.Context, n graph.Node) string {
	return text.Said(ctx, n.Name())
}
