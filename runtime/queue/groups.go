package queue

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"foyer/runtime/event"
)

// The bounds of a group's settings.
const (
	maxName              = 20 // characters
	minRing, maxRing     = 1, 90
	minWait, maxWait     = 5, 7200
	maxWrap              = 3600
	maxLine              = 100_000
	minRank, midRank     = 1, 3 // of a membership
	maxRank              = 5
	freshRing, freshWait = 20, 600
	freshWrap            = 120
)

// Fresh is the settings a new group begins with.
func Fresh() SkillGroup {
	return SkillGroup{RingSeconds: freshRing, WaitSeconds: freshWait, WrapSeconds: freshWrap}
}

// SettingError names the setting of a group or membership that is out of range. It is an ErrSetting.
type SettingError struct {
	Name     string // ringSeconds, waitSeconds, maxWaiting, wrapSeconds or priority
	Min, Max int
}

// Field names the setting, for the form it was typed into.
func (e *SettingError) Field() string { return e.Name }

// Error names the setting and its range.
func (e *SettingError) Error() string {
	return fmt.Sprintf("%v: %s must be from %d to %d", ErrSetting, e.Name, e.Min, e.Max)
}

// Unwrap gives ErrSetting.
func (e *SettingError) Unwrap() error { return ErrSetting }

// GroupBook keeps the skill groups and who belongs to them.
type GroupBook struct {
	Ledger  event.Ledger
	Groups  Groups
	Entries Entries
	Uses    func(ctx context.Context) (map[string]Use, error) // what flows and their sessions need, by group; may be nil
	Changed func(ctx context.Context, agentID string) error   // of a Dispatcher: an agent's groups are others now; may be nil
	Clock   event.Clock
	NewID   event.NewID
}

// Create adds a group and gives it its id. A ring or wait of 0 becomes that of Fresh. Errors: ErrGroupName,
// *SettingError, ErrGroupTaken.
func (b *GroupBook) Create(ctx context.Context, g SkillGroup) (SkillGroup, error) {
	if g.RingSeconds == 0 {
		g.RingSeconds = freshRing
	}
	if g.WaitSeconds == 0 {
		g.WaitSeconds = freshWait
	}
	g.Name = strings.TrimSpace(g.Name)
	if err := check(g); err != nil {
		return SkillGroup{}, err
	}
	g.ID, g.CreatedAt, g.Fallback = b.NewID("grp_"), b.Clock(), false
	err := b.Ledger.Do(ctx, func(ctx context.Context) error { return b.Groups.CreateGroup(ctx, g) })
	if err != nil {
		return SkillGroup{}, fmt.Errorf("creating group %q: %w", g.Name, err)
	}
	return g, nil
}

// Update changes a group's name and settings; they hold from the next caller and the next ring on.
// Errors: ErrNoGroup and those of Create.
func (b *GroupBook) Update(ctx context.Context, g SkillGroup) error {
	g.Name = strings.TrimSpace(g.Name)
	if err := check(g); err != nil {
		return err
	}
	return b.Ledger.Do(ctx, func(ctx context.Context) error {
		was, err := b.Groups.Group(ctx, g.ID)
		if err != nil {
			return fmt.Errorf("group %s: %w", g.ID, err)
		}
		g.CreatedAt, g.Fallback = was.CreatedAt, was.Fallback
		if err := b.Groups.UpdateGroup(ctx, g); err != nil {
			return fmt.Errorf("changing group %s: %w", g.ID, err)
		}
		return nil
	})
}

// Get reads one group, or is ErrNoGroup.
func (b *GroupBook) Get(ctx context.Context, id string) (SkillGroup, error) {
	return b.Groups.Group(ctx, id)
}

// List reads all groups by creation.
func (b *GroupBook) List(ctx context.Context) ([]SkillGroup, error) { return b.Groups.Groups(ctx) }

// Members reads who belongs to a group.
func (b *GroupBook) Members(ctx context.Context, groupID string) ([]Membership, error) {
	return b.Groups.Members(ctx, groupID)
}

// SetMember adds an agent to a group or changes their priority; 0 becomes 3. Errors: ErrNoGroup, *SettingError.
func (b *GroupBook) SetMember(ctx context.Context, m Membership) error {
	if m.Priority == 0 {
		m.Priority = midRank
	}
	if err := within("priority", m.Priority, minRank, maxRank); err != nil {
		return err
	}
	return b.Ledger.Do(ctx, func(ctx context.Context) error {
		if _, err := b.Groups.Group(ctx, m.GroupID); err != nil {
			return fmt.Errorf("group %s: %w", m.GroupID, err)
		}
		if err := b.Groups.SetMember(ctx, m); err != nil {
			return fmt.Errorf("adding agent %s to group %s: %w", m.AgentID, m.GroupID, err)
		}
		return b.changed(ctx, m.AgentID)
	})
}

// RemoveMember takes an agent out of a group. A ring of that group is taken back from them.
func (b *GroupBook) RemoveMember(ctx context.Context, groupID, agentID string) error {
	return b.Ledger.Do(ctx, func(ctx context.Context) error {
		if err := b.Groups.RemoveMember(ctx, groupID, agentID); err != nil {
			return fmt.Errorf("taking agent %s out of group %s: %w", agentID, groupID, err)
		}
		return b.changed(ctx, agentID)
	})
}

func (b *GroupBook) changed(ctx context.Context, agentID string) error {
	if b.Changed == nil {
		return nil
	}
	return b.Changed(ctx, agentID)
}

func check(g SkillGroup) error {
	n := utf8.RuneCountInString(g.Name)
	if n == 0 || n > maxName || !utf8.ValidString(g.Name) || strings.ContainsFunc(g.Name, unicode.IsControl) {
		return fmt.Errorf("%q: %w", g.Name, ErrGroupName)
	}
	for _, s := range []struct {
		field       string
		n, min, max int
	}{
		{"ringSeconds", g.RingSeconds, minRing, maxRing},
		{"waitSeconds", g.WaitSeconds, minWait, maxWait},
		{"maxWaiting", g.MaxWaiting, 0, maxLine},
		{"wrapSeconds", g.WrapSeconds, 0, maxWrap},
	} {
		if err := within(s.field, s.n, s.min, s.max); err != nil {
			return err
		}
	}
	return nil
}

func within(field string, n, least, most int) error {
	if n < least || n > most {
		return &SettingError{Name: field, Min: least, Max: most}
	}
	return nil
}
