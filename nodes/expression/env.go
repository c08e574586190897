// Package expression is the language of conditions and of the ${holes} in texts: expr-lang's, over names that a flow
// declares with their types, bounded in source, time and memory. A misspelt name or a wrong type is found when a flow
// is checked, never when a caller walks through it.
package expression

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/types"

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
	types types.Map
}

// NewEnv makes an environment. Of two names with one path the first counts.
func NewEnv(names []Name) Env {
	e := Env{names: make(map[string]Name, len(names)), types: types.Map{}}
	for _, n := range names {
		if _, twice := e.names[n.Path]; !twice {
			e.names[n.Path] = n
			e.declare(n)
		}
	}
	return e
}

func (e Env) declare(n Name) {
	top, below, nested := strings.Cut(n.Path, ".")
	if !nested {
		e.types[top] = typeOf(n.Type)
		return
	}
	group, ok := e.types[top].(types.Map)
	if !ok {
		group = types.Map{}
		e.types[top] = group
	}
	group[below] = typeOf(n.Type)
}

// typeOf is expr's own type for one of ours. Days are texts: they compare in the right order.
func typeOf(t graph.Type) types.Type {
	switch t {
	case graph.NumberType:
		return types.Float64
	case graph.FlagType:
		return types.Bool
	}
	return types.String
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

// Values gives what the names are at one moment of a walk: a string, a float64 or a bool as the name's type says.
type Values interface {
	Value(path string) any
}

// Fault is one thing wrong with an expression or a text, in the form of an issue's code and arguments.
type Fault struct {
	Code string
	Args map[string]string
}
