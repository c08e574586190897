package queue_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

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
		"name with a line":  {func(g *queue.SkillGroup) { g.Name = "a\nb" }, queue.ErrGroupName, ""},
		"name with NUL":     {func(g *queue.SkillGroup) { g.Name = "a\x00b" }, queue.ErrGroupName, ""},
		"name no text":      {func(g *queue.SkillGroup) { g.Name = "a\xff" }, queue.ErrGroupName, ""},
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
		refused := func(what, words string, fits func(queue.Use) bool) {
			t.Helper()
			_, err := h.book.Delete(ctx, "sales")
			if !errors.As(err, &used) || !errors.Is(err, queue.ErrGroupUsed) || !fits(used.Use) || !strings.Contains(err.Error(), words) {
				t.Errorf("deleted under %s: %v", what, err)
			}
		}
		refused("a caller", "1 callers wait", func(u queue.Use) bool { return u.Waiting == 1 })
		h.do(func(ctx context.Context) error { return h.d.Leave(ctx, "s1", "left") })
		h.group("night", nil)
		h.agent("nora", "night")
		h.ok(h.desk.SetIntent(ctx, "nora", agent.NotReady, ""))
		h.enqueue("s2", queue.Video, nodes.Handoff{Group: "night", Overflow: []nodes.Overflow{{Group: "sales", After: time.Minute}}})
		refused("a caller it will help with", "1 callers wait", func(u queue.Use) bool { return u.Waiting == 1 })
		h.do(func(ctx context.Context) error { return h.d.Leave(ctx, "s2", "left") })
		h.ok(h.book.SetFallback(ctx, "sales", true))
		refused("the title of default", "default", func(u queue.Use) bool { return u.Fallback })
		h.ok(h.book.SetFallback(ctx, "sales", false))
		use := queue.Use{Live: []string{"main flow", "other"}, Drafts: []string{"sketch"}, Sessions: 3}
		h.book.Uses = func(context.Context) (map[string]queue.Use, error) { return map[string]queue.Use{"sales": use}, nil }
		refused("a flow", "main flow, other", func(u queue.Use) bool { return len(u.Live) == 2 && u.Sessions == 3 })
		use.Live = nil // drafts and sessions that are on their way do not hold it
		drafts, err := h.book.Delete(ctx, "sales")
		h.ok(err)
		if !slices.Equal(drafts, []string{"sketch"}) {
			t.Errorf("drafts that name it: %v", drafts)
		}
		if _, err := h.book.Delete(ctx, "sales"); !errors.Is(err, queue.ErrNoGroup) {
			t.Errorf("deleted twice: %v", err)
		}
		h.book.Uses = func(context.Context) (map[string]queue.Use, error) { return nil, errors.New("disk on fire") }
		if _, err := h.book.Delete(ctx, "night"); err == nil {
			t.Error("not knowing who uses it is as good as used")
		}
		if a := h.who("ann"); a.RemovedAt != nil {
			t.Error("its agents were deleted too")
		}
	})
}

// One group at most is the default one, and changing its settings does not change that.
func TestFallback(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.group("night", nil)
		is := func(want string) {
			t.Helper()
			got, err := h.in.Groups().Fallback(ctx)
			h.ok(err)
			list, err := h.book.List(ctx)
			h.ok(err)
			for _, g := range list {
				if got != want || g.Fallback != (g.ID == want) {
					t.Errorf("the default group is %q, %s: %v; want %q", got, g.ID, g.Fallback, want)
				}
			}
		}
		is("")
		h.ok(h.book.SetFallback(ctx, "sales", true))
		h.ok(h.book.SetFallback(ctx, "night", true))
		is("night")
		h.ok(h.book.SetFallback(ctx, "sales", false))
		g, err := h.book.Get(ctx, "night")
		h.ok(err)
		g.Fallback, g.RingSeconds = false, 30
		h.ok(h.book.Update(ctx, g))
		is("night")
		fresh := queue.Fresh()
		fresh.Name, fresh.Fallback = "new", true
		_, err = h.book.Create(ctx, fresh)
		h.ok(err)
		is("night")
		h.ok(h.book.SetFallback(ctx, "night", false))
		is("")
		if err := h.book.SetFallback(ctx, "nowhere", true); !errors.Is(err, queue.ErrNoGroup) {
			t.Errorf("a group that is not there: %v", err)
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
		_, err = h.book.Delete(t.Context(), "sales")
		h.ok(err)
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
		members, err = h.book.Members(ctx, "sales")
		h.ok(err)
		if len(members) != 1 || members[0].Priority != 1 {
			t.Errorf("members %+v", members)
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
