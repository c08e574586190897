package canvas_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/designer/graph"
	"foyer/ui/kit/kittest"
)

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
	hold(d.T, d.ctx, grip, grip.plus(0, 180))
	// The Go side answers in the middle of the drag, and the form is filled in anew.
	run(d.T, d.ctx, `document.querySelector("flow-canvas").editor.scene.inspect({}, [])`)
	release(d.T, d.ctx, grip.plus(0, 180))
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
	kittest.Do(d.T, d.ctx, chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll(".fq-line")].find((e) => e.textContent.includes("未选择“技能组名称”")).click()`))
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

func addByKey(d *desk) {
	d.drag(d.at(`#palette [data-kind="message"]`), d.empty())
	d.wants("dropped", 6, 5)
	d.focus(`#palette [data-kind="message"]`)
	d.keys(kb.Enter)
	if n := len(d.seen().Nodes); n != 7 {
		d.Errorf("after a drag and Enter there are %d nodes", n)
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

func wireQuiet(d *desk) {
	height := func() string { return d.say(`document.querySelector('.fc-card[data-id="start"]').style.height`) }
	seen := func() bool {
		return d.is(`getComputedStyle(document.querySelector('.fc-card[data-id="start"] [data-port="error"]')).opacity !== "0"`)
	}
	if seen() {
		d.Error("the exit for errors is seen though nobody is near")
	}
	before := height()
	d.press(title("start"))
	d.until("it is seen on the selected card", `getComputedStyle(document.querySelector('.fc-card[data-id="start"] [data-port="error"]')).opacity === "1"`)
	if height() != before {
		d.Error("the card has jumped")
	}
	d.keys("a")
	if d.is(`!document.querySelector(".fc-picker").hidden`) {
		d.Error("it is taken by itself")
	}
	d.drag(d.at(port("start", "error")), d.at(title("end")))
	if to, _ := d.seen().Next("start", "error"); to != "end" {
		d.Errorf("it leads to %q", to)
	}
	d.until("a wired one has its row", `document.querySelector('.fc-card[data-id="start"] .fc-row [data-port="error"].fc-wired') !== null`)
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
	kittest.Do(d.T, d.ctx, chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("#publish [data-goto]")].find((e) => e.textContent.includes("未选择“技能组名称”")).click()`))
	d.until("the dialog leads to the field", `!document.querySelector("#publish").open && document.activeElement.id === "field-group"`)
	raw, err := json.Marshal(example())
	if err != nil {
		d.Fatal(err)
	}
	d.is(fmt.Sprintf(`document.querySelector("flow-canvas").editor.replace(%s, "mend") === undefined`, raw))
	d.press("[data-publish]")
	d.until("what is not saved yet is saved first", `document.querySelector("#publish-note")?.closest("dialog").open === true`)
	d.focus("#publish-note")
	d.keys("first")
	d.press("#publish [type=submit]")
	d.until("the flow id is handed over", `document.querySelector("#publish [data-copy]")?.dataset.copy === "fabcdefghijklmno"`)
	d.until("the header knows", `document.querySelector("[data-draft]").dataset.is === "saved" && document.querySelector("[data-draft]").textContent.includes("v1")`)
	v := d.versions["f1"]
	if len(v) != 1 {
		d.Fatalf("%d versions", len(v))
	}
	if v[0].Note != "first" || !graph.Equal(v[0].Graph, example()) {
		d.Errorf("published with the note %q: %v", v[0].Note, v[0].Graph.Edges)
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
