// Package auth lets people in: login pages, the cookie, the guards in front of every other page, and the headers
// that keep strangers' pages out.
package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/runtime/agent"
	"foyer/ui/kit"
)

// Cookie is the name of the login cookie. The prefix makes browsers insist on Secure, Path=/ and no Domain;
// they accept it on http://localhost too.
const Cookie = "__Host-foyer"

// keep is how long the browser keeps the cookie: longer than any login, which its use prolongs without a new cookie.
// When a login is over, the accounts service says.
const keep = 30 * 24 * time.Hour

// Accounts is what this package needs of the people who log in.
type Accounts interface {
	Login(ctx context.Context, email, password, remoteAddr string) (token string, a agent.Agent, err error)
	LoginByLink(ctx context.Context, linkToken string) (token string, a agent.Agent, err error)
	ByToken(ctx context.Context, token string) (agent.Agent, error)
	Logout(ctx context.Context, token string) error
	SetPassword(ctx context.Context, accountID, password string) error
}

// Auth is the door.
type Auth struct {
	Accounts Accounts
}

const agentKey = "agent"

// Agent is who is logged in; the zero Agent where no guard stands in front.
func Agent(c echo.Context) agent.Agent {
	a, _ := c.Get(agentKey).(agent.Agent)
	return a
}

// Account is the account id of who is logged in.
func Account(c echo.Context) string { return Agent(c).AccountID }

// Members lets in everybody who is logged in.
func (d *Auth) Members(next echo.HandlerFunc) echo.HandlerFunc { return d.guard(next, false) }

// Admins lets in administrators only.
func (d *Auth) Admins(next echo.HandlerFunc) echo.HandlerFunc { return d.guard(next, true) }

func (d *Auth) guard(next echo.HandlerFunc, admin bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		a, err := d.Who(c.Request())
		if errors.Is(err, agent.ErrNotLoggedIn) {
			return toLogin(c)
		}
		if err != nil {
			return err // nobody knows who it is, so nobody is told to log in again
		}
		if admin && a.Role != agent.Admin {
			return agent.ErrForbidden
		}
		c.Set(agentKey, a)
		c.Response().Header().Set("Cache-Control", "no-store")
		return next(c)
	}
}

// Who reads the login cookie of a request: the agent, or agent.ErrNotLoggedIn. Any other error says that nobody can tell.
func (d *Auth) Who(r *http.Request) (agent.Agent, error) {
	cookie, err := r.Cookie(Cookie)
	if err != nil || cookie.Value == "" {
		return agent.Agent{}, agent.ErrNotLoggedIn
	}
	return d.Accounts.ByToken(r.Context(), cookie.Value)
}

// toLogin sends a page to the login form and back afterwards, and tells everything else that it is not logged in.
func toLogin(c echo.Context) error {
	r := c.Request()
	page := strings.Contains(r.Header.Get("Accept"), "text/html") && r.Method == http.MethodGet
	to := "/login"
	if page {
		to += "?next=" + url.QueryEscape(r.URL.RequestURI())
	}
	switch {
	case r.Header.Get("HX-Request") == "true":
		c.Response().Header().Set("HX-Redirect", "/login")
		return c.NoContent(http.StatusUnauthorized)
	case page:
		return c.Redirect(http.StatusSeeOther, to)
	}
	return agent.ErrNotLoggedIn
}

// remember puts a login into the browser.
func remember(c echo.Context, token string) {
	c.SetCookie(&http.Cookie{Name: Cookie, Value: token, Path: "/", Secure: true, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, MaxAge: int(keep.Seconds())})
}

// forget takes it out again.
func forget(c echo.Context) {
	c.SetCookie(&http.Cookie{Name: Cookie, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: -1})
}

// inside keeps a redirect on this site: a path of ours, never another host.
func inside(next string) (string, bool) {
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		return "", false
	}
	return next, true
}

// Home leads to where the reader's work is: to the login form who is not logged in.
func (d *Auth) Home(c echo.Context) error {
	a, err := d.Who(c.Request())
	switch {
	case errors.Is(err, agent.ErrNotLoggedIn):
		return c.Redirect(http.StatusSeeOther, "/login")
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, home(a))
}

// home is where a role starts the day.
func home(a agent.Agent) string {
	if a.Role == agent.Admin {
		return kit.AdminPath
	}
	return kit.DeskPath
}
