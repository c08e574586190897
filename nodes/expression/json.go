package expression

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
)

// JSON is a JSON document with holes, such as {"who":"${caller.id}","vip":${vip}}. Whatever the values are, what it
// renders is JSON of the same shape.
type JSON struct {
	words  []string // around the holes, one more than those
	within []bool   // for each hole: it stands within a string
	text   Text
}

// CompileJSON reads a document. A hole within quotes adds to its string, one outside of quotes is a whole value: a
// text with its quotes, a number, true or false, and null for an expression that fails. The document given works in
// any case; see Valid.
func (e Env) CompileJSON(source string) (JSON, []Fault) {
	text, faults := e.CompileText(source)
	j := JSON{words: text.Words(), text: text}
	quoted := false
	for _, words := range j.words[:len(j.words)-1] {
		quoted = endsQuoted(words, quoted)
		j.within = append(j.within, quoted)
	}
	return j, faults
}

// endsQuoted tells whether words end within a string, when they begin in one or not.
func endsQuoted(words string, quoted bool) bool {
	for i := 0; i < len(words); i++ {
		switch {
		case words[i] == '"':
			quoted = !quoted
		case words[i] == '\\' && quoted:
			i++
		}
	}
	return quoted
}

// Uses lists the names that the document reads.
func (j JSON) Uses() []Name { return j.text.Uses() }

// Valid tells whether the document is JSON, or nothing at all. Names of members can have holes only within quotes.
// One filling is not enough: in "\${a}n" an empty hole hides that the backslash would take what a value begins with.
func (j JSON) Valid() bool {
	for _, within := range []any{"", "x"} {
		values := make([]any, len(j.within))
		for i := range values {
			if j.within[i] {
				values[i] = within
			}
		}
		s := j.fill(values)
		if strings.TrimSpace(s) != "" && !json.Valid([]byte(s)) {
			return false
		}
	}
	return true
}

// Render fills the holes. One whose value would be too much for a text stays empty, or null.
func (j JSON) Render(v Values) string {
	values, _ := j.text.Holes(v)
	return j.fill(values)
}

func (j JSON) fill(values []any) string {
	var b strings.Builder
	for i, words := range j.words {
		b.WriteString(words)
		switch {
		case i == len(j.within):
		case j.within[i]:
			whole := quote(Show(values[i]))
			b.WriteString(whole[1 : len(whole)-1])
		default:
			b.WriteString(literal(values[i]))
		}
	}
	return b.String()
}

// literal writes a value as JSON; what has no form there, such as a number without end, is null.
func literal(x any) string {
	switch x := x.(type) {
	case string:
		return quote(x)
	case float64:
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			return Show(x)
		}
	case bool:
		return Show(x)
	}
	return "null"
}

// quote writes a text as JSON.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always has a form
	return strings.TrimSuffix(b.String(), "\n")
}
