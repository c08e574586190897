package live

import (
	"net/http/httptest"
	"testing"
	"time"
)

// A connection that ends while its hello is being read leaves nobody behind in the room.
func TestDeadSocketStaysOut(t *testing.T) {
	p := open(t)
	s := newSocket(p.hub, httptest.NewRequest("GET", "/desk", nil), p.hub.desks)
	s.topic, s.who = "agent:a1", who{ID: "a1"}
	if err := p.hub.welcome(s); err != nil {
		t.Fatal(err)
	}
	s.kill()
	p.hub.enter(t.Context(), s)
	if _, desks := p.hub.Count(); desks != 0 || p.noted("touch a1") != 0 {
		t.Errorf("%d desks, done %v", desks, p.deeds())
	}
}

// A connection that never says hello does not make an agent who has left look present for longer.
func TestGuestKeepsNobodyPresent(t *testing.T) {
	p := open(t, func(c *Config) { c.Pace.Gone = time.Hour })
	d := p.desk("cookie1")
	d.want("ready")
	_ = d.Close()
	soon(t, "the desk is closed", func() bool { _, desks := p.hub.Count(); return desks == 0 })
	since := func() time.Time {
		p.hub.mu.Lock()
		defer p.hub.mu.Unlock()
		return p.hub.rooms["agent:a1"].since
	}
	before := since()
	s := newSocket(p.hub, httptest.NewRequest("GET", "/desk", nil), p.hub.desks)
	s.topic, s.who = "agent:a1", who{ID: "a1"}
	if err := p.hub.welcome(s); err != nil {
		t.Fatal(err)
	}
	s.kill()
	if !since().Equal(before) {
		t.Error("the absence begins anew")
	}
}
