// Package event is what has happened and who is told: the append-only record, the frames that go out to
// browsers, and the bus that rings when there is something new to read.
package event

import (
	"context"
	"encoding/json"
	"time"
)

// Kind names what happened, e.g. "session.started" or "offer.accepted".
type Kind string

// Event is one line of the append-only record. Data holds at most 4 KB.
type Event struct {
	Seq     int64           `json:"seq"` // set by the log; rises by instance
	At      time.Time       `json:"at"`
	Kind    Kind            `json:"kind"`
	Session string          `json:"session,omitempty"`
	Agent   string          `json:"agent,omitempty"`
	Call    string          `json:"call,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// Frame is something a subscriber must hear, in order and without gaps. A topic is "session:<id>" (the caller),
// or "agent:<id>" (a desk).
type Frame struct {
	ID    int64           `json:"-"` // rises over all topics of an instance
	Topic string          `json:"-"`
	Seq   int64           `json:"seq"` // 1, 2, 3 … within the topic
	Type  string          `json:"type"`
	At    time.Time       `json:"at"`
	Data  json.RawMessage `json:"data"`
}

// Ledger is where decisions become true. Every package of runtime writes through it.
type Ledger interface {
	// Do runs one decision as one fenced transaction: everything that f writes through ctx is committed together
	// or not at all. Decisions of an instance run one after another, in the order of their calls, so that what f
	// reads cannot change under it. A Do inside a Do joins the outer one. f must not wait for anything but the
	// database. After the commit the topics that were pushed to are rung on the bus.
	Do(ctx context.Context, f func(ctx context.Context) error) error
	// Append adds a line to the record. Only inside Do.
	Append(ctx context.Context, e Event) error
	// Push adds a frame to a topic; data is marshalled to JSON. Only inside Do.
	Push(ctx context.Context, topic, typ string, data any) error
	// AfterCommit runs f once the surrounding Do has been committed, never when it fails. Only inside Do.
	AfterCommit(ctx context.Context, f func())
}

// SessionTopic is where the caller of a session listens.
func SessionTopic(id string) string { return "session:" + id }

// AgentTopic is where the desk of an agent listens.
func AgentTopic(id string) string { return "agent:" + id }

// GroupTopic rings when the queue of a group changes. It carries no frames.
func GroupTopic(id string) string { return "group:" + id }

// Clock gives the time. Nothing below cmd asks the machine for it.
type Clock func() time.Time

// NewID makes an id that was never used before: a prefix, then 26 characters that sort by time.
type NewID func(prefix string) string
