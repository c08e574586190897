package expression_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes/expression"
)

var jsonEnv = expression.NewEnv([]expression.Name{
	{Path: "caller.id", Type: graph.TextType}, {Path: "n", Type: graph.NumberType}, {Path: "vip", Type: graph.FlagType},
})

// given are values of names.
type given map[string]any

func (g given) Value(path string) any { return g[path] }

func TestJSON(t *testing.T) {
	v := given{"caller.id": `a"b`, "n": 3.5, "vip": true}
	for source, want := range map[string]string{
		`{"a":1}`:              `{"a":1}`,
		``:                     ``,
		`{"a":"${caller.id}"}`: `{"a":"a\"b"}`,
		`{"a":${caller.id}}`:   `{"a":"a\"b"}`,
		`{"a":"<${caller.id}|${n}|${vip}>","b":[${n},${vip}]}`: `{"a":"<a\"b|3.5|true>","b":[3.5,true]}`,
		`{"\"${caller.id}":"\\${n}"}`:                          `{"\"a\"b":"\\3.5"}`,
		`${n}`:                                                 `3.5`,
		`{"a":"${vip ? "yes" : "no"}","b":${vip ? "}" : "{"}}`:                  `{"a":"yes","b":"}"}`,
		`{"a":${n / 0},"b":"${n}"}`:                                             `{"a":null,"b":"3.5"}`,
		`{"a":${split(caller.id, ",")[3]},"b":"-${split(caller.id, ",")[3]}-"}`: `{"a":null,"b":"--"}`,
	} {
		j, faults := jsonEnv.CompileJSON(source)
		if len(faults) > 0 || !j.Valid() {
			t.Errorf("%s: %v, valid %v", source, faults, j.Valid())
		}
		got := j.Render(v)
		if got != want {
			t.Errorf("%s gives %s, not %s", source, got, want)
		}
		if source != "" && !json.Valid([]byte(got)) {
			t.Errorf("%s gives %s, which is no JSON", source, got)
		}
	}
}

// Whatever a caller types or a service answers, the document keeps its shape.
func TestJSONCannotBeBroken(t *testing.T) {
	j, faults := jsonEnv.CompileJSON(`{"within":"<${caller.id}>","alone":${caller.id},"admin":false,"list":[${n},"${n}"]}`)
	if len(faults) > 0 || !j.Valid() {
		t.Fatal(faults)
	}
	for _, evil := range []string{
		`","admin":true,"x":"`, `\`, `\"`, `"}`, "\n\r\t\x00\x1f", "你好😀", "</script>&", "\u2028\u2029", "${n}", `\u0022`,
		"\xff\xfe", strings.Repeat(`"`, 1000), "'; DROP TABLE x; --", "\x7f",
	} {
		var got struct {
			Within, Alone string
			Admin         bool
			List          []any
		}
		d := json.NewDecoder(strings.NewReader(j.Render(given{"caller.id": evil, "n": 1e21})))
		d.DisallowUnknownFields()
		if err := d.Decode(&got); err != nil {
			t.Errorf("%q: %v", evil, err)
			continue
		}
		clean := strings.ToValidUTF8(evil, "\ufffd")
		if evil == "\xff\xfe" {
			clean = "\ufffd\ufffd"
		}
		if got.Within != "<"+clean+">" || got.Alone != clean || got.Admin || len(got.List) != 2 {
			t.Errorf("%q became %+v", evil, got)
		}
	}
}

func TestJSONNumbers(t *testing.T) {
	j, _ := jsonEnv.CompileJSON(`${n}`)
	for n, want := range map[float64]string{0: "0", -1: "-1", 0.1: "0.1", 1e21: "1000000000000000000000", math.Inf(1): "null", math.NaN(): "null"} {
		if got := j.Render(given{"n": n}); got != want {
			t.Errorf("%v gives %s, not %s", n, got, want)
		}
	}
}

// A document is bounded as a whole, as a text is, and stays JSON; what is short still fits behind what is not.
func TestJSONBombs(t *testing.T) {
	j, faults := jsonEnv.CompileJSON(`[` + strings.Repeat(`${caller.id},"${caller.id}",`, 80) + `${n}]`)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	long := strings.Repeat("a", 60_000)
	got := j.Render(given{"caller.id": long, "n": 3.0})
	var lines []any
	if err := json.Unmarshal([]byte(got), &lines); err != nil || len(got) > 2*expression.MaxText {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	if lines[0] != long || lines[1] != "" || lines[158] != nil || lines[160] != 3.0 {
		t.Errorf("%.80q", lines[1:])
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(`","b":1,"c":"`, 1.5)
	j, _ := jsonEnv.CompileJSON(`{"a":"${caller.id}","b":{"c":${caller.id},"n":${n}}}`)
	f.Fuzz(func(t *testing.T, s string, n float64) {
		var got map[string]any
		if err := json.Unmarshal([]byte(j.Render(given{"caller.id": s, "n": n})), &got); err != nil || len(got) != 2 {
			t.Errorf("%q, %v: %v, %v", s, n, got, err)
		}
	})
}

func TestJSONFaults(t *testing.T) {
	for source, want := range map[string]string{
		`{"a":${zzz}}`: "expression.name", `{"a":"${"}`: "template.open",
	} {
		_, faults := jsonEnv.CompileJSON(source)
		if len(faults) == 0 || faults[0].Code != want {
			t.Errorf("%s: %v", source, faults)
		}
	}
	for _, source := range []string{`{`, `{"a":}`, `{${caller.id}:1}`, `{"a":${n}${n}}`, `{"a":x${n}}`, `${n} ${n}`, `a`,
		`{"a":"\${caller.id}","}`, `{"a":"\${caller.id}n"}`, `{"a":"\u${caller.id}0041"}`} {
		if j, faults := jsonEnv.CompileJSON(source); len(faults) > 0 || j.Valid() {
			t.Errorf("%s is valid (%v)", source, faults)
		}
	}
	j, _ := jsonEnv.CompileJSON(`{"a":"${caller.id}","b":${n}}`)
	if diff := cmp.Diff([]string{"caller.id", "n"}, []string{j.Uses()[0].Path, j.Uses()[1].Path}); diff != "" {
		t.Error(diff)
	}
}
