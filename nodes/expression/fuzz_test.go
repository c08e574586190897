package expression_test

import (
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"foyer/designer/graph"
	"foyer/nodes/expression"
)

// seeds are expressions of every kind, good and bad.
var seeds = []string{
	`age >= 18 && vip`, `name + "！"`, `let x = age * 2; x > 30`, `any(["a", "b"], # == caller.nickname)`, `vip ? 1 : 2.5`, `1 < age < 30`,
	`sum(map(1..3, sum(1..#)))`, `reduce(["a", "b"], #acc + #, "!")`, `name matches "^a+$"`, `"小明"[1:]`, `[1, 2][-1]`, `if vip { 1 } else { 2 }`,
	`len(reduce(1..24, #acc + #acc, "aaaaaaaaaaaaaaaa"))`, `count(1..1000, count(1..1000, # > 0) == 0)`, `repeat("a", 1e9)`, `1 / 0`, `agee`, `age ＞ 3`,
	`a < (b < c < d) < e`, `{"a": 1}.a`, `$env["age"]`, `age ?? 3`, `x?.y`, `b"x"`, `// note`, `name | upper() | len()`, `days(day, addDays(day, 3))`, "`a``b`", `"\u{41}"`,
	`not (3 in [])`, `#`, `count([], #index > 0)`, `round(2.345, 2) ** -1 % 3`, `split(name, "")[0]`, `5 not in 1..3`, `number("１")`,
}

// bounded runs f as often as a slow machine may need to show that it is not f that is slow, and checks what it makes.
func bounded(t *testing.T, what string, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	var took time.Duration
	for range 3 {
		runtime.ReadMemStats(&before)
		begin := time.Now()
		f()
		took = time.Since(begin)
		runtime.ReadMemStats(&after)
		if took < slow {
			break
		}
	}
	if made := after.TotalAlloc - before.TotalAlloc; took >= slow || made > huge {
		t.Errorf("%.200q took %v and made %d MB", what, took, made>>20)
	}
}

// Any source compiles or has faults that can be told, and any program gives a value of its type or an error, soon.
func FuzzCompile(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		bounded(t, source, func() {
			for _, want := range append(graph.Types(), "") {
				p, faults := env().Compile(source, want)
				if (p == nil) == (len(faults) == 0) {
					t.Fatalf("%q: %v, %v", source, p, faults)
				}
				for _, fault := range faults {
					told(faults)
					if !strings.HasPrefix(fault.Code, "expression.") || len(strings.Join([]string{fault.Args["name"], fault.Args["what"], fault.Args["token"], fault.Args["value"]}, "")) > 1000 {
						t.Errorf("%q: %v", source, fault)
					}
				}
				if p != nil {
					checkRun(t, p, source)
				}
			}
		})
	})
}

func checkRun(t *testing.T, p *expression.Program, source string) {
	for _, v := range []values{moment, {}, {"name": strings.Repeat("啊 ", 10000), "age": -1e308, "day": "x", "caller.nickname": "${", "len": 1e15}} {
		got, err := p.Eval(v)
		switch x := got.(type) {
		case nil:
			if err == nil {
				t.Errorf("%q gives nothing", source)
			}
		case float64:
			if p.Type() != graph.NumberType || x-x != 0 {
				t.Errorf("%q gives %v", source, x)
			}
		case bool:
			if p.Type() != graph.FlagType {
				t.Errorf("%q gives %v", source, x)
			}
		case string:
			if p.Type() != graph.TextType || len(x) > expression.MaxText {
				t.Errorf("%q gives a text of %d bytes", source, len(x))
			}
		default:
			t.Errorf("%q gives a %T", source, got)
		}
		again, errAgain := p.Eval(v)
		if again != got || (err == nil) != (errAgain == nil) {
			t.Errorf("%q gives %v, then %v", source, got, again)
		}
	}
}

// Any text renders within its bounds, and filling it later changes nothing but its late holes.
func FuzzText(f *testing.F) {
	for _, s := range seeds {
		f.Add("您好 ${"+s+"}，${WaitNo}", "Ming")
	}
	f.Add("${", "${WaitNo}")
	f.Add("${name}{WaitNo}$", "$")
	f.Add("$${name}${", "{WaitNo}")
	f.Fuzz(func(t *testing.T, source, name string) {
		v := values{"name": name, "age": 3.0}
		bounded(t, source, func() {
			text, faults := env().CompileText(source, "WaitNo")
			got := text.Render(v)
			if most := expression.MaxText + len(source); len(got) > most {
				t.Errorf("%q gives %d bytes", source, len(got))
			}
			if utf8.ValidString(source) && utf8.ValidString(name) && !utf8.ValidString(got) {
				t.Errorf("%q gives %q", source, got)
			}
			if len(faults) > 0 {
				return
			}
			if fixed := text.Render(values{"age": 3.0}); name == "" && fixed != got {
				t.Errorf("%q gives %q, then %q", source, got, fixed)
			}
			filled := expression.Fill(got, map[string]string{"WaitNo": "\x00"})
			if want := strings.Count(source, "${WaitNo}"); !strings.Contains(source+name, "\x00") && strings.Count(filled, "\x00") > want {
				t.Errorf("%q with %q fills %d holes of %d: %q", source, name, strings.Count(filled, "\x00"), want, filled)
			}
		})
	})
}
