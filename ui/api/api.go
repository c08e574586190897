// Package api is the JSON interface of callers, /api/v1, and the pictures of chats. Requests are strict, every id
// is checked for its owner, and a stranger's id answers like one that does not exist.
package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"foyer/runtime/channel"
	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/session"
)

// Errors of this package. ErrBody is always wrapped in a *FieldError when one field is at fault.
var (
	ErrBody     = errors.New("the request is not as the protocol has it")
	ErrType     = errors.New("the request is not JSON")
	ErrTooLarge = errors.New("the request is too large")
	ErrRate     = errors.New("too many requests")
	ErrLink     = errors.New("the link to the file is not valid, or no longer")
)

// FieldError says which field of a request is at fault.
type FieldError struct {
	Name string
	Err  error
}

// Error gives the field and the fault.
func (e *FieldError) Error() string { return e.Name + ": " + e.Err.Error() }

// Unwrap gives the fault.
func (e *FieldError) Unwrap() error { return e.Err }

// Field names the field.
func (e *FieldError) Field() string { return e.Name }

// Visitors is who callers are.
type Visitors interface {
	Login(ctx context.Context, sdkAppID int64, nickname string) (token string, c channel.Caller, err error)
	ByToken(ctx context.Context, token string) (channel.Caller, error)
}

// Menus gives a flow's menu as finished JSON with its entity tag, from memory.
type Menus interface {
	MenuJSON(ctx context.Context, ivrID string) (body []byte, etag string, err error)
}

// Sessions walks callers through flows.
type Sessions interface {
	Start(ctx context.Context, r session.StartRequest) (session.View, error)
	Input(ctx context.Context, callerID, sessionID string, r session.InputRequest) (session.View, error)
	Get(ctx context.Context, callerID, sessionID string) (session.View, error)
	End(ctx context.Context, sessionID string, by session.ClosedBy, who string) error
}

// Chat keeps messages and pictures.
type Chat interface {
	Post(ctx context.Context, p chat.Post) (chat.Message, error)
	List(ctx context.Context, sessionID string, after int64, limit int) ([]chat.Message, error)
	Upload(ctx context.Context, sessionID string, r io.Reader) (chat.File, error)
	Open(ctx context.Context, fileID string) (chat.File, []byte, error)
	Verify(fileID, expires, signature string) error // of an address that Upload or List gave
}

// API answers callers.
type API struct {
	Clock    event.Clock
	Visitors Visitors
	Menus    Menus
	Sessions Sessions
	Chat     Chat
	Address  func(*http.Request) string // of the client, proxies considered
	TokenTTL int                        // seconds a caller's token lives, told at login
	Limits   Limits

	gates gates
}

// Mount puts every route of the package under e. It must be called once, after the fields are set.
func (a *API) Mount(e *echo.Echo) {
	a.gates = newGates(a.Limits)
	v1 := e.Group("/api/v1")
	v1.POST("/caller/login", a.Login, a.limit(login), body)
	v1.GET("/flows/:ivrId/menu", a.Menu)
	v1.POST("/sessions", a.Start, a.limit(write), body)
	v1.GET("/sessions/:id", a.Get, a.limit(read))
	v1.POST("/sessions/:id/input", a.Input, a.limit(write), body)
	v1.POST("/sessions/:id/end", a.End, a.limit(write), body)
	v1.POST("/sessions/:id/messages", a.Post, a.limit(write), body)
	v1.GET("/sessions/:id/messages", a.Messages, a.limit(read))
	v1.POST("/files", a.Upload, a.limit(upload))
	e.GET("/files/:id", a.File, a.limit(read))
}

// caller finds who sends the request by its bearer token.
func (a *API) caller(c echo.Context) (channel.Caller, error) {
	scheme, token, ok := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return channel.Caller{}, channel.ErrToken
	}
	return a.Visitors.ByToken(c.Request().Context(), strings.TrimSpace(token))
}

// mine finds the caller and their session named in the path.
func (a *API) mine(c echo.Context) (channel.Caller, session.View, error) {
	who, err := a.caller(c)
	if err != nil {
		return who, session.View{}, err
	}
	v, err := a.Sessions.Get(c.Request().Context(), who.ID, c.Param("id"))
	return who, v, err
}
