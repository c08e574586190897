// Package nodestest plays the fixtures of a kind of node: configs with the issues, ports and summary they lead to,
// and visits with their outcomes.
package nodestest

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes"
)

var update = flag.Bool("update", false, "write what happened into testdata")

// World knows the skill groups by id and name.
type World map[string]string

// Group gives the name of a skill group and whether it exists.
func (w World) Group(id string) (string, bool) { name, ok := w[id]; return name, ok }

// Groups is the world of the fixtures.
func Groups() World { return World{"g1": "音视频售前服务组", "g2": "音视频售后服务组"} }

// Fixture is one file in testdata. About, Title, Config and the inputs of Visits are written by hand, the rest is
// what must come out.
type Fixture struct {
	About    string          `json:"about"`
	Title    string          `json:"title,omitempty"`
	Config   json.RawMessage `json:"config,omitempty"`
	Issues   []graph.Issue   `json:"issues"`
	Ports    []graph.Port    `json:"ports"`
	Summary  nodes.Text      `json:"summary"`
	Compiles bool            `json:"compiles"`
	Visits   []Visit         `json:"visits,omitempty"`
}

// Visit is one call of the compiled step.
type Visit struct {
	In      *nodes.Input   `json:"in,omitempty"` // nil on arrival
	Try     int            `json:"try,omitempty"`
	Leave   *nodes.Leave   `json:"leave,omitempty"`
	Wait    *nodes.Wait    `json:"wait,omitempty"`
	Handoff *nodes.Handoff `json:"handoff,omitempty"`
	Finish  *nodes.Finish  `json:"finish,omitempty"`
	Error   string         `json:"error,omitempty"`
}

// Play checks a kind against every testdata/*.json beside its test. A kind without fixtures fails.
func Play(t *testing.T, kind nodes.Kind) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { play(t, kind, file) })
	}
}

func play(t *testing.T, kind nodes.Kind, file string) {
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want Fixture
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&want); err != nil {
		t.Fatal(err)
	}
	got := run(kind, want)
	if *update {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(got); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", want.About, diff)
	}
	if !got.Compiles && !graph.Blocking(got.Issues) {
		t.Error("Compile fails where Check reports no error")
	}
}

// run fills in what comes out.
func run(kind nodes.Kind, f Fixture) Fixture {
	n := graph.Node{ID: "n", Kind: kind.Spec().Name, Title: f.Title, Config: f.Config}
	f.Issues = append([]graph.Issue{}, nodes.CheckNode(kind, n, Groups())...)
	f.Ports = []graph.Port{}
	for _, p := range kind.Ports(f.Config) {
		f.Ports = append(f.Ports, p.ID)
	}
	f.Summary = kind.Summary(n, Groups())
	step, err := kind.Compile(n)
	f.Compiles = err == nil
	visits := f.Visits
	f.Visits = nil
	for _, v := range visits {
		v = Visit{In: v.In, Try: v.Try}
		if err != nil {
			v.Error = "does not compile"
		} else {
			v.fill(step.Visit(nodes.Visit{Node: n, In: v.In, Try: v.Try, Now: time.Unix(0, 0)}))
		}
		f.Visits = append(f.Visits, v)
	}
	return f
}

func (v *Visit) fill(out nodes.Outcome, err error) {
	switch out := out.(type) {
	case nodes.Leave:
		v.Leave = &out
	case nodes.Wait:
		v.Wait = &out
	case nodes.Handoff:
		v.Handoff = &out
	case nodes.Finish:
		v.Finish = &out
	}
	if err != nil {
		v.Error = err.Error()
	}
}
