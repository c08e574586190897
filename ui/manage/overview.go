package manage

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"foyer/runtime/agent"
	"foyer/runtime/record"
	"foyer/ui/kit"
)

// overviewView is the first page of the admin centre: what is live, and what is still to be set up.
type overviewView struct {
	Frame                               frameView
	Groups, Agents, Online, Flows, Live int
	Sessions                            int // running now, on any flow
	Members                             bool
	Ready                               bool // every step of the set-up is done
	Recent                              []record.Row
	FirstFlow                           flowRow // a live flow to try
}

func (p *Pages) overview(c echo.Context) error {
	ctx := c.Request().Context()
	v := overviewView{Frame: p.frame(c)}
	flows, err := p.Flows.List(ctx)
	if err != nil {
		return err
	}
	v.Flows = len(flows)
	for _, f := range flows {
		v.Sessions += f.Sessions
		if f.Live == 0 {
			continue
		}
		if v.Live++; v.Live == 1 {
			v.FirstFlow = p.flowRow(c, f)
		}
	}
	agents, err := p.Agents.List(ctx)
	if err != nil {
		return err
	}
	v.Agents = len(agents)
	for _, a := range agents {
		state, err := p.States.State(ctx, a.ID)
		if err != nil {
			return err
		}
		if state.Shown != agent.ShownOffline {
			v.Online++
		}
	}
	groups, err := p.Groups.List(ctx)
	if err != nil {
		return err
	}
	v.Groups = len(groups)
	for _, g := range groups {
		members, err := p.Groups.Members(ctx, g.ID)
		if err != nil {
			return err
		}
		v.Members = v.Members || len(members) > 0
	}
	v.Ready = v.Groups > 0 && v.Members && v.Live > 0
	if v.Recent, err = p.Records.List(ctx, record.Filter{Limit: 8}); err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, overviewPage(v))
}
