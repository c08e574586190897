package manage

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/ui/auth"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// flowRow is one line of the flow list, ready to show.
type flowRow struct {
	ID, Name, IvrID string
	Updated         time.Time
	State           flow.State
	Live            int // version number
	Dirty           bool
	Sessions        int
	UsedBy          []string // names of live flows that enter it
	CallerURL       string
	CanPublish      bool
	CanUnpublish    bool
	CanDelete       bool
	Rev             int
}

type flowsView struct {
	Frame  frameView
	Search string
	Rows   []flowRow
	Total  int
	New    nameForm
}

// nameForm is a dialog that asks for one name.
type nameForm struct{ Name, Fault string }

func (p *Pages) flows(c echo.Context) error {
	v, err := p.flowsView(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, flowsPage(v))
}

func (p *Pages) flowsView(c echo.Context) (flowsView, error) {
	list, err := p.Flows.List(c.Request().Context())
	if err != nil {
		return flowsView{}, err
	}
	v := flowsView{Frame: p.frame(c), Search: strings.TrimSpace(c.QueryParam("q")), Total: len(list)}
	for _, s := range list {
		if v.Search != "" && !matches(v.Search, s.Name, s.IvrID) {
			continue
		}
		v.Rows = append(v.Rows, p.flowRow(c, s))
	}
	return v, nil
}

// flowRow decides which actions a state allows: what runs is never deleted, what is in use is drained first.
func (p *Pages) flowRow(c echo.Context, s flow.Summary) flowRow {
	r := flowRow{
		ID: s.ID, Name: s.Name, IvrID: s.IvrID, Updated: s.UpdatedAt, State: s.State, Live: s.Live, Dirty: s.Dirty,
		Sessions: s.Sessions, UsedBy: s.UsedBy, Rev: s.DraftRev,
		CanPublish:   s.Live == 0 || s.Dirty,
		CanUnpublish: s.Live != 0,
		CanDelete:    s.Live == 0 && s.Sessions == 0,
	}
	if s.Live != 0 {
		r.CallerURL = p.PublicURL(c) + "/c/" + s.IvrID
	}
	return r
}

// matches tells whether any of the texts holds the search, whatever its case.
func matches(search string, texts ...string) bool {
	search = strings.ToLower(search)
	for _, t := range texts {
		if strings.Contains(strings.ToLower(t), search) {
			return true
		}
	}
	return false
}

func (p *Pages) createFlow(c echo.Context) error {
	ctx, name := c.Request().Context(), c.FormValue("name")
	f, err := p.Flows.Create(ctx, auth.Account(c), name)
	if errors.Is(err, flow.ErrName) {
		return kit.Render(c, http.StatusUnprocessableEntity, newFlowForm(nameForm{name, text.T(ctx, "error.flow.name")}))
	}
	if err != nil {
		return err
	}
	return kit.Done(c, "/admin/flows/"+f.ID+"/edit", "")
}

func (p *Pages) publishFlow(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	s, err := p.Flows.Get(ctx, id)
	if err != nil {
		return err
	}
	_, issues, err := p.Flows.Publish(ctx, auth.Account(c), id, s.DraftRev, "")
	if errors.Is(err, flow.ErrProblems) {
		return kit.Refuse(c, text.T(ctx, "manage.flows.problems", "name", s.Name, "count", len(issues)))
	}
	if err != nil {
		return err
	}
	return kit.Done(c, "/admin/flows", text.T(ctx, "manage.flows.published", "name", s.Name))
}

func (p *Pages) unpublishFlow(c echo.Context) error {
	ctx := c.Request().Context()
	err := p.Flows.Unpublish(ctx, auth.Account(c), c.Param("id"), c.FormValue("drain") == "yes")
	if words := flowHeld(ctx, err); words != "" {
		return kit.Refuse(c, words)
	}
	if err != nil {
		return err
	}
	return kit.Done(c, "/admin/flows", text.T(ctx, "manage.flows.unpublished"))
}

// flowHeld says why a flow is neither taken off nor deleted now, empty when that is not what is wrong.
func flowHeld(ctx context.Context, err error) string {
	var used *flow.UsedError
	switch {
	case errors.As(err, &used):
		return text.T(ctx, "manage.flows.used", "flows", namesOf(ctx, used.By))
	case errors.Is(err, flow.ErrInUse):
		return text.T(ctx, "error.flow.inUse")
	}
	return ""
}

func (p *Pages) duplicateFlow(c echo.Context) error {
	f, err := p.Flows.Duplicate(c.Request().Context(), auth.Account(c), c.Param("id"))
	if err != nil {
		return err
	}
	return kit.Done(c, "/admin/flows", text.T(c.Request().Context(), "manage.flows.duplicated", "name", f.Name))
}

func (p *Pages) deleteFlow(c echo.Context) error {
	ctx := c.Request().Context()
	err := p.Flows.Delete(ctx, c.Param("id"))
	if words := flowHeld(ctx, err); words != "" {
		return kit.Refuse(c, words)
	}
	if err != nil {
		return err
	}
	return kit.Done(c, "/admin/flows", text.T(ctx, "manage.flows.deleted"))
}
