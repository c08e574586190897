// Package channel is the ways callers come in, and who a caller is.
package channel

import (
	"context"
	"errors"
	"time"
)

// Errors of this package.
var (
	ErrToken    = errors.New("the caller's token is missing, wrong or has expired")
	ErrSdkApp   = errors.New("no such sdkAppId")
	ErrNickname = errors.New("a nickname has at most 40 characters")
)

// Instance is the tenant: one contact centre.
type Instance struct {
	ID        string
	SdkAppID  int64 // ten digits, starting with 14
	Name      string
	CreatedAt time.Time
}

// Caller is one visitor.
type Caller struct {
	ID        string
	Nickname  string
	Channel   string // "web" or "mini"
	CreatedAt time.Time
}

// Token is a caller's way to prove who they are. Only its hash is stored.
type Token struct {
	Hash      string
	CallerID  string
	ExpiresAt time.Time
}

// Callers is what this package needs of storage.
type Callers interface {
	CreateCaller(ctx context.Context, c Caller, t Token) error
	CallerByToken(ctx context.Context, hash string, now time.Time) (Caller, error) // ErrToken
}
