package live

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"foyer/ui/rate"
)

// Hub holds the open sockets. Make it with New, then Start it; Stop ends every socket politely.
type Hub struct {
	Config
	callers side
	desks   side
	queues  *queues
	session *rate.Buckets // commands, by a caller's session
	buffers sync.Pool     // of writers: a socket needs one only while it writes
	rings   chan string
	lastID  int64 // of the frames the sweep has seen

	mu      sync.Mutex
	rooms   map[string]*room // by topic
	guests  map[*socket]bool // connected, not yet in a room
	byAddr  map[string]int   // sockets of callers, by network
	stopped bool

	quit context.CancelFunc
	work sync.WaitGroup
}

// New makes a hub that does nothing yet.
func New(c Config) *Hub {
	h := &Hub{
		Config: c, rings: make(chan string, 4096),
		rooms: map[string]*room{}, guests: map[*socket]bool{}, byAddr: map[string]int{},
	}
	h.callers, h.desks = newCallerSide(h), newDeskSide(h)
	h.queues, h.session = newQueues(h), rate.NewBuckets(c.Limits.Session, 50_000)
	return h
}

// Start begins to listen and to beat. ctx ends the beating; sockets are ended by Stop.
func (h *Hub) Start(ctx context.Context) error {
	last, err := newestFrame(ctx, h.Frames)
	if err != nil {
		return fmt.Errorf("finding the newest frame: %w", err)
	}
	h.lastID = last
	ctx, h.quit = context.WithCancel(ctx)
	h.spawn(func() { h.listen(ctx) })
	h.spawn(func() { h.beat(ctx) })
	return nil
}

// Stop says bye to every client, waits for them to go until ctx ends, and closes what is left. Nobody is
// reported as lost or gone: they will be back as soon as there is a server again.
func (h *Hub) Stop(ctx context.Context) {
	h.mu.Lock()
	h.stopped = true
	h.mu.Unlock()
	for _, s := range h.sockets() {
		s.tell("bye", map[string]any{"again": true})
		s.close(websocket.CloseGoingAway, "the server restarts")
	}
	h.quit()
	done := make(chan struct{})
	go func() { h.work.Wait(); close(done) }()
	select {
	case <-done:
		return
	case <-ctx.Done():
	}
	for _, s := range h.sockets() {
		s.kill()
	}
	<-done
}

// Count says how many sockets callers and desks have open.
func (h *Hub) Count() (callers, desks int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.rooms {
		if r.side == h.callers {
			callers += len(r.sockets)
		} else {
			desks += len(r.sockets)
		}
	}
	return callers, desks
}

// spawn runs f as a goroutine that Stop waits for. A panic in it is logged and ends only itself.
func (h *Hub) spawn(f func()) {
	h.work.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				h.Log.Error("panic in the hub", "panic", p, "stack", string(debug.Stack()))
			}
		}()
		f()
	})
}

// sockets lists all sockets.
func (h *Hub) sockets() []*socket {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []*socket
	for s := range h.guests {
		all = append(all, s)
	}
	for _, r := range h.rooms {
		for s := range r.sockets {
			all = append(all, s)
		}
	}
	return all
}

// tell sends a frame that is not kept to every socket of a topic.
func (h *Hub) tell(topic, typ string, data any) {
	for _, s := range h.in(topic) {
		s.tell(typ, data)
	}
}

// in lists the sockets of a topic.
func (h *Hub) in(topic string) []*socket {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[topic]
	if r == nil {
		return nil
	}
	all := make([]*socket, 0, len(r.sockets))
	for s := range r.sockets {
		all = append(all, s)
	}
	return all
}

// listen wakes the sockets of a topic that rings.
func (h *Hub) listen(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case topic := <-h.rings:
			if h.queues.rang(topic) {
				continue
			}
			for _, s := range h.in(topic) {
				s.wake(func() { s.news = true })
			}
		}
	}
}

// beat looks at everything once in a while.
func (h *Hub) beat(ctx context.Context) {
	tick := time.NewTicker(h.Pace.Beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		h.guard("sweep", func() { h.sweep(ctx) })
		h.guard("care", func() { h.care(ctx) })
		h.guard("queues", func() { h.queues.refresh(ctx) })
	}
}

// guard keeps the beat going when one part of it panics.
func (h *Hub) guard(what string, f func()) {
	defer func() {
		if p := recover(); p != nil {
			h.Log.Error("panic in the hub's beat", "in", what, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	f()
}

// sweep heals lost rings: whatever was pushed since the last sweep wakes its topic.
func (h *Hub) sweep(ctx context.Context) {
	for {
		frames, err := h.Frames.FramesSince(ctx, h.lastID, 1000)
		if err != nil {
			h.Log.WarnContext(ctx, "sweeping frames", "err", err)
			return
		}
		newest := map[string]int64{}
		for _, f := range frames {
			newest[f.Topic] = max(newest[f.Topic], f.Seq)
			h.lastID = max(h.lastID, f.ID)
		}
		for topic, seq := range newest {
			h.heal(topic, seq)
		}
		if len(frames) < 1000 {
			return
		}
	}
}

// heal wakes the sockets of a topic whose newest frame is seq, and cuts those that cannot follow.
func (h *Hub) heal(topic string, seq int64) {
	for _, s := range h.in(topic) {
		if s.behind(seq, h.Limits.Behind) {
			h.Log.Info("a reader is too slow and is cut", "topic", topic, "who", s.who.ID)
			s.kill()
			continue
		}
		s.wake(func() { s.news = s.news || s.seq < seq })
	}
}

// newestFrame finds the highest id of all frames by halving: ids rise, so "is there one after x" tells the side.
func newestFrame(ctx context.Context, frames Frames) (int64, error) {
	after := func(id int64) (bool, error) {
		f, err := frames.FramesSince(ctx, id, 1)
		return len(f) > 0, err
	}
	low, high := int64(0), int64(1)
	for {
		more, err := after(high)
		if err != nil {
			return 0, err
		}
		if !more {
			break
		}
		low, high = high, high*2
	}
	for low < high {
		mid := low + (high-low)/2
		more, err := after(mid)
		if err != nil {
			return 0, err
		}
		if more {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, nil
}
