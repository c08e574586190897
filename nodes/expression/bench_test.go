package expression_test

import (
	"testing"

	"foyer/designer/graph"
)

const typical = `vip && age >= 18 || queue.length > 5 && caller.nickname != ""`

func BenchmarkNewEnv(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		env()
	}
}

func BenchmarkCompile(b *testing.B) {
	e := env()
	b.ReportAllocs()
	for b.Loop() {
		if _, faults := e.Compile(typical, graph.FlagType); len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	p, _ := env().Compile(typical, graph.FlagType)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Eval(moment); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvalList(b *testing.B) {
	p, _ := env().Compile(`any(split("a,b,c,d", ","), # == name)`, graph.FlagType)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Eval(moment); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	text, _ := env().CompileText("${caller.nickname} 您好，您前面还有 ${queue.length} 位用户")
	b.ReportAllocs()
	for b.Loop() {
		text.Render(moment)
	}
}

func BenchmarkRenderPlain(b *testing.B) {
	text, _ := env().CompileText("您好，请稍候")
	b.ReportAllocs()
	for b.Loop() {
		text.Render(moment)
	}
}

// The expressions that spend all steps in the most costly ways: each must end within 50 ms.
func BenchmarkWorst(b *testing.B) {
	for name, source := range map[string]string{
		"loop":    `count(1..1000, count(1..1000, # > 0) == 0)`,
		"names":   `count(1..1000, count(1..1000, name == caller.nickname) == 0)`,
		"list":    `count(1..1000, count(1..1000, len(1..300) > 300) == 0)`,
		"map":     `count(1..1000, len(map(1..1000, text(#))) == 0)`,
		"join":    `count(1..1000, repeat("ab", 30000) + "a" == "")`,
		"upper":   `let s = repeat("啊", 20000); count(1..1000, upper(s) == "")`,
		"upper2":  `let s = repeat("ß", 30000); count(1..1000, upper(s) == "")`,
		"index":   `let s = repeat("ab", 30000); count(1..1000, indexOf(s, "ba" + repeat("b", 1000)) > 0)`,
		"rabin":   `let s = repeat("a", 60000); count(1..1000, s contains repeat("a", 3000) + "b")`,
		"chars":   `let s = repeat("啊", 20000); count(1..1000, s[19999] == "b")`,
		"matches": `let s = repeat("x", 400); count(1..1000, s matches "(x+x+)+y")`,
		"regexp":  `let s = repeat("x", 20000); count(1..1000, s matches "(x+x+)+y")`,
		"replace": `let s = repeat("ab", 20000); count(1..1000, replace(s, "b", "c") == "")`,
		"empty":   `let s = repeat("啊", 8000); count(1..1000, replace(s, "", "c") == "")`,
		"split":   `let s = repeat("a,", 900); count(1..1000, len(split(s, ",")) == 0)`,
		"number":  `let s = repeat(" ", 60000); count(1..1000, number(s, 0) == 1)`,
		"pow":     `count(1..1000, count(1..1000, 1.0000001 ** 1234567.891 + 5.5 % 0.0001 > 0) == 0)`,
		"days":    `count(1..1000, count(1..1000, days(day, addDays(day, 3)) == 0) == 0)`,
		"round":   `count(1..1000, count(1..1000, text(round(12345.678, 3)) == "") == 0)`,
		"in":      `let l = map(1..1000, repeat("a", 60)); count(1..1000, "b" in l)`,
	} {
		b.Run(name, func(b *testing.B) {
			p, faults := env().Compile(source, "")
			if len(faults) > 0 {
				b.Fatal(faults)
			}
			b.ReportAllocs()
			for b.Loop() {
				_, _ = p.Eval(moment)
			}
			if per := b.Elapsed().Seconds() * 1000 / float64(b.N); per > 50 {
				b.Logf("%s takes %.1f ms", source, per)
			}
		})
	}
}
