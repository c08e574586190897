package engine

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"foyer/nodes"
)

// MaxEvent is how many bytes of JSON one event may have in a trace.
const MaxEvent = 4 << 10

// ellipsis stands at the end of what was cut.
const ellipsis = "…"

// Fit gives the event as a trace keeps it: whole when its JSON has at most MaxEvent bytes, else with its texts, lists
// and answers cut just so far, and marked as Cut. What e refers to is not changed. The same event fits the same way
// always.
func (e Event) Fit() Event {
	if e.slim() {
		return e
	}
	raw, err := json.Marshal(e)
	if err != nil {
		return e.Bare()
	}
	if len(raw) <= MaxEvent {
		return e
	}
	for _, most := range []struct{ runes, items int }{{1000, 100}, {300, 30}, {100, 10}} {
		if small, ok := shorten(raw, most.runes, most.items); ok {
			return small
		}
	}
	return e.Bare()
}

// Bare gives nothing but kinds, ids, ports and times of the event, in a few hundred bytes.
func (e Event) Bare() Event {
	b := Event{Kind: e.Kind, Node: e.Node, In: e.In, Port: e.Port, Edge: e.Edge, Wrong: e.Wrong, Deadline: e.Deadline, Flow: e.Flow, Reason: e.Reason, Cut: true}
	if e.Input != nil {
		b.Input = &nodes.Input{Kind: e.Input.Kind, Option: e.Input.Option, Port: e.Input.Port, Staff: e.Input.Staff}
	}
	if e.Option != nil {
		b.Option = &nodes.Option{ID: e.Option.ID}
	}
	if e.Handoff != nil {
		b.Handoff = &nodes.Handoff{Group: e.Handoff.Group}
	}
	return b
}

// slim tells of most events that they are small, without writing them.
func (e Event) slim() bool {
	const short = MaxEvent / 16 // however it is escaped
	return len(e.Text) < short && e.Menu == nil && e.Input == nil && e.Option == nil && e.Set == nil && e.Note == nil &&
		e.Handoff == nil && e.Fetch == nil && e.Groups == nil && len(e.End.IdleText)+len(e.End.AgentEndsText) < short
}

// shorten cuts every text and list of an event that was written; ok is false when that is still too much.
func shorten(raw []byte, runes, items int) (e Event, ok bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var tree any
	if d.Decode(&tree) != nil {
		return e, false
	}
	small, err := json.Marshal(cut(tree, runes, items))
	if err != nil || json.Unmarshal(small, &e) != nil {
		return e, false
	}
	e.Cut = true
	small, err = json.Marshal(e)
	return e, err == nil && len(small) <= MaxEvent
}

func cut(x any, runes, items int) any {
	switch x := x.(type) {
	case string:
		if r := []rune(x); len(r) > runes {
			return string(r[:runes]) + ellipsis
		}
	case json.Number:
		if len(x) > runes { // digits without end; no number of ours
			return json.Number("0")
		}
	case []any:
		x = x[:min(len(x), items)]
		for i := range x {
			x[i] = cut(x[i], runes, items)
		}
		return x
	case map[string]any:
		for i, name := range slices.Sorted(maps.Keys(x)) {
			if i < items {
				x[name] = cut(x[name], runes, items)
			} else {
				delete(x, name)
			}
		}
		return x
	}
	return x
}
