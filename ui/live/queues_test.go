package live

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"foyer/runtime/session"
)

func TestQueuePosition(t *testing.T) {
	p := open(t)
	p.setRow(session.Session{ID: "s2", CallerID: "c2", State: session.Queued, GroupID: "g1"})
	at := func(n int) session.View {
		var v session.View
		raw := fmt.Sprintf(`{"sessionId":"s2","state":"queued","queue":{"position":%d,"waitSeconds":null}}`, n)
		if err := json.Unmarshal([]byte(raw), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	p.setView(at(3))
	c := p.caller("s2", -1)
	c.want("session.updated")
	if g := c.want("queue.position"); !strings.Contains(string(g.Data), `"position":3`) {
		t.Errorf("first place %s", g.Data)
	}
	for range 20 { // nothing has changed
		p.bus.Ring("group:g1")
	}
	p.bus.Ring("group:g2") // somebody else's
	time.Sleep(60 * time.Millisecond)
	p.setView(at(2))
	p.bus.Ring("group:g1")
	if g, _ := c.next(); g.Type != "queue.position" || !strings.Contains(string(g.Data), `"position":2`) {
		t.Errorf("next came %+v", g)
	}
	if g := c.ask("position", nil); !strings.Contains(string(g.Data), `"position":2`) {
		t.Errorf("asked for the place: %+v", g)
	}
	p.setRow(session.Session{ID: "s2", CallerID: "c2", State: session.Connected, GroupID: "g1", AgentID: "a1"})
	p.push("session:s2", "session.updated", nil)
	c.want("session.updated")
	soon(t, "nobody watches the queue", func() bool {
		p.hub.queues.mu.Lock()
		defer p.hub.queues.mu.Unlock()
		return len(p.hub.queues.groups) == 0 && len(p.hub.queues.of) == 0
	})
}

// A line longer than one beat can look at has its turn all the same.
func TestLongQueueTakesTurns(t *testing.T) {
	p := open(t, func(c *Config) { c.Pace.Beat = time.Hour }) // only the test takes
	q := p.hub.queues
	var all []*socket
	for range most + 50 {
		s := &socket{hub: p.hub, side: p.hub.callers}
		q.watch(s, "g9")
		all = append(all, s)
	}
	seen := map[*socket]bool{}
	for range 2 {
		for _, s := range q.take() {
			seen[s] = true
		}
	}
	if len(seen) < len(all) {
		t.Errorf("%d of %d had their turn", len(seen), len(all))
	}
	for _, s := range all {
		q.unwatch(s)
	}
	if len(q.groups) != 0 {
		t.Error("an empty line is kept")
	}
}

// A connection that ends while its session is being read watches no queue.
func TestDeadSocketWatchesNothing(t *testing.T) {
	p := open(t)
	s := newSocket(p.hub, httptest.NewRequest("GET", "/live", nil), p.hub.callers)
	s.kill()
	q := p.hub.queues
	q.watch(s, "g9")
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.groups) != 0 || len(q.of) != 0 {
		t.Errorf("%d groups are watched", len(q.groups))
	}
}

// A caller who came and left does not take the turn of one who waits.
func TestWhoLeftIsNotDue(t *testing.T) {
	p := open(t, func(c *Config) { c.Pace.Beat = time.Hour })
	q := p.hub.queues
	stays, leaves := &socket{hub: p.hub}, &socket{hub: p.hub}
	q.watch(stays, "g9")
	q.take() // and is told
	q.watch(leaves, "g9")
	q.unwatch(leaves)
	q.rang("group:g9")
	if got := q.take(); len(got) != 1 || got[0] != stays {
		t.Errorf("%d are due", len(got))
	}
}
