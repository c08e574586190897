package kit

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// ToastCookie carries a toast over to the next page; the script shows it there and drops the cookie.
const ToastCookie = "foyer_toast"

// fromHTMX tells whether the script asks for a part, not the browser for a page.
func fromHTMX(c echo.Context) bool { return c.Request().Header.Get("HX-Request") == "true" }

// Render answers a browser with the page and htmx with the named parts (templ fragments) of the same page; without
// names htmx gets all of it. Nothing is written before the whole is known to be good, so an error is never half a page.
func Render(c echo.Context, status int, page templ.Component, parts ...any) error {
	var b bytes.Buffer
	var err error
	if fromHTMX(c) && len(parts) > 0 {
		err = templ.RenderFragments(c.Request().Context(), &b, page, parts...)
	} else {
		err = page.Render(c.Request().Context(), &b)
	}
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Add("Vary", "HX-Request")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	return c.HTMLBlob(status, b.Bytes())
}

// Done leads on to path after something was done, and says words there when there are any.
func Done(c echo.Context, path, words string) error { return lead(c, path, ToastGood, words) }

// Refuse leaves the page as it is and says why nothing was done. A browser without script is led back to where it came from.
func Refuse(c echo.Context, words string) error {
	if !fromHTMX(c) {
		return lead(c, back(c.Request()), ToastBad, words)
	}
	h := c.Response().Header()
	h.Set("HX-Reswap", "none")
	SendToast(h, ToastBad, words)
	return c.NoContent(http.StatusUnprocessableEntity)
}

func lead(c echo.Context, path string, kind ToastKind, words string) error {
	if words != "" {
		raw, err := json.Marshal(map[string]string{"kind": string(kind), "text": words})
		if err != nil {
			return err
		}
		c.SetCookie(&http.Cookie{Name: ToastCookie, Value: url.PathEscape(string(raw)), Path: "/", MaxAge: 30, SameSite: http.SameSiteStrictMode})
	}
	if fromHTMX(c) {
		c.Response().Header().Set("HX-Redirect", path)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, path)
}

// back is the path of the page the request came from; only the path counts, so it never leads to another site.
func back(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return u.RequestURI()
}
