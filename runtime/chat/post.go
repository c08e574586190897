package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"foyer/runtime/event"
)

const (
	// TextMax is how long a message may be, in characters.
	TextMax = 4000
	// ClientIDMax is how long a client's own id of a message may be, in bytes.
	ClientIDMax = 64
	// ListMax is how many messages one call of List gives at most.
	ListMax = 200

	// FramePosted tells both sides of a new message.
	FramePosted = "message.posted"
	// Posted is on record for every message, without its text.
	Posted event.Kind = "message.posted"
)

// Meta is what a chat must know of its session.
type Meta struct {
	AgentID string // whose desk hears of it; empty before an agent took the session
	Over    bool
}

// Sessions is what this package needs of sessions. Both are called inside Do.
type Sessions interface {
	ChatMeta(ctx context.Context, sessionID string) (Meta, error)
	// Spoke notes that a party said something.
	Spoke(ctx context.Context, sessionID string, from Sender) error
}

// Chat posts and lists messages and keeps their pictures. Make it with New.
type Chat struct {
	Messages Messages
	Blobs    Blobs
	Sessions Sessions
	Ledger   event.Ledger
	Now      event.Clock
	NewID    event.NewID
	signer
	studio
}

// New makes the chat of an instance. key signs the addresses of files; at least 32 random bytes.
func New(messages Messages, blobs Blobs, sessions Sessions, ledger event.Ledger, now event.Clock, newID event.NewID, key []byte) *Chat {
	return &Chat{
		Messages: messages, Blobs: blobs, Sessions: sessions, Ledger: ledger, Now: now, NewID: newID,
		signer: signer{key: key}, studio: newStudio(decodeRoom),
	}
}

// Post is what somebody wants to say. Whether they may take part in the session is for the caller of Chat.Post to
// know.
type Post struct {
	SessionID       string
	From            Sender
	SenderID        string
	Name            string // as the other side sees it
	ClientMessageID string // the client's own id: posting it again gives the first message
	Kind            Kind
	Text            string
	FileID          string // of an Upload to the same session, for ImageKind
}

// posted is the data of FramePosted: a desk that serves several sessions must know which.
type posted struct {
	SessionID string `json:"sessionId"`
	Message
}

// Post adds a message to a session. ErrOver, ErrKind, ErrEmpty, ErrTooLong, ErrClientID, ErrNoFile.
func (c *Chat) Post(ctx context.Context, p Post) (Message, error) {
	m, err := c.draft(p)
	if err != nil {
		return Message{}, err
	}
	err = c.Ledger.Do(ctx, func(ctx context.Context) error {
		first, again, err := c.repeated(ctx, p)
		if err != nil || again {
			m = first
			return err
		}
		meta, err := c.Sessions.ChatMeta(ctx, p.SessionID)
		if err != nil {
			return err
		}
		if meta.Over {
			return ErrOver
		}
		if m.Kind == ImageKind {
			if m.File, err = c.fileOf(ctx, p); err != nil {
				return err
			}
		}
		if err := c.add(ctx, &m, meta); err != nil {
			return err
		}
		return c.Sessions.Spoke(ctx, p.SessionID, p.From)
	})
	if err != nil {
		return Message{}, fmt.Errorf("posting to session %s: %w", p.SessionID, err)
	}
	return c.readable(m), nil
}

// Say tells the caller a sentence of the flow, also when the session is just over. Nothing to say is no message.
func (c *Chat) Say(ctx context.Context, sessionID, text string) error {
	text = clean(text)
	if text == "" {
		return nil
	}
	m := Message{SessionID: sessionID, From: FromFlow, Kind: TextKind, Text: cut(text, TextMax)}
	err := c.Ledger.Do(ctx, func(ctx context.Context) error {
		meta, err := c.Sessions.ChatMeta(ctx, sessionID)
		if err != nil {
			return err
		}
		return c.add(ctx, &m, meta)
	})
	if err != nil {
		return fmt.Errorf("saying to session %s: %w", sessionID, err)
	}
	return nil
}

// draft makes a message of what was sent, or says what is wrong with it.
func (c *Chat) draft(p Post) (Message, error) {
	m := Message{
		SessionID: p.SessionID, From: p.From, SenderID: p.SenderID, Name: p.Name,
		ClientMessageID: p.ClientMessageID, Kind: p.Kind,
	}
	if len(p.ClientMessageID) > ClientIDMax || !utf8.ValidString(p.ClientMessageID) {
		return Message{}, ErrClientID
	}
	switch p.Kind {
	case ImageKind:
		if p.FileID == "" {
			return Message{}, ErrEmpty
		}
		return m, nil
	case TextKind, EmojiKind:
		m.Text = clean(p.Text)
	default:
		return Message{}, fmt.Errorf("kind %q: %w", p.Kind, ErrKind)
	}
	if m.Text == "" {
		return Message{}, ErrEmpty
	}
	if utf8.RuneCountInString(m.Text) > TextMax {
		return Message{}, ErrTooLong
	}
	if m.Kind == EmojiKind && !fewEmoji(m.Text) {
		m.Kind = TextKind
	}
	return m, nil
}

// repeated finds the message that an earlier post with the same id became.
func (c *Chat) repeated(ctx context.Context, p Post) (Message, bool, error) {
	if p.ClientMessageID == "" {
		return Message{}, false, nil
	}
	return c.Messages.ByClientID(ctx, p.SessionID, p.From, p.ClientMessageID)
}

// fileOf finds the picture of a post. Another session's is as if it did not exist.
func (c *Chat) fileOf(ctx context.Context, p Post) (*File, error) {
	f, err := c.Messages.File(ctx, p.FileID)
	if err != nil {
		return nil, err
	}
	if f.SessionID != p.SessionID {
		return nil, fmt.Errorf("file %s of another session: %w", p.FileID, ErrNoFile)
	}
	return &f, nil
}

// add gives a message its place and tells both sides. Decisions run one after another, so places have no gaps.
func (c *Chat) add(ctx context.Context, m *Message, meta Meta) error {
	last, err := c.Messages.LastSeq(ctx, m.SessionID)
	if err != nil {
		return err
	}
	m.ID, m.Seq, m.At = c.NewID("msg_"), last+1, c.Now()
	if err := c.Messages.AddMessage(ctx, *m); err != nil {
		return err
	}
	frame := posted{m.SessionID, c.readable(*m)}
	if err := c.Ledger.Push(ctx, event.SessionTopic(m.SessionID), FramePosted, frame); err != nil {
		return err
	}
	if meta.AgentID != "" {
		if err := c.Ledger.Push(ctx, event.AgentTopic(meta.AgentID), FramePosted, frame); err != nil {
			return err
		}
	}
	return c.note(ctx, *m, meta)
}

// note puts a message on record without its words, which are kept in one place only.
func (c *Chat) note(ctx context.Context, m Message, meta Meta) error {
	data, err := json.Marshal(map[string]any{"messageId": m.ID, "seq": m.Seq, "from": m.From, "kind": m.Kind})
	if err != nil {
		return err
	}
	return c.Ledger.Append(ctx, event.Event{At: m.At, Kind: Posted, Session: m.SessionID, Agent: meta.AgentID, Data: data})
}

// List gives the messages of a session after a place, in order and without gaps; limit 0 = as many as there may be.
func (c *Chat) List(ctx context.Context, sessionID string, after int64, limit int) ([]Message, error) {
	if limit <= 0 || limit > ListMax {
		limit = ListMax
	}
	list, err := c.Messages.MessagesAfter(ctx, sessionID, after, limit)
	if err != nil {
		return nil, fmt.Errorf("messages of session %s: %w", sessionID, err)
	}
	for i := range list {
		list[i] = c.readable(list[i])
	}
	return list, nil
}

// readable gives a message whose picture can be fetched. The message itself is left as it is.
func (c *Chat) readable(m Message) Message {
	if m.File != nil {
		f := *m.File
		f.URL = c.URL(f.ID)
		m.File = &f
	}
	return m
}

// clean takes out what no message needs and databases choke on.
func clean(text string) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
	return strings.TrimSpace(text)
}

// cut keeps the first n characters.
func cut(text string, n int) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i]
		}
	}
	return text
}
