package storage

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"foyer/runtime/session"
)

type ratingRow struct {
	InstanceID string `gorm:"primaryKey"`
	SessionID  string `gorm:"primaryKey"`
	Score      int
	Label      string
	Comment    string
	At         stamp
}

// TableName of the row.
func (ratingRow) TableName() string { return "ratings" }

func (r ratingRow) domain() session.Rating {
	return session.Rating{SessionID: r.SessionID, Score: r.Score, Label: r.Label, Comment: r.Comment, At: time.Time(r.At)}
}

// Rate keeps the rating of a session in the place of an earlier one.
func (s *Sessions) Rate(ctx context.Context, r session.Rating) error {
	row := ratingRow{s.in.id, r.SessionID, r.Score, r.Label, r.Comment, stamp(r.At)}
	err := s.in.writer(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "instance_id"}, {Name: "session_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"score", "label", "comment", "at"}),
	}).Create(&row).Error
	return failed(err, nil, nil, "rating session %s", r.SessionID)
}

// Rating reads the rating of a session, if it has one.
func (s *Sessions) Rating(ctx context.Context, sessionID string) (session.Rating, bool, error) {
	out, ok, err := maybe[ratingRow](s.in.rows(ctx).Where("session_id = ?", sessionID))
	return out, ok, failed(err, nil, nil, "reading the rating of session %s", sessionID)
}
