package agent_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"foyer/runtime/agent"
	"foyer/runtime/queue"
)

func TestCreateAgent(t *testing.T) {
	h := open(t)
	a, err := h.accounts.CreateAgent(t.Context(), agent.NewAgent{
		Email: "  Ann@Example.COM ", Name: " 安娜 ", Number: " A1 ", Role: agent.Admin, Password: password,
	})
	h.ok(err)
	if a.Email != "ann@example.com" || a.Name != "安娜" || a.Number != "A1" || a.TextCap != agent.TextCap || a.Intent != agent.Offline {
		t.Errorf("made %+v", a)
	}
	list, err := h.accounts.List(t.Context())
	h.ok(err)
	if len(list) != 1 || list[0] != a {
		t.Errorf("listed %+v, made %+v", list, a)
	}
	acc, err := h.in.Agents().Account(t.Context(), a.AccountID)
	h.ok(err)
	if !strings.HasPrefix(acc.PasswordHash, "$argon2id$") {
		t.Errorf("password is kept as %q", acc.PasswordHash)
	}
}

func TestCreateAgentFaults(t *testing.T) {
	h := open(t)
	h.hire("1001", agent.Admin)
	good := agent.NewAgent{Email: "new@example.com", Name: "New", Number: "1002", Role: agent.Member, Password: password}
	with := func(f func(n *agent.NewAgent)) agent.NewAgent { n := good; f(&n); return n }
	for _, c := range []struct {
		about string
		n     agent.NewAgent
		field string
		code  string
		is    error
	}{
		{"no e-mail", with(func(n *agent.NewAgent) { n.Email = " " }), "email", agent.Invalid, agent.ErrInvalid},
		{"no address", with(func(n *agent.NewAgent) { n.Email = "ann" }), "email", agent.Invalid, agent.ErrInvalid},
		{"named address", with(func(n *agent.NewAgent) { n.Email = "Ann <ann@example.com>" }), "email", agent.Invalid, agent.ErrInvalid},
		{"two addresses", with(func(n *agent.NewAgent) { n.Email = "a@example.com,b@example.com" }), "email", agent.Invalid, agent.ErrInvalid},
		{"endless address", with(func(n *agent.NewAgent) { n.Email = strings.Repeat("a", 250) + "@example.com" }), "email", agent.Invalid, agent.ErrInvalid},
		{"taken address", with(func(n *agent.NewAgent) { n.Email = "A1001@example.com" }), "email", agent.Taken, agent.ErrTaken},
		{"no name", with(func(n *agent.NewAgent) { n.Name = "\t" }), "name", agent.Invalid, agent.ErrInvalid},
		{"long name", with(func(n *agent.NewAgent) { n.Name = strings.Repeat("名", 41) }), "name", agent.Invalid, agent.ErrInvalid},
		{"name with a line", with(func(n *agent.NewAgent) { n.Name = "a\nb" }), "name", agent.Invalid, agent.ErrInvalid},
		{"no number", with(func(n *agent.NewAgent) { n.Number = "" }), "number", agent.Invalid, agent.ErrInvalid},
		{"number with a sign", with(func(n *agent.NewAgent) { n.Number = "10-2" }), "number", agent.Invalid, agent.ErrInvalid},
		{"wide digits", with(func(n *agent.NewAgent) { n.Number = "１００２" }), "number", agent.Invalid, agent.ErrInvalid},
		{"long number", with(func(n *agent.NewAgent) { n.Number = strings.Repeat("1", 17) }), "number", agent.Invalid, agent.ErrInvalid},
		{"taken number", with(func(n *agent.NewAgent) { n.Number = "1001" }), "number", agent.Taken, agent.ErrTaken},
		{"no role", with(func(n *agent.NewAgent) { n.Role = "" }), "role", agent.Invalid, agent.ErrInvalid},
		{"made-up role", with(func(n *agent.NewAgent) { n.Role = "owner" }), "role", agent.Invalid, agent.ErrInvalid},
		{"short password", with(func(n *agent.NewAgent) { n.Password = "123456789" }), "password", agent.Weak, agent.ErrWeak},
		{"endless password", with(func(n *agent.NewAgent) { n.Password = strings.Repeat("x", 257) }), "password", agent.Weak, agent.ErrWeak},
		{"e-mail as password", with(func(n *agent.NewAgent) { n.Password = "New@Example.com " }), "password", agent.Weak, agent.ErrWeak},
		{"no room for texts", with(func(n *agent.NewAgent) { n.TextCap = -1 }), "textCap", agent.Invalid, agent.ErrInvalid},
		{"too many texts", with(func(n *agent.NewAgent) { n.TextCap = 21 }), "textCap", agent.Invalid, agent.ErrInvalid},
	} {
		_, err := h.accounts.CreateAgent(t.Context(), c.n)
		var field *agent.FieldError
		if !errors.As(err, &field) || field.Field != c.field || field.Code != c.code || !errors.Is(err, c.is) {
			t.Errorf("%s: %v", c.about, err)
		}
	}
	_, err := h.accounts.CreateAgent(t.Context(), agent.NewAgent{Password: "x"})
	var all agent.Faults
	if !errors.As(err, &all) || len(all) != 5 {
		t.Errorf("an empty form has %d faults at once: %v", len(all), err)
	}
	if list, _ := h.accounts.List(t.Context()); len(list) != 1 {
		t.Errorf("%d agents, want the first only", len(list))
	}
	for _, ok := range []agent.NewAgent{good, {Email: "b@example.com", Name: strings.Repeat("名", 40), Number: "z9", Role: agent.Admin, Password: "十个字的密码也可以用"}} {
		if _, err := h.accounts.CreateAgent(t.Context(), ok); err != nil {
			t.Errorf("%+v: %v", ok, err)
		}
	}
}

// Of many who want the same number at once one gets it.
func TestCreateAgentRace(t *testing.T) {
	h := open(t)
	var all sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		all.Go(func() {
			_, results[i] = h.accounts.CreateAgent(t.Context(), agent.NewAgent{
				Email: fmt.Sprintf("a%d@example.com", i), Name: "A", Number: "1001", Role: agent.Member, Password: password,
			})
		})
	}
	all.Wait()
	made := 0
	for _, err := range results {
		if err == nil {
			made++
		} else if !errors.Is(err, agent.ErrTaken) {
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d agents have the number", made)
	}
}

func TestUpdate(t *testing.T) {
	h := open(t)
	h.hire("1001", agent.Admin)
	a := h.hire("1002", agent.Member)
	h.ok(h.desk.Touch(t.Context(), a.ID))
	a.Name, a.Number, a.Role, a.TextCap = " Bea ", " 7 ", agent.Admin, 3
	a.Email, a.Intent = "stolen@example.com", agent.Ready // not to be changed this way
	h.ok(h.accounts.Update(t.Context(), a))
	got, err := h.in.Agents().Get(t.Context(), a.ID)
	h.ok(err)
	if got.Name != "Bea" || got.Number != "7" || got.Role != agent.Admin || got.TextCap != 3 {
		t.Errorf("became %+v", got)
	}
	if got.Email != "a1002@example.com" || got.Intent != agent.Offline || !got.Presence.After(h.clock()) {
		t.Errorf("more was changed than asked: %+v", got)
	}

	for _, c := range []struct {
		field string
		f     func(a *agent.Agent)
		is    error
	}{
		{"name", func(a *agent.Agent) { a.Name = "" }, agent.ErrInvalid},
		{"number", func(a *agent.Agent) { a.Number = "1001" }, agent.ErrTaken},
		{"role", func(a *agent.Agent) { a.Role = "boss" }, agent.ErrInvalid},
		{"textCap", func(a *agent.Agent) { a.TextCap = 0 }, agent.ErrInvalid},
	} {
		bad := got
		c.f(&bad)
		var field *agent.FieldError
		if err := h.accounts.Update(t.Context(), bad); !errors.As(err, &field) || field.Field != c.field || !errors.Is(err, c.is) {
			t.Errorf("%s: %v", c.field, err)
		}
	}
	if err := h.accounts.Update(t.Context(), agent.Agent{ID: "agt_none"}); !errors.Is(err, agent.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

func TestLastAdmin(t *testing.T) {
	h := open(t)
	a := h.hire("1001", agent.Admin)
	h.hire("1002", agent.Member)
	demoted := a
	demoted.Role = agent.Member
	if err := h.accounts.Update(t.Context(), demoted); !errors.Is(err, agent.ErrLastAdmin) {
		t.Errorf("demoting: %v", err)
	}
	if err := h.accounts.Remove(t.Context(), a.ID); !errors.Is(err, agent.ErrLastAdmin) {
		t.Errorf("removing: %v", err)
	}
	b := h.hire("1003", agent.Admin)
	h.ok(h.accounts.Update(t.Context(), demoted))
	if err := h.accounts.Remove(t.Context(), b.ID); !errors.Is(err, agent.ErrLastAdmin) {
		t.Errorf("removing the one that is left: %v", err)
	}
}

func TestRemove(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.hire("1001", agent.Admin)
	a := h.atWork("1002")
	login, _, err := h.accounts.Login(ctx, a.Email, password, "192.0.2.1")
	h.ok(err)
	h.ok(h.in.Do(ctx, func(ctx context.Context) error {
		for _, id := range []string{"g1", "g2"} {
			g := queue.SkillGroup{ID: id, Name: id, RingSeconds: 20, WaitSeconds: 600, CreatedAt: start}
			if err := h.in.Groups().CreateGroup(ctx, g); err != nil {
				return err
			}
			if err := h.in.Groups().SetMember(ctx, queue.Membership{GroupID: id, AgentID: a.ID, Priority: 3}); err != nil {
				return err
			}
		}
		return nil
	}))
	talk := h.offer("o1", a.ID, queue.Video, queue.Connected)
	if err := h.accounts.Remove(ctx, a.ID); !errors.Is(err, agent.ErrBusyAgent) {
		t.Fatalf("in a talk: %v", err)
	}
	h.turn(talk, queue.Closed)
	h.ok(h.accounts.Remove(ctx, a.ID))

	if _, err := h.accounts.ByToken(ctx, login); !errors.Is(err, agent.ErrNotLoggedIn) {
		t.Errorf("still logged in: %v", err)
	}
	if _, _, err := h.accounts.Login(ctx, a.Email, password, "192.0.2.1"); !errors.Is(err, agent.ErrBadLogin) {
		t.Errorf("may log in again: %v", err)
	}
	for _, id := range []string{"g1", "g2"} {
		if m, err := h.in.Groups().Members(ctx, id); err != nil || len(m) != 0 {
			t.Errorf("still in group %s: %v, %v", id, m, err)
		}
	}
	if h.routable(a.ID) {
		t.Error("still routable")
	}
	for what, err := range map[string]error{
		"Remove":    h.accounts.Remove(ctx, a.ID),
		"Update":    h.accounts.Update(ctx, a),
		"SetIntent": h.desk.SetIntent(ctx, a.ID, agent.Ready, ""),
	} {
		if !errors.Is(err, agent.ErrNotFound) {
			t.Errorf("%s of one who was removed: %v", what, err)
		}
	}
	if _, err := h.desk.State(ctx, a.ID); !errors.Is(err, agent.ErrNotFound) {
		t.Errorf("State: %v", err)
	}
	if _, err := h.accounts.ResetPassword(ctx, a.ID); !errors.Is(err, agent.ErrNotFound) {
		t.Errorf("ResetPassword: %v", err)
	}
}

// Somebody who was removed can be hired again: same e-mail and number, a seat and a password of its own.
func TestHireAgain(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.hire("1001", agent.Admin)
	a := h.hire("1002", agent.Member)
	h.ok(h.accounts.Remove(ctx, a.ID))
	again, err := h.accounts.CreateAgent(ctx, agent.NewAgent{
		Email: a.Email, Name: "Again", Number: a.Number, Role: agent.Member, Password: "another password",
	})
	h.ok(err)
	if again.ID == a.ID {
		t.Error("the old seat is used again")
	}
	if _, _, err := h.accounts.Login(ctx, a.Email, password, "192.0.2.1"); !errors.Is(err, agent.ErrBadLogin) {
		t.Errorf("the old password: %v", err)
	}
	_, who, err := h.accounts.Login(ctx, a.Email, "another password", "192.0.2.1")
	h.ok(err)
	if who.ID != again.ID {
		t.Errorf("logged in as %s, want %s", who.ID, again.ID)
	}
}
