package queue

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Use is what still has to do with a group.
type Use struct {
	Live     []string // names of flows whose live version hands callers to it, be it through a flow that they enter
	Drafts   []string // names of flows of which only the draft does
	Sessions int      // sessions in progress on a version that does
	Waiting  int      // callers in its queue, and those whom it helps with or will
	Fallback bool     // it is the default group
}

// Needed tells whether the group cannot be deleted: a live flow or a waiting caller needs it, or it is the default one.
func (u Use) Needed() bool { return len(u.Live) > 0 || u.Waiting > 0 || u.Fallback }

// UsedError says what still needs a group. It is an ErrGroupUsed.
type UsedError struct{ Use }

// Error says what still needs the group.
func (e *UsedError) Error() string {
	switch {
	case len(e.Live) > 0:
		return fmt.Sprintf("%v by %s", ErrGroupUsed, strings.Join(e.Live, ", "))
	case e.Waiting > 0:
		return fmt.Sprintf("%v: %d callers wait for it", ErrGroupUsed, e.Waiting)
	}
	return fmt.Sprintf("%v: it is the default one", ErrGroupUsed)
}

// Unwrap gives ErrGroupUsed.
func (e *UsedError) Unwrap() error { return ErrGroupUsed }

// Use lists what has to do with each group, by its id. A group that is not there has none.
func (b *GroupBook) Use(ctx context.Context) (map[string]Use, error) {
	uses := map[string]Use{}
	if b.Uses != nil {
		var err error
		if uses, err = b.Uses(ctx); err != nil {
			return nil, fmt.Errorf("flows that use groups: %w", err)
		}
	}
	entries, err := b.Entries.OpenEntries(ctx)
	if err != nil {
		return nil, fmt.Errorf("who waits for groups: %w", err)
	}
	for _, e := range entries {
		for _, id := range e.groups() {
			u := uses[id]
			u.Waiting++
			uses[id] = u
		}
	}
	fallback, err := b.Groups.Fallback(ctx)
	if err != nil {
		return nil, err
	}
	if fallback != "" {
		u := uses[fallback]
		u.Fallback = true
		uses[fallback] = u
	}
	return uses, nil
}

// groups lists the groups whose agents may be rung for an entry, now or later, each once.
func (e Entry) groups() []string {
	ids := []string{e.GroupID}
	for _, o := range e.Handoff.Overflow {
		if !slices.Contains(ids, o.Group) {
			ids = append(ids, o.Group)
		}
	}
	return ids
}

// Delete removes a group and its memberships, never its agents, and tells which drafts name it still. While it is
// needed that is a *UsedError.
func (b *GroupBook) Delete(ctx context.Context, id string) (drafts []string, err error) {
	err = b.Ledger.Do(ctx, func(ctx context.Context) error {
		if _, err := b.Groups.Group(ctx, id); err != nil {
			return fmt.Errorf("group %s: %w", id, err)
		}
		uses, err := b.Use(ctx)
		if err != nil {
			return err
		}
		if uses[id].Needed() {
			return &UsedError{uses[id]}
		}
		drafts = uses[id].Drafts
		return b.Groups.DeleteGroup(ctx, id)
	})
	return drafts, err
}

// SetFallback makes a group the one that takes callers whose flow came to grief; on false there is none any more, if
// it was this one. Errors: ErrNoGroup.
func (b *GroupBook) SetFallback(ctx context.Context, id string, on bool) error {
	return b.Ledger.Do(ctx, func(ctx context.Context) error {
		g, err := b.Groups.Group(ctx, id)
		if err != nil {
			return fmt.Errorf("group %s: %w", id, err)
		}
		switch {
		case g.Fallback == on:
			return nil
		case on:
			return b.Groups.SetFallback(ctx, id)
		}
		return b.Groups.SetFallback(ctx, "")
	})
}
