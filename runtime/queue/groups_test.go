package queue_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"foyer/nodes"
	"foyer/runtime/agent"
	"foyer/runtime/queue"
)

func TestGroupCreate(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*queue.SkillGroup)
		want   error
		field  string
	}{
		"as it comes":       {func(*queue.SkillGroup) {}, nil, ""},
		"twenty characters": {func(g *queue.SkillGroup) { g.Name = strings.Repeat("组", 20) }, nil, ""},
		"spaces around":     {func(g *queue.SkillGroup) { g.Name = "  售前  " }, nil, ""},
		"no name":           {func(g *queue.SkillGroup) { g.Name = "" }, queue.ErrGroupName, ""},
		"only spaces":       {func(g *queue.SkillGroup) { g.Name = " \t" }, queue.ErrGroupName, ""},
		"too long a name":   {func(g *queue.SkillGroup) { g.Name = strings.Repeat("组", 21) }, queue.ErrGroupName, ""},
		"taken":             {func(g *queue.SkillGroup) { g.Name = "sales" }, queue.ErrGroupTaken, ""},
		"taken with spaces": {func(g *queue.SkillGroup) { g.Name = " sales " }, queue.ErrGroupTaken, ""},
		"ring default":      {func(g *queue.SkillGroup) { g.RingSeconds = 0 }, nil, ""},
		"ring too long":     {func(g *queue.SkillGroup) { g.RingSeconds = 91 }, queue.ErrSetting, "ringSeconds"},
		"ring negative":     {func(g *queue.SkillGroup) { g.RingSeconds = -1 }, queue.ErrSetting, "ringSeconds"},
		"wait default":      {func(g *queue.SkillGroup) { g.WaitSeconds = 0 }, nil, ""},
		"wait too short":    {func(g *queue.SkillGroup) { g.WaitSeconds = 4 }, queue.ErrSetting, "waitSeconds"},
		"wait too long":     {func(g *queue.SkillGroup) { g.WaitSeconds = 7201 }, queue.ErrSetting, "waitSeconds"},
		"line negative":     {func(g *queue.SkillGroup) { g.MaxWaiting = -1 }, queue.ErrSetting, "maxWaiting"},
		"no wrap-up":        {func(g *queue.SkillGroup) { g.WrapSeconds = 0 }, nil, ""},
		"wrap-up too long":  {func(g *queue.SkillGroup) { g.WrapSeconds = 3601 }, queue.ErrSetting, "wrapSeconds"},
	} {
		t.Run(name, func(t *testing.T) {
			inHall(t, func(t *testing.T, h *hall) {
				g := queue.Fresh()
				g.Name = "repair"
				c.change(&g)
				made, err := h.book.Create(t.Context(), g)
				if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
					t.Fatalf("created: %v, want %v", err, c.want)
				}
				var setting *queue.SettingError
				if errors.As(err, &setting) != (c.field != "") || setting != nil && setting.Field() != c.field {
					t.Errorf("error %v does not name %q", err, c.field)
				}
				if err != nil {
					return
				}
				kept, err := h.book.Get(t.Context(), made.ID)
				h.ok(err)
				if kept.Name != strings.TrimSpace(g.Name) || kept.RingSeconds == 0 || kept.WaitSeconds == 0 || kept.WrapSeconds != g.WrapSeconds {
					t.Errorf("kept %+v", kept)
				}
			})
		})
	}
}

func TestGroupUpdate(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		g, err := h.book.Get(ctx, "sales")
		h.ok(err)
		created := g.CreatedAt
		g.Name, g.RingSeconds, g.CreatedAt = " 售前 ", 33, g.CreatedAt.AddDate(1, 0, 0)
		h.ok(h.book.Update(ctx, g))
		got, err := h.book.Get(ctx, "sales")
		h.ok(err)
		if got.Name != "售前" || got.RingSeconds != 33 || !got.CreatedAt.Equal(created) {
			t.Errorf("kept %+v", got)
		}
		for want, change := range map[error]func(*queue.SkillGroup){
			queue.ErrGroupName: func(g *queue.SkillGroup) { g.Name = "" },
			queue.ErrSetting:   func(g *queue.SkillGroup) { g.RingSeconds = 0 },
			queue.ErrNoGroup:   func(g *queue.SkillGroup) { g.ID = "nowhere" },
		} {
			bad := got
			change(&bad)
			if err := h.book.Update(ctx, bad); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
	})
}

// A group is not deleted under those who need it.
func TestGroupDelete(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.agent("ann", "sales")
		h.ok(h.desk.SetIntent(ctx, "ann", agent.NotReady, ""))
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		var used *queue.UsedError
		if err := h.book.Delete(ctx, "sales"); !errors.As(err, &used) || used.Waiting != 1 || !errors.Is(err, queue.ErrGroupUsed) {
			t.Errorf("deleted under a caller: %v", err)
		}
		h.do(func(ctx context.Context) error { return h.d.Leave(ctx, "s1", "left") })
		h.book.Uses = func(_ context.Context, id string) []string { return []string{"main flow", "other"} }
		if err := h.book.Delete(ctx, "sales"); !errors.As(err, &used) || len(used.Flows) != 2 || !strings.Contains(err.Error(), "main flow, other") {
			t.Errorf("deleted under a flow: %v", err)
		}
		h.book.Uses = nil
		h.ok(h.book.Delete(ctx, "sales"))
		if err := h.book.Delete(ctx, "sales"); !errors.Is(err, queue.ErrNoGroup) {
			t.Errorf("deleted twice: %v", err)
		}
		if a := h.who("ann"); a.RemovedAt != nil {
			t.Error("its agents were deleted too")
		}
	})
}

// A talk outlives its group.
func TestGroupDeletedInTalk(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.agent("ann", "sales")
		h.enqueue("s1", queue.Text, nodes.Handoff{})
		o := h.offer("s1")
		_, err := h.d.Accept(t.Context(), "ann", o.ID)
		h.ok(err)
		h.ok(h.book.Delete(t.Context(), "sales"))
		h.do(func(ctx context.Context) error { return h.d.Leave(ctx, "s1", "left") })
		h.was(o, queue.Wrapping, "left")
		h.ok(h.d.Complete(t.Context(), "ann", o.ID))
	})
}

func TestMembers(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.agent("ann", "sales")
		members, err := h.book.Members(ctx, "sales")
		h.ok(err)
		if len(members) != 1 || members[0].Priority != 3 {
			t.Errorf("members %+v", members)
		}
		h.ok(h.book.SetMember(ctx, queue.Membership{GroupID: "sales", AgentID: "ann", Priority: 1}))
		of, err := h.book.GroupsOf(ctx, "ann")
		h.ok(err)
		if len(of) != 1 || of[0].Priority != 1 {
			t.Errorf("groups %+v", of)
		}
		if err := h.book.SetMember(ctx, queue.Membership{GroupID: "sales", AgentID: "ann", Priority: 6}); !errors.Is(err, queue.ErrSetting) {
			t.Errorf("priority 6: %v", err)
		}
		if err := h.book.SetMember(ctx, queue.Membership{GroupID: "nowhere", AgentID: "ann"}); !errors.Is(err, queue.ErrNoGroup) {
			t.Errorf("no group: %v", err)
		}
		all, err := h.book.List(ctx)
		h.ok(err)
		if len(all) != 1 || all[0].ID != "sales" {
			t.Errorf("groups %+v", all)
		}
		// who becomes a member finds who waits
		h.agent("bob")
		h.ok(h.desk.SetIntent(ctx, "ann", agent.NotReady, ""))
		h.enqueue("s1", queue.Video, nodes.Handoff{})
		h.ok(h.book.SetMember(ctx, queue.Membership{GroupID: "sales", AgentID: "bob"}))
		h.rings("s1", "bob")
	})
}
