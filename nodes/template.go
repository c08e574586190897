package nodes

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"foyer/designer/graph"
)

// The names that a ${hole} may hold, where a field allows them.
const (
	WaitNo  = "WaitNo"  // how many callers wait before this one, a whole number
	StaffNo = "StaffNo" // the work number of the agent who accepted
)

// The limits of a text with holes.
const (
	maxSource = 2000 // characters of the text
	maxHole   = 64   // bytes between ${ and }
)

// variables gives each name a value of its type, which the expressions in the holes are checked against.
func variables() map[string]any { return map[string]any{WaitNo: 0, StaffNo: ""} }

// Template is a text with holes, such as "${WaitNo} callers are before you". It is compiled once and rendered
// without evaluating anything: a hole holds a plain name, never a call, so no text can cost more than its length.
type Template struct{ parts []part }

// part is a piece of a template: words, or a hole.
type part struct {
	words string
	name  string // of the variable; empty for words
}

// TemplateFault is one thing wrong with a text with holes.
type TemplateFault struct {
	Code string // of the issue
	Name string // what stands in the hole
}

// CompileTemplate reads a text whose holes may hold the names in allowed. It reports every fault; a template with
// faults still renders, with nothing in its bad holes.
func CompileTemplate(source string, allowed []string) (Template, []TemplateFault) {
	if utf8.RuneCountInString(source) > maxSource {
		return Template{parts: []part{{words: source}}}, []TemplateFault{{Code: "template.long"}}
	}
	t, open := split(source)
	var faults []TemplateFault
	if open {
		faults = append(faults, TemplateFault{Code: "template.open"})
	}
	env := variables()
	for name := range env {
		if !slices.Contains(allowed, name) {
			delete(env, name)
		}
	}
	for _, p := range t.parts {
		if p.name != "" && !fits(p.name, env) {
			faults = append(faults, TemplateFault{Code: "template.name", Name: p.name})
		}
	}
	return t, faults
}

// Render fills the holes. A name without a value leaves nothing.
func (t Template) Render(values map[string]string) string {
	var b strings.Builder
	for _, p := range t.parts {
		if p.name == "" {
			b.WriteString(p.words)
		} else {
			b.WriteString(values[p.name])
		}
	}
	return b.String()
}

// Fill renders a text that passed its checks when it was published, e.g. Handoff.Queueing with WaitNo.
func Fill(source string, values map[string]string) string {
	if !strings.Contains(source, "${") {
		return source
	}
	t, _ := split(source)
	return t.Render(values)
}

// split cuts a text at its holes; open tells that a hole is never closed, and is then kept as words.
func split(source string) (t Template, open bool) {
	for {
		words, rest, found := strings.Cut(source, "${")
		if !found {
			return t.with(part{words: source}), false
		}
		hole, after, closed := strings.Cut(rest, "}")
		if !closed {
			return t.with(part{words: source}), true
		}
		name := strings.TrimSpace(hole)
		if name == "" {
			name = "?" // an empty hole is a fault too, and must not pass for words
		}
		t = t.with(part{words: words}).with(part{name: name})
		source = after
	}
}

func (t Template) with(p part) Template {
	if p != (part{}) {
		t.parts = append(t.parts, p)
	}
	return t
}

// fits tells whether a hole holds nothing but a name that the typed environment knows.
func fits(hole string, env map[string]any) bool {
	if len(hole) > maxHole {
		return false
	}
	tree, err := parser.Parse(hole)
	if err != nil {
		return false
	}
	name, plain := tree.Node.(*ast.IdentifierNode)
	if !plain || name.Value == "$env" { // expr's own name for the whole environment
		return false
	}
	_, err = expr.Compile(hole, expr.Env(env), expr.DisableAllBuiltins())
	return err == nil
}

func (f TemplateFault) issue(node graph.NodeID, field string, allowed []string) graph.Issue {
	i := graph.Issue{Node: node, Field: field, Code: f.Code, Level: graph.Error}
	if f.Code != "template.name" {
		return i
	}
	i.Args = map[string]string{"name": f.Name}
	if len(allowed) == 0 {
		i.Code = "template.none"
		return i
	}
	holes := make([]string, len(allowed))
	for k, name := range allowed {
		holes[k] = "${" + name + "}"
	}
	i.Args["allowed"] = strings.Join(holes, ", ")
	return i
}
