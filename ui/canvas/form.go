package canvas

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"foyer/nodes"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// section is a part of the palette.
type section struct {
	Category string
	Kinds    []kind
}

// sections sorts the kinds that can be added by hand into the palette's parts.
func sections(kinds []kind) []section {
	var list []section
	for _, k := range kinds {
		if k.Single {
			continue
		}
		if n := len(list); n == 0 || list[n-1].Category != k.Category {
			list = append(list, section{Category: k.Category})
		}
		last := &list[len(list)-1]
		last.Kinds = append(last.Kinds, k)
	}
	return list
}

func hasAdvanced(k kind) bool {
	return slices.ContainsFunc(k.fields, func(f nodes.Field) bool { return f.Advanced })
}

// fieldID is the id of a field's control; only one form is on the page at a time.
func fieldID(f nodes.Field) string { return "field-" + f.Name }

func label(ctx context.Context, k kind, f nodes.Field) string {
	return text.T(ctx, "node."+k.Name+"."+f.Name)
}

func help(ctx context.Context, k kind, f nodes.Field) string {
	return optional(ctx, "node."+k.Name+"."+f.Name+".help")
}

func placeholder(ctx context.Context, k kind, f nodes.Field) string {
	return optional(ctx, "node."+k.Name+"."+f.Name+".placeholder")
}

// optional gives the words of a key that need not exist.
func optional(ctx context.Context, key string) string {
	if !text.Has(text.From(ctx), key) {
		return ""
	}
	return text.T(ctx, key)
}

func unit(ctx context.Context, f nodes.Field) string {
	if f.Unit == "" {
		return ""
	}
	return text.T(ctx, f.Unit)
}

// limits tells the browser what a number may be; the Go side checks it again.
func limits(f nodes.Field) templ.Attributes {
	a := templ.Attributes{"min": strconv.Itoa(f.Min), "step": "1", "inputmode": "numeric"}
	if f.Max > 0 {
		a["max"] = strconv.Itoa(f.Max)
	}
	return a
}

func options(groups []group) []kit.Option {
	list := make([]kit.Option, len(groups))
	for i, g := range groups {
		list[i] = kit.Option{Value: g.ID, Label: g.Name}
	}
	return list
}

// hole is a variable as it stands in a text.
func hole(name string) string { return "${" + name + "}" }

// holeName is what a person calls a variable: "排队人数".
func holeName(ctx context.Context, name string) string {
	if words := optional(ctx, "canvas.hole."+name); words != "" {
		return words
	}
	return hole(name)
}
