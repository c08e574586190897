package kit

import (
	"context"
	"net/url"

	"github.com/labstack/echo/v4"

	"foyer/ui/kit/text"
)

// The cookies that keep a reader's choices. They are plain, hold no secret and live a year.
const (
	LangCookie  = "foyer_lang"
	ThemeCookie = "foyer_theme" // also written by the theme switch's script
)

// Theme is how light a page is.
type Theme string

// The themes. Auto follows the reader's machine.
const (
	Auto  Theme = "auto"
	Light Theme = "light"
	Dark  Theme = "dark"
)

// ParseTheme reads a cookie's or query's value; anything unknown is Auto.
func ParseTheme(s string) Theme {
	if t := Theme(s); t == Light || t == Dark {
		return t
	}
	return Auto
}

type (
	themeKey struct{}
	pathKey  struct{}
)

// WithTheme puts the reader's theme into ctx.
func WithTheme(ctx context.Context, t Theme) context.Context {
	return context.WithValue(ctx, themeKey{}, t)
}

// ThemeFrom gives the reader's theme, Auto when none was chosen.
func ThemeFrom(ctx context.Context) Theme {
	if t, ok := ctx.Value(themeKey{}).(Theme); ok {
		return t
	}
	return Auto
}

// WithPath puts the page's own path and query into ctx; the language switch comes back to it.
func WithPath(ctx context.Context, path string) context.Context {
	return context.WithValue(ctx, pathKey{}, path)
}

// Preferences reads language, theme and path of each request into its context, so that the first byte of a page is
// already in the reader's language and theme.
func Preferences() echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			ctx := text.With(r.Context(), text.Choose(cookie(c, LangCookie), r.Header.Get("Accept-Language")))
			ctx = WithTheme(ctx, ParseTheme(cookie(c, ThemeCookie)))
			ctx = WithPath(ctx, r.URL.RequestURI())
			c.SetRequest(r.WithContext(ctx))
			return next(c)
		}
	}
}

func cookie(c echo.Context, name string) string {
	if k, err := c.Cookie(name); err == nil {
		return k.Value
	}
	return ""
}

// LangPath is where a page of the language switch leads: /lang/{lang}?back={this page}.
func LangPath(ctx context.Context, l text.Lang) string {
	path, _ := ctx.Value(pathKey{}).(string)
	if path == "" {
		path = "/"
	}
	return "/lang/" + string(l) + "?back=" + url.QueryEscape(path)
}
