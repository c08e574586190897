package agent

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"foyer/runtime/event"
	"foyer/runtime/queue"
)

// Slots is what this package asks of the queue's rows: the offers that hold a slot of an agent.
type Slots interface {
	OpenOffers(ctx context.Context, agentID string) ([]queue.Offer, error) // "" = of all agents
}

// Accounts makes, changes and removes agents. Its Doors let them log in.
type Accounts struct {
	*Doors
	Slots Slots
	NewID event.NewID
}

// NewAgent is what an admin fills in. Without a password the first way in is a link.
type NewAgent struct {
	Email    string
	Name     string
	Number   string
	Role     Role
	Password string
	TextCap  int // 0 = TextCap
}

// CreateAgent makes an account and its seat. What is wrong comes as Faults.
func (s *Accounts) CreateAgent(ctx context.Context, n NewAgent) (Agent, error) {
	n.Email, n.Name, n.Number = normalEmail(n.Email), strings.TrimSpace(n.Name), strings.TrimSpace(n.Number)
	if n.TextCap == 0 {
		n.TextCap = TextCap
	}
	now := s.Now()
	acc := Account{ID: s.NewID("acc_"), Email: n.Email, CreatedAt: now}
	a := Agent{
		ID: s.NewID("agt_"), AccountID: acc.ID, Email: n.Email, Number: n.Number, Name: n.Name, Role: n.Role,
		Intent: Offline, IntentAt: now, IdleSince: now, TextCap: n.TextCap, CreatedAt: now,
	}
	faults := faultsOf(a)
	faults.need(n.Password == "" || goodPassword(n.Password, n.Email), "password", Weak)
	if err := faults.err(); err != nil {
		return Agent{}, fmt.Errorf("creating an agent: %w", err)
	}
	if n.Password != "" {
		var err error
		if acc.PasswordHash, err = s.Hasher.Hash(ctx, n.Password); err != nil {
			return Agent{}, fmt.Errorf("creating an agent: %w", err)
		}
	}
	err := s.Ledger.Do(ctx, func(ctx context.Context) (err error) {
		if err := s.free(ctx, a); err != nil {
			return err
		}
		if a.AccountID, err = s.account(ctx, acc); err != nil {
			return err
		}
		return s.Agents.Create(ctx, a)
	})
	if err != nil {
		return Agent{}, fmt.Errorf("creating agent %s: %w", a.Number, err)
	}
	return a, nil
}

// account makes the account, or gives the one that a removed agent of this e-mail has left, with the new password.
func (s *Accounts) account(ctx context.Context, acc Account) (id string, err error) {
	old, err := s.Agents.AccountByEmail(ctx, acc.Email)
	if errors.Is(err, ErrNotFound) {
		return acc.ID, s.Agents.CreateAccount(ctx, acc)
	}
	if err != nil {
		return "", err
	}
	return old.ID, s.Agents.SetPassword(ctx, old.ID, acc.PasswordHash)
}

// faultsOf checks what can be checked by looking at the agent alone.
func faultsOf(a Agent) (f Faults) {
	f.need(goodEmail(a.Email), "email", Invalid)
	f.need(goodName(a.Name), "name", Invalid)
	f.need(goodNumber(a.Number), "number", Invalid)
	f.need(goodRole(a.Role), "role", Invalid)
	f.need(goodTextCap(a.TextCap), "textCap", Invalid)
	return f
}

// free checks that no other agent has the e-mail or the work number.
func (s *Accounts) free(ctx context.Context, a Agent) error {
	others, err := s.Agents.List(ctx)
	if err != nil {
		return err
	}
	var faults Faults
	for _, o := range others {
		if o.ID != a.ID {
			faults.need(o.Email != a.Email, "email", Taken)
			faults.need(!strings.EqualFold(o.Number, a.Number), "number", Taken)
		}
	}
	return faults.err()
}

// Update changes name, work number, role and text cap; nothing else of a counts but its id. Faults, ErrLastAdmin.
func (s *Accounts) Update(ctx context.Context, a Agent) error {
	err := s.Ledger.Do(ctx, func(ctx context.Context) error {
		now, err := s.present(ctx, a.ID)
		if err != nil {
			return err
		}
		was := now.Role
		now.Name, now.Number = strings.TrimSpace(a.Name), strings.TrimSpace(a.Number)
		now.Role, now.TextCap = a.Role, a.TextCap
		if err := faultsOf(now).err(); err != nil {
			return err
		}
		if err := s.free(ctx, now); err != nil {
			return err
		}
		if was == Admin && now.Role != Admin {
			if err := s.anotherAdmin(ctx, now.ID); err != nil {
				return err
			}
		}
		return s.Agents.Update(ctx, now)
	})
	if err != nil {
		return fmt.Errorf("changing agent %s: %w", a.ID, err)
	}
	return nil
}

// Remove takes an agent away for good: logged out everywhere, and no member of a group any more. ErrBusyAgent while
// one of the agent's slots is held, ErrLastAdmin.
func (s *Accounts) Remove(ctx context.Context, id string) error {
	err := s.Ledger.Do(ctx, func(ctx context.Context) error {
		a, err := s.present(ctx, id)
		if err != nil {
			return err
		}
		if a.Role == Admin {
			if err := s.anotherAdmin(ctx, id); err != nil {
				return err
			}
		}
		open, err := s.Slots.OpenOffers(ctx, id)
		if err != nil {
			return err
		}
		if len(open) > 0 {
			return ErrBusyAgent
		}
		now := s.Now()
		a.Intent, a.Next, a.IntentAt, a.Presence, a.RemovedAt = Offline, "", now, now, &now
		if err := s.Agents.Update(ctx, a); err != nil {
			return err
		}
		return s.Agents.DropLogins(ctx, a.AccountID)
	})
	if err != nil {
		return fmt.Errorf("removing agent %s: %w", id, err)
	}
	return nil
}

// anotherAdmin is ErrLastAdmin when there is no administrator but this one.
func (s *Accounts) anotherAdmin(ctx context.Context, id string) error {
	all, err := s.Agents.List(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.ID != id && a.Role == Admin {
			return nil
		}
	}
	return ErrLastAdmin
}

// List gives the agents by work number.
func (s *Accounts) List(ctx context.Context) ([]Agent, error) { return s.Agents.List(ctx) }

// present is an agent who was not removed.
func (s *Accounts) present(ctx context.Context, id string) (Agent, error) {
	a, err := s.Agents.Get(ctx, id)
	if err == nil && a.RemovedAt != nil {
		err = ErrNotFound
	}
	return a, err
}
