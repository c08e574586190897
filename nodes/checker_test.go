package nodes_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/nodestest"
	"foyer/nodes/standard"
)

// The issues of the structure, the fields and the kinds stand together, node by node, errors first, and name things.
func TestChecker(t *testing.T) {
	c := nodes.Checker{Set: standard.Set(), World: func(context.Context) nodes.Around { return nodestest.Instance() }}
	g := c.Fresh()
	g.Nodes = append(g.Nodes,
		graph.Node{ID: "menu", Kind: "branch", Title: "选择", Config: []byte(`{"prompt":"","options":[{"id":"a","keywords":["1"]}]}`)},
		graph.Node{ID: "t", Kind: "transfer", Config: []byte(`{"group":"g7","queueing":"${WaitNumber}"}`)},
		graph.Node{ID: "x", Kind: "robot"},
	)
	g.Edges = []graph.Edge{
		{ID: "e1", From: "start", Port: "next", To: "menu"},
		{ID: "e2", From: "menu", Port: "a", To: "t"},
		{ID: "e3", From: "t", Port: "done", To: "end"},
		{ID: "e4", From: "t", Port: "upwards", To: "end"},
	}
	var got []string
	args := map[string]map[string]string{}
	for _, i := range c.Check(t.Context(), g) {
		got = append(got, string(i.Level)+" "+i.Code+" "+string(i.Node)+string(i.Edge)+" "+string(i.Port)+i.Field)
		args[i.Code] = i.Args
	}
	want := []string{
		"error field.blank menu prompt",
		"warning graph.unwired menu wrong",
		"warning graph.unwired menu timeout",
		"error field.groupGone t group",
		"error expression.name t queueing",
		"warning graph.unwired t timeout", "warning graph.unwired t full", "warning graph.unwired t closed",
		"warning graph.unwired t noAgent", "warning graph.unwired t failed",
		"error graph.unknownKind x ",
		"warning graph.unreachable x ",
		"error graph.edgePort e4 upwards",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for code, want := range map[string]map[string]string{
		"field.blank":     {"title": "选择", "field": "key:node.branch.prompt"},
		"field.groupGone": {"title": "key:node.transfer", "field": "key:node.transfer.group"},
		"expression.name": {"title": "key:node.transfer", "field": "key:node.transfer.queueing", "name": "WaitNumber", "allowed": "${WaitNo}", "column": "3"},
	} {
		if diff := cmp.Diff(want, args[code]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", code, diff)
		}
	}
}

// A member that differs from a field's name in case only would be read and never checked: no secret may hide there.
func TestMembersInCapitals(t *testing.T) {
	w := nodes.Within(nodestest.Instance(), graph.Graph{Vars: []graph.Variable{{Name: "phone", Type: graph.TextType, Secret: true}}})
	for config, kind := range map[string]string{
		`{"prompt":"?","options":[{"id":"a","keywords":["1"]}],"Wrong":"${phone}"}`:                                       "branch",
		`{"prompt":"?","options":[{"id":"a","keywords":["1"]}],"wrong":"!","WRONG":"${phone}"}`:                           "branch",
		`{"prompt":"?","options":[{"id":"a","keywords":["1"],"Label":"one"}]}`:                                            "branch",
		`{"group":"g1","Failed":"${phone}"}`:                                                                              "transfer",
		`{"method":"GET","url":"https://a.example/","headers":[{"name":"A","kind":"plain","value":"x","Value":"${no}"}]}`: "http",
		`{"method":"GET","url":"https://a.example/","body":"","nothing":1}`:                                               "http",
	} {
		var got []string
		for _, i := range nodes.CheckNode(standard.Set()[kind], graph.Node{ID: "n", Kind: kind, Config: []byte(config)}, w) {
			got = append(got, string(i.Level)+" "+i.Code)
		}
		if diff := cmp.Diff([]string{"error node.unreadable"}, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", config, diff)
		}
	}
}

func TestTextArg(t *testing.T) {
	if got := (nodes.Text{Key: "unit.seconds"}).Arg(); got != "key:unit.seconds" {
		t.Errorf("a key: %s", got)
	}
	if got := (nodes.Text{Literal: "售前"}).Arg(); got != "售前" {
		t.Errorf("words: %s", got)
	}
}

func TestNames(t *testing.T) {
	if diff := cmp.Diff([]string{"a", "b", "c"}, nodes.NewSet(plain{"c"}, plain{"a"}, plain{"b"}).Names()); diff != "" {
		t.Error(diff)
	}
}
