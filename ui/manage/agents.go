package manage

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"foyer/runtime/agent"
	"foyer/ui/auth"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// agentRow is one line of the agent list.
type agentRow struct {
	ID, Number, Name, Email string
	Role                    agent.Role
	Groups                  []string
	Shown                   agent.Shown
	Self                    bool
	TextCap                 int
}

type agentsView struct {
	Frame  frameView
	Search string
	Rows   []agentRow
	Total  int
	New    agentForm
	Edit   []agentForm // one per row, in the dialogs
}

// agentForm is an agent as it stands in a form. Faults are by field name.
type agentForm struct {
	ID, Email, Name, Number, Role, Password, TextCap string
	Faults                                           map[string]string
}

func (p *Pages) agents(c echo.Context) error {
	v, err := p.agentsView(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, agentsPage(v))
}

func (p *Pages) agentsView(c echo.Context) (agentsView, error) {
	ctx := c.Request().Context()
	list, err := p.Agents.List(ctx)
	if err != nil {
		return agentsView{}, err
	}
	groups, err := p.groupsByAgent(c)
	if err != nil {
		return agentsView{}, err
	}
	v := agentsView{Frame: p.frame(c), Search: strings.TrimSpace(c.QueryParam("q")), Total: len(list), New: agentForm{Role: string(agent.Member)}}
	for _, a := range list {
		if v.Search != "" && !matches(v.Search, a.Name, a.Email, a.Number, strings.Join(groups[a.ID], " ")) {
			continue
		}
		state, err := p.States.State(ctx, a.ID)
		if err != nil {
			return agentsView{}, err
		}
		v.Rows = append(v.Rows, agentRow{
			ID: a.ID, Number: a.Number, Name: a.Name, Email: a.Email, Role: a.Role,
			Groups: groups[a.ID], Shown: state.Shown, Self: a.ID == auth.Agent(c).ID, TextCap: a.TextCap,
		})
		v.Edit = append(v.Edit, agentForm{ID: a.ID, Email: a.Email, Name: a.Name, Number: a.Number, Role: string(a.Role), TextCap: strconv.Itoa(a.TextCap)})
	}
	return v, nil
}

// groupsByAgent gives the names of every agent's groups.
func (p *Pages) groupsByAgent(c echo.Context) (map[string][]string, error) {
	ctx, names := c.Request().Context(), map[string][]string{}
	list, err := p.Groups.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range list {
		members, err := p.Groups.Members(ctx, g.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			names[m.AgentID] = append(names[m.AgentID], g.Name)
		}
	}
	return names, nil
}

func (p *Pages) createAgent(c echo.Context) error {
	ctx := c.Request().Context()
	f := agentForm{
		Email: c.FormValue("email"), Name: c.FormValue("name"), Number: c.FormValue("number"),
		Role: c.FormValue("role"), Password: c.FormValue("password"),
	}
	a, err := p.Agents.CreateAgent(ctx, agent.NewAgent{
		Email: f.Email, Name: f.Name, Number: f.Number, Role: agent.Role(f.Role), Password: f.Password,
	})
	if f.Faults = fieldFaults(c, err); len(f.Faults) > 0 {
		return kit.Render(c, http.StatusUnprocessableEntity, newAgentForm(f))
	}
	if err != nil {
		return err
	}
	return kit.Done(c, "/admin/agents", text.T(ctx, "manage.agents.created", "name", a.Name))
}

// fieldFaults gives a sentence for every field of a form that was refused.
func fieldFaults(c echo.Context, err error) map[string]string {
	var all agent.Faults
	var one *agent.FieldError
	switch {
	case errors.As(err, &all):
	case errors.As(err, &one):
		all = agent.Faults{one}
	}
	words := map[string]string{}
	for _, f := range all {
		words[f.Field] = text.T(c.Request().Context(), "manage.agents.fault."+f.Field+"."+f.Code)
	}
	return words
}

func (p *Pages) updateAgent(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	list, err := p.Agents.List(ctx)
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.ID != id {
			continue
		}
		f := agentForm{ID: id, Email: a.Email, Name: c.FormValue("name"), Number: c.FormValue("number"),
			Role: c.FormValue("role"), TextCap: c.FormValue("textCap")}
		a.Name, a.Number, a.Role = f.Name, f.Number, agent.Role(f.Role)
		if a.TextCap, err = strconv.Atoi(f.TextCap); err != nil {
			a.TextCap = 0
		}
		err := p.Agents.Update(ctx, a)
		if errors.Is(err, agent.ErrLastAdmin) {
			return kit.Refuse(c, text.T(ctx, "error.agent.lastAdmin"))
		}
		if f.Faults = fieldFaults(c, err); len(f.Faults) > 0 {
			return kit.Render(c, http.StatusUnprocessableEntity, editAgentForm(f))
		}
		if err != nil {
			return err
		}
		return kit.Done(c, "/admin/agents", text.T(ctx, "manage.saved"))
	}
	return agent.ErrNotFound
}

// resetPassword shows the new password once; it is stored only as a hash.
func (p *Pages) resetPassword(c echo.Context) error {
	password, err := p.Agents.ResetPassword(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, newPassword(password))
}

func (p *Pages) removeAgent(c echo.Context) error {
	ctx := c.Request().Context()
	err := p.Agents.Remove(ctx, c.Param("id"))
	switch {
	case errors.Is(err, agent.ErrLastAdmin):
		return kit.Refuse(c, text.T(ctx, "error.agent.lastAdmin"))
	case errors.Is(err, agent.ErrBusyAgent):
		return kit.Refuse(c, text.T(ctx, "error.agent.busy"))
	case err != nil:
		return err
	}
	return kit.Done(c, "/admin/agents", text.T(ctx, "manage.agents.removed"))
}
