// Package manage is the admin centre: flows, skill groups, agents and records as lists and forms. The flow editor
// itself is ui/canvas.
package manage

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/agent"
	"foyer/runtime/queue"
	"foyer/runtime/record"
)

// Flows is what the flow list needs.
type Flows interface {
	List(ctx context.Context) ([]flow.Summary, error)
	Get(ctx context.Context, id string) (flow.Summary, error)
	Create(ctx context.Context, account, name string) (flow.Flow, error)
	Duplicate(ctx context.Context, account, id string) (flow.Flow, error)
	Publish(ctx context.Context, account, id string, rev int, note string) (flow.Version, []graph.Issue, error)
	Unpublish(ctx context.Context, account, id string, drain bool) error
	Delete(ctx context.Context, id string) error
}

// Groups is what the skill group pages need.
type Groups interface {
	List(ctx context.Context) ([]queue.SkillGroup, error)
	Get(ctx context.Context, id string) (queue.SkillGroup, error)
	Create(ctx context.Context, g queue.SkillGroup) (queue.SkillGroup, error)
	Update(ctx context.Context, g queue.SkillGroup) error
	Delete(ctx context.Context, id string) (drafts []string, err error)
	Use(ctx context.Context) (map[string]queue.Use, error)
	SetFallback(ctx context.Context, id string, on bool) error
	Members(ctx context.Context, groupID string) ([]queue.Membership, error)
	SetMember(ctx context.Context, m queue.Membership) error
	RemoveMember(ctx context.Context, groupID, agentID string) error
}

// Agents is what the agent pages need.
type Agents interface {
	List(ctx context.Context) ([]agent.Agent, error)
	CreateAgent(ctx context.Context, n agent.NewAgent) (agent.Agent, error)
	Update(ctx context.Context, a agent.Agent) error
	Remove(ctx context.Context, id string) error
	ResetPassword(ctx context.Context, id string) (password string, err error)
}

// States tells what agents are doing now.
type States interface {
	State(ctx context.Context, agentID string) (agent.View, error)
}

// Records is what the record pages need.
type Records interface {
	List(ctx context.Context, f record.Filter) ([]record.Row, error)
	Get(ctx context.Context, sessionID string) (record.Detail, error)
}

// Pages is the admin centre.
type Pages struct {
	Flows     Flows
	Groups    Groups
	Agents    Agents
	States    States
	Records   Records
	Callbacks Callbacks
	// Versions and Kinds name the modules of a session's trace.
	Versions Versions
	Kinds    nodes.Set
	// FileURL signs the address of an uploaded picture for a reader.
	FileURL func(fileID string) string
	// PublicURL is how callers reach this server, without a slash at the end.
	PublicURL func(c echo.Context) string
	Now       func() time.Time
	Instance  string // its name
}

// Mount puts the pages under g, which an admin guard stands in front of.
func (p *Pages) Mount(g *echo.Group) {
	g.GET("", p.overview)
	g.GET("/flows", p.flows)
	g.POST("/flows", p.createFlow)
	g.POST("/flows/:id/publish", p.publishFlow)
	g.POST("/flows/:id/unpublish", p.unpublishFlow)
	g.POST("/flows/:id/duplicate", p.duplicateFlow)
	g.POST("/flows/:id/delete", p.deleteFlow)
	g.GET("/groups", p.groups)
	g.POST("/groups", p.createGroup)
	g.GET("/groups/:id", p.group)
	g.POST("/groups/:id", p.updateGroup)
	g.POST("/groups/:id/delete", p.deleteGroup)
	g.POST("/groups/:id/fallback", p.setFallback)
	g.POST("/groups/:id/members", p.addMembers)
	g.POST("/groups/:id/members/:agent", p.setPriority)
	g.POST("/groups/:id/members/:agent/remove", p.removeMember)
	g.GET("/agents", p.agents)
	g.POST("/agents", p.createAgent)
	g.POST("/agents/:id", p.updateAgent)
	g.POST("/agents/:id/reset", p.resetPassword)
	g.POST("/agents/:id/remove", p.removeAgent)
	g.GET("/records", p.records)
	g.GET("/records/:id", p.record)
	g.GET("/callbacks", p.callbacks)
	g.POST("/callbacks/:id/done", p.finishCallback)
	g.POST("/callbacks/:id/reopen", p.reopenCallback)
}
