package main

import (
	"context"
	"io"
	"log/slog"

	"foyer/runtime/event"
)

// logger writes structured lines; what ctx says of session, call and agent is added to each.
func logger(c Config, w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // checked with the configuration
	o := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(w, o)
	if c.LogFormat == "json" {
		h = slog.NewJSONHandler(w, o)
	}
	return slog.New(about{h})
}

// about is a handler that adds the ids ctx carries.
type about struct{ slog.Handler }

func (h about) Handle(ctx context.Context, r slog.Record) error {
	r.AddAttrs(event.Attrs(ctx)...)
	return h.Handler.Handle(ctx, r)
}

func (h about) WithAttrs(a []slog.Attr) slog.Handler { return about{h.Handler.WithAttrs(a)} }
func (h about) WithGroup(n string) slog.Handler      { return about{h.Handler.WithGroup(n)} }
