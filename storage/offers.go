package storage

import (
	"context"
	"time"

	"foyer/runtime/queue"
)

// openOffer is the condition of offers that hold a slot of their agent. It repeats that of the indexes word for word,
// so that they are used.
const openOffer = "state IN ('pending', 'accepted', 'connected', 'wrapping')"

type offerRow struct {
	InstanceID string `gorm:"primaryKey"`
	ID         string `gorm:"primaryKey"`
	EntryID    string
	SessionID  string
	GroupID    string
	AgentID    string
	Media      queue.Media
	State      queue.OfferState
	Reason     string
	CreatedAt  stamp
	DeadlineAt stamp
	AcceptedAt *stamp
	EndedAt    *stamp
}

// TableName of the row.
func (offerRow) TableName() string { return "offers" }

func (e *Entries) offerRow(o queue.Offer) offerRow {
	return offerRow{
		InstanceID: e.in.id, ID: o.ID, EntryID: o.EntryID, SessionID: o.SessionID, GroupID: o.GroupID, AgentID: o.AgentID,
		Media: o.Media, State: o.State, Reason: o.Reason, CreatedAt: stamp(o.CreatedAt), DeadlineAt: stamp(o.DeadlineAt),
		AcceptedAt: (*stamp)(o.AcceptedAt), EndedAt: (*stamp)(o.EndedAt),
	}
}

func (r offerRow) domain() queue.Offer {
	return queue.Offer{
		ID: r.ID, EntryID: r.EntryID, SessionID: r.SessionID, GroupID: r.GroupID, AgentID: r.AgentID,
		Media: r.Media, State: r.State, Reason: r.Reason, CreatedAt: time.Time(r.CreatedAt), DeadlineAt: time.Time(r.DeadlineAt),
		AcceptedAt: (*time.Time)(r.AcceptedAt), EndedAt: (*time.Time)(r.EndedAt),
	}
}

// AddOffer rings an agent for a session. event.ErrDuplicate when somebody is rung for or serves the session, or the
// offer takes an agent whole who is taken already.
func (e *Entries) AddOffer(ctx context.Context, o queue.Offer) error {
	row := e.offerRow(o)
	return failed(e.in.writer(ctx).Create(&row).Error, nil, nil, "adding offer %s of session %s to agent %s", o.ID, o.SessionID, o.AgentID)
}

// UpdateOffer writes an offer. queue.ErrNoOffer; event.ErrDuplicate as with AddOffer.
func (e *Entries) UpdateOffer(ctx context.Context, o queue.Offer) error {
	row := e.offerRow(o)
	return failed(save(e.in.writer(ctx), &row), queue.ErrNoOffer, nil, "saving offer %s", o.ID)
}

// Offer reads an offer. queue.ErrNoOffer.
func (e *Entries) Offer(ctx context.Context, id string) (queue.Offer, error) {
	out, err := take[offerRow](e.in.rows(ctx).Where("id = ?", id))
	return out, failed(err, queue.ErrNoOffer, nil, "reading offer %s", id)
}

// OpenOfferOf reads the open offer of a session, if it has one: the one being rung or served before one that tidies up.
func (e *Entries) OpenOfferOf(ctx context.Context, sessionID string) (queue.Offer, bool, error) {
	out, ok, err := maybe[offerRow](e.in.rows(ctx).Where("session_id = ? AND "+openOffer, sessionID).
		Order("CASE state WHEN 'wrapping' THEN 1 ELSE 0 END, created_at DESC, id DESC"))
	return out, ok, failed(err, nil, nil, "reading the offer of session %s", sessionID)
}

// OpenOffers lists the open offers of an agent, or of all agents when the id is empty, the oldest first.
func (e *Entries) OpenOffers(ctx context.Context, agentID string) ([]queue.Offer, error) {
	db := e.in.rows(ctx).Where(openOffer)
	if agentID != "" {
		db = db.Where("agent_id = ?", agentID)
	}
	out, err := list[offerRow](db.Order("created_at, id"))
	return out, failed(err, nil, nil, "listing open offers")
}

// candidateRow is what the choice of an agent looks at.
type candidateRow struct {
	AgentID   string
	Number    string
	GroupID   string
	IdleSince stamp
	Priority  int
	Exclusive int
	Texts     int
	TextCap   int
}

func (r candidateRow) domain() queue.Candidate {
	return queue.Candidate{
		AgentID: r.AgentID, Number: r.Number, GroupID: r.GroupID, IdleSince: time.Time(r.IdleSince), Priority: r.Priority,
		Exclusive: r.Exclusive, Texts: r.Texts, TextCap: r.TextCap,
	}
}

// Candidates lists the agents of a group who are connected, ready with nothing else booked, and
// without fault, with their open offers counted. CROSS JOIN makes SQLite begin with the members of the group, who are
// fewer than all agents.
func (e *Entries) Candidates(ctx context.Context, groupID string, now time.Time) ([]queue.Candidate, error) {
	var rows []candidateRow
	err := e.in.reader(ctx).Raw(`
		SELECT a.id AS agent_id, a.number, m.group_id, a.idle_since, m.priority, a.text_cap,
			COUNT(CASE WHEN o.media <> 'text' THEN 1 END) AS exclusive,
			COUNT(CASE WHEN o.media = 'text' THEN 1 END) AS texts
		FROM memberships m CROSS JOIN agents a
		LEFT JOIN offers o ON o.instance_id = a.instance_id AND o.agent_id = a.id
			AND o.state IN ('pending', 'accepted', 'connected', 'wrapping')
		WHERE m.instance_id = ? AND m.group_id = ? AND a.instance_id = m.instance_id AND a.id = m.agent_id
			AND a.presence > ? AND a.intent = 'ready' AND a.next_intent = '' AND a.fault = '' AND a.removed_at IS NULL
		GROUP BY a.instance_id, a.id, a.number, m.group_id, a.idle_since, m.priority, a.text_cap
		ORDER BY m.priority, a.idle_since, a.id`, e.in.id, groupID, stamp(now)).Scan(&rows).Error
	out := make([]queue.Candidate, len(rows))
	for i, r := range rows {
		out[i] = r.domain()
	}
	return out, failed(err, nil, nil, "listing the candidates of group %s", groupID)
}

// Staffed counts the agents of a group who are connected and not offline.
func (e *Entries) Staffed(ctx context.Context, groupID string, now time.Time) (n int, err error) {
	err = e.in.reader(ctx).Raw(`
		SELECT COUNT(*) FROM memberships m CROSS JOIN agents a
		WHERE m.instance_id = ? AND m.group_id = ? AND a.instance_id = m.instance_id AND a.id = m.agent_id AND a.presence > ? AND a.intent <> 'offline' AND a.removed_at IS NULL`,
		e.in.id, groupID, stamp(now)).Scan(&n).Error
	return n, failed(err, nil, nil, "counting the agents of group %s", groupID)
}
