// Package chat is the messages of a session: ordered, gap-free, posted once however often they are sent.
package chat

import (
	"context"
	"errors"
	"time"
)

// Errors of this package.
var (
	ErrEmpty      = errors.New("a message needs a text or a file")
	ErrTooLong    = errors.New("a message has at most 4,000 characters")
	ErrKind       = errors.New("no such kind of message")
	ErrNoFile     = errors.New("no such file")
	ErrTooLarge   = errors.New("a picture has at most 10 MB")
	ErrNotPicture = errors.New("only PNG, JPEG, GIF and WebP pictures can be sent")
	ErrTooManyPx  = errors.New("a picture has at most 25 megapixels")
	ErrBroken     = errors.New("the picture is damaged")
	ErrOver       = errors.New("the session is over, nothing can be said in it")
	ErrClientID   = errors.New("a clientMessageId has at most 64 characters")
)

// Sender is a party of a chat.
type Sender string

// The senders.
const (
	FromCaller Sender = "caller"
	FromAgent  Sender = "agent"
	FromFlow   Sender = "flow" // prompts of the flow and the system's own sentences
)

// Kind is the kind of a message.
type Kind string

// The kinds of message.
const (
	TextKind  Kind = "text"
	EmojiKind Kind = "emoji" // one to three emoji, drawn large
	ImageKind Kind = "image"
)

// Message is one line of a chat.
type Message struct {
	ID              string    `json:"messageId"`
	SessionID       string    `json:"-"`
	Seq             int64     `json:"seq"` // 1, 2, 3 … within the session
	From            Sender    `json:"from"`
	SenderID        string    `json:"senderId,omitempty"`
	Name            string    `json:"name,omitempty"` // the sender's name as the other side sees it
	ClientMessageID string    `json:"clientMessageId,omitempty"`
	Kind            Kind      `json:"kind"`
	Text            string    `json:"text,omitempty"`
	File            *File     `json:"file,omitempty"`
	At              time.Time `json:"at"`
}

// File is an uploaded picture, re-encoded and without metadata.
type File struct {
	ID        string    `json:"fileId"`
	SessionID string    `json:"-"`
	Kind      string    `json:"kind"` // "image"
	Type      string    `json:"type"` // media type: image/jpeg, image/png
	Width     int       `json:"width"`
	Height    int       `json:"height"`
	Bytes     int64     `json:"bytes"`
	URL       string    `json:"url,omitempty"` // filled for the reader: signed and short-lived
	CreatedAt time.Time `json:"-"`
}

// Messages is what this package needs of storage.
type Messages interface {
	AddMessage(ctx context.Context, m Message) error
	LastSeq(ctx context.Context, sessionID string) (int64, error)
	ByClientID(ctx context.Context, sessionID string, from Sender, clientID string) (Message, bool, error)
	MessagesAfter(ctx context.Context, sessionID string, after int64, limit int) ([]Message, error)
	AddFile(ctx context.Context, f File) error
	File(ctx context.Context, id string) (File, error) // ErrNoFile
}

// Blobs keeps the bytes of files.
type Blobs interface {
	Put(ctx context.Context, id string, data []byte) error
	Get(ctx context.Context, id string) ([]byte, error) // ErrNoFile
}
