package expression

import (
	"maps"
	"slices"
	"strconv"

	"github.com/expr-lang/expr/ast"
)

// Function is a function of the language, as a form offers it. The catalogues describe each under
// "function."+Name.
type Function struct {
	Name string `json:"name"`
	Form string `json:"form"` // "replace(text, old, new)"
}

// Functions lists the functions by name. There are no others.
func Functions() []Function {
	var list []Function
	for name, form := range predicates {
		list = append(list, Function{name, form})
	}
	for name, f := range functions {
		list = append(list, Function{name, f.form})
	}
	slices.SortFunc(list, func(a, b Function) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return list
}

// function is one function with the ways in which it may be called, shortest first.
type function struct {
	form string
	ways []way
}

// way is one way to call a function.
type way struct {
	args  []kind
	gives kind // anyKind: a line of the first argument
	run   func(r *run, a [3]result) result
}

// call compiles a call. Of the ways with so many arguments the first counts that fits.
func (c *compiler) call(n ast.Node, name string, args []ast.Node) (kind, eval) {
	if _, ok := predicates[name]; ok {
		return c.over(n, name, args)
	}
	f, ok := functions[name]
	if !ok {
		return c.noFunction(n, name)
	}
	ways := slices.DeleteFunc(slices.Clone(f.ways), func(w way) bool { return len(w.args) != len(args) })
	if len(ways) == 0 {
		return c.fault(n, "expression.arguments", "name", name, "form", f.form)
	}
	var evals [3]eval
	var kinds [3]kind
	for i, arg := range args {
		kinds[i], evals[i] = c.part(arg)
	}
	for _, w := range ways {
		if c.misfit(w, kinds) < 0 {
			c.days(w, args)
			return w.result(kinds[0]), apply(w, evals)
		}
	}
	i := c.misfit(ways[0], kinds)
	return c.fault(args[i], "expression.argument",
		"name", name, "number", strconv.Itoa(i+1), "form", f.form, "want", ways[0].args[i].name(), "got", kinds[i].name())
}

// misfit is the first argument that a way does not take; -1: none.
func (c *compiler) misfit(w way, given [3]kind) int {
	return slices.IndexFunc([]int{0, 1, 2}[:len(w.args)], func(i int) bool { return !given[i].fits(w.args[i]) })
}

// days checks the written dates among the arguments.
func (c *compiler) days(w way, args []ast.Node) {
	for i, k := range w.args {
		if k == dateKind {
			c.day(args[i])
		}
	}
}

func (w way) result(first kind) kind {
	if w.gives == anyKind {
		return first.line()
	}
	return w.gives
}

// apply joins a way with its arguments.
func apply(w way, args [3]eval) eval {
	do, a, b, c := w.run, args[0], args[1], args[2]
	switch len(w.args) {
	case 1:
		return func(r *run) result { return do(r, [3]result{a(r)}) }
	case 2:
		return func(r *run) result { return do(r, [3]result{a(r), b(r)}) }
	}
	return func(r *run) result { return do(r, [3]result{a(r), b(r), c(r)}) }
}

func (c *compiler) noFunction(n ast.Node, name string) (kind, eval) {
	known := append(slices.Collect(maps.Keys(functions)), slices.Collect(maps.Keys(predicates))...)
	if meant := like(name, known); meant != "" {
		return c.fault(n, "expression.functionLike", "name", short(name), "like", meant)
	}
	return c.fault(n, "expression.function", "name", short(name))
}
