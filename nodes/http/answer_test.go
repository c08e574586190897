package http

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
)

const body = `{"data":{"items":[{"name":"张敏","id":12345678901234567890},{"name":null}],"n":0,"deep":[[1,[2]]],"a-b":true},"status":"open","":1}`

func TestPaths(t *testing.T) {
	tree := parse(json.RawMessage(body))
	for path, want := range map[string]any{
		"data.items[0].name": "张敏", "data.items[0].id": json.Number("12345678901234567890"), " $.status ": "open", "$.data.n": json.Number("0"),
		"data.deep[0][1][0]": json.Number("2"), "data.a-b": true, "data.items[1].name": nil, "data.items[2].name": nil, "data.items.name": nil,
		"data[0]": nil, "nothing.at.all": nil, "data.n.more": nil, "data.items[65535]": nil,
	} {
		steps, ok := readPath(path)
		if !ok {
			t.Errorf("%s is refused", path)
		}
		got := tree
		for _, s := range steps {
			got = s.in(got)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	if steps, ok := readPath("$"); !ok || len(steps) != 0 {
		t.Errorf("the whole body: %v, %v", steps, ok)
	}
	list := parse(json.RawMessage(`[7]`))
	for _, path := range []string{"[0]", "$[0]"} {
		if steps, ok := readPath(path); !ok || steps[0].in(list) != json.Number("7") {
			t.Errorf("%s: %v, %v", path, steps, ok)
		}
	}
	for _, bad := range []string{"", " ", ".", "a.", ".a", "a..b", "a[", "a[]", "a[-1]", "a[x]", "a[70000]", "a]b", "$$", "$a", "a b", "a[0]b", "a.[0]", `a["b"]`, "*"} {
		if steps, ok := readPath(bad); ok {
			t.Errorf("%q is taken for %v", bad, steps)
		}
	}
}

func TestConvert(t *testing.T) {
	for _, tt := range []struct {
		in   any
		to   graph.Type
		want any // nil: has no such form
	}{
		{"a", graph.TextType, "a"}, {"", graph.TextType, ""}, {json.Number("3.10"), graph.TextType, "3.10"}, {true, graph.TextType, "true"},
		{[]any{json.Number("1")}, graph.TextType, "[1]"}, {map[string]any{"a": nil}, graph.TextType, `{"a":null}`}, {nil, graph.TextType, nil},
		{"a\x00b\r\n\tc\xff", graph.TextType, "ab\n\tc\ufffd"},
		{json.Number("3.5"), graph.NumberType, 3.5}, {" 4 ", graph.NumberType, 4.0}, {"", graph.NumberType, nil}, {"four", graph.NumberType, nil},
		{json.Number("1e999"), graph.NumberType, nil}, {"NaN", graph.NumberType, nil}, {true, graph.NumberType, nil}, {[]any{}, graph.NumberType, nil},
		{true, graph.FlagType, true}, {"false", graph.FlagType, false}, {json.Number("1"), graph.FlagType, true}, {json.Number("2"), graph.FlagType, nil}, {"", graph.FlagType, nil},
		{"2026-01-31", graph.DateType, "2026-01-31"}, {"2026-01-31T23:00:00Z", graph.DateType, "2026-01-31"}, {"31.1.2026", graph.DateType, nil}, {json.Number("5"), graph.DateType, nil},
	} {
		got, ok := convert(tt.in, tt.to)
		if !ok {
			got = nil
		}
		if got != tt.want {
			t.Errorf("%v as %s is %v, not %v", tt.in, tt.to, got, tt.want)
		}
	}
	if got, _ := convert(strings.Repeat("长", 2*maxText), graph.TextType); len([]rune(got.(string))) != maxText {
		t.Errorf("a long text has %d characters", len([]rune(got.(string))))
	}
}

func TestParse(t *testing.T) {
	for _, bad := range []string{"", "{", "nope"} {
		if got := parse(json.RawMessage(bad)); got != nil {
			t.Errorf("%q has parts: %v", bad, got)
		}
	}
}

func FuzzPath(f *testing.F) {
	f.Add("data.items[0].name", body)
	f.Fuzz(func(t *testing.T, path, body string) {
		steps, ok := readPath(path)
		tree := parse(json.RawMessage(body))
		for _, s := range steps {
			tree = s.in(tree)
		}
		if x, fits := convert(tree, graph.NumberType); ok && fits {
			if _, number := x.(float64); !number {
				t.Errorf("%v is no number", x)
			}
		}
	})
}
