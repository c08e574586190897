// Package live is the one WebSocket that a caller's page and a desk keep open: frames out in order and without
// gaps, commands in, each answered. Sockets hold no truth: a frame is read from the ledger when its topic rings,
// and a client that comes back with the last seq it saw goes on from there on any machine.
package live

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"foyer/runtime/agent"
	"foyer/runtime/call"
	"foyer/runtime/channel"
	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui/rate"
)

// Errors of this package.
var (
	ErrFrame   = errors.New("the frame is not as the protocol has it")
	ErrCommand = errors.New("no such command")
	ErrOrigin  = errors.New("the page is not of this site")
	ErrSockets = errors.New("too many connections from one place")
)

// Frames is what the hub needs of storage.
type Frames interface {
	Frames(ctx context.Context, topic string, after int64, limit int) ([]event.Frame, error)
	FramesSince(ctx context.Context, id int64, limit int) ([]event.Frame, error)
	LastFrame(ctx context.Context, topic string) (int64, error)
	Epoch() int64
}

// Bell is the part of the bus that is listened to.
type Bell interface {
	Listen(topic string, ch chan string) (stop func())
}

// Visitors knows callers by their token.
type Visitors interface {
	ByToken(ctx context.Context, token string) (channel.Caller, error)
}

// Sessions is the walk of callers, as far as sockets move it.
type Sessions interface {
	Get(ctx context.Context, callerID, sessionID string) (session.View, error)
	View(ctx context.Context, sessionID string) (session.View, error)
	End(ctx context.Context, sessionID string, by session.ClosedBy, who string) error
	Back(ctx context.Context, sessionID string) error
	Lost(ctx context.Context, sessionID string) error
}

// Rows gives a session as it is stored: whose it is, and who serves it.
type Rows interface {
	Get(ctx context.Context, id string) (session.Session, error)
}

// Calls is the media side.
type Calls interface {
	Join(ctx context.Context, legID, token, sdp string, compat bool, out func(call.Signal)) (call.JoinAnswer, error)
	Candidate(ctx context.Context, legID, candidate string) error
	Hangup(ctx context.Context, callID, by string) error
	Ticket(ctx context.Context, sessionID string, role call.Role) (call.Ticket, error)
}

// OpenCalls finds the call of a session that is not over.
type OpenCalls interface {
	OpenCallOf(ctx context.Context, sessionID string) (call.Call, bool, error)
}

// Chat takes messages.
type Chat interface {
	Post(ctx context.Context, p chat.Post) (chat.Message, error)
}

// Offers is what an agent does with an offer.
type Offers interface {
	Accept(ctx context.Context, agentID, offerID string) (queue.Offer, error)
	Reject(ctx context.Context, agentID, offerID, reason string) error
	Complete(ctx context.Context, agentID, offerID string) error
}

// Agents is what an agent does with themselves.
type Agents interface {
	SetIntent(ctx context.Context, agentID string, i agent.Intent, reason string) error
	Recover(ctx context.Context, agentID string) error
	Touch(ctx context.Context, agentID string) error
	Gone(ctx context.Context, agentID string) error
}

// Logins knows agents by the token of their login.
type Logins interface {
	ByToken(ctx context.Context, token string) (agent.Agent, error)
}

// Problem is an error as a client sees it.
type Problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Field   string `json:"field,omitempty"`
	Winner  string `json:"winner,omitempty"` // who took the offer that is gone
}

// Pace is how long things take. Tests shorten them.
type Pace struct {
	Hello time.Duration // for the first frame
	Beat  time.Duration // between two looks at everything: lost rings, revoked logins, changed places in a queue
	Ping  time.Duration
	Dead  time.Duration // of silence
	Write time.Duration // for one frame to leave
	Gone  time.Duration // from an agent's last socket to their absence
}

// Limits is what one client may take.
type Limits struct {
	Frame      int64      // bytes of one frame from a client
	Commands   rate.Limit // of one socket
	Session    rate.Limit // commands of all sockets of a caller's session
	PerAddress int        // sockets of callers, from one address or IPv6 network
	PerSession int        // sockets of one caller's session
	PerAgent   int        // sockets of one desk
	Behind     int        // frames a reader may be behind
	Unsent     int        // bytes of frames without seq that may wait for a reader
}

// Standard gives the pace and the limits of the protocol.
func Standard() (Pace, Limits) {
	return Pace{
			Hello: 5 * time.Second, Beat: time.Second, Ping: 10 * time.Second, Dead: 25 * time.Second,
			Write: 10 * time.Second, Gone: 5 * time.Second,
		}, Limits{
			Frame: 64 << 10, Commands: rate.Limit{PerSecond: 20, Burst: 60}, Session: rate.Limit{PerSecond: 40, Burst: 240},
			PerAddress: 256, PerSession: 16, PerAgent: 16, Behind: 256, Unsent: 256 << 10,
		}
}

// Config is everything a Hub is made of.
type Config struct {
	Clock    event.Clock
	Bell     Bell
	Frames   Frames
	Visitors Visitors
	Sessions Sessions
	Rows     Rows
	Calls    Calls
	Open     OpenCalls
	Chat     Chat
	Offers   Offers
	Agents   Agents
	Logins   Logins
	Token    func(*http.Request) string                             // the desk's login token, "" without one
	Address  func(*http.Request) string                             // of the client, proxies considered
	Snapshot func(ctx context.Context, agentID string) (any, error) // data of desk.state
	Explain  func(ctx context.Context, err error) (int, Problem)    // status and words of an error
	Log      *slog.Logger
	Pace     Pace
	Limits   Limits
}

// outbound is a frame on its way to a client.
type outbound struct {
	Type  string     `json:"type"`
	Seq   int64      `json:"seq,omitempty"`
	Epoch int64      `json:"epoch,omitempty"`
	At    *time.Time `json:"at,omitempty"`
	Re    string     `json:"re,omitempty"`
	Data  any        `json:"data,omitempty"`
	Error *Problem   `json:"error,omitempty"`
}

// inbound is a frame from a client. A hello has its fields beside the type, a command has them in data.
type inbound struct {
	Type      string          `json:"type"`
	ID        string          `json:"id"`
	Data      json.RawMessage `json:"data"`
	Token     string          `json:"token"`
	SessionID string          `json:"sessionId"`
	After     *int64          `json:"after"`
}
