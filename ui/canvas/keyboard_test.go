package canvas_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/designer/graph"
	"foyer/ui/kit/kittest"
)

// TestKeyboard does with keys what TestBehaviour does with the mouse.
func TestKeyboard(t *testing.T) {
	ctx := kittest.Browser(t)
	for _, tt := range []struct {
		name  string
		draft graph.Graph
		run   func(d *desk)
	}{
		{"a flow is drawn without a mouse", graph.Graph{}, drawByKeys},
		{"one walks through the nodes and along the edges", example(), walk},
		{"the palette adds after the selection", example(), addAfter},
		{"edges are reached and deleted", example(), edgesByKeys},
		{"nodes are moved", example(), nudge},
		{"what cannot be done is said", example(), refuseByKeys},
		{"keys typed into fields are letters", example(), letters},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(sit(t, ctx, tt.draft)) })
	}
}

func drawByKeys(d *desk) {
	d.focus("flow-canvas")
	d.keys(kb.Tab)
	d.holds("start")
	d.stroke("a")
	d.until("the picker asks where the exit leads", `document.activeElement.matches(".fc-picker input")`)
	d.stroke("分")
	d.enter()
	d.wants("a branch after the start", 3, 1)
	branch, _ := d.seen().Next("start", "next")
	if d.selected() != string(branch) || !strings.Contains(d.spoken(), "分支") {
		d.Errorf("selected %q, said %q", d.selected(), d.spoken())
	}
	d.stroke("a")
	d.stroke("转")
	d.enter()
	d.wants("a transfer after its first option", 4, 2)
	transfer, _ := d.seen().Next(branch, "a")
	d.stroke("a")
	d.stroke("结")
	d.keys(kb.ArrowDown) // past "add an end" to the end that is there
	d.enter()
	if to, _ := d.seen().Next(transfer, "done"); to != "end" {
		d.Fatalf("the transfer leads to %q", to)
	}
	d.is(`document.querySelector("flow-canvas").editor.selection.only(["` + string(branch) + `"]) === undefined`)
	d.stroke("a")
	d.stroke("转")
	d.keys(kb.ArrowUp) // the last choice: the transfer that is there
	d.enter()
	if to, _ := d.seen().Next(branch, "b"); to != transfer {
		d.Errorf("the second option leads to %q", to)
	}
	d.wants("nothing was added twice", 4, 4)
	d.stroke("a")
	d.keys(kb.Escape)
	if !d.is(`document.querySelector(".fc-picker").hidden && document.activeElement.matches("flow-canvas")`) {
		d.Error("Escape does not close the picker")
	}
}

func walk(d *desk) {
	d.focus("flow-canvas")
	for _, id := range []string{"start", "menu", "presales", "aftersales", "end"} {
		d.keys(kb.Tab)
		d.holds(id)
	}
	d.keys(kb.Tab)
	if d.is(`document.activeElement.matches("flow-canvas")`) {
		d.Error("the canvas is a trap: Tab does not leave it")
	}
	d.focus("flow-canvas")
	d.is(`document.querySelector("flow-canvas").editor.selection.only(["start"]) === undefined`)
	for _, step := range []struct{ key, to string }{
		{kb.ArrowRight, "menu"}, {kb.ArrowRight, "presales"}, {kb.ArrowDown, "aftersales"}, {kb.ArrowUp, "presales"}, {kb.ArrowLeft, "menu"}, {kb.ArrowLeft, "start"},
	} {
		d.keys(step.key, chromedp.ModifierAlt)
		d.holds(step.to)
	}
	if s := d.spoken(); !strings.Contains(s, "开始") || !strings.Contains(s, "1 个出口，已连接 1 个") {
		d.Errorf("said %q", s)
	}
	d.keys(kb.Enter)
	if !d.is(`document.activeElement.matches("[data-title]")`) {
		d.Error("Enter does not open the form")
	}
	d.keys(kb.Escape)
	d.stroke("?")
	d.until("the keys are listed", `document.querySelector("#keys").open`)
}

func addAfter(d *desk) {
	d.press(title("presales"))
	d.focus(`[data-kind="branch"]`)
	d.keys(kb.Enter)
	d.wants("joined to the first free exit", 6, 6)
	if to, _ := d.seen().Next("presales", "timeout"); d.selected() != string(to) {
		d.Errorf("the free exit leads to %q, selected is %q", to, d.selected())
	}
	box := func(id graph.NodeID) graph.Node { return d.node(id) }
	to, _ := d.seen().Next("presales", "timeout")
	for _, n := range d.seen().Nodes {
		if n.ID != to && abs(n.X-box(to).X) < 220 && abs(n.Y-box(to).Y) < 60 {
			d.Errorf("the new card lies on %s", n.ID)
		}
	}
	clickAt(d.T, d.ctx, d.empty())
	d.focus(`[data-kind="end"]`)
	d.keys(kb.Enter)
	d.wants("without a selection it stands alone", 7, 6)
	d.focus(`[data-kind="end"]`)
	d.stroke("?")
	d.until("the keys are shown wherever the focus is", `document.querySelector("#keys").open`)
	d.keys(kb.Escape)
	d.until("the keys are put away", `!document.querySelector("#keys").open`)
	d.stroke("/")
	d.stroke("转")
	d.enter()
	d.wants("what was searched for is added", 8, 6)
	d.until("the canvas goes on and the palette is whole again", `document.activeElement.closest("flow-canvas") && !document.querySelector("#palette [data-kind][hidden]")`)
}

func edgesByKeys(d *desk) {
	d.press(title("menu"))
	d.stroke("e")
	if d.selected() != "e2" || !strings.Contains(d.spoken(), "连线，从 请选择服务 到 售前") {
		d.Errorf("selected %q, said %q", d.selected(), d.spoken())
	}
	d.stroke("e")
	if d.selected() != "e3" {
		d.Errorf("then %q", d.selected())
	}
	d.keys(kb.Backspace)
	d.wants("the edge is deleted", 5, 4)
	d.press(title("menu"))
	d.stroke("e")
	d.focus(`[data-kind="transfer"]`)
	d.keys(kb.Enter)
	d.wants("a node goes into the selected edge", 6, 5)
}

func nudge(d *desk) {
	d.press(title("menu"))
	was := d.node("menu")
	d.keys(kb.ArrowRight)
	d.keys(kb.ArrowRight)
	d.keys(kb.ArrowDown, chromedp.ModifierShift)
	if now := d.node("menu"); now.X-was.X != 40 || now.Y-was.Y != 4 {
		d.Errorf("moved by %d, %d", now.X-was.X, now.Y-was.Y)
	}
	d.keys("z", chromedp.ModifierCtrl)
	if d.node("menu").X != was.X {
		d.Error("the steps of the keys are not one act")
	}
	d.keys("z", chromedp.ModifierCtrl)
	if s := d.spoken(); s != "没有可以撤销的操作" {
		d.Errorf("said %q", s)
	}
}

func refuseByKeys(d *desk) {
	d.press(title("end"))
	d.stroke("a")
	if !strings.Contains(d.spoken(), "出口都已连接") {
		d.Errorf("said %q", d.spoken())
	}
	d.press(title("start"))
	d.stroke("a")
	if !strings.Contains(d.spoken(), "出口都已连接") || !d.is(`document.querySelector(".fc-picker").hidden`) {
		d.Errorf("said %q", d.spoken())
	}
	d.keys(kb.Delete)
	if !strings.Contains(d.spoken(), "不能删除") {
		d.Errorf("said %q", d.spoken())
	}
}

func letters(d *desk) {
	d.press(title("menu"))
	d.press("[data-title]")
	d.keys(kb.End)
	for _, key := range []string{"a", "e", "f", "0", "+", "?", "/"} {
		d.stroke(key)
	}
	if v := d.say(`document.querySelector("[data-title]").value`); v != "请选择服务aef0+?/" {
		d.Errorf("the field holds %q", v)
	}
	if !d.is(`document.querySelector(".fc-picker").hidden && !document.querySelector("#keys").open`) {
		d.Error("a letter worked on the canvas")
	}
	d.keys(kb.Backspace)
	d.wants("nothing was deleted", 5, 5)
}

// holds fails the test when another node is selected.
func (d *desk) holds(id string) {
	d.Helper()
	if d.selected() != id {
		d.Errorf("selected %q, want %s", d.selected(), id)
	}
}

func (d *desk) enter() { d.Helper(); d.keys(kb.Enter) }

func abs(n int) int { return max(n, -n) }
