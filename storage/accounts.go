package storage

import (
	"context"
	"time"

	"gorm.io/gorm"

	"foyer/runtime/agent"
)

type accountRow struct {
	InstanceID   string `gorm:"primaryKey"`
	ID           string `gorm:"primaryKey"`
	Email        string
	PasswordHash string
	CreatedAt    stamp
}

// TableName of the row.
func (accountRow) TableName() string { return "accounts" }

func (r accountRow) domain() agent.Account {
	return agent.Account{ID: r.ID, Email: r.Email, PasswordHash: r.PasswordHash, CreatedAt: time.Time(r.CreatedAt)}
}

// CreateAccount adds an account. agent.ErrTaken when the e-mail is.
func (a *Agents) CreateAccount(ctx context.Context, in agent.Account) error {
	row := accountRow{a.in.id, in.ID, in.Email, in.PasswordHash, stamp(in.CreatedAt)}
	return failed(a.in.writer(ctx).Create(&row).Error, nil, agent.ErrTaken, "creating account %s", in.ID)
}

// Account reads an account. agent.ErrNotFound.
func (a *Agents) Account(ctx context.Context, id string) (agent.Account, error) {
	out, err := take[accountRow](a.in.rows(ctx).Where("id = ?", id))
	return out, failed(err, agent.ErrNotFound, nil, "reading account %s", id)
}

// AccountByEmail reads the account of a lower-case e-mail. agent.ErrNotFound.
func (a *Agents) AccountByEmail(ctx context.Context, email string) (agent.Account, error) {
	out, err := take[accountRow](a.in.rows(ctx).Where("email = ?", email))
	return out, failed(err, agent.ErrNotFound, nil, "reading an account by e-mail")
}

// SetPassword changes an account's password hash. agent.ErrNotFound.
func (a *Agents) SetPassword(ctx context.Context, accountID, hash string) error {
	done := a.in.writer(ctx).Model(&accountRow{InstanceID: a.in.id, ID: accountID}).Update("password_hash", hash)
	return failed(must(done), agent.ErrNotFound, nil, "setting the password of %s", accountID)
}

// must makes a write that found no row an error.
func must(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return gorm.ErrRecordNotFound
	}
	return done.Error
}

type loginRow struct {
	InstanceID string `gorm:"primaryKey"`
	TokenHash  string `gorm:"primaryKey"`
	AccountID  string
	AgentID    string
	CreatedAt  stamp
	ExpiresAt  stamp
}

// TableName of the row.
func (loginRow) TableName() string { return "logins" }

func (r loginRow) domain() agent.Login {
	return agent.Login{
		TokenHash: r.TokenHash, AccountID: r.AccountID, AgentID: r.AgentID,
		CreatedAt: time.Time(r.CreatedAt), ExpiresAt: time.Time(r.ExpiresAt),
	}
}

// AddLogin remembers a browser that is logged in.
func (a *Agents) AddLogin(ctx context.Context, l agent.Login) error {
	row := loginRow{a.in.id, l.TokenHash, l.AccountID, l.AgentID, stamp(l.CreatedAt), stamp(l.ExpiresAt)}
	return failed(a.in.writer(ctx).Create(&row).Error, nil, nil, "adding a login of %s", l.AccountID)
}

// Login finds a login, also one that has expired. agent.ErrNotLoggedIn.
func (a *Agents) Login(ctx context.Context, tokenHash string) (agent.Login, error) {
	out, err := take[loginRow](a.in.rows(ctx).Where("token_hash = ?", tokenHash))
	return out, failed(err, agent.ErrNotLoggedIn, nil, "reading a login")
}

// DropLogin forgets one browser.
func (a *Agents) DropLogin(ctx context.Context, tokenHash string) error {
	err := a.in.writer(ctx).Where("instance_id = ? AND token_hash = ?", a.in.id, tokenHash).Delete(&loginRow{}).Error
	return failed(err, nil, nil, "dropping a login")
}

// DropLogins forgets all browsers of an account.
func (a *Agents) DropLogins(ctx context.Context, accountID string) error {
	err := a.in.writer(ctx).Where("instance_id = ? AND account_id = ?", a.in.id, accountID).Delete(&loginRow{}).Error
	return failed(err, nil, nil, "dropping the logins of %s", accountID)
}

type linkRow struct {
	InstanceID string `gorm:"primaryKey"`
	TokenHash  string `gorm:"primaryKey"`
	AccountID  string
	ExpiresAt  stamp
	UsedAt     *stamp
}

// TableName of the row.
func (linkRow) TableName() string { return "links" }

func (r linkRow) domain() agent.Link {
	return agent.Link{TokenHash: r.TokenHash, AccountID: r.AccountID, ExpiresAt: time.Time(r.ExpiresAt), UsedAt: (*time.Time)(r.UsedAt)}
}

// AddLink adds a one-time way in.
func (a *Agents) AddLink(ctx context.Context, l agent.Link) error {
	row := linkRow{a.in.id, l.TokenHash, l.AccountID, stamp(l.ExpiresAt), (*stamp)(l.UsedAt)}
	return failed(a.in.writer(ctx).Create(&row).Error, nil, nil, "adding a link for %s", l.AccountID)
}

// UseLink marks a link used and gives it. agent.ErrLink when it is unknown, expired or was used before.
func (a *Agents) UseLink(ctx context.Context, tokenHash string, now time.Time) (agent.Link, error) {
	done := a.in.writer(ctx).Model(&linkRow{}).
		Where("instance_id = ? AND token_hash = ? AND used_at IS NULL AND expires_at > ?", a.in.id, tokenHash, stamp(now)).
		Update("used_at", stamp(now))
	if err := must(done); err != nil {
		return agent.Link{}, failed(err, agent.ErrLink, nil, "using a link")
	}
	out, err := take[linkRow](a.in.rows(ctx).Where("token_hash = ?", tokenHash))
	return out, failed(err, agent.ErrLink, nil, "reading a link")
}
