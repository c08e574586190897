package agent

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/token"
)

// LoginLife is how long a login lasts without being used.
const LoginLife = 12 * time.Hour

// renewAfter is how much of a login's life is used before its end is moved on: each request need not write.
const renewAfter = 15 * time.Minute

// Doors lets people in and out: by password, by one-time link, and then by the token of their login.
type Doors struct {
	Agents Agents
	Ledger event.Ledger
	Now    event.Clock
	Mint   token.Mint
	Hasher *Hasher

	throttle *throttle
}

// NewDoors makes the doors of one instance.
func NewDoors(agents Agents, ledger event.Ledger, now event.Clock, mint token.Mint, hasher *Hasher) *Doors {
	return &Doors{Agents: agents, Ledger: ledger, Now: now, Mint: mint, Hasher: hasher, throttle: newThrottle(now)}
}

// Login checks an e-mail and a password and starts a login. It is ErrBadLogin whatever of the two was wrong, and
// takes as long. ErrTooMany, as a *ThrottleError with the time to wait, when there was too much guessing.
func (d *Doors) Login(ctx context.Context, email, password, remoteAddr string) (string, Agent, error) {
	email, from := normalEmail(email), place(remoteAddr)
	if len(email) > EmailMax || len(password) > PasswordMax {
		return "", Agent{}, ErrBadLogin
	}
	if err := d.throttle.Take(email, from); err != nil {
		return "", Agent{}, err
	}
	acc, a, err := d.prove(ctx, email, password)
	var plain string
	if err == nil {
		plain, err = d.let(ctx, acc, a, password)
	}
	if err != nil {
		if !errors.Is(err, ErrBadLogin) { // the password was not found wrong
			d.throttle.Back(email, from)
		}
		return "", Agent{}, fmt.Errorf("logging in: %w", err)
	}
	d.throttle.Good(email, from)
	return plain, a, nil
}

// prove finds the account and agent of an e-mail and a password. Every way to ErrBadLogin computes one hash.
func (d *Doors) prove(ctx context.Context, email, password string) (Account, Agent, error) {
	acc, err := d.Agents.AccountByEmail(ctx, email)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Account{}, Agent{}, err
	}
	ok, err := d.Hasher.Verify(ctx, password, acc.PasswordHash)
	if err != nil {
		return Account{}, Agent{}, err
	}
	if !ok {
		return Account{}, Agent{}, ErrBadLogin
	}
	a, err := d.Agents.ByAccount(ctx, acc.ID)
	if errors.Is(err, ErrNotFound) || err == nil && a.RemovedAt != nil {
		return Account{}, Agent{}, ErrBadLogin
	}
	return acc, a, err
}

// let starts the login of a proven account, unless its password was changed since it was proven, and keeps that
// password at today's cost.
func (d *Doors) let(ctx context.Context, proven Account, a Agent, password string) (plain string, err error) {
	hash := proven.PasswordHash
	if d.Hasher.Stale(hash) {
		if hash, err = d.Hasher.Hash(ctx, password); err != nil {
			return "", err
		}
	}
	err = d.Ledger.Do(ctx, func(ctx context.Context) error {
		now, err := d.Agents.Account(ctx, proven.ID)
		if err != nil {
			return err
		}
		if now.PasswordHash != proven.PasswordHash {
			return ErrBadLogin
		}
		if hash != proven.PasswordHash {
			if err := d.Agents.SetPassword(ctx, proven.ID, hash); err != nil {
				return err
			}
		}
		plain, err = d.enter(ctx, a)
		return err
	})
	return plain, err
}

// enter starts a login of an agent who has proved who they are. Only inside Do.
func (d *Doors) enter(ctx context.Context, a Agent) (string, error) {
	plain, now := d.Mint(), d.Now()
	login := Login{
		TokenHash: token.Hash(plain), AccountID: a.AccountID, AgentID: a.ID,
		CreatedAt: now, ExpiresAt: now.Add(LoginLife),
	}
	if err := d.Agents.AddLogin(ctx, login); err != nil {
		return "", fmt.Errorf("starting a login: %w", err)
	}
	if err := d.Ledger.Append(ctx, event.Event{At: now, Kind: LoggedIn, Agent: a.ID}); err != nil {
		return "", fmt.Errorf("starting a login: %w", err)
	}
	return plain, nil
}

// ByToken gives the agent of a login and keeps the login alive. ErrNotLoggedIn.
func (d *Doors) ByToken(ctx context.Context, plain string) (Agent, error) {
	login, err := d.Agents.Login(ctx, token.Hash(plain))
	if err != nil {
		return Agent{}, err
	}
	left := login.ExpiresAt.Sub(d.Now())
	if left <= 0 {
		return Agent{}, ErrNotLoggedIn
	}
	a, err := d.Agents.Get(ctx, login.AgentID)
	if errors.Is(err, ErrNotFound) || err == nil && a.RemovedAt != nil {
		return Agent{}, ErrNotLoggedIn
	}
	if err == nil && left < LoginLife-renewAfter {
		err = d.renew(ctx, login.TokenHash)
	}
	return a, err
}

// renew moves the end of a login on, unless it was logged out meanwhile.
func (d *Doors) renew(ctx context.Context, hash string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error {
		login, err := d.Agents.Login(ctx, hash)
		if err != nil {
			return err
		}
		if err := d.Agents.DropLogin(ctx, hash); err != nil {
			return err
		}
		login.ExpiresAt = d.Now().Add(LoginLife)
		return d.Agents.AddLogin(ctx, login)
	})
}

// Logout ends a login.
func (d *Doors) Logout(ctx context.Context, plain string) error {
	return d.Ledger.Do(ctx, func(ctx context.Context) error { return d.Agents.DropLogin(ctx, token.Hash(plain)) })
}

// LinkFor makes a link's token that lets the account in once within ttl.
func (d *Doors) LinkFor(ctx context.Context, accountID string, ttl time.Duration) (string, error) {
	plain := d.Mint()
	err := d.Ledger.Do(ctx, func(ctx context.Context) error {
		return d.Agents.AddLink(ctx, Link{TokenHash: token.Hash(plain), AccountID: accountID, ExpiresAt: d.Now().Add(ttl)})
	})
	if err != nil {
		return "", fmt.Errorf("making a link: %w", err)
	}
	return plain, nil
}

// LoginByLink uses a link up and starts a login. ErrLink.
func (d *Doors) LoginByLink(ctx context.Context, plain string) (string, Agent, error) {
	var a Agent
	var login string
	err := d.Ledger.Do(ctx, func(ctx context.Context) error {
		link, err := d.Agents.UseLink(ctx, token.Hash(plain), d.Now())
		if err != nil {
			return err
		}
		a, err = d.Agents.ByAccount(ctx, link.AccountID)
		if errors.Is(err, ErrNotFound) || err == nil && a.RemovedAt != nil {
			return ErrLink
		}
		if err != nil {
			return err
		}
		login, err = d.enter(ctx, a)
		return err
	})
	if err != nil {
		return "", Agent{}, fmt.Errorf("logging in by link: %w", err)
	}
	return login, a, nil
}

// SetPassword gives an account its password and ends all its logins, the one that asks too: whoever had the old
// password is out. ErrWeak as a *FieldError.
func (d *Doors) SetPassword(ctx context.Context, accountID, password string) error {
	acc, err := d.Agents.Account(ctx, accountID)
	if err != nil {
		return fmt.Errorf("setting a password: %w", err)
	}
	if !goodPassword(password, acc.Email) {
		return fmt.Errorf("setting a password: %w", &FieldError{Field: "password", Code: Weak})
	}
	hash, err := d.Hasher.Hash(ctx, password)
	if err != nil {
		return fmt.Errorf("setting a password: %w", err)
	}
	err = d.Ledger.Do(ctx, func(ctx context.Context) error {
		if err := d.Agents.SetPassword(ctx, accountID, hash); err != nil {
			return err
		}
		return d.Agents.DropLogins(ctx, accountID)
	})
	if err != nil {
		return fmt.Errorf("setting a password: %w", err)
	}
	return nil
}

// ResetPassword gives an agent a random password, to be read out or copied once.
func (d *Doors) ResetPassword(ctx context.Context, agentID string) (string, error) {
	a, err := d.Agents.Get(ctx, agentID)
	if err == nil && a.RemovedAt != nil {
		err = ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("resetting a password: %w", err)
	}
	password := readable()
	return password, d.SetPassword(ctx, a.AccountID, password)
}

// letters has no two that look alike; 32 of them make five bits each.
const letters = "abcdefghijkmnpqrstuvwxyz23456789"

// readable makes a password of 100 random bits in groups of five letters, e.g. "k3v9d-…-…-…".
func readable() string {
	b := make([]byte, 20)
	rand.Read(b)
	out := make([]byte, 0, len(b)+3)
	for i, x := range b {
		if i > 0 && i%5 == 0 {
			out = append(out, '-')
		}
		out = append(out, letters[x&31])
	}
	return string(out)
}
