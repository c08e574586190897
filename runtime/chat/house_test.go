package chat_test

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"time"

	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/storage"
	"foyer/storage/blob"
	"foyer/storage/storagetest"
)

var start = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)

var errNoSession = errors.New("no such session")

// house is a chat on a real database and a real folder, with sessions that a test makes up.
type house struct {
	t    *testing.T
	in   *storage.Instance
	chat *chat.Chat

	mu       sync.Mutex
	now      time.Time
	sessions map[string]chat.Meta
	spoke    []chat.Sender
}

func open(t *testing.T) *house {
	h := &house{t: t, now: start, sessions: map[string]chat.Meta{
		"talk": {AgentID: "agt_ann"}, "wait": {}, "over": {AgentID: "agt_ann", Over: true},
	}}
	h.in = storagetest.Open(t, func(c *storage.Config) { c.Clock = h.clock })
	folder, err := blob.Open(t.TempDir())
	h.ok(err)
	h.chat = chat.New(h.in.Messages(), folder, h, h.in, h.clock, event.IDs(h.clock, rand.Reader), []byte("a key of thirty-two random bytes."))
	return h
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// ChatMeta stands in for the sessions.
func (h *house) ChatMeta(_ context.Context, id string) (chat.Meta, error) {
	m, ok := h.sessions[id]
	if !ok {
		return m, errNoSession
	}
	return m, nil
}

// Spoke stands in for the idle policy.
func (h *house) Spoke(_ context.Context, _ string, from chat.Sender) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.spoke = append(h.spoke, from)
	return nil
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// say is a text of the caller.
func say(session, id, text string) chat.Post {
	return chat.Post{
		SessionID: session, From: chat.FromCaller, SenderID: "clr_1", Name: "Guest", ClientMessageID: id, Kind: chat.TextKind, Text: text,
	}
}

// list is all that was said in a session.
func (h *house) list(session string) []chat.Message {
	h.t.Helper()
	all, err := h.chat.List(h.t.Context(), session, 0, 0)
	h.ok(err)
	return all
}
