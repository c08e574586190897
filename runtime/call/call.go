// Package call is the media of a session: one call with a leg for each party.
package call

import (
	"context"
	"errors"
	"time"

	"foyer/runtime/queue"
)

// Errors of this package.
var (
	ErrNotFound = errors.New("no such call")
	ErrTicket   = errors.New("the ticket was used, has expired or does not fit")
	ErrNotNow   = errors.New("not possible in this state of the call")
	ErrMedia    = errors.New("the media could not be set up")
)

// State is the life of a call.
type State string

// The states of a call.
const (
	Connecting State = "connecting" // tickets are out, not both legs are up
	Live       State = "live"       // both legs are up
	Broken     State = "broken"     // a leg was lost and may come back
	Ended      State = "ended"
)

// Event moves a call.
type Event string

// The events of a call.
const (
	LegUp   Event = "legUp"   // a leg came up, another is still missing
	AllUp   Event = "allUp"   // the last missing leg came up
	LegDown Event = "legDown" // a leg lost its connection
	Hangup  Event = "hangup"  // a party ended the media, or the session ended
	GiveUp  Event = "giveUp"  // the deadline of coming up or back passed
)

// Role is the party of a leg.
type Role string

// The roles of legs.
const (
	Caller Role = "caller"
	Agent  Role = "agent"
)

// Call is the media of one session.
type Call struct {
	ID        string
	SessionID string
	OfferID   string
	Media     queue.Media
	State     State
	CreatedAt time.Time
	LiveAt    *time.Time
	EndedAt   *time.Time
	EndedBy   string // "caller", "agent", "system"
}

// Leg is one party's media. Tickets are single-use and live 60 s; the resume secret lets the same leg come back.
type Leg struct {
	ID          string
	CallID      string
	Role        Role
	TicketHash  string // hex SHA-256; empty once used
	TicketUntil time.Time
	ResumeHash  string // hex SHA-256; set by the first join
	Up          bool
	UpAt        *time.Time
	DownAt      *time.Time
}

// Ticket is what a client needs to join: design "media.ticket".
type Ticket struct {
	CallID    string      `json:"callId"`
	LegID     string      `json:"legId"`
	Role      Role        `json:"role"`
	Transport string      `json:"transport"` // "webrtc"
	Media     queue.Media `json:"media"`
	Token     string      `json:"token"`
	ExpiresAt time.Time   `json:"expiresAt"`
}

// Calls is what this package needs of storage.
type Calls interface {
	CreateCall(ctx context.Context, c Call, legs []Leg) error
	UpdateCall(ctx context.Context, c Call) error
	Call(ctx context.Context, id string) (Call, error)                    // ErrNotFound
	OpenCallOf(ctx context.Context, sessionID string) (Call, bool, error) // not ended
	OpenCalls(ctx context.Context) ([]Call, error)
	Legs(ctx context.Context, callID string) ([]Leg, error)
	Leg(ctx context.Context, id string) (Leg, error) // ErrNotFound
	UpdateLeg(ctx context.Context, l Leg) error
}

// Media is the packet side of calls, implemented by media/room. It knows nothing of tickets or sessions.
type Media interface {
	// Offer takes a leg's SDP offer (a first one or an ICE restart) and gives the answer. A room for the call is
	// made when there is none. Signals for the client of this leg go to out until the leg is closed or joined anew.
	Offer(ctx context.Context, in Join, sdp string, out func(Signal)) (answer string, err error)
	// Candidate adds a trickled ICE candidate (the JSON of RTCIceCandidateInit) of a leg.
	Candidate(ctx context.Context, legID string, candidate string) error
	// CloseCall drops all legs of a call.
	CloseCall(callID string)
}

// Join names the leg an offer is for.
type Join struct {
	CallID string
	LegID  string
	Role   Role
	Compat bool // the client found no common SRTP profile before: offer the compatible list
}

// Signal is what the media plane tells a client or the call.
type Signal struct {
	// Type is "up" (may be repeated), "down" (the connection is lost and may come back), "closed", or
	// "renew": the other party can do less than was agreed on, the client must join anew with its resume secret.
	Type string
}
