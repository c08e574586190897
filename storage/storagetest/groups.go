package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"foyer/runtime/agent"
	"foyer/runtime/queue"
)

// group adds a skill group.
func (k *kit) group(g queue.SkillGroup) func(context.Context) error {
	return func(ctx context.Context) error { return k.Groups().CreateGroup(ctx, g) }
}

// member adds a membership.
func (k *kit) member(group, agent string, priority int) func(context.Context) error {
	return func(ctx context.Context) error {
		return k.Groups().SetMember(ctx, queue.Membership{GroupID: group, AgentID: agent, Priority: priority})
	}
}

// groups checks the promises at queue.Groups.
func groups(t *testing.T, open func(*testing.T) *kit) {
	t.Run("AGroupIsReadAsItWasWritten", func(t *testing.T) {
		k, want := open(t), filled[queue.SkillGroup]()
		k.do(k.group(want))
		got, err := k.Groups().Group(t.Context(), want.ID)
		equal(t, got, err, want)
		changed := want
		changed.Name, changed.RestOnMiss, changed.WrapSeconds, changed.MaxWaiting = "other", false, 0, 0
		k.do(func(ctx context.Context) error { return k.Groups().UpdateGroup(ctx, changed) })
		got, err = k.Groups().Group(t.Context(), want.ID)
		equal(t, got, err, changed)
	})
	t.Run("UnknownOnes", func(t *testing.T) {
		k := open(t)
		_, err := k.Groups().Group(t.Context(), "x")
		err2 := k.try(func(ctx context.Context) error { return k.Groups().UpdateGroup(ctx, queue.SkillGroup{ID: "x"}) })
		err3 := k.try(func(ctx context.Context) error { return k.Groups().DeleteGroup(ctx, "x") })
		err4 := k.try(k.member("x", "a", 3))
		for i, err := range []error{err, err2, err3, err4} {
			if !errors.Is(err, queue.ErrNoGroup) {
				t.Errorf("%d: %v", i, err)
			}
		}
	})
	t.Run("NamesAreUnique", func(t *testing.T) {
		k := open(t)
		k.do(k.group(queue.SkillGroup{ID: "g", Name: "售前"}), k.group(queue.SkillGroup{ID: "h", Name: "售后"}))
		err := k.try(k.group(queue.SkillGroup{ID: "i", Name: "售前"}))
		err2 := k.try(func(ctx context.Context) error {
			return k.Groups().UpdateGroup(ctx, queue.SkillGroup{ID: "h", Name: "售前"})
		})
		if !errors.Is(err, queue.ErrGroupTaken) || !errors.Is(err2, queue.ErrGroupTaken) {
			t.Errorf("%v, %v", err, err2)
		}
	})
	t.Run("Members", func(t *testing.T) { members(open(t)) })
	t.Run("ADeletedGroup", func(t *testing.T) {
		k := open(t)
		k.do(k.seat(agent.Agent{ID: "a"}), k.group(queue.SkillGroup{ID: "g", Name: "n"}), k.member("g", "a", 3),
			func(ctx context.Context) error { return k.Groups().DeleteGroup(ctx, "g") })
		if _, err := k.Groups().Group(t.Context(), "g"); !errors.Is(err, queue.ErrNoGroup) {
			t.Errorf("got %v", err)
		}
		of, err := k.Groups().GroupsOf(t.Context(), "a")
		if len(of) != 0 || err != nil {
			t.Errorf("%v, %v", of, err)
		}
		k.do(k.group(queue.SkillGroup{ID: "h", Name: "n", CreatedAt: start}))
		list, err := k.Groups().Groups(t.Context())
		equal(t, list, err, []queue.SkillGroup{{ID: "h", Name: "n", CreatedAt: start}})
	})
	t.Run("OldestFirst", func(t *testing.T) {
		k := open(t)
		for i, id := range []string{"b", "a", "c"} {
			k.do(k.group(queue.SkillGroup{ID: id, Name: id, CreatedAt: start.Add(time.Duration(i) * time.Second)}))
		}
		got, err := k.Groups().Groups(t.Context())
		if err != nil || len(got) != 3 || got[0].ID != "b" || got[2].ID != "c" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func members(k *kit) {
	k.do(k.seat(agent.Agent{ID: "a"}), k.seat(agent.Agent{ID: "b"}), k.seat(agent.Agent{ID: "c"}),
		k.group(queue.SkillGroup{ID: "g", Name: "g"}), k.group(queue.SkillGroup{ID: "h", Name: "h"}),
		k.member("g", "a", 3), k.member("g", "b", 1), k.member("h", "a", 2), k.member("g", "c", 5), k.member("g", "a", 4))
	got, err := k.Groups().Members(k.T.Context(), "g")
	equal(k, got, err, []queue.Membership{{GroupID: "g", AgentID: "b", Priority: 1}, {GroupID: "g", AgentID: "a", Priority: 4}, {GroupID: "g", AgentID: "c", Priority: 5}})
	got, err = k.Groups().GroupsOf(k.T.Context(), "a")
	equal(k, got, err, []queue.Membership{{GroupID: "g", AgentID: "a", Priority: 4}, {GroupID: "h", AgentID: "a", Priority: 2}})
	remove := func(ctx context.Context) error { return k.Groups().RemoveMember(ctx, "g", "a") }
	k.do(remove, remove)
	c, err := k.Agents().Get(k.T.Context(), "c")
	if err != nil {
		k.Fatal(err)
	}
	c.RemovedAt = ptr(start)
	k.do(func(ctx context.Context) error { return k.Agents().Update(ctx, c) })
	got, err = k.Groups().Members(k.T.Context(), "g")
	equal(k, got, err, []queue.Membership{{GroupID: "g", AgentID: "b", Priority: 1}})
}
