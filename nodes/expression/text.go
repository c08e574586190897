package expression

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Text is a text with holes, such as "您好，${caller.nickname}". It is compiled once.
type Text struct{ parts []part }

// part is a piece of a text: words, a hole, or a hole that is left for later.
type part struct {
	words   string
	program *Program // nil for words
}

// CompileText reads a text whose holes hold expressions of any type. A hole with one of the late names alone is left
// as it is, for Fill. The text given works in any case; its bad holes are empty.
func (e Env) CompileText(source string, late ...string) (Text, []Fault) {
	if utf8.RuneCountInString(source) > MaxSource {
		return Text{parts: []part{{words: source}}}, []Fault{{Code: "template.long"}}
	}
	if !strings.Contains(source, "${") {
		return Text{parts: []part{{words: source}}}, nil
	}
	var t Text
	pieces, open := split(source)
	var faults []Fault
	if open {
		faults = append(faults, Fault{Code: "template.open"})
	}
	for _, p := range pieces {
		switch {
		case !p.hole:
			t.parts = append(t.parts, part{words: p.text})
		case slices.Contains(late, p.text):
			t.parts = append(t.parts, part{words: "${" + p.text + "}"})
		default:
			program, wrong := e.Compile(p.text, "")
			faults = append(faults, wrong...)
			if program != nil {
				t.parts = append(t.parts, part{program: program})
			}
		}
	}
	return t, faults
}

// Uses lists the names that the text reads.
func (t Text) Uses() []Name {
	var names []Name
	for _, p := range t.parts {
		if p.program != nil {
			names = append(names, p.program.Uses()...)
		}
	}
	return names
}

// Render fills the holes. One whose expression fails is left empty: a caller is never told of it.
func (t Text) Render(v Values) string {
	if len(t.parts) == 1 && t.parts[0].program == nil {
		return t.parts[0].words
	}
	var b strings.Builder
	for _, p := range t.parts {
		if p.program == nil {
			b.WriteString(p.words)
		} else if x, err := p.program.Eval(v); err == nil {
			b.WriteString(Show(x))
		}
	}
	return b.String()
}

// Show writes a value as people read it: 3 and not 3.0.
func Show(x any) string {
	switch x := x.(type) {
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

// Fill puts the values of late names into a text that was rendered before. A name without a value leaves nothing.
func Fill(text string, values map[string]string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	pieces, _ := split(text)
	var b strings.Builder
	for _, p := range pieces {
		if p.hole {
			b.WriteString(values[p.text])
		} else {
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// piece is words, or what stands in a hole.
type piece struct {
	text string
	hole bool
}

// split cuts a text at its holes; open tells that a hole is never closed, and is then kept as words. A "}" within
// quotes or braces of the hole's expression does not close it.
func split(source string) (pieces []piece, open bool) {
	for {
		words, rest, found := strings.Cut(source, "${")
		if !found {
			return append(pieces, piece{text: source}), false
		}
		end := closing(rest)
		if end < 0 {
			return append(pieces, piece{text: source}), true
		}
		if words != "" {
			pieces = append(pieces, piece{text: words})
		}
		pieces = append(pieces, piece{text: strings.TrimSpace(rest[:end]), hole: true})
		source = rest[end+1:]
		if source == "" {
			return pieces, false
		}
	}
}

// closing finds the brace that closes a hole.
func closing(s string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0 && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '{':
			depth++
		case c == '}' && depth == 0:
			return i
		case c == '}':
			depth--
		}
	}
	return -1
}
