package nodes

import (
	"fmt"
	"strconv"

	"foyer/designer/graph"
)

// CheckPortIDs reports the lines of a list whose ids cannot name ports: ids that are no names, that stand twice, or
// that the kind's other ways out have taken. ids are in the order of the lines.
func CheckPortIDs(n graph.Node, list string, ids []graph.Port, taken ...graph.Port) []graph.Issue {
	seen := make(map[graph.Port]bool, len(ids)+len(taken))
	for _, id := range taken {
		seen[id] = true
	}
	var issues []graph.Issue
	for i, id := range ids {
		if !graph.ValidName(string(id)) || seen[id] {
			issues = append(issues, graph.Issue{
				Node: n.ID, Port: id, Field: fmt.Sprintf("%s.%d", list, i), Code: "field.port", Level: graph.Error,
				Args: map[string]string{"n": strconv.Itoa(i + 1), "id": string(id)},
			})
		}
		seen[id] = true
	}
	return issues
}
