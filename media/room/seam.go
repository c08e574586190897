package room

import (
	"sync"
	"time"

	"github.com/pion/rtp"
)

// seam joins the streams of a source that comes back again and again into one stream without a break: sequence
// numbers go on by one and timestamps by the time that passed, so that the receiver sees a short silence and nothing
// to negotiate.
type seam struct {
	clockRate uint32

	mu      sync.Mutex
	open    bool
	ssrc    uint32 // of the source now
	seqBy   uint16 // added to the source's sequence numbers
	timeBy  uint32 // added to the source's timestamps
	newest  uint16 // the source's newest sequence number
	since   uint32 // how many numbers the source has gone on since it came
	outSeq  uint16 // newest sequence number given out
	outTime uint32 // and its timestamp
	outAt   time.Time
}

// sew renumbers a packet. It tells false for one that must not go out: a late one from before the source came.
func (s *seam) sew(h *rtp.Header, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.open || h.SSRC != s.ssrc {
		s.begin(h, now)
	}
	step := int16(h.SequenceNumber - s.newest)
	if step < 0 && uint32(-int32(step)) > s.since {
		return false
	}
	h.SequenceNumber += s.seqBy
	h.Timestamp += s.timeBy
	if step >= 0 {
		s.newest += uint16(step)
		s.since += min(uint32(step), ^uint32(0)-s.since)
		s.outSeq, s.outTime, s.outAt = h.SequenceNumber, h.Timestamp, now
	}
	return true
}

// begin takes a new source, whose first packet is h.
func (s *seam) begin(h *rtp.Header, now time.Time) {
	if s.open {
		passed := uint32(max(now.Sub(s.outAt).Seconds(), 0) * float64(s.clockRate))
		s.seqBy = s.outSeq + 1 - h.SequenceNumber
		s.timeBy = s.outTime + max(passed, 1) - h.Timestamp
	}
	s.open, s.ssrc, s.newest, s.since = true, h.SSRC, h.SequenceNumber, 0
}
