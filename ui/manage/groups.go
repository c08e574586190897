package manage

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"foyer/runtime/agent"
	"foyer/runtime/queue"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// groupRow is one line of the group list.
type groupRow struct {
	ID, Name    string
	Members     int
	RingSeconds int
	WaitSeconds int
}

type groupsView struct {
	Frame frameView
	Rows  []groupRow
	New   nameForm
}

// groupView is one skill group with its members and those who could join.
type groupView struct {
	Frame   frameView
	Title   string
	Group   groupForm
	Members []memberRow
	Others  []memberRow
}

type memberRow struct {
	ID, Number, Name, Email string
	Priority                int
	Shown                   agent.Shown
}

// groupForm is the settings of a group as they stand in the form.
type groupForm struct {
	ID, Name                       string
	Ring, Wait, MaxWaiting, WrapUp string
	RestOnMiss                     bool
	Faults                         map[string]string // by field
}

func (p *Pages) groups(c echo.Context) error {
	ctx := c.Request().Context()
	list, err := p.Groups.List(ctx)
	if err != nil {
		return err
	}
	v := groupsView{Frame: p.frame(c)}
	for _, g := range list {
		members, err := p.Groups.Members(ctx, g.ID)
		if err != nil {
			return err
		}
		v.Rows = append(v.Rows, groupRow{g.ID, g.Name, len(members), g.RingSeconds, g.WaitSeconds})
	}
	return kit.Render(c, http.StatusOK, groupsPage(v))
}

func (p *Pages) createGroup(c echo.Context) error {
	ctx, name := c.Request().Context(), c.FormValue("name")
	fresh := queue.Fresh()
	fresh.Name = name
	g, err := p.Groups.Create(ctx, fresh)
	if faults := groupFaults(ctx, err); faults != nil {
		return kit.Render(c, http.StatusUnprocessableEntity, newGroupForm(nameForm{name, faults["name"]}))
	}
	if err != nil {
		return err
	}
	return kit.Done(c, "/admin/groups/"+g.ID, text.T(ctx, "manage.groups.created", "name", g.Name))
}

// settings are the form's fields by what a group calls them.
var settings = map[string]string{"ringSeconds": "ring", "waitSeconds": "wait", "maxWaiting": "maxWaiting", "wrapSeconds": "wrapUp"}

// groupFaults gives a sentence for the field that the person at the form can mend, nil when it is another fault.
func groupFaults(ctx context.Context, err error) map[string]string {
	var setting *queue.SettingError
	switch {
	case errors.Is(err, queue.ErrGroupName):
		return map[string]string{"name": text.T(ctx, "error.group.name")}
	case errors.Is(err, queue.ErrGroupTaken):
		return map[string]string{"name": text.T(ctx, "error.group.taken")}
	case errors.As(err, &setting) && settings[setting.Field()] != "":
		return map[string]string{settings[setting.Field()]: text.T(ctx, "manage.groups.range", "min", setting.Min, "max", setting.Max)}
	}
	return nil
}

func (p *Pages) group(c echo.Context) error {
	g, err := p.Groups.Get(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return p.showGroup(c, http.StatusOK, g.Name, formOf(g))
}

func formOf(g queue.SkillGroup) groupForm {
	return groupForm{
		ID: g.ID, Name: g.Name, Ring: strconv.Itoa(g.RingSeconds), Wait: strconv.Itoa(g.WaitSeconds),
		MaxWaiting: strconv.Itoa(g.MaxWaiting), WrapUp: strconv.Itoa(g.WrapSeconds), RestOnMiss: g.RestOnMiss,
	}
}

// showGroup shows the page of a group around the form as it stands.
func (p *Pages) showGroup(c echo.Context, status int, title string, form groupForm) error {
	ctx := c.Request().Context()
	members, err := p.Groups.Members(ctx, form.ID)
	if err != nil {
		return err
	}
	priority := map[string]int{}
	for _, m := range members {
		priority[m.AgentID] = m.Priority
	}
	all, err := p.Agents.List(ctx)
	if err != nil {
		return err
	}
	v := groupView{Frame: p.frame(c), Title: title, Group: form}
	for _, a := range all {
		state, err := p.States.State(ctx, a.ID)
		if err != nil {
			return err
		}
		row := memberRow{a.ID, a.Number, a.Name, a.Email, priority[a.ID], state.Shown}
		if _, in := priority[a.ID]; in {
			v.Members = append(v.Members, row)
		} else {
			v.Others = append(v.Others, row)
		}
	}
	return kit.Render(c, status, groupPage(v))
}

func (p *Pages) updateGroup(c echo.Context) error {
	ctx := c.Request().Context()
	g, err := p.Groups.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	title := g.Name
	form := groupForm{
		ID: g.ID, Name: c.FormValue("name"), Ring: c.FormValue("ring"), Wait: c.FormValue("wait"),
		MaxWaiting: c.FormValue("maxWaiting"), WrapUp: c.FormValue("wrapUp"), RestOnMiss: c.FormValue("restOnMiss") == "on",
	}
	g.Name, g.RestOnMiss = form.Name, form.RestOnMiss
	for _, n := range []struct {
		text string
		at   *int
	}{{form.Ring, &g.RingSeconds}, {form.Wait, &g.WaitSeconds}, {form.MaxWaiting, &g.MaxWaiting}, {form.WrapUp, &g.WrapSeconds}} {
		value, err := strconv.Atoi(n.text)
		if err != nil {
			value = -1 // out of every range, so the form comes back with its sentence
		}
		*n.at = value
	}
	err = p.Groups.Update(ctx, g)
	if form.Faults = groupFaults(ctx, err); form.Faults != nil {
		return p.showGroup(c, http.StatusUnprocessableEntity, title, form)
	}
	if err != nil {
		return err
	}
	return kit.Done(c, "/admin/groups/"+g.ID, text.T(ctx, "manage.saved"))
}

func (p *Pages) deleteGroup(c echo.Context) error {
	ctx := c.Request().Context()
	err := p.Groups.Delete(ctx, c.Param("id"))
	if errors.Is(err, queue.ErrGroupUsed) {
		return kit.Refuse(c, text.T(ctx, "error.group.used"))
	}
	if err != nil {
		return err
	}
	return kit.Done(c, "/admin/groups", text.T(ctx, "manage.groups.deleted"))
}

func (p *Pages) addMembers(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	for _, agentID := range form["agent"] {
		if err := p.Groups.SetMember(ctx, queue.Membership{GroupID: id, AgentID: agentID, Priority: 3}); err != nil {
			return err
		}
	}
	return kit.Done(c, "/admin/groups/"+id, text.T(ctx, "manage.groups.added", "count", len(form["agent"])))
}

func (p *Pages) setPriority(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	n, err := strconv.Atoi(c.FormValue("priority"))
	if err != nil {
		n = 0
	}
	if err := p.Groups.SetMember(ctx, queue.Membership{GroupID: id, AgentID: c.Param("agent"), Priority: n}); err != nil {
		return err
	}
	return kit.Done(c, "/admin/groups/"+id, text.T(ctx, "manage.saved"))
}

func (p *Pages) removeMember(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	if err := p.Groups.RemoveMember(ctx, id, c.Param("agent")); err != nil {
		return err
	}
	return kit.Done(c, "/admin/groups/"+id, text.T(ctx, "manage.groups.removed"))
}
