package storage

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"foyer/designer/flow"
	"foyer/designer/graph"
)

// Flows keeps session flows and their versions.
type Flows struct{ in *Instance }

var _ flow.Flows = (*Flows)(nil)

// Flows of the instance.
func (in *Instance) Flows() *Flows { return &Flows{in} }

type flowRow struct {
	InstanceID string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	IvrID      string
	Name       string
	Draft      doc[graph.Graph]
	DraftRev   int
	Live       int
	UpdatedAt  stamp
	UpdatedBy  string
	CreatedAt  stamp
	Deleted    bool
}

// TableName of the row.
func (flowRow) TableName() string { return "flows" }

func (f *Flows) row(in flow.Flow) flowRow {
	return flowRow{
		InstanceID: f.in.id, ID: in.ID, IvrID: in.IvrID, Name: in.Name, Draft: doc[graph.Graph]{in.Draft}, DraftRev: in.DraftRev,
		Live: in.Live, UpdatedAt: stamp(in.UpdatedAt), UpdatedBy: in.UpdatedBy, CreatedAt: stamp(in.CreatedAt),
	}
}

func (r flowRow) domain() flow.Flow {
	return flow.Flow{
		ID: r.ID, IvrID: r.IvrID, Name: r.Name, Draft: r.Draft.V, DraftRev: r.DraftRev, Live: r.Live,
		UpdatedAt: time.Time(r.UpdatedAt), UpdatedBy: r.UpdatedBy, CreatedAt: time.Time(r.CreatedAt),
	}
}

// Create adds a flow.
func (f *Flows) Create(ctx context.Context, in flow.Flow) error {
	row := f.row(in)
	return failed(f.in.writer(ctx).Create(&row).Error, nil, nil, "creating flow %s", in.ID)
}

// Get reads a flow. flow.ErrNotFound.
func (f *Flows) Get(ctx context.Context, id string) (flow.Flow, error) {
	out, err := take[flowRow](f.in.rows(ctx).Where("id = ? AND NOT deleted", id))
	return out, failed(err, flow.ErrNotFound, nil, "reading flow %s", id)
}

// ByIvr reads a flow by what callers know it by. flow.ErrNotFound.
func (f *Flows) ByIvr(ctx context.Context, ivrID string) (flow.Flow, error) {
	out, err := take[flowRow](f.in.rows(ctx).Where("ivr_id = ? AND NOT deleted", ivrID))
	return out, failed(err, flow.ErrNotFound, nil, "reading flow by %s", ivrID)
}

// List reads all flows, the newest change first.
func (f *Flows) List(ctx context.Context) ([]flow.Flow, error) {
	out, err := list[flowRow](f.in.rows(ctx).Where("NOT deleted").Order("updated_at DESC, id DESC"))
	return out, failed(err, nil, nil, "listing flows")
}

// Update writes a flow if its draft is still of revision wasRev. flow.ErrConflict, flow.ErrNotFound.
func (f *Flows) Update(ctx context.Context, in flow.Flow, wasRev int) error {
	row := f.row(in)
	err := save(f.in.writer(ctx), &row, "draft_rev = ? AND NOT deleted", wasRev)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		if _, err := f.Get(ctx, in.ID); err != nil {
			return err
		}
	}
	return failed(err, flow.ErrConflict, nil, "saving flow %s", in.ID)
}

// Delete removes a flow with its versions. Its name stays on the records. flow.ErrNotFound.
func (f *Flows) Delete(ctx context.Context, id string) error {
	gone := f.in.writer(ctx).Model(&flowRow{}).Where("instance_id = ? AND id = ? AND NOT deleted", f.in.id, id).
		Updates(map[string]any{"deleted": true, "draft": doc[graph.Graph]{}, "live": 0})
	if gone.Error == nil && gone.RowsAffected == 0 {
		return failed(gorm.ErrRecordNotFound, flow.ErrNotFound, nil, "deleting flow %s", id)
	}
	if gone.Error != nil {
		return failed(gone.Error, nil, nil, "deleting flow %s", id)
	}
	err := f.in.writer(ctx).Where("instance_id = ? AND flow_id = ?", f.in.id, id).Delete(&versionRow{}).Error
	return failed(err, nil, nil, "deleting the versions of flow %s", id)
}

// Running counts the sessions that are in the flow now, on any version.
func (f *Flows) Running(ctx context.Context, flowID string) (int, error) {
	n, err := count(f.in.rows(ctx).Model(&sessionRow{}).Where("flow_id = ? AND state <> 'ended'", flowID))
	return n, failed(err, nil, nil, "counting the sessions of flow %s", flowID)
}

// RunningOn counts the sessions that have not ended, by the version that they began on.
func (f *Flows) RunningOn(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		VersionID string
		N         int
	}
	err := f.in.rows(ctx).Model(&sessionRow{}).Select("version_id, COUNT(*) AS n").Where("state <> 'ended'").Group("version_id").Scan(&rows).Error
	on := make(map[string]int, len(rows))
	for _, r := range rows {
		on[r.VersionID] = r.N
	}
	return on, failed(err, nil, nil, "counting the sessions of versions")
}
