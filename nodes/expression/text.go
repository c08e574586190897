package expression

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxTemplate is the longest text with holes, in characters; what stands in its holes is MaxSource together at most.
const MaxTemplate = 20_000

// Text is a text with holes, such as "您好，${caller.nickname}". It is compiled once.
type Text struct {
	parts []part
	late  bool // some of its holes may be filled later
}

// part is a piece of a text: words, a hole, or a hole that is left for later.
type part struct {
	words   string
	program *Program // nil for words
}

// CompileText reads a text whose holes hold expressions of any type. A hole with one of the late names alone is left
// as it is, for Fill. The text given works in any case; its bad holes are empty.
func (e Env) CompileText(source string, late ...string) (Text, []Fault) {
	plain := Text{parts: []part{{words: source}}}
	if utf8.RuneCountInString(source) > MaxTemplate {
		return plain, []Fault{{Code: "template.long", Args: map[string]string{"max": strconv.Itoa(MaxTemplate)}}}
	}
	if !strings.Contains(source, "${") {
		return plain, nil
	}
	pieces, open := split(source)
	if holes(pieces) > MaxSource {
		return plain, []Fault{{Code: "template.holes", Args: map[string]string{"max": strconv.Itoa(MaxSource)}}}
	}
	var faults []Fault
	if open {
		faults = append(faults, Fault{Code: "template.open"})
	}
	t := Text{late: len(late) > 0}
	for _, p := range pieces {
		switch {
		case !p.hole:
			t.parts = append(t.parts, part{words: p.text})
		case slices.Contains(late, p.text):
			t.parts = append(t.parts, part{words: "${" + p.text + "}"})
		default:
			program, wrong := e.compile(p.text, "", late)
			faults = append(faults, within(source, p.at, wrong)...)
			if program != nil {
				t.parts = append(t.parts, part{program: program})
			}
		}
	}
	return t, faults
}

// holes counts the characters in all holes.
func holes(pieces []piece) (n int) {
	for _, p := range pieces {
		if p.hole {
			n += utf8.RuneCountInString(p.text)
		}
	}
	return n
}

// within counts the columns of a hole's faults from the beginning of the text.
func within(source string, at int, faults []Fault) []Fault {
	for _, f := range faults {
		if column, err := strconv.Atoi(f.Args["column"]); err == nil {
			f.Args["column"] = strconv.Itoa(utf8.RuneCountInString(source[:at]) + column)
		}
	}
	return faults
}

// Uses lists the names that the text may read.
func (t Text) Uses() []Name {
	var names []Name
	for _, p := range t.parts {
		if p.program == nil {
			continue
		}
		for _, n := range p.program.Uses() {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return names
}

// Render fills the holes. One whose expression fails is left empty: a caller is never told of it. So are those that
// would make the text longer than MaxText, and those that come after all steps are spent.
func (t Text) Render(v Values) string {
	if len(t.parts) == 1 && t.parts[0].program == nil {
		return t.parts[0].words
	}
	var b strings.Builder
	r := newRun(v)
	for _, p := range t.parts {
		if p.program == nil {
			b.WriteString(p.words)
			continue
		}
		x, err := p.program.run(r)
		if err != nil {
			continue
		}
		if s := t.harmless(Show(x)); b.Len()+len(s) <= MaxText {
			b.WriteString(s)
		}
	}
	return b.String()
}

// harmless keeps a value that looks like a hole, or like an end of one, from being filled later: a character
// that nobody sees parts the two signs.
func (t Text) harmless(s string) string {
	if !t.late || !strings.ContainsAny(s, "${") {
		return s
	}
	s = strings.ReplaceAll(s, "${", "$\u2060{")
	if strings.HasSuffix(s, "$") {
		s += "\u2060"
	}
	if strings.HasPrefix(s, "{") {
		s = "\u2060" + s
	}
	return s
}

// Show writes a value as people read it: 3 and not 3.0.
func Show(x any) string {
	switch x := x.(type) {
	case string:
		return x
	case float64:
		if x == 0 { // and not -0
			return "0"
		}
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

// Fill puts the values of late names into a text that was rendered before. A name without a value leaves nothing; a
// text for which there are no values at all stays as it is.
func Fill(text string, values map[string]string) string {
	if len(values) == 0 || !strings.Contains(text, "${") {
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
	at   int // where it begins in the source, in bytes
}

// split cuts a text at its holes; open tells that a hole is never closed, and is then kept as words. A "}" within
// quotes or braces of the hole's expression does not close it.
func split(source string) (pieces []piece, open bool) {
	for at := 0; at < len(source); {
		begin := strings.Index(source[at:], "${")
		if begin < 0 {
			return append(pieces, piece{text: source[at:], at: at}), false
		}
		begin += at
		length := closing(source[begin+2:])
		if length < 0 {
			return append(pieces, piece{text: source[at:], at: at}), true
		}
		if begin > at {
			pieces = append(pieces, piece{text: source[at:begin], at: at})
		}
		hole := source[begin+2 : begin+2+length]
		words := strings.TrimSpace(hole)
		pieces = append(pieces, piece{text: words, hole: true, at: begin + 2 + strings.Index(hole, words)})
		at = begin + 2 + length + 1
	}
	return pieces, false
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
