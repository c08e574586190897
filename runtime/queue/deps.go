package queue

import (
	"context"
	"log/slog"
	"time"

	"foyer/designer/graph"
	"foyer/runtime/event"
	"foyer/runtime/timer"
)

// Sessions is told what becomes of a session in the queue. Every method is called inside Do.
type Sessions interface {
	// Guest describes the caller to the agent who is rung.
	Guest(ctx context.Context, sessionID string) (Guest, error)
	// OnOffered: an agent is being rung.
	OnOffered(ctx context.Context, sessionID string) error
	// OnWaiting: the offer came to nothing, or the agent was lost; the caller waits on.
	OnWaiting(ctx context.Context, sessionID string) error
	// OnAccepted: an agent said yes, media is being set up.
	OnAccepted(ctx context.Context, sessionID string, o Offer) error
	// OnConnected: the talk begins.
	OnConnected(ctx context.Context, sessionID string) error
	// OnMediaFailed: the media of a talk was lost for good; the talk goes on in writing.
	OnMediaFailed(ctx context.Context, sessionID string) error
	// QueueExit: the queue lets the caller go through a port of the hand-off.
	QueueExit(ctx context.Context, sessionID string, port graph.Port) error
}

// Roster is told how agents do, and knows who they are. Every method is called inside Do.
type Roster interface {
	// Missed sets an agent to not responding, or to a rest.
	Missed(ctx context.Context, agentID string, rest bool) error
	// DeviceFailed: the media could not be set up on the agent's side.
	DeviceFailed(ctx context.Context, agentID string) error
	// Idle: a work of the agent ended.
	Idle(ctx context.Context, agentID string) error
	// Tell: the agent's offers have changed.
	Tell(ctx context.Context, agentID string) error
	// Badge is the agent's work number and name.
	Badge(ctx context.Context, agentID string) (number, name string, err error)
	// Here tells whether the agent's desk is connected.
	Here(ctx context.Context, agentID string) (bool, error)
}

// Calls opens and closes the media of sessions. Every method is called inside Do.
type Calls interface {
	// OpenFor makes the call of an accepted offer and hands out its tickets.
	OpenFor(ctx context.Context, sessionID string, o Offer) error
	// Missing names whose media is not there: "agent", "caller", or "system" for both.
	Missing(ctx context.Context, sessionID string) (side string, err error)
	// CloseSession ends the session's call, if it has one.
	CloseSession(ctx context.Context, sessionID string) error
}

// Chat says the flow's sentences to the caller. Called inside Do.
type Chat interface {
	Say(ctx context.Context, sessionID, text string) error
}

// Timers is the part of timer.Wheel that the queue uses.
type Timers interface {
	Handle(kind timer.Kind, h func(ctx context.Context, t timer.Timer) error)
	Set(ctx context.Context, t timer.Timer) error
	Drop(ctx context.Context, kind timer.Kind, ref string) error
	Has(kind timer.Kind, ref string) bool
}

// Meter counts what the queue does. It is called after the commit.
type Meter interface {
	Offer(how OfferState)     // an offer came into this state
	Waited(d time.Duration)   // a caller was taken by an agent after so long
	LetGo(through graph.Port) // a caller was let go without a talk, also at the door
}

// Guest is the caller as the agent who is rung sees them.
type Guest struct {
	Nickname string
	Channel  string
	Path     []Turn
}

// Turn is one branch the caller took.
type Turn struct {
	Keyword string `json:"keyword"`
	Label   string `json:"label"`
}

// Deps is what a Dispatcher works with. Meter and Ring may be nil.
type Deps struct {
	Ledger   event.Ledger
	Entries  Entries
	Groups   Groups
	Timers   Timers
	Sessions Sessions
	Roster   Roster
	Calls    Calls
	Chat     Chat
	Meter    Meter
	Ring     func(topic string) // of event.Bus: tells watchers of a group that its queue changed
	Clock    event.Clock
	NewID    event.NewID
	Log      *slog.Logger
}
