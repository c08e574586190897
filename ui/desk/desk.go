// Package desk is the agent's workbench: one page that is fed by the live socket, the uploads of its chat, and the
// agent's own records.
package desk

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/runtime/agent"
	"foyer/runtime/chat"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui/api"
	"foyer/ui/auth"
	"foyer/ui/kit"
)

// States tells what an agent is doing.
type States interface {
	State(ctx context.Context, agentID string) (agent.View, error)
}

// Offers lists what an agent is rung for or serves.
type Offers interface {
	OpenOffers(ctx context.Context, agentID string) ([]queue.Offer, error)
	OpenOfferOf(ctx context.Context, sessionID string) (queue.Offer, bool, error) // one that is tidied up only when there is no other
	Entry(ctx context.Context, id string) (queue.Entry, error)
	Group(ctx context.Context, id string) (queue.SkillGroup, error)
}

// Sessions reads sessions.
type Sessions interface {
	Get(ctx context.Context, id string) (session.Session, error)
}

// Chat reads messages and takes pictures.
type Chat interface {
	List(ctx context.Context, sessionID string, after int64, limit int) ([]chat.Message, error)
	Upload(ctx context.Context, sessionID string, r io.Reader) (chat.File, error)
}

// Calls finds the media of a session.
type Calls interface {
	CallOf(ctx context.Context, sessionID string) (id string, err error) // empty when there is none
}

// Records shows an agent's own records, and who waits to be called back by their groups.
type Records interface {
	OwnRecords(c echo.Context) error
	OwnRecord(c echo.Context) error
	OwnCallbacks(c echo.Context) error
	FinishOwn(c echo.Context) error
	ReopenOwn(c echo.Context) error
}

// Desk is the workbench.
type Desk struct {
	States   States
	Offers   Offers
	Sessions Sessions
	Chat     Chat
	Calls    Calls
	Records  Records
	FileURL  func(fileID string) string
	Now      func() time.Time
	Instance string // its name, in the top bar
}

// Mount puts the desk under g, which a guard for members stands in front of.
func (d *Desk) Mount(g *echo.Group) {
	g.GET("", d.page)
	g.GET("/state", d.state)
	g.POST("/sessions/:id/files", d.upload)
	g.GET("/records", d.Records.OwnRecords)
	g.GET("/records/:id", d.Records.OwnRecord)
	g.GET("/callbacks", d.Records.OwnCallbacks)
	g.POST("/callbacks/:id/done", d.Records.FinishOwn)
	g.POST("/callbacks/:id/reopen", d.Records.ReopenOwn)
}

func (d *Desk) page(c echo.Context) error {
	a := auth.Agent(c)
	return kit.Render(c, http.StatusOK, deskPage(pageView{
		Instance: d.Instance, ID: a.ID, Name: a.Name, Number: a.Number, Admin: a.Role == agent.Admin,
	}))
}

// upload takes a picture for a session that this agent serves: a form with the part file.
func (d *Desk) upload(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := d.Sessions.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	switch {
	case s.AgentID != auth.Agent(c).ID:
		return session.ErrNotFound // a colleague's session does not exist
	case s.State == session.Ended:
		return session.ErrOver
	}
	f, err := api.ReadUpload(c, func(_ map[string]string, file io.Reader) (chat.File, error) {
		return d.Chat.Upload(ctx, s.ID, file)
	})
	if err != nil {
		return err
	}
	f.URL = d.FileURL(f.ID)
	return c.JSON(http.StatusCreated, f)
}

// state is the snapshot again, for a desk that was told something changed.
func (d *Desk) state(c echo.Context) error {
	snap, err := d.Snapshot(c.Request().Context(), auth.Agent(c).ID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, snap)
}
