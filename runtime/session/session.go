// Package session walks callers through published flows: one session is one visit of one caller.
package session

import (
	"context"
	"errors"
	"time"

	"foyer/nodes"
	"foyer/runtime/engine"
	"foyer/runtime/queue"
	"foyer/runtime/timer"
)

// Errors of this package.
var (
	ErrNotFound   = errors.New("no such session")
	ErrOver       = errors.New("the session is over")
	ErrBadIvr     = errors.New("not a flow id")
	ErrNotAChoice = errors.New("not a choice of this menu")
	ErrStale      = errors.New("the choice belongs to an earlier step")
	ErrMedia      = errors.New("the media is not offered")
	ErrNotYours   = errors.New("the session belongs to somebody else")
	ErrConflict   = errors.New("the session was changed meanwhile")
)

// State is the session as the caller sees it.
type State string

// The states of a session.
const (
	Routing    State = "routing" // in the flow: a menu waits for a choice, or the flow for a web service
	Queued     State = "queued"
	Offered    State = "offered"    // an agent is rung
	Connecting State = "connecting" // an agent accepted, media is being set up
	Connected  State = "connected"
	Ended      State = "ended"
)

// ClosedBy is who ended a session.
type ClosedBy string

// Who can end a session.
const (
	ByCaller ClosedBy = "caller"
	ByAgent  ClosedBy = "agent"
	ByAdmin  ClosedBy = "admin"
	ByTimer  ClosedBy = "timer"
	ByFlow   ClosedBy = "flow"
	BySystem ClosedBy = "system"
)

// Session is one visit.
type Session struct {
	ID        string
	FlowID    string
	IvrID     string
	VersionID string
	Version   int
	CallerID  string
	Nickname  string
	Channel   string // "web" or "mini"
	Media     queue.Media
	State     State
	Walk      engine.State // where in the flow; JSON in the database
	Menu      *Menu        // what is asked now; JSON in the database
	Fetch     *Fetch       // the web service that is asked now; JSON in the database
	End       nodes.EndPolicy
	AgentID   string // who serves or served it
	GroupID   string
	Path      []PathStep // the branches taken; JSON in the database
	Trace     int        // lines of trace written so far
	LostAt    *time.Time // since when the caller's line is lost
	Seq       int64      // rises with every change: one made of an older Seq is refused, and pages keep the newest they saw
	StepToken string     // what an answer to the present menu must carry
	Key       string     // idempotency key of its creation, unique by caller
	ClosedBy  ClosedBy
	Reason    string
	CreatedAt time.Time
	QueuedAt  *time.Time
	TalkAt    *time.Time // when the agent's media was connected (text: accepted)
	TalkEndAt *time.Time // when the agent gave the caller back to the flow
	EndedAt   *time.Time
	UpdatedAt time.Time
}

// EndPolicy rules how a talk is ended. The alias lets storage keep it without knowing of nodes.
type EndPolicy = nodes.EndPolicy

// Fetch asks a web service. The alias is for storage too.
type Fetch = nodes.Fetch

// Menu is the question a caller sees.
type Menu struct {
	Prompt  string         `json:"prompt"`
	Options []nodes.Option `json:"options"`
	Ask     *nodes.Ask     `json:"ask,omitempty"`   // what may be typed
	Wrong   bool           `json:"wrong,omitempty"` // asked again: the answer before did not fit, and the flow has said so
}

// PathStep is one branch that was taken; shown to the agent.
type PathStep struct {
	Keyword string    `json:"keyword"`
	Label   string    `json:"label"`
	At      time.Time `json:"at"`
}

// Step is one line of a session's trace.
type Step struct {
	SessionID string
	N         int // 1, 2, 3 …
	At        time.Time
	Event     engine.Event
}

// Answer is what a step token was answered with, kept so that a doubled choice gets the first result.
type Answer struct {
	SessionID string
	Token     string
	View      []byte // JSON of the View given
}

// Sessions is what this package needs of storage.
type Sessions interface {
	Create(ctx context.Context, s Session) error
	Update(ctx context.Context, s Session, wasSeq int64) error // ErrConflict when the stored seq is not wasSeq
	Get(ctx context.Context, id string) (Session, error)       // ErrNotFound
	ByKey(ctx context.Context, callerID, key string) (Session, bool, error)
	// Unwatched lists the sessions in some states that have no timer of a kind; with lost only those whose line is lost.
	Unwatched(ctx context.Context, kind timer.Kind, lost bool, states ...State) ([]Session, error)
	AddSteps(ctx context.Context, steps []Step) error
	Steps(ctx context.Context, sessionID string) ([]Step, error)
	TraceSize(ctx context.Context, sessionID string) (int, error) // bytes of the session's events
	Rate(ctx context.Context, r Rating) error                     // in the place of an earlier one
	AddAnswer(ctx context.Context, a Answer) error
	Answer(ctx context.Context, sessionID, token string) (Answer, bool, error)
}
