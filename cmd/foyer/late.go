package main

import (
	"context"
	"strings"

	"foyer/designer/graph"
	"foyer/runtime/chat"
	"foyer/runtime/queue"
)

// late answers for parts of the hall that are made after those who ask for them: sessions, queues and calls know
// each other in a circle, and the circle is closed here.
type late struct{ *hall }

// AgentChanged is the dispatcher's.
func (l late) AgentChanged(ctx context.Context, agentID string) error {
	return l.dispatcher.AgentChanged(ctx, agentID)
}

// MediaUp is the dispatcher's.
func (l late) MediaUp(ctx context.Context, offerID string) error {
	return l.dispatcher.MediaUp(ctx, offerID)
}

// MediaFailed is the dispatcher's.
func (l late) MediaFailed(ctx context.Context, offerID, side string) error {
	return l.dispatcher.MediaFailed(ctx, offerID, side)
}

// ChatMeta is the sessions'.
func (l late) ChatMeta(ctx context.Context, sessionID string) (chat.Meta, error) {
	return l.sessions.ChatMeta(ctx, sessionID)
}

// Spoke is the sessions'.
func (l late) Spoke(ctx context.Context, sessionID string, from chat.Sender) error {
	return l.sessions.Spoke(ctx, sessionID, from)
}

// Guest is the sessions'.
func (l late) Guest(ctx context.Context, sessionID string) (queue.Guest, error) {
	return l.sessions.Guest(ctx, sessionID)
}

// OnOffered is the sessions'.
func (l late) OnOffered(ctx context.Context, sessionID string) error {
	return l.sessions.OnOffered(ctx, sessionID)
}

// OnWaiting is the sessions'.
func (l late) OnWaiting(ctx context.Context, sessionID string) error {
	return l.sessions.OnWaiting(ctx, sessionID)
}

// OnAccepted is the sessions'.
func (l late) OnAccepted(ctx context.Context, sessionID string, o queue.Offer) error {
	return l.sessions.OnAccepted(ctx, sessionID, o)
}

// OnConnected is the sessions'.
func (l late) OnConnected(ctx context.Context, sessionID string) error {
	return l.sessions.OnConnected(ctx, sessionID)
}

// OnMediaFailed is the sessions'.
func (l late) OnMediaFailed(ctx context.Context, sessionID string) error {
	return l.sessions.OnMediaFailed(ctx, sessionID)
}

// QueueExit is the sessions'.
func (l late) QueueExit(ctx context.Context, sessionID string, port graph.Port) error {
	return l.sessions.QueueExit(ctx, sessionID, port)
}

// mentions tells whether any node's config names a secret.
func mentions(list []graph.Node, id string) bool {
	for _, n := range list {
		if strings.Contains(string(n.Config), `"`+id+`"`) {
			return true
		}
	}
	return false
}

// offerBook is what a desk reads of the queue: offers and entries, and the names of groups.
type offerBook struct {
	queue.Entries
	groups queue.Groups
}

// Group gives a skill group.
func (b offerBook) Group(ctx context.Context, id string) (queue.SkillGroup, error) {
	return b.groups.Group(ctx, id)
}
