package nodes_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/nodes"
)

func TestTemplate(t *testing.T) {
	both := []string{nodes.WaitNo, nodes.StaffNo}
	values := map[string]string{nodes.WaitNo: "3", nodes.StaffNo: "1001", "Secret": "x"}
	fault := func(codes ...string) (out []nodes.TemplateFault) {
		for i := 0; i < len(codes); i += 2 {
			out = append(out, nodes.TemplateFault{Code: codes[i], Name: codes[i+1]})
		}
		return out
	}
	for name, c := range map[string]struct {
		source  string
		allowed []string
		want    string
		faults  []nodes.TemplateFault
	}{
		"empty":              {"", both, "", nil},
		"words":              {"价格 $5 {x} }", both, "价格 $5 {x} }", nil},
		"one hole":           {"前面还有 ${WaitNo} 位", both, "前面还有 3 位", nil},
		"two holes":          {"${WaitNo}${StaffNo}", both, "31001", nil},
		"spaces in the hole": {"${ WaitNo }", both, "3", nil},
		"a dollar before":    {"$${WaitNo}", both, "$3", nil},
		"misspelt":           {"${WaitNum}!", both, "!", fault("template.name", "WaitNum")},
		"other case":         {"${waitno}", both, "", fault("template.name", "waitno")},
		"not allowed here":   {"${StaffNo}", []string{nodes.WaitNo}, "1001", fault("template.name", "StaffNo")},
		"allowed, unknown":   {"${Caller}", []string{"Caller"}, "", fault("template.name", "Caller")},
		"nothing allowed":    {"${WaitNo}", nil, "3", fault("template.name", "WaitNo")},
		"a call":             {"${repeat('x', 1000000)}", both, "", fault("template.name", "repeat('x', 1000000)")},
		"a sum":              {"${WaitNo + 1}", both, "", fault("template.name", "WaitNo + 1")},
		"a literal":          {"${1}", both, "", fault("template.name", "1")},
		"a builtin":          {"${len}", both, "", fault("template.name", "len")},
		"the environment":    {"${$env}", both, "", fault("template.name", "$env")},
		"a long name":        {"${" + strings.Repeat("a", 65) + "}", both, "", fault("template.name", strings.Repeat("a", 65))},
		"an empty hole":      {"a${}b", both, "ab", fault("template.name", "?")},
		"never closed":       {"a ${WaitNo} ${StaffNo", both, "a 3 ${StaffNo", fault("template.open", "")},
	} {
		t.Run(name, func(t *testing.T) {
			tpl, faults := nodes.CompileTemplate(c.source, c.allowed)
			if diff := cmp.Diff(c.faults, faults); diff != "" {
				t.Errorf("faults (-want +got)\n%s", diff)
			}
			if got := tpl.Render(values); got != c.want {
				t.Errorf("rendered %q, want %q", got, c.want)
			}
			if got := nodes.Fill(c.source, values); got != c.want {
				t.Errorf("filled %q, want %q", got, c.want)
			}
		})
	}
}

func TestTemplateLength(t *testing.T) {
	if _, faults := nodes.CompileTemplate(strings.Repeat("字", 2000), nil); len(faults) != 0 {
		t.Errorf("2,000 characters: %v", faults)
	}
	_, faults := nodes.CompileTemplate(strings.Repeat("${len(", 2000), nil)
	if diff := cmp.Diff([]nodes.TemplateFault{{Code: "template.long"}}, faults); diff != "" {
		t.Errorf("too long: %s", diff)
	}
}

// No text breaks the compiler, and one without faults renders each of its holes.
func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"", "a ${WaitNo} b", "${", "${}", "${a.b}", "${${WaitNo}}", "$}{", "${((((}", "${#}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		tpl, faults := nodes.CompileTemplate(source, []string{nodes.WaitNo})
		got := tpl.Render(map[string]string{nodes.WaitNo: "7"})
		if len(faults) == 0 && strings.Contains(got, "${") {
			t.Errorf("%q renders as %q", source, got)
		}
	})
}
