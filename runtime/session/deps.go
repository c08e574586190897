package session

import (
	"context"
	"log/slog"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/timer"
)

// Flows is where published versions are read.
type Flows interface {
	ByIvr(ctx context.Context, ivrID string) (flow.Flow, error)
	Version(ctx context.Context, id string) (flow.Version, error)
	VersionByNumber(ctx context.Context, flowID string, n int) (flow.Version, error)
}

// Queue is where callers wait. See queue.Dispatcher.
type Queue interface {
	Enqueue(ctx context.Context, r queue.Request) (graph.Port, error)
	Leave(ctx context.Context, sessionID, reason string) error
	Position(ctx context.Context, sessionID string) (position int, wait *int, err error)
	Standing(ctx context.Context, groupID string, m queue.Media) (queue.Standing, error)
	CallerLost(ctx context.Context, sessionID string) error
	CallerBack(ctx context.Context, sessionID string) error
}

// Calls is the media of sessions.
type Calls interface {
	// CloseSession ends the session's call, if it has one. Called inside Do.
	CloseSession(ctx context.Context, sessionID string) error
	// CallOf is the id of the session's open call, or empty.
	CallOf(ctx context.Context, sessionID string) (string, error)
}

// Chat says the flow's sentences to the caller. Called inside Do.
type Chat interface {
	Say(ctx context.Context, sessionID, text string) error
}

// Agents knows who agents are.
type Agents interface {
	Badge(ctx context.Context, agentID string) (number, name string, err error)
}

// Timers is the part of timer.Wheel that sessions use.
type Timers interface {
	Handle(kind timer.Kind, h func(ctx context.Context, t timer.Timer) error)
	Set(ctx context.Context, t timer.Timer) error
	Drop(ctx context.Context, kind timer.Kind, ref string) error
}

// Deps is what a Runner works with.
type Deps struct {
	Ledger    event.Ledger
	Sessions  Sessions
	Flows     Flows
	Kinds     nodes.Set
	Timers    Timers
	Queue     Queue
	Web       Web
	Calls     Calls
	Chat      Chat
	Agents    Agents
	CallBacks CallBacks
	Clock     event.Clock
	NewID     event.NewID
	Zone      *time.Location                   // of the clock that flows go by; nil: the machine's
	Fallback  func(ctx context.Context) string // id of the group that takes callers whose flow came to grief, or empty; nil: there is none
	Log       *slog.Logger
}
