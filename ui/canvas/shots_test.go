package canvas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"foyer/designer/graph"
	"foyer/ui/kit"
	"foyer/ui/kit/kittest"
	"foyer/ui/kit/text"
)

// scene is one state of the designer that people see.
type scene struct {
	name  string
	draft graph.Graph
	at    string // path below /admin/flows/f1/edit
	set   func(t *testing.T, ctx context.Context)
}

func scenes() []scene {
	return []scene{
		{name: "example", draft: example()},
		{name: "selected", draft: example(), set: choose("menu")},
		{name: "transfer", draft: example(), set: choose("aftersales")},
		{name: "variables", draft: using(), set: func(t *testing.T, ctx context.Context) {
			press(t, ctx, "[data-vars]")
			press(t, ctx, "#vars .fv-row:first-child [data-remove]")
		}},
		{name: "names", draft: using(), set: func(t *testing.T, ctx context.Context) {
			choose("menu")(t, ctx)
			time.Sleep(300 * time.Millisecond)
			kittest.Eval[bool](t, ctx, `document.querySelector('[data-slot="prompt"] [data-insert]').click() === undefined`)
		}},
		{name: "edge", draft: example(), set: func(t *testing.T, ctx context.Context) { clickAt(t, ctx, onEdge(t, ctx, "e2")) }},
		{name: "problems", draft: faulty(), set: func(t *testing.T, ctx context.Context) {
			press(t, ctx, "#problems [data-summary]")
		}},
		{name: "faults", draft: faulty(), set: choose("menu")},
		{name: "blocked", draft: faulty(), set: publishDialog},
		{name: "publish", draft: changed(), set: publishDialog},
		{name: "published", draft: changed(), set: func(t *testing.T, ctx context.Context) {
			publishDialog(t, ctx)
			press(t, ctx, "#publish [type=submit]")
			until(t, ctx, "published", `document.querySelector("#publish .fd-id") !== null`)
		}},
		{name: "versions", draft: changed(), set: func(t *testing.T, ctx context.Context) {
			press(t, ctx, ".fe-versions")
			until(t, ctx, "the drawer is open", `document.querySelector("#versions")?.open === true`)
		}},
		{name: "version", draft: changed(), at: "/versions/1"},
		{name: "refused", draft: example(), set: func(t *testing.T, ctx context.Context) {
			if kittest.Eval[int](t, ctx, `innerWidth`) > 900 {
				hold(t, ctx, at(t, ctx, port("presales", "done")), at(t, ctx, title("start")).plus(30, 10))
			}
		}},
		{name: "picker", draft: example(), set: func(t *testing.T, ctx context.Context) {
			pressNode(t, ctx, "menu")
			stroke(t, ctx, "a")
		}},
		{name: "close", draft: example(), set: func(t *testing.T, ctx context.Context) {
			run(t, ctx, `const {camera, scene, doc} = document.querySelector("flow-canvas").editor; camera.zoom(1.6 / camera.k); camera.look({x: 620, y: 260})`)
		}},
		{name: "far", draft: large(), set: func(t *testing.T, ctx context.Context) {
			run(t, ctx, `const {camera} = document.querySelector("flow-canvas").editor; camera.zoom(0.25 / camera.k); camera.look({x: 2000, y: 2000})`)
		}},
		{name: "all", draft: large(), set: func(t *testing.T, ctx context.Context) {
			run(t, ctx, `const {camera, scene} = document.querySelector("flow-canvas").editor; camera.fit(scene.bounds())`)
		}},
		{name: "restore", draft: changed(), at: "/versions/1", set: func(t *testing.T, ctx context.Context) {
			press(t, ctx, ".fe-readonly .btn")
			until(t, ctx, "the question is asked", `document.querySelector("#restore")?.open === true`)
		}},
		{name: "clash", draft: example(), set: func(t *testing.T, ctx context.Context) {
			run(t, ctx, `
				const card = document.querySelector("#clash");
				card.querySelector("[data-who]").textContent = "韩梅梅 在 2026/3/4 20:12:40 保存了草稿，而你这里也有修改。";
				card.querySelector("[data-what]").textContent = "不同的模块：请选择服务、售后、结束。";
				card.showModal()`)
		}},
		{name: "keys", draft: example(), set: func(t *testing.T, ctx context.Context) {
			kittest.Do(t, ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector("#keys").showModal()`))
		}},
		{name: "fresh"},
	}
}

// changed is the example with a little more work done since it was published; see publishedSite.
func changed() graph.Graph {
	g := example()
	g.Nodes[3].Title = "售后服务"
	g.Nodes[4].Config = json.RawMessage(`{"idleSeconds":600}`)
	g.Edges = append(g.Edges, graph.Edge{ID: "e6", From: "menu", Port: "timeout", To: "end"})
	return g
}

// look is how a reader meets a page.
type look struct {
	theme kit.Theme
	lang  text.Lang
	w, h  int64
}

// looks are four of the eight looks, in which every two properties meet; all eight when pictures are wanted.
func looks(all bool) []look {
	const wide, high, narrow, tall = 1440, 900, 390, 844
	list := []look{
		{kit.Light, text.Chinese, wide, high}, {kit.Light, text.English, narrow, tall},
		{kit.Dark, text.Chinese, narrow, tall}, {kit.Dark, text.English, wide, high},
	}
	if all {
		list = append(list, look{kit.Light, text.Chinese, narrow, tall}, look{kit.Light, text.English, wide, high},
			look{kit.Dark, text.Chinese, wide, high}, look{kit.Dark, text.English, narrow, tall})
	}
	return list
}

// Every state of the designer has no fault that axe knows and is not wider than the screen. CANVAS_SHOTS names a folder
// for pictures of all of them.
func TestEveryStateIsAccessible(t *testing.T) {
	ctx, folder := kittest.Browser(t), os.Getenv("CANVAS_SHOTS")
	for _, s := range scenes() {
		for _, l := range looks(folder != "") {
			name := fmt.Sprintf("%s-%s-%s-%d", s.name, l.theme, l.lang, l.w)
			t.Run(name, func(t *testing.T) {
				site := publishedSite(t, s.draft)
				kittest.Do(t, ctx, kittest.Size(l.w, l.h),
					chromedp.Navigate(fmt.Sprintf("%s/admin/flows/f1/edit%s?lang=%s&theme=%s", site.url, s.at, l.lang, l.theme)))
				ready(t, ctx)
				if s.set != nil {
					s.set(t, ctx)
				}
				time.Sleep(300 * time.Millisecond)
				if folder != "" {
					kittest.Screenshot(t, ctx, folder+"/"+name+".png", l.w, l.h)
				}
				kittest.Axe(t, ctx)
				if wide := kittest.Eval[int64](t, ctx, `document.documentElement.scrollWidth`); wide > l.w {
					t.Errorf("the page is %d wide", wide)
				}
			})
		}
	}
}

// publishedSite is a site whose flow has two versions, when its draft is one that could have come after them.
func publishedSite(t *testing.T, draft graph.Graph) *site {
	t.Helper()
	if len(draft.Nodes) == 0 {
		return open(t, draft)
	}
	s := open(t, example())
	if len(draft.Nodes) > 3 && draft.Nodes[3].Title == "售后服务" {
		for _, note := range []string{"第一版", "增加产品报障分支"} {
			if _, _, err := s.designer.Publish(context.Background(), "韩梅梅", "f1", 1, note); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.edit(func() {
		f := s.flows["f1"]
		f.Draft = draft
		s.flows["f1"] = f
	})
	return s
}

func choose(id string) func(t *testing.T, ctx context.Context) {
	return func(t *testing.T, ctx context.Context) {
		pressNode(t, ctx, id)
		if kittest.Eval[int](t, ctx, `innerWidth`) < 900 {
			still(t, ctx)
			press(t, ctx, "[data-raise]")
		}
	}
}

func publishDialog(t *testing.T, ctx context.Context) {
	press(t, ctx, "[data-publish]")
	until(t, ctx, "the dialog is open", `document.querySelector("#publish")?.open === true`)
}
