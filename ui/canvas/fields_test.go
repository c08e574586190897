package canvas_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/designer/graph"
	"foyer/ui/kit/kittest"
)

// config is a field of the node "n" as it stands in the draft on the canvas, as JSON.
func (d *desk) config(name string) string {
	d.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(d.node("n").Config, &all); err != nil {
		d.Fatal(err)
	}
	return string(all[name])
}

// keeps fails the test when a field has another value.
func (d *desk) keeps(name, want string) {
	d.Helper()
	if got := d.config(name); got != want {
		d.Errorf("%s is %s, want %s", name, got, want)
	}
}

// choose picks a line of a list as the browser's own list does.
func (d *desk) choose(css, value string) {
	d.Helper()
	d.is(fmt.Sprintf(`(() => { const s = document.querySelector(%q); s.focus(); s.value = %q; s.dispatchEvent(new Event("change", {bubbles: true})); return true; })()`, css, value))
}

func slot(name string) string { return fmt.Sprintf(`#panel [data-slot="%s"]`, name) }

// TestFields edits a field of every type by keyboard and by pointer, and looks at the draft.
func TestFields(t *testing.T) {
	ctx := kittest.Browser(t)
	for _, tt := range []struct {
		name string
		run  func(d *desk)
	}{
		{"simple fields", editSimple},
		{"a field hides with the value of another", editWhen},
		{"days, words and chips", editChips},
		{"groups, flows and variables", editChoosers},
		{"a secret", editSecret},
		{"a secret whose node is left before it is kept", editLateSecret},
		{"lines are added, sorted and removed", editList},
		{"problems stand at their member", markMembers},
		{"names are completed in an expression", completeExpression},
		{"names are completed in a text", completeText},
		{"names are completed by pointer", completeByPointer},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &desk{T: t, site: openWith(t, sampled(), sampler{}), browser: ctx}
			d.tab(1440, 900, "?lang=zh-CN&theme=light")
			t.Cleanup(func() { d.shut() })
			d.press(title("n"))
			d.until("the form is shown", `document.querySelector('#panel [data-slot="rules"] .fp-row') !== null`)
			tt.run(d)
		})
	}
}

// reach clicks an element of the form, scrolled into sight.
func (d *desk) reach(css string) {
	d.Helper()
	d.is(fmt.Sprintf(`document.querySelector(%q).scrollIntoView({block: "center"}) === undefined`, css))
	settle(d.T, d.ctx)
	d.press(css)
}

// strike presses Enter as a keyboard does: a page that takes the key gets no line break.
func (d *desk) strike() {
	d.Helper()
	code := int64(13)
	p := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: code}
	up := p
	up.Type, up.Text = input.DispatchKeyEventTypeKeyUp, ""
	for _, event := range []input.DispatchKeyEventParams{p, up} {
		if _, err := chromedp.Call(d.ctx, input.DispatchKeyEvent, event); err != nil {
			d.Fatal(err)
		}
	}
	settle(d.T, d.ctx)
}

func editSimple(d *desk) {
	d.reach("#field-line")
	d.keys("hello")
	d.keys(kb.Tab)
	d.keys(kb.Tab) // past the button that inserts names
	d.keys("world")
	d.keeps("line", `"hello"`)
	d.reach("#field-number")
	d.keys("7")
	d.keeps("number", `7`)
	d.focus("#field-on")
	d.keys(" ")
	d.keeps("on", `false`)
	d.reach(slot("on") + " .choice")
	d.keeps("on", `true`)
	d.reach("#field-when")
	d.keys("age > 3")
	d.keys(kb.Escape)
	d.strike()
	d.keeps("when", `"age > 3"`)
	d.is(`(() => { const i = document.querySelector("#field-date"); i.value = "2026-01-31"; i.dispatchEvent(new Event("input", {bubbles: true})); return true; })()`)
	d.keeps("date", `"2026-01-31"`)
	d.reach("#field-zone")
	d.keys("Asia/Tokyo")
	d.keeps("zone", `"Asia/Tokyo"`)
	if n := kittest.Eval[int](d.T, d.ctx, `document.querySelectorAll("#zones option").length`); n < 300 {
		d.Errorf("%d zones are offered", n)
	}
	d.reach(".fp-more summary")
	d.reach("#field-json")
	d.keys(`{"a": 1}`)
	d.keeps("json", `"{\"a\": 1}"`)
	d.saved(2)
	stored, _ := d.draft().Draft.Node("n")
	if !strings.Contains(string(stored.Config), `"zone":"Asia/Tokyo"`) && !strings.Contains(string(stored.Config), `hello`) {
		d.Errorf("stored %s", stored.Config)
	}
	d.reach("#field-line")
	d.keys("a", chromedp.ModifierCtrl)
	d.keys(kb.Backspace)
	d.keeps("line", "")
}

func editWhen(d *desk) {
	if !d.is(`document.querySelector('#panel [data-slot="time"]').hidden`) {
		d.Error("the time is shown though the mode is a")
	}
	d.choose("#field-mode", "b")
	d.keeps("mode", `"b"`)
	d.until("the time is shown", `!document.querySelector('#panel [data-slot="time"]').hidden`)
	d.reach("#field-time")
	d.keys("930")
	d.keys(kb.Tab)
	d.keeps("time", `"09:30"`)
	d.reach("#field-time")
	d.keys(kb.ArrowUp)
	d.keeps("time", `"09:45"`)
	d.keys("a", chromedp.ModifierCtrl)
	d.keys("24")
	d.keys(kb.Tab)
	d.keeps("time", `"24:00"`)
	d.choose("#field-mode", "a")
	d.until("and hidden again", `document.querySelector('#panel [data-slot="time"]').hidden`)
	d.keeps("time", `"24:00"`)
}

func editChips(d *desk) {
	d.reach(slot("days") + ` [data-day="7"]`)
	d.focus(slot("days") + ` [data-day="1"]`)
	d.keys(" ")
	d.keeps("days", `[7]`)
	d.reach("#field-words")
	d.keys("one,two")
	d.strike()
	d.keeps("words", `["one","two"]`)
	d.reach(slot("words") + ` [data-drop="0"]`)
	d.keeps("words", `["two"]`)
	d.keys(kb.Backspace)
	d.keys("s")
	d.keeps("words", `["twos"]`)
}

func editChoosers(d *desk) {
	d.choose("#field-group", "g2")
	d.keeps("group", `"g2"`)
	if lines := d.say(`[...document.querySelector("#field-variable").options].map((o) => o.value).join()`); lines != ",age,+" {
		d.Errorf("variables %q are offered, want the number alone", lines)
	}
	d.choose("#field-variable", "+")
	d.until("the dialog asks for a name", `document.activeElement.matches("#vars .fv-row:last-child [data-of=name]")`)
	if kind := d.say(`document.querySelector("#vars .fv-row:last-child [data-of=type]").value`); kind != "number" {
		d.Errorf("the new variable is a %s", kind)
	}
	d.keys("score")
	d.strike()
	d.until("the dialog is closed", `!document.querySelector("#vars").open`)
	d.until("the field has the variable", `document.querySelector("#field-variable").value === "score"`)
	d.keeps("variable", `"score"`)
	if v := d.seen().Vars; len(v) != 5 || v[4] != (graph.Variable{Name: "score", Type: graph.NumberType}) {
		d.Errorf("declared %+v", v)
	}
	d.choose("#field-flow", "f2")
	d.keeps("flow", `"f2"`)
}

func editSecret(d *desk) {
	d.reach("#field-secret")
	d.keys("s3cret")
	d.reach(slot("secret") + " [data-keep]")
	d.until("it is kept", `!document.querySelector('#panel [data-slot="secret"] [data-kept]').hidden`)
	id := d.config("secret")
	if len(id) < 5 || strings.Contains(id, "s3cret") {
		d.Errorf("the config holds %s", id)
	}
	d.reach(slot("secret") + " [data-replace]")
	d.keys("other")
	d.strike()
	d.until("it is replaced", `!document.querySelector('#panel [data-slot="secret"] [data-kept]').hidden`)
	if d.config("secret") == id {
		d.Error("the config holds the old id")
	}
	d.reach(slot("secret") + " [data-clear]")
	d.keeps("secret", "")
	if strings.Contains(string(d.node("n").Config), "s3cret") || d.is(`document.querySelector("#panel").outerHTML.includes("s3cret")`) {
		d.Error("the secret is on the page")
	}
}

// slowly keeps everything back that the page asks from now on, until the script answers() is run.
func (d *desk) slowly() {
	d.Helper()
	d.is(`(() => { const real = fetch, late = new Promise((go) => (window.answers = () => (go(), true)));
		window.fetch = (...asked) => late.then(() => real(...asked)); return true; })()`)
}

func editLateSecret(d *desk) {
	d.slowly()
	d.reach("#field-secret")
	d.keys("s3cret")
	d.reach(slot("secret") + " [data-keep]")
	d.press(title("end"))
	d.until("the other form is shown", `document.querySelector('#panel [data-slot="idleSeconds"]') !== null`)
	end := string(d.node("end").Config)
	d.is(`answers()`)
	d.until("the node has its secret", `!!document.querySelector("flow-canvas").editor.doc.nodes.get("n").config.secret`)
	if got := string(d.node("end").Config); got != end {
		d.Errorf("the other node has become %s", got)
	}
}

// rules gives the ids and labels of the list's lines.
func (d *desk) rules() (ids, labels []string) {
	d.Helper()
	var lines []struct{ ID, Label string }
	if err := json.Unmarshal([]byte(d.config("rules")), &lines); err != nil {
		d.Fatal(err)
	}
	for _, l := range lines {
		ids, labels = append(ids, l.ID), append(labels, l.Label)
	}
	return ids, labels
}

func editList(d *desk) {
	row := func(n int) string { return fmt.Sprintf("%s .fp-row:nth-child(%d)", slot("rules"), n) }
	if d.is(fmt.Sprintf(`!document.querySelector('%s [data-remove]').hidden`, row(1))) {
		d.Error("the only line can be removed")
	}
	d.reach(slot("rules") + " [data-add]")
	d.until("the new line has the focus", fmt.Sprintf(`document.activeElement.closest(".fp-row") === document.querySelector('%s')`, row(2)))
	d.keys("second")
	ids, labels := d.rules()
	if len(ids) != 2 || len(ids[1]) < 5 || labels[1] != "second" || !strings.Contains(d.config("rules"), `"weight":50`) {
		d.Fatalf("lines %s", d.config("rules"))
	}
	d.until("the exit is drawn", `[...document.querySelectorAll('.fc-card[data-id="n"] .fc-row')].some((r) => r.textContent === "=second")`)
	d.drag(d.at(port("n", ids[1])), d.at(title("end")))
	d.press(title("n"))
	d.focus(row(2) + " [data-grip]")
	d.keys(kb.ArrowUp)
	if now, _ := d.rules(); now[0] != ids[1] || !strings.Contains(d.spoken(), "第 1 位") {
		d.Errorf("by key: %v, %q", now, d.spoken())
	}
	d.is(fmt.Sprintf(`document.querySelector('%s').scrollIntoView({block: "start"}) === undefined`, row(1)))
	grip := d.at(row(1) + " [data-grip]")
	d.drag(grip, grip.plus(0, 420))
	if now, _ := d.rules(); now[0] != ids[0] {
		d.Errorf("by dragging: %v", now)
	}
	d.reach(slot("rules") + " [data-add]")
	if d.is(fmt.Sprintf(`!document.querySelector('%s [data-add]').hidden`, slot("rules"))) {
		d.Error("a fourth line can be added")
	}
	d.wants("three lines, and three edges", 3, 3)
	d.reach(row(2) + " [data-remove]")
	d.wants("the edge goes with its line", 3, 2)
	d.press("[data-undo]")
	d.wants("and comes back with it", 3, 3)
	if now, labels := d.rules(); now[1] != ids[1] || labels[1] != "second" || d.say(fmt.Sprintf(`document.querySelector('%s input').value`, row(2))) != "second" {
		d.Errorf("undone to %v %v", now, labels)
	}
}

func markMembers(d *desk) {
	d.reach(slot("rules") + " [data-add]")
	second := slot("rules") + " .fp-row:nth-child(2)"
	d.until("the Go side marks the member", fmt.Sprintf(`!document.querySelector('%s [data-slot="when"] .fault').hidden`, second))
	d.press("[data-problems]")
	d.is(`([...document.querySelectorAll(".fq-line")].filter((e) => e.textContent.includes("rules.when")).at(-1).click(), true)`)
	d.until("the problem leads to the member", fmt.Sprintf(`document.activeElement === document.querySelector('%s [data-slot="when"] textarea')`, second))
	d.is(`(window.words = document.activeElement.closest("[data-slot]").querySelector(".fault").textContent.trim()) !== ""`)
	d.keys("nonsense >")
	d.until("another fault", fmt.Sprintf(`document.activeElement.getAttribute("aria-invalid") === "true" && document.querySelector('%s [data-slot="when"] .fault').textContent.trim() !== words`, second))
}

func completeExpression(d *desk) {
	d.reach("#field-when")
	d.keys("a")
	d.until("the list is open", `document.querySelector(".fp-names").matches(":popover-open")`)
	if first := d.say(`document.querySelector('#names [aria-selected="true"] code').textContent`); first != "age" {
		d.Errorf("%q is offered first", first)
	}
	if !d.is(`document.activeElement.getAttribute("aria-controls") === "names" && document.activeElement.getAttribute("aria-activedescendant") === "name-0"`) {
		d.Error("the field does not say what is active")
	}
	d.keys(kb.ArrowDown)
	d.keys(kb.ArrowUp)
	d.strike()
	d.keeps("when", `"age"`)
	d.until("the list is closed", `!document.querySelector(".fp-names").matches(":popover-open")`)
	d.keys(" > 3 and mem")
	d.keys(kb.Tab)
	d.keeps("when", `"age > 3 and member"`)
	if !d.is(`document.activeElement.id === "field-when"`) {
		d.Error("Tab left the field")
	}
	d.keys(" and le")
	d.strike()
	d.keys("pho")
	d.strike()
	d.keeps("when", `"age > 3 and member and len(phone)"`)
	d.keys(" + a")
	d.until("the list is open again", `document.querySelector(".fp-names").matches(":popover-open")`)
	d.keys(kb.Escape)
	d.until("Escape closes the list and stays", `!document.querySelector(".fp-names").matches(":popover-open") && document.activeElement.id === "field-when"`)
}

func completeText(d *desk) {
	d.reach("#field-text")
	d.keys("Hi pho")
	if d.is(`document.querySelector(".fp-names").matches(":popover-open")`) {
		d.Error("names are offered amid words")
	}
	d.keys(" ${")
	d.until("the list is open", `document.querySelector(".fp-names").matches(":popover-open")`)
	if paths := d.say(`[...document.querySelectorAll("#names code")].map((c) => c.textContent).join()`); !strings.HasPrefix(paths, "phone,age,member,birthday,") || !strings.HasSuffix(paths, "WaitNo") {
		d.Errorf("offered %s", paths)
	}
	kittest.Axe(d.T, d.ctx)
	d.keys("Wait")
	d.strike()
	d.keys("!")
	d.keeps("text", `"Hi pho ${WaitNo}!"`)
	d.reach("#field-line")
	d.keys("${Wait")
	if d.is(`[...document.querySelectorAll("#names code")].some((c) => c.textContent === "WaitNo")`) {
		d.Error("a late name is offered where it is not known")
	}
}

func completeByPointer(d *desk) {
	d.reach(slot("text") + " [data-insert]")
	d.until("the list is open", `document.querySelector(".fp-names").matches(":popover-open")`)
	d.press("#names [data-index='1']")
	d.keeps("text", `"${age}"`)
	if !d.is(`document.activeElement.id === "field-text"`) {
		d.Error("the text lost the focus")
	}
}
