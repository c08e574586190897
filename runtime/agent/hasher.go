package agent

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost is how much work one password hash takes.
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultCost takes 64 MB and about 100 ms of a server core: the second choice of RFC 9106 §4, for machines that
// cannot spare 2 GB for each login.
var DefaultCost = Cost{Memory: 64 << 10, Time: 3, Threads: 4}

const (
	saltBytes = 16
	keyBytes  = 32
	hashSlots = 2  // hashes computed at once: bounds memory to 2 × Cost.Memory
	hashQueue = 64 // and so many may wait for a slot
)

// errHash is a stored hash that cannot be read; nobody logs in with it.
var errHash = errors.New("the stored hash is not argon2id in PHC form")

// Hasher makes and checks argon2id hashes, a few at a time, so that a flood of logins takes bounded memory.
type Hasher struct {
	cost  Cost
	slots chan struct{} // being computed
	queue chan struct{} // being computed or waiting
	blind string        // checked when there is no account, so that both ways take the same time
}

// NewHasher makes a Hasher of the given cost.
func NewHasher(cost Cost) *Hasher {
	h := &Hasher{cost: cost, slots: make(chan struct{}, hashSlots), queue: make(chan struct{}, hashQueue)}
	h.blind = cost.phc(make([]byte, saltBytes), make([]byte, keyBytes))
	return h
}

// Hash gives the PHC string of a password. ErrTooMany when too many are at it already.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	key, err := h.derive(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	return h.cost.phc(salt, key), nil
}

// Verify tells whether password is the one of phc. An empty phc costs as much as a real one and fits nothing.
func (h *Hasher) Verify(ctx context.Context, password, phc string) (bool, error) {
	known := phc != ""
	if !known {
		phc = h.blind
	}
	cost, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, err
	}
	got, err := h.derive(ctx, password, salt, cost)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// Stale tells whether phc was made at another cost than today's and should be made anew at the next login.
func (h *Hasher) Stale(phc string) bool {
	cost, _, _, err := parsePHC(phc)
	return err != nil || cost != h.cost
}

func (h *Hasher) derive(ctx context.Context, password string, salt []byte, c Cost) ([]byte, error) {
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return nil, ErrTooMany
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, keyBytes), nil
}

// phc writes a hash as the password hashing competition's string format has it.
func (c Cost) phc(salt, key []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Time, c.Threads, b64(salt), b64(key))
}

func parsePHC(s string) (c Cost, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); err != nil || c.Time == 0 || c.Threads == 0 {
		return c, nil, nil, errHash
	}
	salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return c, nil, nil, errHash
	}
	key, err = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(key) != keyBytes {
		return c, nil, nil, errHash
	}
	return c, salt, key, nil
}
