package nodes

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/designer/graph"
	"foyer/nodes/expression"
)

// CheckFields reports what is wrong with a node as far as the kind's Spec tells: what is missing, too long, out of
// range or not offered, groups, flows and variables that are not there, and expressions that do not compile. A config
// that does not decode is left to the kind's own Check, which knows its shape.
func CheckFields(n graph.Node, s Spec, w World) []graph.Issue {
	values, err := Read[map[string]any](s, n.Config)
	if err != nil {
		return nil
	}
	c := fieldCheck{node: n.ID, world: w, env: EnvOf(w.Vars())}
	c.group, _ = values["group"].(string)
	c.fields(s.Fields, values, "")
	return c.issues
}

// fieldCheck is one look at a node's config.
type fieldCheck struct {
	node   graph.NodeID
	world  World
	env    expression.Env
	group  string // the skill group that the node's expressions are about; empty: none is chosen
	issues []graph.Issue
}

// add reports a fault; args are pairs of name and value.
func (c *fieldCheck) add(path, code string, args ...string) {
	i := graph.Issue{Node: c.node, Field: path, Code: code, Level: graph.Error}
	for k := 0; k+1 < len(args); k += 2 {
		if i.Args == nil {
			i.Args = map[string]string{}
		}
		i.Args[args[k]] = args[k+1]
	}
	c.issues = append(c.issues, i)
}

func (c *fieldCheck) fields(all []Field, values map[string]any, prefix string) {
	for _, f := range all {
		if f.When.holds(values) {
			c.field(f, values[f.Name], prefix+f.Name)
		}
	}
}

// holds tells whether a field is there at all beside the values of its neighbours.
func (w *When) holds(values map[string]any) bool {
	if w == nil {
		return true
	}
	switch v := values[w.Field].(type) {
	case string:
		return slices.Contains(w.Values, v)
	case bool:
		return slices.Contains(w.Values, strconv.FormatBool(v))
	case nil:
		return slices.Contains(w.Values, "") || slices.Contains(w.Values, "false")
	}
	return false
}

func (c *fieldCheck) field(f Field, value any, path string) {
	switch f.Type {
	case NumberField:
		if x, ok := value.(float64); ok && (x < float64(f.Min) || x > float64(f.Max)) {
			c.add(path, "field.range", "min", strconv.Itoa(f.Min), "max", strconv.Itoa(f.Max))
		}
	case ListField, WordsField, DaysField:
		c.list(f, value, path)
	case FlagField, OptionsField:
	default:
		words, _ := value.(string)
		c.words(f, words, path)
	}
}

// words checks a field whose value is a string.
func (c *fieldCheck) words(f Field, words, path string) {
	if strings.TrimSpace(words) == "" {
		if f.Required {
			c.add(path, blank(f))
		}
		return
	}
	if f.MaxRunes > 0 && utf8.RuneCountInString(words) > f.MaxRunes {
		c.add(path, "field.long", "max", strconv.Itoa(f.MaxRunes))
		return
	}
	switch f.Type {
	case TextField, LineField:
		if f.Holes {
			text, faults := c.env.CompileText(words, f.Late...)
			c.faults(path, f, text.Uses(), faults)
			c.spoken(path, f, text.Uses())
		}
	case ExprField:
		program, faults := c.env.Compile(words, f.Want)
		var uses []expression.Name
		if program != nil {
			uses = program.Uses()
		}
		c.faults(path, f, uses, faults)
	case JSONField:
		c.json(f, words, path)
	default:
		c.reference(f, words, path)
	}
}

// blank is the code for a field that nobody filled in.
func blank(f Field) string {
	switch f.Type {
	case GroupField, FlowField, VarField, ChoiceField:
		return "field.unchosen"
	}
	return "field.blank"
}

// reference checks a value that names something else.
func (c *fieldCheck) reference(f Field, value, path string) {
	switch f.Type {
	case ChoiceField:
		if !slices.Contains(f.Choices, value) {
			c.add(path, "field.choice")
		}
	case GroupField:
		if _, ok := c.world.Group(value); !ok {
			c.add(path, "field.groupGone")
		}
	case FlowField:
		if other, ok := c.world.Flow(value); !ok {
			c.add(path, "field.flowGone")
		} else if !other.Live {
			c.add(path, "field.flowUnpublished", "flow", other.Name)
		}
	case VarField:
		c.variable(f, value, path)
	case DateField:
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			c.add(path, "field.date")
		}
	case TimeField:
		if !clock.MatchString(value) {
			c.add(path, "field.time")
		}
	case ZoneField:
		if _, err := time.LoadLocation(value); err != nil || value == "Local" {
			c.add(path, "field.zone")
		}
	}
}

// clock is a time of day; the end of the day may be written too.
var clock = regexp.MustCompile(`^(?:([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`)

func (c *fieldCheck) variable(f Field, name, path string) {
	i := slices.IndexFunc(c.world.Vars(), func(v graph.Variable) bool { return v.Name == name })
	switch {
	case i < 0:
		c.add(path, "field.variableGone", "name", name)
	case len(f.VarTypes) > 0 && !slices.Contains(f.VarTypes, c.world.Vars()[i].Type):
		c.add(path, "field.variableType", "name", name)
	}
}

// faults reports what is wrong with an expression, and one that speaks of a group where none is chosen.
func (c *fieldCheck) faults(path string, f Field, uses []expression.Name, faults []expression.Fault) {
	for _, x := range faults {
		if len(f.Late) > 0 {
			x.Args = maps.Clone(x.Args)
			if x.Args == nil {
				x.Args = map[string]string{}
			}
			x.Args["allowed"] = "${" + strings.Join(f.Late, "}, ${") + "}"
		}
		c.issues = append(c.issues, graph.Issue{Node: c.node, Field: path, Code: x.Code, Level: graph.Error, Args: x.Args})
	}
	for _, n := range uses {
		if n.Group && c.group == "" {
			c.add(path, "expression.noGroup", "name", n.Path)
			return
		}
	}
}

// spoken refuses a secret in words that people read: they stand in the chat and in every record.
func (c *fieldCheck) spoken(path string, f Field, uses []expression.Name) {
	for _, n := range uses {
		if n.Secret && f.Type == TextField {
			c.add(path, "field.secret", "name", n.Path)
			return
		}
	}
}

// list checks how many lines there are, and each of them.
func (c *fieldCheck) list(f Field, value any, path string) {
	lines, _ := value.([]any)
	if len(lines) < f.Min || f.Required && len(lines) == 0 {
		c.add(path, "field.few", "min", strconv.Itoa(max(1, f.Min)))
	}
	if f.Max > 0 && len(lines) > f.Max {
		c.add(path, "field.many", "max", strconv.Itoa(f.Max))
	}
	for i, line := range lines {
		switch line := line.(type) {
		case map[string]any:
			c.fields(f.Item, line, path+"."+strconv.Itoa(i)+".")
		case string:
			if strings.TrimSpace(line) == "" {
				c.add(path, "field.blank")
			} else if f.MaxRunes > 0 && utf8.RuneCountInString(line) > f.MaxRunes {
				c.add(path, "field.long", "max", strconv.Itoa(f.MaxRunes))
			}
		}
	}
}

// json checks a JSON text whose holes stand for values.
func (c *fieldCheck) json(f Field, words, path string) {
	doc, faults := c.env.CompileJSON(words)
	c.faults(path, f, doc.Uses(), faults)
	if len(faults) == 0 && !doc.Valid() {
		c.add(path, "field.json")
	}
}
