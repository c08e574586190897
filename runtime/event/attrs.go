package event

import (
	"context"
	"log/slog"
)

type attrsKey struct{}

// About puts ids into ctx ("session", "call", "agent") so that every log line below carries them.
func About(ctx context.Context, attrs ...slog.Attr) context.Context {
	return context.WithValue(ctx, attrsKey{}, append(Attrs(ctx), attrs...))
}

// Attrs gives the ids that ctx carries. The slice is the caller's own.
func Attrs(ctx context.Context) []slog.Attr {
	attrs, _ := ctx.Value(attrsKey{}).([]slog.Attr)
	return append([]slog.Attr(nil), attrs...)
}
