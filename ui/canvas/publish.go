package canvas

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// publishView is the dialog before publishing.
type publishView struct {
	ID, Name string
	Next     int // number that the version will have
	Rev      int
	First    bool
	Changes  []change // since the live version, or the newest when none is live
	Since    int      // number of that version
	OffAir   bool     // there are versions, but none is live
	Warnings []issueView
	Note     string
	Fault    string // about the note, or about the draft having changed meanwhile
	Sessions string // who is in the flow now, in words; empty when nobody is
}

// issueView is an issue that leads to its place when it is clicked; Goto is JSON for the script.
type issueView struct{ Text, Goto string }

// problemsView is the dialog that tells why the draft cannot be published.
type problemsView struct{ Errors, Warnings []issueView }

// askPublish shows what publishing would change, or the problems that stand against it.
func (p *Pages) askPublish(c echo.Context) error {
	return p.showPublish(c, http.StatusOK, "", "")
}

func (p *Pages) showPublish(c echo.Context, status int, note, fault string) error {
	ctx := c.Request().Context()
	s, err := p.Flows.Get(ctx, c.Param("id"))
	if err != nil {
		return fmt.Errorf("asking before publishing: %w", err)
	}
	issues := p.Flows.Check(ctx, s.Draft)
	if graph.Blocking(issues) {
		return kit.Render(c, http.StatusOK, problemsDialog(problemsOf(ctx, issues)))
	}
	v := publishView{ID: s.ID, Name: s.Name, Rev: s.DraftRev, Note: note, Fault: fault, Warnings: problemsOf(ctx, issues).Warnings}
	if s.Sessions > 0 {
		v.Sessions = counted(ctx, "canvas.publish.sessions", s.Sessions)
	}
	versions, err := p.Flows.Versions(ctx, s.ID)
	if err != nil {
		return fmt.Errorf("asking before publishing: %w", err)
	}
	v.Next, v.First = 1, len(versions) == 0
	if !v.First {
		v.Next = versions[0].Number + 1
	}
	if !v.First {
		v.Since = s.Live
		if v.Since == 0 {
			v.Since, v.OffAir = versions[0].Number, true
		}
		last, err := p.Flows.Version(ctx, s.ID, v.Since)
		if err != nil {
			return fmt.Errorf("asking before publishing: %w", err)
		}
		v.Changes = changes(ctx, last.Graph, s.Draft)
	}
	return kit.Render(c, status, publishDialog(v))
}

// publish makes the draft that the dialog was about the live version.
func (p *Pages) publish(c echo.Context) error {
	ctx, id, note := c.Request().Context(), c.Param("id"), c.FormValue("note")
	rev, err := strconv.Atoi(c.FormValue("rev"))
	if err != nil {
		return fmt.Errorf("publishing: %w: the form names no revision", flow.ErrConflict)
	}
	if utf8.RuneCountInString(note) > flow.MaxNote {
		return p.showPublish(c, http.StatusUnprocessableEntity, note, text.T(ctx, "error.flow.note"))
	}
	version, issues, err := p.Flows.Publish(ctx, p.Who(c), id, rev, note)
	switch {
	case errors.Is(err, flow.ErrProblems):
		return kit.Render(c, http.StatusOK, problemsDialog(problemsOf(ctx, issues)))
	case errors.Is(err, flow.ErrConflict):
		return p.showPublish(c, http.StatusUnprocessableEntity, note, text.T(ctx, "canvas.publish.changed"))
	case err != nil:
		return fmt.Errorf("publishing: %w", err)
	}
	s, err := p.Flows.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("reading what was published: %w", err)
	}
	kit.SendEvent(c.Response().Header(), "flow-published", map[string]int{"number": version.Number})
	return kit.Render(c, http.StatusOK, publishedDialog(publishedView{version.Number, s.Name, s.IvrID, "/c/" + s.IvrID}))
}

// publishedView is the dialog after publishing.
type publishedView struct {
	Number     int
	Name       string
	IvrID      string
	CallerPath string // where a browser can try it
}

func problemsOf(ctx context.Context, issues []graph.Issue) problemsView {
	var v problemsView
	for _, i := range say(ctx, issues) {
		place, err := json.Marshal(i)
		if err != nil {
			place = []byte("{}")
		}
		one := issueView{i.Text, string(place)}
		if i.Level == graph.Error {
			v.Errors = append(v.Errors, one)
		} else {
			v.Warnings = append(v.Warnings, one)
		}
	}
	return v
}
