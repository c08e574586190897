package canvas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"foyer/designer/graph"
	"foyer/ui/kit/kittest"
)

// desk is one page of the designer with a hand that works on it.
type desk struct {
	*testing.T
	*site
	browser context.Context
	ctx     context.Context // the tab
	shut    func()          // closes the tab
}

// sit opens the designer of a new site in a tab of its own; one with unsaved work would ask before it is left.
func sit(t *testing.T, ctx context.Context, draft graph.Graph) *desk {
	t.Helper()
	d := &desk{T: t, site: open(t, draft), browser: ctx}
	d.tab(1440, 900, "?lang=zh-CN&theme=light")
	t.Cleanup(func() { d.shut() })
	return d
}

// tab opens the designer in a new tab.
func (d *desk) tab(w, h int64, query string) {
	d.Helper()
	tab, shut := chromedp.NewContext(d.browser)
	watched := kittest.Watch(d.T, tab)
	d.ctx, d.shut = tab, func() { shut(); <-watched }
	kittest.Do(d.T, tab, kittest.Size(w, h), chromedp.Navigate(d.url+"/admin/flows/f1/edit"+query))
	ready(d.T, tab)
}

// seen gives the drawing as it is on the canvas.
func (d *desk) seen() graph.Graph {
	d.Helper()
	var g graph.Graph
	raw := kittest.Eval[string](d.T, d.ctx, `JSON.stringify(document.querySelector("flow-canvas").editor.doc)`)
	if err := json.Unmarshal([]byte(raw), &g); err != nil {
		d.Fatal(err)
	}
	return g
}

// wants fails the test when the canvas does not show so many nodes and edges.
func (d *desk) wants(what string, nodes, edges int) {
	d.Helper()
	if g := d.seen(); len(g.Nodes) != nodes || len(g.Edges) != edges {
		d.Fatalf("%s: %d nodes and %d edges, want %d and %d", what, len(g.Nodes), len(g.Edges), nodes, edges)
	}
}

func (d *desk) node(id graph.NodeID) graph.Node {
	d.Helper()
	n, ok := d.seen().Node(id)
	if !ok {
		d.Fatalf("no node %s", id)
	}
	return n
}

func (d *desk) press(css string)      { d.Helper(); press(d.T, d.ctx, css) }
func (d *desk) at(css string) point   { d.Helper(); return at(d.T, d.ctx, css) }
func (d *desk) drag(from, to point)   { d.Helper(); drag(d.T, d.ctx, from, to) }
func (d *desk) until(what, js string) { d.Helper(); until(d.T, d.ctx, what, js) }
func (d *desk) is(js string) bool     { d.Helper(); return kittest.Eval[bool](d.T, d.ctx, js) }
func (d *desk) say(js string) string  { d.Helper(); return kittest.Eval[string](d.T, d.ctx, js) }
func (d *desk) focus(css string) {
	d.Helper()
	d.is(fmt.Sprintf(`document.querySelector(%q).focus() === undefined`, css))
}
func (d *desk) spoken() string {
	d.Helper()
	return d.say(`document.querySelector("[data-live]").textContent`)
}
func (d *desk) note() string {
	d.Helper()
	return d.say(`document.querySelector(".fc-note").textContent`)
}
func (d *desk) selected() string {
	d.Helper()
	return d.say(`document.querySelector("flow-canvas").editor.selection.all.join()`)
}
func (d *desk) empty() point { d.Helper(); return d.at("flow-canvas").plus(-120, -280) }
func (d *desk) keys(text string, m ...chromedp.Modifier) {
	d.Helper()
	keys(d.T, d.ctx, text, m...)
}

// stroke presses one key as a keyboard does, so that a page which takes the key keeps its letter from being typed.
func (d *desk) stroke(key string, m ...chromedp.Modifier) {
	d.Helper()
	stroke(d.T, d.ctx, key, m...)
}

func (d *desk) saved(want int) {
	d.Helper()
	for end := time.Now().Add(6 * time.Second); d.draft().DraftRev < want; time.Sleep(30 * time.Millisecond) {
		if time.Now().After(end) {
			d.Fatalf("the draft is still revision %d", d.draft().DraftRev)
		}
	}
}

// TestBehaviour works on the real page with a real mouse and a real keyboard.
func TestBehaviour(t *testing.T) {
	ctx := kittest.Browser(t)
	for _, tt := range []struct {
		name  string
		draft graph.Graph
		run   func(d *desk)
	}{
		{"a flow is drawn with the mouse", graph.Graph{}, drawWithMouse},
		{"a connection that may not be is refused with its reason", example(), refuse},
		{"an edge is selected by a click and deleted by Backspace", example(), deleteEdge},
		{"an edge is led elsewhere by its arrow", example(), leadElsewhere},
		{"a node goes into an edge", example(), insertIntoEdge},
		{"start and the last end are protected", example(), protect},
		{"several nodes move as one and come back as one", example(), moveSeveral},
		{"moving snaps to other nodes", example(), snapToOthers},
		{"Escape gives up what the hand is doing", example(), giveUp},
		{"the sheet pans and zooms and fits", example(), panAndZoom},
		{"typing reaches the node and its port", example(), typeOptions},
		{"a deleted option takes its edge and undo brings both", example(), deleteOption},
		{"options are put into order", example(), sortOptions},
		{"a variable is put where the caret is", example(), insertVariable},
		{"numbers must be numbers", example(), refuseLetters},
		{"an input method may compose in peace", example(), compose},
		{"problems lead to their place", faulty(), followProblem},
		{"exits are led by lists", example(), leadByList},
		{"pieces are copied and pasted", example(), copyAndPaste},
		{"the palette is searched", example(), searchPalette},
		{"Enter adds from the palette, also after a drag", example(), addByKey},
		{"error exits are folded until asked for", example(), unfold},
		{"an exit that is usually left unwired shows itself when it is wanted", example(), wireQuiet},
		{"a version is only looked at", example(), readOnly},
		{"publishing is refused, then done", faulty(), publishAtLast},
		{"the name is changed in place", example(), rename},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(sit(t, ctx, tt.draft)) })
	}
}
