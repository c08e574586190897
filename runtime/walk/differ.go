package walk

import (
	"bytes"
	"encoding/json"
	"slices"

	"foyer/nodes"
	"foyer/runtime/engine"
)

// Difference is a place where two walks part.
type Difference struct {
	Run   int    `json:"run"`            // 0 for the start, then the number of the input
	Event int    `json:"event"`          // from 1 within the run; 0 for its state, error or the menu
	Want  string `json:"want,omitempty"` // JSON; empty where there is nothing
	Got   string `json:"got,omitempty"`
}

// Differ lists where got, which was walked just now, is not as want tells. Of an event that the record has cut, what it
// kept is compared; of a run without a state only the events are.
func Differ(want, got File) []Difference {
	var all []Difference
	add := func(run, event int, a, b any) {
		if x, y := line(a), line(b); x != y {
			all = append(all, Difference{run, event, x, y})
		}
	}
	if want.Menu != nil && !slices.Equal(want.Menu, got.Menu) {
		add(0, 0, want.Menu, got.Menu)
	}
	for r := range max(len(want.Runs), len(got.Runs)) {
		a, b := at(want.Runs, r), at(got.Runs, r)
		for e := range max(len(a.Events), len(b.Events)) {
			switch {
			case e >= len(a.Events):
				add(r, e+1, nil, b.Events[e])
			case e >= len(b.Events):
				add(r, e+1, a.Events[e], nil)
			case !same(a.Events[e], b.Events[e]):
				add(r, e+1, plain(a.Events[e]), plain(b.Events[e]))
			}
		}
		if a.State != nil && b.State != nil {
			add(r, 0, a.State, b.State)
		}
		if a.Error != b.Error {
			add(r, 0, a.Error, b.Error)
		}
	}
	return all
}

// Masked lists the inputs, from 1, whose content a record keeps secret, or may: a web service's answer without content
// looks the same. From there on a walk may part from the record.
func (f File) Masked() (inputs []int) {
	for i, in := range f.Inputs {
		switch {
		case in == nil:
		case in.Text == engine.Masked, in.Option == engine.Masked,
			in.Kind == nodes.Replied && (in.Reply == nil || in.Reply.Body == nil && in.Reply.Fault == ""):
			inputs = append(inputs, i+1)
		}
	}
	return inputs
}

func at(runs []Run, i int) Run {
	if i < len(runs) {
		return runs[i]
	}
	return Run{}
}

func same(want, got engine.Event) bool {
	w := line(plain(want))
	return w == line(plain(got)) || want.Cut && (w == line(plain(got.Fit())) || w == line(plain(got.Bare())))
}

// plain is the event with its time in one zone.
func plain(e engine.Event) engine.Event {
	e.Deadline = e.Deadline.UTC()
	return e
}

func line(v any) string {
	if v == nil {
		return ""
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(b.Bytes()))
}
