package live

import (
	"io"
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

// A report of arrival that fails is repeated by the beat.
func TestArrivalIsRepeated(t *testing.T) {
	p := open(t)
	p.setFail(io.ErrUnexpectedEOF)
	c := p.caller("s1", -1)
	c.want("ready")
	soon(t, "it was tried", func() bool { return p.noted("back s1") > 0 })
	tried := p.noted("back s1")
	p.setFail(nil)
	soon(t, "it is repeated", func() bool { return p.noted("back s1") > tried })
}

// After a report of arrival that failed nobody knows what it did, so the departure is reported all the same.
func TestDepartureAfterFailedArrival(t *testing.T) {
	p := open(t, func(c *Config) { c.Pace.Beat = time.Hour })
	p.setFail(io.ErrUnexpectedEOF)
	c := p.caller("s1", -1)
	c.want("session.updated") // is sent after the report
	p.setFail(nil)
	_ = c.Close()
	soon(t, "lost", func() bool { return p.noted("lost s1") == 1 })
}
