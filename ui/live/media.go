package live

import (
	"context"
	"encoding/json"
	"fmt"

	"foyer/runtime/call"
)

// mediaOffer is the data of media.offer: a first offer with the ticket's token, or an ICE restart with the resume secret.
type mediaOffer struct {
	LegID  string `json:"legId"`
	Token  string `json:"token"`
	SDP    string `json:"sdp"`
	Compat bool   `json:"compat"` // no common SRTP profile was found before
}

// mediaAnswer is what the server says to it.
type mediaAnswer struct {
	LegID  string `json:"legId"`
	SDP    string `json:"sdp"`
	Resume string `json:"resume,omitempty"`
}

// mediaOffer joins a leg. The token proves the right to it; from then on the leg is this socket's.
func (h *Hub) mediaOffer(ctx context.Context, s *socket, d mediaOffer) (any, error) {
	if d.LegID == "" || d.Token == "" || d.SDP == "" {
		return nil, fmt.Errorf("legId, token and sdp are needed: %w", ErrFrame)
	}
	answer, err := h.Calls.Join(ctx, d.LegID, d.Token, d.SDP, d.Compat, func(g call.Signal) { s.signal(d.LegID, g) })
	if err != nil {
		return nil, err
	}
	s.joined(d.LegID)
	a := mediaAnswer{d.LegID, answer.SDP, answer.Resume}
	s.tell("media.answer", a) // for clients that wait for no answers to commands
	return a, nil
}

type mediaCandidate struct {
	LegID     string          `json:"legId"`
	Candidate json.RawMessage `json:"candidate"` // RTCIceCandidateInit
}

func (h *Hub) mediaCandidate(ctx context.Context, s *socket, d mediaCandidate) (any, error) {
	if !s.holds(d.LegID) {
		return nil, fmt.Errorf("leg %s is not this socket's: %w", d.LegID, call.ErrTicket)
	}
	return nil, h.Calls.Candidate(ctx, d.LegID, string(d.Candidate))
}

// hangup is the data of media.hangup.
type hangup struct {
	SessionID string `json:"sessionId"`
	CallID    string `json:"callId"`
}

// hangup ends the media of a session and nothing else. A call that is over already is fine.
func (h *Hub) hangup(ctx context.Context, sessionID, callID, by string) error {
	open, ok, err := h.Open.OpenCallOf(ctx, sessionID)
	if err != nil || !ok || callID != "" && callID != open.ID {
		return err
	}
	return h.Calls.Hangup(ctx, open.ID, by)
}

// signal passes on what the media plane says about a leg.
func (s *socket) signal(legID string, g call.Signal) {
	s.tell("media."+g.Type, map[string]string{"legId": legID})
}

func (s *socket) joined(legID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.legs == nil {
		s.legs = map[string]bool{}
	}
	s.legs[legID] = true
}

func (s *socket) holds(legID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.legs[legID]
}
