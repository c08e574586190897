package expression

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"foyer/designer/graph"
)

// MaxSource is the longest expression, in characters.
const MaxSource = 2000

// maxNodes bounds the size of an expression's tree.
const maxNodes = 200

// ErrCostly is given by Eval for an expression that takes too long or too much memory.
var ErrCostly = errors.New("the expression takes too long")

// Program is a compiled expression. It never changes and may be used by any number of goroutines.
type Program struct {
	vm   *vm.Program
	uses []Name
	kind graph.Type
}

// Compile reads an expression that must give a value of type want; "" takes any of the four types. Late names are
// refused. A program is given only when there is no fault.
func (e Env) Compile(source string, want graph.Type) (*Program, []Fault) {
	if utf8.RuneCountInString(source) > MaxSource {
		return nil, []Fault{{Code: "expression.long", Args: map[string]string{"max": fmt.Sprint(MaxSource)}}}
	}
	if strings.TrimSpace(source) == "" {
		return nil, []Fault{{Code: "expression.blank"}}
	}
	tree, err := parser.Parse(source)
	if err != nil {
		return nil, []Fault{fault("expression.syntax", err)}
	}
	p := &Program{}
	var faults []Fault
	if p.uses, faults = e.usedBy(tree.Node); len(faults) > 0 {
		return nil, faults
	}
	p.vm, err = expr.Compile(source, expr.Env(e.types), expr.MaxNodes(maxNodes),
		expr.DisableBuiltin("now"), expr.DisableBuiltin("date"), expr.DisableBuiltin("timezone"))
	if err != nil {
		return nil, []Fault{fault("expression.type", err)}
	}
	p.kind = kindOf(p.vm)
	if want != "" && p.kind != want && !(want == graph.DateType && p.kind == graph.TextType) {
		return nil, []Fault{{Code: wanted(want)}}
	}
	return p, nil
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

// Type is that of the value which the program gives; a date reads as text.
func (p *Program) Type() graph.Type { return p.kind }

// Uses lists the names that the program reads.
func (p *Program) Uses() []Name { return p.uses }

// Eval runs the program. ErrCostly; any other error is a value that an expression cannot work with, such as the
// index of a list that has no such place.
func (p *Program) Eval(v Values) (any, error) {
	env := make(map[string]any, len(p.uses))
	for _, n := range p.uses {
		top, below, nested := strings.Cut(n.Path, ".")
		if !nested {
			env[top] = valueOf(v, n)
			continue
		}
		group, _ := env[top].(map[string]any)
		if group == nil {
			group = map[string]any{}
			env[top] = group
		}
		group[below] = valueOf(v, n)
	}
	out, err := expr.Run(p.vm, env)
	if err != nil {
		return nil, err
	}
	return plain(out)
}

// valueOf is a name's value, or what its type has when there is none.
func valueOf(v Values, n Name) any {
	if x := v.Value(n.Path); x != nil {
		return x
	}
	return Zero(n.Type)
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

// plain turns expr's result into one of our types.
func plain(x any) (any, error) {
	switch x := x.(type) {
	case string, float64, bool:
		return x, nil
	case int:
		return float64(x), nil
	}
	return nil, fmt.Errorf("the expression gives a %T", x)
}

// kindOf is the type of what a program gives; empty for a list, a map or nothing.
func kindOf(p *vm.Program) graph.Type {
	root := p.Node().Type()
	if root == nil {
		return ""
	}
	switch root.Kind().String() {
	case "string":
		return graph.TextType
	case "bool":
		return graph.FlagType
	case "int", "int64", "float64":
		return graph.NumberType
	}
	return ""
}

// usedBy lists the names in a tree, with a fault for each that does not exist or is known too late.
func (e Env) usedBy(root ast.Node) ([]Name, []Fault) {
	c := collector{env: e, seen: map[string]bool{}, local: map[string]bool{}}
	ast.Walk(&root, &c)
	return c.names, c.faults
}

type collector struct {
	env    Env
	seen   map[string]bool
	local  map[string]bool
	names  []Name
	faults []Fault
}

// Visit notes one node of the tree; members are met before the identifiers they hang on are looked at twice.
func (c *collector) Visit(n *ast.Node) {
	switch n := (*n).(type) {
	case *ast.VariableDeclaratorNode:
		c.local[n.Name] = true
	case *ast.MemberNode:
		top, isName := n.Node.(*ast.IdentifierNode)
		below, isWord := n.Property.(*ast.StringNode)
		if isName && isWord {
			c.take(top.Value + "." + below.Value)
		}
	case *ast.IdentifierNode:
		c.take(n.Value) // "caller" alone is no name of ours, and no fault either: expr checks what hangs on it
	}
}

func (c *collector) take(path string) {
	if c.seen[path] {
		return
	}
	c.seen[path] = true
	n, ok := c.env.Name(path)
	switch {
	case ok && n.Late:
		c.faults = append(c.faults, Fault{Code: "expression.late", Args: map[string]string{"name": path}})
	case ok:
		c.names = append(c.names, n)
	case path == "$env": // expr's own name for the whole environment
		c.faults = append(c.faults, Fault{Code: "expression.name", Args: map[string]string{"name": path}})
	}
}

var position = regexp.MustCompile(`\((\d+):(\d+)\)`)

// fault puts an error of expr into an issue: where it is, and for a name that nobody knows, which.
func fault(code string, err error) Fault {
	first, _, _ := strings.Cut(err.Error(), "\n")
	f := Fault{Code: code, Args: map[string]string{"column": "1", "message": strings.TrimSpace(position.ReplaceAllString(first, ""))}}
	if at := position.FindStringSubmatch(first); at != nil {
		f.Args["column"] = at[2]
	}
	if _, name, unknown := strings.Cut(strings.Replace(first, "unknown field ", "unknown name ", 1), "unknown name "); unknown {
		f.Code = "expression.name"
		f.Args["name"], _, _ = strings.Cut(strings.TrimSpace(name), " ")
	}
	return f
}
