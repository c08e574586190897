package manage

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"foyer/runtime/agent"
	"foyer/runtime/callback"
	"foyer/ui/auth"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// Callbacks is what the pages of callback requests need.
type Callbacks interface {
	List(ctx context.Context, f callback.Filter) ([]callback.Request, error)
	Get(ctx context.Context, id string) (callback.Request, error)
	Finish(ctx context.Context, id, agentID string) error
	Reopen(ctx context.Context, id, agentID string) error
}

// allStates is the value of the state filter that shows every request.
const allStates = "all"

type callbacksView struct {
	Frame  frameView
	Title  string
	Crumbs []kit.Crumb
	Base   string // "/admin/callbacks", or "/desk/callbacks" for the groups of an agent
	Own    bool
	State  string            // of the filter
	Rows   []callbackRow     // newest first
	More   string            // address of the next page, empty at the end
	Done   *callback.Request // was finished just now, and can be taken back
}

// callbackRow is one request with the names of what it speaks of.
type callbackRow struct {
	callback.Request
	Group, Agent string
	Record       string // address of the record; empty: not the reader's
}

func (p *Pages) callbacks(c echo.Context) error {
	return p.listCallbacks(c, "/admin/callbacks", "/admin/records/", nil)
}

// OwnCallbacks is the list of the agent's skill groups, for the desk.
func (p *Pages) OwnCallbacks(c echo.Context) error {
	groups, err := p.groupsOf(c.Request().Context(), auth.Agent(c).ID)
	if err != nil {
		return err
	}
	return p.listCallbacks(c, "/desk/callbacks", "", groups)
}

// groupsOf are the ids of an agent's skill groups.
func (p *Pages) groupsOf(ctx context.Context, agentID string) ([]string, error) {
	all, err := p.Groups.List(ctx)
	if err != nil {
		return nil, err
	}
	own := []string{}
	for _, g := range all {
		members, err := p.Groups.Members(ctx, g.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			if m.AgentID == agentID {
				own = append(own, g.ID)
			}
		}
	}
	return own, nil
}

// listCallbacks shows the requests of groups; nil is every group.
func (p *Pages) listCallbacks(c echo.Context, base, records string, groups []string) error {
	ctx := c.Request().Context()
	v := callbacksView{Frame: p.frame(c), Title: text.T(ctx, "manage.callbacks.title"), Base: base, Own: groups != nil, State: c.QueryParam("state")}
	if v.Own {
		v.Crumbs = []kit.Crumb{{Label: text.T(ctx, "kit.nav.desk"), Href: kit.DeskPath}}
	}
	f := callback.Filter{Groups: groups, Before: c.QueryParam("before"), Limit: pageSize}
	switch v.State {
	case "":
		v.State, f.State = string(callback.Open), callback.Open
	case allStates:
	default:
		f.State = callback.State(v.State)
	}
	list, err := p.Callbacks.List(ctx, f)
	if err != nil {
		return err
	}
	n, err := p.names(ctx)
	if err != nil {
		return err
	}
	for _, r := range list {
		row := callbackRow{Request: r, Group: n.groups[r.GroupID], Agent: n.agents[r.DoneBy]}
		if records != "" {
			row.Record = records + r.SessionID
		}
		v.Rows = append(v.Rows, row)
	}
	if len(list) == pageSize {
		q := c.QueryParams()
		q.Set("before", list[len(list)-1].ID)
		v.More = base + "?" + q.Encode()
	}
	if id := c.QueryParam("done"); id != "" {
		if r, err := p.Callbacks.Get(ctx, id); err == nil && r.State == callback.Done && (groups == nil || slices.Contains(groups, r.GroupID)) {
			v.Done = &r
		}
	}
	return kit.Render(c, http.StatusOK, callbacksPage(v))
}

func (p *Pages) finishCallback(c echo.Context) error {
	return p.turnCallback(c, "/admin/callbacks", p.Callbacks.Finish)
}
func (p *Pages) reopenCallback(c echo.Context) error {
	return p.turnCallback(c, "/admin/callbacks", p.Callbacks.Reopen)
}

// FinishOwn notes that the agent who asks has called back, if the request is of one of their groups.
func (p *Pages) FinishOwn(c echo.Context) error {
	return p.turnOwn(c, p.Callbacks.Finish)
}

// ReopenOwn takes FinishOwn back.
func (p *Pages) ReopenOwn(c echo.Context) error {
	return p.turnOwn(c, p.Callbacks.Reopen)
}

func (p *Pages) turnOwn(c echo.Context, turn func(context.Context, string, string) error) error {
	ctx := c.Request().Context()
	r, err := p.Callbacks.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	own, err := p.groupsOf(ctx, auth.Agent(c).ID)
	if err != nil {
		return err
	}
	if !slices.Contains(own, r.GroupID) {
		return agent.ErrForbidden
	}
	return p.turnCallback(c, "/desk/callbacks", turn)
}

// turnCallback changes a request and leads back to the list, where it can be taken back.
func (p *Pages) turnCallback(c echo.Context, base string, turn func(context.Context, string, string) error) error {
	ctx, id := c.Request().Context(), c.Param("id")
	if err := turn(ctx, id, auth.Agent(c).ID); err != nil {
		return err
	}
	r, err := p.Callbacks.Get(ctx, id)
	if err != nil {
		return err
	}
	if r.State == callback.Done {
		return kit.Done(c, base+"?done="+id, "")
	}
	return kit.Done(c, base, text.T(ctx, "manage.callbacks.reopened"))
}

func callbackStates(ctx context.Context) []kit.Option {
	var out []kit.Option
	for _, s := range callback.States() {
		out = append(out, kit.Option{Value: string(s), Label: text.T(ctx, "manage.callbacks.state."+string(s))})
	}
	return append(out, kit.Option{Value: allStates, Label: text.T(ctx, "manage.callbacks.state.all")})
}

func emptyCallbacks(ctx context.Context, v callbacksView) kit.EmptyProps {
	switch callback.State(v.State) {
	case callback.Open:
		return kit.EmptyProps{Icon: "phone-incoming", Title: text.T(ctx, "manage.callbacks.empty"), Text: text.T(ctx, "manage.callbacks.emptyWhy")}
	case callback.Done:
		return kit.EmptyProps{Icon: "phone-incoming", Title: text.T(ctx, "manage.callbacks.emptyDone")}
	}
	return kit.EmptyProps{Icon: "phone-incoming", Title: text.T(ctx, "manage.callbacks.emptyAll"), Text: text.T(ctx, "manage.callbacks.emptyWhy")}
}

// dial is the address behind a telephone number.
func dial(phone string) templ.SafeURL { return templ.SafeURL("tel:" + phone) }
