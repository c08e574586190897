// Package ui is everything that speaks HTTP: mount.go lists every route, errors.go says what each error is to
// the person or program that asked.
package ui

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/nodes/expression"
	"foyer/runtime/agent"
	"foyer/runtime/call"
	"foyer/runtime/callback"
	"foyer/runtime/channel"
	"foyer/runtime/chat"
	"foyer/runtime/engine"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/record"
	"foyer/runtime/secret"
	"foyer/runtime/session"
	"foyer/ui/api"
	"foyer/ui/auth"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
	"foyer/ui/live"
)

// rule says what an error is to those outside: a status, a code that never changes, the field it is about when it
// can only be that one. The sentence stands in the catalogues under "error."+code.
type rule struct {
	err    error
	status int
	code   string
	field  string
}

// table maps every exported error of the product. A test fails for one that is missing.
var table = []rule{
	{flow.ErrNotFound, http.StatusNotFound, "flow.notFound", ""},
	{flow.ErrNotPublished, http.StatusConflict, "flow.notPublished", "ivrId"},
	{flow.ErrNoVersion, http.StatusNotFound, "flow.noVersion", "version"},
	{flow.ErrConflict, http.StatusConflict, "flow.conflict", ""},
	{flow.ErrProblems, http.StatusUnprocessableEntity, "flow.problems", ""},
	{flow.ErrUsed, http.StatusConflict, "flow.used", ""},
	{flow.ErrInUse, http.StatusConflict, "flow.inUse", ""},
	{flow.ErrName, http.StatusUnprocessableEntity, "flow.name", "name"},
	{flow.ErrNewerSpec, http.StatusUnprocessableEntity, "flow.newerSpec", ""},
	{flow.ErrMalformed, http.StatusBadRequest, "flow.malformed", ""},
	{flow.ErrNote, http.StatusUnprocessableEntity, "flow.note", "note"},

	{session.ErrBadIvr, http.StatusBadRequest, "flow.badId", "ivrId"},
	{session.ErrNotFound, http.StatusNotFound, "session.notFound", ""},
	{session.ErrNotYours, http.StatusNotFound, "session.notFound", ""}, // a stranger's session does not exist
	{session.ErrOver, http.StatusConflict, "session.over", ""},
	{session.ErrNotAChoice, http.StatusUnprocessableEntity, "session.notAChoice", "optionId"},
	{session.ErrStale, http.StatusConflict, "session.stale", "stepToken"},
	{session.ErrMedia, http.StatusUnprocessableEntity, "session.media", "media"},
	{session.ErrConflict, http.StatusConflict, "session.conflict", ""},

	{engine.ErrNotAChoice, http.StatusUnprocessableEntity, "session.notAChoice", "optionId"},
	{engine.ErrFinished, http.StatusConflict, "session.over", ""},
	{engine.ErrLoop, http.StatusInternalServerError, "internal", ""}, // the runner ends such a session by itself
	{engine.ErrDeadEnd, http.StatusInternalServerError, "internal", ""},
	{engine.ErrDeep, http.StatusInternalServerError, "internal", ""},
	{engine.ErrBig, http.StatusInternalServerError, "internal", ""},
	{expression.ErrCostly, http.StatusInternalServerError, "internal", ""},

	{queue.ErrNoGroup, http.StatusNotFound, "group.notFound", ""},
	{queue.ErrGroupName, http.StatusUnprocessableEntity, "group.name", "name"},
	{queue.ErrGroupTaken, http.StatusConflict, "group.taken", "name"},
	{queue.ErrGroupUsed, http.StatusConflict, "group.used", ""},
	{queue.ErrSetting, http.StatusUnprocessableEntity, "group.setting", ""},
	{queue.ErrNoEntry, http.StatusNotFound, "queue.notFound", ""},
	{queue.ErrNoOffer, http.StatusNotFound, "offer.notFound", ""},
	{queue.ErrOfferGone, http.StatusConflict, "offer.gone", ""},
	{queue.ErrTalking, http.StatusConflict, "offer.talking", ""},

	{agent.ErrNotFound, http.StatusNotFound, "agent.notFound", ""},
	{agent.ErrBadLogin, http.StatusUnauthorized, "login.wrong", ""},
	{agent.ErrTooMany, http.StatusTooManyRequests, "login.tooMany", ""},
	{agent.ErrNotLoggedIn, http.StatusUnauthorized, "login.needed", ""},
	{agent.ErrLink, http.StatusGone, "login.link", ""},
	{agent.ErrWeak, http.StatusUnprocessableEntity, "agent.weak", "password"},
	{agent.ErrTaken, http.StatusConflict, "agent.taken", ""},
	{agent.ErrInvalid, http.StatusUnprocessableEntity, "agent.invalid", ""},
	{agent.ErrForbidden, http.StatusForbidden, "agent.forbidden", ""},
	{agent.ErrLastAdmin, http.StatusConflict, "agent.lastAdmin", ""},
	{agent.ErrBusyAgent, http.StatusConflict, "agent.busy", ""},

	{call.ErrNotFound, http.StatusNotFound, "call.notFound", ""},
	{call.ErrTicket, http.StatusConflict, "call.ticket", "token"},
	{call.ErrNotNow, http.StatusConflict, "call.notNow", ""},
	{call.ErrMedia, http.StatusUnprocessableEntity, "call.media", "sdp"},

	{chat.ErrEmpty, http.StatusUnprocessableEntity, "chat.empty", "text"},
	{chat.ErrTooLong, http.StatusUnprocessableEntity, "chat.tooLong", "text"},
	{chat.ErrKind, http.StatusUnprocessableEntity, "chat.kind", "kind"},
	{chat.ErrOver, http.StatusConflict, "session.over", ""},
	{chat.ErrClientID, http.StatusUnprocessableEntity, "chat.clientId", "clientMessageId"},
	{chat.ErrNoFile, http.StatusNotFound, "file.notFound", ""},
	{chat.ErrTooLarge, http.StatusRequestEntityTooLarge, "file.tooLarge", "file"},
	{chat.ErrNotPicture, http.StatusUnsupportedMediaType, "file.notPicture", "file"},
	{chat.ErrTooManyPx, http.StatusUnprocessableEntity, "file.tooManyPixels", "file"},
	{chat.ErrBroken, http.StatusUnprocessableEntity, "file.broken", "file"},

	{channel.ErrToken, http.StatusUnauthorized, "caller.token", ""},
	{channel.ErrSdkApp, http.StatusNotFound, "caller.sdkAppId", "sdkAppId"},
	{channel.ErrNickname, http.StatusUnprocessableEntity, "caller.nickname", "nickname"},

	{record.ErrFilter, http.StatusUnprocessableEntity, "record.filter", ""},

	{callback.ErrNotFound, http.StatusNotFound, "callback.notFound", ""},
	{callback.ErrFilter, http.StatusUnprocessableEntity, "callback.filter", ""},

	{secret.ErrNotFound, http.StatusNotFound, "secret.notFound", ""},
	{secret.ErrValue, http.StatusUnprocessableEntity, "secret.value", "value"},
	{secret.ErrUsed, http.StatusConflict, "secret.used", ""},
	{secret.ErrSealed, http.StatusInternalServerError, "internal", ""}, // of a request that a flow makes; the log says which

	{event.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", ""},
	{event.ErrNotOwner, http.StatusServiceUnavailable, "unavailable", ""},
	{event.ErrClosed, http.StatusServiceUnavailable, "unavailable", ""},
	{event.ErrOutside, http.StatusInternalServerError, "internal", ""},
	{event.ErrDuplicate, http.StatusConflict, "conflict", ""},
	{event.ErrTooLarge, http.StatusRequestEntityTooLarge, "tooLarge", ""},

	{api.ErrBody, http.StatusBadRequest, "body", ""},
	{api.ErrType, http.StatusUnsupportedMediaType, "type", ""},
	{api.ErrTooLarge, http.StatusRequestEntityTooLarge, "tooLarge", ""},
	{api.ErrRate, http.StatusTooManyRequests, "tooMany", ""},
	{api.ErrLink, http.StatusNotFound, "file.notFound", ""},

	{live.ErrFrame, http.StatusBadRequest, "live.frame", ""},
	{live.ErrCommand, http.StatusBadRequest, "live.command", "type"},
	{live.ErrOrigin, http.StatusForbidden, "crossOrigin", ""},
	{live.ErrSockets, http.StatusTooManyRequests, "live.sockets", ""},

	{auth.ErrCrossOrigin, http.StatusForbidden, "crossOrigin", ""},

	{context.DeadlineExceeded, http.StatusServiceUnavailable, "unavailable", ""},
	{context.Canceled, http.StatusServiceUnavailable, "unavailable", ""},
}

// byStatus is for the errors that the router itself gives.
var byStatus = map[int]string{
	http.StatusNotFound:              "notFound",
	http.StatusMethodNotAllowed:      "method",
	http.StatusRequestEntityTooLarge: "tooLarge",
	http.StatusUnsupportedMediaType:  "type",
	http.StatusBadRequest:            "body",
	http.StatusServiceUnavailable:    "unavailable",
}

// judge finds the rule of an error. What is not in the table is our fault and shows nothing of itself.
func judge(err error) rule {
	for _, r := range table {
		if errors.Is(err, r.err) {
			return r
		}
	}
	var routed *echo.HTTPError
	if errors.As(err, &routed) {
		if code, ok := byStatus[routed.Code]; ok {
			return rule{err, routed.Code, code, ""}
		}
		if routed.Code < http.StatusInternalServerError {
			return rule{err, routed.Code, "body", ""}
		}
	}
	return rule{err, http.StatusInternalServerError, "internal", ""}
}

// Explain says an error in the reader's language, with the status that fits it.
func Explain(ctx context.Context, err error) (int, live.Problem) {
	r := judge(err)
	p := live.Problem{Code: r.code, Field: r.field}
	var named interface{ Field() string }
	if errors.As(err, &named) {
		p.Field = named.Field()
	}
	var gone *queue.GoneError
	if errors.As(err, &gone) {
		p.Winner = gone.Winner
	}
	switch {
	case p.Winner != "":
		p.Message = text.T(ctx, "error.offer.won", "name", p.Winner)
	case r.code == "body" && p.Field != "":
		p.Message = text.T(ctx, "error.field", "field", p.Field)
	default:
		p.Message = text.T(ctx, "error."+r.code)
	}
	return r.status, p
}

// problem is the body of a JSON error.
type problem struct {
	Error live.Problem `json:"error"`
}

// ErrorHandler answers every error: JSON to programs, a toast to htmx, a page to people. Our own faults are logged
// with what caused them, which nobody outside ever sees.
func ErrorHandler(log *slog.Logger) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		if c.Response().Committed {
			return
		}
		r := c.Request()
		status, p := Explain(r.Context(), err)
		if status >= http.StatusInternalServerError && r.Context().Err() == nil {
			log.ErrorContext(r.Context(), "a request failed", "method", r.Method, "route", c.Path(), "status", status, "err", err)
		}
		if h := c.Response().Header(); status == http.StatusTooManyRequests && h.Get(echo.HeaderRetryAfter) == "" {
			h.Set(echo.HeaderRetryAfter, retryAfter(err))
		}
		if err := show(c, status, p); err != nil {
			log.WarnContext(r.Context(), "an error could not be shown", "route", c.Path(), "err", err)
		}
	}
}

// retryAfter says when to try again what was too much, in whole seconds: what the error says, or else a moment.
func retryAfter(err error) string {
	wait := 5 * time.Second
	var throttled *agent.ThrottleError
	if errors.As(err, &throttled) {
		wait = throttled.After
	}
	return strconv.Itoa(max(1, int(math.Ceil(wait.Seconds()))))
}

func show(c echo.Context, status int, p live.Problem) error {
	r, h := c.Request(), c.Response().Header()
	h.Set(echo.HeaderCacheControl, "no-store")
	switch {
	case r.Method == http.MethodHead:
		return c.NoContent(status)
	case r.Header.Get("HX-Request") == "true":
		kit.SendToast(h, kit.ToastBad, p.Message)
		h.Set("HX-Reswap", "none") // a 422 swaps, and there is nothing to put in
		return c.NoContent(status)
	case !strings.HasPrefix(r.URL.Path, "/api/") && strings.Contains(r.Header.Get(echo.HeaderAccept), "text/html"):
		return kit.Render(c, status, errorPage(fault(r.Context(), status, p)))
	}
	return c.JSON(status, problem{p})
}

// faultView is what the page of an error shows.
type faultView struct {
	Title, Text, Icon string
	Retry, Home       bool // what there is to do
}

func fault(ctx context.Context, status int, p live.Problem) faultView {
	v := faultView{Title: text.T(ctx, "error.page.refused"), Text: p.Message, Icon: "circle-alert", Home: true}
	switch {
	case status == http.StatusNotFound:
		v.Title, v.Icon = text.T(ctx, "error.page.notFound"), "search"
	case status == http.StatusForbidden:
		v.Title, v.Icon = text.T(ctx, "error.page.forbidden"), "lock"
	case status >= http.StatusInternalServerError || status == http.StatusTooManyRequests:
		v.Title, v.Retry, v.Home = text.T(ctx, "error.page.trouble"), true, false
	}
	return v
}
