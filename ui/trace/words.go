package trace

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
	"foyer/ui/kit/text"
)

// words is the sentence of an event; menu is what was asked before it.
func (b Book) words(ctx context.Context, e engine.Event, menu []nodes.Option) string {
	switch e.Kind {
	case engine.Got:
		return b.got(ctx, e, menu)
	case engine.Said:
		return text.T(ctx, "trace.said", "text", text.Said(ctx, e.Text))
	case engine.Asked:
		return asked(ctx, e)
	case engine.Changed:
		return text.T(ctx, "trace.changed", "names", strings.Join(slices.Sorted(maps.Keys(e.Set)), text.T(ctx, "trace.comma")))
	case engine.Noted:
		return b.noted(ctx, e)
	case engine.Went:
		return text.T(ctx, "trace.went", "port", b.port(ctx, e, e.Port))
	case engine.HandedOff:
		if e.Handoff != nil {
			return text.T(ctx, "trace.handedOff", "group", b.group(e.Handoff.Group))
		}
	case engine.Called:
		if e.Fetch != nil {
			return text.T(ctx, "trace.called", "method", e.Fetch.Method, "url", e.Fetch.URL)
		}
		return text.T(ctx, "trace.calledCut")
	case engine.Entered:
		return text.T(ctx, "trace.entered", "flow", b.flow(e.Flow))
	case engine.Left:
		return text.T(ctx, "trace.left")
	case engine.Finished:
		return b.finished(ctx, e)
	case engine.Tripped:
		return text.T(ctx, "trace.tripped", "why", Reason(ctx, e.Reason))
	}
	return "" // arrived is the node itself; chose says nothing that the input and the way out do not
}

// Reason says why a walk has tripped.
func Reason(ctx context.Context, reason string) string {
	if key := "trace.reason." + reason; text.Has(text.From(ctx), key) {
		return text.T(ctx, key)
	}
	return reason
}

// asked is how a question is told; the flow may leave its words to the caller's page.
func asked(ctx context.Context, e engine.Event) string {
	key := "trace.asked"
	if e.Wrong {
		key = "trace.askedAgain"
	}
	if e.Text == "" {
		key += ".bare"
	}
	return text.T(ctx, key, "text", text.Said(ctx, e.Text))
}

func (b Book) got(ctx context.Context, e engine.Event, menu []nodes.Option) string {
	in := e.Input
	switch {
	case in == nil:
		return ""
	case in.Kind == nodes.Choice && in.Option != "":
		return text.T(ctx, "trace.got.option", "option", b.option(ctx, e, menu))
	case in.Kind == nodes.Choice:
		return text.T(ctx, "trace.got.text", "text", in.Text)
	case in.Kind == nodes.Exit && in.Port == nodes.Done && in.Staff != "":
		return text.T(ctx, "trace.got.talk", "staff", in.Staff)
	case in.Kind == nodes.Exit:
		return text.T(ctx, "trace.got.exit", "port", b.port(ctx, e, in.Port))
	case in.Kind == nodes.Replied && in.Reply != nil && in.Reply.Fault != "":
		return text.T(ctx, "trace.got.fault", "why", fault(ctx, in.Reply.Fault))
	case in.Kind == nodes.Replied && in.Reply != nil:
		return text.T(ctx, "trace.got.reply", "status", in.Reply.Status)
	}
	return text.T(ctx, "trace.got."+string(in.Kind))
}

// option is how the one that was chosen read on the menu. Without the menu it is the way out of the same name.
func (b Book) option(ctx context.Context, e engine.Event, menu []nodes.Option) string {
	id := e.Input.Option
	if i := slices.IndexFunc(menu, func(o nodes.Option) bool { return o.ID == id }); i >= 0 {
		return menu[i].Label
	}
	if id == engine.Masked {
		return id
	}
	return b.port(ctx, e, graph.Port(id))
}

func fault(ctx context.Context, fault string) string {
	if key := "trace.fault." + fault; text.Has(text.From(ctx), key) {
		return text.T(ctx, key)
	}
	return fault
}

func (b Book) noted(ctx context.Context, e engine.Event) string {
	if e.Note == nil {
		return text.T(ctx, "trace.noted")
	}
	switch d := e.Note.Data; e.Note.Kind {
	case nodes.Rated:
		return text.T(ctx, "trace.noted.rated", "label", d["label"], "score", d["score"])
	case nodes.CallBack:
		return text.T(ctx, "trace.noted.callBack", "phone", d["phone"], "group", b.group(d["group"]))
	}
	return text.T(ctx, "trace.noted")
}

func (b Book) finished(ctx context.Context, e engine.Event) string {
	switch {
	case e.Reason == "end":
		return text.T(ctx, "trace.finished")
	case e.Port != "" && strings.HasPrefix(e.Reason, "exit."):
		return text.T(ctx, "trace.finished.exit", "port", b.port(ctx, e, e.Port))
	}
	return text.T(ctx, "trace.finished.broken", "why", Reason(ctx, e.Reason))
}

// details are what stands behind the sentence of an event.
func (b Book) details(ctx context.Context, e engine.Event) (out []string) {
	add := func(key string, value string) {
		if value != "" {
			out = append(out, text.T(ctx, "trace.detail."+key, "value", text.Said(ctx, value)))
		}
	}
	for i, o := range e.Menu {
		number := i + 1
		if n, err := strconv.Atoi(o.Keyword); err == nil { // what the flow itself calls it, e.g. a score
			number = n
		}
		out = append(out, strconv.Itoa(number)+". "+o.Label)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Set)) {
		out = append(out, name+" = "+Value(e.Set[name]))
	}
	if e.Input != nil && e.Input.Reply != nil {
		add("body", string(e.Input.Reply.Body))
	}
	if h := e.Handoff; h != nil {
		add("connecting", h.Connecting)
		add("queueing", h.Queueing)
		add("success", h.Success)
		add("preferred", h.Preferred)
		for _, o := range h.Overflow {
			out = append(out, text.T(ctx, "trace.detail.overflow", "group", b.group(o.Group), "seconds", int(o.After.Seconds())))
		}
	}
	if f := e.Fetch; f != nil {
		for _, h := range f.Headers {
			value := h.Value
			if h.Secret != "" {
				value = engine.Masked
			}
			out = append(out, h.Name+": "+value)
		}
		add("body", f.Body)
	}
	if e.Note != nil {
		add("comment", e.Note.Data["comment"])
		add("about", e.Note.Data["about"])
	}
	for _, id := range slices.Sorted(maps.Keys(e.Groups)) {
		g := e.Groups[id]
		out = append(out, text.T(ctx, "trace.detail.group", "group", b.group(id), "length", g.Length, "ready", g.Ready))
	}
	return out
}

// Value writes what a variable holds.
func Value(x any) string {
	switch x := x.(type) {
	case string:
		if x == engine.Masked {
			return x
		}
		raw, err := json.Marshal(x)
		if err == nil {
			return string(raw)
		}
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return fmt.Sprint(x)
}
