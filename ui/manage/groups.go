package manage

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

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
	Fallback    bool
	DeleteWhy   string // what deleting it means
	Needed      bool   // so it cannot be deleted now
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
	Default bool // it is the default group
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
	uses, err := p.Groups.Use(ctx)
	if err != nil {
		return err
	}
	v := groupsView{Frame: p.frame(c)}
	for _, g := range list {
		members, err := p.Groups.Members(ctx, g.ID)
		if err != nil {
			return err
		}
		u := uses[g.ID]
		v.Rows = append(v.Rows, groupRow{g.ID, g.Name, len(members), g.RingSeconds, g.WaitSeconds, g.Fallback, deleteWhy(ctx, u), u.Needed()})
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
	return p.showGroup(c, http.StatusOK, g, formOf(g))
}

func formOf(g queue.SkillGroup) groupForm {
	return groupForm{
		ID: g.ID, Name: g.Name, Ring: strconv.Itoa(g.RingSeconds), Wait: strconv.Itoa(g.WaitSeconds),
		MaxWaiting: strconv.Itoa(g.MaxWaiting), WrapUp: strconv.Itoa(g.WrapSeconds), RestOnMiss: g.RestOnMiss,
	}
}

// showGroup shows the page of a group around the form as it stands.
func (p *Pages) showGroup(c echo.Context, status int, g queue.SkillGroup, form groupForm) error {
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
	v := groupView{Frame: p.frame(c), Title: g.Name, Default: g.Fallback, Group: form}
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
	was := g
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
		return p.showGroup(c, http.StatusUnprocessableEntity, was, form)
	}
	if err != nil {
		return err
	}
	return kit.Done(c, "/admin/groups/"+g.ID, text.T(ctx, "manage.saved"))
}

func (p *Pages) deleteGroup(c echo.Context) error {
	ctx := c.Request().Context()
	drafts, err := p.Groups.Delete(ctx, c.Param("id"))
	var used *queue.UsedError
	if errors.As(err, &used) {
		return kit.Refuse(c, deleteWhy(ctx, used.Use))
	}
	if err != nil {
		return err
	}
	words := text.T(ctx, "manage.groups.deleted")
	if len(drafts) > 0 {
		words = text.T(ctx, "manage.groups.deletedFrom", "flows", namesOf(ctx, drafts))
	}
	return kit.Done(c, "/admin/groups", words)
}

// deleteWhy says what deleting a group means, or why it cannot be deleted, and who has to do with it.
func deleteWhy(ctx context.Context, u queue.Use) string {
	words := text.T(ctx, "manage.groups.deleteWhy")
	if u.Needed() {
		words = text.T(ctx, "manage.groups.needed")
	}
	add := func(key string, args ...any) {
		words = text.T(ctx, "manage.andThen", "first", words, "then", text.T(ctx, key, args...))
	}
	if len(u.Live) > 0 {
		add("manage.groups.needed.live", "flows", namesOf(ctx, u.Live))
	}
	if u.Waiting > 0 {
		add("manage.groups.needed.waiting", "count", u.Waiting)
	}
	if u.Fallback {
		add("manage.groups.needed.fallback")
	}
	if len(u.Drafts) > 0 {
		add("manage.groups.usedBy.drafts", "flows", namesOf(ctx, u.Drafts))
	}
	if u.Sessions > 0 {
		add("manage.groups.usedBy.sessions", "count", u.Sessions)
	}
	return words
}

// mostNames is how many names of flows a sentence holds.
const mostNames = 5

// namesOf writes the names of flows into a sentence; of many, the first ones.
func namesOf(ctx context.Context, names []string) string {
	quoted := make([]string, min(len(names), mostNames))
	for i := range quoted {
		quoted[i] = text.T(ctx, "manage.quoted", "name", names[i])
	}
	words := strings.Join(quoted, text.T(ctx, "manage.comma"))
	if len(names) > mostNames {
		return text.T(ctx, "manage.andMore", "names", words, "count", len(names)-mostNames)
	}
	return words
}

// setFallback makes a group the default one, or no group.
func (p *Pages) setFallback(c echo.Context) error {
	ctx, on := c.Request().Context(), c.FormValue("on") == "yes"
	g, err := p.Groups.Get(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	if err := p.Groups.SetFallback(ctx, g.ID, on); err != nil {
		return err
	}
	if on {
		return kit.Done(c, "/admin/groups", text.T(ctx, "manage.groups.fallbackSet", "name", g.Name))
	}
	return kit.Done(c, "/admin/groups", text.T(ctx, "manage.groups.fallbackCleared"))
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
	if err != nil || n < 1 || n > len(priorities()) {
		return &queue.SettingError{Name: "priority", Min: 1, Max: len(priorities())} // 0 would be the default of a new member
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
