package expression_test

import (
	"math"
	"strings"
	"sync"
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
		{Path: "caller.id", Type: graph.TextType}, {Path: "len", Type: graph.NumberType},
		{Path: "queue.length", Type: graph.NumberType, Group: true}, {Path: "WaitNo", Type: graph.NumberType, Late: true},
	})
}

var moment = values{"name": "小明", "age": 20.0, "vip": true, "day": "2026-11-22", "caller.nickname": "Ming", "queue.length": 3.0, "len": 7.0}

func eval(t *testing.T, source string) (any, error) {
	t.Helper()
	p, faults := env().Compile(source, "")
	if len(faults) > 0 {
		t.Errorf("%s: %v", source, faults)
		return nil, nil
	}
	return p.Eval(moment)
}

func TestEval(t *testing.T) {
	for source, want := range map[string]any{
		`age >= 18 && vip`:                          true,
		`name + "！"`:                                "小明！",
		`age + 1`:                                   21.0,
		`queue.length * 2`:                          6.0,
		`queue.length % 2`:                          1.0,
		`7.5 % 2`:                                   1.5,
		`-7 % 3`:                                    -1.0,
		`2 ** 3 ** 2`:                               512.0,
		`+age - -1`:                                 21.0,
		`10 / 4`:                                    2.5,
		`1 == 1.0`:                                  true,
		`age != 20`:                                 false,
		`vip == true`:                               true,
		`len + len(name)`:                           9.0,
		`caller.nickname`:                           "Ming",
		`caller["nickname"]`:                        "Ming",
		`day > "2026-01-01" ? "late" : "now"`:       "late",
		`"2026-02-01" < day`:                        true,
		`"9" > "10"`:                                true,
		`if age > 60 { 1 } else { 2 }`:              2.0,
		`let x = age * 2; x > 30`:                   true,
		`let x = 1; let y = x + 1; x + y`:           3.0,
		`name in ["小明", "小红"]`:                      true,
		`3 in 1..5`:                                 true,
		`3 not in [1, 2]`:                           true,
		`1 in []`:                                   false,
		`any(["a", "b"], # == "b")`:                 true,
		`all([], # == 1)`:                           true,
		`none([1, 2], # > 2)`:                       true,
		`one([1, 2, 2], # == 2)`:                    false,
		`one([1, 2], # == 2)`:                       true,
		`count(1..10, # % 3 == 0)`:                  3.0,
		`sum(filter(1..4, {# > 2}))`:                7.0,
		`sum([1, 2], # * #)`:                        5.0,
		`reduce(["a", "b"], #acc + #, "!")`:         "!ab",
		`reduce([5, 6], #acc + #index, 0)`:          1.0,
		`join(map(1..3, text(#)), "-")`:             "1-2-3",
		`sum(map(1..3, sum(1..#)))`:                 10.0,
		`count(1..3, let x = #; any(1..2, # == x))`: 2.0,
		`vip ? 1 : 2.5`:                             1.0,
		`caller.nickname matches "^M"`:              true,
		`name not matches "[a-z]"`:                  true,
		`name contains "明"`:                         true,
		`upper(caller.nickname) startsWith "MING"`:  true,
		`caller.nickname endsWith "ng"`:             true,
		`1 < age < 30`:                              true,
		`name | trim() | len()`:                     2.0,
		`"小明同学"[1]`:                                 "明",
		`"小明同学"[-1]`:                                "学",
		`"小明同学"[1:3]`:                               "明同",
		`"小明"[5:]`:                                  "",
		`"小明"[:-1]`:                                 "小",
		`[1, 2, 3][-1]`:                             3.0,
		`len([1, 2, 3][1:])`:                        2.0,
		`len(day[:4])`:                              4.0,
		`split("a,b,c", ",")[1]`:                    "b",
		`join(split("小明", ""), ".")`:                "小.明",
		`first(["x"]) + last(["y", "z"])`:           "xz",
		`replace("a-b-c", "-", "+")`:                "a+b+c",
		`replace("ab", "", ".")`:                    ".a.b.",
		`repeat("啊", 3)`:                            "啊啊啊",
		`indexOf("小明同学", "同")`:                      2.0,
		`indexOf("小明", "x")`:                        -1.0,
		`trim("  a ") + lower("B") + upper("c")`:    "abC",
		`abs(-2) + floor(2.7) + ceil(0.2)`:          5.0,
		`round(2.5)`:                                3.0,
		`round(3.14159, 2)`:                         3.14,
		`round(1e300, 2) == 1e300`:                  true,
		`min(3, 1, 2) + max(1, 2)`:                  3.0,
		`min([4, 3]) + max([1, 5])`:                 8.0,
		`number(" １２.5 ") + 1`:                      13.5,
		`number("no", -1)`:                          -1.0,
		`string(2) + text("!")`:                     "2!",
		`int("2.9") + int(-2.9)`:                    0.0,
		`text(1.50) + text(vip) + text(name)`:       "1.5true小明",
		`text(0 * -1)`:                              "0",
		`days("2026-01-31", day)`:                   295.0,
		`days("0001-01-01", "9999-12-31")`:          3652058.0,
		`days(day, addDays(day, -40))`:              -40.0,
		`addDays("2024-02-28", 1)`:                  "2024-02-29",
		`weekday("2026-11-22")`:                     7.0,
		`// a note
		age /* years */ > 3`: true,
	} {
		if got, err := eval(t, source); err != nil || got != want {
			t.Errorf("%s gives %v, %v; want %v", source, got, err, want)
		}
	}
}

// What has no value is an error and never a value, whatever is made of it.
func TestEvalFails(t *testing.T) {
	for _, source := range []string{
		`1 / 0`, `1 / 0 > 5`, `age % 0`, `0 / 0 == 0`, `-1 / 0`, `10 ** 400`, `(-8) ** 0.5`, `1e308 * 10`, `1e308 + 1e308`,
		`sum([1e308, 1e308])`, `[1, 2][2]`, `[1, 2][-3]`, `"abc"[3]`, `""[0]`, `[1, 2][0.5]`, `"abc"[0.5:]`, `first(filter([1], # > 1))`,
		`last(filter([1], # > 1))`, `min(filter([1], # > 1))`, `number("x")`, `number("")`, `number("0x10")`, `number("inf")`,
		`number("1e999")`, `int("x")`, `days("", day)`, `addDays(name, 1)`, `addDays(day, 0.5)`, `addDays(day, 9999999)`, `addDays("9999-12-31", 1)`,
		`weekday(name)`, `repeat("a", -1)`, `repeat("a", 0.5)`, `round(1, 11)`, `round(1, -1)`, `len(0.5..3)`, `len(1..1e300) > 0`,
		`any([1, 2], # / 0 > 1)`, `reduce([1], #acc / 0, 1)`,
	} {
		if got, err := eval(t, source); err == nil {
			t.Errorf("%s gives %v", source, got)
		}
	}
	p, _ := env().Compile(`age > 3`, "")
	for _, x := range []any{math.NaN(), math.Inf(1), "20", true, 20, []string{"x"}} {
		if got, err := p.Eval(values{"age": x}); err == nil {
			t.Errorf("an age of %v (%T) gives %v", x, x, got)
		}
	}
	for path, x := range map[string]any{"name": 3.0, "vip": "true", "day": true} {
		p, faults := env().Compile(path, "")
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if got, err := p.Eval(values{path: x}); err == nil {
			t.Errorf("a %s of %v gives %v", path, x, got)
		}
	}
}

// A side that does not matter is not looked at.
func TestShortCircuit(t *testing.T) {
	for source, want := range map[string]any{
		`vip || 1 / 0 > 1`: true, `not vip && 1 / 0 > 1`: false, `vip ? 1 : 1 / 0`: 1.0, `any([1, 0], 1 / # == 1)`: true,
		`none([1, 0], 1 / # == 1)`: false, `all([2, 0], 1 / # == 1)`: false,
	} {
		if got, err := eval(t, source); err != nil || got != want {
			t.Errorf("%s gives %v, %v; want %v", source, got, err, want)
		}
	}
	asked := asked{}
	p, _ := env().Compile(`vip || name == "x"`, "")
	if _, err := p.Eval(asked); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]bool{"vip": true}, map[string]bool(asked)); diff != "" {
		t.Error(diff)
	}
	var uses []string
	for _, n := range p.Uses() {
		uses = append(uses, n.Path)
	}
	if diff := cmp.Diff([]string{"vip", "name"}, uses); diff != "" {
		t.Error(diff)
	}
}

// asked notes which names a program reads; every flag is set.
type asked map[string]bool

func (a asked) Value(path string) any {
	a[path] = true
	return path == "vip"
}

func TestZeros(t *testing.T) {
	for source, want := range map[string]any{`name`: "", `age`: 0.0, `vip`: false, `day`: "", `day < "2026-01-01"`: true} {
		p, faults := env().Compile(source, "")
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if got, err := p.Eval(values{}); err != nil || got != want {
			t.Errorf("%s gives %v, %v; want %v", source, got, err, want)
		}
	}
	for _, typ := range graph.Types() {
		if got := expression.Zero(typ); got != map[graph.Type]any{"text": "", "date": "", "number": 0.0, "flag": false}[typ] {
			t.Errorf("zero of %s is %v", typ, got)
		}
	}
}

// What must give a date gives one, or nothing.
func TestDates(t *testing.T) {
	p, faults := env().Compile(`name`, graph.DateType)
	if len(faults) > 0 || p.Type() != graph.TextType {
		t.Fatal(faults)
	}
	for text, ok := range map[string]bool{"": true, "2026-01-31": true, "2026-02-30": false, "31.1.2026": false, "soon": false} {
		if got, err := p.Eval(values{"name": text}); (err == nil) != ok {
			t.Errorf("%q gives %v, %v", text, got, err)
		}
	}
}

func TestNames(t *testing.T) {
	e := expression.NewEnv([]expression.Name{{Path: "b"}, {Path: "a.y", Late: true}, {Path: "a.x"}, {Path: "b", Secret: true}})
	var paths []string
	for _, n := range e.Names() {
		paths = append(paths, n.Path)
	}
	if got := strings.Join(paths, " "); got != "a.x a.y b" {
		t.Errorf("the names are %s", got)
	}
	if n, ok := e.Name("b"); !ok || n.Secret {
		t.Errorf("the second of two names counts: %+v", n)
	}
	if _, ok := e.Name("a"); ok {
		t.Error("a group is a name")
	}
}

// One program is used by many at once.
func TestConcurrent(t *testing.T) {
	p, faults := env().Compile(`let x = age; sum(map(1..100, sum(1..3, # + x)))`, "")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				want := float64(100 * (6 + 3*i))
				if got, err := p.Eval(values{"age": float64(i)}); err != nil || got != want {
					t.Errorf("gives %v, %v; want %v", got, err, want)
				}
			}
		})
	}
	all.Wait()
}
