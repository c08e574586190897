// Package caller is the page a visitor opens with a flow's link, /c/{ivrId}: menu, device check, waiting, talk and
// end in one document, so that a reload or a lost line never leaves the session.
package caller

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// Menus gives what a caller of a flow meets first.
type Menus interface {
	Menu(ctx context.Context, ivrID string) (session.MenuView, error)
}

// Pages answers callers' browsers.
type Pages struct {
	Menus    Menus
	SdkAppID int64 // of the instance, for the login of visitors
}

// Mount puts the page on e.
func (p *Pages) Mount(e *echo.Echo) {
	e.GET("/c/:ivrId", p.show)
}

// data is what the page's script starts with.
type data struct {
	SdkAppID int64            `json:"sdkAppId"`
	Menu     session.MenuView `json:"menu"`
}

// pageView is what the page shows before its script runs.
type pageView struct {
	Menu  session.MenuView
	Data  data
	Video bool // what the flow offers
	Audio bool
	Text  bool
}

func (p *Pages) show(c echo.Context) error {
	m, err := p.Menus.Menu(c.Request().Context(), c.Param("ivrId"))
	if status, key := refusal(err); key != "" {
		return kit.Render(c, status, closedPage(closed(c.Request().Context(), key)))
	}
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, callerPage(pageView{
		Menu: m, Data: data{p.SdkAppID, m},
		Video: slices.Contains(m.Media, queue.Video),
		Audio: slices.Contains(m.Media, queue.Audio),
		Text:  slices.Contains(m.Media, queue.Text),
	}))
}

// closedView is a door that does not open, and why.
type closedView struct {
	Title, Text, Icon string
	Retry             bool // it may be open at the next look
}

func closed(ctx context.Context, key string) closedView {
	icons := map[string]string{"unpublished": "clock", "unknown": "search", "malformed": "link"}
	return closedView{
		Title: text.T(ctx, "caller.closed."+key), Text: text.T(ctx, "caller.closed."+key+".text"), Icon: icons[key], Retry: key == "unpublished",
	}
}

// refusal sorts the errors that are a caller's, not a fault; key is empty for all others.
func refusal(err error) (status int, key string) {
	switch {
	case errors.Is(err, session.ErrBadIvr):
		return http.StatusBadRequest, "malformed"
	case errors.Is(err, flow.ErrNotFound):
		return http.StatusNotFound, "unknown"
	case errors.Is(err, flow.ErrNotPublished):
		return http.StatusConflict, "unpublished"
	}
	return 0, ""
}

// prompt is the flow's own greeting, or ours when it has none.
func prompt(ctx context.Context, own string) string {
	if own != "" {
		return own
	}
	return text.T(ctx, "caller.menu.prompt")
}

// checkTitle heads the device check: the flow's name where nothing was chosen.
func checkTitle(ctx context.Context, v pageView) string {
	if v.Menu.HasBranch {
		return text.T(ctx, "caller.check.title")
	}
	return v.Menu.Name
}
