// Package queue keeps callers who wait for a skill group, and offers them to agents.
package queue

import (
	"context"
	"errors"
	"time"

	"foyer/nodes"
	"foyer/runtime/timer"
)

// Errors of this package.
var (
	ErrNoGroup    = errors.New("no such skill group")
	ErrGroupName  = errors.New("a skill group needs a name of 1 to 20 characters")
	ErrGroupTaken = errors.New("a skill group of this name exists")
	ErrGroupUsed  = errors.New("the skill group is used")
	ErrNoEntry    = errors.New("no such place in a queue")
	ErrNoOffer    = errors.New("no such offer")
	ErrOfferGone  = errors.New("the offer is no longer open")
	ErrTalking    = errors.New("the session is not over yet")
	ErrSetting    = errors.New("a setting of the skill group is out of range")
)

// Media is how a session is held.
type Media string

// The media. Video and audio take the agent whole; several text sessions fit beside each other.
const (
	Video Media = "video"
	Audio Media = "audio"
	Text  Media = "text"
)

// Exclusive tells whether the media takes the agent whole.
func (m Media) Exclusive() bool { return m != Text }

// SkillGroup is a set of agents that serves one kind of caller.
type SkillGroup struct {
	ID          string
	Name        string // 1–20 characters
	RingSeconds int    // 1–90, default 20: how long one agent is rung
	WaitSeconds int    // default limit of waiting, 5–7200, default 600
	MaxWaiting  int    // 0 = no limit
	RestOnMiss  bool   // a missed offer sets the agent to 小休 instead of not responding
	WrapSeconds int    // 话后整理 lasts so long at most, 0–3600, default 120; 完成会话 ends it early
	Fallback    bool   // 默认技能组: it takes callers whose flow came to grief; at most one group is
	CreatedAt   time.Time
}

// Membership joins an agent to a group.
type Membership struct {
	GroupID  string
	AgentID  string
	Priority int // 1 (first) to 5, default 3
}

// EntryState is the life of a queue entry.
type EntryState string

// The states of an entry.
const (
	Waiting EntryState = "waiting"
	Offered EntryState = "offered" // an offer is open for it
	Served  EntryState = "served"  // an agent took it
	Left    EntryState = "left"    // the caller left, or the queue let them go
)

// Entry is one session's place in one group's queue.
type Entry struct {
	ID        string
	SessionID string
	GroupID   string
	Media     Media
	Priority  int        // higher goes first
	EnteredAt time.Time  // never rewritten: the place in the queue
	GiveUpAt  time.Time  // when the wait ends through the timeout exit
	LostAt    *time.Time // since when the caller's line is lost; such an entry keeps its place and is not offered
	State     EntryState
	Helpers   []string      // groups whose agents may be rung too, as the caller has waited long enough
	Attempts  []Attempt     // agents it was offered to without success, oldest first; JSON in the database
	Handoff   nodes.Handoff // what the flow asked for, with its texts; JSON in the database
}

// Handoff is what the flow asks of the queue. The alias lets storage keep it without knowing of nodes.
type Handoff = nodes.Handoff

// Line is the waiting entries that the same agents can serve: of one group, helped by the same groups, and needing the
// agent whole or not.
type Line struct {
	GroupID   string
	Exclusive bool
	Helpers   []string
}

// Attempt is one offer that did not lead to a talk.
type Attempt struct {
	AgentID string     `json:"agentId"`
	How     OfferState `json:"how"`
	At      time.Time  `json:"at"`
}

// OfferState is the life of an offer.
type OfferState string

// The states of an offer. Pending, Accepted, Connected and Wrapping hold a slot of the agent.
const (
	Pending   OfferState = "pending"   // ringing
	Accepted  OfferState = "accepted"  // the agent said yes, media is being set up
	Connected OfferState = "connected" // talking
	Wrapping  OfferState = "wrapping"  // the session is over, the agent tidies up (话后整理)
	Closed    OfferState = "closed"    // done
	Rejected  OfferState = "rejected"  // the agent said no
	Missed    OfferState = "timeout"   // the agent did not answer
	Rescinded OfferState = "rescinded" // taken back: the agent went away, restart, another took it
	Cancelled OfferState = "cancelled" // the caller left or an admin ended the session
	FailedSet OfferState = "failed"    // accepted, but the media did not come up in time
)

// Offer is one ring of one agent, and afterwards the agent's part in the session.
type Offer struct {
	ID         string
	EntryID    string
	SessionID  string
	GroupID    string // through which the agent is rung: the entry's, or one that helps
	AgentID    string
	Media      Media
	State      OfferState
	Reason     string
	CreatedAt  time.Time
	DeadlineAt time.Time // of the present state: ring, set-up or wrap-up
	AcceptedAt *time.Time
	EndedAt    *time.Time
}

// Open tells whether the offer holds a slot of its agent.
func (o Offer) Open() bool {
	switch o.State {
	case Pending, Accepted, Connected, Wrapping:
		return true
	}
	return false
}

// Candidate is what the choice of an agent looks at.
type Candidate struct {
	AgentID   string
	Number    string // work number
	GroupID   string // of the membership
	IdleSince time.Time
	Priority  int // of the membership
	Exclusive int // open offers of video or audio
	Texts     int // open offers of text
	TextCap   int
}

// Request puts a session into a queue.
type Request struct {
	SessionID string
	Media     Media
	Handoff   nodes.Handoff
}

// Entries is what this package needs of storage for waiting and ringing.
type Entries interface {
	AddEntry(ctx context.Context, e Entry) error // a second open entry of a session is refused by the database
	UpdateEntry(ctx context.Context, e Entry) error
	Entry(ctx context.Context, id string) (Entry, error)                    // ErrNoEntry
	EntryOf(ctx context.Context, sessionID string) (Entry, bool, error)     // the one open entry: waiting or offered
	OpenEntries(ctx context.Context) ([]Entry, error)                       // waiting or offered, lost ones too
	Unwatched(ctx context.Context, kind timer.Kind) ([]Entry, error)        // waiting or offered, without a timer of the kind
	WaitingLines(ctx context.Context) ([]Line, error)                       // lines with an entry that is waiting and not lost
	WaitingEntries(ctx context.Context, l Line, limit int) ([]Entry, error) // of exactly this line: waiting, not lost; priority DESC, EnteredAt, ID
	Position(ctx context.Context, e Entry) (int, error)                     // 1 = next; counts open entries of the group before it
	CountOpen(ctx context.Context, groupID string) (int, error)
	AddOffer(ctx context.Context, o Offer) error // the database refuses a second open offer of a session, or of an exclusive agent
	UpdateOffer(ctx context.Context, o Offer) error
	Offer(ctx context.Context, id string) (Offer, error)                    // ErrNoOffer
	OpenOfferOf(ctx context.Context, sessionID string) (Offer, bool, error) // pending, accepted, connected or wrapping
	OpenOffers(ctx context.Context, agentID string) ([]Offer, error)        // "" = of all agents
	// Candidates lists the routable agents of a group: connected at now, ready with nothing else booked, without
	// fault (agent.Agent.Routable); with their open offers counted.
	Candidates(ctx context.Context, groupID string, now time.Time) ([]Candidate, error)
	// Staffed counts the agents of a group that are connected and not offline.
	Staffed(ctx context.Context, groupID string, now time.Time) (int, error)
}

// Groups is what this package needs of storage for skill groups.
type Groups interface {
	CreateGroup(ctx context.Context, g SkillGroup) error // ErrGroupTaken
	UpdateGroup(ctx context.Context, g SkillGroup) error // ErrGroupTaken
	DeleteGroup(ctx context.Context, id string) error    // with its memberships
	Group(ctx context.Context, id string) (SkillGroup, error)
	Groups(ctx context.Context) ([]SkillGroup, error) // by creation
	// SetFallback makes a group the only one that is the fallback; an empty id leaves none. ErrNoGroup.
	SetFallback(ctx context.Context, id string) error
	// Fallback is the id of the fallback group, or empty.
	Fallback(ctx context.Context) (id string, err error)
	SetMember(ctx context.Context, m Membership) error
	RemoveMember(ctx context.Context, groupID, agentID string) error
	Members(ctx context.Context, groupID string) ([]Membership, error)
}
