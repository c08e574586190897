package canvas_test

import (
	"encoding/json"
	"math"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/designer/graph"
	"foyer/ui/kit/kittest"
)

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

func panAndZoom(d *desk) {
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
