package expression

import (
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"foyer/designer/graph"
)

// compiler turns a tree into a run-ready part with its kind, and notes what is wrong. It knows a short list of parts
// and refuses every other, so that nothing of the grammar's own library is ever within reach.
type compiler struct {
	env    Env
	late   []string // names that may be written alone here
	nodes  int
	locals []local
	slots  int
	preds  []predicate // around the part that is looked at
	uses   []Name
	faults []Fault
}

// local is a name given by let.
type local struct {
	name string
	kind kind
	slot int
}

// predicate is what # and #acc stand for.
type predicate struct {
	item kind
	acc  kind
	adds bool // has an #acc
}

// zero gives nothing; it stands where something is wrong.
func zero(*run) result { return result{} }

// fault notes one at a node; args are pairs of name and value.
func (c *compiler) fault(n ast.Node, code string, args ...string) (kind, eval) {
	f := Fault{Code: code, Args: map[string]string{"column": strconv.Itoa(n.Location().From + 1)}}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i]] = args[i+1]
	}
	c.faults = append(c.faults, f)
	return anyKind, zero
}

func (c *compiler) unsupported(n ast.Node, what string) (kind, eval) {
	return c.fault(n, "expression.unsupported", "what", short(what))
}

// part compiles a node. Comparisons in a row (1 < x < 5) share what stands between them, so a small source can be a
// huge tree: parts are counted as often as they are met, and after one too many nothing is looked at any more.
func (c *compiler) part(n ast.Node) (kind, eval) {
	if c.nodes++; c.nodes > maxNodes {
		if c.nodes == maxNodes+1 {
			return c.fault(n, "expression.large", "max", strconv.Itoa(maxNodes))
		}
		return anyKind, zero
	}
	switch n := n.(type) {
	case *ast.IntegerNode:
		return constant(numberKind, result{num: float64(n.Value)})
	case *ast.FloatNode:
		return constant(numberKind, result{num: n.Value})
	case *ast.BoolNode:
		return constant(flagKind, result{flag: n.Value})
	case *ast.StringNode:
		return constant(textKind, result{text: n.Value})
	case *ast.IdentifierNode:
		return c.name(n)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.SliceNode:
		return c.slice(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.VariableDeclaratorNode:
		return c.let(n)
	case *ast.ArrayNode:
		return c.lines(n)
	case *ast.PointerNode:
		return c.pointer(n)
	case *ast.BuiltinNode:
		return c.call(n, n.Name, n.Arguments)
	case *ast.CallNode:
		if f, ok := n.Callee.(*ast.IdentifierNode); ok {
			return c.call(n, f.Value, n.Arguments)
		}
	}
	return c.unsupported(n, foreign(n))
}

func constant(k kind, v result) (kind, eval) { return k, func(*run) result { return v } }

// foreign is what people call a part of the grammar that this language leaves out.
func foreign(n ast.Node) string {
	switch n := n.(type) {
	case *ast.NilNode:
		return "nil"
	case *ast.BytesNode:
		return `b"…"`
	case *ast.MapNode:
		return "{ }"
	case *ast.ChainNode:
		return "?."
	case *ast.SequenceNode:
		return ";"
	case *ast.CallNode:
		if m, ok := n.Callee.(*ast.MemberNode); ok {
			if word, ok := m.Property.(*ast.StringNode); ok {
				return "." + word.Value + "( )"
			}
		}
	}
	return "( )"
}

// want compiles a part that must be of a kind. operator is who wants it.
func (c *compiler) want(n ast.Node, k kind, operator string) eval {
	got, e := c.part(n)
	if !got.fits(k) {
		c.fault(n, "expression.operand", "operator", operator, "want", k.name(), "got", got.name())
	}
	return e
}

func (c *compiler) name(n *ast.IdentifierNode) (kind, eval) {
	for i := len(c.locals) - 1; i >= 0; i-- {
		if l := c.locals[i]; l.name == n.Value {
			return l.kind, func(r *run) result { return r.locals[l.slot] }
		}
	}
	if c.env.tops[n.Value] {
		return c.fault(n, "expression.group", "name", n.Value, "like", c.below(n.Value))
	}
	return c.take(n, n.Value)
}

// below lists the names of a group.
func (c *compiler) below(top string) string {
	var list []string
	for _, n := range c.env.Names() {
		if strings.HasPrefix(n.Path, top+".") {
			list = append(list, n.Path)
		}
	}
	return strings.Join(list, ", ")
}

// take uses a name of the flow.
func (c *compiler) take(n ast.Node, path string) (kind, eval) {
	name, ok := c.env.Name(path)
	if !ok {
		return c.unknown(n, path)
	}
	if name.Late {
		return c.fault(n, "expression.late", "name", path)
	}
	if !slices.Contains(c.uses, name) {
		c.uses = append(c.uses, name)
	}
	k := kindOf(name.Type)
	return k, func(r *run) result { return r.load(name, k) }
}

// unknown is the fault of a name that nobody declared; it is told once.
func (c *compiler) unknown(n ast.Node, path string) (kind, eval) {
	for _, f := range c.faults {
		if f.Args["name"] == short(path) {
			return anyKind, zero
		}
	}
	var known []string
	for p, name := range c.env.names {
		if !name.Late || slices.Contains(c.late, p) {
			known = append(known, p)
		}
	}
	for _, l := range c.locals {
		known = append(known, l.name)
	}
	if meant := like(path, known); meant != "" {
		return c.fault(n, "expression.nameLike", "name", short(path), "like", meant)
	}
	return c.fault(n, "expression.name", "name", short(path))
}

// member is a name with a dot, or the place of a list or a text in brackets.
func (c *compiler) member(n *ast.MemberNode) (kind, eval) {
	word, isWord := n.Property.(*ast.StringNode)
	if !isWord {
		return c.index(n)
	}
	if top, ok := n.Node.(*ast.IdentifierNode); ok {
		c.nodes += 2
		return c.take(top, top.Value+"."+word.Value)
	}
	return c.unsupported(word, "."+word.Value)
}

func (c *compiler) conditional(n *ast.ConditionalNode) (kind, eval) {
	cond := c.want(n.Cond, flagKind, "?")
	k1, yes := c.part(n.Exp1)
	k2, no := c.part(n.Exp2)
	if !k1.fits(k2) {
		return c.fault(n.Exp2, "expression.branches", "left", k1.name(), "right", k2.name())
	}
	return k1.with(k2), func(r *run) result {
		if cond(r).flag {
			return yes(r)
		}
		return no(r)
	}
}

func (c *compiler) let(n *ast.VariableDeclaratorNode) (kind, eval) {
	_, known := c.env.names[n.Name]
	taken := known || c.env.tops[n.Name] || slices.ContainsFunc(c.locals, func(l local) bool { return l.name == n.Name })
	if taken {
		c.fault(n, "expression.let", "name", short(n.Name))
	}
	k, is := c.part(n.Value)
	slot := c.slots
	c.slots++
	c.locals = append(c.locals, local{n.Name, k, slot})
	all, in := c.part(n.Expr)
	c.locals = c.locals[:len(c.locals)-1]
	return all, func(r *run) result {
		r.locals[slot] = is(r)
		return in(r)
	}
}

// result refuses a whole expression that gives what is not wanted here.
func (c *compiler) result(tree ast.Node, k kind, want graph.Type) {
	switch {
	case len(c.faults) > 0 || k == anyKind:
	case k.list():
		c.fault(tree, "expression.list")
	case want == "":
	case want == graph.DateType && k.words():
		c.day(tree)
	case k.typ() != want:
		c.fault(tree, wanted(want), "got", k.name())
	}
}

// day refuses a written text that should be a date and is none.
func (c *compiler) day(n ast.Node) {
	if s, ok := n.(*ast.StringNode); ok && !isDate(s.Value) {
		c.fault(n, "expression.date", "value", short(s.Value))
	}
}

// wanted is the code for an expression that gives something else.
func wanted(t graph.Type) string {
	switch t {
	case graph.NumberType:
		return "expression.wantNumber"
	case graph.FlagType:
		return "expression.wantFlag"
	case graph.DateType:
		return "expression.wantDate"
	}
	return "expression.wantText"
}
