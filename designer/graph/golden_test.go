package graph_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "foyer/designer/graph"
)

var update = flag.Bool("update", false, "write what came out into testdata")

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got)\n%s", name, diff)
	}
}

// Every spec there ever was has a document in testdata, and what it is read as today. Neither is ever changed, but the
// second gets a newer spec with each.
func TestEverySpecIsRead(t *testing.T) {
	for spec := 1; spec < SpecVersion; spec++ {
		document, err := os.ReadFile(fmt.Sprintf("testdata/spec%d.json", spec))
		if err != nil {
			t.Errorf("spec %d has no document in testdata: %v", spec, err)
			continue
		}
		if !bytes.Contains(document, fmt.Appendf(nil, `"spec":%d,`, spec)) {
			t.Errorf("testdata/spec%d.json is not of spec %d", spec, spec)
		}
		g, err := Parse(document)
		if err != nil {
			t.Errorf("spec %d: %v", spec, err)
			continue
		}
		got, err := Pretty(g)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, fmt.Sprintf("testdata/spec%d.want.json", spec), got)
	}
}

// Pretty is the canonical form with a line for each part: it reads as the same graph, and one change is one line.
func TestPretty(t *testing.T) {
	g, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	g.Vars = []Variable{{Name: "b", Type: TextType}, {Name: "a", Type: FlagType}}
	before, err := Pretty(g)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Parse(before); err != nil || !Equal(g, again) {
		t.Errorf("reads as another graph: %v\n%s", err, before)
	}
	want := `{
  "spec": 2,
  "vars": [
    {"name":"a","type":"flag"},
    {"name":"b","type":"text"}
  ],
  "nodes": [
    {"id":"a","kind":"start","x":80,"y":160},
    {"id":"b","kind":"menu","title":"选择","x":400,"y":160,"config":{"a":{"x":"<&>","y":2.50},"z":1}}
  ],
  "edges": [
    {"id":"e1","from":"a","port":"next","to":"b"},
    {"id":"e2","from":"b","port":"late","to":"a"}
  ]
}
`
	if diff := cmp.Diff(want, string(before)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	g.Nodes[1].X = 90
	after, err := Pretty(g)
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	one, two := strings.Split(string(before), "\n"), strings.Split(string(after), "\n")
	for i := range one {
		if i >= len(two) || one[i] != two[i] {
			changed++
		}
	}
	if changed != 1 || len(one) != len(two) {
		t.Errorf("%d lines differ", changed)
	}
	if got, err := Pretty(Graph{Spec: SpecVersion}); err != nil || string(got) != "{\n  \"spec\": 2,\n  \"nodes\": [],\n  \"edges\": []\n}\n" {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := Pretty(Graph{Nodes: []Node{{Config: []byte("{")}}}); err == nil {
		t.Error("a broken config is written")
	}
}

func TestBared(t *testing.T) {
	g := Graph{Vars: []Variable{{Name: "pin", Secret: true, Default: "1234"}, {Name: "empty", Secret: true}, {Name: "open", Default: "x"}}}
	bare, names := g.Bared()
	if len(names) != 1 || names[0] != "pin" || bare.Vars[0].Default != "" || bare.Vars[2].Default != "x" || g.Vars[0].Default != "1234" {
		t.Errorf("%+v, %v, of %+v", bare, names, g)
	}
}

// The page about the format names every member and every spec.
func TestFormatIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/flow-format.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []any{Graph{}, Node{}, Edge{}, Variable{}} {
		kind := reflect.TypeOf(part)
		for i := range kind.NumField() {
			name, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ",")
			if !bytes.Contains(page, []byte("`"+name+"`")) {
				t.Errorf("the page does not name %s of %s", name, kind.Name())
			}
		}
	}
	for spec := 1; spec <= SpecVersion; spec++ {
		if !bytes.Contains(page, fmt.Appendf(nil, "\n| %d | ", spec)) {
			t.Errorf("the page does not tell what spec %d changed", spec)
		}
	}
}
