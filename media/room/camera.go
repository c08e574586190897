package room

import (
	"sync"
	"sync/atomic"
	"time"
)

// keyFrameEvery is how often a client is asked for a whole picture at most: each costs as much as many others.
const keyFrameEvery = 500 * time.Millisecond

// camera spaces the wishes for whole pictures. A wish that comes too early is kept and fulfilled later.
type camera struct {
	wanted atomic.Bool
	mu     sync.Mutex
	asked  time.Time
}

// due tells whether to ask now, and takes note of it.
func (m *camera) due(now time.Time) bool {
	if !m.wanted.Load() {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if now.Sub(m.asked) < keyFrameEvery {
		return false
	}
	m.asked = now
	return m.wanted.Swap(false)
}

// How hard the brake is. A browser finds out the way to us by itself; of the way from us to the other party it knows
// nothing, and would send a line twice what it can take.
const (
	muchLoss   = 0.10 // from here on less is sent
	littleLoss = 0.02 // up to here more is tried
	easing     = 1.08 // more, each second
	leastRate  = 80_000
	noLimit    = 2_500_000 // bits per second; more than a camera sends
)

// brake finds how much video a sender may send for the receiver to get it, by what gets lost.
type brake struct {
	sent atomic.Uint64 // bytes passed on

	mu    sync.Mutex
	limit float64 // bits per second; 0: none
	seen  uint64  // bytes sent at the last report
	at    time.Time
}

// report takes the receiver's report and tells what to allow the sender, if there is anything to tell.
func (b *brake) report(loss float64, now time.Time) (limit float32, tell bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	sent, passed := b.sent.Load(), now.Sub(b.at).Seconds()
	first := b.at.IsZero()
	if !first && passed < 0.2 {
		return 0, false // two reports in one go say nothing of a rate
	}
	rate := float64(sent-b.seen) * 8 / passed
	b.seen, b.at = sent, now
	switch {
	case first:
		return 0, false
	case loss > muchLoss:
		if b.limit == 0 || rate < b.limit {
			b.limit = rate
		}
		b.limit = max(b.limit*(1-loss/2), leastRate)
	case b.limit == 0:
		return 0, false
	case loss < littleLoss:
		b.limit *= easing
	}
	limit = float32(b.limit)
	if b.limit >= noLimit {
		b.limit = 0
	}
	return limit, true
}
