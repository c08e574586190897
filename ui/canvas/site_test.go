package canvas_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/queue"
	"foyer/ui"
	"foyer/ui/asset"
	"foyer/ui/auth"
	"foyer/ui/canvas"
	"foyer/ui/kit"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// site is a server with the designer's pages, the real flow.Designer and a flow "f1" in memory.
type site struct {
	*store
	designer *flow.Designer
	kinds    nodes.Set
	secrets  drawer
	url      string
	saves    atomic.Int32
	cut      atomic.Bool // requests end without an answer, as on a dead line
}

// groupNames answers nodes about the skill groups of a store.
type groupNames struct{ *store }

func (g groupNames) Group(id string) (string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, group := range g.groups {
		if group.ID == id {
			return group.Name, true
		}
	}
	return "", false
}

// Flow knows those of the store.
func (g groupNames) Flow(id string) (nodes.Flow, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f, ok := g.flows[id]
	return nodes.Flow{Name: f.Name, Live: f.Live > 0}, ok
}

// open starts a site whose flow has the given draft; without nodes it is a fresh one.
func open(t testing.TB, draft graph.Graph) *site {
	t.Helper()
	return openWith(t, draft)
}

// openWith is open with other kinds in place of those of the same names.
func openWith(t testing.TB, draft graph.Graph, others ...nodes.Kind) *site {
	t.Helper()
	s := &site{kinds: standard.Set(), store: &store{
		flows: map[string]flow.Flow{}, versions: map[string][]flow.Version{},
		groups: []queue.SkillGroup{{ID: "g1", Name: "音视频售前服务组"}, {ID: "g2", Name: "音视频售后服务组"}},
	}}
	for _, k := range others {
		s.kinds[k.Spec().Name] = k
	}
	kinds := nodes.Checker{Set: s.kinds, World: func(context.Context) nodes.Around { return groupNames{s.store} }}
	if len(draft.Nodes) == 0 {
		draft = kinds.Fresh()
	}
	s.flows["f1"] = flow.Flow{ID: "f1", IvrID: "fabcdefghijklmno", Name: "全媒体客服接入体验", Draft: draft, DraftRev: 1, UpdatedAt: noon, UpdatedBy: "张敏"}
	s.flows["f2"] = flow.Flow{ID: "f2", Name: "夜间留言", Live: 1, UpdatedAt: noon}
	s.versions["f2"] = []flow.Version{{ID: "v2", FlowID: "f2", Number: 1, Graph: kinds.Fresh()}}
	serial := 0
	s.designer = &flow.Designer{
		Flows: s.store, Work: s.store, Kinds: kinds, Clock: func() time.Time { return noon },
		NewID: func(prefix string) string { serial++; return fmt.Sprint(prefix, serial) },
	}
	s.url = s.serve(t)
	return s
}

func (s *site) serve(t testing.TB) string {
	e := echo.New()
	e.HTTPErrorHandler = ui.ErrorHandler(slog.New(slog.NewTextHandler(io.Discard, nil)))
	e.Use(s.line, auth.Headers(false), preferences)
	pages := &canvas.Pages{
		World: func(context.Context) nodes.Around { return groupNames{s.store} },
		Flows: s.designer, Groups: groupList{s.store}, Kinds: s.kinds,
		Secrets: &s.secrets,
		Who:     func(echo.Context) string { return "李雷" },
		Name:    func(_ context.Context, account string) string { return account },
		Now:     func() time.Time { return noon.Add(time.Hour) },
	}
	pages.Mount(e.Group("/admin/flows"))
	e.GET(asset.Prefix+"*", echo.WrapHandler(asset.Handler()))
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return server.URL
}

// line is the network: it counts what is saved, and may be dead.
func (s *site) line(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.cut.Load() && c.Request().Method != http.MethodGet {
			panic(http.ErrAbortHandler)
		}
		if c.Request().Method == http.MethodPut {
			s.saves.Add(1)
		}
		return next(c)
	}
}

// preferences lets a test choose language and theme by the address.
func preferences(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		q := r.URL.Query()
		if q.Has("lang") {
			r.Header.Del("Cookie")
			r.AddCookie(&http.Cookie{Name: kit.LangCookie, Value: q.Get("lang")})
			r.AddCookie(&http.Cookie{Name: kit.ThemeCookie, Value: q.Get("theme")})
			c.SetRequest(r.WithContext(kit.WithReader(r.Context(), r)))
			c.SetCookie(&http.Cookie{Name: kit.LangCookie, Value: q.Get("lang"), Path: "/"})
			c.SetCookie(&http.Cookie{Name: kit.ThemeCookie, Value: q.Get("theme"), Path: "/"})
		}
		return next(c)
	}
}

// example is the flow of the seed: start, a menu of two, a transfer for each, end.
func example() graph.Graph { return standard.ExampleFlow("g1", "g2") }

// faulty is the example with the problems that admins make.
func faulty() graph.Graph {
	g := example()
	for i, n := range g.Nodes {
		if n.ID == "aftersales" {
			g.Nodes[i].Config = json.RawMessage(`{"group":"","timeout":0}`)
		}
		if n.ID == "menu" {
			g.Nodes[i].Config = json.RawMessage(`{"prompt":"","options":[{"id":"consult","keywords":["产品咨询","1"]},{"id":"repair","keywords":["1"]},{"id":"other","keywords":[]}],"retries":3,"timeout":120}`)
		}
	}
	g.Edges = g.Edges[:4]
	return g
}
