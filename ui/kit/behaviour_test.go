package kit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/ui/kit/kittest"
)

// until waits for a script expression to become true, and fails the test when it does not within five seconds.
func until(t *testing.T, ctx context.Context, what, script string) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); ; {
		if kittest.Eval[bool](t, ctx, script) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: never true: %s", what, script)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

func click(css string) kittest.Step { return chromedp.Click(chromedp.CSS(css)) }

// The components do what they promise, by mouse and by keyboard, under the strict content policy.
func TestBehaviour(t *testing.T) {
	base, ctx := gallery(t), kittest.Browser(t)
	steps := []struct {
		name string
		run  func(t *testing.T, ctx context.Context)
	}{
		{"dialog", dialogOpensAndCloses}, {"confirm", confirmIsHarmless}, {"menu", menuByKeyboard}, {"tabs", tabsByArrows},
		{"toast", toastComesFromTheServer}, {"theme", themeChangesAtOnce}, {"copy", copyTellsTheOutcome}, {"form", formKnowsItWasChanged},
		{"password", passwordIsRevealed}, {"tip", tipShowsOnFocus}, {"why", unusableButtonDoesNothing}, {"countdown", countdownEnds},
		{"times", timesAreRefreshed}, {"offline", offlineIsSaid}, {"flash", toastSurvivesThePage},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			kittest.Do(t, ctx, kittest.Size(1440, 900), chromedp.Navigate(base+"?lang=zh-CN&theme=light"))
			s.run(t, ctx)
		})
	}
}

func dialogOpensAndCloses(t *testing.T, ctx context.Context) {
	kittest.Do(t, ctx, click("#open-dialog"))
	until(t, ctx, "open", `document.querySelector("#dialog-1").open`)
	until(t, ctx, "the first field has the focus", `document.activeElement.id === "d-note"`)
	kittest.Axe(t, ctx)
	kittest.Do(t, ctx, chromedp.MouseClickXY(5, 5))
	if !kittest.Eval[bool](t, ctx, `document.querySelector("#dialog-1").open`) {
		t.Error("a click beside closed a dialog that keeps what was typed")
	}
	kittest.Do(t, ctx, click("#dialog-1 [data-dialog-close]"))
	until(t, ctx, "closed", `!document.querySelector("#dialog-1").open`)
	until(t, ctx, "focus is back", `document.activeElement.id === "open-dialog"`)
}

func confirmIsHarmless(t *testing.T, ctx context.Context) {
	kittest.Do(t, ctx, click("#open-confirm"))
	until(t, ctx, "cancel has the focus", `document.activeElement.closest("#confirm-1") && document.activeElement.textContent.trim() === "取消"`)
	kittest.Axe(t, ctx)
	kittest.Do(t, ctx, chromedp.MouseClickXY(5, 5))
	until(t, ctx, "a click beside closes it", `!document.querySelector("#confirm-1").open`)
}

func menuByKeyboard(t *testing.T, ctx context.Context) {
	focus := `document.activeElement.textContent.trim()`
	kittest.Do(t, ctx, chromedp.Focus(chromedp.CSS(`[popovertarget="menu-1"]`)), chromedp.KeyEvent(kb.ArrowDown))
	until(t, ctx, "open with the first item", focus+` === "编辑"`)
	until(t, ctx, "the button knows", `document.querySelector('[popovertarget="menu-1"]').getAttribute("aria-expanded") === "true"`)
	kittest.Axe(t, ctx)
	kittest.Do(t, ctx, chromedp.KeyEvent(kb.ArrowUp)) // round to the last
	until(t, ctx, "last item", focus+` === "删除"`)
	kittest.Eval[bool](t, ctx, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "复", bubbles: true}))`)
	until(t, ctx, "found by its first sign", focus+` === "复制一份"`)
	box := kittest.Eval[[]float64](t, ctx, `(() => { const m = document.querySelector("#menu-1").getBoundingClientRect(), b = document.querySelector('[popovertarget="menu-1"]').getBoundingClientRect(); return [m.left - b.left, m.top - b.bottom, m.bottom - b.top, m.bottom]; })()`)
	under, over := box[1] == 4, box[2] == -4
	if box[0] != 0 || !(under || over) {
		t.Errorf("the menu stands away from its button: %v", box)
	}
	kittest.Do(t, ctx, chromedp.KeyEvent(kb.Escape))
	until(t, ctx, "closed", `!document.querySelector("#menu-1").matches(":popover-open")`)
	until(t, ctx, "focus is back", `document.activeElement.getAttribute("popovertarget") === "menu-1"`)
}

func tabsByArrows(t *testing.T, ctx context.Context) {
	kittest.Do(t, ctx, chromedp.Focus(chromedp.CSS("#p-customer-tab")), chromedp.KeyEvent(kb.ArrowRight))
	until(t, ctx, "the second panel shows", `!document.querySelector("#p-history").hidden && document.querySelector("#p-customer").hidden`)
	until(t, ctx, "one tab stop", `document.querySelector("#p-history-tab").tabIndex === 0 && document.querySelector("#p-customer-tab").tabIndex === -1`)
}

func toastComesFromTheServer(t *testing.T, ctx context.Context) {
	kittest.Do(t, ctx, click("#open-toast"))
	until(t, ctx, "shown", `/v8$/.test(document.querySelector("#toasts .toast")?.textContent.trim())`)
	kittest.Axe(t, ctx)
	kittest.Do(t, ctx, click("#toasts [data-toast-close]"))
	until(t, ctx, "gone", `!document.querySelector("#toasts .toast")`)
	kittest.Do(t, ctx, click("#open-dialog"))
	kittest.Eval[bool](t, ctx, `document.dispatchEvent(new CustomEvent("toast", {detail: {kind: "bad", text: "没有保存"}}))`)
	until(t, ctx, "a toast over a dialog can be closed", `document.querySelector("#toasts").closest("dialog") !== null`)
	kittest.Do(t, ctx, click("#dialog-1 .dialog-head [data-dialog-close]"))
	until(t, ctx, "a closed dialog gives the toast back", `document.querySelector("#toasts").parentElement === document.body && document.querySelector("#toasts .toast").checkVisibility()`)
	kittest.Do(t, ctx, click("#toasts [data-toast-close]"))
	until(t, ctx, "gone", `!document.querySelector("#toasts .toast")`)
}

func themeChangesAtOnce(t *testing.T, ctx context.Context) {
	ground := `getComputedStyle(document.documentElement).backgroundColor`
	before := kittest.Eval[string](t, ctx, ground)
	kittest.Do(t, ctx, click(`[popovertarget="theme-menu"]`), click(`[data-theme-set="dark"]`))
	if after := kittest.Eval[string](t, ctx, ground); after == before {
		t.Errorf("the ground is still %s", after)
	}
	if c := kittest.Eval[string](t, ctx, `document.cookie`); !strings.Contains(c, "foyer_theme=dark") {
		t.Errorf("cookies %q", c)
	}
	until(t, ctx, "the tick moved", `document.querySelector('[data-theme-set="dark"]').ariaChecked === "true" && document.querySelector('[data-theme-set="light"]').ariaChecked === "false"`)
}

func copyTellsTheOutcome(t *testing.T, ctx context.Context) {
	kittest.Eval[bool](t, ctx, `(navigator.clipboard.writeText = async (s) => { window.copied = s; }, true)`)
	kittest.Do(t, ctx, click(`#buttons [data-copy]`))
	until(t, ctx, "copied", `window.copied === "flow_8f3k2m" && document.querySelector("#toasts .toast")?.textContent.trim() === "已复制"`)
	kittest.Eval[bool](t, ctx, `(navigator.clipboard.writeText = async () => { throw new Error("no"); }, true)`)
	kittest.Do(t, ctx, click(`#buttons [data-copy]`))
	until(t, ctx, "refused", `[...document.querySelectorAll("#toasts .toast")].at(-1)?.textContent.trim() === "无法复制，请选中后手动复制"`)
}

func formKnowsItWasChanged(t *testing.T, ctx context.Context) {
	shown := `document.querySelector("form[data-dirty-guard] .save-bar").checkVisibility()`
	if kittest.Eval[bool](t, ctx, shown) {
		t.Error("an untouched form offers to save")
	}
	kittest.Do(t, ctx, chromedp.SendKeys(chromedp.CSS("#g-name"), "二"))
	until(t, ctx, "changed", shown)
	if !kittest.Eval[bool](t, ctx, `!dispatchEvent(new Event("beforeunload", {cancelable: true}))`) {
		t.Error("a changed form may be left without a question")
	}
	kittest.Do(t, ctx, click(`form[data-dirty-guard] [type="reset"]`))
	until(t, ctx, "discarded", `!(`+shown+`) && document.querySelector("#g-name").value === "音视频售前服务组"`)
}

func passwordIsRevealed(t *testing.T, ctx context.Context) {
	kittest.Do(t, ctx, click(`[data-reveal="g-password"]`))
	until(t, ctx, "readable", `document.querySelector("#g-password").type === "text" && document.querySelector("[data-reveal]").ariaPressed === "true"`)
	kittest.Do(t, ctx, click(`[data-reveal="g-password"]`))
	until(t, ctx, "hidden", `document.querySelector("#g-password").type === "password"`)
}

func tipShowsOnFocus(t *testing.T, ctx context.Context) {
	kittest.Do(t, ctx, chromedp.Focus(chromedp.CSS(`#buttons [data-tip="撤销"]`)), chromedp.KeyEvent(kb.Tab), chromedp.Focus(chromedp.CSS(`#buttons [data-tip="撤销"]`)))
	until(t, ctx, "the tip", `document.querySelector(".tip:popover-open")?.textContent === "撤销"`)
	kittest.Do(t, ctx, chromedp.KeyEvent(kb.Escape))
	until(t, ctx, "escape hides it", `!document.querySelector(".tip:popover-open")`)
}

func unusableButtonDoesNothing(t *testing.T, ctx context.Context) {
	kittest.Eval[bool](t, ctx, `(document.querySelector('#buttons [aria-disabled="true"]').addEventListener("click", () => { window.done = true; }), true)`)
	kittest.Do(t, ctx, click(`#buttons [aria-disabled="true"]`))
	if kittest.Eval[bool](t, ctx, `window.done === true`) {
		t.Error("a button that says why it cannot be used was used")
	}
}

func countdownEnds(t *testing.T, ctx context.Context) {
	until(t, ctx, "at zero", `document.querySelector("kit-countdown.large span").textContent === "0"`)
	until(t, ctx, "an empty ring", `Number(document.querySelector("kit-countdown.large .left").getAttribute("stroke-dashoffset")) >= 100`)
}

func timesAreRefreshed(t *testing.T, ctx context.Context) {
	kittest.Eval[bool](t, ctx, `(() => { const e = document.createElement("time"); e.dateTime = new Date(Date.now() - 7200e3).toISOString(); e.dataset.relative = ""; e.id = "late"; document.body.append(e);
		document.dispatchEvent(new CustomEvent("htmx:load", {detail: {elt: e}})); return true; })()`)
	until(t, ctx, "what htmx brings in is said like the rest", `document.querySelector("#late").textContent === "2 小时前" && /\d{4}年/.test(document.querySelector("#late").title)`)
}

func offlineIsSaid(t *testing.T, ctx context.Context) {
	bar := `document.querySelector(".offline-bar").checkVisibility()`
	if kittest.Eval[bool](t, ctx, bar) {
		t.Error("offline from the start")
	}
	kittest.Eval[bool](t, ctx, `(Object.defineProperty(navigator, "onLine", {value: false, configurable: true}), dispatchEvent(new Event("offline")))`)
	until(t, ctx, "said", bar)
	kittest.Axe(t, ctx)
	kittest.Eval[bool](t, ctx, `(delete navigator.onLine, dispatchEvent(new Event("online")))`)
	until(t, ctx, "over", `!(`+bar+`)`)
}

func toastSurvivesThePage(t *testing.T, ctx context.Context) {
	kittest.Eval[string](t, ctx, `document.cookie = "foyer_toast=" + encodeURIComponent(JSON.stringify({kind: "good", text: "已保存"})) + "; path=/"`)
	kittest.Do(t, ctx, chromedp.Reload())
	until(t, ctx, "said on the next page", `document.querySelector("#toasts .toast")?.textContent.trim() === "已保存"`)
	if c := kittest.Eval[string](t, ctx, `document.cookie`); strings.Contains(c, "foyer_toast") {
		t.Errorf("it would be said again: %q", c)
	}
}

// Below 900 px the navigation is a drawer that opens, traps nothing and closes by a tap beside it.
func TestDrawer(t *testing.T) {
	base, ctx := gallery(t), kittest.Browser(t)
	kittest.Do(t, ctx, kittest.Size(390, 844), chromedp.Navigate(base+"/admin?lang=zh-CN&theme=light"))
	shown := `document.querySelector("#side").checkVisibility()`
	if kittest.Eval[bool](t, ctx, shown) {
		t.Fatal("the drawer is open from the start")
	}
	kittest.Do(t, ctx, click(".top-open"))
	until(t, ctx, "open", shown)
	kittest.Axe(t, ctx)
	kittest.Do(t, ctx, chromedp.TapXY(370, 700))
	until(t, ctx, "closed", `!document.querySelector("#side").matches(":popover-open")`)
	kittest.Do(t, ctx, kittest.Size(1440, 900))
	until(t, ctx, "always there on a wide screen", shown)
	if kittest.Eval[bool](t, ctx, `document.querySelector(".top-open").checkVisibility()`) {
		t.Error("the drawer's button shows on a wide screen")
	}
}
