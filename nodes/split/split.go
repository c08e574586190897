// Package split sends a share of the callers each way, and the same caller the same way every time.
package split

import (
	"encoding/json"
	"strconv"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
)

// Kind is the split node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in.
type Config struct {
	Arms []Arm `json:"arms"`
}

// Arm is one way out and its share of the callers.
type Arm struct {
	ID     graph.Port `json:"id"` // stable; the port's name
	Label  string     `json:"label,omitempty"`
	Weight int        `json:"weight"` // its share is this by the sum of all, 1–1000; missing counts as 1
}

// The limits of a split.
const (
	minArms   = 2
	maxArms   = 10
	maxWeight = 1000
	maxLabel  = 20 // characters
)

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	return nodes.Spec{
		Name: "split", Icon: "shuffle", Category: "flow",
		Default: `{"arms":[{"id":"a","label":"A","weight":50},{"id":"b","label":"B","weight":50}]}`,
		Fields: []nodes.Field{
			{Name: "arms", Type: nodes.ListField, Required: true, Min: minArms, Max: maxArms, Item: []nodes.Field{
				{Name: "id", Type: nodes.LineField},
				{Name: "label", Type: nodes.LineField, MaxRunes: maxLabel},
				{Name: "weight", Type: nodes.NumberField, Min: 1, Max: maxWeight},
			}},
		},
	}
}

// Ports lists one way out for each arm.
func (k Kind) Ports(config json.RawMessage) []nodes.PortSpec {
	c, err := nodes.Read[Config](k.Spec(), config)
	if err != nil {
		c, _ = nodes.Read[Config](k.Spec(), nil)
	}
	ports := make([]nodes.PortSpec, len(c.Arms))
	for i, a := range c.Arms {
		ports[i] = nodes.PortSpec{ID: a.ID, Label: nodes.Text{Literal: a.name(i + 1)}}
	}
	return ports
}

// name is what the canvas writes beside the arm's port; n counts from 1.
func (a Arm) name(n int) string {
	if label := strings.TrimSpace(a.Label); label != "" {
		return label
	}
	return strconv.Itoa(n)
}

func (a Arm) weight() int { return min(max(1, a.Weight), maxWeight) }

// Check refuses arms whose ids cannot be ports; the rest is checked from the Spec.
func (k Kind) Check(n graph.Node, _ nodes.World) []graph.Issue {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	ids := make([]graph.Port, len(c.Arms))
	for i, a := range c.Arms {
		ids[i] = a.ID
	}
	return nodes.CheckPortIDs(n, "arms", ids)
}

// Summary tells the shares, in per cent.
func (k Kind) Summary(n graph.Node, _ nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil || len(c.Arms) == 0 {
		return nodes.Text{Key: "node.split.summaryNone"}
	}
	sum := 0
	for _, a := range c.Arms {
		sum += a.weight()
	}
	shares := make([]string, len(c.Arms))
	for i, a := range c.Arms {
		tenths := (2000*a.weight() + sum) / (2 * sum) // of a per cent, rounded
		shares[i] = a.name(i+1) + " " + strconv.FormatFloat(float64(tenths)/10, 'f', -1, 64) + "%"
	}
	return nodes.Text{Key: "node.split.summary", Args: map[string]string{"shares": strings.Join(shares, " / ")}}
}
