package canvas_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/ui/kit/kittest"
)

// TestSaving proves that nothing drawn or typed is ever lost, and that nothing of others is.
func TestSaving(t *testing.T) {
	ctx := kittest.Browser(t)
	for _, tt := range []struct {
		name string
		run  func(d *desk)
	}{
		{"the draft saves itself", saveItself},
		{"Save saves at once and says so", saveNow},
		{"a dead line is said, and made up for when it is back", deadLine},
		{"what a dead line kept back survives a closed tab", closedTab},
		{"what was kept is not taken for new when the server has it", lostAnswer},
		{"somebody else's draft is shown, theirs is taken", takeTheirs},
		{"somebody else's draft is shown, mine is kept", keepMine},
		{"work found after others have changed the draft is settled first", foundTooLate},
		{"two who wait for one save send once", saveTogether},
		{"a refusal is said and tried again", refusedDraft},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(sit(t, ctx, example())) })
	}
}

// retitle gives the menu another name.
func (d *desk) retitle(name string) {
	d.Helper()
	if d.selected() != "menu" {
		d.press(title("menu"))
	}
	d.press("[data-title]")
	d.keys("a", chromedp.ModifierCtrl)
	d.keys(name)
}

func (d *desk) state(want string) {
	d.Helper()
	until(d.T, d.ctx, "the header says "+want, `document.querySelector("[data-draft]").dataset.is === "`+want+`"`)
}

// reopen closes the tab, with all that it still held in memory, and opens the page in a new one.
func (d *desk) reopen() {
	d.Helper()
	d.shut()
	d.tab(1440, 900, "")
}

// others lets somebody else save a draft in which the end has a name.
func (d *desk) others() {
	d.Helper()
	g := example()
	g.Nodes[4].Title = "再见"
	if _, err := d.designer.SaveDraft(d.ctx, "韩梅梅", "f1", d.draft().DraftRev, g); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) stored(id graph.NodeID) graph.Node {
	n, _ := d.draft().Draft.Node(id)
	return n
}

func saveItself(d *desk) {
	d.is(`(() => { const draft = document.querySelector("[data-draft]"); window.been = [];
		new MutationObserver(() => been.at(-1) !== draft.dataset.is && been.push(draft.dataset.is)).observe(draft, {attributeFilter: ["data-is"]}); return true; })()`)
	d.retitle("1") // one letter: a slow hand would be saved in between
	d.saved(2)
	d.state("dirty")
	d.until("the header tells of each step", `been.join() === "waiting,saving,dirty"`)
	if d.stored("menu").Title != "1" || d.saves.Load() != 1 {
		d.Errorf("stored %q with %d saves", d.stored("menu").Title, d.saves.Load())
	}
	if !graph.Equal(d.draft().Draft, d.seen()) {
		d.Error("what is stored is not what is seen")
	}
	time.Sleep(1200 * time.Millisecond)
	if d.saves.Load() != 1 {
		d.Errorf("saved %d times without a change", d.saves.Load())
	}
	if d.is(`Object.keys(localStorage).some((k) => k.startsWith("foyer.flow."))`) {
		d.Error("the journal was not cleared")
	}
}

func saveNow(d *desk) {
	d.retitle("Now")
	d.press("[data-save]")
	d.until("it is said", `document.querySelector("#toasts .toast")?.textContent.includes("草稿已保存")`)
	if d.stored("menu").Title != "Now" {
		d.Errorf("stored %q", d.stored("menu").Title)
	}
	d.retitle("Again")
	d.keys("s", chromedp.ModifierCtrl)
	d.saved(3)
	if d.stored("menu").Title != "Again" {
		d.Errorf("stored %q", d.stored("menu").Title)
	}
}

func saveTogether(d *desk) {
	d.slowly()
	d.retitle("One")
	d.keys("s", chromedp.ModifierCtrl)
	d.state("saving")
	d.retitle("Two")
	d.keys("s", chromedp.ModifierCtrl)
	d.keys("s", chromedp.ModifierCtrl)
	d.is(`answers()`)
	d.saved(3)
	d.state("dirty")
	if n := d.saves.Load(); n != 2 || d.stored("menu").Title != "Two" {
		d.Errorf("%q after %d saves", d.stored("menu").Title, n)
	}
}

func deadLine(d *desk) {
	d.cut.Store(true)
	d.retitle("Offline")
	d.state("offline")
	if words := d.say(`document.querySelector("[data-draft]").textContent`); !strings.Contains(words, "修改保留在本机") {
		d.Errorf("the header says %q", words)
	}
	d.retitle("Offline still")
	d.press("[data-save]")
	d.until("Save says it too", `document.querySelector("#toasts .toast-bad")?.textContent.includes("恢复连接后自动保存")`)
	tries := d.saves.Load()
	d.cut.Store(false)
	d.saved(2)
	d.state("dirty")
	if d.stored("menu").Title != "Offline still" {
		d.Errorf("stored %q after %d tries", d.stored("menu").Title, tries)
	}
}

func closedTab(d *desk) {
	d.cut.Store(true)
	d.retitle("Kept")
	d.until("the journal has it", `Object.values(localStorage).some((v) => v.includes("Kept"))`)
	d.reopen()
	if d.node("menu").Title != "Kept" {
		d.Fatalf("after the reload the menu is called %q", d.node("menu").Title)
	}
	d.until("it is said", `document.querySelector("#toasts .toast")?.textContent.includes("已恢复上次没有保存成功的修改")`)
	d.keys("z", chromedp.ModifierCtrl)
	if d.node("menu").Title != "请选择服务" {
		d.Error("bringing back cannot be undone")
	}
	d.keys("y", chromedp.ModifierCtrl)
	d.cut.Store(false)
	d.saved(2)
	if d.stored("menu").Title != "Kept" {
		d.Errorf("stored %q", d.stored("menu").Title)
	}
}

func lostAnswer(d *desk) {
	d.cut.Store(true)
	d.retitle("Arrived")
	d.state("offline")
	// The server took the draft, only its answer was lost.
	if _, err := d.designer.SaveDraft(d.ctx, "李雷", "f1", 1, d.seen()); err != nil {
		d.Fatal(err)
	}
	d.cut.Store(false)
	d.state("dirty")
	if d.is(`document.querySelector("#clash").open`) {
		d.Error("one's own draft was taken for somebody else's")
	}
	d.retitle("And on")
	d.saved(3)
}

func takeTheirs(d *desk) {
	d.others()
	d.retitle("Mine")
	d.until("the card is shown", `document.querySelector("#clash").open`)
	card := d.say(`document.querySelector("#clash").textContent`)
	for _, words := range []string{"草稿在别处被修改", "韩梅梅", "Mine", "结束"} {
		if !strings.Contains(card, words) {
			d.Errorf("no %q in %q", words, card)
		}
	}
	if d.stored("menu").Title != "请选择服务" || d.stored("end").Title != "再见" {
		d.Error("the other's draft was overwritten unasked")
	}
	d.press("#clash [data-theirs]")
	if d.node("menu").Title != "请选择服务" || d.node("end").Title != "再见" {
		d.Errorf("the canvas shows %q and %q", d.node("menu").Title, d.node("end").Title)
	}
	d.state("dirty")
	d.press("[data-undo]")
	if d.node("menu").Title != "Mine" {
		d.Error("undo does not bring my draft back")
	}
	d.saved(3)
	if d.stored("menu").Title != "Mine" {
		d.Errorf("stored %q", d.stored("menu").Title)
	}
}

func keepMine(d *desk) {
	d.others()
	d.retitle("Mine")
	d.until("the card is shown", `document.querySelector("#clash").open`)
	d.keys("\x1b")
	if !d.is(`document.querySelector("#clash").open`) {
		d.Error("Escape decided")
	}
	d.press("#clash [data-mine]")
	d.saved(3)
	d.state("dirty")
	if d.stored("menu").Title != "Mine" || d.stored("end").Title != "" {
		d.Errorf("stored %q and %q", d.stored("menu").Title, d.stored("end").Title)
	}
	d.press("[data-undo]")
	if d.node("end").Title != "再见" {
		d.Error("undo does not bring their draft back")
	}
}

func foundTooLate(d *desk) {
	d.cut.Store(true)
	d.retitle("Late")
	d.until("the journal has it", `Object.values(localStorage).some((v) => v.includes("Late"))`)
	d.others()
	d.reopen()
	d.cut.Store(false)
	d.until("the card is shown", `document.querySelector("#clash").open`)
	if words := d.say(`document.querySelector("#clash").textContent`); !strings.Contains(words, "韩梅梅") {
		d.Errorf("the card says %q", words)
	}
	time.Sleep(1500 * time.Millisecond)
	if d.stored("menu").Title != "请选择服务" {
		d.Fatal("the other's draft was overwritten unasked")
	}
	d.reopen()
	d.until("a reload asks again", `document.querySelector("#clash").open`)
	d.press("#clash [data-mine]")
	d.saved(3)
	if d.stored("menu").Title != "Late" {
		d.Errorf("stored %q", d.stored("menu").Title)
	}
}

func refusedDraft(d *desk) {
	d.edit(func() { d.fault = flow.ErrNotFound })
	d.retitle("Gone")
	d.state("refused")
	if words := d.say(`document.querySelector("[data-draft]").textContent`); !strings.Contains(words, "没有这个服务流程") {
		d.Errorf("the header says %q", words)
	}
	d.edit(func() { d.fault = nil })
	d.retitle("Back")
	d.saved(2)
	if d.stored("menu").Title != "Back" {
		d.Errorf("stored %q", d.stored("menu").Title)
	}
}

// A page that is left with unsaved work asks; one whose work is saved does not.
func TestLeaving(t *testing.T) {
	ctx := kittest.Browser(t)
	d := sit(t, ctx, example())
	asks := func() bool {
		return d.is(`(() => { const e = new Event("beforeunload", {cancelable: true}); return !dispatchEvent(e); })()`)
	}
	if asks() {
		t.Error("an untouched page asks")
	}
	d.cut.Store(true)
	d.retitle("Unsaved")
	if !asks() {
		t.Error("unsaved work is left without a word")
	}
	d.cut.Store(false)
	d.saved(2)
	d.state("dirty")
	if asks() {
		t.Error("a saved page asks")
	}
}
