package graph_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "foyer/designer/graph"
)

const sample = `{"spec":2,"nodes":[
	{"id":"b","kind":"menu","title":"选择","x":400,"y":160,"config":{"z":1,"a":{"y":2.50,"x":"<&>"}}},
	{"id":"a","kind":"start","x":80,"y":160}],
	"edges":[{"id":"e2","from":"b","port":"late","to":"a"},{"id":"e1","from":"a","port":"next","to":"b"}]}`

const sampleCanonical = `{"spec":2,"nodes":[{"id":"a","kind":"start","x":80,"y":160},` +
	`{"id":"b","kind":"menu","title":"选择","x":400,"y":160,"config":{"a":{"x":"<&>","y":2.50},"z":1}}],` +
	`"edges":[{"id":"e1","from":"a","port":"next","to":"b"},{"id":"e2","from":"b","port":"late","to":"a"}]}`

func TestMarshalIsCanonical(t *testing.T) {
	g, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sampleCanonical, string(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if g.Nodes[0].ID != "b" {
		t.Error("Marshal has sorted its argument")
	}
	again, err := Parse(got)
	if err != nil || !Equal(g, again) {
		t.Errorf("the canonical form reads as another graph: %v", err)
	}
	again.Nodes[0].X++
	if Equal(g, again) {
		t.Error("a moved node makes no difference")
	}
}

func TestMarshalEmpty(t *testing.T) {
	got, err := Marshal(Graph{Spec: SpecVersion})
	if want := `{"spec":2,"nodes":[],"edges":[]}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := Marshal(Graph{Nodes: []Node{{ID: "a", Config: json.RawMessage(`{`)}}}); err == nil {
		t.Error("a broken config is written")
	}
}

func TestParseRefuses(t *testing.T) {
	node := func(n string) string { return `{"spec":2,"nodes":[` + n + `],"edges":[]}` }
	for name, c := range map[string]struct {
		document string
		want     error
	}{
		"nothing":             {``, ErrMalformed},
		"no JSON":             {`hello`, ErrMalformed},
		"null":                {`null`, ErrMalformed},
		"a list":              {`[]`, ErrMalformed},
		"no spec":             {`{"nodes":[],"edges":[]}`, ErrMalformed},
		"spec zero":           {`{"spec":0,"nodes":[],"edges":[]}`, ErrMalformed},
		"spec in words":       {`{"spec":"1","nodes":[],"edges":[]}`, ErrMalformed},
		"a newer spec":        {`{"spec":3,"nodes":[],"edges":[],"news":true}`, ErrNewerSpec},
		"unknown member":      {`{"spec":2,"nodes":[],"edges":[],"extra":1}`, ErrMalformed},
		"member in capitals":  {`{"spec":2,"Nodes":[],"edges":[]}`, ErrMalformed},
		"twice in two cases":  {`{"spec":2,"nodes":[],"edges":[],"EDGES":[]}`, ErrMalformed},
		"node in capitals":    {node(`{"id":"a","kind":"k","x":0,"y":0,"Config":{}}`), ErrMalformed},
		"variable's capital":  {`{"spec":2,"vars":[{"name":"a","type":"text","\u017fecret":true}],"nodes":[],"edges":[]}`, ErrMalformed},
		"old and in capitals": {`{"spec":1,"Nodes":[],"edges":[]}`, ErrMalformed},
		"unknown node member": {node(`{"id":"a","kind":"k","x":0,"y":0,"colour":"red"}`), ErrMalformed},
		"two values":          {`{"spec":2,"nodes":[],"edges":[]} {}`, ErrMalformed},
		"node without id":     {node(`{"kind":"k","x":0,"y":0}`), ErrMalformed},
		"node without kind":   {node(`{"id":"a","x":0,"y":0}`), ErrMalformed},
		"spaces in an id":     {node(`{"id":"a b","kind":"k","x":0,"y":0}`), ErrMalformed},
		"a long id":           {node(`{"id":"` + strings.Repeat("a", 65) + `","kind":"k","x":0,"y":0}`), ErrMalformed},
		"off the canvas":      {node(`{"id":"a","kind":"k","x":1000001,"y":0}`), ErrMalformed},
		"off the other side":  {node(`{"id":"a","kind":"k","x":0,"y":-9223372036854775808}`), ErrMalformed},
		"half a pixel":        {node(`{"id":"a","kind":"k","x":0.5,"y":0}`), ErrMalformed},
		"config is a list":    {node(`{"id":"a","kind":"k","x":0,"y":0,"config":[]}`), ErrMalformed},
		"config is null":      {node(`{"id":"a","kind":"k","x":0,"y":0,"config":null}`), ErrMalformed},
		"edge without port":   {`{"spec":2,"nodes":[],"edges":[{"id":"e","from":"a","to":"b"}]}`, ErrMalformed},
		"too large":           {node(`{"id":"a","kind":"k","x":0,"y":0,"title":"` + strings.Repeat("x", MaxDocument) + `"}`), ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse([]byte(c.document)); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestValidName(t *testing.T) {
	for s, want := range map[string]bool{"a": true, "Node-1_b": true, "": false, "é": false, "a\n": false, "a.b": false} {
		if ValidName(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

// same tells whether two texts are the same JSON but for spaces.
func same(a, b []byte) bool {
	var one, two bytes.Buffer
	return json.Compact(&one, a) == nil && json.Compact(&two, b) == nil && bytes.Equal(one.Bytes(), two.Bytes())
}

// Whatever Parse accepts can be written, read again as the same, checked and compared.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(sampleCanonical))
	f.Add([]byte(`{"spec":2,"nodes":[{"id":"a","kind":"start","x":0,"y":0}],"edges":[{"id":"e","from":"a","port":"next","to":"a"}]}`))
	f.Add([]byte(`{"spec":2,"nodes":null,"edges":null}`))
	f.Add([]byte(`{"spec":7}`))
	f.Add([]byte(`{"spec":2,"vars":[{"name":"b","type":"text","default":"<&>","secret":true},{"name":"a","type":"date","about":"x"}],"nodes":[],"edges":[]}`))
	for _, file := range []string{"testdata/spec1.json", "testdata/spec1.want.json"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		g, err := Parse(document)
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrNewerSpec) {
				t.Fatalf("a foreign error: %v", err)
			}
			return
		}
		Check(g, toys{})
		one, err := Marshal(g)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(one)
		if err != nil {
			t.Fatalf("the canonical form is refused: %v\n%s", err, one)
		}
		two, err := Marshal(again)
		if err != nil || !bytes.Equal(one, two) || !Equal(g, again) {
			t.Fatalf("not stable: %v\n%s\n%s", err, one, two)
		}
		if pretty, err := Pretty(g); err != nil || !same(pretty, one) {
			t.Fatalf("pretty is another document: %v\n%s\n%s", err, pretty, one)
		}
		if changes := Diff(g, again); len(changes) != 0 {
			t.Fatalf("differs from itself: %v", changes)
		}
	})
}
