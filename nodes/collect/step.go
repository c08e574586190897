package collect

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// says are the sentences for a wrong answer where the admin left none.
var says = map[Type]string{
	Words: "node.collect.sayText", Number: "node.collect.sayNumber", Phone: "node.collect.sayPhone",
	Date: "node.collect.sayDate", Options: "node.collect.sayOption",
}

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, env expression.Env) (nodes.Step, error) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nil, err
	}
	c.From, c.To = strings.TrimSpace(c.From), strings.TrimSpace(c.To)
	s := step{config: c, wait: nodes.Wait{Timeout: time.Duration(c.Timeout) * time.Second}}
	s.prompt, _ = env.CompileText(c.Prompt)
	s.wrong, _ = env.CompileText(c.Wrong)
	s.variable, _ = env.Name(c.Variable)
	s.least, s.hasLeast = nodes.ReadNumber(c.Min)
	s.most, s.hasMost = nodes.ReadNumber(c.Max)
	switch c.Type {
	case Options:
		err = s.menu()
	case Words:
		s.wait.Ask = &nodes.Ask{Type: nodes.AskText, MaxRunes: c.MaxRunes}
		s.pattern, err = c.pattern()
	case Number:
		s.wait.Ask = &nodes.Ask{Type: nodes.AskNumber, Min: s.bound(s.least, s.hasLeast), Max: s.bound(s.most, s.hasMost)}
	case Date:
		s.wait.Ask = &nodes.Ask{Type: nodes.AskDate, Min: c.From, Max: c.To}
	case Phone:
		s.wait.Ask = &nodes.Ask{Type: nodes.AskPhone}
	default:
		err = fmt.Errorf("type %q", c.Type)
	}
	if s.wait.Ask != nil {
		s.wait.Ask.Secret = s.variable.Secret
	}
	return s, err
}

// menu prepares the options, with the value that each stands for.
func (s *step) menu() error {
	s.values = make([]any, len(s.config.Options))
	for i, o := range s.config.Options {
		kind := s.variable.Type
		if kind == "" { // the variable is not declared, and nothing will be kept
			kind = graph.TextType
		}
		value, err := nodes.ReadValue(kind, o.value())
		if err != nil {
			return fmt.Errorf("option %d: %w", i+1, err)
		}
		s.values[i] = value
		words := strings.TrimSpace(o.Label)
		s.wait.Menu = append(s.wait.Menu, nodes.Option{ID: o.id(i), Keyword: words, Label: words})
	}
	return nil
}

// bound writes a limit plainly, whatever the admin wrote.
func (s *step) bound(x float64, ok bool) string {
	if !ok {
		return ""
	}
	return expression.Show(x)
}

// step is a compiled question.
type step struct {
	config            Config
	wait              nodes.Wait // but for its texts
	prompt, wrong     expression.Text
	variable          expression.Name
	pattern           *regexp.Regexp // nil: any text
	least, most       float64
	hasLeast, hasMost bool
	values            []any // of the options
}

// Visit asks on arrival, and leaves with the answer in the variable. A wrong answer asks again, until there were too
// many.
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	if v.In == nil {
		return s.ask(v), nil
	}
	switch v.In.Kind {
	case nodes.Timeout:
		return nodes.Leave{Port: nodes.TimedOut}, nil
	case nodes.Choice:
		if out, ok := s.take(*v.In); ok {
			return out, nil
		}
		return v.Again(s.ask(v), s.config.Retries, nodes.Wrong, s.wrong.Render(v.Values), graph.KeyPrefix+says[s.config.Type]), nil
	}
	return nil, fmt.Errorf("a question is not answered by %q", v.In.Kind)
}

// take reads an answer; ok is false when it does not fit.
func (s step) take(in nodes.Input) (out nodes.Leave, ok bool) {
	out.Port = nodes.Next
	var value any
	switch text := strings.TrimSpace(in.Text); s.config.Type {
	case Words:
		value, ok = text, s.fits(text)
	case Number:
		x, good := nodes.ReadNumber(text)
		value, ok = x, good && (!s.hasLeast || x >= s.least) && (!s.hasMost || x <= s.most)
	case Phone:
		value, ok = nodes.ReadPhone(text)
	case Date:
		day, good := nodes.ReadDay(text)
		value, ok = day, good && day >= s.config.From && (s.config.To == "" || day <= s.config.To)
	case Options:
		var i int
		if i, ok = s.chosen(in); ok {
			value = s.values[i]
			if !s.variable.Secret {
				out.Choice = &s.wait.Menu[i]
			}
		}
	}
	out.Set = map[string]any{s.config.Variable: value}
	return out, ok
}

func (s step) fits(text string) bool {
	n := utf8.RuneCountInString(text)
	return n > 0 && n <= s.config.MaxRunes && (s.pattern == nil || s.pattern.MatchString(text))
}

// chosen finds an option by its id, or by what was typed: its label, or its value.
func (s step) chosen(in nodes.Input) (int, bool) {
	word := nodes.Fold(in.Text)
	for i, o := range s.wait.Menu {
		if in.Option == o.ID || in.Option == "" && word != "" && word == nodes.Fold(o.Label) {
			return i, true
		}
	}
	for i, o := range s.config.Options {
		if in.Option == "" && word != "" && word == nodes.Fold(o.Value) {
			return i, true
		}
	}
	return 0, false
}

func (s step) ask(v nodes.Visit) nodes.Wait {
	w := s.wait
	w.Prompt = s.prompt.Render(v.Values)
	return w
}
