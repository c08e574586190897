package nodes

import (
	"encoding/json"
	"fmt"

	"foyer/designer/graph"
)

// SchemaPath is where a server publishes the JSON schema of the flow document.
func SchemaPath() string { return fmt.Sprintf("/schemas/flow-%d.json", graph.SpecVersion) }

// object is a part of a JSON schema.
type object = map[string]any

// Schema is the JSON schema (draft 2020-12) of a flow document whose nodes are of the kinds in s. What it accepts
// reads as a flow; whether the flow makes sense is for Checker to say.
func (s Set) Schema() ([]byte, error) {
	kinds := make([]any, 0, len(s))
	for _, name := range s.Names() {
		kinds = append(kinds, object{
			"if":   object{"properties": object{"kind": object{"const": name}}},
			"then": object{"properties": object{"config": configSchema(s[name].Spec())}},
		})
	}
	id := object{"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
	types := make([]any, 0, len(graph.Types()))
	for _, t := range graph.Types() {
		types = append(types, t)
	}
	names := make([]any, 0, len(s))
	for _, name := range s.Names() {
		names = append(names, name)
	}
	return json.MarshalIndent(object{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   fmt.Sprintf("Foyer session flow, spec %d", graph.SpecVersion),
		"type":    "object", "additionalProperties": false, "required": []any{"spec", "nodes", "edges"},
		"properties": object{
			"spec": object{"const": graph.SpecVersion},
			"vars": object{"type": "array", "maxItems": MaxVars, "items": closed(object{
				"name":    object{"type": "string", "pattern": varName.String(), "maxLength": maxVarName},
				"type":    object{"enum": types},
				"default": object{"type": "string", "maxLength": maxVarText},
				"secret":  object{"type": "boolean"},
				"about":   object{"type": "string", "maxLength": maxVarText},
			}, "name", "type")},
			"nodes": object{"type": "array", "maxItems": graph.MaxNodes, "items": object{
				"type": "object", "additionalProperties": false, "required": []any{"id", "kind", "x", "y"},
				"properties": object{
					"id": id, "kind": object{"enum": names}, "title": object{"type": "string", "maxLength": graph.MaxTitle},
					"x": object{"type": "integer"}, "y": object{"type": "integer"}, "config": object{"type": "object"},
				},
				"allOf": kinds,
			}},
			"edges": object{"type": "array", "items": closed(object{"id": id, "from": id, "port": id, "to": id}, "id", "from", "port", "to")},
		},
	}, "", "  ")
}

// closed is an object with these members and no others.
func closed(members object, required ...any) object {
	o := object{"type": "object", "additionalProperties": false, "properties": members}
	if len(required) > 0 {
		o["required"] = required
	}
	return o
}

// configSchema is that of a kind's config. A member that is missing has the value of a new node.
func configSchema(s Spec) object { return closed(members(s.Fields)) }

func members(fields []Field) object {
	all := object{}
	for _, f := range fields {
		all[f.Name] = f.schema()
	}
	return all
}

func (f Field) schema() object {
	switch f.Type {
	case NumberField:
		return object{"type": "integer", "minimum": f.Min, "maximum": f.Max}
	case FlagField:
		return object{"type": "boolean"}
	case DaysField:
		return object{"type": "array", "uniqueItems": true, "items": object{"type": "integer", "minimum": 1, "maximum": 7}}
	case WordsField:
		return f.bounded(object{"type": "array", "items": f.text()})
	case ListField:
		return f.bounded(object{"type": "array", "items": closed(members(f.Item))})
	case OptionsField:
		return f.bounded(object{"type": "array", "items": closed(object{
			"id":       object{"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
			"keywords": object{"type": "array", "items": f.text()},
			"label":    f.text(),
		}, "id", "keywords")})
	case ChoiceField:
		choices := make([]any, len(f.Choices))
		for i, c := range f.Choices {
			choices[i] = c
		}
		return object{"enum": choices}
	case DateField:
		return object{"type": "string", "pattern": `^(\s*|[0-9]{4}-[0-9]{2}-[0-9]{2})$`}
	case TimeField:
		return object{"type": "string", "pattern": clock.String() + `|^\s*$`}
	}
	return f.text()
}

func (f Field) text() object {
	if f.MaxRunes > 0 {
		return object{"type": "string", "maxLength": f.MaxRunes}
	}
	return object{"type": "string"}
}

func (f Field) bounded(list object) object {
	if f.Min > 0 && f.When == nil { // what is hidden may be empty
		list["minItems"] = f.Min
	}
	if f.Max > 0 {
		list["maxItems"] = f.Max
	}
	return list
}
