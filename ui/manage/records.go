package manage

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"foyer/runtime/chat"
	"foyer/runtime/record"
	"foyer/runtime/session"
	"foyer/ui/auth"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// pageSize is how many records one page of the list shows.
const pageSize = 50

type recordsView struct {
	Frame   frameView
	Title   string
	Crumbs  []kit.Crumb
	Base    string // "/admin/records", or "/desk/records" for an agent's own
	Own     bool
	Search  string
	Status  string
	Group   string
	Groups  []groupRow
	Rows    []record.Row
	More    string // address of the next page, empty at the end
	Filters bool   // something narrows the list
}

// recordView is one session whole.
type recordView struct {
	Frame    frameView
	Title    string
	Crumbs   []kit.Crumb
	Own      bool
	Detail   record.Detail
	Timeline []moment
	Trail    []stop
	FileURL  func(string) string
}

func (p *Pages) records(c echo.Context) error { return p.listRecords(c, "/admin/records", "") }

// OwnRecords is the list of the agent who asks, for the desk.
func (p *Pages) OwnRecords(c echo.Context) error {
	return p.listRecords(c, "/desk/records", auth.Agent(c).ID)
}

func (p *Pages) listRecords(c echo.Context, base, agentID string) error {
	ctx := c.Request().Context()
	v := recordsView{
		Frame: p.frame(c), Title: text.T(ctx, "manage.records.title"), Base: base, Own: agentID != "", Search: strings.TrimSpace(c.QueryParam("q")),
		Status: c.QueryParam("status"), Group: c.QueryParam("group"),
	}
	if v.Own {
		v.Title, v.Crumbs = text.T(ctx, "manage.records.own"), []kit.Crumb{{Label: text.T(ctx, "kit.nav.desk"), Href: kit.DeskPath}}
	}
	v.Filters = v.Search != "" || v.Status != "" || v.Group != ""
	rows, err := p.Records.List(ctx, record.Filter{
		AgentID: agentID, GroupID: v.Group, Status: record.Status(v.Status), Search: v.Search,
		Before: c.QueryParam("before"), Limit: pageSize,
	})
	if err != nil {
		return err
	}
	v.Rows = rows
	if len(rows) == pageSize {
		q := c.QueryParams()
		q.Set("before", rows[len(rows)-1].SessionID)
		v.More = base + "?" + q.Encode()
	}
	groups, err := p.Groups.List(ctx)
	if err != nil {
		return err
	}
	for _, g := range groups {
		v.Groups = append(v.Groups, groupRow{ID: g.ID, Name: g.Name})
	}
	return kit.Render(c, http.StatusOK, recordsPage(v))
}

func (p *Pages) record(c echo.Context) error { return p.showRecord(c, "/admin/records", false) }

// OwnRecord is one session of the agent who asks; a colleague's is not found.
func (p *Pages) OwnRecord(c echo.Context) error { return p.showRecord(c, "/desk/records", true) }

func (p *Pages) showRecord(c echo.Context, base string, own bool) error {
	d, err := p.Records.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if own && d.Session.AgentID != auth.Agent(c).ID {
		return session.ErrNotFound
	}
	ctx, list := c.Request().Context(), "manage.records.title"
	for i, m := range d.Messages {
		if m.From == chat.FromFlow {
			d.Messages[i].Text = text.Said(ctx, m.Text)
		}
	}
	if own {
		list = "manage.records.own"
	}
	n, err := p.names(ctx)
	if err != nil {
		return err
	}
	var way []stop
	if !own { // the way through the flow is the administrator's to read
		if way, err = p.trail(ctx, d, n); err != nil {
			return err
		}
	}
	return kit.Render(c, http.StatusOK, recordPage(recordView{
		Trail: way, Frame: p.frame(c), Title: callerName(ctx, d.Nickname, d.CallerID), Own: own, Detail: d, Timeline: timeline(ctx, d, n), FileURL: p.FileURL,
		Crumbs: []kit.Crumb{{Label: text.T(ctx, list), Href: base}},
	}))
}

// names reads who and what a timeline may speak of.
func (p *Pages) names(ctx context.Context) (names, error) {
	n := names{agents: map[string]string{}, groups: map[string]string{}}
	agents, err := p.Agents.List(ctx)
	if err != nil {
		return n, err
	}
	for _, a := range agents {
		n.agents[a.ID] = a.Name
	}
	groups, err := p.Groups.List(ctx)
	if err != nil {
		return n, err
	}
	for _, g := range groups {
		n.groups[g.ID] = g.Name
	}
	return n, nil
}
