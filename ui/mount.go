package ui

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"foyer/nodes"
	"foyer/ui/api"
	"foyer/ui/asset"
	"foyer/ui/auth"
	"foyer/ui/caller"
	"foyer/ui/canvas"
	"foyer/ui/desk"
	"foyer/ui/kit"
	"foyer/ui/live"
	"foyer/ui/manage"
)

// Parts is everything that answers HTTP.
type Parts struct {
	Auth   *auth.Auth
	Manage *manage.Pages
	Canvas *canvas.Pages
	Desk   *desk.Desk
	Hub    *live.Hub
	API    *api.API
	Caller *caller.Pages
	// Reasons tells why the process is not ready, by the part that is at fault; empty when it is.
	Reasons func(ctx context.Context) map[string]string
	// Meter notes every answered request.
	Meter  func(route string, status int, took time.Duration)
	Schema func() ([]byte, error) // JSON schema of the flow document, served at nodes.SchemaPath
	Secure bool                   // the process itself speaks TLS
	Dev    bool                   // development pages
	Now    func() time.Time
	Log    *slog.Logger
}

// Mount joins every path of the product to what answers it and to the guard in front. The pages of a folder are
// listed in that folder's Mount.
func Mount(e *echo.Echo, p Parts) {
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = ErrorHandler(p.Log)
	e.Use(p.watch, middleware.RecoverWithConfig(middleware.RecoverConfig{LogErrorFunc: p.panicked}))
	e.Use(auth.Headers(p.Secure), auth.SameOrigin())

	e.GET("/livez", alive)
	e.GET("/readyz", p.ready)
	e.GET(asset.Prefix+"*", echo.WrapHandler(asset.Handler()))
	e.GET("/", p.Auth.Home)
	e.GET(nodes.SchemaPath(), p.schema)

	p.Auth.Mount(e)                                        // /login /welcome/:token /logout /account/password /lang /theme
	p.API.Mount(e)                                         // /api/v1/… /files/:id, by caller's token or signature
	p.Caller.Mount(e)                                      // /c/:ivrId, public
	p.Manage.Mount(e.Group("/admin", p.Auth.Admins))       // /admin, its lists and forms
	p.Canvas.Mount(e.Group("/admin/flows", p.Auth.Admins)) // /admin/flows/:id/edit…
	p.Desk.Mount(e.Group("/desk", p.Auth.Members))         // /desk, its state, uploads and records
	e.GET("/desk/live", p.Hub.Desk)                        // socket, by cookie and Origin
	e.GET("/api/v1/live", p.Hub.Caller)                    // socket, by the caller's token in its first frame
	if p.Dev {
		kit.MountGallery(e.Group("/kit"), p.Now)
	}
}

func (p Parts) schema(c echo.Context) error {
	raw, err := p.Schema()
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/schema+json", raw)
}

// alive says that the process runs, whatever it depends on.
func alive(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// ready says whether decisions can be taken, and if not why.
func (p Parts) ready(c echo.Context) error {
	reasons := p.Reasons(c.Request().Context())
	status := http.StatusOK
	if len(reasons) > 0 {
		status = http.StatusServiceUnavailable
	}
	raw, err := json.Marshal(map[string]any{"ready": len(reasons) == 0, "reasons": reasons})
	if err != nil {
		return err
	}
	return c.JSONBlob(status, raw)
}

// watch meters and logs what was answered; addresses of files and tickets are never logged, only their route.
func (p Parts) watch(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := p.Now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		took := p.Now().Sub(start)
		p.Meter(c.Path(), c.Response().Status, took)
		p.Log.DebugContext(c.Request().Context(), "answered", "method", c.Request().Method, "route", c.Path(),
			"status", c.Response().Status, "took", took)
		return nil
	}
}

// panicked logs a panic of a handler; the reader gets the general error page.
func (p Parts) panicked(c echo.Context, err error, stack []byte) error {
	p.Log.ErrorContext(c.Request().Context(), "a handler panicked", "route", c.Path(), "err", err, "stack", string(stack))
	return err
}
