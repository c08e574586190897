package standard_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/nodestest"
	"foyer/nodes/standard"
	"foyer/ui/kit/text"
)

var _ flow.Kinds = nodes.Checker{}

func checker() nodes.Checker {
	return nodes.Checker{Set: standard.Set(), World: func(context.Context) nodes.Around { return nodestest.Instance() }}
}

// A folder under nodes that nobody listed would never run, and one without fixtures is not tested: say so at once.
func TestEveryFolderIsListed(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range unlisted(entries, standard.Set().Names()) {
		t.Errorf("nodes/%s is not in standard.Set; add a line", name)
	}
	for _, name := range standard.Set().Names() {
		if files, err := filepath.Glob("../" + name + "/testdata/*.json"); err != nil || len(files) == 0 {
			t.Errorf("nodes/%s has no fixtures in testdata: %v", name, err)
		}
	}
	planted := unlisted(entries, slices.DeleteFunc(standard.Set().Names(), func(name string) bool { return name == "end" }))
	if diff := cmp.Diff([]string{"end"}, planted); diff != "" {
		t.Errorf("a planted gap is not found: %s", diff)
	}
}

func unlisted(entries []os.DirEntry, names []string) (out []string) {
	for _, e := range entries {
		if e.IsDir() && !slices.Contains([]string{"standard", "nodestest", "expression", "testdata"}, e.Name()) && !slices.Contains(names, e.Name()) {
			out = append(out, e.Name())
		}
	}
	return out
}

// Every kind is whole: its defaults decode, its ports do not change names, its words are in the catalogues.
func TestKindsAreWhole(t *testing.T) {
	for name, kind := range standard.Set() {
		spec := kind.Spec()
		if spec.Icon == "" || !slices.Contains([]string{"flow", "data", "human", "end"}, spec.Category) {
			t.Errorf("%s: icon %q, category %q", name, spec.Icon, spec.Category)
		}
		fresh := graph.Node{ID: "n", Kind: name, Config: json.RawMessage(spec.Default)}
		if _, err := kind.Compile(fresh, nodes.EnvOf(nil)); err != nil {
			t.Errorf("%s: the defaults do not compile: %v", name, err)
		}
		keys := []string{"node." + name, "node." + name + ".about", "node.category." + spec.Category}
		for _, f := range spec.Fields {
			key := "node." + name + "." + f.Name
			keys = append(keys, key, key+".help", key+".placeholder")
			if f.Unit != "" {
				keys = append(keys, f.Unit)
			}
			for _, member := range f.Item {
				if member.Name != "id" { // a port's name, never shown
					keys = append(keys, key+"."+member.Name)
				}
			}
		}
		for _, p := range kind.Ports(fresh.Config) {
			if p.Label.Key != "" {
				keys = append(keys, p.Label.Key)
			}
		}
		for _, lang := range text.Langs() {
			for _, key := range keys {
				if !text.Has(lang, key) {
					t.Errorf("%s lacks %q", lang, key)
				}
			}
		}
	}
}

// Every issue code and summary that the sources name has its sentence, and no sentence is left over.
func TestIssuesHaveSentences(t *testing.T) {
	owners := append(standard.Set().Names(), "graph", "node", "field", "template", "expression", "var", "flow")
	code := regexp.MustCompile(`"((?:` + strings.Join(owners, "|") + `)\.[a-zA-Z]+|node\.[a-z]+\.(?:summary|say)[a-zA-Z]*)"`)
	used := map[string]bool{}
	value := map[string]bool{} // names such as hours.open, which are no codes
	for _, n := range nodes.EnvOf(nil).Names() {
		value[n.Path] = true
	}
	for _, pattern := range []string{"../*.go", "../*/*.go", "../../designer/graph/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, m := range code.FindAllStringSubmatch(string(raw), -1) {
				key := m[1]
				if value[key] {
					continue
				}
				if strings.Count(key, ".") == 1 {
					key = "issue." + key
				}
				used[key] = true
				if !text.Has(text.Chinese, key) {
					t.Errorf("%s: %q has no sentence", file, m[1])
				}
			}
		}
	}
	ctx := text.With(t.Context(), text.Chinese)
	for key := range text.Bundle(ctx, "issue.") {
		if !used[key] {
			t.Errorf("%q is never an issue", key)
		}
	}
	if len(used) < 40 {
		t.Errorf("only %d codes were found", len(used))
	}
}

// An issue reads as a whole sentence with nothing left to fill in.
func TestIssuesRead(t *testing.T) {
	g := standard.ExampleFlow("g1", "")
	g.Nodes[2].Config = json.RawMessage(`{"group":"g1","queueing":"${WaitNum}"}`)
	g.Edges = g.Edges[:4]
	var got []string
	for _, i := range checker().Check(t.Context(), g) {
		if i.Level == graph.Error {
			got = append(got, text.Fill(t.Context(), "issue."+i.Code, i.Args))
		}
	}
	want := []string{
		"“售前”：“转人工排队提示消息”中没有名为 WaitNum 的变量，是不是想写 WaitNo？",
		"“售后”的出口“通话结束”没有连接下一步，用户走到这里会被中断。",
		"“售后”：未选择“技能组名称”。",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestFresh(t *testing.T) {
	got := checker().Fresh()
	want := graph.Graph{
		Spec: graph.SpecVersion,
		Nodes: []graph.Node{
			{ID: "start", Kind: "start", X: 80, Y: 160, Config: json.RawMessage(`{}`)},
			{ID: "end", Kind: "end", X: 900, Y: 160, Config: json.RawMessage(`{"idleSeconds":300}`)},
		},
		Edges: []graph.Edge{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if err := got.Valid(); err != nil {
		t.Error(err)
	}
	var codes []string
	for _, i := range checker().Check(t.Context(), got) {
		codes = append(codes, i.Code)
	}
	if diff := cmp.Diff([]string{"graph.deadEnd", "graph.unreachable"}, codes); diff != "" {
		t.Errorf("its issues (-want +got)\n%s", diff)
	}
}

// The example can be published, and its boxes stand in columns with room between them.
func TestExampleFlow(t *testing.T) {
	g := standard.ExampleFlow("g1", "g2")
	if err := g.Valid(); err != nil {
		t.Fatal(err)
	}
	for _, i := range checker().Check(t.Context(), g) {
		if i.Code != "graph.unwired" {
			t.Errorf("%+v", i)
		}
	}
	const width, gap, tallest = 220, 100, 300
	for i, a := range g.Nodes {
		for _, b := range g.Nodes[i+1:] {
			dx, dy := max(a.X-b.X, b.X-a.X), max(a.Y-b.Y, b.Y-a.Y)
			if dx < width+gap && dy < tallest {
				t.Errorf("%s and %s stand too close", a.ID, b.ID)
			}
		}
	}
	if presales, _ := g.Next("menu", "consult"); presales != "presales" {
		t.Errorf("产品咨询 leads to %s", presales)
	}
	if aftersales, _ := g.Next("menu", "repair"); aftersales != "aftersales" {
		t.Errorf("产品报障 leads to %s", aftersales)
	}
}

// The checker answers the structural rules for kinds it has and for one it has not.
func TestTraits(t *testing.T) {
	set := standard.Set()
	if trait, ok := set.Trait("start"); !ok || !trait.Entry || !trait.Single || trait.Wait {
		t.Errorf("start: %+v %v", trait, ok)
	}
	if trait, ok := set.Trait("branch"); !ok || trait.Entry || !trait.Wait {
		t.Errorf("branch: %+v %v", trait, ok)
	}
	if _, ok := set.Trait("robot"); ok {
		t.Error("robot is known")
	}
	if exits := set.Exits(graph.Node{Kind: "robot"}); exits != nil {
		t.Errorf("robot has exits %v", exits)
	}
	exits := set.Exits(graph.Node{Kind: "transfer"})
	if len(exits) != 6 || exits[0] != (graph.Exit{Port: "done", Label: "key:node.transfer.port.done"}) || !exits[1].Optional {
		t.Errorf("transfer has exits %+v", exits)
	}
}
