package assign

import (
	"fmt"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, env expression.Env) (nodes.Step, error) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nil, err
	}
	var s step
	for _, set := range c.Sets {
		name, known := env.Name(set.Variable)
		value, _ := env.Compile(set.Value, name.Type)
		if known && value != nil {
			s = append(s, compiled{name, value})
		}
	}
	return s, nil
}

// step is the compiled sets in their order.
type step []compiled

type compiled struct {
	variable expression.Name
	value    *expression.Program
}

// Visit works the values out and goes on at once. A value that cannot be worked out leaves its variable as it is.
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	if v.In != nil {
		return nil, fmt.Errorf("an assignment is not answered by %q", v.In.Kind)
	}
	now := over{under: v.Values}
	for _, set := range s {
		x, err := set.value.Eval(now)
		if err != nil {
			continue
		}
		if now.set == nil {
			now.set = make(map[string]any, len(s))
		}
		now.set[set.variable.Path] = x
	}
	return nodes.Leave{Port: nodes.Next, Set: now.set}, nil
}

// over is what the names are with some of them changed.
type over struct {
	under expression.Values
	set   map[string]any
}

// Value gives the changed value, or else the one beneath.
func (o over) Value(path string) any {
	if x, ok := o.set[path]; ok {
		return x
	}
	return o.under.Value(path)
}
