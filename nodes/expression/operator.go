package expression

import (
	"math"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

func (c *compiler) unary(n *ast.UnaryNode) (kind, eval) {
	switch n.Operator {
	case "not", "!":
		x := c.want(n.Node, flagKind, n.Operator)
		return flagKind, func(r *run) result { return result{flag: !x(r).flag} }
	case "-":
		x := c.want(n.Node, numberKind, n.Operator)
		return numberKind, func(r *run) result { return result{num: -x(r).num} }
	case "+":
		return numberKind, c.want(n.Node, numberKind, n.Operator)
	}
	return c.unsupported(n, n.Operator)
}

func (c *compiler) binary(n *ast.BinaryNode) (kind, eval) {
	switch n.Operator {
	case "and", "&&":
		a, b := c.both(n, flagKind)
		return flagKind, func(r *run) result { return result{flag: a(r).flag && b(r).flag} }
	case "or", "||":
		a, b := c.both(n, flagKind)
		return flagKind, func(r *run) result { return result{flag: a(r).flag || b(r).flag} }
	case "==", "!=":
		return c.equal(n)
	case "<", "<=", ">", ">=":
		return c.order(n)
	case "+":
		return c.plus(n)
	case "contains", "startsWith", "endsWith":
		return c.holds(n)
	case "matches":
		return c.matches(n)
	case "in":
		return c.in(n)
	case "..":
		return c.span(n)
	}
	if f, ok := arithmetic[n.Operator]; ok {
		a, b := c.both(n, numberKind)
		return numberKind, func(r *run) result { return r.number(f(a(r).num, b(r).num)) }
	}
	return c.unsupported(n, n.Operator)
}

var arithmetic = map[string]func(a, b float64) float64{
	"-":  func(a, b float64) float64 { return a - b },
	"*":  func(a, b float64) float64 { return a * b },
	"/":  func(a, b float64) float64 { return a / b },
	"%":  math.Mod,
	"**": math.Pow,
	"^":  math.Pow,
}

// both compiles two sides that must be of one kind.
func (c *compiler) both(n *ast.BinaryNode, k kind) (a, b eval) {
	return c.want(n.Left, k, n.Operator), c.want(n.Right, k, n.Operator)
}

// sides compiles two sides that are compared.
func (c *compiler) sides(n *ast.BinaryNode, able func(kind) bool) (k kind, a, b eval) {
	k1, a := c.part(n.Left)
	k2, b := c.part(n.Right)
	if !k1.fits(k2) || !able(k1) || !able(k2) {
		c.fault(n, "expression.compare", "operator", n.Operator, "left", k1.name(), "right", k2.name())
		return anyKind, a, b
	}
	if k1 == dateKind || k2 == dateKind {
		c.day(n.Left)
		c.day(n.Right)
	}
	return k1.with(k2), a, b
}

func (c *compiler) equal(n *ast.BinaryNode) (kind, eval) {
	k, a, b := c.sides(n, func(k kind) bool { return !k.list() })
	not := n.Operator == "!="
	return flagKind, func(r *run) result { return result{flag: r.same(k, a(r), b(r)) != not} }
}

// same compares two values of one kind.
func (r *run) same(k kind, a, b result) bool {
	switch {
	case k == numberKind:
		return a.num == b.num
	case k == flagKind:
		return a.flag == b.flag
	}
	return r.read(min(len(a.text), len(b.text))) && a.text == b.text
}

func (c *compiler) order(n *ast.BinaryNode) (kind, eval) {
	k, a, b := c.sides(n, func(k kind) bool { return k == anyKind || k == numberKind || k.words() })
	holds := map[string]func(int) bool{
		"<":  func(x int) bool { return x < 0 },
		"<=": func(x int) bool { return x <= 0 },
		">":  func(x int) bool { return x > 0 },
		">=": func(x int) bool { return x >= 0 },
	}[n.Operator]
	return flagKind, func(r *run) result { return result{flag: holds(r.compare(k, a(r), b(r)))} }
}

// compare orders two values of one kind.
func (r *run) compare(k kind, a, b result) int {
	if k == numberKind {
		switch {
		case a.num < b.num:
			return -1
		case a.num > b.num:
			return 1
		}
		return 0
	}
	r.read(min(len(a.text), len(b.text)))
	return strings.Compare(a.text, b.text)
}

// plus adds numbers, or joins texts.
func (c *compiler) plus(n *ast.BinaryNode) (kind, eval) {
	k1, a := c.part(n.Left)
	k2, b := c.part(n.Right)
	if k1 == anyKind || k2 == anyKind {
		return k1.with(k2), zero
	}
	switch {
	case k1 == numberKind && k2 == numberKind:
		return numberKind, func(r *run) result { return r.number(a(r).num + b(r).num) }
	case k1.words() && k2.words():
		return textKind, func(r *run) result {
			x, y := a(r).text, b(r).text
			if !r.makes(len(x) + len(y)) {
				return result{}
			}
			return result{text: x + y}
		}
	}
	return c.fault(n, "expression.plus", "left", k1.name(), "right", k2.name())
}

// holds looks for a text within another.
func (c *compiler) holds(n *ast.BinaryNode) (kind, eval) {
	a, b := c.both(n, textKind)
	f := map[string]func(s, part string) bool{
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}[n.Operator]
	return flagKind, func(r *run) result {
		x, y := a(r).text, b(r).text
		return result{flag: r.read(len(x)+len(y)) && f(x, y)}
	}
}

// matches compares a text with a regular expression, which must be written out: then it is compiled once, and a
// faulty or a huge one is found when the flow is checked.
func (c *compiler) matches(n *ast.BinaryNode) (kind, eval) {
	x := c.want(n.Left, textKind, n.Operator)
	c.nodes++
	written, ok := n.Right.(*ast.StringNode)
	if !ok {
		return c.fault(n.Right, "expression.patternFixed")
	}
	pattern, size := compilePattern(written.Value)
	if pattern == nil {
		return c.fault(n.Right, "expression.pattern", "max", strconv.Itoa(maxPattern))
	}
	return flagKind, func(r *run) result {
		text := x(r).text
		return result{flag: r.spend((1+len(text))*size) && pattern.MatchString(text)}
	}
}

// compilePattern reads a regular expression. size is how many steps each character of a text may take.
func compilePattern(pattern string) (p *regexp.Regexp, size int) {
	const most = 1000
	if utf8.RuneCountInString(pattern) > maxPattern {
		return nil, 0
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, 0
	}
	if size = sizeOf(tree); size > most {
		return nil, 0
	}
	p, err = regexp.Compile(pattern)
	if err != nil {
		return nil, 0
	}
	return p, size
}

// sizeOf is how large a regular expression becomes when its repeats are written out.
func sizeOf(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)/16
	if re.Op == syntax.OpLiteral {
		n = len(re.Rune)
	}
	for _, sub := range re.Sub {
		n += sizeOf(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return n
}

// in looks for a value among the lines of a list.
func (c *compiler) in(n *ast.BinaryNode) (kind, eval) {
	k, a := c.part(n.Left)
	all, b := c.part(n.Right)
	switch {
	case !all.fits(listOf):
		return c.fault(n.Right, "expression.operand", "operator", "in", "want", listOf.name(), "got", all.name())
	case k.list(), !all.line().fits(k):
		return c.fault(n, "expression.compare", "operator", "in", "left", k.name(), "right", all.line().name())
	}
	return flagKind, func(r *run) result {
		x := a(r)
		for _, line := range b(r).list {
			if !r.spend(1) {
				break
			}
			if r.same(k, x, line) {
				return result{flag: true}
			}
		}
		return result{}
	}
}

// span is the list of whole numbers from one to another.
func (c *compiler) span(n *ast.BinaryNode) (kind, eval) {
	a, b := c.both(n, numberKind)
	return listOf | numberKind, func(r *run) result {
		from, to := r.whole(a(r).num), r.whole(b(r).num)
		if to < from || !r.lists(to-from+1) {
			return result{}
		}
		list := make([]result, to-from+1)
		for i := range list {
			list[i].num = float64(from + i)
		}
		return result{list: list}
	}
}
