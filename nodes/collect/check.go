package collect

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
)

// Check reports what is wrong with the limits, the options and the variable's type; the other fields are checked from
// the Spec.
func (k Kind) Check(n graph.Node, w nodes.World) []graph.Issue {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	check := collectCheck{node: n.ID, config: c}
	check.variable(w.Vars())
	switch c.Type {
	case Words:
		if _, err := c.pattern(); err != nil {
			check.add("pattern", "collect.pattern")
		}
	case Number:
		check.numbers()
	case Date:
		if to := strings.TrimSpace(c.To); to != "" && c.From > to {
			check.add("to", "collect.order")
		}
	case Options:
		check.options(w.Vars())
	}
	return check.issues
}

// pattern compiles the expression that a text must match as a whole; nil when there is none.
func (c Config) pattern() (*regexp.Regexp, error) {
	if c.Pattern == "" {
		return nil, nil
	}
	if _, err := regexp.Compile(c.Pattern); err != nil { // alone, so that it cannot close our bracket
		return nil, err
	}
	return regexp.Compile(`^(?:` + c.Pattern + `)$`)
}

type collectCheck struct {
	node   graph.NodeID
	config Config
	issues []graph.Issue
}

// add reports a fault; args are pairs of name and value.
func (c *collectCheck) add(field, code string, args ...string) {
	i := graph.Issue{Node: c.node, Field: field, Code: code, Level: graph.Error}
	for k := 0; k+1 < len(args); k += 2 {
		if i.Args == nil {
			i.Args = map[string]string{}
		}
		i.Args[args[k]] = args[k+1]
	}
	c.issues = append(c.issues, i)
}

// fitting are the types of variables that can keep a form of answer.
func fitting(t Type) []graph.Type {
	switch t {
	case Number:
		return []graph.Type{graph.NumberType}
	case Date:
		return []graph.Type{graph.DateType, graph.TextType}
	case Options:
		return graph.Types()
	}
	return []graph.Type{graph.TextType}
}

func (c *collectCheck) variable(vars []graph.Variable) {
	if v, ok := find(vars, c.config.Variable); ok && !slices.Contains(fitting(c.config.Type), v.Type) {
		c.add("variable", "field.variableType", "name", v.Name)
	}
}

func find(vars []graph.Variable, name string) (graph.Variable, bool) {
	i := slices.IndexFunc(vars, func(v graph.Variable) bool { return v.Name == name })
	if i < 0 {
		return graph.Variable{}, false
	}
	return vars[i], true
}

func (c *collectCheck) numbers() {
	least, hasLeast := c.number("min", c.config.Min)
	most, hasMost := c.number("max", c.config.Max)
	if hasLeast && hasMost && least > most {
		c.add("max", "collect.order")
	}
}

func (c *collectCheck) number(field, text string) (float64, bool) {
	if strings.TrimSpace(text) == "" {
		return 0, false
	}
	x, ok := nodes.ReadNumber(text)
	if !ok {
		c.add(field, "collect.number")
	}
	return x, ok
}

// options looks for two that a caller cannot tell apart, and for values that the variable cannot keep.
func (c *collectCheck) options(vars []graph.Variable) {
	v, declared := find(vars, c.config.Variable)
	ids, labels := map[string]bool{}, map[string]bool{}
	for i, o := range c.config.Options {
		at := func(member string) string { return fmt.Sprintf("options.%d.%s", i, member) }
		if id := o.id(i); ids[id] {
			c.add(at("id"), "collect.optionID", "n", strconv.Itoa(i+1))
		} else {
			ids[id] = true
		}
		if word := nodes.Fold(o.Label); word != "" && labels[word] {
			c.add(at("label"), "collect.optionTwice", "label", strings.TrimSpace(o.Label), "n", strconv.Itoa(i+1))
		} else {
			labels[word] = true
		}
		if _, err := nodes.ReadValue(v.Type, o.value()); declared && slices.Contains(graph.Types(), v.Type) && err != nil {
			c.add(at("value"), "collect.optionValue", "value", o.value(), "name", v.Name, "n", strconv.Itoa(i+1))
		}
	}
}

// id is what an answer names the option by.
func (o Option) id(i int) string {
	if o.ID != "" {
		return o.ID
	}
	return strconv.Itoa(i + 1)
}
