package storage

import (
	"context"
	"time"

	"foyer/runtime/call"
	"foyer/runtime/queue"
)

// Calls keeps the media side of sessions.
type Calls struct{ in *Instance }

var _ call.Calls = (*Calls)(nil)

// Calls of the instance.
func (in *Instance) Calls() *Calls { return &Calls{in} }

type callRow struct {
	InstanceID string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	SessionID  string
	OfferID    string
	Media      queue.Media
	State      call.State
	CreatedAt  stamp
	LiveAt     *stamp
	EndedAt    *stamp
	EndedBy    string
}

// TableName of the row.
func (callRow) TableName() string { return "calls" }

func (c *Calls) row(in call.Call) callRow {
	return callRow{
		InstanceID: c.in.id, ID: in.ID, SessionID: in.SessionID, OfferID: in.OfferID, Media: in.Media, State: in.State,
		CreatedAt: stamp(in.CreatedAt), LiveAt: (*stamp)(in.LiveAt), EndedAt: (*stamp)(in.EndedAt), EndedBy: in.EndedBy,
	}
}

func (r callRow) domain() call.Call {
	return call.Call{
		ID: r.ID, SessionID: r.SessionID, OfferID: r.OfferID, Media: r.Media, State: r.State,
		CreatedAt: time.Time(r.CreatedAt), LiveAt: (*time.Time)(r.LiveAt), EndedAt: (*time.Time)(r.EndedAt), EndedBy: r.EndedBy,
	}
}

type legRow struct {
	InstanceID  string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	CallID      string
	Role        call.Role
	TicketHash  string
	TicketUntil stamp
	ResumeHash  string
	Up          bool
	UpAt        *stamp
	DownAt      *stamp
}

// TableName of the row.
func (legRow) TableName() string { return "legs" }

func (c *Calls) legRow(l call.Leg) legRow {
	return legRow{
		InstanceID: c.in.id, ID: l.ID, CallID: l.CallID, Role: l.Role, TicketHash: l.TicketHash, TicketUntil: stamp(l.TicketUntil),
		ResumeHash: l.ResumeHash, Up: l.Up, UpAt: (*stamp)(l.UpAt), DownAt: (*stamp)(l.DownAt),
	}
}

func (r legRow) domain() call.Leg {
	return call.Leg{
		ID: r.ID, CallID: r.CallID, Role: r.Role, TicketHash: r.TicketHash, TicketUntil: time.Time(r.TicketUntil),
		ResumeHash: r.ResumeHash, Up: r.Up, UpAt: (*time.Time)(r.UpAt), DownAt: (*time.Time)(r.DownAt),
	}
}

// CreateCall adds a call with its legs. event.ErrDuplicate when the session has a call that is not ended.
func (c *Calls) CreateCall(ctx context.Context, in call.Call, legs []call.Leg) error {
	row := c.row(in)
	err := c.in.writer(ctx).Create(&row).Error
	if err == nil && len(legs) > 0 {
		rows := make([]legRow, len(legs))
		for i, l := range legs {
			rows[i] = c.legRow(l)
		}
		err = c.in.writer(ctx).Create(&rows).Error
	}
	return failed(err, nil, nil, "creating call %s", in.ID)
}

// UpdateCall writes a call. call.ErrNotFound.
func (c *Calls) UpdateCall(ctx context.Context, in call.Call) error {
	row := c.row(in)
	return failed(save(c.in.writer(ctx), &row), call.ErrNotFound, nil, "saving call %s", in.ID)
}

// Call reads a call. call.ErrNotFound.
func (c *Calls) Call(ctx context.Context, id string) (call.Call, error) {
	out, err := take[callRow](c.in.rows(ctx).Where("id = ?", id))
	return out, failed(err, call.ErrNotFound, nil, "reading call %s", id)
}

// OpenCallOf reads the call of a session that is not ended, if there is one.
func (c *Calls) OpenCallOf(ctx context.Context, sessionID string) (call.Call, bool, error) {
	out, ok, err := maybe[callRow](c.in.rows(ctx).Where("session_id = ? AND state <> 'ended'", sessionID))
	return out, ok, failed(err, nil, nil, "reading the call of session %s", sessionID)
}

// OpenCalls lists the calls that are not ended, the oldest first.
func (c *Calls) OpenCalls(ctx context.Context) ([]call.Call, error) {
	out, err := list[callRow](c.in.rows(ctx).Where("state <> 'ended'").Order("created_at, id"))
	return out, failed(err, nil, nil, "listing open calls")
}

// Legs lists the legs of a call, the caller's last.
func (c *Calls) Legs(ctx context.Context, callID string) ([]call.Leg, error) {
	out, err := list[legRow](c.in.rows(ctx).Where("call_id = ?", callID).Order("role, id"))
	return out, failed(err, nil, nil, "reading the legs of call %s", callID)
}

// Leg reads a leg. call.ErrNotFound.
func (c *Calls) Leg(ctx context.Context, id string) (call.Leg, error) {
	out, err := take[legRow](c.in.rows(ctx).Where("id = ?", id))
	return out, failed(err, call.ErrNotFound, nil, "reading leg %s", id)
}

// UpdateLeg writes a leg. call.ErrNotFound.
func (c *Calls) UpdateLeg(ctx context.Context, l call.Leg) error {
	row := c.legRow(l)
	return failed(save(c.in.writer(ctx), &row), call.ErrNotFound, nil, "saving leg %s", l.ID)
}
