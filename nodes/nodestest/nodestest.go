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

// Updating tells whether the tests are run to write what they would otherwise compare (-update).
func Updating() bool { return *update }

// World is an instance with some skill groups and flows.
type World struct {
	Groups map[string]string // name by id
	Flows  map[string]nodes.Flow
}

// Group gives the name of a skill group and whether it exists.
func (w World) Group(id string) (string, bool) { name, ok := w.Groups[id]; return name, ok }

// Flow gives another flow and whether it exists.
func (w World) Flow(id string) (nodes.Flow, bool) { f, ok := w.Flows[id]; return f, ok }

// Instance is the world of the fixtures.
func Instance() World {
	return World{
		Groups: map[string]string{"g1": "音视频售前服务组", "g2": "音视频售后服务组"},
		Flows: map[string]nodes.Flow{
			"flow_a": {Name: "身份核验", Live: true, Vars: []graph.Variable{{Name: "phone", Type: graph.TextType}}},
			"flow_b": {Name: "草稿"},
			"flow_c": {Name: "外层", Live: true, Vars: []graph.Variable{ // and of what it enters
				{Name: "phone", Type: graph.TextType, Secret: true}, {Name: "phone", Type: graph.TextType},
				{Name: "age", Type: graph.NumberType}, {Name: "age", Type: graph.TextType},
			}},
		},
	}
}

// Fixture is one file in testdata. About to Caller and the inputs of Visits are written by hand, the rest is what must
// come out.
type Fixture struct {
	About    string           `json:"about"`
	Title    string           `json:"title,omitempty"`
	Config   json.RawMessage  `json:"config,omitempty"`
	Vars     []graph.Variable `json:"vars,omitempty"`   // that the flow declares
	Values   map[string]any   `json:"values,omitempty"` // of names, at every visit
	Now      string           `json:"now,omitempty"`    // RFC 3339; empty: the beginning of 1970 in UTC
	Caller   string           `json:"caller,omitempty"`
	Issues   []graph.Issue    `json:"issues"`
	Ports    []graph.Port     `json:"ports"`
	Summary  nodes.Text       `json:"summary"`
	Compiles bool             `json:"compiles"`
	Visits   []Visit          `json:"visits,omitempty"`
}

// Visit is one call of the compiled step.
type Visit struct {
	In      *nodes.Input   `json:"in,omitempty"` // nil on arrival
	Try     int            `json:"try,omitempty"`
	Leave   *nodes.Leave   `json:"leave,omitempty"`
	Wait    *nodes.Wait    `json:"wait,omitempty"`
	Handoff *nodes.Handoff `json:"handoff,omitempty"`
	Fetch   *nodes.Fetch   `json:"fetch,omitempty"`
	Enter   *nodes.Enter   `json:"enter,omitempty"`
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
	w := nodes.Within(Instance(), graph.Graph{Vars: f.Vars})
	f.Issues = append([]graph.Issue{}, nodes.CheckNode(kind, n, w)...)
	f.Ports = []graph.Port{}
	for _, p := range kind.Ports(f.Config) {
		f.Ports = append(f.Ports, p.ID)
	}
	f.Summary = kind.Summary(n, w)
	step, err := kind.Compile(n, nodes.EnvOf(f.Vars))
	f.Compiles = err == nil
	visits := f.Visits
	f.Visits = nil
	for _, v := range visits {
		v = Visit{In: v.In, Try: v.Try}
		if err != nil {
			v.Error = "does not compile"
		} else {
			v.fill(step.Visit(nodes.Visit{Node: n, In: v.In, Try: v.Try, Now: f.now(), Caller: f.Caller, Values: values(f.Values)}))
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
	case nodes.Fetch:
		v.Fetch = &out
	case nodes.Enter:
		v.Enter = &out
	case nodes.Finish:
		v.Finish = &out
	}
	if err != nil {
		v.Error = err.Error()
	}
}

func (f Fixture) now() time.Time {
	t, err := time.Parse(time.RFC3339, f.Now)
	if err != nil {
		return time.Unix(0, 0).UTC()
	}
	return t
}

// values are canned values by path.
type values map[string]any

// Value gives one of them.
func (v values) Value(path string) any { return v[path] }
