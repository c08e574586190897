package auth

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/runtime/agent"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// ErrCrossOrigin is a write that another site's page tried to make.
var ErrCrossOrigin = errors.New("the request comes from another site")

// Mount puts the login pages on e.
func (d *Auth) Mount(e *echo.Echo) {
	e.GET("/login", d.form)
	e.POST("/login", d.login)
	e.GET("/welcome/:token", d.welcome)
	e.POST("/welcome/:token", d.enter)
	e.POST("/logout", d.logout)
	e.GET("/account/password", d.Members(d.passwordForm))
	e.POST("/account/password", d.Members(d.setPassword))
	e.GET("/lang/:lang", d.lang)
	e.GET("/theme/:theme", d.theme)
}

// loginView is what the login page shows.
type loginView struct {
	Email, Next, Fault string
	Insecure           bool // plain http off localhost: browsers keep neither the cookie nor the camera
}

func (d *Auth) form(c echo.Context) error {
	if a, err := d.Who(c.Request()); err == nil {
		return c.Redirect(http.StatusSeeOther, home(a))
	}
	return kit.Render(c, http.StatusOK, loginPage(loginView{
		Email: c.QueryParam("email"), Next: c.QueryParam("next"), Insecure: insecure(c.Request()),
	}))
}

func (d *Auth) login(c echo.Context) error {
	ctx, email, next := c.Request().Context(), c.FormValue("email"), c.FormValue("next")
	token, a, err := d.Accounts.Login(ctx, email, c.FormValue("password"), c.RealIP())
	if fault, status := loginFault(err); fault != "" {
		v := loginView{Email: email, Next: next, Fault: text.T(ctx, fault), Insecure: insecure(c.Request())}
		return kit.Render(c, status, loginPage(v))
	}
	if err != nil {
		return err
	}
	remember(c, token)
	to, ok := inside(next)
	if !ok || (a.Role != agent.Admin && strings.HasPrefix(to, "/admin")) {
		to = home(a)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// loginFault gives the sentence and status of a login that a person can mend.
func loginFault(err error) (key string, status int) {
	switch {
	case errors.Is(err, agent.ErrBadLogin):
		return "auth.badLogin", http.StatusUnauthorized
	case errors.Is(err, agent.ErrTooMany):
		return "auth.tooMany", http.StatusTooManyRequests
	}
	return "", 0
}

// welcome shows the door of a one-time link. Looking at it does not use it up: link previews do that.
func (d *Auth) welcome(c echo.Context) error {
	return kit.Render(c, http.StatusOK, welcomePage(welcomeView{Token: c.Param("token"), Insecure: insecure(c.Request())}))
}

func (d *Auth) enter(c echo.Context) error {
	token, _, err := d.Accounts.LoginByLink(c.Request().Context(), c.Param("token"))
	if errors.Is(err, agent.ErrLink) {
		v := welcomeView{Token: c.Param("token"), Fault: text.T(c.Request().Context(), "auth.linkGone")}
		return kit.Render(c, http.StatusGone, welcomePage(v))
	}
	if err != nil {
		return err
	}
	remember(c, token)
	return c.Redirect(http.StatusSeeOther, "/account/password")
}

func (d *Auth) logout(c echo.Context) error {
	if cookie, err := c.Cookie(Cookie); err == nil {
		if err := d.Accounts.Logout(c.Request().Context(), cookie.Value); err != nil && !errors.Is(err, agent.ErrNotLoggedIn) {
			return err
		}
	}
	forget(c)
	return c.Redirect(http.StatusSeeOther, "/login")
}

func (d *Auth) passwordForm(c echo.Context) error {
	a := Agent(c)
	return kit.Render(c, http.StatusOK, passwordPage(passwordView{Email: a.Email, Home: home(a)}))
}

func (d *Auth) setPassword(c echo.Context) error {
	ctx, a := c.Request().Context(), Agent(c)
	v := passwordView{Email: a.Email, Home: home(a)}
	if c.FormValue("password") != c.FormValue("again") {
		v.Fault = text.T(ctx, "auth.differ")
		return kit.Render(c, http.StatusUnprocessableEntity, passwordPage(v))
	}
	err := d.Accounts.SetPassword(ctx, a.AccountID, c.FormValue("password"))
	if errors.Is(err, agent.ErrWeak) {
		v.Fault = text.T(ctx, "auth.weak")
		return kit.Render(c, http.StatusUnprocessableEntity, passwordPage(v))
	}
	if err != nil {
		return err
	}
	// a new password ends every login of the account, this browser's too: it gets a new one
	token, _, err := d.Accounts.Login(ctx, a.Email, c.FormValue("password"), c.RealIP())
	if err != nil {
		return err
	}
	remember(c, token)
	return c.Redirect(http.StatusSeeOther, v.Home)
}

// lang and theme are the reader's own and live in the browser only.
func (d *Auth) lang(c echo.Context) error {
	value := c.Param("lang")
	return prefer(c, kit.LangCookie, value, slices.Contains(text.Langs(), text.Lang(value)))
}

func (d *Auth) theme(c echo.Context) error {
	value := kit.Theme(c.Param("theme"))
	return prefer(c, kit.ThemeCookie, string(value), kit.ParseTheme(string(value)) == value)
}

// prefer keeps a choice that there is and leads back to the page it was made on.
func prefer(c echo.Context, name, value string, known bool) error {
	if !known {
		return echo.ErrNotFound
	}
	c.SetCookie(&http.Cookie{Name: name, Value: value, Path: "/", SameSite: http.SameSiteLaxMode,
		MaxAge: int((365 * 24 * time.Hour).Seconds())})
	back, ok := inside(c.QueryParam("back"))
	if !ok {
		back = "/"
	}
	return c.Redirect(http.StatusSeeOther, back)
}

// insecure tells whether the browser will refuse cookie and camera: plain http to another machine.
func insecure(r *http.Request) bool {
	host := r.Host
	if i := strings.LastIndex(host, ":"); i > 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	local := host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasPrefix(host, "127.") || host == "[::1]"
	return r.TLS == nil && r.Header.Get("X-Forwarded-Proto") != "https" && !local
}
