package storagetest

import (
	"context"
	"time"

	"foyer/runtime/agent"
	"foyer/runtime/channel"
)

// key adds a login, a link and a caller's token, all of one hash and one end.
func (k *kit) key(hash string, until time.Time) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := k.Agents().AddLogin(ctx, agent.Login{TokenHash: hash, AccountID: "acc-a", AgentID: "a", CreatedAt: start, ExpiresAt: until}); err != nil {
			return err
		}
		if err := k.Agents().AddLink(ctx, agent.Link{TokenHash: hash, AccountID: "acc-a", ExpiresAt: until}); err != nil {
			return err
		}
		caller := channel.Caller{ID: "of " + hash, Channel: "web", CreatedAt: start}
		return k.Callers().CreateCaller(ctx, caller, channel.Token{Hash: hash, CallerID: caller.ID, ExpiresAt: until})
	}
}

// opens counts what of a key is still there, by the clock of the start, when nothing had expired. It uses up
// the link.
func (k *kit) opens(hash string) (n int) {
	_, login := k.Agents().Login(k.Context(), hash)
	_, token := k.Callers().CallerByToken(k.Context(), hash, start)
	link := k.try(func(ctx context.Context) error { _, err := k.Agents().UseLink(ctx, hash, start); return err })
	for _, err := range []error{login, token, link} {
		if err == nil {
			n++
		}
	}
	return n
}

// expiredKeysGo throws away more than one decision does.
func expiredKeysGo(k *kit) {
	old := ids("old", 1100)
	steps := []func(context.Context) error{k.seat(agent.Agent{ID: "a"}), k.key("now", start.Add(time.Hour)), k.key("later", start.Add(2*time.Hour))}
	for _, hash := range old {
		steps = append(steps, k.key(hash, start.Add(time.Hour-time.Millisecond)))
	}
	k.do(steps...)
	k.now = start.Add(time.Hour)
	if err := k.Prune(k.T.Context()); err != nil {
		k.Error(err)
	}
	for _, hash := range old {
		if n := k.opens(hash); n != 0 {
			k.Fatalf("%d of what %s opened is still there", n, hash)
		}
	}
	for _, hash := range []string{"now", "later"} {
		if n := k.opens(hash); n != 3 {
			k.Errorf("only %d of what %s opens is there", n, hash)
		}
	}
}
