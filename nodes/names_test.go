package nodes_test

import (
	"slices"
	"strings"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
	"foyer/ui/kit/text"
)

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// Every name and every function has words for the form in every language, and no words are left over.
func TestNamesAndFunctionsHaveWords(t *testing.T) {
	want := map[string]bool{}
	for _, n := range nodes.EnvOf(nil).Names() {
		want["name."+n.Path], want["name."+n.Path+".about"] = true, true
	}
	for _, f := range expression.Functions() {
		want["function."+f.Name] = true
	}
	for _, lang := range text.Langs() {
		words := text.Bundle(text.With(t.Context(), lang), "name.", "function.")
		for key := range want {
			if words[key] == "" {
				t.Errorf("%s lacks %q", lang, key)
			}
		}
		for key := range words {
			if !want[key] {
				t.Errorf("%s has %q, which nothing is called", lang, key)
			}
		}
	}
}

// The environment of a flow holds the names of the system, those of a hand-off and the flow's own, whose secrets it
// knows; a variable never hides a name of the system.
func TestEnvOf(t *testing.T) {
	e := nodes.EnvOf([]graph.Variable{{Name: "pin", Type: graph.NumberType, Secret: true}, {Name: nodes.StaffNo, Type: graph.FlagType}})
	if n, ok := e.Name("pin"); !ok || n != (expression.Name{Path: "pin", Type: graph.NumberType, Secret: true}) {
		t.Errorf("pin is %+v, %v", n, ok)
	}
	if n, _ := e.Name(nodes.StaffNo); n.Type != graph.TextType {
		t.Errorf("a variable hides %s: %+v", nodes.StaffNo, n)
	}
	if n, ok := e.Name(nodes.WaitNo); !ok || !n.Late {
		t.Errorf("%s is %+v, %v", nodes.WaitNo, n, ok)
	}
	var groups []string
	names := e.Names()
	for _, n := range names {
		if n.Group {
			groups = append(groups, n.Path)
		}
		if strings.Count(n.Path, ".") > 1 || !slices.Contains(graph.Types(), n.Type) {
			t.Errorf("%+v", n)
		}
	}
	if got := strings.Join(groups, " "); got != "group.ready queue.length queue.wait" {
		t.Errorf("about the group are %s", got)
	}
	if want := len(nodes.SystemNames()) + len(nodes.LateNames()) + 1; len(names) != want || !slices.IsSortedFunc(names, func(a, b expression.Name) int { return strings.Compare(a.Path, b.Path) }) {
		t.Errorf("%d names in order, not %d", want, len(names))
	}
}
