package nodes

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"unicode/utf8"

	"foyer/designer/graph"
)

// Read decodes a node's config over the kind's defaults: a field that the document does not mention has the value
// that a new node has, so that a version published before the field existed still runs. It is as strict as Decode.
func Read[C any](s Spec, config json.RawMessage) (C, error) {
	var zero C
	given, err := Decode[map[string]json.RawMessage](config)
	if err != nil {
		return zero, err
	}
	all, err := Decode[map[string]json.RawMessage](json.RawMessage(s.Default))
	if err != nil {
		return zero, fmt.Errorf("defaults of %s: %w", s.Name, err)
	}
	if all == nil {
		all = map[string]json.RawMessage{}
	}
	maps.Copy(all, given)
	whole, err := json.Marshal(all)
	if err != nil {
		return zero, fmt.Errorf("config: %w", err)
	}
	return Decode[C](whole)
}

// CheckFields reports what is wrong with a node as far as the kind's Spec tells: texts that are missing or too long,
// numbers out of range, ${holes} with a name that is not allowed there. A config that does not decode is left to the
// kind's own Check, which knows its shape.
func CheckFields(n graph.Node, s Spec) []graph.Issue {
	values, err := Read[map[string]any](s, n.Config)
	if err != nil {
		return nil
	}
	var issues []graph.Issue
	for _, f := range s.Fields {
		switch f.Type {
		case LineField, TextField, GroupField:
			words, _ := values[f.Name].(string)
			issues = append(issues, checkText(n, f, words)...)
		case NumberField:
			if x, ok := values[f.Name].(float64); ok {
				issues = append(issues, checkNumber(n, f, x)...)
			}
		}
	}
	return issues
}

// Unreadable is the issue of a node whose config does not decode. Every kind's Check begins with it.
func Unreadable(n graph.Node) graph.Issue {
	return graph.Issue{Node: n.ID, Code: "node.unreadable", Level: graph.Error}
}

func checkText(n graph.Node, f Field, words string) []graph.Issue {
	if strings.TrimSpace(words) == "" {
		if !f.Required || f.Type == GroupField { // a kind with a group says in its own words that it is missing
			return nil
		}
		return []graph.Issue{{Node: n.ID, Field: f.Name, Code: "field.blank", Level: graph.Error}}
	}
	if f.MaxRunes > 0 && utf8.RuneCountInString(words) > f.MaxRunes {
		return []graph.Issue{{Node: n.ID, Field: f.Name, Code: "field.long", Level: graph.Error,
			Args: map[string]string{"max": strconv.Itoa(f.MaxRunes)}}}
	}
	if f.Type != TextField {
		return nil
	}
	_, faults := CompileTemplate(words, f.Vars)
	var issues []graph.Issue
	for _, t := range faults {
		issues = append(issues, t.issue(n.ID, f.Name, f.Vars))
	}
	return issues
}

func checkNumber(n graph.Node, f Field, x float64) []graph.Issue {
	if x >= float64(f.Min) && x <= float64(f.Max) {
		return nil
	}
	return []graph.Issue{{Node: n.ID, Field: f.Name, Code: "field.range", Level: graph.Error,
		Args: map[string]string{"min": strconv.Itoa(f.Min), "max": strconv.Itoa(f.Max)}}}
}
