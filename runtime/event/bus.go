package event

import "sync"

// Bus is a doorbell: at-most-once hints that a topic has something new. Nothing may depend on a ring arriving;
// a reader looks again at least once a second.
type Bus struct {
	mu   sync.Mutex
	subs map[string]map[chan string]struct{}
}

// NewBus makes a bus within one process.
func NewBus() *Bus { return &Bus{subs: map[string]map[chan string]struct{}{}} }

// Ring tells the listeners of topic. It never blocks: a listener who has not yet taken an earlier ring misses this one.
func (b *Bus) Ring(topic string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for ch := range b.subs[topic] {
		select {
		case ch <- topic:
		default:
		}
	}
}

// Listen adds ch to the listeners of topic until stop is called. ch should have room for at least one ring.
func (b *Bus) Listen(topic string, ch chan string) (stop func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.subs[topic] == nil {
		b.subs[topic] = map[chan string]struct{}{}
	}
	b.subs[topic][ch] = struct{}{}
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subs[topic], ch)
		if len(b.subs[topic]) == 0 {
			delete(b.subs, topic)
		}
	}
}
