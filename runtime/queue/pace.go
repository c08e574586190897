package queue

import (
	"math"
	"sync"
	"time"
)

const (
	paceKept  = 20               // how many of the latest accepted offers of a group the pace is measured over
	paceLeast = 5                // with fewer there is no honest estimate
	paceAge   = 30 * time.Minute // older ones say nothing about now
)

// pace is how fast groups take callers, measured; it lives in memory, so after a restart estimates are unknown
// until enough callers were served.
type pace struct {
	mu     sync.Mutex
	served map[string][]time.Time // by group, oldest first
}

// count notes that a caller of the group was served.
func (p *pace) count(groupID string, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.served == nil {
		p.served = map[string][]time.Time{}
	}
	s := append(p.served[groupID], at)
	p.served[groupID] = s[max(len(s)-paceKept, 0):]
}

// wait estimates how long the caller at a position will wait; nil when too little is known. The measured span
// reaches up to now, so the estimate grows, not shrinks, while nobody is served.
func (p *pace) wait(groupID string, position int, now time.Time) *int {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.served[groupID]
	for len(s) > 0 && now.Sub(s[0]) > paceAge {
		s = s[1:]
	}
	if len(s) < paceLeast {
		return nil
	}
	each := now.Sub(s[0]).Seconds() / float64(len(s))
	seconds := max(int(math.Ceil(each*float64(position))), 1)
	return &seconds
}
