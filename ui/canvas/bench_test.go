package canvas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"foyer/designer/graph"
	"foyer/ui/kit/kittest"
)

// large is a flow of 1,000 nodes and 1,150 edges, in columns of 40.
func large() graph.Graph {
	const nodes, edges, rows = 1000, 1150, 40
	g := graph.Graph{Spec: graph.SpecVersion}
	for i := range nodes {
		n := graph.Node{ID: graph.NodeID(fmt.Sprintf("n%03d", i)), Kind: "branch", Title: fmt.Sprintf("Node %d", i), X: 60 + i/rows*320, Y: 60 + i%rows*220}
		n.Config = json.RawMessage(`{"prompt":"?","options":[{"id":"a","keywords":["one"]},{"id":"b","keywords":["two"]}],"retries":3,"timeout":120}`)
		if i == 0 {
			n.Kind, n.Config = "start", nil
		}
		g.Nodes = append(g.Nodes, n)
	}
	join := func(i int, port graph.Port, to int) {
		if len(g.Edges) < edges {
			g.Edges = append(g.Edges, graph.Edge{ID: graph.EdgeID(fmt.Sprintf("e%04d", len(g.Edges))), From: g.Nodes[i].ID, Port: port, To: g.Nodes[to].ID})
		}
	}
	join(0, "next", 1)
	for i := 1; i+rows < nodes; i++ {
		join(i, "a", i+rows)
	}
	for i := 1; i+rows+1 < nodes; i += 4 {
		join(i, "b", i+rows+1)
	}
	return g
}

// BenchmarkCanvas measures what P9 of the quality bars names, as CPU time of the page's main thread. Run it with
//
//	go test -run '^$' -bench Canvas -benchtime 5x ./ui/canvas
func BenchmarkCanvas(b *testing.B) {
	ctx := kittest.Browser(b)
	s := open(b, large())
	kittest.Do(b, ctx, kittest.Size(1440, 900))
	if _, err := chromedp.Call(ctx, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks}); err != nil {
		b.Fatal(err)
	}
	show := func(b *testing.B) {
		kittest.Do(b, ctx, chromedp.Navigate(s.url+"/admin/flows/f1/edit"))
		ready(b, ctx)
		rest(b, ctx)
	}
	b.Run("page", func(b *testing.B) {
		measure(b, ctx, 1, func() { kittest.Do(b, ctx, chromedp.Navigate("about:blank")) }, func() { show(b) })
	})
	b.Run("load", func(b *testing.B) {
		show(b)
		raw, err := json.Marshal(s.draft().Draft)
		if err != nil {
			b.Fatal(err)
		}
		kittest.Eval[bool](b, ctx, fmt.Sprintf(`(window.large = %s) !== undefined`, raw))
		measure(b, ctx, 1, func() {
			kittest.Eval[bool](b, ctx, `document.querySelector("flow-canvas").editor.doc.load({spec: 1, nodes: [], edges: []}) === undefined`)
			rest(b, ctx)
		}, func() {
			kittest.Eval[bool](b, ctx, `(({doc, camera}) => { doc.load(window.large); camera.look({x: 600, y: 400}); return true; })(document.querySelector("flow-canvas").editor)`)
			settle(b, ctx)
		})
	})
	b.Run("pan", func(b *testing.B) {
		show(b)
		kittest.Eval[bool](b, ctx, `(({camera, scene}) => { camera.fit(scene.bounds()); return true; })(document.querySelector("flow-canvas").editor)`)
		rest(b, ctx)
		measure(b, ctx, 60, nil, func() { moves(b, ctx, "middle", point{700, 300}, point{760, 360}, 60) })
	})
	b.Run("drag", func(b *testing.B) {
		show(b)
		kittest.Eval[bool](b, ctx, `(({camera, doc, scene}) => { camera.zoom(1 / camera.k); camera.look(doc.nodes.get("n405")); return true; })(document.querySelector("flow-canvas").editor)`)
		rest(b, ctx)
		measure(b, ctx, 1, nil, func() {
			from := at(b, ctx, title("n405"))
			moves(b, ctx, "left", from, from.plus(120, 60), 60)
		})
		until(b, ctx, "the draft is saved", `document.querySelector("[data-draft]").dataset.is === "dirty"`)
	})
	b.Run("wheel", func(b *testing.B) {
		show(b)
		measure(b, ctx, 1, func() {
			kittest.Eval[bool](b, ctx, `(({camera, doc}) => { camera.zoom(1 / camera.k); camera.look(doc.nodes.get("n405")); return true; })(document.querySelector("flow-canvas").editor)`)
			rest(b, ctx)
		}, func() {
			for range 20 {
				kittest.Do(b, ctx, chromedp.MouseEvent(chromedp.MouseWheel, 700, 400, chromedp.ButtonModifiers(chromedp.ModifierCtrl), wheelBy(0.001, 60)))
			}
			rest(b, ctx)
		})
	})
}

// measure reports the main thread's milliseconds of an act, for each of its parts.
func measure(b *testing.B, ctx context.Context, parts int, before, act func()) {
	b.Helper()
	var spent time.Duration
	runs := 0
	for b.Loop() {
		if before != nil {
			before()
		}
		start := busy(b, ctx)
		act()
		spent += busy(b, ctx) - start
		runs++
	}
	b.ReportMetric(float64(spent.Microseconds())/1000/float64(runs*parts), "main-ms/op")
	b.ReportMetric(0, "ns/op") // waiting for frames, which says nothing
}

// busy is the CPU time that the main thread has spent so far.
func busy(b *testing.B, ctx context.Context) time.Duration {
	b.Helper()
	got, err := chromedp.Call(ctx, performance.GetMetrics, struct{}{})
	if err != nil {
		b.Fatal(err)
	}
	for _, m := range got.Metrics {
		if m.Name == "TaskDuration" {
			return time.Duration(m.Value * float64(time.Second))
		}
	}
	b.Fatal("the browser gives no TaskDuration")
	return 0
}

// rest waits until nothing more is drawn after zooming.
func rest(b *testing.B, ctx context.Context) {
	b.Helper()
	time.Sleep(500 * time.Millisecond)
	settle(b, ctx)
}

// moves drags with a button in n steps.
func moves(b *testing.B, ctx context.Context, button string, from, to point, n int) {
	b.Helper()
	held := chromedp.Button(button)
	steps := []kittest.Step{
		chromedp.MouseEvent(chromedp.MouseMoved, from.X, from.Y),
		chromedp.MouseEvent(chromedp.MousePressed, from.X, from.Y, held, chromedp.ClickCount(1)),
	}
	for i := 1; i <= n; i++ {
		k := float64(i) / float64(n)
		steps = append(steps, chromedp.MouseEvent(chromedp.MouseMoved, from.X+(to.X-from.X)*k, from.Y+(to.Y-from.Y)*k, held))
	}
	steps = append(steps, chromedp.MouseEvent(chromedp.MouseReleased, to.X, to.Y, held, chromedp.ClickCount(1)))
	kittest.Do(b, ctx, steps...)
	settle(b, ctx)
}
