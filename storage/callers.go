package storage

import (
	"context"
	"time"

	"foyer/runtime/channel"
)

// Callers keeps the visitors.
type Callers struct{ in *Instance }

var _ channel.Callers = (*Callers)(nil)

// Callers of the instance.
func (in *Instance) Callers() *Callers { return &Callers{in} }

type callerRow struct {
	InstanceID string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	Nickname   string
	Channel    string
	CreatedAt  stamp
}

// TableName of the row.
func (callerRow) TableName() string { return "callers" }

func (r callerRow) domain() channel.Caller {
	return channel.Caller{ID: r.ID, Nickname: r.Nickname, Channel: r.Channel, CreatedAt: time.Time(r.CreatedAt)}
}

type callerTokenRow struct {
	InstanceID string `gorm:"primaryKey"`
	Hash       string `gorm:"primaryKey"`
	CallerID   string
	ExpiresAt  stamp
}

// TableName of the row.
func (callerTokenRow) TableName() string { return "caller_tokens" }

// CreateCaller adds a caller with a first token.
func (c *Callers) CreateCaller(ctx context.Context, in channel.Caller, t channel.Token) error {
	row := callerRow{c.in.id, in.ID, in.Nickname, in.Channel, stamp(in.CreatedAt)}
	err := c.in.writer(ctx).Create(&row).Error
	if err == nil {
		err = c.in.writer(ctx).Create(&callerTokenRow{c.in.id, t.Hash, t.CallerID, stamp(t.ExpiresAt)}).Error
	}
	return failed(err, nil, nil, "creating caller %s", in.ID)
}

// CallerByToken reads who a token proves. channel.ErrToken when it is unknown or expired.
func (c *Callers) CallerByToken(ctx context.Context, hash string, now time.Time) (channel.Caller, error) {
	out, err := take[callerRow](c.in.reader(ctx).Table("callers").Select("callers.*").
		Joins("JOIN caller_tokens t ON t.instance_id = callers.instance_id AND t.caller_id = callers.id").
		Where("t.instance_id = ? AND t.hash = ? AND t.expires_at > ?", c.in.id, hash, stamp(now)))
	return out, failed(err, channel.ErrToken, nil, "reading a caller by token")
}
