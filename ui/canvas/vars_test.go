package canvas_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/designer/graph"
	"foyer/ui/kit/kittest"
)

// using is a flow whose menu uses two of its variables.
func using() graph.Graph {
	g := declared()
	g.Nodes = append(g.Nodes, graph.Node{ID: "menu", Kind: "branch", Title: "请选择", X: 400, Y: 300, Config: json.RawMessage(
		`{"prompt":"${phone} 和 ${len(phone) + age}，phone","options":[{"id":"a","keywords":["1"]}],"retries":3,"timeout":120}`)})
	return g
}

// TestVariables works in the dialog of the flow's variables.
func TestVariables(t *testing.T) {
	ctx := kittest.Browser(t)
	for _, tt := range []struct {
		name  string
		draft graph.Graph
		run   func(d *desk)
	}{
		{"declared, changed, saved and undone", graph.Graph{}, declareVariables},
		{"a new name goes wherever the old one stood", using(), renameVariable},
		{"a name given twice by mistake and mended leaves the first one's uses alone", using(), mendTwin},
		{"a used one is not deleted without a warning", using(), deleteVariable},
		{"a problem leads to its line", faultyVariable(), followVariable},
		{"a conflict brings the other's variables", using(), replaceVariables},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(sit(t, ctx, tt.draft)) })
	}
}

const lastRow = "#vars .fv-row:last-child"

func declareVariables(d *desk) {
	d.press("[data-vars]")
	d.until("the dialog says that there is none", `document.querySelector("#vars").open && !document.querySelector("#vars [data-none]").hidden`)
	kittest.Axe(d.T, d.ctx)
	d.press("#vars [data-add]")
	d.keys("vip")
	d.keys(kb.Tab)
	d.choose(lastRow+" [data-of=type]", "flag")
	d.choose(lastRow+" [data-of=flag]", "true")
	d.press("#vars [data-add]")
	d.keys("order")
	d.keys(kb.Tab)
	d.press(lastRow + " [data-of=about]")
	d.keys("the order")
	d.press(lastRow + " [data-of=secret]")
	d.press("#vars [data-add]")
	d.keys(kb.Escape)
	d.until("Escape closes it", `!document.querySelector("#vars").open`)
	want := []graph.Variable{{Name: "vip", Type: graph.FlagType, Default: "true"}, {Name: "order", Type: graph.TextType, Secret: true, About: "the order"}}
	same := func(got []graph.Variable) bool { return len(got) == 2 && got[0] == want[0] && got[1] == want[1] }
	if !same(d.seen().Vars) {
		d.Errorf("declared %+v", d.seen().Vars)
	}
	d.press("[data-save]")
	d.until("the draft is saved", `document.querySelector("[data-draft]").dataset.is === "dirty"`)
	if !same(d.draft().Draft.Vars) {
		d.Errorf("stored %+v", d.draft().Draft.Vars)
	}
	d.press("[data-undo]")
	if v := d.seen().Vars; v[1].Secret || v[1].About == "" {
		d.Errorf("one step back is %+v", v)
	}
	for d.is(`document.querySelector("flow-canvas").editor.doc.canUndo`) {
		d.press("[data-undo]")
	}
	if v := d.seen().Vars; len(v) != 0 {
		d.Errorf("undone to %+v", v)
	}
	for d.is(`document.querySelector("flow-canvas").editor.doc.canRedo`) {
		d.press("[data-redo]")
	}
	if !same(d.seen().Vars) {
		d.Errorf("done again to %+v", d.seen().Vars)
	}
}

func renameVariable(d *desk) {
	d.press("[data-vars]")
	d.press("#vars .fv-row:first-child [data-of=name]")
	d.keys("a", chromedp.ModifierCtrl)
	d.keys("mobile")
	d.keys(kb.Tab)
	prompt := func() string {
		var c struct{ Prompt string }
		if err := json.Unmarshal(d.node("menu").Config, &c); err != nil {
			d.Fatal(err)
		}
		return c.Prompt
	}
	if got := prompt(); got != "${mobile} 和 ${len(mobile) + age}，phone" || d.seen().Vars[0].Name != "mobile" {
		d.Errorf("renamed to %q in %q", d.seen().Vars[0].Name, got)
	}
	d.keys(kb.Escape)
	d.press("[data-undo]")
	if got := prompt(); got != "${phone} 和 ${len(phone) + age}，phone" || d.seen().Vars[0].Name != "phone" {
		d.Errorf("undone to %q in %q", d.seen().Vars[0].Name, got)
	}
}

func mendTwin(d *desk) {
	menu := string(d.node("menu").Config)
	twin := func(name string) {
		d.press("#vars [data-add]")
		d.keys(name)
		d.keys(kb.Tab)
	}
	d.press("[data-vars]")
	twin("phone")
	d.press(lastRow + " [data-of=name]")
	d.keys("a", chromedp.ModifierCtrl)
	d.keys("nick")
	d.keys(kb.Tab)
	if v := d.seen().Vars; len(v) != 5 || v[0].Name != "phone" || v[4].Name != "nick" {
		d.Errorf("declared %+v", v)
	}
	twin("phone")
	d.press(lastRow + " [data-remove]")
	if v := d.seen().Vars; len(v) != 5 {
		d.Errorf("a twin is not deleted without a question: %+v", v)
	}
	if got := string(d.node("menu").Config); got != menu {
		d.Errorf("the menu has become %s", got)
	}
}

func deleteVariable(d *desk) {
	d.press("[data-vars]")
	d.press("#vars .fv-row:nth-child(3) [data-remove]")
	if v := d.seen().Vars; len(v) != 3 {
		d.Fatalf("an unused variable is still there: %+v", v)
	}
	d.press("#vars .fv-row:first-child [data-remove]")
	if words := d.say(`document.querySelector("#vars .fv-row:first-child [data-ask] p").textContent`); !strings.Contains(words, "请选择") || !strings.Contains(words, "phone") {
		d.Errorf("warned with %q", words)
	}
	kittest.Axe(d.T, d.ctx)
	if len(d.seen().Vars) != 3 || !d.is(`document.activeElement.matches("[data-ask-no]")`) {
		d.Error("it is gone without an answer")
	}
	d.keys(kb.Enter)
	if len(d.seen().Vars) != 3 {
		d.Error("no means no")
	}
	d.press("#vars .fv-row:first-child [data-remove]")
	d.press("#vars .fv-row:first-child [data-ask-yes]")
	if v := d.seen().Vars; len(v) != 2 || v[0].Name != "age" {
		d.Errorf("left %+v", v)
	}
	d.keys(kb.Escape)
	d.until("the menu says what it misses", `[...document.querySelectorAll(".fc-card")].some((c) => c.dataset.id === "menu" && c.querySelector(".fc-error"))`)
	d.press("[data-undo]")
	d.press("[data-undo]")
	if len(d.seen().Vars) != 4 {
		d.Errorf("undone to %+v", d.seen().Vars)
	}
}

func faultyVariable() graph.Graph {
	g := declared()
	g.Vars[1].Default = "many"
	return g
}

func followVariable(d *desk) {
	d.press("[data-problems]")
	d.is(`([...document.querySelectorAll(".fq-line")].find((e) => e.textContent.includes("age")).click(), true)`)
	d.until("the problem leads to its line", `document.activeElement === document.querySelector("#vars .fv-row:nth-child(2) [data-of=name]")`)
	if words := d.say(`document.querySelector("#vars .fv-row:nth-child(2) .fault").textContent`); !strings.Contains(words, "初始值") {
		d.Errorf("marked with %q", words)
	}
	d.press("#vars .fv-row:nth-child(2) [data-of=default]")
	d.keys("a", chromedp.ModifierCtrl)
	d.keys("7")
	d.until("the problem is gone", `document.querySelector("#vars .fv-row:nth-child(2) .fault").hidden`)
	d.keys(kb.Escape)
	d.press("[data-publish]")
	d.until("publishing is offered", `document.querySelector("#publish-note") !== null`)
}

func replaceVariables(d *desk) {
	d.edit(func() {
		f := d.flows["f1"]
		f.DraftRev, f.UpdatedBy = 7, "韩梅梅"
		f.Draft.Vars = f.Draft.Vars[:1]
		d.flows["f1"] = f
	})
	d.press("[data-vars]")
	d.press("#vars [data-add]")
	d.keys("mine")
	d.keys(kb.Tab)
	d.keys(kb.Escape)
	d.until("the conflict is shown", `document.querySelector("#clash").open`)
	if words := d.say(`document.querySelector("#clash [data-what]").textContent`); !strings.Contains(words, "变量") {
		d.Errorf("the difference is %q", words)
	}
	d.press("#clash [data-theirs]")
	if v := d.seen().Vars; len(v) != 1 {
		d.Errorf("took over %+v", v)
	}
	d.press("[data-undo]")
	if v := d.seen().Vars; len(v) != 5 || v[4].Name != "mine" {
		d.Errorf("undone to %+v", v)
	}
}
