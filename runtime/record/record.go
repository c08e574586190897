// Package record is what is kept of sessions once they happened: the list, one session's timeline, the figures.
package record

import (
	"context"
	"time"

	"foyer/runtime/call"
	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// Filter narrows the list of records. Zero values do not narrow.
type Filter struct {
	AgentID string
	GroupID string
	FlowID  string
	Status  Status
	Search  string // in nickname or session id
	From    time.Time
	To      time.Time
	Before  string // id of the last row seen; newest first
	Limit   int    // 1–100, default 50
}

// Status is how a session ended, in the words of the seed's record page.
type Status string

// The statuses of a record.
const (
	Open        Status = "open"        // still running
	Normal      Status = "normal"      // 正常结束
	IdleTimeout Status = "idleTimeout" // 用户超时自动结束
	NoAgent     Status = "noAgent"     // 无坐席在线
	LeftQueue   Status = "leftQueue"   // 等待中放弃
	LeftFlow    Status = "leftFlow"    // IVR 阶段放弃
	QueueLimit  Status = "queueLimit"  // 排队超时或已满
	Broken      Status = "broken"      // 异常
)

// Row is one line of the list.
type Row struct {
	SessionID string
	At        time.Time
	Nickname  string
	CallerID  string
	Channel   string
	FlowName  string
	Version   int
	GroupName string
	AgentName string
	AgentNo   string
	Media     queue.Media
	Status    Status
	Waited    time.Duration // from entering the queue to the talk, or to leaving
	Talked    time.Duration // from the talk's start to its end, or the session's
	Video     time.Duration
	Audio     time.Duration
	Messages  int
	Path      []session.PathStep
	Score     *int   // of the caller's rating; nil: there is none
	Label     string // its words
}

// Detail is one session whole.
type Detail struct {
	Row
	Session  session.Session
	Steps    []session.Step
	Offers   []queue.Offer
	Calls    []call.Call
	Messages []chat.Message
	Events   []event.Event
}

// Records is what this package needs of storage.
type Records interface {
	Rows(ctx context.Context, f Filter) ([]Row, error)
	Detail(ctx context.Context, sessionID string) (Detail, error) // session.ErrNotFound
}
