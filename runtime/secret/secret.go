// Package secret keeps what flows need to know and nobody may read again: passwords and tokens of other systems. They
// are sealed before they are stored, and only a request to such a system ever opens them.
package secret

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"foyer/runtime/event"
)

// Errors of this package.
var (
	ErrNotFound = errors.New("no such secret")
	ErrValue    = errors.New("not a value that can be kept as a secret")
	ErrUsed     = errors.New("a flow uses the secret")
	ErrSealed   = errors.New("the secret was sealed under another key")
)

// MaxValue is the longest secret, in bytes.
const MaxValue = 4096

// Sealed is a secret as it is stored.
type Sealed struct {
	ID        string // "sec_…"
	KeyID     string // of the key that seals it
	Data      string // base64 of nonce and sealed value
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Secrets is what this package needs of storage.
type Secrets interface {
	Put(ctx context.Context, s Sealed) error // new or in place of the one with its id
	Get(ctx context.Context, id string) (Sealed, error)
	Delete(ctx context.Context, id string) error
}

// Box keeps the secrets of one instance.
type Box struct {
	Secrets  Secrets
	Ledger   event.Ledger
	Instance string // its id: a secret opens nowhere else
	Key      Key
	Uses     func(ctx context.Context, id string) []string // names of the flows that send a secret; nil: there are none
	Clock    event.Clock
	NewID    event.NewID
}

// Keep seals a value and gives the id by which a flow names it; by is the account that typed it. Space around the
// value is cut off. ErrValue for one that is empty, longer than MaxValue or not printable.
func (b *Box) Keep(ctx context.Context, by, value string) (id string, err error) {
	now := b.Clock()
	s := Sealed{ID: b.NewID("sec_"), CreatedAt: now, UpdatedAt: now}
	if err := b.fill(&s, value); err != nil {
		return "", err
	}
	err = b.Ledger.Do(ctx, func(ctx context.Context) error { return b.put(ctx, s, "secret.kept", by) })
	if err != nil {
		return "", fmt.Errorf("keeping a secret: %w", err)
	}
	return s.ID, nil
}

// Replace puts another value in a secret's place, for every flow that names it. ErrNotFound, ErrValue.
func (b *Box) Replace(ctx context.Context, by, id, value string) error {
	return b.Ledger.Do(ctx, func(ctx context.Context) error {
		s, err := b.Secrets.Get(ctx, id)
		if err != nil {
			return fmt.Errorf("replacing secret %s: %w", id, err)
		}
		s.UpdatedAt = b.Clock()
		if err := b.fill(&s, value); err != nil {
			return err
		}
		return b.put(ctx, s, "secret.replaced", by)
	})
}

// Delete forgets a secret. ErrNotFound, and ErrUsed while a flow names it.
func (b *Box) Delete(ctx context.Context, by, id string) error {
	return b.Ledger.Do(ctx, func(ctx context.Context) error {
		if _, err := b.Secrets.Get(ctx, id); err != nil {
			return fmt.Errorf("deleting secret %s: %w", id, err)
		}
		if b.Uses != nil {
			if flows := b.Uses(ctx, id); len(flows) > 0 {
				return fmt.Errorf("secret %s in %s: %w", id, strings.Join(slices.Sorted(slices.Values(flows)), ", "), ErrUsed)
			}
		}
		if err := b.Secrets.Delete(ctx, id); err != nil {
			return fmt.Errorf("deleting secret %s: %w", id, err)
		}
		return b.note(ctx, id, "secret.deleted", by)
	})
}

// Open gives the value, for the request that needs it and nobody else. ErrNotFound, ErrSealed.
func (b *Box) Open(ctx context.Context, id string) (string, error) {
	s, err := b.Secrets.Get(ctx, id)
	if err != nil {
		return "", fmt.Errorf("opening secret %s: %w", id, err)
	}
	value, err := b.Key.open(s.KeyID, s.Data, b.about(id))
	if err != nil {
		return "", fmt.Errorf("opening secret %s: %w", id, err)
	}
	return value, nil
}

func (b *Box) fill(s *Sealed, value string) error {
	value = strings.TrimSpace(value)
	hidden := func(r rune) bool { return unicode.IsControl(r) }
	if value == "" || len(value) > MaxValue || !utf8.ValidString(value) || strings.ContainsFunc(value, hidden) {
		return ErrValue
	}
	s.KeyID, s.Data = b.Key.ID(), b.Key.seal(value, b.about(s.ID))
	return nil
}

// about ties what is sealed to its row.
func (b *Box) about(id string) []byte { return []byte(b.Instance + "\x00" + id) }

func (b *Box) put(ctx context.Context, s Sealed, kind event.Kind, by string) error {
	if err := b.Secrets.Put(ctx, s); err != nil {
		return err
	}
	return b.note(ctx, s.ID, kind, by)
}

// note puts on record who did what, never the value.
func (b *Box) note(ctx context.Context, id string, kind event.Kind, by string) error {
	data, err := json.Marshal(map[string]string{"id": id, "by": by})
	if err != nil {
		return fmt.Errorf("noting %s: %w", kind, err)
	}
	return b.Ledger.Append(ctx, event.Event{At: b.Clock(), Kind: kind, Data: data})
}
