package expression_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/nodes/expression"
)

func TestText(t *testing.T) {
	v := values{"name": "小明", "age": 20.0}
	text, faults := env().CompileText("${name} 您好，${ age + 1 } ${WaitNo} ${\"}\"}${`${`}${name == '}' ? 1 : 2}${age / 0}。", "WaitNo")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	got := text.Render(v)
	if want := "小明 您好，21 ${WaitNo} }$\u2060{2。"; got != want {
		t.Errorf("%q", got)
	}
	if got := expression.Fill(got, map[string]string{"WaitNo": "3"}); got != "小明 您好，21 3 }$\u2060{2。" {
		t.Errorf("%q", got)
	}
	var uses []string
	for _, n := range text.Uses() {
		uses = append(uses, n.Path)
	}
	if diff := cmp.Diff([]string{"name", "age"}, uses); diff != "" {
		t.Error(diff)
	}
}

// What is wrong with a text is told with its place in the whole of it, and the rest still renders.
func TestTextFaults(t *testing.T) {
	for source, want := range map[string][2]string{
		"您好${nam}，${WaitNo}":       {"nameLike column=5 name=nam like=name", "您好，${WaitNo}"},
		"您好${  age > }，${vip}":     {"end", "您好，false"},
		"${age +* 1}${age + name}": {"token column=8 token=*\nplus column=18 left=number right=text", ""},
		"a ${nam} ${":              {"template.open\nnameLike column=5 name=nam like=name", "a  ${"},
		"a ${}":                    {"blank", "a "},
		"${waitno}":                {"nameLike column=3 name=waitno like=WaitNo", ""},
		"${WaitNo + 1}":            {"late column=3 name=WaitNo", ""},
		"${[1]}":                   {"list column=3", ""},
		"a } b { c $ d":            {"", "a } b { c $ d"},
		"":                         {"", ""},
		"${age}${age}":             {"", "00"},
		strings.Repeat("${\"aaaaa\"}", 250) + strings.Repeat("b", 9000): {"", strings.Repeat("aaaaa", 250) + strings.Repeat("b", 9000)},
		strings.Repeat("b", 20_001):                                     {"template.long max=20000", strings.Repeat("b", 20_001)},
		strings.Repeat("${\"aaaaa\"}", 290):                             {"template.holes max=2000", strings.Repeat("${\"aaaaa\"}", 290)},
	} {
		text, faults := env().CompileText(source, "WaitNo")
		if diff := cmp.Diff(want[0], told(faults)); diff != "" {
			t.Errorf("%.40q (-want +got)\n%s", source, diff)
		}
		if got := text.Render(values{}); got != want[1] {
			t.Errorf("%.40q gives %.60q", source, got)
		}
	}
}

// What a caller calls themselves is never taken for a hole.
func TestTextHoldsNoOrders(t *testing.T) {
	text, _ := env().CompileText("${name}，您前面还有 ${WaitNo} 位", "WaitNo")
	for name, want := range map[string]string{
		"${WaitNo}": "$\u2060{WaitNo}，您前面还有 3 位", "${": "$\u2060{，您前面还有 3 位", "$": "$\u2060，您前面还有 3 位", "${'": "$\u2060{'，您前面还有 3 位", "}": "}，您前面还有 3 位",
	} {
		if got := expression.Fill(text.Render(values{"name": name}), map[string]string{"WaitNo": "3"}); got != want {
			t.Errorf("a caller called %s reads %q", name, got)
		}
	}
	now, _ := env().CompileText("${name}！")
	if got := expression.Fill(now.Render(values{"name": "${x}"}), nil); got != "${x}！" {
		t.Errorf("a text without late names reads %q", got)
	}
	if got := expression.Fill("a ${WaitNo}b", map[string]string{"StaffNo": "1"}); got != "a b" {
		t.Errorf("a name without a value leaves %q", got)
	}
}

// A value between "$" and "{" of the words makes no hole.
func TestTextHoldsNoMadeHoles(t *testing.T) {
	text, _ := env().CompileText("${name}{WaitNo} ${WaitNo}", "WaitNo")
	if got := expression.Fill(text.Render(values{"name": "$"}), map[string]string{"WaitNo": "3"}); got != "$\u2060{WaitNo} 3" {
		t.Errorf("%q", got)
	}
	text, _ = env().CompileText("$${name} ${WaitNo}", "WaitNo")
	if got := expression.Fill(text.Render(values{"name": "{WaitNo}"}), map[string]string{"WaitNo": "3"}); got != "$\u2060{WaitNo} 3" {
		t.Errorf("%q", got)
	}
}

func TestShow(t *testing.T) {
	for want, x := range map[string]any{"3": 3.0, "-2.5": -2.5, "0.1": 0.1, "true": true, "小明": "小明", "": nil, "1000000000000000000000": 1e21} {
		if got := expression.Show(x); got != want {
			t.Errorf("%v shows as %q", x, got)
		}
	}
}
