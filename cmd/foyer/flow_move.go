package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/event"
	"foyer/runtime/session"
	"foyer/storage"
	"foyer/ui/kit/text"
)

// flowExport writes a flow of the database as a file. Secrets are never in it.
func flowExport(ctx context.Context, c Config, out, errs io.Writer) error {
	if ivr, _, _ := strings.Cut(c.args[0], "@"); !flow.ValidIvrID(ivr) {
		return fmt.Errorf("%q is not the id of a flow (ivrId)", c.args[0])
	}
	s, err := c.load(ctx, c.args[0])
	if err != nil {
		return err
	}
	bare, names := s.graph.Bared()
	raw, err := graph.Pretty(bare)
	if err != nil {
		return err
	}
	if len(names) > 0 {
		fmt.Fprintln(errs, text.T(ctx, "cli.export.bare", "names", strings.Join(names, ", ")))
	}
	if err := c.write(out, raw); err != nil {
		return err
	}
	if c.flow.output != "" {
		fmt.Fprintln(errs, text.T(ctx, "cli.export.done", "name", s.name, "title", s.title, "file", c.flow.output))
	}
	return nil
}

// sessionExport writes a session as a walk.
func sessionExport(ctx context.Context, c Config, out, _ io.Writer) error {
	store, in, err := c.view(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	s, err := in.Sessions().Get(ctx, c.args[0])
	if err != nil {
		return err
	}
	steps, err := in.Sessions().Steps(ctx, s.ID)
	if err != nil {
		return err
	}
	f, err := session.Export(ctx, in.Flows(), s, steps, c.zone())
	if err != nil {
		return err
	}
	raw, err := f.Marshal()
	if err != nil {
		return err
	}
	return c.write(out, raw)
}

// write writes to the file that was named, or to out.
func (c Config) write(out io.Writer, raw []byte) error {
	if c.flow.output == "" {
		_, err := out.Write(raw)
		return err
	}
	return os.WriteFile(c.flow.output, raw, 0o600)
}

// flowImport reads a flow from a file into a draft. What it names and is not here is told, and kept as it is.
func flowImport(ctx context.Context, c Config, out, errs io.Writer) error {
	ctx, err := c.speak(ctx)
	if err != nil {
		return err
	}
	s, err := c.file(c.args[0])
	if err != nil {
		return err
	}
	if c.flow.into != "" && c.flow.name != "" {
		return errors.New("--into keeps the flow's name; --name is for a new one")
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("the data folder %s cannot be made: %w", c.Data, err)
	}
	host, _ := os.Hostname()
	store, err := storage.Open(ctx, storage.Config{URL: c.Store(), Owner: ownerName(host, os.Getpid()), Clock: time.Now, Log: logger(c, errs)})
	if err != nil {
		return refusal(c, err)
	}
	defer func() { _ = store.Close() }()
	instance, err := store.EnsureInstance(ctx, firstInstance())
	if err != nil {
		return err
	}
	in := store.Instance(instance.ID)
	world := worldOf(ctx, in)
	d := &flow.Designer{
		Flows: in.Flows(), Work: in, Kinds: nodes.Checker{Set: standard.Set(), World: func(context.Context) nodes.Around { return world }},
		Clock: time.Now, NewID: event.IDs(time.Now, rand.Reader), Random: rand.Read,
	}
	f, err := c.take(ctx, d, s)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, text.T(ctx, "cli.import.done", "name", f.Name, "ivr", f.IvrID))
	if list := problems(ctx, s, world); len(list) > 0 {
		printProblems(ctx, out, s.name, list)
	}
	return nil
}

// take puts a flow into a new draft, or into that of a flow that is there.
func (c Config) take(ctx context.Context, d *flow.Designer, s source) (flow.Flow, error) {
	if c.flow.into != "" {
		f, err := d.Flows.ByIvr(ctx, c.flow.into)
		if err != nil {
			return f, err
		}
		return d.SaveDraft(ctx, "", f.ID, f.DraftRev, withSecrets(s.graph, f.Draft))
	}
	name := c.flow.name
	if name == "" {
		name = strings.TrimSuffix(filepath.Base(s.name), filepath.Ext(s.name))
		if r := []rune(name); len(r) > flow.MaxName {
			name = string(r[:flow.MaxName])
		}
	}
	if !utf8.ValidString(name) || strings.Trim(name, " -") == "" {
		return flow.Flow{}, errors.New("the flow needs a name: give one with --name")
	}
	f, err := d.Create(ctx, "", name)
	if err != nil {
		return f, err
	}
	return d.SaveDraft(ctx, "", f.ID, f.DraftRev, s.graph)
}

// withSecrets gives secret variables back what they began with in the draft, since an export leaves it out.
func withSecrets(g, draft graph.Graph) graph.Graph {
	g.Vars = slices.Clone(g.Vars)
	for i, v := range g.Vars {
		for _, was := range draft.Vars {
			if v.Secret && v.Default == "" && was.Secret && was.Name == v.Name && was.Type == v.Type {
				g.Vars[i].Default = was.Default
			}
		}
	}
	return g
}
