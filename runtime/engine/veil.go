package engine

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
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

// echoes tells whether a reply holds what a secret variable of the present flow, or of one around it, holds now.
func (w *walk) echoes(r *nodes.Reply) bool {
	if r == nil || len(r.Body) == 0 {
		return false
	}
	secrets := w.secrets()
	if len(secrets) == 0 {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(r.Body))
	d.UseNumber()
	for {
		token, err := d.Token() // one by one: in a tree the second of two members of one name hides the first
		if err != nil {
			return err != io.EOF // what nobody can read is not shown
		}
		for _, x := range secrets {
			if holds(token, x) {
				return true
			}
		}
	}
}

// holds tells whether a word or a number of a JSON document, or a member's name, contains a value.
func holds(token json.Token, x any) bool {
	switch token := token.(type) {
	case string:
		return strings.Contains(token, expression.Show(x))
	case json.Number:
		n, err := token.Float64()
		return strings.Contains(token.String(), expression.Show(x)) || err == nil && n == x
	}
	return false
}

// secrets are the values of secret variables that somebody could recognise: no flags, and none that are empty or zero.
func (w *walk) secrets() (values []any) {
	flows := []*Program{w.p}
	for _, f := range w.s.Frames {
		if around := w.flow(f.In); around != nil {
			flows = append(flows, around)
		}
	}
	for _, p := range flows {
		for name, v := range p.vars {
			if x := w.value(name, v); v.secret && x != "" && x != 0.0 && v.kind != graph.FlagType {
				values = append(values, x)
			}
		}
	}
	return values
}
