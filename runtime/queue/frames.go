package queue

import "time"

// The frames to a desk.
const (
	FrameOpened  = "offer.opened"  // Opened
	FrameUpdated = "offer.updated" // Updated
	FrameClosed  = "offer.closed"  // Ended
)

// Opened is the frame that makes a desk ring.
type Opened struct {
	OfferID       string    `json:"offerId"`
	SessionID     string    `json:"sessionId"`
	Deadline      time.Time `json:"deadline"`
	Caller        Face      `json:"caller"`
	Path          []Turn    `json:"path"`
	WaitedSeconds int       `json:"waitedSeconds"`
	Attempts      int       `json:"attempts"` // how often it was offered before
	Media         Media     `json:"media"`
	Group         GroupName `json:"group"`
}

// Face is who calls.
type Face struct {
	Nickname string `json:"nickname"`
	Channel  string `json:"channel"`
}

// GroupName names a skill group.
type GroupName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Updated is the frame of an offer that goes on: accepted (every tab stops ringing), connected or wrapping.
type Updated struct {
	OfferID   string     `json:"offerId"`
	SessionID string     `json:"sessionId"`
	State     OfferState `json:"state"`
	Deadline  *time.Time `json:"deadline,omitempty"` // of set-up or wrap-up
}

// Ended is the frame of an offer that is over: the card goes away.
type Ended struct {
	OfferID   string     `json:"offerId"`
	SessionID string     `json:"sessionId"`
	How       OfferState `json:"how"` // closed, rejected, timeout, rescinded, cancelled or failed
	Reason    string     `json:"reason,omitempty"`
}
