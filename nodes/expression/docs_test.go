package expression_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// documented is what docs/expressions.md supposes.
var documented = values{
	"name": "小明", "age": 20.0, "vip": true, "birthday": "2001-05-20", "answer": "12",
	"caller.id": "u1", "caller.nickname": "Ming", "caller.channel": "mini", "caller.media": "video",
	"queue.length": 3.0, "queue.wait": 120.0, "group.ready": 1.0, "hours.open": true,
	"clock.date": "2026-11-30", "clock.time": "09:30", "clock.hour": 9.0, "clock.weekday": 1.0,
	"StaffNo": "1001", "SystemSessionId": "ses_0123456789",
}

func page(t *testing.T) string {
	raw, err := os.ReadFile("../../docs/expressions.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func documentedEnv() expression.Env {
	return nodes.EnvOf([]graph.Variable{
		{Name: "name", Type: graph.TextType}, {Name: "age", Type: graph.NumberType}, {Name: "vip", Type: graph.FlagType},
		{Name: "birthday", Type: graph.DateType}, {Name: "answer", Type: graph.TextType},
	})
}

// Every example with a result on the page gives that result.
func TestDocumentedResults(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\|.*\\| `(.+)` \\| `(.*)` \\|$")
	found := row.FindAllStringSubmatch(page(t), -1)
	for _, m := range found {
		source := strings.ReplaceAll(m[1], `\|`, `|`)
		p, faults := documentedEnv().Compile(source, "")
		if len(faults) > 0 {
			t.Errorf("%s: %v", source, faults)
			continue
		}
		if got, err := p.Eval(documented); err != nil || expression.Show(got) != m[2] {
			t.Errorf("%s gives %v, %v; the page says %s", source, got, err, m[2])
		}
	}
	if len(found) < 50 {
		t.Errorf("only %d examples were found", len(found))
	}
}

// Every longer example on the page compiles and has a value.
func TestDocumentedExamples(t *testing.T) {
	block := regexp.MustCompile("(?s)```(expression|text)\n(.*?)\n```")
	found := block.FindAllStringSubmatch(page(t), -1)
	for _, m := range found {
		if m[1] == "text" {
			text, faults := documentedEnv().CompileText(m[2])
			if got := text.Render(documented); len(faults) > 0 || strings.Contains(got, "${") {
				t.Errorf("%s: %v, %s", m[2], faults, got)
			}
			continue
		}
		p, faults := documentedEnv().Compile(m[2], "")
		if len(faults) > 0 {
			t.Errorf("%s: %v", m[2], faults)
		} else if got, err := p.Eval(documented); err != nil {
			t.Errorf("%s gives %v, %v", m[2], got, err)
		}
	}
	if len(found) < 9 {
		t.Errorf("only %d examples were found", len(found))
	}
}

// The page and the language have the same functions and names.
func TestDocumentedAll(t *testing.T) {
	words := page(t)
	known := map[string]bool{}
	for _, f := range expression.Functions() {
		known[f.Name] = true
		if !strings.Contains(words, "`"+f.Name+"(") {
			t.Errorf("the page does not name the function %s", f.Name)
		}
		if !strings.HasPrefix(f.Form, f.Name+"(") {
			t.Errorf("%s is written %s", f.Name, f.Form)
		}
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-zA-Z]+)\\(").FindAllStringSubmatch(words, -1) {
		if !known[m[1]] {
			t.Errorf("the page names a function %s", m[1])
		}
	}
	for _, n := range nodes.EnvOf(nil).Names() {
		if !strings.Contains(words, "| `"+n.Path+"` | "+string(n.Type)+" |") {
			t.Errorf("the page does not name %s with its type %s", n.Path, n.Type)
		}
		if _, ok := documented[n.Path]; !ok && !n.Late {
			t.Errorf("%s has no value for the examples", n.Path)
		}
	}
}
