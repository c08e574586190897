package expression

import (
	"errors"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

var errIndex = errors.New("the list or text has no such place")

// lines is a list as it is written.
func (c *compiler) lines(n *ast.ArrayNode) (kind, eval) {
	k := anyKind
	all := make([]eval, len(n.Nodes))
	for i, line := range n.Nodes {
		this, e := c.part(line)
		if this.list() || !k.fits(this) {
			c.fault(line, "expression.lines", "left", k.name(), "right", this.name())
			return anyKind, zero
		}
		k, all[i] = k.with(this), e
	}
	return listOf | k, func(r *run) result {
		if !r.lists(len(all)) {
			return result{}
		}
		list := make([]result, len(all))
		for i, e := range all {
			list[i] = e(r)
		}
		return result{list: list}
	}
}

// index is the line of a list, or the character of a text, at a place: from 0, or from the end with -1.
func (c *compiler) index(n *ast.MemberNode) (kind, eval) {
	k, x := c.part(n.Node)
	at := c.want(n.Property, numberKind, "[ ]")
	switch {
	case k.words():
		return textKind, func(r *run) result {
			s := x(r).text
			from := r.place(at(r).num, r.chars(s))
			return result{text: r.cut(s, from, from+1)}
		}
	case k.list():
		return k.line(), func(r *run) result {
			list := x(r).list
			if i := r.place(at(r).num, len(list)); r.err == nil {
				return list[i]
			}
			return result{}
		}
	case k != anyKind:
		c.fault(n.Node, "expression.operand", "operator", "[ ]", "want", listOf.name(), "got", k.name())
	}
	return anyKind, zero
}

// place finds a place among so many.
func (r *run) place(x float64, count int) int {
	i := r.whole(x)
	if i < 0 {
		i += count
	}
	if i < 0 || i >= count {
		r.fail(errIndex)
		return 0
	}
	return i
}

// slice is a part of a list or a text. What lies beyond its ends is left out.
func (c *compiler) slice(n *ast.SliceNode) (kind, eval) {
	k, x := c.part(n.Node)
	if !k.list() && !k.words() && k != anyKind {
		c.fault(n.Node, "expression.operand", "operator", "[ : ]", "want", listOf.name(), "got", k.name())
	}
	bound := func(b ast.Node) eval {
		if b == nil {
			return nil
		}
		return c.want(b, numberKind, "[ : ]")
	}
	from, to := bound(n.From), bound(n.To)
	if k == dateKind {
		k = textKind
	}
	return k, func(r *run) result {
		v := x(r)
		count := len(v.list)
		if !k.list() {
			count = r.chars(v.text)
		}
		a, b := r.edge(from, 0, count), r.edge(to, count, count)
		b = max(a, b)
		if k.list() {
			return result{list: v.list[a:b]}
		}
		return result{text: r.cut(v.text, a, b)}
	}
}

// edge is one end of a slice.
func (r *run) edge(e eval, otherwise, count int) int {
	if e == nil {
		return otherwise
	}
	i := r.whole(e(r).num)
	if i < 0 {
		i += count
	}
	return min(max(i, 0), count)
}

// chars counts the characters of a text.
func (r *run) chars(s string) int {
	r.read(len(s))
	return utf8.RuneCountInString(s)
}

// cut gives the characters of a text from one place to another.
func (r *run) cut(s string, from, to int) string {
	if !r.read(len(s)) {
		return ""
	}
	start, end, n := len(s), len(s), 0
	for i := range s {
		if n == from {
			start = i
		}
		if n == to {
			end = i
			break
		}
		n++
	}
	return s[min(start, end):end]
}
