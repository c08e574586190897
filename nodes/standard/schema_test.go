package standard_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"foyer/designer/graph"
	"foyer/nodes/nodestest"
	"foyer/nodes/standard"
)

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := standard.Set().Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("flow.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("flow.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func valid(t *testing.T, s *jsonschema.Schema, document []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// The published schema is that of the kinds there are.
func TestSchemaFile(t *testing.T) {
	raw, err := standard.Set().Schema()
	if err != nil {
		t.Fatal(err)
	}
	const file = "../../docs/schemas/flow-2.json"
	raw = append(raw, '\n')
	if nodestest.Updating() {
		if err := os.WriteFile(file, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(file); err != nil || !bytes.Equal(kept, raw) {
		t.Errorf("%s is not what the kinds say; run scripts/generate.sh (%v)", file, err)
	}
}

// The schema accepts what the checks accept, for the example and for every fixture of every kind.
func TestSchemaAccepts(t *testing.T) {
	s := schema(t)
	example, err := graph.Marshal(standard.ExampleFlow("g1", "g2"))
	if err != nil {
		t.Fatal(err)
	}
	if err := valid(t, s, example); err != nil {
		t.Errorf("the example: %v", err)
	}
	files, err := filepath.Glob("../*/testdata/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d fixtures, %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var f nodestest.Fixture
		if json.Unmarshal(raw, &f) != nil || f.Config == nil || graph.Blocking(f.Issues) {
			continue
		}
		kind := filepath.Base(filepath.Dir(filepath.Dir(file)))
		doc, err := graph.Marshal(graph.Graph{Spec: graph.SpecVersion, Vars: f.Vars, Nodes: []graph.Node{{ID: "n", Kind: kind, Config: f.Config}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(t, s, doc); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	s := schema(t)
	flow := func(node string) string {
		return `{"spec":2,"nodes":[` + node + `],"edges":[]}`
	}
	for name, doc := range map[string]string{
		"a newer spec":    `{"spec":3,"nodes":[],"edges":[]}`,
		"a stray member":  `{"spec":2,"nodes":[],"edges":[],"colour":"red"}`,
		"an unknown kind": flow(`{"id":"a","kind":"robot","x":0,"y":0}`),
		"a bad id":        flow(`{"id":"a b","kind":"start","x":0,"y":0}`),
		"a stray setting": flow(`{"id":"a","kind":"end","x":0,"y":0,"config":{"idle":3}}`),
		"out of range":    flow(`{"id":"a","kind":"end","x":0,"y":0,"config":{"idleSeconds":-1}}`),
		"another type":    flow(`{"id":"a","kind":"branch","x":0,"y":0,"config":{"prompt":3}}`),
		"a long text":     flow(`{"id":"a","kind":"branch","x":0,"y":0,"config":{"prompt":"` + strings.Repeat("长", 501) + `"}}`),
	} {
		if valid(t, s, []byte(doc)) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
