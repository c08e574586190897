package canvas

import (
	"context"
	"slices"
	"strconv"
	"strings"

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

// field is one field of a form as its template needs it; the member of a list's line is one too.
type field struct {
	nodes.Field
	key    string // of its words in the catalogues
	id     string // of its control; the script adds the line's number to a member's
	bare   bool   // its label is for screen readers only
	member bool   // stands in a list's line
}

// fields are those of a kind that stand in the form at once, or those that are folded away.
func fields(k kind, advanced bool) []field {
	var list []field
	for _, f := range k.fields {
		if f.Advanced == advanced {
			list = append(list, field{Field: f, key: "node." + k.Name + "." + f.Name, id: "field-" + f.Name})
		}
	}
	return list
}

// members are the fields of a list's line. The name of its port is none: nobody sees it.
func members(f field) []field {
	var list []field
	for _, m := range f.Item {
		if m.Name != "id" || m.Type != nodes.LineField {
			list = append(list, field{Field: m, key: f.key + "." + m.Name, id: f.id + "-" + m.Name, member: true})
		}
	}
	if len(list) == 1 {
		list[0].bare = true
	}
	return list
}

// ported tells whether each line of a list is an exit.
func ported(f field) bool {
	return slices.ContainsFunc(f.Item, func(m nodes.Field) bool { return m.Name == "id" && m.Type == nodes.LineField })
}

// slotAttrs is what the script must know of a field.
func slotAttrs(f field) templ.Attributes {
	a := templ.Attributes{"data-slot": f.Name, "data-type": string(f.Type)}
	if how := completion(f); how != "" {
		a["data-complete"] = how
	}
	if len(f.Late) > 0 {
		a["data-late"] = strings.Join(f.Late, " ")
	}
	if f.When != nil {
		a["data-when"], a["data-when-is"] = f.When.Field, strings.Join(f.When.Values, " ")
	}
	if len(f.VarTypes) > 0 {
		types := make([]string, len(f.VarTypes))
		for i, t := range f.VarTypes {
			types[i] = string(t)
		}
		a["data-types"] = strings.Join(types, " ")
	}
	if f.Type == nodes.ListField || f.Type == nodes.WordsField || f.Type == nodes.NumberField {
		a["data-least"], a["data-most"] = strconv.Itoa(f.Min), strconv.Itoa(f.Max)
	}
	if ported(f) {
		a["data-ported"] = true
	}
	return a
}

// completion says how names are written into a field: "expression" as they are, "holes" as ${name}; empty: not at all.
func completion(f field) string {
	switch {
	case f.Type == nodes.ExprField:
		return "expression"
	case f.Type == nodes.JSONField, f.Holes:
		return "holes"
	}
	return ""
}

func label(ctx context.Context, f field) string { return text.T(ctx, f.key) }

func help(ctx context.Context, f field) string { return optional(ctx, f.key+".help") }

func placeholder(ctx context.Context, f field) string { return optional(ctx, f.key+".placeholder") }

// prompt is the first line of a choice, shown while nothing is chosen.
func prompt(ctx context.Context, f field) string {
	if words := placeholder(ctx, f); words != "" {
		return words
	}
	return text.T(ctx, "canvas.form.unchosen")
}

// optional gives the words of a key that need not exist.
func optional(ctx context.Context, key string) string {
	if !text.Has(text.From(ctx), key) {
		return ""
	}
	return text.T(ctx, key)
}

func unit(ctx context.Context, f field) string {
	if f.Unit == "" {
		return ""
	}
	return text.T(ctx, f.Unit)
}

// limits tells the browser what a number may be; the Go side checks it again.
func limits(f field) templ.Attributes {
	a := templ.Attributes{"min": strconv.Itoa(f.Min), "step": "1", "inputmode": "numeric"}
	if f.Max > 0 {
		a["max"] = strconv.Itoa(f.Max)
	}
	return a
}

// plain keeps the browser from mending what is typed.
func plain(more ...string) templ.Attributes {
	a := templ.Attributes{"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}
	for i := 0; i+1 < len(more); i += 2 {
		a[more[i]] = more[i+1]
	}
	return a
}

func input(ctx context.Context, f field, kind string, a templ.Attributes) kit.InputProps {
	return kit.InputProps{
		Name: f.Name, ID: f.id, Label: label(ctx, f), Required: f.Required, Bare: f.bare, Type: kind,
		Unit: unit(ctx, f), Placeholder: placeholder(ctx, f), Attrs: a,
	}
}

func textarea(ctx context.Context, f field, rows int, a templ.Attributes) kit.TextareaProps {
	return kit.TextareaProps{
		Name: f.Name, ID: f.id, Label: label(ctx, f), Required: f.Required, Bare: f.bare, Rows: rows,
		Placeholder: placeholder(ctx, f), Attrs: a,
	}
}

// choice is a list of which the script or the field knows the lines.
func choice(ctx context.Context, f field, v editView) kit.SelectProps {
	p := kit.SelectProps{Name: f.Name, ID: f.id, Label: label(ctx, f), Required: f.Required, Bare: f.bare, Prompt: prompt(ctx, f)}
	switch f.Type {
	case nodes.GroupField:
		for _, g := range v.Groups {
			p.Options = append(p.Options, kit.Option{Value: g.ID, Label: g.Name})
		}
	case nodes.ChoiceField:
		for _, c := range f.Choices {
			p.Options = append(p.Options, kit.Option{Value: c, Label: text.T(ctx, f.key+"."+c)})
		}
	}
	return p
}

// addWords is what the button that adds a line to a list says.
func addWords(ctx context.Context, f field) string {
	if words := optional(ctx, f.key+".add"); words != "" {
		return words
	}
	return text.T(ctx, "canvas.row.add")
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

// known is a name that expressions may use, with its words in the reader's language.
type known struct {
	Path  string `json:"path"`
	Type  string `json:"type"`
	Label string `json:"label,omitempty"`
	About string `json:"about,omitempty"`
	Late  bool   `json:"late,omitempty"`
}

// knownNames lists the names that every flow has; those that it declares are in its graph.
func knownNames(ctx context.Context) []known {
	names := nodes.EnvOf(nil).Names()
	list := make([]known, len(names))
	for i, n := range names {
		key := "name." + n.Path
		list[i] = known{Path: n.Path, Type: string(n.Type), Label: optional(ctx, key), About: optional(ctx, key+".about"), Late: n.Late}
	}
	return list
}
