package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"foyer/nodes/standard"
	"foyer/runtime/walk"
	"foyer/ui/kit/text"
)

// repeat walks a file again and says where it differs.
func (c Config) repeat(ctx context.Context, out io.Writer) error {
	raw, err := os.ReadFile(c.flow.walk)
	if err != nil {
		return err
	}
	want, err := walk.Read(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", c.flow.walk, err)
	}
	got, err := want.Play(standard.Set())
	if err != nil {
		return fmt.Errorf("%s: %w", c.flow.walk, err)
	}
	fmt.Fprintln(out, text.T(ctx, "cli.walk.about", "about", want.About, "inputs", len(want.Inputs)))
	book := bookOf(source{graph: want.Graph, subs: want.Subs}, everything{})
	p := player{ctx: ctx, out: out, book: book}
	for _, r := range got.Runs {
		p.at.events = append(p.at.events, r.Events...)
	}
	p.tell(0)
	for _, n := range want.Masked() {
		fmt.Fprintln(out, text.T(ctx, "cli.walk.masked", "n", n))
	}
	differences := walk.Differ(want, got)
	if len(differences) == 0 {
		fmt.Fprintln(out, text.T(ctx, "cli.walk.same"))
		return nil
	}
	for _, d := range differences {
		where := text.T(ctx, "cli.walk.event", "run", d.Run, "event", d.Event)
		if d.Event == 0 {
			where = text.T(ctx, "cli.walk.run", "run", d.Run)
		}
		fmt.Fprintf(out, "%s\n  - %s\n  + %s\n", where, d.Want, d.Got)
	}
	return errFound
}
