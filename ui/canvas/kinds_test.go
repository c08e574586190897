package canvas_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/ui/kit/kittest"
)

// Every kind that can be added is dropped from the palette; its form has a control for each of its fields, in words,
// and axe finds nothing wrong with it. A kind that lands tomorrow is tested by this too. CANVAS_SHOTS names a folder
// for pictures of all the forms.
func TestEveryKindHasItsForm(t *testing.T) {
	ctx, folder := kittest.Browser(t), os.Getenv("CANVAS_SHOTS")
	for _, l := range looks(folder != "") {
		t.Run(fmt.Sprintf("%s-%s-%d", l.theme, l.lang, l.w), func(t *testing.T) {
			d := &desk{T: t, site: open(t, declared()), browser: ctx}
			d.tab(l.w, l.h, fmt.Sprintf("?lang=%s&theme=%s", l.lang, l.theme))
			defer d.shut()
			for _, name := range standard.Set().Names() {
				if spec := standard.Set()[name].Spec(); !spec.Single {
					t.Run(name, func(t *testing.T) {
						one := *d
						one.T = t
						one.drop(spec)
						one.formOf(spec)
						if folder != "" {
							kittest.Screenshot(t, d.ctx, fmt.Sprintf("%s/form-%s-%s-%s-%d.png", folder, name, l.theme, l.lang, l.w), l.w, l.h)
						}
						one.until("the card is drawn", `document.getElementById(document.querySelector("flow-canvas").getAttribute("aria-activedescendant")) !== null`)
						kittest.Axe(t, d.ctx)
						one.is(`document.querySelector("flow-canvas").editor.remove() === undefined`)
					})
				}
			}
		})
	}
}

// declared is a fresh flow with a variable of each type.
func declared() graph.Graph {
	return graph.Graph{
		Spec: graph.SpecVersion,
		Vars: []graph.Variable{
			{Name: "phone", Type: graph.TextType, Secret: true, About: "用户的手机号"},
			{Name: "age", Type: graph.NumberType, Default: "18"},
			{Name: "member", Type: graph.FlagType},
			{Name: "birthday", Type: graph.DateType},
		},
		Nodes: []graph.Node{
			{ID: "start", Kind: "start", X: 80, Y: 160}, {ID: "end", Kind: "end", X: 900, Y: 160, Config: []byte(`{"idleSeconds":300}`)},
		},
		Edges: []graph.Edge{{ID: "e1", From: "start", Port: "next", To: "end"}},
	}
}

// drop puts a new node of a kind onto the sheet: by dragging, or by a tap where the palette is a sheet.
func (d *desk) drop(spec nodes.Spec) {
	d.Helper()
	item := fmt.Sprintf(`#palette [data-kind="%s"]`, spec.Name)
	d.is(`(document.querySelector("flow-canvas").editor.selection.only([]), true)`)
	before := len(d.seen().Nodes)
	if kittest.Eval[int](d.T, d.ctx, `innerWidth`) < 900 {
		d.press(".fb-open")
		still(d.T, d.ctx)
		d.is(fmt.Sprintf(`document.querySelector('%s').scrollIntoView({block: "nearest"}) === undefined`, item))
		d.press(item)
		still(d.T, d.ctx)
		d.press("[data-raise]")
		still(d.T, d.ctx)
	} else {
		d.is(fmt.Sprintf(`document.querySelector('%s').scrollIntoView({block: "nearest"}) === undefined`, item))
		d.drag(d.at(item), d.at("flow-canvas").plus(-60, 120))
		d.keys(kb.Enter)
		d.until("Enter leads into the form", `document.activeElement.matches("[data-title]")`)
	}
	d.wants("dropped", before+1, 1)
}

// formOf fails the test for each field of a kind that is not on the page, or has no words.
func (d *desk) formOf(spec nodes.Spec) {
	d.Helper()
	if d.is(`document.querySelector(".fp-more") !== null`) {
		d.is(`(document.querySelector(".fp-more").open = true)`)
	}
	for _, f := range spec.Fields {
		d.slotOf(`#panel [data-fields]`, f)
		if f.Type != nodes.ListField || d.is(fmt.Sprintf(`document.querySelector('#panel [data-slot="%s"]').hidden`, f.Name)) {
			continue
		}
		if d.is(fmt.Sprintf(`document.querySelectorAll('#panel [data-slot="%s"] .fp-row').length === 0`, f.Name)) {
			d.is(fmt.Sprintf(`document.querySelector('#panel [data-slot="%s"] [data-add]').click() === undefined`, f.Name))
		}
		members := slices.DeleteFunc(slices.Clone(f.Item), func(m nodes.Field) bool { return m.Name == "id" && m.Type == nodes.LineField })
		for _, m := range members {
			d.slotOf(fmt.Sprintf(`#panel [data-slot="%s"] .fp-row`, f.Name), m)
		}
		if n := kittest.Eval[int](d.T, d.ctx, fmt.Sprintf(`document.querySelectorAll('#panel [data-slot="%s"] .fp-row:first-child [data-slot]').length`, f.Name)); n != len(members) {
			d.Errorf("%s.%s shows %d of %d members", spec.Name, f.Name, n, len(members))
		}
	}
	if words := d.say(`[...document.querySelectorAll("#panel .label, #panel option, #panel [data-add], #panel [aria-label]")].map((e) => e.ariaLabel || e.textContent.trim()).filter((w) => w === "" || /^(node|canvas|unit)\./.test(w)).join(" ")`); words != "" {
		d.Errorf("%s: words without words: %q", spec.Name, words)
	}
	if twice := d.say(`[...document.querySelectorAll("#panel [id]")].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i).join()`); twice != "" {
		d.Errorf("%s: ids twice: %s", spec.Name, twice)
	}
}

// slotOf fails the test when a field has no control within a part of the form.
func (d *desk) slotOf(within string, f nodes.Field) {
	d.Helper()
	css := fmt.Sprintf(`%s [data-slot="%s"]`, within, f.Name)
	found := d.say(fmt.Sprintf(`(() => {
		const slot = document.querySelector(%q);
		if (!slot) return "missing";
		if (slot.hidden) return slot.dataset.when ? "" : "hidden without a reason";
		if (slot.getBoundingClientRect().height < 20) return "flat";
		return slot.querySelector("input, textarea, select, ul, [data-day]") ? "" : "empty";
	})()`, css))
	if found != "" {
		d.Errorf("field %s (%s) is %s", f.Name, f.Type, found)
	}
}
