// Package canvas is the designer's pages: the editor of one flow, its versions, saving and publishing. The list of
// flows is ui/manage; the drawing itself is ui/island/canvas.
package canvas

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/queue"
)

// Designer is what the editor does with flows.
type Designer interface {
	Get(ctx context.Context, id string) (flow.Summary, error)
	List(ctx context.Context) ([]flow.Summary, error)
	Rename(ctx context.Context, account, id, name string) error
	SaveDraft(ctx context.Context, account, id string, rev int, g graph.Graph) (flow.Flow, error)
	Check(ctx context.Context, g graph.Graph) []graph.Issue
	Publish(ctx context.Context, account, id string, rev int, note string) (flow.Version, []graph.Issue, error)
	Rollback(ctx context.Context, account, id string, number int, note string) (flow.Version, error)
	Versions(ctx context.Context, id string) ([]flow.Version, error)
	Version(ctx context.Context, id string, n int) (flow.Version, error)
}

// Groups lists the skill groups that a node may name.
type Groups interface {
	List(ctx context.Context) ([]queue.SkillGroup, error)
}

// Pages is the designer. All fields must be set.
type Pages struct {
	Flows  Designer
	Groups Groups
	Kinds  nodes.Set
	// World answers node kinds about the instance.
	World func(ctx context.Context) nodes.Around
	// Who gives the account id of the reader.
	Who func(c echo.Context) string
	// Secrets keeps what flows send to other systems and nobody reads again.
	Secrets Secrets
	// Name gives the name of an account, empty when there is none any more.
	Name func(ctx context.Context, account string) string
	Now  func() time.Time
}

// Mount puts the pages under g, which is /admin/flows behind the admin guard.
func (p *Pages) Mount(g *echo.Group) {
	g.GET("/:id/edit", p.edit)
	g.PUT("/:id/edit/draft", p.saveDraft)
	g.POST("/:id/edit/inspect", p.inspect)
	g.POST("/:id/edit/name", p.rename)
	g.POST("/:id/edit/secrets", p.keepSecret)
	g.PUT("/:id/edit/secrets/:secret", p.replaceSecret)
	g.DELETE("/:id/edit/secrets/:secret", p.deleteSecret)
	g.GET("/:id/edit/publish", p.askPublish)
	g.POST("/:id/edit/publish", p.publish)
	g.GET("/:id/edit/versions", p.versions)
	g.GET("/:id/edit/versions/:n", p.version)
	g.GET("/:id/edit/versions/:n/restore", p.askRestore)
	g.POST("/:id/edit/versions/:n/restore", p.restore)
}

// path is the address of a flow's editor, or of a part of it.
func path(id, part string) string {
	at := "/admin/flows/" + id + "/edit"
	if part != "" {
		at += "/" + part
	}
	return at
}
