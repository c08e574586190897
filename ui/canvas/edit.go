package canvas

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// editView is the editor's page, of the draft or, read-only, of a version.
type editView struct {
	ID, Name, IvrID string
	Live            int // number of the live version, 0 when there is none
	Kinds           []kind
	Data            pageData
	ReadOnly        bool
	Version         versionView // of a read-only page
	Rev             int
	SavedBy         string // who saved the draft last
	Groups          []group
}

// pageData is what the script reads from the page.
type pageData struct {
	ID         string            `json:"id"`
	Rev        int               `json:"rev"`
	Dirty      bool              `json:"dirty"` // the draft differs from the live version
	SavedAt    time.Time         `json:"savedAt"`
	Live       int               `json:"live"`
	ReadOnly   bool              `json:"readonly"`
	Graph      graph.Graph       `json:"graph"`
	Kinds      []kind            `json:"kinds"`
	Names      []known           `json:"names"` // that every flow has
	Inspection inspection        `json:"inspection"`
	URLs       map[string]string `json:"urls"`
}

// edit shows the draft.
func (p *Pages) edit(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := p.Flows.Get(ctx, c.Param("id"))
	if err != nil {
		return fmt.Errorf("opening the editor: %w", err)
	}
	v, err := p.view(ctx, s, s.Draft)
	if err != nil {
		return err
	}
	v.Data.Dirty = s.Dirty || s.Live == 0
	v.SavedBy = p.Name(ctx, s.UpdatedBy)
	return kit.Render(c, http.StatusOK, editPage(v))
}

// view is what both pages, of the draft and of a version, have in common.
func (p *Pages) view(ctx context.Context, s flow.Summary, g graph.Graph) (editView, error) {
	groups, err := p.Groups.List(ctx)
	if err != nil {
		return editView{}, fmt.Errorf("listing skill groups: %w", err)
	}
	v := editView{ID: s.ID, Name: s.Name, IvrID: s.IvrID, Live: s.Live, Kinds: p.kinds(ctx), Rev: s.DraftRev}
	v.Data = pageData{
		ID: s.ID, Rev: s.DraftRev, SavedAt: s.UpdatedAt, Live: s.Live, Graph: whole(g), Kinds: v.Kinds,
		Names: knownNames(ctx), Inspection: p.look(ctx, g, groups), URLs: map[string]string{},
	}
	for _, part := range []string{"draft", "inspect", "publish", "secrets"} {
		v.Data.URLs[part] = path(s.ID, part)
	}
	if v.Data.Inspection.Flows, err = p.others(ctx, s.ID); err != nil {
		return editView{}, err
	}
	v.Groups = v.Data.Inspection.Groups
	return v, nil
}

// whole gives a graph that is written with empty lists instead of null.
func whole(g graph.Graph) graph.Graph {
	if g.Nodes == nil {
		g.Nodes = []graph.Node{}
	}
	if g.Edges == nil {
		g.Edges = []graph.Edge{}
	}
	return g
}

// saved is the answer to a draft that was kept.
type saved struct {
	Rev   int  `json:"rev"`
	Dirty bool `json:"dirty"`
}

// theirs is the answer to a draft that would have overwritten another: that other.
type theirs struct {
	Rev   int         `json:"rev"`
	Graph graph.Graph `json:"graph"`
	By    string      `json:"by"`
	At    time.Time   `json:"at"`
}

// saveDraft keeps what the script sends. A conflict is answered with the other's draft, so that the admin can choose.
func (p *Pages) saveDraft(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	rev, g, err := read(c)
	if err != nil {
		return err
	}
	_, err = p.Flows.SaveDraft(ctx, p.Who(c), id, rev, g)
	if err != nil && !errors.Is(err, flow.ErrConflict) {
		return fmt.Errorf("saving the draft: %w", err)
	}
	conflict := err != nil
	s, err := p.Flows.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("reading the draft back: %w", err)
	}
	if conflict {
		return c.JSON(http.StatusConflict, theirs{s.DraftRev, whole(s.Draft), p.Name(ctx, s.UpdatedBy), s.UpdatedAt})
	}
	return c.JSON(http.StatusOK, saved{s.DraftRev, s.Dirty || s.Live == 0})
}

// inspect answers what there is to say of a graph that was drawn a moment ago.
func (p *Pages) inspect(c echo.Context) error {
	ctx := c.Request().Context()
	_, g, err := read(c)
	if err != nil {
		return err
	}
	groups, err := p.Groups.List(ctx)
	if err != nil {
		return fmt.Errorf("listing skill groups: %w", err)
	}
	seen := p.look(ctx, g, groups)
	if p.enters(g) {
		if seen.Flows, err = p.others(ctx, c.Param("id")); err != nil {
			return err
		}
	}
	return c.JSON(http.StatusOK, seen)
}

// enters tells whether a node of the graph may name another flow.
func (p *Pages) enters(g graph.Graph) bool {
	return slices.ContainsFunc(g.Nodes, func(n graph.Node) bool {
		k, ok := p.Kinds[n.Kind]
		return ok && slices.ContainsFunc(k.Spec().Fields, func(f nodes.Field) bool { return f.Type == nodes.FlowField })
	})
}

// others lists the live flows beside one.
func (p *Pages) others(ctx context.Context, id string) ([]other, error) {
	all, err := p.Flows.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the other flows: %w", err)
	}
	var list []other
	for _, f := range all {
		if f.ID != id && f.Live > 0 {
			list = append(list, other{f.ID, f.Name})
		}
	}
	return list, nil
}

// read decodes a drawing, of an older spec too, and the revision it began with. Errors: flow.ErrMalformed,
// flow.ErrNewerSpec.
func read(c echo.Context) (rev int, g graph.Graph, err error) {
	var in struct {
		Rev   int             `json:"rev"`
		Graph json.RawMessage `json:"graph"`
	}
	body := http.MaxBytesReader(c.Response(), c.Request().Body, graph.MaxDocument+1024)
	if err := json.NewDecoder(body).Decode(&in); err != nil {
		return 0, graph.Graph{}, fmt.Errorf("%w: %w", flow.ErrMalformed, err)
	}
	if g, err = graph.Parse(in.Graph); err != nil {
		return 0, graph.Graph{}, fmt.Errorf("reading the drawing: %w", err)
	}
	return in.Rev, g, nil
}

// rename answers with a toast when the name will not do; what was typed stays in its field.
func (p *Pages) rename(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	if err := p.Flows.Rename(ctx, p.Who(c), id, c.FormValue("name")); err != nil {
		return fmt.Errorf("renaming the flow: %w", err)
	}
	s, err := p.Flows.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("renaming the flow: %w", err)
	}
	h := c.Response().Header()
	kit.SendEvent(h, "flow-renamed", map[string]string{"title": s.Name + " · " + text.T(ctx, "app.name")})
	return kit.Render(c, http.StatusOK, nameForm(id, s.Name))
}

// number reads the version that an address names; ok is false when it names none.
func number(c echo.Context) (n int, ok bool) {
	n, err := strconv.Atoi(c.Param("n"))
	return n, err == nil && n > 0
}
