// Package timer wakes decisions at their time. Timers are rows, so they survive a restart; a heap in memory
// fires them within 100 ms of due; one whose fence has moved on fires into nothing.
package timer

import (
	"context"
	"time"
)

// Kind names what is to be done, e.g. "offer.ring".
type Kind string

// Timer is one appointment. Kind and Ref together are unique: setting again moves the appointment.
type Timer struct {
	Kind  Kind
	Ref   string // id of the thing it is about
	Fence int64  // the thing's seq when it was set; the handler compares
	Due   time.Time
}

// Timers is what this package needs of storage.
type Timers interface {
	SetTimer(ctx context.Context, t Timer) error
	DropTimer(ctx context.Context, kind Kind, ref string) error
	// TakeTimer deletes the timer if it is due by now and gives it; ok is false when there is none or it was moved.
	TakeTimer(ctx context.Context, kind Kind, ref string, now time.Time) (t Timer, ok bool, err error)
	AllTimers(ctx context.Context) ([]Timer, error)
}
