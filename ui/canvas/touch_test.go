package canvas_test

import (
	"math"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"foyer/designer/graph"
	"foyer/ui/kit/kittest"
)

// TestTouch works on a phone with fingers.
func TestTouch(t *testing.T) {
	ctx := kittest.Browser(t)
	for _, tt := range []struct {
		name  string
		draft graph.Graph
		run   func(d *desk)
	}{
		{"one finger pans, two zoom", example(), pinch},
		{"a finger moves a node", example(), moveByFinger},
		{"the form is a sheet from below", example(), sheet},
		{"the palette is a sheet, a tap adds", graph.Graph{}, tapToAdd},
		{"a tap on a port asks where it leads", graph.Graph{}, tapPort},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &desk{T: t, site: open(t, tt.draft), browser: ctx}
			d.tab(390, 844, "?lang=zh-CN&theme=light")
			t.Cleanup(func() { d.shut() })
			tt.run(d)
		})
	}
}

// touch puts fingers down, moves or lifts them.
func (d *desk) touch(kind input.DispatchTouchEventType, fingers ...point) {
	d.Helper()
	points := make([]*input.TouchPoint, len(fingers))
	for i, f := range fingers {
		id := float64(i)
		points[i] = &input.TouchPoint{X: f.X, Y: f.Y, ID: &id}
	}
	if _, err := chromedp.Call(d.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points}); err != nil {
		d.Fatal(err)
	}
	settle(d.T, d.ctx)
}

func (d *desk) swipe(from, to point) {
	d.Helper()
	d.touch("touchStart", from)
	for i := 1.0; i <= 4; i++ {
		d.touch("touchMove", point{from.X + (to.X-from.X)*i/4, from.Y + (to.Y-from.Y)*i/4})
	}
	d.touch("touchEnd")
}

func (d *desk) tap(css string) {
	d.Helper()
	p := d.at(css)
	d.touch("touchStart", p)
	d.touch("touchEnd")
	time.Sleep(50 * time.Millisecond)
	settle(d.T, d.ctx)
}

func (d *desk) camera(of string) float64 {
	d.Helper()
	return kittest.Eval[float64](d.T, d.ctx, `document.querySelector("flow-canvas").editor.camera.`+of)
}

func pinch(d *desk) {
	x, y := d.camera("x"), d.camera("y")
	d.swipe(point{200, 600}, point{150, 640})
	if dx, dy := d.camera("x")-x, d.camera("y")-y; math.Abs(dx+50) > 2 || math.Abs(dy-40) > 2 {
		d.Errorf("one finger moved the sheet by %v, %v", d.camera("x")-x, d.camera("y")-y)
	}
	k := d.camera("k")
	a, b := point{160, 600}, point{240, 600}
	d.touch("touchStart", a)
	d.touch("touchStart", a, b)
	for i := 1.0; i <= 4; i++ {
		d.touch("touchMove", a.plus(-10*i, 0), b.plus(10*i, 0))
	}
	d.touch("touchEnd")
	if now := d.camera("k"); now < k*1.8 || now > k*2.2 {
		d.Errorf("two fingers zoomed from %v to %v", k, now)
	}
	if len(d.seen().Nodes) != 5 || d.is(`document.querySelector("flow-canvas").editor.doc.canUndo`) {
		d.Error("fingers that look changed the flow")
	}
}

func moveByFinger(d *desk) {
	was, p := d.node("start"), d.at(title("start"))
	d.swipe(p, p.plus(80, 60))
	if now := d.node("start"); now.X <= was.X || now.Y <= was.Y {
		d.Errorf("moved from %d,%d to %d,%d", was.X, was.Y, now.X, now.Y)
	}
}

func sheet(d *desk) {
	d.tap(title("start"))
	d.until("the sheet peeks", `document.querySelector("#panel").dataset.showing === "node" && document.querySelector("[data-head]").getBoundingClientRect().bottom <= innerHeight`)
	still(d.T, d.ctx)
	d.tap("[data-raise]")
	d.until("the sheet is up", `document.querySelector("#panel").classList.contains("up")`)
	still(d.T, d.ctx)
	if !d.is(`(() => { const c = document.querySelector('.fc-card[data-id="start"]').getBoundingClientRect(), p = document.querySelector("#panel").getBoundingClientRect(); return c.bottom <= p.top + 1 && c.top > 0; })()`) {
		d.Error("the sheet covers the node that it is about")
	}
	if wide := kittest.Eval[int](d.T, d.ctx, `document.documentElement.scrollWidth`); wide > 390 {
		d.Errorf("the page is %d wide", wide)
	}
	d.tap("[data-raise]")
	d.until("the sheet is down", `!document.querySelector("#panel").classList.contains("up")`)
}

func tapToAdd(d *desk) {
	d.tap(title("start"))
	d.tap(".fb-open")
	d.until("the palette is up", `document.querySelector("#palette").classList.contains("up")`)
	still(d.T, d.ctx)
	d.tap(`[data-kind="branch"]`)
	d.wants("a branch after the start", 3, 1)
	d.until("the palette is down", `!document.querySelector("#palette").classList.contains("up")`)
}

func tapPort(d *desk) {
	d.tap(port("start", "next"))
	d.until("the picker is open", `!document.querySelector(".fc-picker").hidden`)
	if to, wired := d.seen().Next("start", "next"); wired {
		d.Fatalf("the tap that opened the picker has chosen %q below the finger", to)
	}
	d.is(`document.querySelector('.fc-choices [role="option"]:last-of-type').scrollIntoView() === undefined`)
	d.tap(`.fc-choices [role="option"]:last-of-type`)
	if to, _ := d.seen().Next("start", "next"); to != "end" {
		d.Errorf("the exit leads to %q", to)
	}
}
