package storage

import (
	"context"
	"time"

	"foyer/runtime/callback"
)

// Callbacks keeps the requests of callers to be called back.
type Callbacks struct{ in *Instance }

var _ callback.Requests = (*Callbacks)(nil)

// Callbacks of the instance.
func (in *Instance) Callbacks() *Callbacks { return &Callbacks{in} }

type callbackRow struct {
	InstanceID string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	SessionID  string
	GroupID    string
	Nickname   string
	Phone      string
	About      string
	State      callback.State
	CreatedAt  stamp
	DoneBy     string
	DoneAt     *stamp
}

// TableName of the row.
func (callbackRow) TableName() string { return "callbacks" }

func (c *Callbacks) row(r callback.Request) callbackRow {
	return callbackRow{
		InstanceID: c.in.id, ID: r.ID, SessionID: r.SessionID, GroupID: r.GroupID, Nickname: r.Nickname, Phone: r.Phone,
		About: r.About, State: r.State, CreatedAt: stamp(r.CreatedAt), DoneBy: r.DoneBy, DoneAt: (*stamp)(r.DoneAt),
	}
}

func (r callbackRow) domain() callback.Request {
	return callback.Request{
		ID: r.ID, SessionID: r.SessionID, GroupID: r.GroupID, Nickname: r.Nickname, Phone: r.Phone,
		About: r.About, State: r.State, CreatedAt: time.Time(r.CreatedAt), DoneBy: r.DoneBy, DoneAt: (*time.Time)(r.DoneAt),
	}
}

// Add adds a request. event.ErrDuplicate.
func (c *Callbacks) Add(ctx context.Context, r callback.Request) error {
	row := c.row(r)
	return failed(c.in.writer(ctx).Create(&row).Error, nil, nil, "adding callback request %s", r.ID)
}

// Update writes a request. callback.ErrNotFound.
func (c *Callbacks) Update(ctx context.Context, r callback.Request) error {
	row := c.row(r)
	return failed(save(c.in.writer(ctx), &row), callback.ErrNotFound, nil, "saving callback request %s", r.ID)
}

// Get reads a request. callback.ErrNotFound.
func (c *Callbacks) Get(ctx context.Context, id string) (callback.Request, error) {
	out, err := take[callbackRow](c.in.rows(ctx).Where("id = ?", id))
	return out, failed(err, callback.ErrNotFound, nil, "reading callback request %s", id)
}

// List lists the requests that a filter lets through, the newest first.
func (c *Callbacks) List(ctx context.Context, f callback.Filter) ([]callback.Request, error) {
	q := c.in.rows(ctx).Order("id DESC")
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.Groups != nil {
		q = q.Where("group_id IN ?", f.Groups)
	}
	if f.Before != "" {
		q = q.Where("id < ?", f.Before)
	}
	if f.Limit > 0 {
		q = q.Limit(f.Limit)
	}
	out, err := list[callbackRow](q)
	return out, failed(err, nil, nil, "listing callback requests")
}
