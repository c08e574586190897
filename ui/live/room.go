package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"foyer/runtime/agent"
)

// room is the sockets of one topic: the tabs of one caller's session, or of one agent.
type room struct {
	topic    string
	id       string // of the session or agent
	side     side
	sockets  map[*socket]struct{}
	unlisten func()
	since    time.Time // empty since
	touched  time.Time // when the presence was last renewed
	life     bool      // a sign of life came since then

	here    bool       // what was reported last
	unsure  bool       // that report failed, and may have got through or not
	telling sync.Mutex // one report of presence after the other; not under the hub's lock
}

// due tells whether what was reported is not how it is.
func (r *room) due() bool { return r.unsure || r.here != (len(r.sockets) > 0) }

func (r *room) has(s *socket) bool {
	_, in := r.sockets[s]
	return in
}

// welcome counts a new connection. A place that has too many gets no more.
func (h *Hub) welcome(s *socket) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.stopped:
		return fmt.Errorf("the server is stopping: %w", ErrSockets)
	case s.side == h.callers && h.byAddr[s.addr] >= h.Limits.PerAddress:
		return fmt.Errorf("address %s: %w", s.addr, ErrSockets)
	}
	if r := h.rooms[s.topic]; s.side == h.desks && r != nil && len(r.sockets) >= h.Limits.PerAgent {
		return fmt.Errorf("agent %s: %w", s.who.ID, ErrSockets)
	}
	if s.side == h.callers {
		h.byAddr[s.addr]++
	}
	h.guests[s] = true
	return nil
}

// crowded refuses a caller whose session has its sockets already. Two who come at once may both find the last place.
func (h *Hub) crowded(s *socket) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r := h.rooms[s.topic]; s.side == h.callers && r != nil && len(r.sockets) >= h.Limits.PerSession {
		return fmt.Errorf("session %s: %w", s.who.Session, ErrSockets)
	}
	return nil
}

// enter puts a socket that said hello into the room of its topic. One that has ended meanwhile stays out: nobody
// would ever fetch it from there.
func (h *Hub) enter(ctx context.Context, s *socket) {
	h.mu.Lock()
	if !h.guests[s] {
		h.mu.Unlock()
		return
	}
	r := h.rooms[s.topic]
	if r == nil {
		r = &room{topic: s.topic, id: s.side.of(s), side: s.side, sockets: map[*socket]struct{}{}}
		r.unlisten = h.Bell.Listen(s.topic, h.rings)
		h.rooms[s.topic] = r
	}
	delete(h.guests, s)
	r.sockets[s] = struct{}{}
	r.touched, r.life = h.Clock(), false
	h.mu.Unlock()
	h.settle(ctx, r)
}

// left forgets a socket that has ended.
func (h *Hub) left(s *socket) {
	h.queues.unwatch(s)
	h.mu.Lock()
	delete(h.guests, s)
	if s.side == h.callers {
		if h.byAddr[s.addr]--; h.byAddr[s.addr] <= 0 {
			delete(h.byAddr, s.addr)
		}
	}
	r := h.rooms[s.topic]
	if r == nil || !r.has(s) { // it never said hello, so nothing about the room changes
		h.mu.Unlock()
		return
	}
	delete(r.sockets, s)
	if len(r.sockets) == 0 {
		r.since = h.Clock()
	}
	settle := len(r.sockets) == 0 && s.side.grace() == 0 && !h.stopped
	h.mu.Unlock()
	if settle {
		h.settle(context.WithoutCancel(s.ctx), r)
	}
}

// settle reports whether anybody is in the room, unless that was reported already. Reports of one room never
// overtake each other; one that fails is repeated by the beat.
func (h *Hub) settle(ctx context.Context, r *room) {
	r.telling.Lock()
	defer r.telling.Unlock()
	h.mu.Lock()
	here, due := len(r.sockets) > 0, r.due()
	h.mu.Unlock()
	var err error
	if due {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if err = r.side.present(ctx, r.id, here); err != nil {
			h.Log.WarnContext(ctx, "reporting presence", "topic", r.topic, "here", here, "err", err)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	r.here, r.unsure = here, err != nil
	if len(r.sockets) == 0 && !r.due() && h.rooms[r.topic] == r {
		r.unlisten()
		delete(h.rooms, r.topic)
	}
}

// seen notes a sign of life of a socket.
func (h *Hub) seen(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r := h.rooms[s.topic]; r != nil {
		r.life = true
	}
}

// care is the beat's look at every room: pings, presence, revoked logins, reads to repeat.
func (h *Hub) care(ctx context.Context) {
	now := h.Clock()
	var settle, touch []*room
	h.mu.Lock()
	for _, r := range h.rooms {
		if len(r.sockets) == 0 {
			if now.Sub(r.since) >= r.side.grace() {
				settle = append(settle, r)
			}
			continue
		}
		if r.due() {
			settle = append(settle, r)
		}
		if r.life && now.Sub(r.touched) >= h.Pace.Ping {
			r.touched, r.life = now, false
			touch = append(touch, r)
		}
	}
	h.mu.Unlock()
	for _, s := range h.sockets() {
		s.nudge(now)
	}
	for _, r := range settle {
		h.settle(ctx, r)
	}
	for _, r := range touch {
		if err := r.side.renew(ctx, r.id); err != nil {
			h.Log.WarnContext(ctx, "renewing presence", "topic", r.topic, "err", err)
		}
	}
	h.recheck(ctx)
}

// nudge pings a socket whose time has come, and repeats a read that failed.
func (s *socket) nudge(now time.Time) {
	s.wake(func() {
		if now.Sub(s.pinged) >= s.hub.Pace.Ping {
			s.ping, s.pinged = true, now
		}
		if s.retry {
			s.retry, s.news = false, true
		}
	})
}

// recheck ends the desk sockets whose login was revoked.
func (h *Hub) recheck(ctx context.Context) {
	bad := map[string]bool{} // by token: the tabs of a browser share one
	for _, s := range h.sockets() {
		if s.side != h.desks || ctx.Err() != nil {
			continue
		}
		revoked, known := bad[s.who.token]
		if !known {
			a, err := h.Logins.ByToken(ctx, s.who.token)
			revoked = errors.Is(err, agent.ErrNotLoggedIn) || err == nil && a.ID != s.who.ID
			bad[s.who.token] = revoked
		}
		if revoked {
			s.close(closeToken, "the login has ended")
		}
	}
}
