package nodes_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
	"foyer/nodes/nodestest"
)

type form struct {
	Name string   `json:"name"`
	Note string   `json:"note,omitempty"`
	N    int      `json:"n"`
	List []string `json:"list"`
}

func formSpec() nodes.Spec {
	return nodes.Spec{
		Name: "form", Default: `{"name":"","n":3,"list":["a","b"]}`,
		Fields: []nodes.Field{
			{Name: "name", Type: nodes.LineField, Required: true, MaxRunes: 4},
			{Name: "note", Type: nodes.TextField, MaxRunes: 10, Holes: true, Late: []string{nodes.WaitNo}},
			{Name: "n", Type: nodes.NumberField, Min: 1, Max: 5},
		},
	}
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		config string
		want   form
		bad    bool
	}{
		"nothing":         {"", form{N: 3, List: []string{"a", "b"}}, false},
		"empty":           {"{}", form{N: 3, List: []string{"a", "b"}}, false},
		"over defaults":   {`{"name":"x","n":0,"list":[]}`, form{Name: "x", List: []string{}}, false},
		"nothing said":    {`{"name":"x","n": null ,"list":null}`, form{Name: "x", N: 3, List: []string{"a", "b"}}, false},
		"shorter list":    {`{"list":["z"]}`, form{N: 3, List: []string{"z"}}, false},
		"unknown member":  {`{"nam":"x"}`, form{}, true},
		"wrong type":      {`{"n":"3"}`, form{}, true},
		"half a number":   {`{"n":2.5}`, form{}, true},
		"no object":       {`[1]`, form{}, true},
		"two values":      {`{} {}`, form{}, true},
		"not JSON at all": {`{name}`, form{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := nodes.Read[form](formSpec(), json.RawMessage(c.config))
			if (err != nil) != c.bad {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(c.want, got); err == nil && diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if _, err := nodes.Read[form](nodes.Spec{Name: "broken", Default: "{"}, nil); err == nil {
		t.Error("broken defaults are read")
	}
}

func TestCheckFields(t *testing.T) {
	for name, c := range map[string]struct {
		config string
		want   []string
	}{
		"good":          {`{"name":"四个字儿","note":"${WaitNo}","n":5}`, nil},
		"all at once":   {`{"note":"01234567890","n":6}`, []string{"field.blank name", "field.long note", "field.range n"}},
		"only spaces":   {`{"name":" \n","n":1}`, []string{"field.blank name"}},
		"one too many":  {`{"name":"五个字儿呢"}`, []string{"field.long name"}},
		"a bad hole":    {`{"name":"x","note":"${x}"}`, []string{"expression.name note"}},
		"a line's hole": {`{"name":"${"}`, nil},
		"below":         {`{"name":"x","n":0}`, []string{"field.range n"}},
		"unreadable":    {`{"name":3,"n":"x"}`, []string{"field.blank name"}},
		"no object":     {`7`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, i := range nodes.CheckFields(graph.Node{ID: "n", Config: json.RawMessage(c.config)}, formSpec(), nodes.Within(nodestest.Instance(), graph.Graph{})) {
				if i.Node != "n" || i.Level != graph.Error {
					t.Errorf("issue %+v", i)
				}
				got = append(got, i.Code+" "+i.Field)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestNewSet(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("two kinds of one name are a set")
		}
	}()
	nodes.NewSet(plain{"a"}, plain{"b"}, plain{"a"})
}

// plain is a kind that does nothing.
type plain struct{ name string }

func (p plain) Spec() nodes.Spec                                     { return nodes.Spec{Name: p.name} }
func (plain) Ports(json.RawMessage) []nodes.PortSpec                 { return nil }
func (plain) Check(graph.Node, nodes.World) []graph.Issue            { return nil }
func (plain) Compile(graph.Node, expression.Env) (nodes.Step, error) { return nil, nil }
func (plain) Summary(graph.Node, nodes.World) nodes.Text             { return nodes.Text{Literal: "plain"} }
