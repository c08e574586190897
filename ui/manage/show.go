package manage

import (
	"context"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"foyer/runtime/agent"
	"foyer/ui/auth"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// frameView is what surrounds every page: who looks at it, and when.
type frameView struct {
	Instance string
	Seat     kit.Seat
	Other    string // where the agent's own menu leads from the desk, empty for nowhere
	Now      time.Time
}

func (p *Pages) frame(c echo.Context) frameView {
	a := auth.Agent(c)
	f := frameView{Instance: p.Instance, Seat: kit.Seat{ID: a.ID, Name: a.Name, Number: a.Number}, Now: p.Now()}
	if a.Role == agent.Admin {
		f.Other = kit.AdminPath
	}
	return f
}

func flowTableState(v flowsView) kit.TableState {
	if len(v.Rows) == 0 {
		return kit.Empty
	}
	return kit.Ready
}

// emptyFlows tells an empty instance from an empty search.
func emptyFlows(ctx context.Context, v flowsView) kit.EmptyProps {
	if v.Total > 0 {
		return kit.EmptyProps{Icon: "search", Title: text.T(ctx, "manage.noMatch", "search", v.Search)}
	}
	return kit.EmptyProps{Icon: "workflow", Title: text.T(ctx, "manage.flows.empty"), Text: text.T(ctx, "manage.flows.emptyWhy")}
}

func firstFlow(ctx context.Context, v flowsView) kit.ButtonProps {
	if v.Total > 0 {
		return kit.ButtonProps{Label: text.T(ctx, "manage.clear"), Href: "/admin/flows"}
	}
	return kit.ButtonProps{Label: text.T(ctx, "manage.flows.new"), Kind: kit.Primary, Icon: "plus", Attrs: open("new-flow")}
}

// flowMenu is what else can be done with a flow; what its state forbids is not offered.
func flowMenu(ctx context.Context, r flowRow) []kit.MenuItem {
	var items []kit.MenuItem
	if r.CallerURL != "" {
		items = append(items, kit.MenuItem{Label: text.T(ctx, "manage.flows.open"), Icon: "external-link", Href: r.CallerURL, Attrs: templ.Attributes{"target": "_blank"}})
	}
	items = append(items, kit.MenuItem{Label: text.T(ctx, "manage.flows.duplicate"), Icon: "copy", Post: "/admin/flows/" + r.ID + "/duplicate"})
	if r.CanUnpublish {
		items = append(items, kit.MenuItem{Line: true}, kit.MenuItem{Label: text.T(ctx, "manage.flows.unpublish"), Icon: "undo-2", Attrs: open("unpublish-" + r.ID)})
	}
	if r.CanDelete {
		items = append(items, kit.MenuItem{Line: true}, kit.MenuItem{Label: text.T(ctx, "manage.flows.delete"), Icon: "trash-2", Danger: true, Attrs: open("delete-" + r.ID)})
	}
	return items
}

// unpublishWhy says what becomes of the sessions that run.
func unpublishWhy(ctx context.Context, r flowRow) string {
	if r.Sessions == 0 {
		return text.T(ctx, "manage.flows.unpublishIdle")
	}
	return text.T(ctx, "manage.flows.unpublishWhy", "count", r.Sessions)
}

// emptyWhen is a table's state: empty, or as it is.
func emptyWhen(empty bool) kit.TableState {
	if empty {
		return kit.Empty
	}
	return kit.Ready
}

// priorities are a member's places, 1 first.
func priorities() []kit.Option {
	return []kit.Option{{Value: "1", Label: "1"}, {Value: "2", Label: "2"}, {Value: "3", Label: "3"}, {Value: "4", Label: "4"}, {Value: "5", Label: "5"}}
}

func addText(ctx context.Context, v groupView) string {
	if len(v.Others) == 0 {
		return text.T(ctx, "manage.groups.addNone")
	}
	return text.T(ctx, "manage.groups.addPick")
}

// agentMenu is what else can be done with an agent; nobody removes themselves.
func agentMenu(ctx context.Context, r agentRow) []kit.MenuItem {
	items := []kit.MenuItem{{Label: text.T(ctx, "manage.agents.reset"), Icon: "key-round", Attrs: open("reset-" + r.ID)}}
	if !r.Self {
		items = append(items, kit.MenuItem{Line: true}, kit.MenuItem{Label: text.T(ctx, "manage.agents.remove"), Icon: "trash-2", Danger: true, Attrs: open("remove-" + r.ID)})
	}
	return items
}

func roles(ctx context.Context) []kit.Option {
	return []kit.Option{
		{Value: string(agent.Member), Label: text.T(ctx, "manage.agents.role.agent")},
		{Value: string(agent.Admin), Label: text.T(ctx, "manage.agents.role.admin")},
	}
}
