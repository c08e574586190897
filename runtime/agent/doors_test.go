package agent_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"foyer/runtime/agent"
	"foyer/runtime/token"
)

func TestLogin(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.hire("1001", agent.Admin)
	login, who, err := h.accounts.Login(ctx, " A1001@Example.com", password, "192.0.2.1:1234")
	h.ok(err)
	if who.ID != a.ID || len(login) != 43 {
		t.Errorf("logged in as %s with %q", who.ID, login)
	}
	again, err := h.accounts.ByToken(ctx, login)
	h.ok(err)
	if again.ID != a.ID || again.Email != a.Email {
		t.Errorf("the token is of %+v", again)
	}
	for about, bad := range map[string]string{"empty": "", "hash": token.Hash(login), "cut": login[1:], "other": token.Random()} {
		if _, err := h.accounts.ByToken(ctx, bad); !errors.Is(err, agent.ErrNotLoggedIn) {
			t.Errorf("%s token: %v", about, err)
		}
	}
	h.ok(h.accounts.Logout(ctx, login))
	if _, err := h.accounts.ByToken(ctx, login); !errors.Is(err, agent.ErrNotLoggedIn) {
		t.Errorf("after logging out: %v", err)
	}
	h.ok(h.accounts.Logout(ctx, login))
}

// What is wrong is never told apart, neither by the error nor by the work it takes: with all slots of the hasher
// taken each of these waits for one.
func TestBadLoginsLookAlike(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.hire("1001", agent.Admin)
	gone := h.hire("1002", agent.Member)
	h.ok(h.accounts.Remove(ctx, gone.ID))
	_, err := h.accounts.CreateAgent(ctx, agent.NewAgent{Email: "link@example.com", Name: "L", Number: "1003", Role: agent.Member})
	h.ok(err)
	for about, c := range map[string][2]string{
		"wrong password":       {"a1001@example.com", "wrong horse 1"},
		"empty password":       {"a1001@example.com", ""},
		"unknown e-mail":       {"nobody@example.com", password},
		"no e-mail":            {"", password},
		"removed":              {"a1002@example.com", password},
		"no password set":      {"link@example.com", password},
		"no password for none": {"link@example.com", ""},
	} {
		if _, _, err := h.accounts.Login(ctx, c[0], c[1], about); !errors.Is(err, agent.ErrBadLogin) {
			t.Errorf("%s: %v", about, err)
		}
		free := h.hasher.Occupy()
		short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		if _, _, err := h.accounts.Login(short, c[0], c[1], about); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: answered without computing a hash: %v", about, err)
		}
		cancel()
		free()
		h.wait(time.Hour) // past every throttle
	}
	for about, c := range map[string][2]string{
		"endless password": {"a1001@example.com", strings.Repeat("x", 1<<20)},
		"endless e-mail":   {strings.Repeat("x", 1<<20), password},
	} {
		free := h.hasher.Occupy() // refused without any work, whoever is meant
		if _, _, err := h.accounts.Login(ctx, c[0], c[1], "192.0.2.1"); !errors.Is(err, agent.ErrBadLogin) {
			t.Errorf("%s: %v", about, err)
		}
		free()
	}
}

func TestLoginIsThrottled(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.hire("1001", agent.Admin)
	var wait *agent.ThrottleError
	wrong := 0
	for range 200 {
		_, _, err := h.accounts.Login(ctx, "a1001@example.com", "wrong horse 1", "192.0.2.1")
		switch {
		case errors.As(err, &wait):
			if wait.After <= 0 || !errors.Is(err, agent.ErrTooMany) {
				t.Fatalf("refused with %v", err)
			}
		case errors.Is(err, agent.ErrBadLogin):
			wrong++
		default:
			t.Fatal(err)
		}
		h.wait(time.Second)
	}
	if wrong != 5 {
		t.Errorf("%d passwords were tried in 200 s, want 5", wrong)
	}
	if _, _, err := h.accounts.Login(ctx, "a1001@example.com", password, "192.0.2.1"); !errors.Is(err, agent.ErrTooMany) {
		t.Errorf("the right one comes through the throttle: %v", err)
	}
	h.wait(15 * time.Minute)
	_, _, err := h.accounts.Login(ctx, "a1001@example.com", password, "192.0.2.1")
	h.ok(err)
}

// A password that was never checked is no guess: the request was cancelled, or the hasher had too much to do.
func TestUncheckedIsNoGuess(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.hire("1001", agent.Admin)
	over, cancel := context.WithCancel(ctx)
	cancel()
	for i := range 40 { // more than an address may guess
		if _, _, err := h.accounts.Login(over, "a1001@example.com", password, "192.0.2.1"); !errors.Is(err, context.Canceled) {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	for i := range 2 {
		if _, _, err := h.accounts.Login(ctx, "a1001@example.com", "wrong horse 1", "192.0.2.1"); !errors.Is(err, agent.ErrBadLogin) {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	_, _, err := h.accounts.Login(ctx, "a1001@example.com", password, "192.0.2.1")
	h.ok(err)
}

// A login lives on while it is used, and ends twelve hours after it was used last.
func TestLoginSlides(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.hire("1001", agent.Admin)
	login, _, err := h.accounts.Login(ctx, "a1001@example.com", password, "192.0.2.1")
	h.ok(err)
	for range 5 {
		h.wait(agent.LoginLife - time.Minute)
		_, err := h.accounts.ByToken(ctx, login)
		h.ok(err)
	}
	h.wait(agent.LoginLife)
	if _, err := h.accounts.ByToken(ctx, login); !errors.Is(err, agent.ErrNotLoggedIn) {
		t.Errorf("unused for %s: %v", agent.LoginLife, err)
	}
}

// Pages ask side by side; each may renew the login, and none loses it.
func TestRenewRace(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.hire("1001", agent.Admin)
	login, _, err := h.accounts.Login(ctx, "a1001@example.com", password, "192.0.2.1")
	h.ok(err)
	h.wait(time.Hour)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if _, err := h.accounts.ByToken(ctx, login); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	h.wait(agent.LoginLife - time.Minute)
	_, err = h.accounts.ByToken(ctx, login)
	h.ok(err)
}

func TestLink(t *testing.T) {
	h, ctx := open(t), t.Context()
	a, err := h.accounts.CreateAgent(ctx, agent.NewAgent{Email: "admin@example.com", Name: "Admin", Number: "1", Role: agent.Admin})
	h.ok(err)
	link, err := h.accounts.LinkFor(ctx, a.AccountID, time.Hour)
	h.ok(err)
	var all sync.WaitGroup
	logins := make(chan string, 8)
	for range 8 {
		all.Go(func() {
			login, _, err := h.accounts.LoginByLink(ctx, link)
			if err == nil {
				logins <- login
			} else if !errors.Is(err, agent.ErrLink) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(logins) != 1 {
		t.Fatalf("the link was used %d times", len(logins))
	}
	who, err := h.accounts.ByToken(ctx, <-logins)
	h.ok(err)
	if who.ID != a.ID {
		t.Errorf("logged in as %s", who.ID)
	}

	late, err := h.accounts.LinkFor(ctx, a.AccountID, time.Hour)
	h.ok(err)
	h.wait(time.Hour)
	for about, bad := range map[string]string{"expired": late, "used": link, "empty": "", "made up": token.Random()} {
		if _, _, err := h.accounts.LoginByLink(ctx, bad); !errors.Is(err, agent.ErrLink) {
			t.Errorf("%s link: %v", about, err)
		}
	}
}

func TestLinkOfTheRemoved(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.hire("1001", agent.Admin)
	a := h.hire("1002", agent.Member)
	link, err := h.accounts.LinkFor(ctx, a.AccountID, time.Hour)
	h.ok(err)
	h.ok(h.accounts.Remove(ctx, a.ID))
	if _, _, err := h.accounts.LoginByLink(ctx, link); !errors.Is(err, agent.ErrLink) {
		t.Errorf("a removed agent's link: %v", err)
	}
}

// full is agents of whom no login can be kept.
type full struct{ agent.Agents }

var errFull = errors.New("no room")

func (full) AddLogin(context.Context, agent.Login) error { return errFull }

// A link whose login could not be kept is not used up.
func TestLinkOutlivesTrouble(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.hire("1001", agent.Admin)
	link, err := h.accounts.LinkFor(ctx, a.AccountID, time.Hour)
	h.ok(err)
	doors := agent.NewDoors(full{h.in.Agents()}, h.in, h.clock, token.Random, h.hasher)
	if _, _, err := doors.LoginByLink(ctx, link); !errors.Is(err, errFull) {
		t.Fatal(err)
	}
	_, _, err = h.accounts.LoginByLink(ctx, link)
	h.ok(err)
}

func TestSetPassword(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.hire("1001", agent.Admin)
	login, _, err := h.accounts.Login(ctx, a.Email, password, "192.0.2.1")
	h.ok(err)
	var field *agent.FieldError
	for _, weak := range []string{"", "short", a.Email} {
		if err := h.accounts.SetPassword(ctx, a.AccountID, weak); !errors.Is(err, agent.ErrWeak) || !errors.As(err, &field) {
			t.Errorf("%q: %v", weak, err)
		}
	}
	_, err = h.accounts.ByToken(ctx, login)
	h.ok(err)
	h.ok(h.accounts.SetPassword(ctx, a.AccountID, "another password"))
	if _, err := h.accounts.ByToken(ctx, login); !errors.Is(err, agent.ErrNotLoggedIn) {
		t.Errorf("who knew the old password stays in: %v", err)
	}
	if _, _, err := h.accounts.Login(ctx, a.Email, password, "192.0.2.1"); !errors.Is(err, agent.ErrBadLogin) {
		t.Errorf("the old password: %v", err)
	}
	_, _, err = h.accounts.Login(ctx, a.Email, "another password", "192.0.2.1")
	h.ok(err)
	if err := h.accounts.SetPassword(ctx, "acc_none", "another password"); !errors.Is(err, agent.ErrNotFound) {
		t.Errorf("nobody's: %v", err)
	}
}

func TestResetPassword(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.hire("1001", agent.Admin)
	seen := map[string]bool{}
	for range 20 {
		fresh, err := h.accounts.ResetPassword(ctx, a.ID)
		h.ok(err)
		if utf8.RuneCountInString(fresh) != 23 || seen[fresh] || strings.ContainsAny(fresh, "l1o0IO") {
			t.Fatalf("%q cannot be read out, or came twice", fresh)
		}
		seen[fresh] = true
		_, _, err = h.accounts.Login(ctx, a.Email, fresh, "192.0.2.1")
		h.ok(err)
	}
	if _, err := h.accounts.ResetPassword(ctx, "agt_none"); !errors.Is(err, agent.ErrNotFound) {
		t.Errorf("nobody's: %v", err)
	}
}

// A password whose hash was made cheaper than today is hashed anew when its owner comes.
func TestStaleHashIsRenewed(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.hire("1001", agent.Admin)
	now := agent.NewHasher(agent.Cost{Memory: 128, Time: 1, Threads: 1})
	doors := agent.NewDoors(h.in.Agents(), h.in, h.clock, token.Random, now)
	for range 2 {
		_, _, err := doors.Login(ctx, a.Email, password, "192.0.2.1")
		h.ok(err)
		acc, err := h.in.Agents().Account(ctx, a.AccountID)
		h.ok(err)
		if now.Stale(acc.PasswordHash) {
			t.Errorf("kept as %s", acc.PasswordHash)
		}
	}
}

// reset is agents of whom one gets another password while a login with the old one is being checked.
type reset struct {
	agent.Agents
	now func()
}

func (r *reset) ByAccount(ctx context.Context, accountID string) (agent.Agent, error) {
	r.now()
	return r.Agents.ByAccount(ctx, accountID)
}

// A login that is on its way when the password is reset comes too late, and does not bring the old one back.
func TestPasswordIsResetDuringLogin(t *testing.T) {
	for about, cost := range map[string]uint32{"hash of today": 64, "hash to be renewed": 128} {
		t.Run(about, func(t *testing.T) {
			h, ctx := open(t), t.Context()
			a := h.hire("1001", agent.Admin)
			var fresh string
			agents := &reset{h.in.Agents(), func() {
				var err error
				fresh, err = h.accounts.ResetPassword(ctx, a.ID)
				h.ok(err)
			}}
			doors := agent.NewDoors(agents, h.in, h.clock, token.Random, agent.NewHasher(agent.Cost{Memory: cost, Time: 1, Threads: 1}))
			if _, _, err := doors.Login(ctx, a.Email, password, "192.0.2.1"); !errors.Is(err, agent.ErrBadLogin) {
				t.Errorf("the old password: %v", err)
			}
			if _, _, err := h.accounts.Login(ctx, a.Email, password, "192.0.2.1"); !errors.Is(err, agent.ErrBadLogin) {
				t.Errorf("the old password, later: %v", err)
			}
			_, _, err := h.accounts.Login(ctx, a.Email, fresh, "192.0.2.1")
			h.ok(err)
		})
	}
}

// The database never sees a password or a token.
func TestSecretsAreNotKept(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.hire("1001", agent.Admin)
	login, _, err := h.accounts.Login(ctx, a.Email, password, "192.0.2.1")
	h.ok(err)
	if _, err := h.in.Agents().Login(ctx, login); !errors.Is(err, agent.ErrNotLoggedIn) {
		t.Errorf("the token itself is a key: %v", err)
	}
	row, err := h.in.Agents().Login(ctx, token.Hash(login))
	h.ok(err)
	if row.AgentID != a.ID || row.TokenHash == login {
		t.Errorf("kept %+v", row)
	}
}
