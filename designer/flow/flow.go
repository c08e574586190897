// Package flow keeps session flows: the draft an admin edits and the numbered versions that run.
package flow

import (
	"context"
	"errors"
	"time"

	"foyer/designer/graph"
)

// Errors of this package.
var (
	ErrNotFound     = errors.New("no such flow")
	ErrNotPublished = errors.New("flow is not published")
	ErrNoVersion    = errors.New("no such version")
	ErrConflict     = errors.New("the draft was changed elsewhere")
	ErrProblems     = errors.New("the flow has problems")
	ErrUsed         = errors.New("other flows enter the flow")
	ErrInUse        = errors.New("the flow is in use")
	ErrName         = errors.New("a flow needs a name of at most 40 characters")
	ErrNote         = errors.New("a note has at most 200 characters")
	ErrNewerSpec    = graph.ErrNewerSpec
	ErrMalformed    = graph.ErrMalformed
)

// Flow is one session flow. Its IvrID never changes.
type Flow struct {
	ID        string
	IvrID     string // what a mini-program hard-codes: "f" and 15 lower-case letters or digits
	Name      string // 1–40 characters
	Draft     graph.Graph
	DraftRev  int // rises with every change of the draft; the fence of saving
	Live      int // number of the live version, 0 when unpublished
	UpdatedAt time.Time
	UpdatedBy string // account id
	CreatedAt time.Time
}

// Version is one immutable published content of a flow.
type Version struct {
	ID        string
	FlowID    string
	Number    int // 1, 2, 3 …
	Graph     graph.Graph
	Pins      map[string]string // of the flows that it enters: flow id → version id, as they were live when this was published
	Note      string            // at most 200 characters
	Author    string            // account id
	CreatedAt time.Time
}

// State is what the list shows. It is derived, never stored.
type State string

// The states of a flow.
const (
	Unpublished State = "unpublished" // 未发布: no live version
	Published   State = "published"   // 已发布: live, nobody is in it
	InUse       State = "inUse"       // 使用中: live and serving sessions (or bound to a channel)
)

// Summary is one row of the list.
type Summary struct {
	Flow
	State    State
	Sessions int      // that run on any version of it now
	Dirty    bool     // the draft differs from the live version
	UsedBy   []string // names of the flows whose live version enters it, be it through others
}

// Flows is what this package needs of storage. Every method works within one instance; writes run inside a
// ledger's Do.
type Flows interface {
	Create(ctx context.Context, f Flow) error
	Get(ctx context.Context, id string) (Flow, error)      // ErrNotFound
	ByIvr(ctx context.Context, ivrID string) (Flow, error) // ErrNotFound
	List(ctx context.Context) ([]Flow, error)              // newest change first
	Update(ctx context.Context, f Flow, wasRev int) error  // writes all columns; ErrConflict when the stored DraftRev is not wasRev
	Delete(ctx context.Context, id string) error           // with its versions
	AddVersion(ctx context.Context, v Version) error
	Version(ctx context.Context, id string) (Version, error)                    // ErrNoVersion
	VersionByNumber(ctx context.Context, flowID string, n int) (Version, error) // ErrNoVersion
	Versions(ctx context.Context, flowID string) ([]Version, error)             // newest first, without Graph
	Running(ctx context.Context, flowID string) (int, error)                    // sessions not ended, on any version
	RunningOn(ctx context.Context) (map[string]int, error)                      // sessions not ended, by version id
}
