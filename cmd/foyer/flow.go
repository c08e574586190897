package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/runtime/walk"
	"foyer/storage"
	"foyer/ui/kit/text"
)

// errFound ends a command that has said all there is to say, with exit 1.
var errFound = errors.New("something was found")

// flowOptions are the flags of the flow commands.
type flowOptions struct {
	lang    string            // "zh-CN" or "en"; empty: that of the terminal
	vars    map[string]string // values that variables begin with
	now     string            // RFC 3339; empty: now
	caller  string            // id
	walk    string            // file to be walked again
	output  string            // file; empty: the terminal
	version string            // number, "draft" or empty
	name    string            // of an imported flow
	into    string            // ivrId that is imported into
	in      io.Reader         // what is typed; nil: the terminal
}

func langFlag(f *flag.FlagSet, c *Config) {
	f.StringVar(&c.flow.lang, "lang", "", "zh-CN or en; that of the terminal (LC_ALL, LANG) when empty")
}

func playFlags(f *flag.FlagSet, c *Config) {
	langFlag(f, c)
	c.flow.vars = map[string]string{}
	f.Func("var", "name=value that a variable begins with; may be repeated", func(s string) error {
		name, value, ok := strings.Cut(s, "=")
		if !ok {
			return errors.New("not name=value")
		}
		c.flow.vars[name] = value
		return nil
	})
	f.StringVar(&c.flow.now, "now", "", "when the walk begins, like 2026-01-31T09:30:00+08:00; now when empty")
	f.StringVar(&c.flow.caller, "caller", "clr_play", "id of the caller")
	f.StringVar(&c.flow.walk, "walk", "", "walk this file of session export again and say where it differs; no other argument")
}

func checkFlags(f *flag.FlagSet, c *Config) {
	langFlag(f, c)
	f.BoolVar(&c.JSON, "json", false, "print JSON, for programs")
}

func outputFlag(f *flag.FlagSet, c *Config) {
	f.StringVar(&c.flow.output, "o", "", "write to this file")
}

func exportFlags(f *flag.FlagSet, c *Config) {
	outputFlag(f, c)
	f.StringVar(&c.flow.version, "version", "", "number of a version, or draft; the live one when empty, of an unpublished flow the draft")
}

func importFlags(f *flag.FlagSet, c *Config) {
	langFlag(f, c)
	f.StringVar(&c.flow.name, "name", "", "what the new flow is called; the file's name when empty")
	f.StringVar(&c.flow.into, "into", "", "ivrId of the flow whose draft is replaced; a new flow when empty")
}

// speak chooses the language of the words.
func (c Config) speak(ctx context.Context) (context.Context, error) {
	chosen := c.flow.lang
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if chosen == "" {
			chosen, _, _ = strings.Cut(os.Getenv(name), ".")
		}
	}
	switch low := strings.ToLower(chosen); {
	case strings.HasPrefix(low, "zh"):
		return text.With(ctx, text.Chinese), nil
	case c.flow.lang == "" || strings.HasPrefix(low, "en"):
		return text.With(ctx, text.English), nil
	}
	return ctx, fmt.Errorf("--lang %q is neither zh-CN nor en", c.flow.lang)
}

// source is a flow as the command line names it.
type source struct {
	name  string // as it was named
	title string // of the flow in a database
	graph graph.Graph
	subs  []walk.Sub
	pins  map[string]string
	id    string // of the flow in a database
}

// load reads a file, or a flow of the database by its ivrId.
func (c Config) load(ctx context.Context, name string) (source, error) {
	ivr, version, _ := strings.Cut(name, "@")
	if !flow.ValidIvrID(ivr) {
		return c.file(name)
	}
	store, in, err := c.view(ctx)
	if err != nil {
		return source{}, err
	}
	defer func() { _ = store.Close() }()
	if version == "" {
		version = c.flow.version
	}
	return stored(ctx, in.Flows(), ivr, version)
}

// file reads a flow document; "-" is what is typed.
func (c Config) file(name string) (source, error) {
	raw, err := os.ReadFile(name)
	if name == "-" {
		raw, err = io.ReadAll(io.LimitReader(c.typed(), graph.MaxDocument+1))
	}
	if err != nil {
		return source{}, err
	}
	g, err := graph.Parse(raw)
	switch {
	case errors.Is(err, graph.ErrNewerSpec):
		return source{}, fmt.Errorf("%s was made by a newer Foyer and cannot be read by this one: update Foyer first (%w)", name, err)
	case err != nil:
		return source{}, fmt.Errorf("%s: %w", name, err)
	}
	return source{name: name, graph: g}, nil
}

func (c Config) typed() io.Reader {
	if c.flow.in != nil {
		return c.flow.in
	}
	return os.Stdin
}

// stored reads a version of a flow: a number, "draft", or by default the live one and else the draft.
func stored(ctx context.Context, flows *storage.Flows, ivr, version string) (source, error) {
	f, err := flows.ByIvr(ctx, ivr)
	if err != nil {
		return source{}, err
	}
	s := source{name: ivr, title: f.Name, graph: f.Draft, id: f.ID}
	if version == "" && f.Live > 0 {
		version = strconv.Itoa(f.Live)
	}
	if version == "" || version == "draft" {
		s.name += "@draft"
		s.pins, err = livePins(ctx, flows, f.Draft)
	} else {
		n, bad := strconv.Atoi(version)
		if bad != nil {
			return source{}, fmt.Errorf("%q is neither the number of a version nor draft", version)
		}
		v, bad := flows.VersionByNumber(ctx, f.ID, n)
		if bad != nil {
			return source{}, fmt.Errorf("version %d of %s: %w", n, ivr, bad)
		}
		s.name += "@" + version
		s.graph, s.pins = v.Graph, v.Pins
	}
	if err == nil {
		s.subs, err = session.Subs(ctx, flows, s.pins)
	}
	return s, err
}

// livePins gives the live versions of the flows that a draft enters, as publishing it now would pin them.
func livePins(ctx context.Context, flows *storage.Flows, g graph.Graph) (map[string]string, error) {
	pins := map[string]string{}
	for _, r := range (nodes.Checker{Set: standard.Set()}).Enters(g) {
		f, err := flows.Get(ctx, r.ID)
		if errors.Is(err, flow.ErrNotFound) || err == nil && f.Live == 0 {
			continue // the walk trips there, as it would
		}
		if err != nil {
			return nil, err
		}
		v, err := flows.VersionByNumber(ctx, r.ID, f.Live)
		if err != nil {
			return nil, err
		}
		pins[r.ID] = v.ID
	}
	return pins, nil
}

// view opens the database of the settings for reading, also while a server uses it, and gives its first instance.
func (c Config) view(ctx context.Context) (*storage.Store, *storage.Instance, error) {
	s, err := storage.View(ctx, storage.Config{URL: c.Store(), Clock: time.Now})
	if err != nil {
		return nil, nil, refusal(c, err)
	}
	known, err := s.Instances(ctx)
	if err == nil && len(known) == 0 {
		err = storage.ErrNoDatabase
	}
	if err != nil {
		_ = s.Close()
		return nil, nil, refusal(c, err)
	}
	return s, s.Instance(known[0].ID), nil
}

// around is what a check may ask: the database of the settings when one was named, else a world that has everything.
func (c Config) around(ctx context.Context) (nodes.Around, error) {
	if c.origin["data"] == "" && c.origin["database"] == "" {
		return everything{}, nil
	}
	store, in, err := c.view(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }()
	return worldOf(ctx, in), nil
}

// worldOf is the world of an instance that nobody needs to decide for.
func worldOf(ctx context.Context, in *storage.Instance) nodes.Around {
	h := &hall{db: in, groups: &queue.GroupBook{Groups: in.Groups()}, log: slog.New(slog.DiscardHandler)}
	return h.world(ctx)
}

// everything is a world in which whatever a flow names is there.
type everything struct{}

// Group is called by its id.
func (everything) Group(id string) (string, bool) { return id, true }

// Flow is live, with the variables nobody knows of.
func (everything) Flow(id string) (nodes.Flow, bool) { return nodes.Flow{Name: id, Live: true}, true }
