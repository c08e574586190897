package expression_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/nodes/expression"
)

// limits are far above what is promised (50 ms, 64 MB), for machines that do much else.
const (
	slow = 2 * time.Second
	huge = 64 << 20
)

// chain is a let-chain in which every name is made of twice the one before.
func chain(first, op string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "let x0 = %s; ", first)
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "let x%d = x%d %s x%d; ", i, i-1, op, i-1)
	}
	return b.String() + fmt.Sprintf("x%d", n)
}

// Expressions that are well formed and would eat all time or memory. A text is what the error says; "" is ErrCostly.
func TestBombs(t *testing.T) {
	for source, want := range map[string]any{
		// of expr-lang, in time and in memory
		`let a = 1..300; sum(a, sum(a, # * #))`:                               "",
		`len(reduce(1..500, #acc + "` + strings.Repeat("a", 1000) + `", ""))`: "",
		`len(reduce(1..24, #acc + #acc, "aaaaaaaaaaaaaaaa"))`:                 "",
		`len(reduce(1..1000, #acc + #acc, "aaaaaaaaaaaaaaaa"))`:               "",
		`len(` + chain(`"aaaaaaaaaaaaaaaa"`, "+", 23) + `)`:                   "",
		`count(1..1000, count(1..1000, # > 0) == 0)`:                          "",
		`len(join(map(1..900, "` + strings.Repeat("a", 100) + `"), "x"))`:     "",
		// of our own
		chain("1e300", "*", 12): "no finite number",
		`len(1..1001)`:          "",
		`len(1..1e15)`:          "",
		`len(-9007199254740991..9007199254740991)`:                                            "",
		`len(repeat("ab", 40000))`:                                                            "",
		`len(repeat("ab", 1e15))`:                                                             "",
		`len(repeat("", 1e15))`:                                                               "",
		`len(repeat(repeat("a", 60000), 60000))`:                                              "",
		`len(replace(repeat("a", 60000), "a", repeat("b", 60000)))`:                           "",
		`len(replace(repeat("a", 60000), "", repeat("b", 60000)))`:                            "",
		`len(split(repeat("a", 60000), ""))`:                                                  "",
		`len(split(repeat("a,", 20000), ","))`:                                                "",
		`len(upper(repeat("ɐ", 30000)))`:                                                      "", // takes half as many bytes again
		`count(1..1000, upper(repeat("ß", 30000)) == "")`:                                     "",
		`count(1..1000, repeat("a", 60000) contains repeat("a", 30000) + "b")`:                "",
		`count(1..1000, indexOf(repeat("ab", 30000), "ba" + repeat("b", 1000)) > 0)`:          "",
		`count(1..1000, repeat("a", 60000)[59999] == "b")`:                                    "",
		`count(1..1000, let s = repeat("a", 60000); s == s)`:                                  "",
		`let s = repeat("a", 60000); count(1..1000, s != s)`:                                  "",
		`let s = repeat("a", 60000); count(1..1000, s < s)`:                                   "",
		`let s = repeat("a", 60000); count(1..1000, s in [s + "b", s])`:                       "",
		`let s = repeat("a", 60000); count(1..1000, trim(s) == "b")`:                          "",
		`let s = repeat(" ", 60000); count(1..1000, number(s, 1) == 2)`:                       "",
		`let s = repeat("a", 60000); s matches "(a|aa|aaa|b?c?)*$"`:                           "",
		`let s = repeat("a", 3000); count(1..1000, s matches "(x+x+)+y")`:                     "",
		`len(map(1..1000, map(1..1000, #)[0]))`:                                               "",
		`count(1..1000, len(filter(1..1000, true)) > 0)`:                                      "",
		`count(1..1000, max(1..1000) > 0 and sum(1..1000) > 0 and last(1..1000) > 0)`:         "",
		`count(map(map(map(map(1..1000, text(#)), # + #), # + #), repeat(#, 1000)), # == "")`: "",
		`len(reduce(1..1000, #acc | replace("a", "aa"), "a"))`:                                "",
		`count(1..1000, addDays(day, #) > addDays(addDays(day, -#), #)) >= 0`:                 true,
		`len(reduce(1..1000, upper(lower(#acc + "a")), ""))`:                                  "",
		`len(reduce(1..100, upper(lower(#acc + "a")), ""))`:                                   100.0,
	} {
		p, faults := env().Compile(source, "")
		if len(faults) > 0 {
			t.Errorf("%.60s: %v", source, faults)
			continue
		}
		bounded(t, source, func() {
			got, err := p.Eval(moment)
			switch words, fails := want.(string); {
			case !fails && (err != nil || got != want),
				fails && words == "" && !errors.Is(err, expression.ErrCostly),
				fails && (got != nil || err == nil || !strings.Contains(err.Error(), words)):
				t.Errorf("%.80s gives %.40v, %v", source, got, err)
			}
		})
	}
}

// Sources that would be too much to compile.
func TestBombsBefore(t *testing.T) {
	nested := "1"
	for len(nested) < 1900 {
		nested = "0<(" + nested + "<9)<9" // each level stands twice in the tree
	}
	for source, want := range map[string]string{
		strings.Repeat("a", 2001):  "long max=2000",
		strings.Repeat("名", 1<<20): "long max=2000",
		nested:                     "large",
		strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 999):        "end",
		strings.Repeat("-", 1998) + "1":                                   "large",
		strings.Repeat("not ", 499) + "vip":                               "large",
		strings.Repeat("[", 1000):                                         "end",
		"1" + strings.Repeat("+1", 900):                                   "large",
		strings.Repeat("vip?", 300) + "vip" + strings.Repeat(":vip", 150): "",
		`all([1], all([1], all([1], # > 0)))`:                             "deep",
		`let a=1..300; sum(a, sum(a, sum(a, #)))`:                         "deep",
		`all([1], {all([1], {all([1], {all([1], # > 0)})})})`:             "deep",
		`name matches "` + strings.Repeat("a", 201) + `"`:                 "pattern",
		`name matches "((a{30}){30}){30}"`:                                "pattern",
		`name matches "((((abcdefgh)){1000}))"`:                           "pattern",
		`name matches "(\\pL{1000})"`:                                     "pattern",
		`name matches "` + strings.Repeat("(", 150) + `"`:                 "pattern",
	} {
		bounded(t, source, func() {
			p, faults := env().Compile(source, "")
			if p != nil || len(faults) == 0 || !strings.HasPrefix(told(faults), want) {
				t.Errorf("%.60s: %.80s", source, told(faults))
			}
		})
	}
}

// A text is bounded as a whole, not hole by hole.
func TestTextBombs(t *testing.T) {
	for source, most := range map[string]int{
		strings.Repeat("${repeat('a',60000)}", 80):                 expression.MaxText,
		strings.Repeat("${name}", 280):                             expression.MaxText,
		strings.Repeat("${count(1..300,count(1..300,#>0)>0)}", 40): 100,
		strings.Repeat("b", 19000) + "${name}${name}":              expression.MaxText,
	} {
		text, faults := env().CompileText(source)
		if len(faults) > 0 {
			t.Errorf("%.40s: %v", source, faults)
			continue
		}
		bounded(t, source, func() {
			if got := text.Render(values{"name": strings.Repeat("小", 20000)}); len(got) > most {
				t.Errorf("%.40s gives %d bytes", source, len(got))
			}
		})
	}
	for _, source := range []string{strings.Repeat("${", 10000), strings.Repeat("${${", 5000) + "}", strings.Repeat("${'", 6000), strings.Repeat("${{", 6000)} {
		bounded(t, source, func() { env().CompileText(source, "WaitNo") })
		bounded(t, source, func() { expression.Fill(source, map[string]string{"WaitNo": "3"}) })
	}
}

// A text is split into as many lines as a list may have, and no more.
func TestSplitBound(t *testing.T) {
	for source, want := range map[string]any{
		`len(split(repeat(",", 999), ","))`: 1000.0, `len(split(repeat(",", 1000), ","))`: nil,
		`len(split(repeat("啊", 1000), ""))`: 1000.0, `len(split(repeat("啊", 1001), ""))`: nil, `len(split("", ""))`: 0.0, `len(split("", ","))`: 1.0,
	} {
		p, faults := env().Compile(source, "")
		if len(faults) > 0 {
			t.Fatalf("%s: %v", source, faults)
		}
		if got, err := p.Eval(moment); got != want || errors.Is(err, expression.ErrCostly) != (want == nil) {
			t.Errorf("%s gives %v, %v", source, got, err)
		}
	}
}

// A value longer than a text may be is refused and not worked with.
func TestLongValue(t *testing.T) {
	p, _ := env().Compile(`name == ""`, "")
	if _, err := p.Eval(values{"name": strings.Repeat("a", expression.MaxText+1)}); !errors.Is(err, expression.ErrCostly) {
		t.Errorf("%v", err)
	}
	if got, err := p.Eval(values{"name": strings.Repeat("a", expression.MaxText)}); got != false {
		t.Errorf("%v, %v", got, err)
	}
}
