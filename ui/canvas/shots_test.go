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

// Every state of the designer, in both languages, themes and widths, has no fault that axe knows and is not wider than
// the screen. CANVAS_SHOTS names a folder for pictures of them.
func TestEveryStateIsAccessible(t *testing.T) {
	ctx := kittest.Browser(t)
	for _, s := range scenes() {
		site := publishedSite(t, s.draft)
		for _, theme := range []kit.Theme{kit.Light, kit.Dark} {
			for _, lang := range text.Langs() {
				for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
					name := fmt.Sprintf("%s-%s-%s-%d", s.name, theme, lang, size[0])
					t.Run(name, func(t *testing.T) {
						if s.name == "published" {
							site = publishedSite(t, s.draft)
						}
						kittest.Do(t, ctx, kittest.Size(size[0], size[1]),
							chromedp.Navigate(fmt.Sprintf("%s/admin/flows/f1/edit%s?lang=%s&theme=%s", site.url, s.at, lang, theme)))
						ready(t, ctx)
						if s.set != nil {
							s.set(t, ctx)
						}
						time.Sleep(300 * time.Millisecond)
						if dir := os.Getenv("CANVAS_SHOTS"); dir != "" {
							kittest.Screenshot(t, ctx, dir+"/"+name+".png", size[0], size[1])
						}
						kittest.Axe(t, ctx)
						if wide := kittest.Eval[int64](t, ctx, `document.documentElement.scrollWidth`); wide > size[0] {
							t.Errorf("the page is %d wide", wide)
						}
					})
				}
			}
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
	if draft.Nodes[3].Title == "售后服务" {
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
			time.Sleep(300 * time.Millisecond) // the sheet slides in
			press(t, ctx, "[data-raise]")
		}
	}
}

func publishDialog(t *testing.T, ctx context.Context) {
	press(t, ctx, "[data-publish]")
	until(t, ctx, "the dialog is open", `document.querySelector("#publish")?.open === true`)
}
