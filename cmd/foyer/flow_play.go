package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
	"foyer/runtime/walk"
	"foyer/ui/kit/text"
	"foyer/ui/trace"
)

// flowPlay walks a flow with what is typed, or walks a file of a walk again.
func flowPlay(ctx context.Context, c Config, out, _ io.Writer) error {
	ctx, err := c.speak(ctx)
	if err != nil {
		return err
	}
	if c.flow.walk != "" {
		if len(c.args) > 0 {
			return errors.New("--walk has the flow in it; name no other")
		}
		return c.repeat(ctx, out)
	}
	if len(c.args) == 0 {
		return errors.New("flow play needs FILE|IVRID[@VERSION], or --walk FILE")
	}
	p, err := c.player(ctx, out)
	if err != nil {
		return err
	}
	return p.play(bufio.NewScanner(c.typed()))
}

// player is a walk under way in a terminal.
type player struct {
	ctx     context.Context
	out     io.Writer
	echo    bool // what is typed is not seen otherwise
	program *engine.Program
	book    trace.Book
	moment  engine.Moment
	at      scene
	past    []scene // before each input
	vars    []graph.Variable
}

// scene is all there is of a walk between two inputs.
type scene struct {
	state  engine.State
	now    time.Time
	events []engine.Event // all of them
}

// player prepares the flow that was named.
func (c Config) player(ctx context.Context, out io.Writer) (*player, error) {
	s, err := c.load(ctx, c.args[0])
	if err != nil {
		return nil, err
	}
	now := time.Now()
	if c.flow.now != "" {
		if now, err = time.Parse(time.RFC3339, c.flow.now); err != nil {
			return nil, fmt.Errorf("--now %q is not like 2026-01-31T09:30:00+08:00", c.flow.now)
		}
	}
	world, fallback, err := c.worldFor(ctx, s)
	if err != nil {
		return nil, err
	}
	f := walk.File{Graph: s.graph, Subs: s.subs, Pins: s.pins}
	program, err := f.Program(standard.Set())
	if err != nil {
		printProblems(ctx, out, s.name, problems(ctx, s, world))
		return nil, errFound
	}
	start, err := begins(s.graph, c.flow.vars)
	if err != nil {
		return nil, err
	}
	title := s.title
	if title == "" {
		title = s.name
	}
	fmt.Fprintln(out, text.T(ctx, "cli.play.flow", "name", title, "count", len(s.graph.Nodes)))
	return &player{
		ctx: ctx, out: out, echo: !terminal(c.typed()), program: program, book: bookOf(s, world), vars: s.graph.Vars,
		at: scene{state: start, now: now},
		moment: engine.Moment{
			Session: "ses_play", Caller: engine.Caller{ID: c.flow.caller, Channel: "web", Media: "text"},
			Fallback: fallback, Group: func(string) engine.Group { return engine.Group{Ready: 1} },
		},
	}, nil
}

// worldFor knows the names of groups and flows, and which group takes callers whose flow came to grief: for a flow of
// the database those of the database.
func (c Config) worldFor(ctx context.Context, s source) (world nodes.Around, fallback string, err error) {
	if s.id == "" {
		world, err = c.around(ctx)
		return world, "", err
	}
	store, in, err := c.view(ctx)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = store.Close() }()
	fallback, err = in.Groups().Fallback(ctx)
	return worldOf(ctx, in), fallback, err
}

// begins is the state of a walk that has not begun, with values of its variables.
func begins(g graph.Graph, values map[string]string) (engine.State, error) {
	var s engine.State
	for name, value := range values {
		i := slices.IndexFunc(g.Vars, func(v graph.Variable) bool { return v.Name == name })
		if i < 0 {
			return s, fmt.Errorf("--var %s: the flow declares no such variable", name)
		}
		x, err := nodes.ReadValue(g.Vars[i].Type, value)
		if err != nil {
			return s, fmt.Errorf("--var %s: %q is not of type %s", name, value, g.Vars[i].Type)
		}
		if s.Vars == nil {
			s.Vars = map[string]any{}
		}
		s.Vars[name] = x
	}
	return s, nil
}

// terminal tells whether somebody types, and sees it.
func terminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// play goes on until the flow is over or nothing more is typed.
func (p *player) play(lines *bufio.Scanner) error {
	lines.Buffer(nil, graph.MaxDocument)
	if err := p.advance(nil); err != nil {
		return err
	}
	for {
		p.say("cli.play.prompt."+p.prompt(), "time", p.deadline())
		fmt.Fprint(p.out, "> ")
		if !lines.Scan() {
			fmt.Fprintln(p.out)
			return lines.Err()
		}
		line := strings.TrimSpace(lines.Text())
		if p.echo {
			fmt.Fprintln(p.out, line)
		}
		if line == "/quit" {
			return nil
		}
		p.obey(line)
	}
}

// prompt says what the walk waits for.
func (p *player) prompt() string {
	if p.at.state.Over {
		return "over"
	}
	return string(p.at.state.Rest)
}

// deadline is when the present wait ends, as a time of day.
func (p *player) deadline() string {
	if e := p.waiting(); !e.Deadline.IsZero() {
		return e.Deadline.Format(time.TimeOnly)
	}
	return ""
}

// waiting is the event that the walk rests on.
func (p *player) waiting() engine.Event {
	if n := len(p.at.events); n > 0 {
		return p.at.events[n-1]
	}
	return engine.Event{}
}

// advance gives the engine an input and tells what happens.
func (p *player) advance(in *nodes.Input) error {
	m := p.moment
	m.Now = p.at.now
	state, events, err := engine.Advance(p.program, p.at.state, in, m)
	if err != nil {
		return err
	}
	if in != nil {
		p.past = append(p.past, p.at)
	}
	p.at = scene{state: state, now: p.at.now, events: append(slices.Clone(p.at.events), events...)}
	p.tell(len(p.at.events) - len(events))
	return nil
}

// tell prints the events from one on: a node on a line of its own, and what happens there below it.
func (p *player) tell(from int) {
	for _, l := range p.book.Lines(p.ctx, p.at.events)[from:] {
		pad := strings.Repeat("    ", l.Depth)
		switch {
		case l.Kind == engine.Arrived && l.Title == l.Name:
			fmt.Fprintf(p.out, "%s● %s [%s]\n", pad, l.Title, l.Node)
		case l.Kind == engine.Arrived:
			fmt.Fprintf(p.out, "%s● %s · %s [%s]\n", pad, l.Title, l.Name, l.Node)
		case l.Words == "":
			continue
		case l.Bad:
			fmt.Fprintf(p.out, "%s  ✗ %s\n", pad, indented(l.Words, pad))
		default:
			fmt.Fprintf(p.out, "%s  %s\n", pad, indented(l.Words, pad))
		}
		for _, d := range l.Details {
			fmt.Fprintf(p.out, "%s      %s\n", pad, indented(d, pad+"    "))
		}
	}
}

// indented keeps the lines of a text below each other.
func indented(words, pad string) string {
	return strings.ReplaceAll(words, "\n", "\n"+pad+"  ")
}

func (p *player) say(key string, args ...any) {
	fmt.Fprintln(p.out, text.T(p.ctx, key, args...))
}
