package engine

import (
	"slices"

	"foyer/designer/graph"
	"foyer/nodes"
)

// veiled is a scope in which nobody can read what is secret.
type veiled struct{ scope }

// Value gives Masked for a secret text, and nothing for any other secret.
func (v veiled) Value(path string) any {
	if d, declared := v.w.p.vars[path]; declared && d.secret {
		if d.kind == graph.TextType {
			return Masked
		}
		return nil
	}
	return v.scope.Value(path)
}

// shown is a request as the trace may hold it: the same step asked again by a walk that cannot read what is secret,
// with the values of secret headers masked.
func (w *walk) shown(from *place, in *nodes.Input, f nodes.Fetch) *nodes.Fetch {
	for _, v := range w.p.vars {
		if !v.secret {
			continue
		}
		out, err := from.step.Visit(nodes.Visit{
			Node: from.node, In: in, Now: w.m.Now, Caller: w.m.Caller.ID, Values: veiled{scope{w, from}}, Try: w.s.Try,
		})
		again, same := out.(nodes.Fetch)
		if err != nil || !same {
			again = nodes.Fetch{Method: f.Method, Timeout: f.Timeout}
		}
		again.Tries, f = f.Tries, again
		break
	}
	f.Headers = slices.Clone(f.Headers)
	for i, h := range f.Headers {
		if h.Secret != "" {
			f.Headers[i] = nodes.Header{Name: h.Name, Value: Masked}
		}
	}
	return &f
}
