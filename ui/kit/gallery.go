package kit

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"foyer/ui/kit/text"
)

// MountGallery puts the gallery under g: every component in every state, an example of each frame. It is for
// development; ?lang=en and ?theme=dark choose how it is shown.
func MountGallery(g *echo.Group, now func() time.Time) {
	show := func(page func(galleryView) templ.Component) echo.HandlerFunc {
		return func(c echo.Context) error {
			chosen(c)
			return Render(c, http.StatusOK, page(galleryView{Now: now()}))
		}
	}
	g.GET("", show(Gallery))
	g.GET("/admin", show(galleryAdmin))
	g.GET("/centred", show(galleryCentred))
	g.POST("/toast", func(c echo.Context) error {
		chosen(c)
		SendToast(c.Response().Header(), ToastGood, text.T(c.Request().Context(), "gallery.toast.good"))
		return c.NoContent(http.StatusNoContent)
	})
}

// chosen puts the language and theme of the query into the request.
func chosen(c echo.Context) {
	ctx := c.Request().Context()
	if l := c.QueryParam("lang"); l != "" {
		ctx = text.With(ctx, text.Choose(l, l))
	}
	if t := c.QueryParam("theme"); t != "" {
		ctx = WithTheme(ctx, ParseTheme(t))
	}
	c.SetRequest(c.Request().WithContext(WithPath(ctx, c.Request().URL.RequestURI())))
}

// galleryView is the gallery's only input; all else is canned.
type galleryView struct{ Now time.Time }

func galleryPage(ctx context.Context, title string) PageView {
	return PageView{Title: text.T(ctx, title), Styles: []string{"gallery.css"}}
}

func gallerySeat(ctx context.Context) Seat {
	return Seat{ID: "agent_1", Name: text.T(ctx, "gallery.name.zhang"), Number: "1001"}
}

// states are the words of agent.Shown, in the order people think of them.
func states() []string {
	return []string{"free", "busy", "ringing", "wrapUp", "rest", "notReady", "notResponding", "offline"}
}

func tones() []Tone { return []Tone{Neutral, Accent, Good, Warn, Bad, Info} }

func galleryGroups(ctx context.Context) []Option {
	return []Option{
		{Value: "pre", Label: text.T(ctx, "gallery.group.pre")},
		{Value: "after", Label: text.T(ctx, "gallery.group.after")},
		{Value: "vip", Label: text.T(ctx, "gallery.group.vip"), Disabled: true},
	}
}

func galleryMedia(ctx context.Context) []Option {
	return []Option{
		{Value: "video", Label: text.T(ctx, "gallery.media.video"), Help: text.T(ctx, "gallery.media.video.help")},
		{Value: "audio", Label: text.T(ctx, "gallery.media.audio"), Help: text.T(ctx, "gallery.media.audio.help")},
		{Value: "text", Label: text.T(ctx, "gallery.media.text"), Help: text.T(ctx, "gallery.media.text.help")},
	}
}

type galleryFlow struct {
	Name, ID, State string
	Tone            Tone
	At              time.Time
}

func galleryFlows(ctx context.Context, now time.Time) []galleryFlow {
	return []galleryFlow{
		{text.T(ctx, "gallery.flow.one"), "flow_8f3k2m", text.T(ctx, "gallery.flow.used"), Good, now.Add(-4 * time.Minute)},
		{text.T(ctx, "gallery.flow.two"), "flow_1c7p9x", text.T(ctx, "gallery.flow.live"), Accent, now.Add(-3 * time.Hour)},
		{text.T(ctx, "gallery.flow.three"), "flow_5v0q4d", text.T(ctx, "gallery.flow.draft"), Neutral, now.Add(-26 * time.Hour)},
	}
}

func galleryColumns(ctx context.Context) []Column {
	return []Column{
		{Label: text.T(ctx, "gallery.flow.name")},
		{Label: text.T(ctx, "gallery.flow.updated")},
		{Label: text.T(ctx, "gallery.flow.id")},
		{Label: text.T(ctx, "gallery.flow.state")},
		{Label: text.T(ctx, "gallery.flow.calls"), End: true},
		{Label: text.T(ctx, "gallery.flow.actions"), End: true, Tight: true, Quiet: true},
	}
}
