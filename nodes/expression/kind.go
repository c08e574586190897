package expression

import (
	"time"

	"foyer/designer/graph"
)

// kind is what the checker knows of a part's value: one of the four types, or a list of one of them.
type kind uint8

const (
	anyKind    kind = 0 // of a part that is wrong already, and of the lines of an empty list: fits everywhere
	textKind   kind = 1
	dateKind   kind = 2 // a text in the form 2026-01-31, or an empty one
	numberKind kind = 3
	flagKind   kind = 4
	listOf     kind = 8 // beside the kind of the lines
)

func (k kind) list() bool { return k&listOf != 0 }
func (k kind) line() kind { return k &^ listOf }

// fits tells whether two kinds may stand for one another. A date is a text.
func (k kind) fits(other kind) bool {
	if k == anyKind || other == anyKind {
		return true
	}
	if k.list() || other.list() {
		return k.list() && other.list() && k.line().fits(other.line())
	}
	return k == other || k.words() && other.words()
}

func (k kind) words() bool { return k == textKind || k == dateKind }

// with is the kind of a value that is one or the other; they fit.
func (k kind) with(other kind) kind {
	switch {
	case k == other || other == anyKind || other == listOf:
		return k
	case k == anyKind || k == listOf:
		return other
	}
	return textKind | k&listOf
}

// name is the key under which the catalogues call a kind.
func (k kind) name() string {
	name := "list"
	switch {
	case k.list():
	case k == textKind:
		name = "text"
	case k == dateKind:
		name = "date"
	case k == numberKind:
		name = "number"
	case k == flagKind:
		name = "flag"
	}
	return graph.KeyPrefix + "expression.type." + name
}

func kindOf(t graph.Type) kind {
	switch t {
	case graph.NumberType:
		return numberKind
	case graph.FlagType:
		return flagKind
	case graph.DateType:
		return dateKind
	}
	return textKind
}

// typ is the type of a value as the rest of the product sees it; a date reads as text.
func (k kind) typ() graph.Type {
	switch k {
	case numberKind:
		return graph.NumberType
	case flagKind:
		return graph.FlagType
	}
	return graph.TextType
}

// isDate tells whether a text is a day, or none.
func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil || text == ""
}
