package storage

import (
	"context"
	"time"

	"gorm.io/gorm"

	"foyer/runtime/agent"
)

// Agents keeps accounts, agents, logins and links.
type Agents struct{ in *Instance }

var _ agent.Agents = (*Agents)(nil)

// Agents of the instance.
func (in *Instance) Agents() *Agents { return &Agents{in} }

type agentRow struct {
	InstanceID string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	AccountID  string
	Number     string
	Name       string
	Role       agent.Role
	Intent     agent.Intent
	Reason     string
	NextIntent agent.Intent
	Fault      agent.Fault
	Presence   stamp
	IntentAt   stamp
	IdleSince  stamp
	TextCap    int
	CreatedAt  stamp
	RemovedAt  *stamp
	Email      string `gorm:"->"` // of the account: read only
}

// TableName of the row.
func (agentRow) TableName() string { return "agents" }

func (a *Agents) row(in agent.Agent) agentRow {
	return agentRow{
		InstanceID: a.in.id, ID: in.ID, AccountID: in.AccountID, Number: in.Number, Name: in.Name, Role: in.Role,
		Intent: in.Intent, Reason: in.Reason, NextIntent: in.Next, Fault: in.Fault, Presence: stamp(in.Presence),
		IntentAt: stamp(in.IntentAt), IdleSince: stamp(in.IdleSince), TextCap: in.TextCap,
		CreatedAt: stamp(in.CreatedAt), RemovedAt: (*stamp)(in.RemovedAt),
	}
}

func (r agentRow) domain() agent.Agent {
	return agent.Agent{
		ID: r.ID, AccountID: r.AccountID, Email: r.Email, Number: r.Number, Name: r.Name, Role: r.Role,
		Intent: r.Intent, Reason: r.Reason, Next: r.NextIntent, Fault: r.Fault, Presence: time.Time(r.Presence),
		IntentAt: time.Time(r.IntentAt), IdleSince: time.Time(r.IdleSince), TextCap: r.TextCap,
		CreatedAt: time.Time(r.CreatedAt), RemovedAt: (*time.Time)(r.RemovedAt),
	}
}

// joined selects agents with the e-mail of their account.
func (a *Agents) joined(ctx context.Context) *gorm.DB {
	return a.in.reader(ctx).Table("agents").Select("agents.*, accounts.email AS email").
		Joins("JOIN accounts ON accounts.instance_id = agents.instance_id AND accounts.id = agents.account_id").
		Where("agents.instance_id = ?", a.in.id)
}

// Create adds an agent to an account that exists. agent.ErrTaken when the work number is, or the account has a seat.
func (a *Agents) Create(ctx context.Context, in agent.Agent) error {
	row := a.row(in)
	return failed(a.in.writer(ctx).Omit("email").Create(&row).Error, nil, agent.ErrTaken, "creating agent %s", in.ID)
}

// Get reads an agent, also one who was removed. agent.ErrNotFound.
func (a *Agents) Get(ctx context.Context, id string) (agent.Agent, error) {
	out, err := take[agentRow](a.joined(ctx).Where("agents.id = ?", id))
	return out, failed(err, agent.ErrNotFound, nil, "reading agent %s", id)
}

// ByAccount reads the agent of an account, not a removed one. agent.ErrNotFound.
func (a *Agents) ByAccount(ctx context.Context, accountID string) (agent.Agent, error) {
	out, err := take[agentRow](a.joined(ctx).Where("agents.account_id = ? AND agents.removed_at IS NULL", accountID))
	return out, failed(err, agent.ErrNotFound, nil, "reading the agent of account %s", accountID)
}

// List reads all agents who are not removed, by work number (as a number when it is one: 999 before 1001).
func (a *Agents) List(ctx context.Context) ([]agent.Agent, error) {
	out, err := list[agentRow](a.joined(ctx).Where("agents.removed_at IS NULL").Order("LENGTH(agents.number), agents.number"))
	return out, failed(err, nil, nil, "listing agents")
}

// Update writes an agent, and the e-mail of the account when it is another. agent.ErrNotFound, agent.ErrTaken.
func (a *Agents) Update(ctx context.Context, in agent.Agent) error {
	row := a.row(in)
	if err := save(a.in.writer(ctx).Omit("email"), &row); err != nil {
		return failed(err, agent.ErrNotFound, agent.ErrTaken, "saving agent %s", in.ID)
	}
	err := a.in.writer(ctx).Model(&accountRow{}).
		Where("instance_id = ? AND id = ? AND email <> ?", a.in.id, in.AccountID, in.Email).Update("email", in.Email).Error
	return failed(err, nil, agent.ErrTaken, "saving the e-mail of agent %s", in.ID)
}
