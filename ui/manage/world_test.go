package manage_test

import (
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes/standard"
	"foyer/runtime/agent"
	"foyer/runtime/callback"
	"foyer/runtime/queue"
	"foyer/runtime/record"
	"foyer/runtime/session"
	"foyer/ui"
	"foyer/ui/asset"
	"foyer/ui/auth"
	"foyer/ui/kit/text"
	"foyer/ui/manage"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// world is the services behind the admin centre, in memory. A fault is given by the next write.
type world struct {
	flows    []flow.Summary
	groups   []queue.SkillGroup
	uses     map[string]queue.Use
	members  []queue.Membership
	agents   []agent.Agent
	rows     []record.Row
	details  map[string]record.Detail
	requests []callback.Request
	filter   record.Filter // of the last list
	fault    error
	issues   []graph.Issue
	wrote    []string // what was asked for, e.g. "publish flw_1 3"
	newAgent agent.NewAgent
	drained  bool
}

func (w *world) did(words ...string) error {
	if w.fault != nil {
		return w.fault
	}
	w.wrote = append(w.wrote, strings.Join(words, " "))
	return nil
}

type flows struct{ *world }

func (f flows) List(context.Context) ([]flow.Summary, error) { return f.flows, nil }

func (f flows) Get(_ context.Context, id string) (flow.Summary, error) {
	for _, s := range f.flows {
		if s.ID == id {
			return s, nil
		}
	}
	return flow.Summary{}, flow.ErrNotFound
}

func (f flows) Create(_ context.Context, account, name string) (flow.Flow, error) {
	return flow.Flow{ID: "flw_new", Name: name}, f.did("create", account, name)
}

func (f flows) Duplicate(_ context.Context, account, id string) (flow.Flow, error) {
	return flow.Flow{ID: "flw_copy", Name: "副本"}, f.did("duplicate", account, id)
}

func (f flows) Publish(_ context.Context, _, id string, _ int, _ string) (flow.Version, []graph.Issue, error) {
	return flow.Version{}, f.issues, f.did("publish", id)
}

func (f flows) Unpublish(_ context.Context, _, id string, drain bool) error {
	f.drained = drain
	return f.did("unpublish", id)
}

func (f flows) Delete(_ context.Context, id string) error { return f.did("delete", id) }

type groups struct{ *world }

func (g groups) List(context.Context) ([]queue.SkillGroup, error) { return g.groups, nil }

func (g groups) Get(_ context.Context, id string) (queue.SkillGroup, error) {
	for _, s := range g.groups {
		if s.ID == id {
			return s, nil
		}
	}
	return queue.SkillGroup{}, queue.ErrNoGroup
}

func (g groups) Create(_ context.Context, s queue.SkillGroup) (queue.SkillGroup, error) {
	s.ID = "grp_new"
	err := g.did("create", s.Name)
	g.groups = append(g.groups, s)
	return s, err
}

func (g groups) Update(_ context.Context, s queue.SkillGroup) error {
	return g.did("update", s.Name)
}
func (g groups) Delete(_ context.Context, id string) ([]string, error) {
	return g.uses[id].Drafts, g.did("delete", id)
}

func (g groups) Use(context.Context) (map[string]queue.Use, error) { return g.uses, nil }

func (g groups) SetFallback(_ context.Context, id string, on bool) error {
	return g.did("fallback", id, fmt.Sprint(on))
}

func (g groups) Members(_ context.Context, id string) (out []queue.Membership, err error) {
	for _, m := range g.members {
		if m.GroupID == id {
			out = append(out, m)
		}
	}
	return out, nil
}

// SetMember takes no priority for the middle one, as queue.GroupBook does.
func (g groups) SetMember(_ context.Context, m queue.Membership) error {
	if m.Priority == 0 {
		m.Priority = 3
	}
	if m.Priority < 1 || m.Priority > 5 {
		return &queue.SettingError{Name: "priority", Min: 1, Max: 5}
	}
	return g.did("member", m.AgentID, fmt.Sprint(m.Priority))
}

func (g groups) RemoveMember(_ context.Context, _, agentID string) error {
	return g.did("remove", agentID)
}

type agents struct{ *world }

func (a agents) List(context.Context) ([]agent.Agent, error) { return a.agents, nil }

func (a agents) CreateAgent(_ context.Context, n agent.NewAgent) (agent.Agent, error) {
	a.newAgent = n
	return agent.Agent{ID: "agt_new", Name: n.Name}, a.did("create", n.Email)
}

func (a agents) Update(_ context.Context, x agent.Agent) error { return a.did("update", x.ID) }
func (a agents) Remove(_ context.Context, id string) error     { return a.did("remove", id) }

func (a agents) ResetPassword(_ context.Context, id string) (string, error) {
	return "maple-otter-29-brisk", a.did("reset", id)
}

func (a agents) State(_ context.Context, id string) (agent.View, error) {
	if id == "agt_2" {
		return agent.View{AgentID: id, Shown: agent.ShownFree}, nil
	}
	return agent.View{AgentID: id, Shown: agent.ShownOffline}, nil
}

type records struct{ *world }

func (r records) List(_ context.Context, f record.Filter) ([]record.Row, error) {
	r.filter = f
	return r.rows, nil
}

func (r records) Get(_ context.Context, id string) (record.Detail, error) {
	d, ok := r.details[id]
	if !ok {
		return d, session.ErrNotFound
	}
	d.Messages = slices.Clone(d.Messages)
	return d, nil
}

type callbacks struct{ *world }

func (c callbacks) List(_ context.Context, f callback.Filter) (out []callback.Request, err error) {
	for _, r := range c.requests {
		if (f.State == "" || r.State == f.State) && (f.Groups == nil || slices.Contains(f.Groups, r.GroupID)) {
			out = append(out, r)
		}
	}
	return out, nil
}

func (c callbacks) Get(_ context.Context, id string) (callback.Request, error) {
	for _, r := range c.requests {
		if r.ID == id {
			return r, nil
		}
	}
	return callback.Request{}, callback.ErrNotFound
}

func (c callbacks) turn(id, agentID string, to callback.State) error {
	for i := range c.requests {
		if c.requests[i].ID == id {
			c.requests[i].State, c.requests[i].DoneBy = to, agentID
			return c.did(string(to), id, agentID)
		}
	}
	return callback.ErrNotFound
}

func (c callbacks) Finish(_ context.Context, id, agentID string) error {
	return c.turn(id, agentID, callback.Done)
}

func (c callbacks) Reopen(_ context.Context, id, agentID string) error {
	return c.turn(id, agentID, callback.Open)
}

// logins are the people who can be logged in, by their token.
type logins struct{ auth.Accounts }

func (logins) ByToken(_ context.Context, token string) (agent.Agent, error) {
	for _, a := range people() {
		if a.ID == token {
			return a, nil
		}
	}
	return agent.Agent{}, agent.ErrNotLoggedIn
}

func people() []agent.Agent {
	return []agent.Agent{
		{ID: "agt_1", AccountID: "acc_1", Email: "admin@foyer.test", Number: "1000", Name: "陈晨", Role: agent.Admin, TextCap: 5},
		{ID: "agt_2", AccountID: "acc_2", Email: "zhang@foyer.test", Number: "1001", Name: "张敏", Role: agent.Member, TextCap: 5},
		{ID: "agt_3", AccountID: "acc_3", Email: "li@foyer.test", Number: "1002", Name: "李想", Role: agent.Member, TextCap: 5},
	}
}

// site is the admin centre and the desk's records over a world.
type site struct {
	*world
	t    *testing.T
	echo *echo.Echo
}

func open(t *testing.T, w *world) *site {
	if w == nil {
		w = &world{agents: people()[:1]}
	}
	pages := &manage.Pages{
		Flows: flows{w}, Groups: groups{w}, Agents: agents{w}, States: agents{w}, Records: records{w}, Callbacks: callbacks{w}, Versions: versions{}, Kinds: standard.Set(),
		FileURL:   func(id string) string { return "/files/" + id },
		PublicURL: func(echo.Context) string { return "https://foyer.test" },
		Now:       func() time.Time { return noon }, Instance: "Foyer",
	}
	e, door := echo.New(), &auth.Auth{Accounts: logins{}}
	e.HTTPErrorHandler = ui.ErrorHandler(slog.New(slog.NewTextHandler(io.Discard, nil)))
	e.Use(auth.Headers(false), auth.SameOrigin())
	e.GET(asset.Prefix+"*", echo.WrapHandler(asset.Handler()))
	door.Mount(e)
	pages.Mount(e.Group("/admin", door.Admins))
	desk := e.Group("/desk", door.Members)
	desk.GET("/records", pages.OwnRecords)
	desk.GET("/records/:id", pages.OwnRecord)
	desk.GET("/callbacks", pages.OwnCallbacks)
	desk.POST("/callbacks/:id/done", pages.FinishOwn)
	desk.POST("/callbacks/:id/reopen", pages.ReopenOwn)
	return &site{w, t, e}
}

// ask sends a request as who, whose token is their id; htmx says that the page's script sent it.
func (s *site) ask(who, method, path string, form url.Values, htmx bool) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, "https://foyer.test"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if who != "" {
		r.AddCookie(&http.Cookie{Name: auth.Cookie, Value: who})
	}
	if htmx {
		r.Header.Set("HX-Request", "true")
	}
	w := httptest.NewRecorder()
	s.echo.ServeHTTP(w, r)
	return w
}

// post is a form of the administrator's, sent by the script.
func (s *site) post(path string, pairs ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return s.ask("agt_1", "POST", path, form, true)
}

// page is a page of the administrator's.
func (s *site) page(path string) string {
	s.t.Helper()
	w := s.ask("agt_1", "GET", path, nil, false)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

func says(key string, pairs ...any) string { return text.In(text.English, key, pairs...) }

// has fails the test for each of the words that a page lacks.
func has(t *testing.T, page string, words ...string) {
	t.Helper()
	plain := html.UnescapeString(page)
	for _, w := range words {
		if !strings.Contains(page, w) && !strings.Contains(plain, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
}

// hasNot fails the test for each of the words that a page has.
func hasNot(t *testing.T, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(page, w) {
			t.Errorf("the page has %q", w)
		}
	}
}
