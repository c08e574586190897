package storagetest

import (
	"context"
	"errors"
	"time"

	"foyer/runtime/agent"
)

// seat adds an account and its agent.
func (k *kit) seat(a agent.Agent) func(context.Context) error {
	return func(ctx context.Context) error {
		if a.AccountID == "" {
			a.AccountID, a.Email = "acc-"+a.ID, a.ID+"@example.org"
		}
		if a.Number == "" {
			a.Number = a.ID
		}
		if a.Role == "" {
			a.Role, a.Intent, a.TextCap = agent.Member, agent.Ready, 3
		}
		if err := k.Agents().CreateAccount(ctx, agent.Account{ID: a.AccountID, Email: a.Email, CreatedAt: start}); err != nil {
			return err
		}
		return k.Agents().Create(ctx, a)
	}
}

// fullAgent is an agent with nothing left out.
func fullAgent() agent.Agent {
	a := filled[agent.Agent]()
	a.Role, a.Intent, a.Next, a.Fault, a.RemovedAt = agent.Admin, agent.Rest, agent.Ready, agent.Device, nil
	return a
}

// agents checks the promises at agent.Agents that are about agents.
func agents() []promise {
	return []promise{
		{"AnAgentIsReadAsItWasWritten", agentAnAgentIsReadAsItWasWritten},
		{"UnknownOnes", agentUnknownOnes},
		{"NumbersAndSeatsAreUnique", agentNumbersAndSeatsAreUnique},
		{"ByNumber", agentByNumber},
		{"ARemovedOneFreesSeatAndNumber", agentARemovedOneFreesSeatAndNumber},
	}
}

func agentAnAgentIsReadAsItWasWritten(k *kit) {
	want := fullAgent()
	k.do(k.seat(want))
	got, err := k.Agents().Get(k.Context(), want.ID)
	equal(k, got, err, want)
	got, err = k.Agents().ByAccount(k.Context(), want.AccountID)
	equal(k, got, err, want)
	changed := filled[agent.Agent]()
	changed.ID, changed.AccountID, changed.Role, changed.Intent, changed.Next, changed.Fault = want.ID, want.AccountID, agent.Member, agent.NotReady, "", agent.NotResponding
	k.do(func(ctx context.Context) error { return k.Agents().Update(ctx, changed) })
	got, err = k.Agents().Get(k.Context(), want.ID)
	equal(k, got, err, changed)
	account, err := k.Agents().AccountByEmail(k.Context(), changed.Email)
	if err != nil || account.ID != want.AccountID {
		k.Errorf("%+v, %v", account, err)
	}
}

func agentUnknownOnes(k *kit) {
	_, err := k.Agents().Get(k.Context(), "x")
	_, err2 := k.Agents().ByAccount(k.Context(), "x")
	err3 := k.try(func(ctx context.Context) error { return k.Agents().Update(ctx, fullAgent()) })
	for i, err := range []error{err, err2, err3} {
		if !errors.Is(err, agent.ErrNotFound) {
			k.Errorf("%d: %v", i, err)
		}
	}
}

func agentNumbersAndSeatsAreUnique(k *kit) {
	k.do(k.seat(agent.Agent{ID: "a", Number: "1001"}), k.seat(agent.Agent{ID: "b", Number: "1002"}))
	second := agent.Agent{ID: "c", AccountID: "acc-a", Number: "1003", Role: agent.Member, Intent: agent.Offline, TextCap: 1}
	b, err := k.Agents().Get(k.Context(), "b")
	if err != nil {
		k.Fatal(err)
	}
	taken, mail := b, b
	taken.Number, mail.Email = "1001", "a@example.org"
	for name, step := range map[string]func(context.Context) error{
		"a number":          k.seat(agent.Agent{ID: "d", Number: "1001"}),
		"a second seat":     func(ctx context.Context) error { return k.Agents().Create(ctx, second) },
		"a changed number":  func(ctx context.Context) error { return k.Agents().Update(ctx, taken) },
		"a changed e-mail":  func(ctx context.Context) error { return k.Agents().Update(ctx, mail) },
		"an account's mail": k.seat(agent.Agent{ID: "e", AccountID: "acc-e", Email: "a@example.org"}),
	} {
		if err := k.try(step); !errors.Is(err, agent.ErrTaken) {
			k.Errorf("%s: %v", name, err)
		}
	}
}

func agentByNumber(k *kit) {
	for _, n := range []string{"1001", "999", "1000"} {
		k.do(k.seat(agent.Agent{ID: "a" + n, Number: n}))
	}
	got, err := k.Agents().List(k.Context())
	if err != nil || len(got) != 3 || got[0].Number != "999" || got[1].Number != "1000" || got[0].Email != "a999@example.org" {
		k.Errorf("%+v, %v", got, err)
	}
}

func agentARemovedOneFreesSeatAndNumber(k *kit) {
	k.do(k.seat(agent.Agent{ID: "a", Number: "1001"}))
	a, err := k.Agents().Get(k.Context(), "a")
	if err != nil {
		k.Fatal(err)
	}
	a.RemovedAt = ptr(start.Add(time.Hour))
	k.do(func(ctx context.Context) error { return k.Agents().Update(ctx, a) })
	if _, err := k.Agents().ByAccount(k.Context(), "acc-a"); !errors.Is(err, agent.ErrNotFound) {
		k.Errorf("got %v", err)
	}
	got, err := k.Agents().Get(k.Context(), "a")
	equal(k, got, err, a)
	again := agent.Agent{ID: "b", AccountID: "acc-a", Number: "1001", Role: agent.Member, Intent: agent.Offline, TextCap: 1}
	k.do(func(ctx context.Context) error { return k.Agents().Create(ctx, again) })
	list, err := k.Agents().List(k.Context())
	if err != nil || len(list) != 1 || list[0].ID != "b" {
		k.Errorf("%+v, %v", list, err)
	}
}

// accounts checks the promises at agent.Agents that are about logging in.
func accounts() []promise {
	return []promise{
		{"AnAccountIsReadAsItWasWritten", accountAnAccountIsReadAsItWasWritten},
		{"UnknownOnes", accountUnknownOnes},
		{"Logins", logins},
		{"ALinkLetsInOnce", links},
	}
}

func accountAnAccountIsReadAsItWasWritten(k *kit) {
	want := filled[agent.Account]()
	k.do(func(ctx context.Context) error { return k.Agents().CreateAccount(ctx, want) })
	k.do(func(ctx context.Context) error { return k.Agents().SetPassword(ctx, want.ID, "other") })
	want.PasswordHash = "other"
	got, err := k.Agents().Account(k.Context(), want.ID)
	equal(k, got, err, want)
	got, err = k.Agents().AccountByEmail(k.Context(), want.Email)
	equal(k, got, err, want)
	err = k.try(func(ctx context.Context) error {
		return k.Agents().CreateAccount(ctx, agent.Account{ID: "b", Email: want.Email})
	})
	if !errors.Is(err, agent.ErrTaken) {
		k.Errorf("a taken e-mail: %v", err)
	}
}

func accountUnknownOnes(k *kit) {
	_, err := k.Agents().Account(k.Context(), "x")
	_, err2 := k.Agents().AccountByEmail(k.Context(), "x")
	err3 := k.try(func(ctx context.Context) error { return k.Agents().SetPassword(ctx, "x", "y") })
	for i, err := range []error{err, err2, err3} {
		if !errors.Is(err, agent.ErrNotFound) {
			k.Errorf("%d: %v", i, err)
		}
	}
}

func logins(k *kit) {
	k.do(k.seat(agent.Agent{ID: "a"}), k.seat(agent.Agent{ID: "b"}))
	login := func(hash, account string) agent.Login {
		l := filled[agent.Login]()
		l.TokenHash, l.AccountID = hash, account
		return l
	}
	for hash, account := range map[string]string{"h1": "acc-a", "h2": "acc-a", "h3": "acc-b", "h4": "acc-a"} {
		k.do(func(ctx context.Context) error { return k.Agents().AddLogin(ctx, login(hash, account)) })
	}
	got, err := k.Agents().Login(k.T.Context(), "h1")
	equal(k, got, err, login("h1", "acc-a"))
	gone := func(hashes ...string) {
		k.Helper()
		for _, hash := range hashes {
			if _, err := k.Agents().Login(k.T.Context(), hash); !errors.Is(err, agent.ErrNotLoggedIn) {
				k.Errorf("login %s: %v", hash, err)
			}
		}
	}
	k.do(func(ctx context.Context) error { return k.Agents().DropLogin(ctx, "h1") })
	gone("h1", "nonsense")
	k.do(func(ctx context.Context) error { return k.Agents().DropLogins(ctx, "acc-a") })
	gone("h2", "h4")
	got, err = k.Agents().Login(k.T.Context(), "h3")
	equal(k, got, err, login("h3", "acc-b"))
}

func links(k *kit) {
	k.do(k.seat(agent.Agent{ID: "a"}), func(ctx context.Context) error {
		return k.Agents().AddLink(ctx, agent.Link{TokenHash: "h", AccountID: "acc-a", ExpiresAt: start.Add(time.Hour)})
	})
	use := func(hash string, now time.Time) (l agent.Link, err error) {
		err = k.try(func(ctx context.Context) error { l, err = k.Agents().UseLink(ctx, hash, now); return err })
		return l, err
	}
	if _, err := use("h", start.Add(time.Hour)); !errors.Is(err, agent.ErrLink) {
		k.Errorf("an expired link: %v", err)
	}
	if _, err := use("x", start); !errors.Is(err, agent.ErrLink) {
		k.Errorf("an unknown link: %v", err)
	}
	got, err := use("h", start)
	equal(k, got, err, agent.Link{TokenHash: "h", AccountID: "acc-a", ExpiresAt: start.Add(time.Hour), UsedAt: ptr(start)})
	if _, err := use("h", start); !errors.Is(err, agent.ErrLink) {
		k.Errorf("a used link: %v", err)
	}
}
