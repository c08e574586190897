package nodes

import (
	"encoding/json"
	"fmt"
	"maps"

	"foyer/designer/graph"
)

// Read decodes a node's config over the kind's defaults: a field that the document does not mention, or says null of,
// has the value that a new node has, so that a version published before the field existed still runs. It is as strict
// as Decode.
func Read[C any](s Spec, config json.RawMessage) (C, error) {
	var zero C
	given, err := Decode[map[string]json.RawMessage](config)
	if err != nil {
		return zero, err
	}
	all, err := Decode[map[string]json.RawMessage](json.RawMessage(s.Default))
	if err != nil {
		return zero, fmt.Errorf("defaults of %s: %w", s.Name, err)
	}
	if all == nil {
		all = map[string]json.RawMessage{}
	}
	maps.DeleteFunc(given, func(_ string, value json.RawMessage) bool { return string(value) == "null" })
	maps.Copy(all, given)
	whole, err := json.Marshal(all)
	if err != nil {
		return zero, fmt.Errorf("config: %w", err)
	}
	return Decode[C](whole)
}

// Unreadable is the issue of a node whose config does not decode. Every kind's Check begins with it.
func Unreadable(n graph.Node) graph.Issue {
	return graph.Issue{Node: n.ID, Code: "node.unreadable", Level: graph.Error}
}
