package branch

import (
	"fmt"
	"time"

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
	s := step{
		wait:    nodes.Wait{Timeout: time.Duration(c.Timeout) * time.Second},
		retries: c.Retries,
		byID:    map[string]int{},
		byWord:  map[string]int{},
	}
	s.prompt, _ = env.CompileText(c.Prompt)
	s.wrong, _ = env.CompileText(c.Wrong)
	for i, o := range c.Options {
		s.wait.Menu = append(s.wait.Menu, nodes.Option{ID: string(o.ID), Keyword: o.keyword(), Label: o.name()})
		s.byID[string(o.ID)] = i
		for _, word := range o.Keywords {
			s.byWord[nodes.Fold(word)] = i
		}
	}
	for i, o := range c.Options { // what a caller reads may be typed too, unless it is a keyword
		if _, taken := s.byWord[nodes.Fold(o.name())]; !taken {
			s.byWord[nodes.Fold(o.name())] = i
		}
	}
	return s, nil
}

// step is a compiled menu.
type step struct {
	wait    nodes.Wait // but for its texts
	prompt  expression.Text
	wrong   expression.Text
	retries int
	byID    map[string]int
	byWord  map[string]int
}

// Visit shows the menu on arrival and leaves by the answer. A wrong answer shows it again, until there were too many.
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	if v.In == nil {
		return s.ask(v), nil
	}
	switch v.In.Kind {
	case nodes.Timeout:
		return nodes.Leave{Port: nodes.TimedOut}, nil
	case nodes.Choice:
		if i, ok := s.match(*v.In); ok {
			chosen := s.wait.Menu[i]
			return nodes.Leave{Port: graph.Port(chosen.ID), Choice: &chosen}, nil
		}
		return v.Again(s.ask(v), s.retries, nodes.Wrong, s.wrong.Render(v.Values), ""), nil
	}
	return nil, fmt.Errorf("a menu is not answered by %q", v.In.Kind)
}

// match looks for the option by its id first, then by what was typed: a keyword, or else a label.
func (s step) match(in nodes.Input) (int, bool) {
	if i, ok := s.byID[in.Option]; ok {
		return i, true
	}
	word := nodes.Fold(in.Text)
	if word == "" {
		return 0, false
	}
	i, ok := s.byWord[word]
	return i, ok
}

func (s step) ask(v nodes.Visit) nodes.Wait {
	w := s.wait
	w.Prompt = s.prompt.Render(v.Values)
	return w
}
