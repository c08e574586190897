package channel

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"foyer/runtime/event"
	"foyer/runtime/token"
)

// TokenLife is how long a caller's token is good.
const TokenLife = 24 * time.Hour

// NicknameMax is how long a nickname may be, in characters.
const NicknameMax = 40

// Visitors lets callers in by the web.
type Visitors struct {
	Callers  Callers
	Instance Instance
	Ledger   event.Ledger
	Now      event.Clock
	NewID    event.NewID
	Mint     token.Mint
}

// Login makes a new caller of the instance and the token that proves who they are. The nickname may be empty.
// ErrSdkApp, ErrNickname.
func (v *Visitors) Login(ctx context.Context, sdkAppID int64, nickname string) (string, Caller, error) {
	nickname = strings.TrimSpace(nickname)
	if sdkAppID != v.Instance.SdkAppID {
		return "", Caller{}, fmt.Errorf("sdkAppId %d: %w", sdkAppID, ErrSdkApp)
	}
	if !utf8.ValidString(nickname) || utf8.RuneCountInString(nickname) > NicknameMax || strings.ContainsFunc(nickname, unicode.IsControl) {
		return "", Caller{}, ErrNickname
	}
	plain, now := v.Mint(), v.Now()
	c := Caller{ID: v.NewID("clr_"), Nickname: nickname, Channel: "web", CreatedAt: now}
	t := Token{Hash: token.Hash(plain), CallerID: c.ID, ExpiresAt: now.Add(TokenLife)}
	err := v.Ledger.Do(ctx, func(ctx context.Context) error { return v.Callers.CreateCaller(ctx, c, t) })
	if err != nil {
		return "", Caller{}, fmt.Errorf("letting a caller in: %w", err)
	}
	return plain, c, nil
}

// ByToken gives the caller of a token. ErrToken when it is missing, unknown or has expired.
func (v *Visitors) ByToken(ctx context.Context, plain string) (Caller, error) {
	if plain == "" {
		return Caller{}, ErrToken
	}
	return v.Callers.CallerByToken(ctx, token.Hash(plain), v.Now())
}
