package canvas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

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
		{"the sheet pans and zooms and fits", example(), look},
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
		{"error exits are folded until asked for", example(), unfold},
		{"a version is only looked at", example(), readOnly},
		{"publishing is refused, then done", faulty(), publishAtLast},
		{"the name is changed in place", example(), rename},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(sit(t, ctx, tt.draft)) })
	}
}

func drawWithMouse(d *desk) {
	middle := d.at("flow-canvas")
	d.drag(d.at(`[data-kind="branch"]`), middle.plus(-60, -60))
	d.wants("a branch was dropped", 3, 0)
	d.until("the new branch has the form", `document.querySelector("[data-head]").textContent === "分支"`)
	d.drag(d.at(`[data-kind="transfer"]`), middle.plus(180, -200))
	d.wants("a transfer was dropped", 4, 0)
	g := d.seen()
	var branch, transfer graph.NodeID
	for _, n := range g.Nodes {
		switch n.Kind {
		case "branch":
			branch = n.ID
		case "transfer":
			transfer = n.ID
		}
	}
	d.drag(d.at(port("start", "next")), d.at(title(string(branch))))
	d.drag(d.at(port(string(branch), "a")), d.at(title(string(transfer))))
	d.drag(d.at(port(string(branch), "b")), d.at(title("end")))
	d.drag(d.at(port(string(transfer), "done")), d.at(title("end")))
	d.wants("four edges were drawn", 4, 4)
	for _, e := range d.seen().Edges {
		if to, _ := d.seen().Next(e.From, e.Port); to != e.To {
			d.Errorf("edge %v", e)
		}
	}
	d.saved(2)
	for want := 3; want >= 0; want-- {
		d.press("[data-undo]")
		d.wants("an edge was taken back", 4, want)
	}
	d.press("[data-redo]")
	d.wants("an edge came again", 4, 1)
	d.keys("y", chromedp.ModifierCtrl)
	d.wants("another one, by key", 4, 2)
	d.keys("z", chromedp.ModifierCtrl)
	d.wants("and back", 4, 1)
}

func refuse(d *desk) {
	start := d.at(title("start"))
	for _, tt := range []struct{ from, port, to, why string }{
		{"presales", "done", "start", "不能作为下一步"},
		{"menu", "consult", "end", "这个出口已经连接到“售前”"},
		{"menu", "consult", "presales", "这个出口已经连接到“售前”"},
		{"menu", "wrong", "menu", "不能连接到自己"},
	} {
		from := d.at(port(tt.from, tt.port))
		to := d.at(title(tt.to))
		hold(d.T, d.ctx, from, to)
		release(d.T, d.ctx, to)
		if note := d.note(); !strings.Contains(note, tt.why) || !strings.Contains(d.spoken(), tt.why) {
			d.Errorf("%s → %s: the note says %q, screen readers hear %q", tt.from, tt.to, note, d.spoken())
		}
		d.wants("nothing was connected", 5, 5)
		clickAt(d.T, d.ctx, d.empty())
	}
	hold(d.T, d.ctx, d.at(port("presales", "done")), start)
	if !d.is(`document.querySelector(".fc-note").hidden === false && document.querySelector('.fc-card[data-id="start"]').classList.contains("fc-refused")`) {
		d.Error("the refusal does not show before the button is released")
	}
	release(d.T, d.ctx, start)
}

func deleteEdge(d *desk) {
	clickAt(d.T, d.ctx, onEdge(d.T, d.ctx, "e2"))
	if d.selected() != "e2" {
		d.Fatalf("selected %q", d.selected())
	}
	d.keys(kb.Backspace)
	d.wants("the edge is deleted", 5, 4)
	d.keys("z", chromedp.ModifierCtrl)
	d.wants("and back", 5, 5)
	clickAt(d.T, d.ctx, onEdge(d.T, d.ctx, "e2"))
	d.focus("[name=palette-search]")
	d.keys("ab")
	d.keys(kb.Backspace)
	d.wants("Backspace in a field deletes a letter", 5, 5)
	if v := d.say(`document.querySelector("[name=palette-search]").value`); v != "a" {
		d.Errorf("the field holds %q", v)
	}
	d.press(".fc-edgebar button:last-child")
	d.wants("the button beside the edge deletes it too", 5, 4)
}

func leadElsewhere(d *desk) {
	clickAt(d.T, d.ctx, onEdge(d.T, d.ctx, "e2"))
	d.drag(d.at(".fc-grip"), d.at(title("aftersales")))
	if to, _ := d.seen().Next("menu", "consult"); to != "aftersales" {
		d.Errorf("the exit leads to %q", to)
	}
	d.keys("z", chromedp.ModifierCtrl)
	if to, _ := d.seen().Next("menu", "consult"); to != "presales" {
		d.Errorf("one undo leads it to %q", to)
	}
}

func insertIntoEdge(d *desk) {
	d.drag(d.at(`[data-kind="transfer"]`), onEdge(d.T, d.ctx, "e1"))
	d.wants("one more node, one more edge", 6, 6)
	g := d.seen()
	middle, _ := g.Next("start", "next")
	after, _ := g.Next(middle, "done")
	if n, _ := g.Node(middle); n.Kind != "transfer" || after != "menu" {
		d.Errorf("start leads to %v, that to %s", n, after)
	}
	if gap := d.node("menu").X - d.node(middle).X; gap < 240 {
		d.Errorf("the cards are %d apart", gap)
	}
	d.keys("z", chromedp.ModifierCtrl)
	d.wants("one undo takes it all back", 5, 5)
	if d.node("menu").X != example().Nodes[1].X {
		d.Error("the cards did not go back")
	}
	hold(d.T, d.ctx, d.at(`[data-kind="end"]`), onEdge(d.T, d.ctx, "e1"))
	if !d.is(`document.querySelector('[data-edge="e1"]').classList.contains("hot")`) {
		d.Error("the edge does not show that it takes the node")
	}
	release(d.T, d.ctx, onEdge(d.T, d.ctx, "e1"))
	d.wants("an end has no exit", 5, 5)
	if !strings.Contains(d.note(), "没有出口") {
		d.Errorf("the note says %q", d.note())
	}
}

func protect(d *desk) {
	d.press(title("start"))
	d.keys(kb.Backspace)
	d.wants("start stays", 5, 5)
	if !strings.Contains(d.note(), "会话的起点，不能删除") {
		d.Errorf("the note says %q", d.note())
	}
	d.press(title("end"))
	d.keys(kb.Delete)
	d.wants("the only end stays", 5, 5)
	if !strings.Contains(d.note(), "唯一的结束模块") {
		d.Errorf("the note says %q", d.note())
	}
	d.drag(d.at(`[data-kind="end"]`), d.at("flow-canvas").plus(0, 300))
	d.press(title("end"))
	d.keys(kb.Delete)
	d.wants("one of two ends goes, with its edges", 5, 3)
	d.keys("a", chromedp.ModifierCtrl)
	d.keys(kb.Backspace)
	d.wants("deleting everything leaves a start and an end", 2, 0)
	d.keys("z", chromedp.ModifierCtrl)
	d.wants("and undo brings everything", 5, 3)
}

func moveSeveral(d *desk) {
	corner := d.at(node("presales")).plus(-110, -90)
	shift := []chromedp.MouseOption{chromedp.Button("left"), chromedp.ButtonModifiers(chromedp.ModifierShift), chromedp.ClickCount(1)}
	far := d.at(node("aftersales")).plus(90, 90)
	kittest.Do(d.T, d.ctx, chromedp.MouseEvent(chromedp.MousePressed, corner.X, corner.Y, shift...))
	for i := 1.0; i <= 6; i++ {
		kittest.Do(d.T, d.ctx, chromedp.MouseEvent(chromedp.MouseMoved, corner.X+(far.X-corner.X)*i/6, corner.Y+(far.Y-corner.Y)*i/6, shift...))
	}
	kittest.Do(d.T, d.ctx, chromedp.MouseEvent(chromedp.MouseReleased, far.X, far.Y, shift...))
	settle(d.T, d.ctx)
	if d.selected() != "presales,aftersales" && d.selected() != "aftersales,presales" {
		d.Fatalf("the frame selected %q", d.selected())
	}
	was := []graph.Node{d.node("presales"), d.node("aftersales")}
	from := d.at(title("presales"))
	d.drag(from, from.plus(31, 57))
	now := []graph.Node{d.node("presales"), d.node("aftersales")}
	dx, dy := now[0].X-was[0].X, now[0].Y-was[0].Y
	if dx <= 0 || dy <= 0 || now[1].X-was[1].X != dx || now[1].Y-was[1].Y != dy {
		d.Errorf("moved from %v to %v", was, now)
	}
	d.keys("z", chromedp.ModifierCtrl)
	if d.node("presales").X != was[0].X || d.node("aftersales").Y != was[1].Y {
		d.Error("one undo does not bring both back")
	}
	if d.is(`document.querySelector("flow-canvas").editor.doc.canUndo`) {
		d.Error("the drag made more than one entry")
	}
}

func snapToOthers(d *desk) {
	k := kittest.Eval[float64](d.T, d.ctx, `document.querySelector("flow-canvas").editor.camera.k`)
	from := d.at(title("end"))
	// The end stands 160 below the first transfer; it is let go three pixels short of being level with it.
	d.drag(from, from.plus(0, -160*k+3))
	if y, want := d.node("end").Y, d.node("presales").Y; y != want {
		d.Errorf("let go at %d, not snapped to %d", y, want)
	}
}

func giveUp(d *desk) {
	from := d.at(title("menu"))
	hold(d.T, d.ctx, from, from.plus(80, 80))
	d.keys(kb.Escape)
	release(d.T, d.ctx, from.plus(80, 80))
	if n := d.node("menu"); n.X != example().Nodes[1].X || d.is(`document.querySelector("flow-canvas").editor.doc.canUndo`) {
		d.Errorf("the node went to %d all the same", n.X)
	}
	hold(d.T, d.ctx, d.at(port("menu", "wrong")), d.at(title("end")))
	d.keys(kb.Escape)
	release(d.T, d.ctx, d.at(title("end")))
	d.wants("no edge was drawn", 5, 5)
}

func look(d *desk) {
	camera := func() (x, y, k float64) {
		var v [3]float64
		raw := d.say(`(({x, y, k}) => JSON.stringify([x, y, k]))(document.querySelector("flow-canvas").editor.camera)`)
		if err := json.Unmarshal([]byte(raw), &v); err != nil {
			d.Fatal(err)
		}
		return v[0], v[1], v[2]
	}
	x0, y0, k0 := camera()
	d.drag(d.empty(), d.empty().plus(70, 40))
	if x, y, k := camera(); x-x0 != 70 || y-y0 != 40 || k != k0 {
		d.Errorf("dragging the background moved the sheet by %v, %v", x-x0, y-y0)
	}
	p := d.at(title("menu"))
	wheel := func(m chromedp.Modifier) {
		kittest.Do(d.T, d.ctx, chromedp.MouseEvent(chromedp.MouseWheel, p.X, p.Y, chromedp.ButtonModifiers(m), wheelBy(0.001, -120)))
		settle(d.T, d.ctx)
	}
	wheel(chromedp.ModifierCtrl)
	if _, _, k := camera(); k <= k0 {
		d.Errorf("Ctrl and wheel zoomed from %v to %v", k0, k)
	}
	if q := d.at(title("menu")); math.Abs(q.Y-p.Y) > 12 {
		d.Errorf("what is below the pointer moved from %v to %v", p, q)
	}
	_, y1, k1 := camera()
	wheel(chromedp.ModifierNone)
	if _, y, k := camera(); math.Abs(y-y1-120) > 0.1 || k != k1 {
		d.Errorf("the wheel moved the sheet by %v", y-y1)
	}
	d.press(".fc-percent")
	if _, _, k := camera(); k != 1 {
		d.Errorf("100%% is %v", k)
	}
	d.press(".fc-fit")
	if x, y, k := camera(); math.Abs(k-k0) > 0.001 || math.Abs(x-x0) > 1 || math.Abs(y-y0) > 1 {
		d.Errorf("fitting went to %v %v %v, not to %v %v %v", x, y, k, x0, y0, k0)
	}
	d.press(".fc-map")
	if !d.is(`document.querySelectorAll(".fc-card").length === 5`) {
		d.Error("the cards are gone")
	}
	if d.is(`document.querySelector("flow-canvas").editor.doc.canUndo`) {
		d.Error("looking changed the flow")
	}
}

func typeOptions(d *desk) {
	d.press(title("menu"))
	d.press("[data-title]")
	d.keys("a", chromedp.ModifierCtrl)
	d.keys("Welcome")
	d.until("the card has the name", `document.querySelector('.fc-card[data-id="menu"] .fc-title').textContent === "Welcome"`)
	d.press("[data-add]")
	d.until("the new option has the focus", `document.activeElement.closest(".fp-option") === document.querySelector(".fp-option:last-child")`)
	d.keys("Billing")
	d.until("the card has its port, before anything is committed", `[...document.querySelectorAll('.fc-card[data-id="menu"] .fc-row')].some((r) => r.textContent === "Billing")`)
	d.keys(kb.Enter)
	d.keys("3")
	d.until("the chip is made", `document.querySelector(".fp-option:last-child .fp-chip").textContent === "Billing"`)
	var config struct {
		Options []struct{ Keywords []string }
	}
	if err := json.Unmarshal(d.node("menu").Config, &config); err != nil || len(config.Options) != 3 || strings.Join(config.Options[2].Keywords, "|") != "Billing|3" {
		d.Errorf("config %s (%v)", d.node("menu").Config, err)
	}
	d.saved(2)
	d.until("the draft is saved", `document.querySelector("[data-draft]").dataset.is === "dirty"`)
	stored, _ := d.draft().Draft.Node("menu")
	if stored.Title != "Welcome" || !strings.Contains(string(stored.Config), "Billing") {
		d.Errorf("stored %s", stored.Config)
	}
	d.keys(kb.Escape)
	if !d.is(`document.activeElement.matches("flow-canvas")`) {
		d.Error("Escape does not lead back to the canvas")
	}
	for i := 0; i < 9 && d.is(`document.querySelector("flow-canvas").editor.doc.canUndo`); i++ {
		d.keys("z", chromedp.ModifierCtrl)
		if i > 4 {
			d.Error("the typing made too many entries")
		}
	}
	if n := d.node("menu"); n.Title != "请选择服务" || strings.Contains(string(n.Config), "Billing") {
		d.Errorf("undone to %q %s", n.Title, n.Config)
	}
	if d.say(`document.querySelector("[data-title]").value`) != "请选择服务" || !d.is(`document.querySelectorAll(".fp-option").length === 2`) {
		d.Error("the form does not show what undo brought back")
	}
}

func deleteOption(d *desk) {
	d.press(title("menu"))
	d.press(".fp-option:nth-child(2) [data-remove]")
	d.wants("the edge of the option went with it", 5, 4)
	d.until("so did the port", `document.querySelector('.fc-card[data-id="menu"] [data-port="repair"]') === null`)
	d.press("[data-undo]")
	d.wants("one undo", 5, 5)
	d.until("brings the port back", `document.querySelector('.fc-card[data-id="menu"] [data-port="repair"]') !== null`)
	if !d.is(`document.querySelectorAll(".fp-option").length === 2`) {
		d.Error("the form lacks the option")
	}
}

func sortOptions(d *desk) {
	first := func() string {
		var config struct{ Options []struct{ ID string } }
		if err := json.Unmarshal(d.node("menu").Config, &config); err != nil {
			d.Fatal(err)
		}
		return config.Options[0].ID
	}
	d.press(title("menu"))
	d.focus(".fp-option:nth-child(2) [data-grip]")
	d.keys(kb.ArrowUp)
	if first() != "repair" || !strings.Contains(d.spoken(), "第 1 位") {
		d.Errorf("by key: %s is first, %q is said", first(), d.spoken())
	}
	if !d.is(`document.activeElement === document.querySelector(".fp-option:nth-child(1) [data-grip]")`) {
		d.Error("the grip lost the focus")
	}
	grip := d.at(".fp-option:nth-child(1) [data-grip]")
	d.drag(grip, grip.plus(0, 180))
	if first() != "consult" {
		d.Errorf("by dragging: %s is first", first())
	}
	d.wants("the edges stay", 5, 5)
	if to, _ := d.seen().Next("menu", "repair"); to != "aftersales" {
		d.Errorf("the exit leads to %q", to)
	}
	d.press("[data-undo]")
	if first() != "repair" {
		d.Error("a drag is not one act")
	}
}

func insertVariable(d *desk) {
	d.press(title("presales"))
	d.is(`(() => { const a = document.querySelector("#field-queueing"); a.focus(); a.setSelectionRange(2, 2); return true; })()`)
	d.press(`[data-slot="queueing"] [data-hole]`)
	if c := string(d.node("presales").Config); !strings.Contains(c, "当前${WaitNo}售前") {
		d.Errorf("config %s", c)
	}
}

func refuseLetters(d *desk) {
	d.press(title("end"))
	d.press("#field-idleSeconds")
	d.keys("a", chromedp.ModifierCtrl)
	d.keys("1.5")
	if fault := d.say(`document.querySelector('[data-slot="idleSeconds"] .fault').textContent.trim()`); fault != "请填写整数" {
		d.Errorf("1.5 is called %q", fault)
	}
	if c := string(d.node("end").Config); strings.Contains(c, "1.5") || !strings.Contains(c, `"idleSeconds":1`) {
		d.Errorf("config %s", c)
	}
	d.keys("a", chromedp.ModifierCtrl)
	d.keys("9999")
	d.until("the Go side refuses what is too much", `document.querySelector('[data-slot="idleSeconds"] .fault').textContent.includes("3600")`)
	if v := d.say(`document.querySelector("#field-idleSeconds").value`); v != "9999" {
		d.Errorf("what was typed became %q", v)
	}
}

func compose(d *desk) {
	d.press(title("menu"))
	d.is(`(() => {
		const i = document.querySelector("[data-title]");
		i.focus();
		i.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
		i.value = "ni hao";
		i.dispatchEvent(new InputEvent("input", {bubbles: true, isComposing: true}));
		return true;
	})()`)
	if d.node("menu").Title != "请选择服务" {
		d.Error("a half-composed word was taken over")
	}
	d.is(`(() => {
		const i = document.querySelector("[data-title]");
		i.value = "你好";
		i.dispatchEvent(new CompositionEvent("compositionend", {bubbles: true}));
		return true;
	})()`)
	if d.node("menu").Title != "你好" {
		d.Error("the composed word was not taken over")
	}
}

func followProblem(d *desk) {
	d.press("[data-problems]")
	d.until("the list is open", `document.querySelector("#problems").classList.contains("open")`)
	if n := kittest.Eval[int](d.T, d.ctx, `document.querySelectorAll(".fq-error").length`); n != 6 {
		d.Errorf("%d errors are listed", n)
	}
	kittest.Do(d.T, d.ctx, chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll(".fq-line")].find((e) => e.textContent.includes("未选择技能组")).click()`))
	d.until("the field has the focus", `document.activeElement.id === "field-group"`)
	if d.selected() != "aftersales" {
		d.Errorf("selected %q", d.selected())
	}
	kittest.Do(d.T, d.ctx, chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll(".fq-line")].find((e) => e.textContent.includes("第 3 个选项")).click()`))
	d.until("the third option has the focus", `document.activeElement.closest(".fp-option:nth-child(3)") !== null`)
	d.keys("x")
	d.until("the problem is gone", `![...document.querySelectorAll(".fq-line")].some((e) => e.textContent.includes("第 3 个选项"))`)
	d.edit(func() { d.groups = d.groups[:1] })
	kittest.Do(d.T, d.ctx, chromedp.Evaluate[chromedp.Void](`dispatchEvent(new Event("focus"))`))
	d.press(title("presales"))
	d.until("a group that was deleted elsewhere is gone from the list", `document.querySelectorAll("#field-group option").length === 2`)
}

func leadByList(d *desk) {
	d.press(title("menu"))
	lead := func(port, to string) {
		d.Helper()
		d.is(fmt.Sprintf(`(() => {
			const s = document.querySelector('.fp-exit select[data-port="%s"]');
			s.focus(); s.value = %q; s.dispatchEvent(new Event("change", {bubbles: true}));
			return true;
		})()`, port, to))
	}
	lead("wrong", "end")
	if to, _ := d.seen().Next("menu", "wrong"); to != "end" {
		d.Errorf("the list led to %q", to)
	}
	lead("consult", "end")
	if to, _ := d.seen().Next("menu", "consult"); to != "end" {
		d.Errorf("the list led elsewhere to %q", to)
	}
	lead("consult", "")
	d.wants("the list takes the edge away", 5, 5)
}

func copyAndPaste(d *desk) {
	d.is(`(() => { document.querySelector("flow-canvas").editor.selection.only(["start", "menu", "presales"]); document.querySelector("flow-canvas").focus(); return true; })()`)
	d.is(`(() => {
		const c = document.querySelector("flow-canvas"), data = new DataTransfer();
		c.dispatchEvent(new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}));
		window.clip = data.getData("text/plain");
		return true;
	})()`)
	paste := func(text string) {
		d.is(fmt.Sprintf(`(() => {
			const data = new DataTransfer(); data.setData("text/plain", %s);
			document.querySelector("flow-canvas").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
			return true;
		})()`, text))
	}
	paste("clip")
	d.wants("two nodes and the edge between them; a start is not copied", 7, 6)
	for _, n := range d.seen().Nodes {
		if n.Kind == "transfer" && !strings.Contains(string(n.Config), `"group":"g`) {
			d.Errorf("the copy lost its group: %s", n.Config)
		}
	}
	d.keys("z", chromedp.ModifierCtrl)
	d.wants("pasting is one act", 5, 5)
	paste(`"words"`)
	if !strings.Contains(d.note(), "没有流程模块") {
		d.Errorf("the note says %q", d.note())
	}
	paste(`'{"foyerFlow":1,"nodes":[{"id":1}],"edges":[]}'`)
	paste(`'{"foyerFlow":1,"nodes":[{"id":"a","kind":"nothing","x":1,"y":1},{"id":"s","kind":"start","x":1,"y":1}],"edges":[{"from":"a","port":"p","to":"s"}]}'`)
	d.wants("what is no piece of a flow changes nothing", 5, 5)
	d.cut.Store(true)
	d.press(title("menu"))
	d.keys("d", chromedp.ModifierCtrl)
	d.wants("duplicating", 6, 5)
	d.until("the copy has its ports though the Go side is silent", `document.querySelectorAll(".fc-card.on .fc-row").length === 4`)
}

func searchPalette(d *desk) {
	d.stroke("/")
	d.keys("转")
	if !d.is(`document.activeElement.name === "palette-search" && [...document.querySelectorAll("#palette [data-kind]")].filter((e) => e.checkVisibility()).length === 1`) {
		d.Error("the search does not narrow the palette")
	}
	d.keys("xyz")
	if !d.is(`document.querySelector("#palette [data-none]").checkVisibility()`) {
		d.Error("nothing is said when nothing is found")
	}
}

func unfold(d *desk) {
	rows := func() int {
		return kittest.Eval[int](d.T, d.ctx, `document.querySelectorAll('.fc-card[data-id="presales"] .fc-port').length`)
	}
	if rows() != 1 {
		d.Errorf("%d ports before", rows())
	}
	d.press(node("presales") + " .fc-fold")
	if rows() != 6 {
		d.Errorf("%d ports after", rows())
	}
	d.drag(d.at(port("presales", "noAgent")), d.at(title("end")))
	d.press(node("presales") + " .fc-fold")
	if rows() != 2 {
		d.Errorf("%d ports when folded: a wired one must stay", rows())
	}
}

func readOnly(d *desk) {
	if _, _, err := d.designer.Publish(d.ctx, "a", "f1", 1, ""); err != nil {
		d.Fatal(err)
	}
	kittest.Do(d.T, d.ctx, chromedp.Navigate(d.url+"/admin/flows/f1/edit/versions/1"))
	ready(d.T, d.ctx)
	d.press(title("menu"))
	d.until("the form is shown", `document.querySelector("[data-title]").value === "请选择服务" && document.querySelector("[data-title]").disabled`)
	d.keys(kb.Backspace)
	d.keys("d", chromedp.ModifierCtrl)
	d.keys("a")
	from := d.at(title("menu"))
	d.drag(from, from.plus(60, 60))
	d.drag(d.at(node("menu")+" .fc-row .fc-port"), d.at(title("end")))
	if g := d.seen(); !graph.Equal(g, example()) {
		d.Error("a version was changed")
	}
	if d.saves.Load() != 0 {
		d.Error("a version was saved")
	}
}

func publishAtLast(d *desk) {
	d.press("[data-publish]")
	d.until("the problems are listed", `document.querySelector("#publish")?.open === true && document.querySelectorAll("#publish [data-goto]").length === 6`)
	kittest.Do(d.T, d.ctx, chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("#publish [data-goto]")].find((e) => e.textContent.includes("未选择技能组")).click()`))
	d.until("the dialog leads to the field", `!document.querySelector("#publish").open && document.activeElement.id === "field-group"`)
	raw, err := json.Marshal(example())
	if err != nil {
		d.Fatal(err)
	}
	d.is(fmt.Sprintf(`document.querySelector("flow-canvas").editor.replace(%s, "mend") === undefined`, raw))
	d.press("[data-publish]")
	d.until("what is not saved yet is saved first", `document.querySelector("#publish-note") !== null`)
	d.press("#publish-note")
	d.keys("first")
	d.press("#publish [type=submit]")
	d.until("the flow id is handed over", `document.querySelector("#publish [data-copy]")?.dataset.copy === "fabcdefghijklmno"`)
	d.until("the header knows", `document.querySelector("[data-draft]").dataset.is === "saved" && document.querySelector("[data-draft]").textContent.includes("v1")`)
	if v := d.versions["f1"]; len(v) != 1 || v[0].Note != "first" || !graph.Equal(v[0].Graph, example()) {
		d.Errorf("published %+v", v)
	}
}

func rename(d *desk) {
	d.press(".fe-name input")
	d.keys("a", chromedp.ModifierCtrl)
	d.keys("Front desk")
	d.keys(kb.Enter)
	d.until("the title follows", `document.title.startsWith("Front desk")`)
	if d.draft().Name != "Front desk" {
		d.Errorf("stored %q", d.draft().Name)
	}
}
