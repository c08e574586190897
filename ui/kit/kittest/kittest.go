// Package kittest looks at pages with a real headless browser: their accessibility, their pictures, their faults.
// Only tests import it.
package kittest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

//go:embed axe/axe.min.js
var axe string

// Chromium gives the path of the browser and fails the test when there is none.
func Chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("this test needs Chromium: install the package chromium, or put chromium, chromium-browser or google-chrome into PATH")
	return ""
}

// Browser starts one headless Chromium with fake camera and microphone and a fresh profile; the context is its first
// tab. It ends with the test, which fails for every script error and for everything the content policy refused.
func Browser(t testing.TB) context.Context {
	t.Helper()
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(Chromium(t)),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("use-fake-device-for-media-stream", true),
		chromedp.Flag("use-fake-ui-for-media-stream", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "zh-CN"),
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, quit := chromedp.NewContext(allocator)
	watched := Watch(t, ctx)
	t.Cleanup(func() { quit(); <-watched; stop() })
	return ctx
}

// Watch starts a tab and fails the test for each script error and policy refusal in it. The channel closes when the
// tab has ended and the last of them was reported.
func Watch(t testing.TB, ctx context.Context) <-chan struct{} {
	t.Helper()
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	messages, done := chromedp.Console(ctx), make(chan struct{})
	go func() {
		defer close(done)
		for m, err := range messages {
			switch {
			case err != nil: // the tab has ended
				return
			case m.IsException(), strings.Contains(m.Text, "Content Security Policy"):
				t.Errorf("the page complains: %s (%s:%d)", m.Text, m.URL, m.Line)
			}
		}
	}()
	return done
}

// Step is something done in the browser.
type Step = chromedp.Action[chromedp.Void]

// Size is what fits on the screen, in CSS pixels. Below 700 it is a phone: touch, two device pixels each.
func Size(w, h int64) Step {
	if w < 700 {
		return chromedp.EmulateViewport(w, h, chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	return chromedp.EmulateViewport(w, h)
}

// Do takes steps within a minute and fails the test when one does not succeed.
func Do(t testing.TB, ctx context.Context, steps ...Step) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// Eval gives the value of a script expression; a promise is waited for.
func Eval[V any](t testing.TB, ctx context.Context, script string) V {
	t.Helper()
	return get(t, ctx, chromedp.Evaluate[V](script, chromedp.EvalAwaitPromise))
}

func get[V any](t testing.TB, ctx context.Context, action chromedp.Action[V]) V {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// violation is one rule that axe saw broken.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// audit waits until nothing moves any more, because half-transparent words have no contrast, and runs axe.
const audit = `Promise.allSettled(document.getAnimations().filter(a => a.effect.getComputedTiming().iterations !== Infinity).map(a => a.finished))
	.then(() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}))
	.then(r => JSON.stringify(r.violations))`

// Axe fails the test for everything that axe finds wrong with the page as it is now.
func Axe(t testing.TB, ctx context.Context) {
	t.Helper()
	if !Eval[bool](t, ctx, `"axe" in window`) {
		Do(t, ctx, chromedp.Evaluate[chromedp.Void](axe))
	}
	var found []violation
	if err := json.Unmarshal([]byte(Eval[string](t, ctx, audit)), &found); err != nil {
		t.Fatalf("reading axe's answer: %v", err)
	}
	for _, v := range found {
		for _, n := range v.Nodes {
			t.Errorf("axe %s: %s\n\t%s\n\t%s", v.ID, v.Help, n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n\t"))
		}
	}
}

// Screenshot writes a PNG of the first w×h pixels of the page; h = 0 means all of it.
func Screenshot(t testing.TB, ctx context.Context, file string, w, h int64) {
	t.Helper()
	shot := chromedp.CaptureScreenshot()
	if h == 0 {
		h, shot = 900, chromedp.FullScreenshot(100)
	}
	Do(t, ctx, Size(w, h), chromedp.Sleep(200*time.Millisecond))
	png := get(t, ctx, shot)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		t.Fatal(fmt.Errorf("writing the picture: %w", err))
	}
}
