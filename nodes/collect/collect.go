// Package collect asks the caller for something and keeps the answer in a variable.
package collect

import (
	"encoding/json"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
)

// Kind is the collect node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in. Only what belongs to Type counts.
type Config struct {
	Prompt   string   `json:"prompt"`
	Type     Type     `json:"type"`
	Variable string   `json:"variable"`
	Options  []Option `json:"options,omitempty"`
	MaxRunes int      `json:"maxRunes"`          // of a text
	Pattern  string   `json:"pattern,omitempty"` // RE2 that the whole text must match
	Min      string   `json:"min,omitempty"`     // of a number, as people write one; empty is no limit
	Max      string   `json:"max,omitempty"`
	From     string   `json:"from,omitempty"` // of a day, "2026-01-31"
	To       string   `json:"to,omitempty"`
	Wrong    string   `json:"wrong,omitempty"` // said when an answer does not fit
	Retries  int      `json:"retries"`         // wrong answers until the walk leaves through nodes.Wrong
	Timeout  int      `json:"timeout"`         // seconds until the walk leaves through nodes.TimedOut
}

// Type is the form of the answer.
type Type string

// The forms of answers.
const (
	Words   Type = "text"
	Number  Type = "number"
	Phone   Type = "phone"
	Date    Type = "date"
	Options Type = "options"
)

// Option is one answer that can be chosen.
type Option struct {
	ID    string `json:"id,omitempty"`    // stable; empty: its place in the list, counted from 1
	Value string `json:"value,omitempty"` // what is kept; empty: the label
	Label string `json:"label"`           // what a caller reads
}

// value is what is kept of an option.
func (o Option) value() string {
	if v := strings.TrimSpace(o.Value); v != "" {
		return v
	}
	return strings.TrimSpace(o.Label)
}

const maxOptions = 20

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	only := func(t Type) *nodes.When { return &nodes.When{Field: "type", Values: []string{string(t)}} }
	return nodes.Spec{
		Name: "collect", Icon: "keyboard", Category: "data", Wait: true,
		Default: `{"prompt":"","type":"text","variable":"","maxRunes":200,"retries":3,"timeout":120}`,
		Fields: []nodes.Field{
			{Name: "prompt", Type: nodes.TextField, Required: true, MaxRunes: 500, Holes: true},
			{Name: "type", Type: nodes.ChoiceField, Required: true, Choices: []string{string(Words), string(Number), string(Phone), string(Date), string(Options)}},
			{Name: "variable", Type: nodes.VarField, Required: true},
			{Name: "options", Type: nodes.ListField, Required: true, Min: 1, Max: maxOptions, When: only(Options), Item: []nodes.Field{
				{Name: "id", Type: nodes.LineField},
				{Name: "label", Type: nodes.LineField, Required: true, MaxRunes: 40},
				{Name: "value", Type: nodes.LineField, MaxRunes: 100},
			}},
			{Name: "min", Type: nodes.LineField, MaxRunes: 20, When: only(Number)},
			{Name: "max", Type: nodes.LineField, MaxRunes: 20, When: only(Number)},
			{Name: "from", Type: nodes.DateField, When: only(Date)},
			{Name: "to", Type: nodes.DateField, When: only(Date)},
			{Name: "maxRunes", Type: nodes.NumberField, Min: 1, Max: 2000, Unit: "unit.runes", When: only(Words)},
			{Name: "wrong", Type: nodes.TextField, MaxRunes: 500, Holes: true},
			{Name: "pattern", Type: nodes.LineField, MaxRunes: 200, When: only(Words), Advanced: true},
			{Name: "retries", Type: nodes.NumberField, Min: 1, Max: 10, Unit: "unit.times", Advanced: true},
			{Name: "timeout", Type: nodes.NumberField, Min: 10, Max: 600, Unit: "unit.seconds", Advanced: true},
		},
	}
}

// Ports lists the way on, then the two for callers who do not answer.
func (Kind) Ports(json.RawMessage) []nodes.PortSpec {
	ports := []nodes.PortSpec{{ID: nodes.Next, Label: label(nodes.Next)}}
	for _, p := range []graph.Port{nodes.Wrong, nodes.TimedOut} {
		ports = append(ports, nodes.PortSpec{ID: p, Label: label(p), Optional: true, Error: true})
	}
	return ports
}

func label(p graph.Port) nodes.Text { return nodes.Text{Key: "node.collect.port." + string(p)} }

// summaries are the lines of the canvas.
var summaries = map[Type]string{
	Words: "node.collect.summaryText", Number: "node.collect.summaryNumber", Phone: "node.collect.summaryPhone",
	Date: "node.collect.summaryDate", Options: "node.collect.summaryOptions",
}

// Summary says what is asked for and which variable keeps it.
func (k Kind) Summary(n graph.Node, _ nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	key := summaries[c.Type]
	if err != nil || c.Variable == "" || key == "" {
		return nodes.Text{Key: "node.collect.summaryNone"}
	}
	return nodes.Text{Key: key, Args: map[string]string{"variable": c.Variable}}
}
