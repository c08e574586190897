package canvas_test

import (
	"encoding/json"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// sampler is a kind with a field of every type; no kind of the product needs them all.
type sampler struct{}

func (sampler) Spec() nodes.Spec {
	return nodes.Spec{
		Name: "message", Icon: "message-square", Category: "flow", Default: `{"on":true,"days":[1],"rules":[{"id":"r1","weight":50}],"mode":"a"}`,
		Fields: []nodes.Field{
			{Name: "line", Type: nodes.LineField, Holes: true},
			{Name: "text", Type: nodes.TextField, Holes: true, Late: []string{nodes.WaitNo}, MaxRunes: 500},
			{Name: "number", Type: nodes.NumberField, Min: 1, Max: 9},
			{Name: "on", Type: nodes.FlagField},
			{Name: "mode", Type: nodes.ChoiceField, Choices: []string{"a", "b"}, Required: true},
			{Name: "group", Type: nodes.GroupField},
			{Name: "flow", Type: nodes.FlowField},
			{Name: "variable", Type: nodes.VarField, VarTypes: []graph.Type{graph.NumberType}},
			{Name: "when", Type: nodes.ExprField, Want: graph.FlagType},
			{Name: "date", Type: nodes.DateField},
			{Name: "time", Type: nodes.TimeField, When: &nodes.When{Field: "mode", Values: []string{"b"}}},
			{Name: "days", Type: nodes.DaysField},
			{Name: "zone", Type: nodes.ZoneField},
			{Name: "secret", Type: nodes.SecretField},
			{Name: "json", Type: nodes.JSONField, Advanced: true},
			{Name: "words", Type: nodes.WordsField},
			{Name: "rules", Type: nodes.ListField, Min: 1, Max: 3, Item: []nodes.Field{
				{Name: "id", Type: nodes.LineField}, {Name: "label", Type: nodes.LineField},
				{Name: "when", Type: nodes.ExprField, Want: graph.FlagType, Required: true}, {Name: "weight", Type: nodes.NumberField, Min: 1, Max: 100},
			}},
		},
	}
}

func (sampler) Ports(config json.RawMessage) []nodes.PortSpec {
	var c struct{ Rules []struct{ ID, Label string } }
	_ = json.Unmarshal(config, &c)
	ports := []nodes.PortSpec{}
	for _, r := range c.Rules {
		ports = append(ports, nodes.PortSpec{ID: graph.Port(r.ID), Label: nodes.Text{Literal: "=" + r.Label}})
	}
	return append(ports, nodes.PortSpec{ID: "else", Label: nodes.Text{Literal: "else"}})
}

func (sampler) Check(graph.Node, nodes.World) []graph.Issue            { return nil }
func (sampler) Compile(graph.Node, expression.Env) (nodes.Step, error) { return nil, nil }
func (sampler) Summary(graph.Node, nodes.World) nodes.Text             { return nodes.Text{Literal: "sample"} }

// sampled is a flow with one of it, "n".
func sampled() graph.Graph {
	g := declared()
	g.Nodes = append(g.Nodes, graph.Node{ID: "n", Kind: "message", X: 400, Y: 300, Config: json.RawMessage(sampler{}.Spec().Default)})
	g.Edges = append(g.Edges, graph.Edge{ID: "e2", From: "n", Port: "r1", To: "end"})
	return g
}
