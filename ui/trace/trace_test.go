package trace_test

import (
	"strings"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
	"foyer/ui/kit/text"
	"foyer/ui/trace"
)

// Every kind of event, input, note, fault and reason has words in both languages, and none of them is a key.
func TestEverythingHasWords(t *testing.T) {
	var events []engine.Event
	for _, kind := range []engine.EventKind{engine.Said, engine.Asked, engine.Changed, engine.Went, engine.Called, engine.Entered, engine.Left, engine.Finished, engine.Noted} {
		events = append(events, engine.Event{Kind: kind, Text: "x", Port: nodes.Next, Reason: "end"})
	}
	for _, kind := range []nodes.InputKind{nodes.Choice, nodes.Timeout, nodes.Exit, nodes.Replied, nodes.Returned, nodes.Broke} {
		events = append(events, engine.Event{Kind: engine.Got, Input: &nodes.Input{Kind: kind, Port: nodes.Done}})
	}
	for _, fault := range []string{"refused", "timeout", "network", "large", "json"} {
		events = append(events, engine.Event{Kind: engine.Got, Input: &nodes.Input{Kind: nodes.Replied, Reply: &nodes.Reply{Fault: fault}}})
	}
	for _, reason := range []string{engine.ReasonLoop, engine.ReasonDeep, engine.ReasonBig, engine.ReasonDeadEnd, engine.ReasonBroken} {
		events = append(events, engine.Event{Kind: engine.Tripped, Reason: reason}, engine.Event{Kind: engine.Finished, Reason: reason})
	}
	for _, kind := range []nodes.NoteKind{nodes.Rated, nodes.CallBack} {
		events = append(events, engine.Event{Kind: engine.Noted, Note: &nodes.Note{Kind: kind, Data: map[string]string{"comment": "x", "about": "y"}}})
	}
	for _, port := range []graph.Port{nodes.Next, nodes.Error, nodes.Done, nodes.TimedOut, nodes.Full, nodes.Closed, nodes.NoAgent, nodes.Failed, nodes.Wrong} {
		events = append(events, engine.Event{Kind: engine.Went, Port: port}, engine.Event{Kind: engine.Finished, Port: port, Reason: "exit." + string(port)})
	}
	for _, lang := range text.Langs() {
		for i, l := range (trace.Book{Kinds: standard.Set()}).Lines(text.With(t.Context(), lang), events) {
			all := l.Words + strings.Join(l.Details, " ")
			if l.Words == "" || strings.Contains(all, "trace.") || strings.Contains(all, "{") {
				t.Errorf("%s: %+v says %q %q", lang, events[i], l.Words, l.Details)
			}
			if r := events[i].Reason; events[i].Kind == engine.Tripped && strings.Contains(all, r) {
				t.Errorf("%s has no words for %s", lang, r)
			}
		}
	}
}

// An option goes by the number that chooses it, and a question without words of its own is told without any.
func TestAsked(t *testing.T) {
	e := engine.Event{Kind: engine.Asked, Menu: []nodes.Option{{ID: "s5", Keyword: "5", Label: "非常满意"}, {ID: "s", Keyword: "一般", Label: "一般"}}}
	l := trace.Book{}.Lines(text.With(t.Context(), text.Chinese), []engine.Event{e})[0]
	if l.Words != "询问访客" || len(l.Details) != 2 || l.Details[0] != "5. 非常满意" || l.Details[1] != "2. 一般" {
		t.Errorf("%q %q", l.Words, l.Details)
	}
}

// What was chosen reads as it read on the menu, whatever its id; a secret one is not told.
func TestChosen(t *testing.T) {
	events := []engine.Event{
		{Kind: engine.Asked, Menu: []nodes.Option{{ID: "s5", Label: "非常满意"}}},
		{Kind: engine.Got, Input: &nodes.Input{Kind: nodes.Choice, Option: "s5"}},
		{Kind: engine.Asked},
		{Kind: engine.Got, Input: &nodes.Input{Kind: nodes.Choice, Option: engine.Masked}},
	}
	lines := trace.Book{}.Lines(text.With(t.Context(), text.Chinese), events)
	if !strings.Contains(lines[1].Words, "非常满意") || !strings.Contains(lines[3].Words, engine.Masked) {
		t.Errorf("%q, %q", lines[1].Words, lines[3].Words)
	}
}

// Flows within flows are deeper; whatever has tripped through them, the session's own flow is not.
func TestDepth(t *testing.T) {
	events := []engine.Event{
		{Kind: engine.Arrived}, {Kind: engine.Entered}, {Kind: engine.Arrived, In: "a"}, {Kind: engine.Entered, In: "a"},
		{Kind: engine.Arrived, In: "b"}, {Kind: engine.Left, In: "b"}, {Kind: engine.Went, In: "a"}, {Kind: engine.Tripped, In: "a"}, {Kind: engine.HandedOff},
	}
	for i, l := range (trace.Book{}).Lines(t.Context(), events) {
		if want := []int{0, 0, 1, 1, 2, 2, 1, 1, 0}[i]; l.Depth != want {
			t.Errorf("event %d is %d deep, want %d", i, l.Depth, want)
		}
	}
}

// A secret header is masked even where its id is known, and values read as they are written.
func TestValues(t *testing.T) {
	e := engine.Event{Kind: engine.Called, Fetch: &nodes.Fetch{Headers: []nodes.Header{{Name: "Token", Secret: "sec_1"}}}}
	if d := (trace.Book{}).Lines(t.Context(), []engine.Event{e})[0].Details; len(d) != 1 || d[0] != "Token: "+engine.Masked {
		t.Errorf("%q", d)
	}
	for want, x := range map[string]any{`"a\"b"`: `a"b`, "1000000": 1e6, "0.1": 0.1, "true": true, engine.Masked: engine.Masked} {
		if got := trace.Value(x); got != want {
			t.Errorf("%v reads %s", x, got)
		}
	}
}
