package expression_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes/expression"
)

// values are canned values by path.
type values map[string]any

func (v values) Value(path string) any { return v[path] }

func env() expression.Env {
	return expression.NewEnv([]expression.Name{
		{Path: "name", Type: graph.TextType}, {Path: "age", Type: graph.NumberType}, {Path: "vip", Type: graph.FlagType},
		{Path: "day", Type: graph.DateType}, {Path: "caller.nickname", Type: graph.TextType},
		{Path: "queue.length", Type: graph.NumberType, Group: true}, {Path: "WaitNo", Type: graph.NumberType, Late: true},
	})
}

func TestEval(t *testing.T) {
	v := values{"name": "小明", "age": 20.0, "vip": true, "day": "2026-11-22", "caller.nickname": "Ming", "queue.length": 3.0}
	for source, want := range map[string]any{
		`age >= 18 && vip`:                         true,
		`name + "！"`:                               "小明！",
		`age + 1`:                                  21.0,
		`queue.length * 2`:                         6.0,
		`caller.nickname`:                          "Ming",
		`day > "2026-01-01" ? "late" : "early"`:    "late",
		`let x = age * 2; x > 30`:                  true,
		`len(name)`:                                2.0,
		`name in ["小明", "小红"]`:                     true,
		`any(["a", "b"], # == caller.nickname)`:    false,
		`vip ? 1 : 2.5`:                            1.0,
		`caller.nickname matches "^M"`:             true,
		`upper(caller.nickname) startsWith "MING"`: true,
	} {
		p, faults := env().Compile(source, "")
		if len(faults) > 0 {
			t.Errorf("%s: %v", source, faults)
			continue
		}
		got, err := p.Eval(v)
		if err != nil || got != want {
			t.Errorf("%s gives %v, %v; want %v", source, got, err, want)
		}
	}
}

func TestFaults(t *testing.T) {
	for source, want := range map[string]string{
		``:                 "expression.blank",
		`age >`:            "expression.syntax",
		`agee > 3`:         "expression.name",
		`caller.nick`:      "expression.name",
		`caller`:           "expression.wantFlag",
		`age + name`:       "expression.type",
		`age`:              "expression.wantFlag",
		`WaitNo > 3`:       "expression.late",
		`now() == now()`:   "expression.name",
		`$env["age"] == 3`: "expression.name",
	} {
		_, faults := env().Compile(source, graph.FlagType)
		if len(faults) == 0 || faults[0].Code != want {
			t.Errorf("%s: %v, want %s", source, faults, want)
		}
	}
}

func TestText(t *testing.T) {
	v := values{"name": "小明", "age": 20.0}
	text, faults := env().CompileText(`${name} 您好，${age + 1} ${WaitNo} ${ {"a": "}"}.a }`, "WaitNo")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	got := text.Render(v)
	if got != "小明 您好，21 ${WaitNo} }" {
		t.Errorf("%q", got)
	}
	if got := expression.Fill(got, map[string]string{"WaitNo": "3"}); got != "小明 您好，21 3 }" {
		t.Errorf("%q", got)
	}
	_, faults = env().CompileText("a ${nam} ${", "WaitNo")
	var codes []string
	for _, f := range faults {
		codes = append(codes, f.Code)
	}
	if diff := cmp.Diff([]string{"template.open", "expression.name"}, codes); diff != "" {
		t.Error(diff)
	}
}
