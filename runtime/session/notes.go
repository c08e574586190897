package session

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"foyer/nodes"
	"foyer/runtime/callback"
)

// Rating is how a caller found the service. A session has one; the last one given counts.
type Rating struct {
	SessionID string
	Score     int // higher is better
	Label     string
	Comment   string
	At        time.Time
}

// CallBacks keeps requests to be called back. Called inside Do.
type CallBacks interface {
	Keep(ctx context.Context, r callback.Request) (callback.Request, error)
}

// noted keeps what a node wants people to find later.
func (r *Runner) noted(ctx context.Context, s Session, n nodes.Note) error {
	switch n.Kind {
	case nodes.Rated:
		score, err := strconv.Atoi(n.Data["score"])
		if err != nil {
			return fmt.Errorf("rating of session %s: %w", s.ID, err)
		}
		if err := r.Sessions.Rate(ctx, Rating{SessionID: s.ID, Score: score, Label: n.Data["label"], Comment: n.Data["comment"], At: r.Clock()}); err != nil {
			return err
		}
		return r.note(ctx, s, "session.rated", map[string]any{"score": score, "label": n.Data["label"]})
	case nodes.CallBack:
		q, err := r.CallBacks.Keep(ctx, callback.Request{
			SessionID: s.ID, GroupID: n.Data["group"], Nickname: s.Nickname, Phone: n.Data["phone"], About: n.Data["about"],
		})
		if err != nil {
			return err
		}
		return r.note(ctx, s, "session.callback", map[string]string{"requestId": q.ID, "groupId": q.GroupID, "phone": q.Phone})
	}
	return nil
}
