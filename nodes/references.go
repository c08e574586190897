package nodes

import (
	"strconv"

	"foyer/designer/graph"
)

// Enters lists where a flow enters another one.
func (c Checker) Enters(g graph.Graph) []graph.Reference { return c.Set.references(g, FlowField) }

// Groups lists where a flow names a skill group.
func (c Checker) Groups(g graph.Graph) []graph.Reference { return c.Set.references(g, GroupField) }

// references finds the values of all fields of a type, in the order of the nodes and their forms. Fields that are not
// shown are not looked at, as they are not when a node is checked; a config that is no object names nothing.
func (s Set) references(g graph.Graph, t FieldType) (found []graph.Reference) {
	for _, n := range g.Nodes {
		kind, ok := s[n.Kind]
		if !ok {
			continue
		}
		spec := kind.Spec()
		if values, err := Read[map[string]any](spec, n.Config); err == nil {
			for _, r := range among(spec.Fields, values, t, "") {
				found = append(found, graph.Reference{Node: n.ID, Field: r.Field, ID: r.ID})
			}
		}
	}
	return found
}

// among finds the values of a type among fields and the members of their lists.
func among(fields []Field, values map[string]any, t FieldType, prefix string) (found []graph.Reference) {
	for _, f := range fields {
		if !f.When.holds(values) {
			continue
		}
		path := prefix + f.Name
		if id, _ := values[f.Name].(string); f.Type == t && id != "" {
			found = append(found, graph.Reference{Field: path, ID: id})
		}
		lines, _ := values[f.Name].([]any)
		for i, line := range lines {
			if line, ok := line.(map[string]any); ok {
				found = append(found, among(f.Item, line, t, path+"."+strconv.Itoa(i)+".")...)
			}
		}
	}
	return found
}
