package storage

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"foyer/runtime/queue"
)

// Groups keeps skill groups and who belongs to them.
type Groups struct{ in *Instance }

var _ queue.Groups = (*Groups)(nil)

// Groups of the instance.
func (in *Instance) Groups() *Groups { return &Groups{in} }

type groupRow struct {
	InstanceID  string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	Name        string
	RingSeconds int
	WaitSeconds int
	MaxWaiting  int
	RestOnMiss  bool
	WrapSeconds int
	Fallback    bool
	CreatedAt   stamp
	Deleted     bool
}

// TableName of the row.
func (groupRow) TableName() string { return "skill_groups" }

func (g *Groups) row(in queue.SkillGroup) groupRow {
	return groupRow{
		InstanceID: g.in.id, ID: in.ID, Name: in.Name, RingSeconds: in.RingSeconds, WaitSeconds: in.WaitSeconds,
		MaxWaiting: in.MaxWaiting, RestOnMiss: in.RestOnMiss, WrapSeconds: in.WrapSeconds, Fallback: in.Fallback,
		CreatedAt: stamp(in.CreatedAt),
	}
}

func (r groupRow) domain() queue.SkillGroup {
	return queue.SkillGroup{
		ID: r.ID, Name: r.Name, RingSeconds: r.RingSeconds, WaitSeconds: r.WaitSeconds, MaxWaiting: r.MaxWaiting,
		RestOnMiss: r.RestOnMiss, WrapSeconds: r.WrapSeconds, Fallback: r.Fallback,
		CreatedAt: time.Time(r.CreatedAt),
	}
}

// CreateGroup adds a group. queue.ErrGroupTaken.
func (g *Groups) CreateGroup(ctx context.Context, in queue.SkillGroup) error {
	row := g.row(in)
	return failed(g.in.writer(ctx).Create(&row).Error, nil, queue.ErrGroupTaken, "creating group %s", in.ID)
}

// UpdateGroup writes a group. queue.ErrNoGroup, queue.ErrGroupTaken.
func (g *Groups) UpdateGroup(ctx context.Context, in queue.SkillGroup) error {
	row := g.row(in)
	return failed(save(g.in.writer(ctx), &row, "NOT deleted"), queue.ErrNoGroup, queue.ErrGroupTaken, "saving group %s", in.ID)
}

// DeleteGroup removes a group with its memberships. Its name stays on the records. queue.ErrNoGroup.
func (g *Groups) DeleteGroup(ctx context.Context, id string) error {
	done := g.in.writer(ctx).Model(&groupRow{}).Where("instance_id = ? AND id = ? AND NOT deleted", g.in.id, id).Update("deleted", true)
	if err := must(done); err != nil {
		return failed(err, queue.ErrNoGroup, nil, "deleting group %s", id)
	}
	err := g.in.writer(ctx).Where("instance_id = ? AND group_id = ?", g.in.id, id).Delete(&memberRow{}).Error
	return failed(err, nil, nil, "deleting the members of group %s", id)
}

// Group reads a group. queue.ErrNoGroup.
func (g *Groups) Group(ctx context.Context, id string) (queue.SkillGroup, error) {
	out, err := take[groupRow](g.in.rows(ctx).Where("id = ? AND NOT deleted", id))
	return out, failed(err, queue.ErrNoGroup, nil, "reading group %s", id)
}

// Groups lists the groups, the oldest first.
func (g *Groups) Groups(ctx context.Context) ([]queue.SkillGroup, error) {
	out, err := list[groupRow](g.in.rows(ctx).Where("NOT deleted").Order("created_at, id"))
	return out, failed(err, nil, nil, "listing groups")
}

// SetFallback makes a group the only one that is the fallback; an empty id leaves none. queue.ErrNoGroup.
func (g *Groups) SetFallback(ctx context.Context, id string) error {
	was := g.in.writer(ctx).Model(&groupRow{}).Where("instance_id = ? AND fallback AND NOT deleted", g.in.id).Update("fallback", false)
	if was.Error != nil || id == "" {
		return failed(was.Error, nil, nil, "clearing the fallback group")
	}
	done := g.in.writer(ctx).Model(&groupRow{}).Where("instance_id = ? AND id = ? AND NOT deleted", g.in.id, id).Update("fallback", true)
	return failed(must(done), queue.ErrNoGroup, nil, "making group %s the fallback", id)
}

// Fallback is the id of the fallback group, or empty.
func (g *Groups) Fallback(ctx context.Context) (string, error) {
	found, _, err := maybe[groupRow](g.in.rows(ctx).Where("fallback AND NOT deleted"))
	return found.ID, failed(err, nil, nil, "reading the fallback group")
}

type memberRow struct {
	InstanceID string `gorm:"primaryKey"`
	GroupID    string `gorm:"primaryKey"`
	AgentID    string `gorm:"primaryKey"`
	Priority   int
}

// TableName of the row.
func (memberRow) TableName() string { return "memberships" }

func (r memberRow) domain() queue.Membership {
	return queue.Membership{GroupID: r.GroupID, AgentID: r.AgentID, Priority: r.Priority}
}

// SetMember adds a member or changes the membership. queue.ErrNoGroup.
func (g *Groups) SetMember(ctx context.Context, m queue.Membership) error {
	if _, err := g.Group(ctx, m.GroupID); err != nil {
		return err
	}
	row := memberRow{g.in.id, m.GroupID, m.AgentID, m.Priority}
	err := g.in.writer(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "instance_id"}, {Name: "group_id"}, {Name: "agent_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"priority"}),
	}).Create(&row).Error
	return failed(err, nil, nil, "setting member %s of group %s", m.AgentID, m.GroupID)
}

// RemoveMember ends a membership if there is one.
func (g *Groups) RemoveMember(ctx context.Context, groupID, agentID string) error {
	err := g.in.writer(ctx).Where("instance_id = ? AND group_id = ? AND agent_id = ?", g.in.id, groupID, agentID).Delete(&memberRow{}).Error
	return failed(err, nil, nil, "removing member %s of group %s", agentID, groupID)
}

// Members lists the members of a group who are not removed, by priority.
func (g *Groups) Members(ctx context.Context, groupID string) ([]queue.Membership, error) {
	out, err := list[memberRow](g.in.rows(ctx).Where(`group_id = ? AND NOT EXISTS (SELECT 1 FROM agents a
		WHERE a.instance_id = memberships.instance_id AND a.id = memberships.agent_id AND a.removed_at IS NOT NULL)`, groupID).
		Order("priority, agent_id"))
	return out, failed(err, nil, nil, "listing the members of group %s", groupID)
}
