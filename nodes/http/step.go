package http

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// step is a compiled request.
type step struct {
	fetch   nodes.Fetch // what is the same for everybody
	url     address
	headers []header
	body    expression.JSON
	answers []answer
	failed  graph.Port // where a failure leaves
}

// header is a line of the request; one with a secret has no value here.
type header struct {
	name, secret string
	value        expression.Text
}

// Visit asks, and leaves with what was answered. Who did not answer, or not with a status of 2xx, leaves the defaults;
// only the status itself is kept whenever there is one, so that a flow can tell "unknown" from "out of order".
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	switch {
	case v.In == nil:
		return s.ask(v.Values), nil
	case v.In.Kind == nodes.Timeout:
		return s.fail(0), nil
	case v.In.Kind != nodes.Replied || v.In.Reply == nil:
		return nil, fmt.Errorf("a request is not answered by %q", v.In.Kind)
	}
	return s.read(*v.In.Reply), nil
}

// ask makes the request; values that do not fit into its address are a failure like another.
func (s step) ask(v expression.Values) nodes.Outcome {
	f := s.fetch
	var err error
	if f.URL, err = s.url.render(v); err != nil {
		return s.fail(0)
	}
	for _, h := range s.headers {
		line := nodes.Header{Name: h.name, Secret: h.secret}
		if h.secret == "" {
			line.Value = oneLine(h.value.Render(v))
		}
		f.Headers = append(f.Headers, line)
	}
	f.Body = strings.TrimSpace(s.body.Render(v))
	return f
}

// oneLine keeps a value from becoming more than one line of a request.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}

// read takes the answers out of a reply. A body that is not JSON is a failure only for a node that wants part of it.
func (s step) read(r nodes.Reply) nodes.Outcome {
	unread := r.Fault == "json" && !slices.ContainsFunc(s.answers, func(a answer) bool { return !a.status })
	if r.Status < 200 || r.Status > 299 || r.Fault != "" && !unread {
		return s.fail(r.Status)
	}
	tree := parse(r.Body)
	return s.leave(nodes.Next, func(a answer) any { return a.from(r.Status, tree) })
}

func (s step) fail(status int) nodes.Outcome {
	return s.leave(s.failed, func(a answer) any {
		if a.status && status > 0 {
			return a.from(status, nil)
		}
		return a.fallback
	})
}

func (s step) leave(port graph.Port, value func(answer) any) nodes.Outcome {
	out := nodes.Leave{Port: port}
	for _, a := range s.answers {
		if out.Set == nil {
			out.Set = make(map[string]any, len(s.answers))
		}
		out.Set[a.variable] = value(a)
	}
	return out
}
