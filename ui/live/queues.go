package live

import (
	"context"
	"encoding/json"
	"sync"

	"foyer/runtime/event"
	"foyer/runtime/session"
)

// most is how many places are looked up in one beat. More callers than that hear of a change a beat or more
// later, in turn, so that a long queue does not keep the store from its work.
const most = 500

// queues tells waiting callers their place when it changes. A group that rings is looked at with the next beat,
// so that many changes at once are told once.
type queues struct {
	hub *Hub

	mu     sync.Mutex
	groups map[string]*line // by topic of the group
	of     map[*socket]*line
}

// line is the watching sockets of one group.
type line struct {
	topic    string
	unlisten func()
	told     map[*socket]string   // what each was told last
	due      map[*socket]struct{} // those of them whose place may have changed
}

func newQueues(h *Hub) *queues {
	return &queues{hub: h, groups: map[string]*line{}, of: map[*socket]*line{}}
}

// watch follows the queue of a group for a waiting caller, or none when group is empty. A socket that has ended is
// not followed: its unwatch may be over already.
func (q *queues) watch(s *socket, group string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	topic := event.GroupTopic(group)
	if old := q.of[s]; old != nil {
		if group != "" && old.topic == topic {
			return
		}
		q.drop(s, old)
	}
	if group == "" || s.ended() {
		return
	}
	l := q.groups[topic]
	if l == nil {
		l = &line{topic: topic, told: map[*socket]string{}, due: map[*socket]struct{}{}}
		l.unlisten = q.hub.Bell.Listen(topic, q.hub.rings)
		q.groups[topic] = l
	}
	l.told[s] = ""
	l.due[s] = struct{}{}
	q.of[s] = l
}

func (q *queues) unwatch(s *socket) { q.watch(s, "") }

func (q *queues) drop(s *socket, l *line) {
	delete(q.of, s)
	delete(l.told, s)
	delete(l.due, s)
	if len(l.told) == 0 {
		l.unlisten()
		delete(q.groups, l.topic)
	}
}

// rang notes that a group has changed; it says false for a topic that is no group.
func (q *queues) rang(topic string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.groups[topic]
	if l == nil {
		return false
	}
	if len(l.due) < len(l.told) {
		for s := range l.told {
			l.due[s] = struct{}{}
		}
	}
	return true
}

// refresh looks up the places that are due.
func (q *queues) refresh(ctx context.Context) {
	for _, s := range q.take() {
		if ctx.Err() != nil {
			return
		}
		v, err := q.hub.Sessions.View(ctx, s.who.Session)
		if err != nil {
			q.hub.Log.WarnContext(ctx, "looking up a place in a queue", "session", s.who.Session, "err", err)
			continue
		}
		q.tell(s, v)
	}
}

// take removes up to most due sockets, of every line its share.
func (q *queues) take() []*socket {
	q.mu.Lock()
	defer q.mu.Unlock()
	var taken []*socket
	for _, l := range q.groups {
		share := max(1, most/len(q.groups))
		for s := range l.due {
			if share--; share < 0 {
				break
			}
			delete(l.due, s)
			taken = append(taken, s)
		}
	}
	return taken
}

// tell sends a caller their place when it is another than before.
func (q *queues) tell(s *socket, v session.View) {
	if v.Queue == nil {
		return
	}
	raw, err := json.Marshal(v.Queue)
	if err != nil {
		return
	}
	text := string(raw)
	q.mu.Lock()
	l := q.of[s]
	changed := l != nil && l.told[s] != text
	if changed {
		l.told[s] = text
	}
	q.mu.Unlock()
	if changed {
		s.tell("queue.position", v.Queue)
	}
}
