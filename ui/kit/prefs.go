package kit

import (
	"context"
	"net/http"
	"net/url"

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

// WithReader reads language, theme and path of a request into ctx, so that the first byte of a page is already in
// the reader's language and theme.
func WithReader(ctx context.Context, r *http.Request) context.Context {
	ctx = text.With(ctx, text.Choose(cookie(r, LangCookie), r.Header.Get("Accept-Language")))
	ctx = WithTheme(ctx, ParseTheme(cookie(r, ThemeCookie)))
	return WithPath(ctx, r.URL.RequestURI())
}

func cookie(r *http.Request, name string) string {
	if k, err := r.Cookie(name); err == nil {
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
