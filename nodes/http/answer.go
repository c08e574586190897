package http

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// maxText is how many characters of a text are kept; more would fill the room of all variables with one answer.
const maxText = 4000

// answer is a part of a reply on its way into a variable.
type answer struct {
	status   bool // the HTTP status instead of a part of the body
	path     []level
	variable string
	kind     graph.Type
	fallback any
}

// level goes one level down: to a member, or to a place in a list when at is not negative.
type level struct {
	member string
	at     int
}

// compileAnswer is given only for a path, a variable and a default that fit.
func compileAnswer(env expression.Env, a Answer) (answer, bool) {
	out := answer{variable: a.Variable, status: strings.TrimSpace(a.Path) == "status"}
	var ok bool
	if out.path, ok = readPath(a.Path); !ok {
		return out, false
	}
	name, ok := env.Name(a.Variable)
	out.kind = name.Type
	fallback, err := nodes.ReadValue(name.Type, a.Default)
	out.fallback = fallback
	return out, ok && err == nil
}

// readPath reads a path such as data.items[0].name; it may begin with $, the whole body, and with a place.
func readPath(source string) (path []level, ok bool) {
	rest := strings.TrimSpace(source)
	if rest == "" {
		return nil, false
	}
	begins := true
	if after, found := strings.CutPrefix(rest, "$"); found && (after == "" || strings.ContainsAny(after[:1], ".[")) {
		rest, begins = after, false
	}
	for rest != "" {
		if after, found := strings.CutPrefix(rest, "["); found {
			digits, behind, closed := strings.Cut(after, "]")
			at, err := strconv.ParseUint(digits, 10, 16)
			if !closed || err != nil {
				return nil, false
			}
			path, rest, begins = append(path, level{at: int(at)}), behind, false
			continue
		}
		after, dotted := strings.CutPrefix(rest, ".")
		if dotted == begins {
			return nil, false
		}
		end := strings.IndexAny(after, ".[")
		if end < 0 {
			end = len(after)
		}
		member := after[:end]
		if member == "" || strings.ContainsAny(member, "]\"'*$ ") {
			return nil, false
		}
		path, rest, begins = append(path, level{member: member, at: -1}), after[end:], false
	}
	return path, true
}

// parse reads a body once for all answers; a body that is not JSON has no parts.
func parse(body json.RawMessage) any {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // long ids are no floats
	var tree any
	if d.Decode(&tree) != nil {
		return nil
	}
	return tree
}

// from gives what the variable gets from a reply: the part in the variable's type, or the default.
func (a answer) from(status int, tree any) any {
	if a.status {
		tree = json.Number(strconv.Itoa(status))
	} else {
		for _, s := range a.path {
			tree = s.in(tree)
		}
	}
	if x, ok := convert(tree, a.kind); ok {
		return x
	}
	return a.fallback
}

// in goes down; nil when there is no such part.
func (s level) in(tree any) any {
	switch tree := tree.(type) {
	case map[string]any:
		if s.at < 0 {
			return tree[s.member]
		}
	case []any:
		if s.at >= 0 && s.at < len(tree) {
			return tree[s.at]
		}
	}
	return nil
}

// convert turns a part of a body into a value of a variable; ok is false for what has no such form, null among it.
func convert(x any, to graph.Type) (any, bool) {
	words := ""
	switch x := x.(type) {
	case nil:
		return nil, false
	case string:
		words = x
	case json.Number:
		words = x.String()
	case bool:
		words = strconv.FormatBool(x)
	default:
		raw, err := json.Marshal(x)
		if err != nil || to != graph.TextType {
			return nil, false
		}
		words = string(raw)
	}
	switch to {
	case graph.TextType:
		return clip(words), true
	case graph.DateType:
		if at, err := time.Parse(time.RFC3339, words); err == nil {
			words = at.Format(time.DateOnly)
		}
	}
	if strings.TrimSpace(words) == "" { // the type's zero is no answer
		return nil, false
	}
	value, err := nodes.ReadValue(to, words)
	return value, err == nil
}

// clip takes out of a text what no database or screen takes, and what is too much.
func clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	if r := []rune(s); len(r) > maxText {
		return string(r[:maxText])
	}
	return s
}
