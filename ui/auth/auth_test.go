package auth_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"foyer/runtime/agent"
	"foyer/ui"
	"foyer/ui/auth"
)

const goodPassword = "a good password"

// people is the accounts service in memory: two people, one one-time link each.
type people struct {
	agents    map[string]agent.Agent // by login token
	links     map[string]string      // token to e-mail
	passwords map[string]string      // by e-mail
	tries     int
}

func (p *people) Login(_ context.Context, email, password, _ string) (string, agent.Agent, error) {
	if p.tries++; p.tries > 5 {
		return "", agent.Agent{}, agent.ErrTooMany
	}
	if p.passwords[email] != password {
		return "", agent.Agent{}, agent.ErrBadLogin
	}
	return p.let(email)
}

func (p *people) let(email string) (string, agent.Agent, error) {
	for token, a := range p.agents {
		if a.Email == email {
			return token, a, nil
		}
	}
	return "", agent.Agent{}, agent.ErrBadLogin
}

func (p *people) LoginByLink(_ context.Context, link string) (string, agent.Agent, error) {
	email, ok := p.links[link]
	if !ok {
		return "", agent.Agent{}, agent.ErrLink
	}
	delete(p.links, link)
	return p.let(email)
}

func (p *people) ByToken(_ context.Context, token string) (agent.Agent, error) {
	if token == "unread" {
		return agent.Agent{}, context.DeadlineExceeded
	}
	a, ok := p.agents[token]
	if !ok {
		return a, agent.ErrNotLoggedIn
	}
	return a, nil
}

func (p *people) Logout(_ context.Context, token string) error {
	delete(p.agents, token)
	return nil
}

func (p *people) SetPassword(_ context.Context, _, password string) error {
	if len(password) < agent.PasswordMin {
		return agent.ErrWeak
	}
	p.passwords["admin@foyer.test"] = password
	return nil
}

// site is the login pages with one page for members and one for administrators behind them.
type site struct {
	t      *testing.T
	people *people
	http   http.Handler
}

func open(t *testing.T) *site {
	p := &people{
		agents: map[string]agent.Agent{
			"admin-token":  {ID: "agt_1", AccountID: "acc_1", Email: "admin@foyer.test", Name: "陈晨", Role: agent.Admin},
			"member-token": {ID: "agt_2", AccountID: "acc_2", Email: "zhang@foyer.test", Name: "张敏", Role: agent.Member},
		},
		links:     map[string]string{"once": "admin@foyer.test"},
		passwords: map[string]string{"admin@foyer.test": goodPassword, "zhang@foyer.test": goodPassword},
	}
	e, door := echo.New(), &auth.Auth{Accounts: p}
	e.HTTPErrorHandler = ui.ErrorHandler(slog.New(slog.NewTextHandler(io.Discard, nil)))
	e.Use(auth.Headers(true), auth.SameOrigin())
	door.Mount(e)
	hello := func(c echo.Context) error { return c.String(http.StatusOK, auth.Agent(c).Name+auth.Account(c)) }
	e.GET("/", door.Home)
	e.GET("/desk", hello, door.Members)
	e.POST("/desk", hello, door.Members)
	e.GET("/admin", hello, door.Admins)
	e.POST("/admin", hello, door.Admins)
	return &site{t, p, e}
}

// ask sends a request as a browser would; change may make it another one.
func (s *site) ask(method, path string, form url.Values, change ...func(*http.Request)) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, "https://foyer.test"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	r.Header.Set("Accept-Language", "en")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, r)
	return w
}

func as(token string) func(*http.Request) {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: auth.Cookie, Value: token}) }
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func TestGuards(t *testing.T) {
	s, nobody := open(t), func(*http.Request) {}
	for _, test := range []struct {
		name, method, path string
		who                func(*http.Request)
		change             func(*http.Request)
		status             int
		to                 string // Location or HX-Redirect
	}{
		{"a stranger asks for a page", "GET", "/desk", nobody, nobody, 303, "/login?next=%2Fdesk"},
		{"and comes back with the query", "GET", "/admin?q=a%26b", nobody, nobody, 303, "/login?next=%2Fadmin%3Fq%3Da%2526b"},
		{"a stranger's program", "GET", "/desk", nobody, header("Accept", "application/json"), 401, ""},
		{"a stranger's htmx", "GET", "/desk", nobody, header("HX-Request", "true"), 401, "/login"},
		{"a stranger writes", "POST", "/desk", nobody, nobody, 401, ""},
		{"a token that is none", "GET", "/desk", as("guess"), nobody, 303, "/login?next=%2Fdesk"},
		{"an empty token", "GET", "/desk", as(""), nobody, 303, "/login?next=%2Fdesk"},
		{"a login that cannot be read", "GET", "/desk", as("unread"), nobody, 503, ""},
		{"its htmx", "GET", "/desk", as("unread"), header("HX-Request", "true"), 503, ""},
		{"at the door", "GET", "/", as("unread"), nobody, 503, ""},
		{"a stranger at the door", "GET", "/", nobody, nobody, 303, "/login"},
		{"a member at the door", "GET", "/", as("member-token"), nobody, 303, "/desk"},
		{"an administrator at the door", "GET", "/", as("admin-token"), nobody, 303, "/admin"},
		{"a member at the desk", "GET", "/desk", as("member-token"), nobody, 200, ""},
		{"a member at the admin centre", "GET", "/admin", as("member-token"), nobody, 403, ""},
		{"a member writes there", "POST", "/admin", as("member-token"), nobody, 403, ""},
		{"an administrator at the desk", "GET", "/desk", as("admin-token"), nobody, 200, ""},
		{"an administrator at the admin centre", "GET", "/admin", as("admin-token"), nobody, 200, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := s.ask(test.method, test.path, nil, test.who, test.change)
			if to := w.Header().Get("Location") + w.Header().Get("HX-Redirect"); w.Code != test.status || to != test.to {
				t.Errorf("%d to %q, want %d to %q", w.Code, to, test.status, test.to)
			}
			if w.Code == 200 && w.Header().Get("Cache-Control") != "no-store" {
				t.Error("what only one person may see could be cached")
			}
		})
	}
}

func TestNoAgentWithoutGuard(t *testing.T) {
	c := echo.New().NewContext(httptest.NewRequest("GET", "/", nil), httptest.NewRecorder())
	if auth.Agent(c).ID != "" || auth.Account(c) != "" {
		t.Error("somebody is logged in where nobody looked")
	}
}

// TestCrossSite sends the writes that another site's page can make a browser send.
func TestCrossSite(t *testing.T) {
	s := open(t)
	for _, test := range []struct {
		name    string
		headers map[string]string
		status  int
	}{
		{"another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}, 403},
		{"a subdomain", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "https://a.foyer.test"}, 403},
		{"an old browser at another site", map[string]string{"Origin": "https://evil.test"}, 403},
		{"a sandboxed frame", map[string]string{"Origin": "null"}, 403},
		{"our own page", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "https://foyer.test"}, 200},
		{"a program", nil, 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := s.ask("POST", "/admin", url.Values{}, as("admin-token"), func(r *http.Request) {
				for name, value := range test.headers {
					r.Header.Set(name, value)
				}
			})
			if w.Code != test.status {
				t.Errorf("%d, want %d", w.Code, test.status)
			}
		})
	}
	if w := s.ask("GET", "/desk", nil, as("admin-token"), header("Sec-Fetch-Site", "cross-site")); w.Code != 200 {
		t.Errorf("a link from another site is answered %d", w.Code)
	}
}
