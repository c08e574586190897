package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/ui/kit/text"
	"foyer/ui/trace"
)

// finding is an issue with its words.
type finding struct {
	File string `json:"file"`
	graph.Issue
	Title string `json:"title,omitempty"` // of the node
	Text  string `json:"text"`
}

// flowCheck lists what is wrong with flows.
func flowCheck(ctx context.Context, c Config, out, _ io.Writer) error {
	ctx, err := c.speak(ctx)
	if err != nil {
		return err
	}
	world, err := c.around(ctx)
	if err != nil {
		return err
	}
	all, bad := []finding{}, false
	for _, name := range c.args {
		s, err := c.load(ctx, name)
		if err != nil {
			return err
		}
		found := problems(ctx, s, world)
		for _, p := range found {
			bad = bad || p.Level == graph.Error
		}
		all = append(all, found...)
		if !c.JSON {
			printProblems(ctx, out, s.name, found)
		}
	}
	if c.JSON {
		if err := printJSON(out, all); err != nil {
			return err
		}
	}
	if bad {
		return errFound
	}
	return nil
}

// problems checks a flow.
func problems(ctx context.Context, s source, world nodes.Around) []finding {
	checker := nodes.Checker{Set: standard.Set(), World: func(context.Context) nodes.Around { return world }}
	var list []finding
	for _, i := range checker.Check(ctx, s.graph) {
		p := finding{File: s.name, Issue: i, Text: text.Fill(ctx, "issue."+i.Code, i.Args)}
		if n, ok := s.graph.Node(i.Node); ok {
			p.Title = text.Said(ctx, n.Name())
		}
		list = append(list, p)
	}
	return list
}

func printProblems(ctx context.Context, out io.Writer, name string, list []finding) {
	if len(list) == 0 {
		fmt.Fprintf(out, "%s: %s\n", name, text.T(ctx, "cli.check.none"))
		return
	}
	for _, p := range list {
		where := ""
		switch {
		case p.Title != "":
			where = fmt.Sprintf(" %s [%s]", p.Title, p.Node)
		case p.Var != "":
			where = " " + p.Var
		case p.Edge != "":
			where = fmt.Sprintf(" [%s]", p.Edge)
		}
		fmt.Fprintf(out, "%s: %s%s: %s (%s)\n", name, text.T(ctx, "cli.check."+string(p.Level)), where, p.Text, p.Code)
	}
}

// flowDiff says how two flows differ.
func flowDiff(ctx context.Context, c Config, out, _ io.Writer) error {
	ctx, err := c.speak(ctx)
	if err != nil {
		return err
	}
	a, err := c.load(ctx, c.args[0])
	if err != nil {
		return err
	}
	b, err := c.load(ctx, c.args[1])
	if err != nil {
		return err
	}
	changes := graph.Diff(a.graph, b.graph)
	if c.JSON {
		if err := printJSON(out, append([]graph.Change{}, changes...)); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(out, "--- %s\n+++ %s\n", a.name, b.name)
		for _, d := range changes {
			printChange(ctx, out, a.graph, b.graph, d)
		}
	}
	if len(changes) > 0 {
		return errFound
	}
	return nil
}

// printChange says one change in a line: its sign, what it is about, and what of it.
func printChange(ctx context.Context, out io.Writer, a, b graph.Graph, d graph.Change) {
	sign := map[graph.ChangeKind]string{graph.Added: "+", graph.Removed: "-", graph.Changed: "~", graph.Moved: ">"}[d.Kind]
	about := text.T(ctx, "cli.diff.node", "name", titled(ctx, a, b, d.Node))
	switch {
	case d.Var != "":
		about = text.T(ctx, "cli.diff.var", "name", d.Var)
	case d.Port != "":
		about = text.T(ctx, "cli.diff.edge", "name", titled(ctx, a, b, d.Node), "port", string(d.Port))
		if d.From != "" {
			about += " " + text.T(ctx, "cli.diff.from", "name", titled(ctx, a, b, d.From))
		}
		if d.To != "" {
			about += " " + text.T(ctx, "cli.diff.to", "name", titled(ctx, a, b, d.To))
		}
	case d.Kind == graph.Moved:
		about += " " + text.T(ctx, "cli.diff.moved")
	}
	if len(d.Fields) > 0 {
		about += ": " + strings.Join(d.Fields, ", ")
	}
	fmt.Fprintln(out, sign, about)
}

// titled is a node's title with its id, as it is in b, or was in a.
func titled(ctx context.Context, a, b graph.Graph, id graph.NodeID) string {
	for _, g := range []graph.Graph{b, a} {
		if n, ok := g.Node(id); ok {
			return fmt.Sprintf("%s [%s]", text.Said(ctx, n.Name()), id)
		}
	}
	return string(id)
}

func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// bookOf is what the words about a flow's walk need.
func bookOf(s source, world nodes.Around) trace.Book {
	b := trace.Book{
		Graphs: map[string]graph.Graph{"": s.graph}, Kinds: standard.Set(),
		Group: func(id string) string { name, _ := world.Group(id); return name },
		Flow:  func(id string) string { f, _ := world.Flow(id); return f.Name },
	}
	for _, sub := range s.subs {
		b.Graphs[sub.Version] = sub.Graph
	}
	return b
}
