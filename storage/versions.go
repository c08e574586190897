package storage

import (
	"context"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
)

type versionRow struct {
	InstanceID string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	FlowID     string
	Number     int
	Graph      doc[graph.Graph]
	Pins       doc[map[string]string]
	Note       string
	Author     string
	CreatedAt  stamp
}

// TableName of the row.
func (versionRow) TableName() string { return "flow_versions" }

func (r versionRow) domain() flow.Version {
	return flow.Version{
		ID: r.ID, FlowID: r.FlowID, Number: r.Number, Graph: r.Graph.V, Pins: r.Pins.V, Note: r.Note, Author: r.Author, CreatedAt: time.Time(r.CreatedAt),
	}
}

// AddVersion adds a version. event.ErrDuplicate when the flow has one of this number.
func (f *Flows) AddVersion(ctx context.Context, v flow.Version) error {
	row := versionRow{
		InstanceID: f.in.id, ID: v.ID, FlowID: v.FlowID, Number: v.Number, Graph: doc[graph.Graph]{v.Graph}, Pins: doc[map[string]string]{v.Pins},
		Note: v.Note, Author: v.Author, CreatedAt: stamp(v.CreatedAt),
	}
	return failed(f.in.writer(ctx).Create(&row).Error, nil, nil, "adding version %d of flow %s", v.Number, v.FlowID)
}

// Version reads a version. flow.ErrNoVersion.
func (f *Flows) Version(ctx context.Context, id string) (flow.Version, error) {
	out, err := take[versionRow](f.in.rows(ctx).Where("id = ?", id))
	return out, failed(err, flow.ErrNoVersion, nil, "reading version %s", id)
}

// VersionByNumber reads a version by its number within its flow. flow.ErrNoVersion.
func (f *Flows) VersionByNumber(ctx context.Context, flowID string, n int) (flow.Version, error) {
	out, err := take[versionRow](f.in.rows(ctx).Where("flow_id = ? AND number = ?", flowID, n))
	return out, failed(err, flow.ErrNoVersion, nil, "reading version %d of flow %s", n, flowID)
}

// Versions lists the versions of a flow, the newest first, without their graphs.
func (f *Flows) Versions(ctx context.Context, flowID string) ([]flow.Version, error) {
	out, err := list[versionRow](f.in.rows(ctx).Omit("graph").Where("flow_id = ?", flowID).Order("number DESC"))
	return out, failed(err, nil, nil, "listing the versions of flow %s", flowID)
}
