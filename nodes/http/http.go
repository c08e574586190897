// Package http asks a web service and keeps what it answers in variables.
package http

import (
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Kind is the http node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in.
type Config struct {
	Method  string   `json:"method"`
	URL     string   `json:"url"` // its scheme and host are fixed, the rest may hold ${expressions}
	Headers []Header `json:"headers,omitempty"`
	Body    string   `json:"body,omitempty"`    // JSON; empty sends none
	Timeout int      `json:"timeout"`           // seconds of one try
	Tries   int      `json:"tries"`             // in all
	Answers []Answer `json:"answers,omitempty"` // 返回参数
	OnFail  string   `json:"onFail"`            // nodes.Next or nodes.Error: where a caller goes when all tries have failed
	Group   string   `json:"group,omitempty"`   // skill group that queue.* and group.* are about
}

// Header is a line of the request.
type Header struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`             // "plain" or "secret"
	Value  string `json:"value,omitempty"`  // of a plain one
	Secret string `json:"secret,omitempty"` // of a secret one: the id under which the value is kept
}

// Answer puts a part of what was answered into a variable.
type Answer struct {
	Path     string `json:"path"` // such as data.items[0].name, $.status for a member of that name, or status
	Variable string `json:"variable"`
	Default  string `json:"default,omitempty"` // when there is no such part, or no answer
}

// The kinds of headers.
const (
	plain  = "plain"
	secret = "secret"
)

// The most headers and answers of one node.
const (
	maxHeaders = 20
	maxAnswers = 20
)

// Spec describes the kind. A caller waits here for seconds only, which does not make a ring of boxes one that waits.
func (Kind) Spec() nodes.Spec {
	const longest = 500
	return nodes.Spec{
		Name: "http", Icon: "globe", Category: "data",
		Default: `{"method":"POST","url":"","timeout":5,"tries":2,"onFail":"next"}`,
		Fields: []nodes.Field{
			{Name: "method", Type: nodes.ChoiceField, Required: true, Choices: []string{"GET", "POST", "PUT", "PATCH", "DELETE"}},
			{Name: "url", Type: nodes.LineField, Required: true, MaxRunes: 1000, Holes: true},
			{Name: "headers", Type: nodes.ListField, Max: maxHeaders, Item: []nodes.Field{
				{Name: "name", Type: nodes.LineField, Required: true, MaxRunes: 100},
				{Name: "kind", Type: nodes.ChoiceField, Choices: []string{plain, secret}},
				{Name: "value", Type: nodes.LineField, MaxRunes: longest, Holes: true, When: &nodes.When{Field: "kind", Values: []string{plain, ""}}},
				{Name: "secret", Type: nodes.SecretField, Required: true, When: &nodes.When{Field: "kind", Values: []string{secret}}},
			}},
			{Name: "body", Type: nodes.JSONField, MaxRunes: expression.MaxSource, Holes: true, When: &nodes.When{Field: "method", Values: []string{"POST", "PUT", "PATCH"}}},
			{Name: "answers", Type: nodes.ListField, Max: maxAnswers, Item: []nodes.Field{
				{Name: "path", Type: nodes.LineField, Required: true, MaxRunes: 200},
				{Name: "variable", Type: nodes.VarField, Required: true},
				{Name: "default", Type: nodes.LineField, MaxRunes: longest},
			}},
			{Name: "onFail", Type: nodes.ChoiceField, Required: true, Choices: []string{string(nodes.Next), string(nodes.Error)}},
			{Name: "timeout", Type: nodes.NumberField, Min: 1, Max: 30, Unit: "unit.seconds", Advanced: true},
			{Name: "tries", Type: nodes.NumberField, Min: 1, Max: 4, Unit: "unit.times", Advanced: true},
			{Name: "group", Type: nodes.GroupField, Advanced: true},
		},
	}
}

// Ports lists the way on, and the way of a failure when the admin wants one.
func (k Kind) Ports(config json.RawMessage) []nodes.PortSpec {
	ports := []nodes.PortSpec{{ID: nodes.Next, Label: nodes.Text{Key: "node.http.port.next"}}}
	if c, err := nodes.Read[Config](k.Spec(), config); err == nil && c.OnFail == string(nodes.Error) {
		ports = append(ports, nodes.PortSpec{ID: nodes.Error, Label: nodes.Text{Key: "node.http.port.error"}, Optional: true, Error: true})
	}
	return ports
}

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, env expression.Env) (nodes.Step, error) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nil, err
	}
	s := step{failed: nodes.Next, fetch: nodes.Fetch{Method: c.Method, Timeout: time.Duration(c.Timeout) * time.Second, Tries: c.Tries}}
	if c.OnFail == string(nodes.Error) {
		s.failed = nodes.Error
	}
	s.url, _ = compileAddress(env, c.URL)
	if slices.Contains([]string{"POST", "PUT", "PATCH"}, c.Method) {
		s.body, _ = env.CompileJSON(c.Body)
	}
	for _, h := range c.Headers {
		line := header{name: h.Name, secret: h.Secret}
		if h.Kind != secret {
			line.secret = ""
			line.value, _ = env.CompileText(h.Value)
		}
		s.headers = append(s.headers, line)
	}
	for _, a := range c.Answers {
		if x, ok := compileAnswer(env, a); ok {
			s.answers = append(s.answers, x)
		}
	}
	return s, nil
}

// Summary names method and host.
func (k Kind) Summary(n graph.Node, _ nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	scheme, rest, found := cutScheme(c.URL)
	host, _ := cutHost(rest)
	if u, bad := url.Parse(scheme + "://" + host); err != nil || !found || bad != nil || u.Hostname() == "" {
		return nodes.Text{Key: "node.http.summaryNone"}
	}
	return nodes.Text{Key: "node.http.summary", Args: map[string]string{"method": c.Method, "host": host}}
}
