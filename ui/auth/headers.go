package auth

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"foyer/ui/kit"
)

// Headers puts the security headers on every answer and the reader's language and nonce into every request.
// secure says that the process is only reached by TLS.
func Headers(secure bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r, h, nonce := c.Request(), c.Response().Header(), rand.Text()
			h.Set("Content-Security-Policy", policy(nonce, r.Host))
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=()")
			if secure {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			ctx := kit.WithReader(templ.WithNonce(r.Context(), nonce), r)
			c.SetRequest(r.WithContext(ctx))
			return next(c)
		}
	}
}

// policy allows our own files and, for scripts and styles, only what carries the nonce.
func policy(nonce, host string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'nonce-" + nonce + "'",
		"style-src 'self' 'nonce-" + nonce + "'",
		"img-src 'self' data: blob:",
		"media-src 'self' blob:",
		"font-src 'self'",
		"connect-src 'self' ws://" + host + " wss://" + host,
		"manifest-src 'self'",
		"form-action 'self'",
		"base-uri 'none'",
		"object-src 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}

// SameOrigin refuses writes that another site's page makes in the reader's name.
func SameOrigin() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := protection.Check(c.Request()); err != nil {
				return ErrCrossOrigin
			}
			return next(c)
		}
	}
}
