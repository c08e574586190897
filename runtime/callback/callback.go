// Package callback keeps the requests of callers who left a telephone number to be called back.
package callback

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"foyer/runtime/event"
)

// Errors of this package.
var (
	ErrNotFound = errors.New("no such callback request")
	ErrFilter   = errors.New("the filter of callback requests is not valid")
)

// State says what has become of a request.
type State string

// The states of a request.
const (
	Open State = "open"
	Done State = "done"
)

// States lists them, in the order in which they are offered as a filter.
func States() []State { return []State{Open, Done} }

// Request is one caller who wants to be called back.
type Request struct {
	ID        string
	SessionID string // in which it was left
	GroupID   string // whose agents call back
	Nickname  string
	Phone     string // digits, perhaps after a +
	About     string // what the caller wants, in the flow's words
	State     State
	CreatedAt time.Time
	DoneBy    string // id of the agent who called back
	DoneAt    *time.Time
}

// Filter narrows the list of requests. Zero values do not narrow.
type Filter struct {
	State  State
	Groups []string // ids; nil: every group, empty: none
	Before string   // id of the last request seen; newest first
	Limit  int      // 1–100, default 50
}

// Requests is what this package needs of storage.
type Requests interface {
	Add(ctx context.Context, r Request) error
	Update(ctx context.Context, r Request) error // ErrNotFound
	Get(ctx context.Context, id string) (Request, error)
	List(ctx context.Context, f Filter) ([]Request, error)
}

// Book is the requests of an instance.
type Book struct {
	Ledger   event.Ledger
	Requests Requests
	Clock    event.Clock
	NewID    event.NewID
}

// Keep adds a request; id, state and time are given to it. Called inside Do.
func (b *Book) Keep(ctx context.Context, r Request) (Request, error) {
	r.ID, r.State, r.CreatedAt, r.DoneBy, r.DoneAt = b.NewID("cbk_"), Open, b.Clock(), "", nil
	if err := b.Requests.Add(ctx, r); err != nil {
		return Request{}, fmt.Errorf("keeping a callback request: %w", err)
	}
	return r, nil
}

// The limits of a list.
const (
	LimitMax     = 100
	limitDefault = 50
)

// List gives a page of requests, the newest first. ErrFilter.
func (b *Book) List(ctx context.Context, f Filter) ([]Request, error) {
	if f.Limit == 0 {
		f.Limit = limitDefault
	}
	if f.Limit < 1 || f.Limit > LimitMax || f.State != "" && !slices.Contains(States(), f.State) {
		return nil, fmt.Errorf("state %q, limit %d: %w", f.State, f.Limit, ErrFilter)
	}
	if f.Groups != nil && len(f.Groups) == 0 {
		return nil, nil
	}
	list, err := b.Requests.List(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("listing callback requests: %w", err)
	}
	return list, nil
}

// Get gives one request. ErrNotFound.
func (b *Book) Get(ctx context.Context, id string) (Request, error) {
	r, err := b.Requests.Get(ctx, id)
	if err != nil {
		return Request{}, fmt.Errorf("callback request %s: %w", id, err)
	}
	return r, nil
}

// Finish notes that an agent has called back. Of two who say so, the first stays. ErrNotFound.
func (b *Book) Finish(ctx context.Context, id, agentID string) error {
	return b.turn(ctx, id, agentID, "callback.done", func(r *Request) bool {
		if r.State == Done {
			return false
		}
		now := b.Clock()
		r.State, r.DoneBy, r.DoneAt = Done, agentID, &now
		return true
	})
}

// Reopen takes Finish back. ErrNotFound.
func (b *Book) Reopen(ctx context.Context, id, agentID string) error {
	return b.turn(ctx, id, agentID, "callback.reopened", func(r *Request) bool {
		if r.State == Open {
			return false
		}
		r.State, r.DoneBy, r.DoneAt = Open, "", nil
		return true
	})
}

// turn changes a request and puts that on the record of its session. change tells whether there was anything to do.
func (b *Book) turn(ctx context.Context, id, agentID string, kind event.Kind, change func(*Request) bool) error {
	return b.Ledger.Do(ctx, func(ctx context.Context) error {
		r, err := b.Get(ctx, id)
		if err != nil || !change(&r) {
			return err
		}
		if err := b.Requests.Update(ctx, r); err != nil {
			return fmt.Errorf("callback request %s: %w", id, err)
		}
		return b.Ledger.Append(ctx, event.Event{At: b.Clock(), Kind: kind, Session: r.SessionID, Agent: agentID})
	})
}
