package graph

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Pretty is Marshal for people and for git: the same order, with every variable, node and edge on a line of its own,
// so that one change is one line.
func Pretty(g Graph) ([]byte, error) {
	one, err := Marshal(g)
	if err != nil {
		return nil, err
	}
	var parts struct {
		Spec               json.RawMessage
		Vars, Nodes, Edges []json.RawMessage
	}
	if err := json.Unmarshal(one, &parts); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("{\n  \"spec\": ")
	b.Write(parts.Spec)
	for _, list := range []struct {
		name  string
		lines []json.RawMessage
		all   bool
	}{{"vars", parts.Vars, false}, {"nodes", parts.Nodes, true}, {"edges", parts.Edges, true}} {
		if !list.all && len(list.lines) == 0 {
			continue
		}
		b.WriteString(",\n  \"" + list.name + "\": [")
		for i, line := range list.lines {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString("\n    ")
			b.Write(line)
		}
		if len(list.lines) > 0 {
			b.WriteString("\n  ")
		}
		b.WriteByte(']')
	}
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}

// Bared is the graph without the values that secret variables begin with, and the names of those that had one. Other
// secrets are not in a graph at all: it has their ids.
func (g Graph) Bared() (Graph, []string) {
	var names []string
	g.Vars = slices.Clone(g.Vars)
	for i, v := range g.Vars {
		if v.Secret && v.Default != "" {
			names = append(names, v.Name)
			g.Vars[i].Default = ""
		}
	}
	return g, names
}
