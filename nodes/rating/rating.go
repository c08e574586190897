// Package rating asks the caller how the service was, on a scale.
package rating

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Kind is the rating node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in.
type Config struct {
	Prompt  string  `json:"prompt"`
	Scale   []Point `json:"scale"`
	Score   string  `json:"score,omitempty"`  // variable that keeps the score
	Label   string  `json:"label,omitempty"`  // variable that keeps the label
	Thanks  string  `json:"thanks,omitempty"` // said after the rating
	Wrong   string  `json:"wrong,omitempty"`  // said when an answer is not on the scale
	Timeout int     `json:"timeout"`          // seconds until the walk leaves through nodes.TimedOut
}

// Point is one answer on the scale.
type Point struct {
	ID    string `json:"id,omitempty"` // stable; empty: its score
	Label string `json:"label"`
	Score int    `json:"score"` // higher is better
}

func (p Point) id() string {
	if p.ID != "" {
		return p.ID
	}
	return strconv.Itoa(p.Score)
}

// The limits of a scale.
const (
	minPoints = 2
	maxPoints = 11 // 0 to 10
)

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	return nodes.Spec{
		Name: "rating", Icon: "star", Category: "human", Wait: true,
		Default: `{"prompt":"","scale":[{"id":"s5","label":"非常满意","score":5},{"id":"s4","label":"满意","score":4},{"id":"s3","label":"一般","score":3},` +
			`{"id":"s2","label":"不满意","score":2},{"id":"s1","label":"非常不满意","score":1}],"timeout":120}`,
		Fields: []nodes.Field{
			{Name: "prompt", Type: nodes.TextField, Required: true, MaxRunes: 500, Holes: true},
			{Name: "scale", Type: nodes.ListField, Required: true, Min: minPoints, Max: maxPoints, Item: []nodes.Field{
				{Name: "id", Type: nodes.LineField},
				{Name: "label", Type: nodes.LineField, Required: true, MaxRunes: 20},
				{Name: "score", Type: nodes.NumberField, Max: 100},
			}},
			{Name: "thanks", Type: nodes.TextField, MaxRunes: 500, Holes: true},
			{Name: "score", Type: nodes.VarField, VarTypes: []graph.Type{graph.NumberType}, Advanced: true},
			{Name: "label", Type: nodes.VarField, VarTypes: []graph.Type{graph.TextType}, Advanced: true},
			{Name: "wrong", Type: nodes.TextField, MaxRunes: 500, Holes: true, Advanced: true},
			{Name: "timeout", Type: nodes.NumberField, Min: 10, Max: 3600, Unit: "unit.seconds", Advanced: true},
		},
	}
}

// Ports lists the way on after a rating, and the one for callers who give none.
func (Kind) Ports(json.RawMessage) []nodes.PortSpec {
	return []nodes.PortSpec{
		{ID: nodes.Next, Label: nodes.Text{Key: "node.rating.port.next"}},
		{ID: nodes.TimedOut, Label: nodes.Text{Key: "node.rating.port.timeout"}, Optional: true, Error: true},
	}
}

// Check refuses two points that cannot be told apart; the fields are checked from the Spec.
func (k Kind) Check(n graph.Node, _ nodes.World) []graph.Issue {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	var issues []graph.Issue
	seen := map[string]bool{}
	for i, p := range c.Scale {
		for _, m := range [][2]string{{"id", p.id()}, {"label", nodes.Fold(p.Label)}, {"score", strconv.Itoa(p.Score)}} {
			member, value := m[0], m[1]
			if value != "" && seen[member+value] {
				issues = append(issues, graph.Issue{
					Node: n.ID, Field: fmt.Sprintf("scale.%d.%s", i, member), Code: "rating.twice", Level: graph.Error,
					Args: map[string]string{"n": strconv.Itoa(i + 1)},
				})
			}
			seen[member+value] = true
		}
	}
	return issues
}

// Summary tells the ends of the scale.
func (k Kind) Summary(n graph.Node, _ nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil || len(c.Scale) == 0 {
		return nodes.Text{Key: "node.rating.summaryNone"}
	}
	return nodes.Text{Key: "node.rating.summary", Args: map[string]string{
		"count": strconv.Itoa(len(c.Scale)), "first": c.Scale[0].Label, "last": c.Scale[len(c.Scale)-1].Label,
	}}
}

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, env expression.Env) (nodes.Step, error) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nil, err
	}
	s := step{config: c, wait: nodes.Wait{Timeout: time.Duration(c.Timeout) * time.Second, Ask: &nodes.Ask{Type: nodes.AskRating}}}
	for _, p := range c.Scale {
		s.wait.Menu = append(s.wait.Menu, nodes.Option{ID: p.id(), Keyword: strconv.Itoa(p.Score), Label: strings.TrimSpace(p.Label)})
	}
	s.prompt, _ = env.CompileText(c.Prompt)
	s.thanks, _ = env.CompileText(c.Thanks)
	s.wrong, _ = env.CompileText(c.Wrong)
	return s, nil
}

// tries is how often a caller may type what is not on the scale; then the rating counts as not given.
const tries = 3

// step is a compiled rating.
type step struct {
	config                Config
	wait                  nodes.Wait // but for its texts; the keyword of an option is its score
	prompt, thanks, wrong expression.Text
}

// Visit asks on arrival, and leaves with the rating noted.
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	w := s.wait
	w.Prompt = s.prompt.Render(v.Values)
	switch {
	case v.In == nil:
		return w, nil
	case v.In.Kind == nodes.Timeout:
		return nodes.Leave{Port: nodes.TimedOut}, nil
	case v.In.Kind != nodes.Choice:
		return nil, fmt.Errorf("a rating is not given by %q", v.In.Kind)
	}
	if i, ok := s.chosen(*v.In); ok {
		return s.rated(s.config.Scale[i], v), nil
	}
	return v.Again(w, tries, nodes.TimedOut, s.wrong.Render(v.Values), graph.KeyPrefix+"node.rating.sayScale"), nil
}

// rated leaves with what the caller has chosen.
func (s step) rated(p Point, v nodes.Visit) nodes.Leave {
	out := nodes.Leave{Port: nodes.Next, Say: s.thanks.Render(v.Values), Note: &nodes.Note{Kind: nodes.Rated, Data: map[string]string{
		"score": strconv.Itoa(p.Score), "label": strings.TrimSpace(p.Label),
	}}}
	set := map[string]any{}
	if s.config.Score != "" {
		set[s.config.Score] = float64(p.Score)
	}
	if s.config.Label != "" {
		set[s.config.Label] = strings.TrimSpace(p.Label)
	}
	if len(set) > 0 {
		out.Set = set
	}
	return out
}

// chosen finds a point by its id, or by what was typed: its label or its score.
func (s step) chosen(in nodes.Input) (int, bool) {
	word := nodes.Fold(in.Text)
	for i, o := range s.wait.Menu {
		if in.Option == o.ID || in.Option == "" && word != "" && (word == nodes.Fold(o.Label) || word == o.Keyword) {
			return i, true
		}
	}
	return 0, false
}
