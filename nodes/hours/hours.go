// Package hours asks whether the service is open now: by the week, by holidays, and by days that are special.
package hours

import (
	"encoding/json"
	"fmt"
	"strconv"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Kind is the hours node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in. Overrides win over holidays, and holidays over the week; of two overrides the
// upper one counts. Times are "09:00" to "24:00" by the clock of the zone; one that ends no later than it begins ends
// on the next day.
type Config struct {
	Zone      string     `json:"zone"` // IANA
	Weekly    []Period   `json:"weekly"`
	Holidays  []Holiday  `json:"holidays,omitempty"`
	Overrides []Override `json:"overrides,omitempty"`
}

// Period is a time on some days of every week.
type Period struct {
	Days []int  `json:"days"` // 1 Monday to 7 Sunday
	From string `json:"from"`
	To   string `json:"to"`
}

// Holiday is a day on which the service is closed.
type Holiday struct {
	Date string `json:"date"`
	Name string `json:"name,omitempty"` // the admin's own note
}

// Override is a time of one day on which the service is open or closed in any case.
type Override struct {
	Date string `json:"date"`
	From string `json:"from"`
	To   string `json:"to"`
	Open bool   `json:"open,omitempty"`
}

// Open is the way out while the service is open; the other is nodes.Closed.
const Open graph.Port = "open"

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	from := nodes.Field{Name: "from", Type: nodes.TimeField, Required: true}
	to := nodes.Field{Name: "to", Type: nodes.TimeField, Required: true}
	return nodes.Spec{
		Name: "hours", Icon: "calendar-clock", Category: "flow",
		Default: `{"zone":"Asia/Shanghai","weekly":[{"days":[1,2,3,4,5],"from":"09:00","to":"18:00"}],"holidays":[],"overrides":[]}`,
		Fields: []nodes.Field{
			{Name: "zone", Type: nodes.ZoneField, Required: true},
			{Name: "weekly", Type: nodes.ListField, Required: true, Min: 1, Max: 20, Item: []nodes.Field{
				{Name: "days", Type: nodes.DaysField, Required: true, Min: 1, Max: 7}, from, to,
			}},
			{Name: "holidays", Type: nodes.ListField, Max: 100, Item: []nodes.Field{
				{Name: "date", Type: nodes.DateField, Required: true},
				{Name: "name", Type: nodes.LineField, MaxRunes: 20},
			}},
			{Name: "overrides", Type: nodes.ListField, Max: 50, Advanced: true, Item: []nodes.Field{
				{Name: "date", Type: nodes.DateField, Required: true}, from, to,
				{Name: "open", Type: nodes.FlagField},
			}},
		},
	}
}

// Ports lists the two ways out.
func (Kind) Ports(json.RawMessage) []nodes.PortSpec {
	return []nodes.PortSpec{
		{ID: Open, Label: nodes.Text{Key: "node.hours.port.open"}},
		{ID: nodes.Closed, Label: nodes.Text{Key: "node.hours.port.closed"}},
	}
}

// Check refuses days that no week has, and times that begin when their day is over; the rest is checked from the Spec.
func (k Kind) Check(n graph.Node, _ nodes.World) []graph.Issue {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	var issues []graph.Issue
	add := func(code, list string, i int, member string) {
		issues = append(issues, graph.Issue{Node: n.ID, Field: fmt.Sprintf("%s.%d.%s", list, i, member), Code: code, Level: graph.Error})
	}
	for i, p := range c.Weekly {
		for _, day := range p.Days {
			if day < 1 || day > 7 {
				add("field.choice", "weekly", i, "days")
				break
			}
		}
		if p.From == dayEnd {
			add("field.time", "weekly", i, "from")
		}
	}
	for i, o := range c.Overrides {
		if o.From == dayEnd {
			add("field.time", "overrides", i, "from")
		}
	}
	return issues
}

// Summary tells the times, on how many days of the week there are any, and the zone.
func (k Kind) Summary(n graph.Node, _ nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil || len(c.Weekly) == 0 {
		return nodes.Text{Key: "node.hours.summaryNone"}
	}
	days := map[int]bool{}
	for _, p := range c.Weekly {
		for _, day := range p.Days {
			days[day] = true
		}
	}
	args := map[string]string{"days": strconv.Itoa(len(days)), "zone": c.Zone}
	if len(c.Weekly) > 1 {
		args["periods"] = strconv.Itoa(len(c.Weekly))
		return nodes.Text{Key: "node.hours.summaryMore", Args: args}
	}
	args["from"], args["to"] = c.Weekly[0].From, c.Weekly[0].To
	return nodes.Text{Key: "node.hours.summary", Args: args}
}

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, _ expression.Env) (nodes.Step, error) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nil, err
	}
	s, err := c.Schedule()
	return step{s}, err
}

// step is a compiled schedule.
type step struct{ Schedule }

// Visit leaves by what the clock says, and remembers it for the name hours.open.
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	if v.In != nil {
		return nil, fmt.Errorf("hours are not answered by %q", v.In.Kind)
	}
	open := s.Open(v.Now)
	port := nodes.Closed
	if open {
		port = Open
	}
	return nodes.Leave{Port: port, Set: map[string]any{nodes.HoursOpen: open}}, nil
}
