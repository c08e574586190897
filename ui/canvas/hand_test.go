package canvas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"foyer/ui/kit/kittest"
)

// The hand of the tests: real mouse and keyboard events in a real browser.

type point struct{ X, Y float64 }

func (p point) plus(x, y float64) point { return point{p.X + x, p.Y + y} }

// until waits for a script expression to become true, and fails the test when it does not within five seconds.
func until(t testing.TB, ctx context.Context, what, script string) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); ; {
		if kittest.Eval[bool](t, ctx, script) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: never true: %s", what, script)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// ready waits until the canvas has drawn itself.
func ready(t testing.TB, ctx context.Context) {
	t.Helper()
	until(t, ctx, "the canvas is drawn", `document.querySelectorAll(".fc-card").length > 0`)
	settle(t, ctx)
}

// settle lets two frames pass.
func settle(t testing.TB, ctx context.Context) {
	t.Helper()
	kittest.Eval[bool](t, ctx, `new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))`)
}

// still waits until nothing slides any more.
func still(t testing.TB, ctx context.Context) {
	t.Helper()
	until(t, ctx, "nothing slides", `document.getAnimations().every((a) => a.playState !== "running" || a.effect.getComputedTiming().iterations === Infinity)`)
}

// at gives the middle of an element.
func at(t testing.TB, ctx context.Context, css string) point {
	t.Helper()
	var p *point
	raw := kittest.Eval[string](t, ctx, fmt.Sprintf(`JSON.stringify((() => {
		const e = document.querySelector(%q); if (!e) return null;
		const r = e.getBoundingClientRect(); return {X: r.x + r.width / 2, Y: r.y + r.height / 2};
	})())`, css))
	if err := json.Unmarshal([]byte(raw), &p); err != nil || p == nil {
		t.Fatalf("no %s on the page (%v)", css, err)
	}
	return *p
}

func node(id string) string { return fmt.Sprintf(`.fc-card[data-id="%s"]`, id) }

func title(id string) string { return node(id) + " .fc-title" }

func port(id, port string) string { return fmt.Sprintf(`%s [data-port="%s"]`, node(id), port) }

// onEdge gives a point on the line of an edge.
func onEdge(t testing.TB, ctx context.Context, id string) point {
	t.Helper()
	var p point
	raw := kittest.Eval[string](t, ctx, fmt.Sprintf(`JSON.stringify((() => {
		const path = document.querySelector('[data-edge="%s"] .fc-hit');
		const q = path.getPointAtLength(path.getTotalLength() * 0.4).matrixTransform(path.getScreenCTM());
		return {X: q.x, Y: q.y};
	})())`, id))
	if err := json.Unmarshal([]byte(raw), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func clickAt(t testing.TB, ctx context.Context, p point, opts ...chromedp.MouseOption) {
	t.Helper()
	kittest.Do(t, ctx, chromedp.MouseClickXY(p.X, p.Y, opts...))
	settle(t, ctx)
}

// press clicks the middle of an element.
func press(t testing.TB, ctx context.Context, css string) {
	t.Helper()
	clickAt(t, ctx, at(t, ctx, css))
}

func pressNode(t testing.TB, ctx context.Context, id string) {
	t.Helper()
	press(t, ctx, title(id))
}

// drag presses at the first point, moves through the others, and releases at the last.
func drag(t testing.TB, ctx context.Context, from point, through ...point) {
	t.Helper()
	hold(t, ctx, from, through...)
	release(t, ctx, through[len(through)-1])
}

// hold is a drag without its end.
func hold(t testing.TB, ctx context.Context, from point, through ...point) {
	t.Helper()
	left := chromedp.Button("left")
	steps := []kittest.Step{
		chromedp.MouseEvent(chromedp.MouseMoved, from.X, from.Y),
		chromedp.MouseEvent(chromedp.MousePressed, from.X, from.Y, left, chromedp.ClickCount(1)),
	}
	last := from
	for _, p := range through {
		for i := 1; i <= 5; i++ {
			k := float64(i) / 5
			steps = append(steps, chromedp.MouseEvent(chromedp.MouseMoved, last.X+(p.X-last.X)*k, last.Y+(p.Y-last.Y)*k, left))
		}
		last = p
	}
	kittest.Do(t, ctx, steps...)
	settle(t, ctx)
}

func release(t testing.TB, ctx context.Context, p point) {
	t.Helper()
	kittest.Do(t, ctx, chromedp.MouseEvent(chromedp.MouseReleased, p.X, p.Y, chromedp.Button("left"), chromedp.ClickCount(1)))
	settle(t, ctx)
}

// keys presses keys where the focus is.
func keys(t testing.TB, ctx context.Context, text string, modifiers ...chromedp.Modifier) {
	t.Helper()
	kittest.Do(t, ctx, chromedp.KeyEvent(text, chromedp.KeyModifiers(modifiers...)))
	settle(t, ctx)
}

// wheelBy turns the wheel by so many pixels.
func wheelBy(dx, dy float64) chromedp.MouseOption {
	return func(p *input.DispatchMouseEventParams) { p.DeltaX, p.DeltaY = dx, dy }
}

// stroke presses one key with its letter in the same event.
func stroke(t testing.TB, ctx context.Context, key string, modifiers ...chromedp.Modifier) {
	t.Helper()
	p := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Text: key}
	for _, m := range modifiers {
		p.Modifiers |= int64(m)
	}
	up := p
	up.Type, up.Text = input.DispatchKeyEventTypeKeyUp, ""
	for _, event := range []input.DispatchKeyEventParams{p, up} {
		if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, event); err != nil {
			t.Fatal(err)
		}
	}
	settle(t, ctx)
}
