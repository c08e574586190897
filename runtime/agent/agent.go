// Package agent is the people who log in: accounts, agents and what an agent is doing right now.
package agent

import (
	"context"
	"errors"
	"time"
)

// Errors of this package.
var (
	ErrNotFound    = errors.New("no such agent")
	ErrBadLogin    = errors.New("e-mail or password is wrong")
	ErrTooMany     = errors.New("too many attempts")
	ErrNotLoggedIn = errors.New("not logged in")
	ErrLink        = errors.New("the link was used or has expired")
	ErrWeak        = errors.New("a password needs at least 10 characters")
	ErrTaken       = errors.New("the e-mail or work number is taken")
	ErrInvalid     = errors.New("a field of the agent is not valid")
	ErrForbidden   = errors.New("not allowed for this role")
	ErrLastAdmin   = errors.New("the last administrator cannot be removed")
	ErrBusyAgent   = errors.New("the agent still has a session")
)

// Account is a person who logs in.
type Account struct {
	ID           string
	Email        string // lower case
	PasswordHash string // argon2id in PHC form; empty until one is set
	CreatedAt    time.Time
}

// Role says what an agent may do.
type Role string

// The roles.
const (
	Admin  Role = "admin"
	Member Role = "agent"
)

// Intent is what the agent wants; only the agent or an admin sets it.
type Intent string

// The intents.
const (
	Ready    Intent = "ready"
	NotReady Intent = "notReady" // 示忙
	Rest     Intent = "rest"     // 小休
	Offline  Intent = "offline"
)

// Fault is why the system gives a willing agent nothing.
type Fault string

// The faults.
const (
	NoFault       Fault = ""
	NotResponding Fault = "notResponding" // missed an offer; cleared by the agent in one click
	Device        Fault = "device"        // the last call could not be set up on the agent's side
)

// Agent is an account's seat in the instance.
type Agent struct {
	ID        string
	AccountID string
	Email     string // of the account
	Number    string // work number (工号), unique in the instance, e.g. "1001"
	Name      string
	Role      Role
	Intent    Intent
	Reason    string // of a rest
	Next      Intent // booked while occupied, empty when none; who has booked something is not routable
	Fault     Fault
	Presence  time.Time // the desk's lease: connected while this is in the future
	IntentAt  time.Time // since when Intent holds
	IdleSince time.Time // end of the last work, or first going online; longest-idle counts from here
	TextCap   int       // text sessions at once; ≥ 1
	CreatedAt time.Time
	RemovedAt *time.Time
}

// Shown is the one word the desk and the lists show. It is derived by Show.
type Shown string

// The shown states.
const (
	ShownFree    Shown = "free"          // 空闲中
	ShownBusy    Shown = "busy"          // 忙碌中
	ShownRinging Shown = "ringing"       // 振铃中
	ShownWrapUp  Shown = "wrapUp"        // 话后整理
	ShownRest    Shown = "rest"          // 小休中
	ShownNot     Shown = "notReady"      // 示忙
	ShownFault   Shown = "notResponding" // 未响应
	ShownOffline Shown = "offline"       // 离线
)

// Login is one browser that is logged in. The token itself is never stored.
type Login struct {
	TokenHash string // hex SHA-256
	AccountID string
	AgentID   string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Link is a one-time way in, e.g. the administrator's on first start.
type Link struct {
	TokenHash string // hex SHA-256
	AccountID string
	ExpiresAt time.Time
	UsedAt    *time.Time
}

// Agents is what this package needs of storage.
type Agents interface {
	CreateAccount(ctx context.Context, a Account) error // ErrTaken
	Account(ctx context.Context, id string) (Account, error)
	AccountByEmail(ctx context.Context, email string) (Account, error)
	SetPassword(ctx context.Context, accountID, hash string) error
	Create(ctx context.Context, a Agent) error // ErrTaken
	Get(ctx context.Context, id string) (Agent, error)
	ByAccount(ctx context.Context, accountID string) (Agent, error)
	List(ctx context.Context) ([]Agent, error) // not removed, by work number
	Update(ctx context.Context, a Agent) error
	AddLogin(ctx context.Context, l Login) error
	Login(ctx context.Context, tokenHash string) (Login, error) // ErrNotLoggedIn
	DropLogin(ctx context.Context, tokenHash string) error
	DropLogins(ctx context.Context, accountID string) error
	AddLink(ctx context.Context, l Link) error
	UseLink(ctx context.Context, tokenHash string, now time.Time) (Link, error) // ErrLink; marks it used
}
