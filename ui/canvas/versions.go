package canvas

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// versionView is one version as the list and its own page show it.
type versionView struct {
	Number  int
	Note    string
	Author  string // empty when the account is gone
	At, Now time.Time
	Live    bool
	View    string // address of its page
	Restore string // address of the question before restoring it
}

func (p *Pages) versionView(ctx context.Context, v flow.Version, live int) versionView {
	part := fmt.Sprintf("versions/%d", v.Number)
	return versionView{
		Number: v.Number, Note: v.Note, Author: p.Name(ctx, v.Author), At: v.CreatedAt, Now: p.Now(), Live: v.Number == live,
		View: path(v.FlowID, part), Restore: path(v.FlowID, part+"/restore"),
	}
}

// versions is the drawer with every version, the newest first.
func (p *Pages) versions(c echo.Context) error {
	ctx := c.Request().Context()
	s, err := p.Flows.Get(ctx, c.Param("id"))
	if err != nil {
		return fmt.Errorf("listing versions: %w", err)
	}
	list, err := p.Flows.Versions(ctx, s.ID)
	if err != nil {
		return fmt.Errorf("listing versions: %w", err)
	}
	views := make([]versionView, len(list))
	for i, v := range list {
		views[i] = p.versionView(ctx, v, s.Live)
	}
	return kit.Render(c, http.StatusOK, versionsDrawer(views))
}

// version shows one version on a canvas that cannot be changed.
func (p *Pages) version(c echo.Context) error {
	ctx := c.Request().Context()
	s, old, err := p.find(c)
	if err != nil {
		return err
	}
	v, err := p.view(ctx, s, old.Graph)
	if err != nil {
		return err
	}
	v.ReadOnly, v.Data.ReadOnly = true, true
	v.Version = p.versionView(ctx, old, s.Live)
	v.Data.URLs = map[string]string{}
	return kit.Render(c, http.StatusOK, editPage(v))
}

// find reads the flow and the version that an address names. Errors: flow.ErrNotFound, flow.ErrNoVersion.
func (p *Pages) find(c echo.Context) (flow.Summary, flow.Version, error) {
	ctx := c.Request().Context()
	n, ok := number(c)
	if !ok {
		return flow.Summary{}, flow.Version{}, fmt.Errorf("version %q: %w", c.Param("n"), flow.ErrNoVersion)
	}
	s, err := p.Flows.Get(ctx, c.Param("id"))
	if err != nil {
		return flow.Summary{}, flow.Version{}, fmt.Errorf("version %d: %w", n, err)
	}
	v, err := p.Flows.Version(ctx, s.ID, n)
	if err != nil {
		return flow.Summary{}, flow.Version{}, fmt.Errorf("version %d: %w", n, err)
	}
	return s, v, nil
}

// restoreView asks before an old version goes live again.
type restoreView struct {
	Number, Next int
	Path         string
	Dirty        bool // the draft holds work that was never published
}

// askRestore asks, because the draft gives way to the old content.
func (p *Pages) askRestore(c echo.Context) error {
	s, v, err := p.find(c)
	if err != nil {
		return err
	}
	list, err := p.Flows.Versions(c.Request().Context(), s.ID)
	if err != nil {
		return fmt.Errorf("asking before restoring: %w", err)
	}
	ask := restoreView{Number: v.Number, Next: list[0].Number + 1, Dirty: s.Dirty, Path: path(s.ID, fmt.Sprintf("versions/%d/restore", v.Number))}
	return kit.Render(c, http.StatusOK, restoreDialog(ask))
}

// restore publishes the content of an old version as a new one and goes back to the editor.
func (p *Pages) restore(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	n, ok := number(c)
	if !ok {
		return fmt.Errorf("version %q: %w", c.Param("n"), flow.ErrNoVersion)
	}
	v, err := p.Flows.Rollback(ctx, p.Who(c), id, n, text.T(ctx, "canvas.restore.note", "n", n))
	if errors.Is(err, flow.ErrProblems) {
		return kit.Refuse(c, text.T(ctx, "canvas.restore.problems", "n", n))
	}
	if err != nil {
		return fmt.Errorf("restoring version %d: %w", n, err)
	}
	return kit.Done(c, path(id, ""), text.T(ctx, "canvas.restore.done", "n", n, "next", v.Number))
}
