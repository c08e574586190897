package desk_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"foyer/ui/kit/kittest"
)

// patience is how long a test waits for something on a slow machine.
const patience = 25 * time.Second

// tab is a page that somebody looks at.
type tab struct {
	t   *testing.T
	ctx context.Context
}

func newTab(t *testing.T) tab {
	p := tab{t, kittest.Browser(t)}
	p.allow()
	return p
}

// beside opens another tab of the same browser; shut closes it.
func (p tab) beside() (other tab, shut func()) {
	p.t.Helper()
	ctx, quit := chromedp.NewContext(p.ctx)
	watched := kittest.Watch(p.t, ctx)
	other = tab{p.t, ctx}
	other.allow()
	shut = func() { quit(); <-watched }
	p.t.Cleanup(shut)
	return other, shut
}

// allow lets pages be left that ask whether one means it.
func (p tab) allow() {
	p.t.Helper()
	asked := chromedp.Events(p.ctx, page.JavascriptDialogOpening)
	go func() {
		for _, err := range asked {
			if err != nil {
				return // the tab has ended
			}
			_, _ = chromedp.Call(p.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}
	}()
}

func (p tab) do(steps ...kittest.Step) {
	p.t.Helper()
	kittest.Do(p.t, p.ctx, steps...)
}

func (p tab) open(url string) {
	p.t.Helper()
	p.do(chromedp.Navigate(url))
}

// until waits for a script expression to be true.
func (p tab) until(script string) {
	p.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if kittest.Eval[bool](p.t, p.ctx, "!!("+script+")") {
			return
		}
	}
	p.t.Fatalf("never: %s\nthe page says: %s", script, kittest.Eval[string](p.t, p.ctx, "document.body.innerText.slice(0, 600)"))
}

// sees waits for an element that can be seen.
func (p tab) sees(selector string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.checkVisibility({visibilityProperty: true}))`, selector))
}

// misses waits until no such element can be seen.
func (p tab) misses(selector string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`![...document.querySelectorAll(%q)].some(e => e.checkVisibility({visibilityProperty: true}))`, selector))
}

// reads waits until an element says something.
func (p tab) reads(selector, words string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.textContent.includes(%q))`, selector, words))
}

func (p tab) click(selector string) {
	p.t.Helper()
	p.sees(selector)
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

// press sends a key to whatever has the focus.
func (p tab) press(key string) {
	p.t.Helper()
	p.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(
		`(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true}))`, key)))
}

func (p tab) types(words string) {
	p.t.Helper()
	p.sees(".composer textarea")
	p.do(chromedp.SendKeys(chromedp.CSS(".composer textarea"), words))
}

func (p tab) axe() {
	p.t.Helper()
	kittest.Axe(p.t, p.ctx)
}

func (p tab) size(w, h int64) {
	p.t.Helper()
	p.do(kittest.Size(w, h))
}

// moves waits until the pictures of a video element change.
func (p tab) moves(video string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`(() => {
		const v = %s;
		if (!v?.videoWidth) return false;
		const c = Object.assign(document.createElement("canvas"), {width: 32, height: 24}), g = c.getContext("2d", {willReadFrequently: true});
		g.drawImage(v, 0, 0, 32, 24);
		const now = g.getImageData(0, 0, 32, 24).data.join();
		const was = window.lastPicture;
		window.lastPicture = now;
		return was && was !== now;
	})()`, video))
}
