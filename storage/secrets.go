package storage

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"foyer/runtime/secret"
)

// Secrets keeps what is sealed.
type Secrets struct{ in *Instance }

var _ secret.Secrets = (*Secrets)(nil)

// Secrets of the instance.
func (in *Instance) Secrets() *Secrets { return &Secrets{in} }

type secretRow struct {
	InstanceID string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	KeyID      string
	Sealed     string
	CreatedAt  stamp
	UpdatedAt  stamp
}

// TableName of the row.
func (secretRow) TableName() string { return "secrets" }

func (r secretRow) domain() secret.Sealed {
	return secret.Sealed{ID: r.ID, KeyID: r.KeyID, Data: r.Sealed, CreatedAt: time.Time(r.CreatedAt), UpdatedAt: time.Time(r.UpdatedAt)}
}

// Put adds a secret, or writes it in place of the one with its id.
func (s *Secrets) Put(ctx context.Context, in secret.Sealed) error {
	row := secretRow{s.in.id, in.ID, in.KeyID, in.Data, stamp(in.CreatedAt), stamp(in.UpdatedAt)}
	err := s.in.writer(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "instance_id"}, {Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"key_id", "sealed", "updated_at"}),
	}).Create(&row).Error
	return failed(err, nil, nil, "keeping secret %s", in.ID)
}

// Get reads a secret as it is sealed. secret.ErrNotFound.
func (s *Secrets) Get(ctx context.Context, id string) (secret.Sealed, error) {
	out, err := take[secretRow](s.in.rows(ctx).Where("id = ?", id))
	return out, failed(err, secret.ErrNotFound, nil, "reading secret %s", id)
}

// Delete removes a secret. secret.ErrNotFound.
func (s *Secrets) Delete(ctx context.Context, id string) error {
	db := s.in.writer(ctx).Where("instance_id = ? AND id = ?", s.in.id, id).Delete(&secretRow{})
	err := db.Error
	if err == nil && db.RowsAffected == 0 {
		err = gorm.ErrRecordNotFound
	}
	return failed(err, secret.ErrNotFound, nil, "deleting secret %s", id)
}
