// Package expression is the language of conditions and of the ${holes} in texts, over names that a flow declares with
// their types. Its grammar is expr-lang's; what the parts mean, which of them there are and what they may cost is
// decided here. A misspelt name or a wrong type is found when a flow is checked, never when a caller walks through
// it. No expression takes longer than a fixed number of small steps or more than a few megabytes, whatever it says.
// docs/expressions.md describes the language to those who write it.
package expression

import (
	"slices"
	"strings"

	"foyer/designer/graph"
)

// Name is a value that an expression may use.
type Name struct {
	Path   string     `json:"path"` // "WaitNo", "caller.nickname": at most one dot
	Type   graph.Type `json:"type"`
	Group  bool       `json:"group,omitempty"` // is about the skill group that the node has chosen
	Late   bool       `json:"late,omitempty"`  // known only after the flow has handed the caller over
	Secret bool       `json:"-"`
}

// Env is the typed environment of one flow: all names that its expressions may use. It never changes.
type Env struct {
	names map[string]Name
	tops  map[string]bool // what stands before a dot: "caller"
}

// NewEnv makes an environment. Of two names with one path the first counts.
func NewEnv(names []Name) Env {
	e := Env{names: make(map[string]Name, len(names)), tops: map[string]bool{}}
	for _, n := range names {
		if _, twice := e.names[n.Path]; twice {
			continue
		}
		e.names[n.Path] = n
		if top, _, nested := strings.Cut(n.Path, "."); nested {
			e.tops[top] = true
		}
	}
	return e
}

// Name finds a name by its path.
func (e Env) Name(path string) (Name, bool) {
	n, ok := e.names[path]
	return n, ok
}

// Names lists the names by path.
func (e Env) Names() []Name {
	list := make([]Name, 0, len(e.names))
	for _, n := range e.names {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b Name) int { return strings.Compare(a.Path, b.Path) })
	return list
}

// Values gives what the names are at one moment of a walk: a string, a float64 or a bool as the name's type says, or
// nil for the type's zero. A program asks only for the names that its way leads to.
type Values interface {
	Value(path string) any
}

// Fault is one thing wrong with an expression or a text, in the form of an issue's code and arguments. "column" is
// the place in the field, counted in characters from 1; an argument that begins with graph.KeyPrefix is a key of the
// catalogues.
type Fault struct {
	Code string
	Args map[string]string
}
