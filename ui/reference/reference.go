// Package reference writes the reference pages of the node kinds from their Specs and the words of the designer, so
// that no page can say something else than the form does.
package reference

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"foyer/nodes"
	"foyer/ui/kit/text"
)

// Page is the reference of one kind as Markdown. The page itself is English; what it takes from the designer, the words
// of the forms, is in the language of ctx.
func Page(ctx context.Context, kind nodes.Kind) string {
	s := kind.Spec()
	p := page{ctx: ctx, key: "node." + s.Name}
	p.line("# %s (`%s`)\n", text.T(ctx, p.key), s.Name)
	p.line("%s\n", text.T(ctx, p.key+".about"))
	if len(s.Fields) > 0 {
		p.line("## Settings\n")
		p.line("| setting | member | value | |")
		p.line("|---|---|---|---|")
		p.fields(s.Fields, p.key, "")
		p.line("")
	}
	p.line("A new box begins with `%s`.\n", s.Default)
	p.line("## Ways out\n")
	ports := kind.Ports([]byte(s.Default))
	if len(ports) == 0 {
		p.line("None: the flow ends here.\n")
	}
	for _, port := range ports {
		note := ""
		if port.Optional {
			note = " (need not be wired)"
		}
		p.line("- %s `%s`%s", p.words(port.Label), port.ID, note)
	}
	return strings.TrimRight(p.b.String(), "\n") + "\n"
}

// Index lists the pages, in the same languages.
func Index(ctx context.Context, set nodes.Set) string {
	p := page{ctx: ctx}
	p.line("# The kinds of nodes\n")
	p.line("Written from the kinds themselves. What expressions and `${…}` may hold is in [expressions](../expressions.md); the document format is in [the schema](../schemas/flow-2.json).\n")
	for _, name := range set.Names() {
		p.line("- [%s](%s.md): %s", text.T(ctx, "node."+name), name, text.T(ctx, "node."+name+".about"))
	}
	return p.b.String()
}

type page struct {
	ctx context.Context
	key string // of the kind's words
	b   strings.Builder
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(&p.b, format+"\n", args...) }

func (p *page) words(t nodes.Text) string {
	if t.Key == "" {
		return t.Literal
	}
	return text.Fill(p.ctx, t.Key, t.Args)
}

// fields writes one line for each field, and below a list those of its members.
func (p *page) fields(all []nodes.Field, key, prefix string) {
	for _, f := range all {
		if f.Name == "id" && prefix != "" {
			continue // fills itself in
		}
		at := key + "." + f.Name
		p.line("| %s | `%s` | %s | %s |", text.T(p.ctx, at), prefix+f.Name, value(f), p.remarks(f, key, at))
		p.fields(f.Item, at, prefix+f.Name+"[].")
	}
}

// value says what a field holds.
func value(f nodes.Field) string {
	switch f.Type {
	case nodes.NumberField:
		return fmt.Sprintf("whole number, %d to %d", f.Min, f.Max)
	case nodes.FlagField:
		return "`true` or `false`"
	case nodes.ChoiceField:
		return "`" + strings.Join(f.Choices, "`, `") + "`"
	case nodes.ExprField:
		if f.Want == "" {
			return "expression"
		}
		return "expression that gives a " + string(f.Want)
	case nodes.ListField, nodes.OptionsField, nodes.WordsField:
		return "list" + count(f)
	case nodes.DaysField:
		return "days of the week, 1 Monday to 7 Sunday"
	}
	kind := map[nodes.FieldType]string{
		nodes.GroupField: "id of a skill group", nodes.FlowField: "id of a flow", nodes.VarField: "name of a variable",
		nodes.DateField: "day, `2026-01-31`", nodes.TimeField: "time, `09:00`", nodes.ZoneField: "IANA time zone",
		nodes.SecretField: "id of a secret", nodes.JSONField: "JSON text",
	}[f.Type]
	if kind == "" {
		kind = "text"
	}
	if f.MaxRunes > 0 {
		kind += ", up to " + strconv.Itoa(f.MaxRunes) + " characters"
	}
	return kind
}

func count(f nodes.Field) string {
	switch {
	case f.Min > 0 && f.Max > 0:
		return fmt.Sprintf(", %d to %d", f.Min, f.Max)
	case f.Max > 0:
		return fmt.Sprintf(", up to %d", f.Max)
	}
	return ""
}

// remarks are what else there is to know of a field.
func (p *page) remarks(f nodes.Field, kind, key string) string {
	var notes []string
	if f.Required {
		notes = append(notes, "required")
	}
	if f.Holes || f.Type == nodes.JSONField {
		notes = append(notes, "may hold `${…}`")
	}
	for _, name := range f.Late {
		notes = append(notes, "`${"+name+"}` too")
	}
	if f.Unit != "" {
		notes = append(notes, "in "+text.T(p.ctx, f.Unit))
	}
	if f.When != nil {
		said := slices.DeleteFunc(slices.Clone(f.When.Values), func(v string) bool { return v == "" }) // a choice that is not made is the first
		notes = append(notes, fmt.Sprintf("when %s is %s", text.T(p.ctx, kind+"."+f.When.Field), strings.Join(said, " or ")))
	}
	all := strings.Join(notes, "; ")
	if lang := text.From(p.ctx); text.Has(lang, key+".help") {
		if help := text.T(p.ctx, key+".help"); help != "" {
			all = strings.TrimPrefix(all+". "+help, ". ")
		}
	}
	return strings.ReplaceAll(all, "\n", " ")
}
