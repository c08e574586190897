package expression

import (
	"strconv"

	"github.com/expr-lang/expr/ast"
)

// predicates are the functions whose second argument is looked at for every line of the first, and how each is
// written.
var predicates = map[string]string{
	"all": "all(list, condition)", "any": "any(list, condition)", "none": "none(list, condition)", "one": "one(list, condition)",
	"count": "count(list, condition)", "filter": "filter(list, condition)", "map": "map(list, value)",
	"sum": "sum(list, value)", "reduce": "reduce(list, value, start)",
}

// loop runs a compiled predicate for every line of a list, and do with the predicate's value, until do tells to stop.
type loop func(r *run, list []result, do func(s *scope, said result) bool)

// over compiles a call of one of predicates.
func (c *compiler) over(n ast.Node, name string, args []ast.Node) (kind, eval) {
	if name == "sum" && len(args) == 1 {
		all := c.want(args[0], listOf|numberKind, name)
		return numberKind, func(r *run) result { return r.sum(all(r).list) }
	}
	want := 2
	if name == "reduce" {
		want = 3
	}
	if len(args) != want {
		return c.fault(n, "expression.arguments", "name", name, "form", predicates[name])
	}
	all, list := c.part(args[0])
	if !all.fits(listOf) {
		return c.fault(args[0], "expression.operand", "operator", name, "want", listOf.name(), "got", all.name())
	}
	body, ok := args[1].(*ast.PredicateNode)
	if !ok {
		return c.fault(n, "expression.arguments", "name", name, "form", predicates[name])
	}
	switch name {
	case "map", "sum":
		return c.mapped(name, body.Node, all.line(), list)
	case "reduce":
		return c.reduced(body.Node, all.line(), list, args[2])
	case "filter":
		each := c.condition(name, body.Node, all.line())
		return all, func(r *run) result { return r.filter(list(r).list, each) }
	}
	return c.counted(name, list, c.condition(name, body.Node, all.line()))
}

// each compiles a predicate over lines.
func (c *compiler) each(n ast.Node, p predicate) (kind, loop) {
	at := len(c.preds)
	if at >= maxDepth {
		c.fault(n, "expression.deep", "max", strconv.Itoa(maxDepth))
		return anyKind, nil
	}
	c.preds = append(c.preds, p)
	before := c.nodes
	k, body := c.part(n)
	size := c.nodes - before
	c.preds = c.preds[:at]
	return k, func(r *run, list []result, do func(*scope, result) bool) {
		s := r.scope(at)
		for i, line := range list {
			if !r.spend(1 + size) {
				return
			}
			s.item, s.index = line, i
			if said := body(r); r.err != nil || !do(s, said) {
				return
			}
		}
	}
}

// scope is that of the predicates so deep.
func (r *run) scope(depth int) *scope {
	if r.scopes == nil {
		r.scopes = new([maxDepth]scope)
	}
	return &r.scopes[depth]
}

// condition is each for a predicate that must hold or not.
func (c *compiler) condition(name string, n ast.Node, item kind) loop {
	k, each := c.each(n, predicate{item: item})
	if !k.fits(flagKind) {
		c.fault(n, "expression.operand", "operator", name, "want", flagKind.name(), "got", k.name())
	}
	return each
}

func (r *run) filter(list []result, each loop) result {
	var kept []result
	each(r, list, func(s *scope, said result) bool {
		if said.flag {
			kept = append(kept, s.item)
		}
		return r.spend(2)
	})
	return result{list: kept}
}

// counted is a function that goes by the lines for which a condition holds.
func (c *compiler) counted(name string, list eval, each loop) (kind, eval) {
	enough := func(yes, no int) bool { return yes > 0 }
	holds := func(yes, no int) bool { return yes > 0 }
	switch name {
	case "count":
		return numberKind, func(r *run) result {
			n := 0
			each(r, list(r).list, func(_ *scope, said result) bool {
				if said.flag {
					n++
				}
				return true
			})
			return result{num: float64(n)}
		}
	case "none":
		holds = func(yes, no int) bool { return yes == 0 }
	case "all":
		enough = func(yes, no int) bool { return no > 0 }
		holds = func(yes, no int) bool { return no == 0 }
	case "one":
		enough = func(yes, no int) bool { return yes > 1 }
		holds = func(yes, no int) bool { return yes == 1 }
	}
	return flagKind, func(r *run) result {
		yes, no := 0, 0
		each(r, list(r).list, func(_ *scope, said result) bool {
			if said.flag {
				yes++
			} else {
				no++
			}
			return !enough(yes, no)
		})
		return result{flag: holds(yes, no)}
	}
}

// mapped is the list, or the sum, of what a predicate gives.
func (c *compiler) mapped(name string, n ast.Node, item kind, list eval) (kind, eval) {
	k, each := c.each(n, predicate{item: item})
	if k.list() || name == "sum" && !k.fits(numberKind) {
		want := numberKind
		if name == "map" {
			want = textKind
		}
		return c.fault(n, "expression.operand", "operator", name, "want", want.name(), "got", k.name())
	}
	all := func(r *run) result {
		from := list(r).list
		if !r.lists(len(from)) {
			return result{}
		}
		made := make([]result, 0, len(from))
		each(r, from, func(_ *scope, said result) bool {
			made = append(made, said)
			return true
		})
		return result{list: made}
	}
	if name == "sum" {
		return numberKind, func(r *run) result { return r.sum(all(r).list) }
	}
	return listOf | k, all
}

func (r *run) sum(list []result) result {
	total := 0.0
	for _, line := range list {
		total += line.num
	}
	r.spend(len(list))
	return r.number(total)
}

// reduced carries a value from line to line.
func (c *compiler) reduced(n ast.Node, item kind, list eval, start ast.Node) (kind, eval) {
	k, first := c.part(start)
	gives, each := c.each(n, predicate{item: item, acc: k, adds: true})
	if !gives.fits(k) {
		return c.fault(n, "expression.operand", "operator", "reduce", "want", k.name(), "got", gives.name())
	}
	at := len(c.preds)
	return k.with(gives), func(r *run) result {
		from, acc := list(r).list, first(r)
		s := r.scope(at)
		s.acc = acc
		each(r, from, func(s *scope, said result) bool {
			s.acc = said
			return true
		})
		return s.acc
	}
}

// pointer is what a predicate says of the line it looks at: #, #index, #acc.
func (c *compiler) pointer(n *ast.PointerNode) (kind, eval) {
	at := len(c.preds) - 1
	if at < 0 { // the grammar knows them only in predicates
		return c.unsupported(n, "#"+n.Name)
	}
	switch p := c.preds[at]; {
	case n.Name == "":
		return p.item, func(r *run) result { return r.scopes[at].item }
	case n.Name == "index":
		return numberKind, func(r *run) result { return result{num: float64(r.scopes[at].index)} }
	case n.Name == "acc" && p.adds:
		return p.acc, func(r *run) result { return r.scopes[at].acc }
	}
	return c.unsupported(n, "#"+n.Name)
}
