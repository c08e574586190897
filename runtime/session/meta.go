package session

import (
	"context"

	"foyer/runtime/chat"
)

// ChatMeta is what a chat must know of its session. ErrNotFound.
func (r *Runner) ChatMeta(ctx context.Context, sessionID string) (chat.Meta, error) {
	s, err := r.Sessions.Get(ctx, sessionID)
	if err != nil {
		return chat.Meta{}, err
	}
	return chat.Meta{AgentID: s.AgentID, Over: s.State == Ended}, nil
}
