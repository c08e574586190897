package storage

import (
	"context"
	"time"

	"foyer/runtime/engine"
	"foyer/runtime/session"
)

type stepRow struct {
	InstanceID string `gorm:"primaryKey"`
	SessionID  string `gorm:"primaryKey"`
	N          int    `gorm:"primaryKey;autoIncrement:false"`
	At         stamp
	Event      doc[engine.Event]
}

// TableName of the row.
func (stepRow) TableName() string { return "session_steps" }

func (r stepRow) domain() session.Step {
	return session.Step{SessionID: r.SessionID, N: r.N, At: time.Time(r.At), Event: r.Event.V}
}

// AddSteps adds lines of trace. event.ErrDuplicate when a number is taken.
func (s *Sessions) AddSteps(ctx context.Context, steps []session.Step) error {
	if len(steps) == 0 {
		return nil
	}
	rows := make([]stepRow, len(steps))
	for i, st := range steps {
		rows[i] = stepRow{s.in.id, st.SessionID, st.N, stamp(st.At), doc[engine.Event]{st.Event}}
	}
	return failed(s.in.writer(ctx).Create(&rows).Error, nil, nil, "adding steps of session %s", steps[0].SessionID)
}

// Steps lists the trace of a session.
func (s *Sessions) Steps(ctx context.Context, sessionID string) ([]session.Step, error) {
	out, err := list[stepRow](s.in.rows(ctx).Where("session_id = ?", sessionID).Order("n"))
	return out, failed(err, nil, nil, "reading the steps of session %s", sessionID)
}

// TraceSize is how many bytes the events of a session's trace have.
func (s *Sessions) TraceSize(ctx context.Context, sessionID string) (int, error) {
	var n int
	err := s.in.rows(ctx).Model(&stepRow{}).Where("session_id = ?", sessionID).
		Select("COALESCE(SUM(OCTET_LENGTH(event)), 0)").Scan(&n).Error
	return n, failed(err, nil, nil, "measuring the trace of session %s", sessionID)
}

type answerRow struct {
	InstanceID string `gorm:"primaryKey"`
	SessionID  string `gorm:"primaryKey"`
	Token      string `gorm:"primaryKey"`
	View       string
}

// TableName of the row.
func (answerRow) TableName() string { return "session_answers" }

func (r answerRow) domain() session.Answer {
	return session.Answer{SessionID: r.SessionID, Token: r.Token, View: []byte(r.View)}
}

// AddAnswer keeps what a step token was answered with. event.ErrDuplicate when it was answered before.
func (s *Sessions) AddAnswer(ctx context.Context, a session.Answer) error {
	row := answerRow{s.in.id, a.SessionID, a.Token, string(a.View)}
	return failed(s.in.writer(ctx).Create(&row).Error, nil, nil, "keeping an answer of session %s", a.SessionID)
}

// Answer reads what a step token was answered with, if it was.
func (s *Sessions) Answer(ctx context.Context, sessionID, token string) (session.Answer, bool, error) {
	out, ok, err := maybe[answerRow](s.in.rows(ctx).Where("session_id = ? AND token = ?", sessionID, token))
	return out, ok, failed(err, nil, nil, "reading an answer of session %s", sessionID)
}
