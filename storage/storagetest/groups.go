package storagetest

import (
	"context"
	"errors"
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
func groups() []promise {
	return []promise{
		{"AGroupIsReadAsItWasWritten", groupAGroupIsReadAsItWasWritten},
		{"UnknownOnes", groupUnknownOnes},
		{"NamesAreUnique", groupNamesAreUnique},
		{"Members", members},
		{"ADeletedGroup", groupADeletedGroup},
		{"OldestFirst", groupOldestFirst},
		{"OneFallback", groupOneFallback},
	}
}

func groupAGroupIsReadAsItWasWritten(k *kit) {
	want := filled[queue.SkillGroup]()
	k.do(k.group(want))
	got, err := k.Groups().Group(k.Context(), want.ID)
	equal(k, got, err, want)
	changed := want
	changed.Name, changed.RestOnMiss, changed.WrapSeconds, changed.MaxWaiting = "other", false, 0, 0
	k.do(func(ctx context.Context) error { return k.Groups().UpdateGroup(ctx, changed) })
	got, err = k.Groups().Group(k.Context(), want.ID)
	equal(k, got, err, changed)
}

func groupOneFallback(k *kit) {
	set := func(id string) func(context.Context) error {
		return func(ctx context.Context) error { return k.Groups().SetFallback(ctx, id) }
	}
	is := func(want string) {
		got, err := k.Groups().Fallback(k.Context())
		equal(k, got, err, want)
	}
	k.do(k.group(queue.SkillGroup{ID: "g", Name: "售前"}), k.group(queue.SkillGroup{ID: "h", Name: "售后"}))
	is("")
	k.do(set("g"), set("h"))
	is("h")
	if err := k.try(set("x")); !errors.Is(err, queue.ErrNoGroup) {
		k.Errorf("an unknown group: %v", err)
	}
	is("h")
	if err := k.try(k.group(queue.SkillGroup{ID: "i", Name: "夜间", Fallback: true})); err == nil {
		k.Error("two groups are the fallback")
	}
	k.do(set(""))
	is("")
	k.do(set("g"), func(ctx context.Context) error { return k.Groups().DeleteGroup(ctx, "g") })
	is("")
	k.do(k.group(queue.SkillGroup{ID: "j", Name: "夜间", Fallback: true}))
	is("j")
}

func groupUnknownOnes(k *kit) {
	_, err := k.Groups().Group(k.Context(), "x")
	err2 := k.try(func(ctx context.Context) error { return k.Groups().UpdateGroup(ctx, queue.SkillGroup{ID: "x"}) })
	err3 := k.try(func(ctx context.Context) error { return k.Groups().DeleteGroup(ctx, "x") })
	err4 := k.try(k.member("x", "a", 3))
	for i, err := range []error{err, err2, err3, err4} {
		if !errors.Is(err, queue.ErrNoGroup) {
			k.Errorf("%d: %v", i, err)
		}
	}
}

func groupNamesAreUnique(k *kit) {
	k.do(k.group(queue.SkillGroup{ID: "g", Name: "售前"}), k.group(queue.SkillGroup{ID: "h", Name: "售后"}))
	err := k.try(k.group(queue.SkillGroup{ID: "i", Name: "售前"}))
	err2 := k.try(func(ctx context.Context) error {
		return k.Groups().UpdateGroup(ctx, queue.SkillGroup{ID: "h", Name: "售前"})
	})
	if !errors.Is(err, queue.ErrGroupTaken) || !errors.Is(err2, queue.ErrGroupTaken) {
		k.Errorf("%v, %v", err, err2)
	}
}

func groupADeletedGroup(k *kit) {
	k.do(k.seat(agent.Agent{ID: "a"}), k.group(queue.SkillGroup{ID: "g", Name: "n"}), k.member("g", "a", 3),
		func(ctx context.Context) error { return k.Groups().DeleteGroup(ctx, "g") })
	if _, err := k.Groups().Group(k.Context(), "g"); !errors.Is(err, queue.ErrNoGroup) {
		k.Errorf("got %v", err)
	}
	of, err := k.Groups().Members(k.Context(), "g")
	if len(of) != 0 || err != nil {
		k.Errorf("%v, %v", of, err)
	}
	k.do(k.group(queue.SkillGroup{ID: "h", Name: "n", CreatedAt: start}))
	list, err := k.Groups().Groups(k.Context())
	equal(k, list, err, []queue.SkillGroup{{ID: "h", Name: "n", CreatedAt: start}})
}

func groupOldestFirst(k *kit) {
	for i, id := range []string{"b", "a", "c"} {
		k.do(k.group(queue.SkillGroup{ID: id, Name: id, CreatedAt: start.Add(time.Duration(i) * time.Second)}))
	}
	got, err := k.Groups().Groups(k.Context())
	if err != nil || len(got) != 3 || got[0].ID != "b" || got[2].ID != "c" {
		k.Errorf("%+v, %v", got, err)
	}
}

func members(k *kit) {
	k.do(k.seat(agent.Agent{ID: "a"}), k.seat(agent.Agent{ID: "b"}), k.seat(agent.Agent{ID: "c"}),
		k.group(queue.SkillGroup{ID: "g", Name: "g"}), k.group(queue.SkillGroup{ID: "h", Name: "h"}),
		k.member("g", "a", 3), k.member("g", "b", 1), k.member("h", "a", 2), k.member("g", "c", 5), k.member("g", "a", 4))
	got, err := k.Groups().Members(k.T.Context(), "g")
	equal(k, got, err, []queue.Membership{{GroupID: "g", AgentID: "b", Priority: 1}, {GroupID: "g", AgentID: "a", Priority: 4}, {GroupID: "g", AgentID: "c", Priority: 5}})
	got, err = k.Groups().Members(k.T.Context(), "h")
	equal(k, got, err, []queue.Membership{{GroupID: "h", AgentID: "a", Priority: 2}})
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
