package expression

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"foyer/designer/graph"
)

// The limits of an expression as it is written.
const (
	MaxSource  = 2000 // characters
	maxNodes   = 200  // parts: names, values, operators, functions
	maxDepth   = 2    // predicates within one another
	maxPattern = 200  // characters of a regular expression
)

// Program is a compiled expression. It never changes and may be used by any number of goroutines.
type Program struct {
	eval  eval
	uses  []Name
	kind  kind
	slots int  // of locals
	day   bool // must give a date
}

// Compile reads an expression that must give a value of type want; "" takes any of the four types. Late names are
// refused. A program is given only when there is no fault.
func (e Env) Compile(source string, want graph.Type) (*Program, []Fault) {
	return e.compile(source, want, nil)
}

// compile is Compile where late names may be written alone, so that they are suggested for a misspelt one.
func (e Env) compile(source string, want graph.Type, late []string) (*Program, []Fault) {
	if utf8.RuneCountInString(source) > MaxSource {
		return nil, []Fault{{Code: "expression.long", Args: map[string]string{"max": strconv.Itoa(MaxSource)}}}
	}
	if strings.TrimSpace(source) == "" {
		return nil, []Fault{{Code: "expression.blank"}}
	}
	tree, wrong := parse(source)
	if wrong != nil {
		return nil, []Fault{*wrong}
	}
	c := compiler{env: e, late: late}
	k, run := c.part(tree)
	c.result(tree, k, want)
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return &Program{eval: run, uses: c.uses, kind: k, slots: c.slots, day: want == graph.DateType}, nil
}

// Type is that of the value which the program gives; a date reads as text.
func (p *Program) Type() graph.Type { return p.kind.typ() }

// Uses lists the names that the program may read.
func (p *Program) Uses() []Name { return p.uses }

// Eval runs the program and gives a string, a float64 or a bool. ErrCostly; any other error is a value that an
// expression cannot work with, such as a division by zero or the line of a list that has no such line. A program
// that must give a date gives a day or an empty text.
func (p *Program) Eval(v Values) (any, error) {
	return p.run(newRun(v))
}

// run is Eval with what a run before has left.
func (p *Program) run(r *run) (any, error) {
	r.err = nil
	if len(r.locals) < p.slots {
		r.locals = make([]result, p.slots)
	}
	x := p.eval(r)
	if r.err == nil && p.day && !isDate(x.text) {
		r.fail(errDate)
	}
	if r.err != nil {
		return nil, r.err
	}
	switch p.kind {
	case numberKind:
		return x.num, nil
	case flagKind:
		return x.flag, nil
	}
	return x.text, nil
}

// Zero is the value of a type that nobody has given one.
func Zero(t graph.Type) any {
	switch t {
	case graph.NumberType:
		return 0.0
	case graph.FlagType:
		return false
	}
	return ""
}
