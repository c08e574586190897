package engine

import (
	"encoding/json"

	"foyer/designer/graph"
	"foyer/nodes"
)

// set changes variables. What the flow does not declare, or of another type, is left alone: the checks have refused
// it, and a flow of an older version must still run. in is the input that they come from, if there is one.
func (w *walk) set(values map[string]any, in *nodes.Input) error {
	if len(values) == 0 {
		return nil
	}
	shown := make(map[string]any, len(values))
	for name, x := range values {
		if name == nodes.HoursOpen {
			open, _ := x.(bool)
			w.s.Shut = !open
			continue
		}
		v, ok := w.p.vars[name]
		if !ok || !fits(v.kind, x) {
			continue
		}
		if w.s.Vars == nil {
			w.s.Vars = map[string]any{}
		}
		w.s.Vars[name], shown[name] = x, x
		if v.secret {
			shown[name] = Masked
			if in != nil {
				w.mask()
			}
		}
	}
	if len(shown) == 0 {
		return nil
	}
	w.emit(Event{Kind: Changed, Set: shown})
	if raw, err := json.Marshal(w.s.Vars); err != nil || len(raw) > MaxVars {
		return ErrBig
	}
	return nil
}

func fits(t graph.Type, x any) bool {
	switch x.(type) {
	case float64:
		return t == graph.NumberType
	case bool:
		return t == graph.FlagType
	case string:
		return t == graph.TextType || t == graph.DateType
	}
	return false
}

// mask takes what a caller typed or chose, or a service answered, out of the record once it turns out to be secret.
func (w *walk) mask() {
	for _, e := range w.events {
		if e.Kind != Got {
			continue
		}
		if e.Input.Text != "" {
			e.Input.Text = Masked
		}
		if e.Input.Option != "" {
			e.Input.Option = Masked
		}
		if r := e.Input.Reply; r != nil {
			e.Input.Reply = &nodes.Reply{Status: r.Status, Fault: r.Fault}
		}
	}
}

func (w *walk) variable(name string) any { return w.value(name, w.p.vars[name]) }

// value is what a name holds that is declared as v.
func (w *walk) value(name string, v variable) any {
	if x, ok := w.s.Vars[name]; ok && fits(v.kind, x) {
		return x
	}
	return v.start
}
