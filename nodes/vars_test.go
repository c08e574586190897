package nodes_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
	"foyer/nodes/nodestest"
)

func TestReadValue(t *testing.T) {
	for _, c := range []struct {
		kind graph.Type
		text string
		want any // nil: refused
	}{
		{"text", " 小明\t", "小明"}, {"text", "", ""},
		{"number", "3", 3.0}, {"number", " -2.50 ", -2.5}, {"number", "+1e3", 1000.0}, {"number", ".5", 0.5}, {"number", "１２", 12.0}, {"number", " ", 0.0},
		{"number", "NaN", nil}, {"number", "Inf", nil}, {"number", "1e999", nil}, {"number", "0x10", nil}, {"number", "1_0", nil}, {"number", "1,5", nil},
		{"number", "3 4", nil}, {"number", "three", nil}, {"number", strings.Repeat("1", 200), nil},
		{"flag", "true", true}, {"flag", "False", false}, {"flag", "1", true}, {"flag", "", false}, {"flag", "yes", nil}, {"flag", "2", nil},
		{"date", "2026-01-31", "2026-01-31"}, {"date", "", ""}, {"date", "2024-02-29", "2024-02-29"}, {"date", "2026-02-29", nil}, {"date", "2026-1-5", nil},
		{"date", "31.01.2026", nil}, {"date", "2026-01-31T00:00:00Z", nil},
		{"list", "x", nil}, {"", "", nil},
	} {
		got, err := nodes.ReadValue(c.kind, c.text)
		if got != c.want || (err == nil) != (c.want != nil) {
			t.Errorf("%q as a %s is %v, %v; want %v", c.text, c.kind, got, err, c.want)
		}
	}
	for _, kind := range graph.Types() {
		if got, err := nodes.ReadValue(kind, " "); err != nil || got != expression.Zero(kind) {
			t.Errorf("an empty %s is %v, %v", kind, got, err)
		}
	}
}

// varIssues are the issues of a flow that concern what it declares.
func varIssues(vars []graph.Variable) (told []string) {
	c := nodes.Checker{Set: nodes.NewSet(), World: func(context.Context) nodes.Around { return nodestest.Instance() }}
	for _, i := range c.Check(context.Background(), graph.Graph{Spec: graph.SpecVersion, Vars: vars}) {
		if strings.HasPrefix(i.Code, "var.") {
			told = append(told, strings.TrimSpace(i.Code+" "+i.Var))
		}
	}
	return told
}

func TestVariables(t *testing.T) {
	number := func(name string) graph.Variable { return graph.Variable{Name: name, Type: graph.NumberType} }
	for name, c := range map[string]struct {
		vars []graph.Variable
		want []string
	}{
		"good":       {[]graph.Variable{number("a"), number("A"), number("a_1"), {Name: "len", Type: "text"}, {Name: "day", Type: "date", Default: "2026-01-31", About: "生日", Secret: true}}, nil},
		"longest":    {[]graph.Variable{number(strings.Repeat("a", 40)), {Name: "t", Type: "text", Default: strings.Repeat("字", 500), About: strings.Repeat("字", 500)}}, nil},
		"no name":    {[]graph.Variable{number("")}, []string{"var.name"}},
		"a digit":    {[]graph.Variable{number("1a")}, []string{"var.name 1a"}},
		"a dot":      {[]graph.Variable{number("a.b")}, []string{"var.name a.b"}},
		"Chinese":    {[]graph.Variable{number("年龄")}, []string{"var.name 年龄"}},
		"underscore": {[]graph.Variable{number("_a")}, []string{"var.name _a"}},
		"too long":   {[]graph.Variable{number(strings.Repeat("a", 41))}, []string{"var.name " + strings.Repeat("a", 41)}},
		"system":     {[]graph.Variable{number("caller"), number("WaitNo"), number("clock")}, []string{"var.system WaitNo", "var.system caller", "var.system clock"}},
		"twice":      {[]graph.Variable{number("a"), number("a")}, []string{"var.twice a"}},
		"thrice":     {[]graph.Variable{number("a"), number("a"), number("a")}, []string{"var.twice a", "var.twice a"}},
		"no type":    {[]graph.Variable{{Name: "a"}}, []string{"var.type a"}},
		"bad type":   {[]graph.Variable{{Name: "a", Type: "list", Default: "x"}}, []string{"var.type a"}},
		"bad value":  {[]graph.Variable{{Name: "a", Type: "number", Default: "x"}, {Name: "b", Type: "date", Default: "2026-02-30"}}, []string{"var.default a", "var.default b"}},
		"long words": {[]graph.Variable{{Name: "a", Type: "text", Default: strings.Repeat("字", 501)}, {Name: "b", Type: "text", About: strings.Repeat("字", 501)}}, []string{"var.long a", "var.long b"}},
		"everything": {[]graph.Variable{{Name: "if", Type: "x", About: strings.Repeat("字", 501)}}, []string{"var.long if", "var.name if", "var.type if"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := varIssues(c.vars)
			if diff := cmp.Diff(sorted(c.want), sorted(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	var many []graph.Variable
	for i := range nodes.MaxVars + 1 {
		many = append(many, number(fmt.Sprint("v", i)))
	}
	if diff := cmp.Diff([]string{"var.many"}, varIssues(many)); diff != "" {
		t.Error(diff)
	}
	if got := varIssues(many[1:]); got != nil {
		t.Errorf("%d variables: %v", nodes.MaxVars, got)
	}
}

// A name that may be declared can be used in an expression, and one that is a word of the language cannot be declared.
func TestVariablesCanBeUsed(t *testing.T) {
	for _, name := range []string{
		"a", "b", "len", "text", "any", "count", "now", "env", "e1", "x0", "O", "Infinity", "null", "undefined", "then",
		"true", "false", "nil", "not", "and", "or", "in", "matches", "contains", "startsWith", "endsWith", "let", "if", "else",
	} {
		vars := []graph.Variable{{Name: name, Type: graph.NumberType}}
		_, faults := nodes.EnvOf(vars).Compile(name+" + 1", graph.NumberType)
		if declared := varIssues(vars) == nil; declared != (len(faults) == 0) {
			t.Errorf("%s may be declared: %v; in an expression: %v", name, declared, faults)
		}
	}
}
