package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
)

// huge is an event in which everything that can be long is.
func huge(text string) engine.Event {
	e := engine.Event{
		Kind: engine.Asked, Node: graph.NodeID(strings.Repeat("n", 64)), In: "ver_" + strings.Repeat("v", 26), Text: text,
		Input: &nodes.Input{Kind: nodes.Replied, Option: "o", Text: text, Reply: &nodes.Reply{Status: 200, Fault: text}},
		Ask:   &nodes.Ask{Type: nodes.AskText, Min: text}, Option: &nodes.Option{ID: "o", Label: text},
		Set: map[string]any{}, Note: &nodes.Note{Kind: nodes.Rated, Data: map[string]string{text: text}},
		Handoff: &nodes.Handoff{Group: "g", Connecting: text, Queueing: text, Success: text}, End: nodes.EndPolicy{IdleText: text},
		Fetch: &nodes.Fetch{Method: "POST", URL: text, Body: text}, Groups: map[string]engine.Group{}, Deadline: noon,
	}
	for i := range 200 {
		e.Menu = append(e.Menu, nodes.Option{ID: fmt.Sprint("option", i), Keyword: text, Label: text})
		e.Set[fmt.Sprint("v", i)] = text
		e.Groups[fmt.Sprint("g", i)] = engine.Group{}
		e.Fetch.Headers = append(e.Fetch.Headers, nodes.Header{Name: text, Value: text})
	}
	e.Input.Reply.Body, _ = json.Marshal(map[string]any{"deep": []any{e.Set, e.Set}, text: 1.5})
	return e
}

// However much came in, one event has at most 4 KB, is still an event, and the same one fits the same way.
func TestFit(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "words": strings.Repeat("你好，", 3000), "signs": strings.Repeat("\"\u0001<", 3000), "broken": strings.Repeat("\xff", 9000), "a line": strings.Repeat("x", 400),
	} {
		t.Run(name, func(t *testing.T) {
			e := huge(text)
			before, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			got := e.Fit()
			raw, err := json.Marshal(got)
			if err != nil || len(raw) > engine.MaxEvent || !got.Cut {
				t.Fatalf("%d bytes, cut %v, %v", len(raw), got.Cut, err)
			}
			var back engine.Event
			if err := json.Unmarshal(raw, &back); err != nil || back.Kind != e.Kind || back.Node != e.Node || back.In != e.In || !back.Deadline.Equal(noon) {
				t.Errorf("%s, %v", raw, err)
			}
			if diff := cmp.Diff(back, back.Fit()); diff != "" {
				t.Errorf("what fits is cut again\n%s", diff)
			}
			again, _ := json.Marshal(e.Fit())
			after, _ := json.Marshal(e)
			if string(again) != string(raw) || string(after) != string(before) {
				t.Error("it does not fit the same way twice, or was changed")
			}
		})
	}
}

// What is small stays whole; of a long text the beginning stays.
func TestFitKeeps(t *testing.T) {
	small := engine.Event{Kind: engine.Chose, Node: "menu", Option: &nodes.Option{ID: "a", Label: "产品报障"}, Set: map[string]any{"n": 1e21, "ok": true}}
	if diff := cmp.Diff(small, small.Fit()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	long := engine.Event{Kind: engine.Said, Node: "menu", Text: strings.Repeat("您好。", 2000)}.Fit()
	if !long.Cut || !strings.HasPrefix(long.Text, "您好。您好。") || len(long.Text) > 1000*3+3 || !strings.HasSuffix(long.Text, "…") {
		t.Errorf("%q", long.Text)
	}
	body := engine.Event{Kind: engine.Got, Input: &nodes.Input{Kind: nodes.Replied, Reply: &nodes.Reply{
		Status: 200, Body: json.RawMessage(`{"id":12345678901234567890,"list":"` + strings.Repeat("z", 9000) + `"}`),
	}}}.Fit()
	if got := string(body.Input.Reply.Body); !body.Cut || !strings.HasPrefix(got, `{"id":12345678901234567890,"list":"zzz`) || !json.Valid([]byte(got)) {
		t.Errorf("%s", got)
	}
	if bare := huge("x").Bare(); bare.Text != "" || bare.Menu != nil || bare.Option.ID != "o" || bare.Handoff.Group != "g" || bare.Input.Option != "o" {
		t.Errorf("%+v", bare)
	}
}

// The trace tells how a skill group stood that a text asked about, once, and all of a walk see the same.
func TestTraceOfGroups(t *testing.T) {
	g := standard.ExampleFlow("g1", "g2")
	g.Nodes[2].Config = json.RawMessage(`{"group":"g1","connecting":"${queue.length} ${group.ready} ${queue.length}"}`)
	g.Edges[0].To = "presales"
	calls := 0
	m := engine.Moment{Now: noon, Group: func(string) engine.Group { calls++; return engine.Group{Length: calls, Wait: 60, Ready: 2} }}
	_, events, err := engine.Advance(compile(t, g), engine.State{}, nil, m)
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	if last.Handoff == nil || last.Handoff.Connecting != "1 2 1" || last.Groups["g1"] != (engine.Group{Length: 1, Wait: 60, Ready: 2}) {
		t.Errorf("%+v", last)
	}
	for _, e := range events[:len(events)-1] {
		if e.Groups != nil {
			t.Errorf("%+v", e)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	e := engine.Event{Kind: engine.Asked, Text: "请选择", Menu: []nodes.Option{{ID: "a", Label: "产品咨询"}}, Deadline: noon.Add(time.Minute)}
	b.ReportAllocs()
	for b.Loop() {
		_ = e.Fit()
	}
}
