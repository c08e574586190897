package expression_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/expr-lang/expr"
)

// Where both know what an expression means, it means the same here as to expr-lang itself. Known to differ: numbers
// are of one kind, so that 7.5 % 2 has a value; texts count in characters and not in bytes; there is no nil; what is
// not finite is an error.
func TestAgreesWithExprLang(t *testing.T) {
	const rounds = 5000
	same := 0
	for seed := range uint64(rounds) {
		g := generator{rand.New(rand.NewPCG(seed, 7))}
		source := g.any(3)
		p, faults := env().Compile(source, "")
		if len(faults) > 0 {
			if told(faults)[:5] != "large" {
				t.Errorf("%s: %v", source, faults)
			}
			continue
		}
		got, err := p.Eval(moment)
		want, wrong := expr.Eval(source, map[string]any{"name": "小明", "age": 20.0, "vip": true, "caller": map[string]any{"nickname": "Ming"}})
		if n, ok := want.(int); ok {
			want = float64(n)
		}
		if x, ok := want.(float64); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
			wrong = fmt.Errorf("%v", x)
		}
		switch {
		case err != nil: // something within may have been infinite, which expr-lang goes on with
		case wrong != nil || got != want:
			t.Errorf("%s gives %v, but %v (%v) to expr-lang", source, got, want, wrong)
		default:
			same++
		}
	}
	if same < rounds*3/4 {
		t.Errorf("only %d of %d expressions could be compared", same, rounds)
	}
}

// generator makes expressions that are sound in both.
type generator struct{ *rand.Rand }

func (g generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g generator) any(depth int) string {
	switch g.IntN(3) {
	case 0:
		return g.number(depth, false)
	case 1:
		return g.text(depth)
	}
	return g.flag(depth, false)
}

// number and flag may speak of the line of a list of numbers when they stand in a predicate.
func (g generator) number(depth int, in bool) string {
	if in && g.IntN(3) == 0 {
		return g.pick("#", "#", "#index")
	}
	if depth == 0 {
		return g.pick("0", "1", "2.5", "7", "age", "-3")
	}
	a, b := g.number(depth-1, in), g.number(depth-1, in)
	switch g.IntN(9) {
	case 0, 1, 2:
		return "(" + a + g.pick(" + ", " - ", " * ", " / ") + b + ")"
	case 3:
		return g.pick("abs", "floor", "ceil", "round") + "(" + a + ")"
	case 4:
		return g.pick("min", "max") + "(" + a + ", " + b + ")"
	case 5:
		return "(" + g.flag(depth-1, in) + " ? " + a + " : " + b + ")"
	case 6:
		return "len(" + g.ascii(depth-1) + ")"
	case 7:
		return fmt.Sprintf("(let x%d = %s; x%[1]d + %s)", g.IntN(1e9), a, b)
	}
	if in {
		return a
	}
	switch g.IntN(3) {
	case 0:
		return "sum(map(" + g.list(depth-1) + ", " + g.number(depth-1, true) + "))"
	case 1:
		return "count(" + g.list(depth-1) + ", " + g.flag(depth-1, true) + ")"
	}
	return "reduce(" + g.list(depth-1) + ", #acc + #, 1)"
}

func (g generator) list(depth int) string {
	return g.pick("[1, 2, 3]", "1..4", "["+g.number(depth, false)+", 2]", "filter([3, 1, 4], # > 1)", "map(1..3, # * 2)")
}

// ascii is a text in which a character is a byte.
func (g generator) ascii(depth int) string {
	if depth == 0 {
		return g.pick(`"a"`, `"aB"`, `""`, `" a "`, `caller.nickname`)
	}
	a, b := g.ascii(depth-1), g.ascii(depth-1)
	switch g.IntN(4) {
	case 0:
		return "(" + a + " + " + b + ")"
	case 1:
		return g.pick("upper", "lower", "trim") + "(" + a + ")"
	case 2:
		return "replace(" + a + `, "a", ` + b + ")"
	}
	return a
}

func (g generator) text(depth int) string {
	if depth == 0 {
		return g.pick(`"小明"`, "name", `caller.nickname`, `"b"`)
	}
	a, b := g.text(depth-1), g.text(depth-1)
	switch g.IntN(5) {
	case 0:
		return "(" + a + " + " + b + ")"
	case 1:
		return g.pick("upper", "lower", "trim") + "(" + a + ")"
	case 2:
		return "(" + g.flag(depth-1, false) + " ? " + a + " : " + b + ")"
	case 3:
		return "join(split(" + a + `, "M"), ` + b + ")"
	}
	return g.ascii(depth - 1)
}

func (g generator) flag(depth int, in bool) string {
	if depth == 0 {
		return g.pick("true", "false", "vip")
	}
	switch g.IntN(7) {
	case 0:
		return "(" + g.number(depth-1, in) + g.pick(" < ", " <= ", " == ", " != ", " > ", " >= ") + g.number(depth-1, in) + ")"
	case 1:
		return "(" + g.text(depth-1) + g.pick(" < ", " == ", " != ", " contains ", " startsWith ", " endsWith ") + g.text(depth-1) + ")"
	case 2:
		return "(" + g.flag(depth-1, in) + g.pick(" and ", " or ", " && ", " || ", " == ") + g.flag(depth-1, in) + ")"
	case 3:
		return g.pick("not ", "!") + "(" + g.flag(depth-1, in) + ")"
	case 4:
		return "(" + g.number(depth-1, in) + g.pick(" in ", " not in ") + g.list(depth-1) + ")"
	case 5:
		return "(1 < " + g.number(depth-1, in) + " < 9)"
	}
	if in {
		return "true"
	}
	return g.pick("any", "all", "none", "one") + "(" + g.list(depth-1) + ", " + g.flag(depth-1, true) + ")"
}
