package call_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/runtime/call"
	"foyer/runtime/event"
	"foyer/runtime/token"
)

func TestJoin(t *testing.T) {
	h := open(t)
	c, caller, _ := h.open()
	var heard []string
	got, err := h.board.Join(t.Context(), caller.LegID, caller.Token, "v=0", true, func(g call.Signal) { heard = append(heard, g.Type) })
	h.ok(err)
	if got.SDP != "answer to v=0" || len(got.Resume) != 43 {
		t.Errorf("%+v", got)
	}
	if want := (call.Join{CallID: c.ID, LegID: caller.LegID, Role: call.Caller, Compat: true}); len(h.joins) != 1 || h.joins[0] != want {
		t.Errorf("the media plane was asked for %+v", h.joins)
	}
	for _, kind := range []string{"up", "renew", "down", "closed"} {
		h.signal(caller.LegID, kind)
	}
	if strings.Join(heard, " ") != "up renew down closed" {
		t.Errorf("the client hears %v", heard)
	}
	h.ok(h.board.Candidate(t.Context(), caller.LegID, "{}"))
	if err := h.board.Candidate(t.Context(), "leg_none", "{}"); !errors.Is(err, call.ErrNotFound) {
		t.Errorf("a candidate of nobody: %v", err)
	}
}

func TestTickets(t *testing.T) {
	h, ctx := open(t), t.Context()
	_, caller, agent := h.open()
	for about, c := range map[string][2]string{
		"the other's ticket": {caller.LegID, agent.Token},
		"no ticket":          {caller.LegID, ""},
		"made up":            {caller.LegID, token.Random()},
		"its hash":           {caller.LegID, token.Hash(caller.Token)},
	} {
		if _, err := h.board.Join(ctx, c[0], c[1], "sdp", false, nil); !errors.Is(err, call.ErrTicket) {
			t.Errorf("%s: %v", about, err)
		}
	}
	if _, err := h.board.Join(ctx, "leg_none", caller.Token, "sdp", false, nil); !errors.Is(err, call.ErrNotFound) {
		t.Errorf("no such leg: %v", err)
	}
	resume := h.join(caller.LegID, caller.Token)
	if _, err := h.board.Join(ctx, caller.LegID, caller.Token, "sdp", false, nil); !errors.Is(err, call.ErrTicket) {
		t.Errorf("used twice: %v", err)
	}
	if again := h.join(caller.LegID, resume); again != resume {
		t.Error("the resume secret changed although nobody else has come")
	}
	h.wait(call.TicketLife)
	if _, err := h.board.Join(ctx, agent.LegID, agent.Token, "sdp", false, nil); !errors.Is(err, call.ErrTicket) {
		t.Errorf("after a minute: %v", err)
	}
	if len(h.joins) != 2 {
		t.Errorf("%d joins reached the media plane, want 2", len(h.joins))
	}
	h.join(caller.LegID, resume) // the secret lives as long as the call
}

// Two who use one ticket at the same time: one is in.
func TestTicketRace(t *testing.T) {
	h := open(t)
	_, caller, _ := h.open()
	var all sync.WaitGroup
	in := make(chan string, 16)
	for range 16 {
		all.Go(func() {
			a, err := h.board.Join(t.Context(), caller.LegID, caller.Token, "sdp", false, nil)
			if err == nil {
				in <- a.Resume
			} else if !errors.Is(err, call.ErrTicket) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(in) != 1 {
		t.Errorf("%d came in with one ticket", len(in))
	}
}

// A page that is loaded anew gets a fresh ticket; the page before it is out, and so is an unused ticket.
func TestReload(t *testing.T) {
	h, ctx := open(t), t.Context()
	c, caller, _, old, _ := h.live()
	unused, err := h.board.Ticket(ctx, "ses_1", call.Caller)
	h.ok(err)
	fresh, err := h.board.Ticket(ctx, "ses_1", call.Caller)
	h.ok(err)
	if fresh.LegID != caller.LegID || fresh.CallID != c.ID || fresh.Role != call.Caller || fresh.Token == caller.Token {
		t.Errorf("ticket %+v", fresh)
	}
	if _, err := h.board.Join(ctx, caller.LegID, unused.Token, "sdp", false, nil); !errors.Is(err, call.ErrTicket) {
		t.Errorf("a ticket that a newer one made void: %v", err)
	}
	h.want(c.ID, call.Live) // asking for a ticket breaks nothing
	h.join(caller.LegID, fresh.Token)
	h.want(c.ID, call.Broken)
	h.signal(caller.LegID, "up")
	h.want(c.ID, call.Live)
	if _, err := h.board.Join(ctx, caller.LegID, old, "sdp", false, nil); !errors.Is(err, call.ErrTicket) {
		t.Errorf("the page before: %v", err)
	}
	if strings.Join(h.told, ",") != "up off_1" {
		t.Errorf("the queue hears %v", h.told)
	}
	if _, err := h.board.Ticket(ctx, "ses_none", call.Caller); !errors.Is(err, call.ErrNotFound) {
		t.Errorf("no call: %v", err)
	}
	if _, err := h.board.Ticket(ctx, "ses_1", "supervisor"); !errors.Is(err, call.ErrNotFound) {
		t.Errorf("no such role: %v", err)
	}
}

// A line that is lost has half a minute to come back; coming back in time leaves no trace but the frames.
func TestComesBack(t *testing.T) {
	h := open(t)
	c, caller, agent, resume, _ := h.live()
	h.signal(caller.LegID, "down")
	h.want(c.ID, call.Broken)
	if due, _ := h.deadline(c.ID); !due.Equal(h.clock().Add(call.ReturnTime)) {
		t.Errorf("due at %s", due)
	}
	h.wait(10 * time.Second)
	h.signal(agent.LegID, "down") // the other one too: the deadline stays
	h.want(c.ID, call.Broken)
	if due, _ := h.deadline(c.ID); !due.Equal(start.Add(call.ReturnTime)) {
		t.Errorf("the deadline moved to %s", due)
	}
	h.join(caller.LegID, resume)
	h.signal(caller.LegID, "up")
	h.want(c.ID, call.Broken)
	h.signal(agent.LegID, "up")
	h.want(c.ID, call.Live)
	if got := h.heard(event.SessionTopic("ses_1")); got != "media.updated media.updated media.updated" {
		t.Errorf("the caller hears %q", got)
	}
	if strings.Join(h.told, ",") != "up off_1" {
		t.Errorf("the queue hears %v", h.told)
	}
	h.fire(c.ID) // a deadline that comes late finds nothing to do
	h.want(c.ID, call.Live)
}

func TestGivesUp(t *testing.T) {
	for _, c := range []struct {
		lost []call.Role
		side string
	}{
		{[]call.Role{call.Caller}, "caller"},
		{[]call.Role{call.Agent}, "agent"},
		{[]call.Role{call.Caller, call.Agent}, "system"},
	} {
		h := open(t)
		made, caller, agent, _, _ := h.live()
		legs := map[call.Role]string{call.Caller: caller.LegID, call.Agent: agent.LegID}
		for _, role := range c.lost {
			h.signal(legs[role], "down")
		}
		h.wait(call.ReturnTime)
		h.fire(made.ID)
		h.want(made.ID, call.Ended)
		if got := strings.Join(h.told, ","); got != "up off_1,failed off_1 "+c.side {
			t.Errorf("lost %v: the queue hears %s", c.lost, got)
		}
		got, err := h.in.Calls().Call(t.Context(), made.ID)
		h.ok(err)
		if got.EndedBy != "system" || strings.Join(h.closed, ",") != made.ID {
			t.Errorf("ended by %s, dropped %v", got.EndedBy, h.closed)
		}
	}
	h := open(t)
	if err := h.in.Do(t.Context(), func(ctx context.Context) error {
		return h.board.OnReturn(ctx, timerOf("call_none"))
	}); !errors.Is(err, call.ErrNotFound) {
		t.Errorf("no such call: %v", err)
	}
}

// kill -9 in a call: both come back by their resume secrets, within the deadline, into the same call.
func TestKilledWhileLive(t *testing.T) {
	h := open(t)
	c, caller, agent, resumeCaller, resumeAgent := h.live()
	h.wait(time.Minute)
	h.kill()
	h.want(c.ID, call.Broken)
	if due, _ := h.deadline(c.ID); !due.Equal(h.clock().Add(call.ReturnTime)) {
		t.Errorf("due at %s", due)
	}
	h.join(agent.LegID, resumeAgent)
	h.signal(agent.LegID, "up")
	h.want(c.ID, call.Broken)
	h.join(caller.LegID, resumeCaller)
	h.signal(caller.LegID, "up")
	h.want(c.ID, call.Live)
	if strings.Join(h.told, ",") != "up off_1" {
		t.Errorf("the queue hears %v", h.told)
	}
}

// Killed again while broken: the deadline starts anew, and a call that nobody comes back to ends by it.
func TestKilledWhileBroken(t *testing.T) {
	h := open(t)
	c, caller, _, _, _ := h.live()
	h.signal(caller.LegID, "down")
	h.wait(time.Hour) // nobody was there to fire it
	h.kill()
	if due, _ := h.deadline(c.ID); !due.Equal(h.clock().Add(call.ReturnTime)) {
		t.Errorf("due at %s", due)
	}
	h.fire(c.ID)
	h.want(c.ID, call.Ended)
	if got := strings.Join(h.told, ","); got != "up off_1,failed off_1 system" {
		t.Errorf("the queue hears %s", got)
	}
}

// Killed while connecting: tickets that are out are still good, and legs that were up have to come up again.
func TestKilledWhileConnecting(t *testing.T) {
	h := open(t)
	c, caller, agent := h.open()
	resume := h.join(caller.LegID, caller.Token)
	h.signal(caller.LegID, "up")
	h.kill()
	h.want(c.ID, call.Connecting)
	h.join(agent.LegID, agent.Token)
	h.signal(agent.LegID, "up")
	h.want(c.ID, call.Connecting)
	h.join(caller.LegID, resume)
	h.signal(caller.LegID, "up")
	h.want(c.ID, call.Live)
}

// When the media plane refuses an offer the ticket is used up, and a new one helps.
func TestMediaRefuses(t *testing.T) {
	h, ctx := open(t), t.Context()
	_, caller, _ := h.open()
	h.refuse = call.ErrMedia
	if _, err := h.board.Join(ctx, caller.LegID, caller.Token, "nonsense", false, nil); !errors.Is(err, call.ErrMedia) {
		t.Errorf("%v", err)
	}
	h.refuse = nil
	if _, err := h.board.Join(ctx, caller.LegID, caller.Token, "sdp", false, nil); !errors.Is(err, call.ErrTicket) {
		t.Errorf("the same ticket again: %v", err)
	}
	fresh, err := h.board.Ticket(ctx, "ses_1", call.Caller)
	h.ok(err)
	h.join(fresh.LegID, fresh.Token)
}

// A call that is ended while somebody is joining it leaves no room behind in the media plane, whatever became of
// the joining.
func TestEndedWhileJoining(t *testing.T) {
	for about, refuse := range map[string]error{"let in": nil, "refused": call.ErrMedia} {
		for _, gone := range []bool{false, true} { // the client, before it has the answer
			h := open(t)
			c, caller, _ := h.open()
			ctx, cancel := context.WithCancel(t.Context())
			h.refuse = refuse
			h.inside = func() {
				h.ok(h.board.Hangup(t.Context(), c.ID, "agent"))
				if gone {
					cancel()
				}
			}
			if _, err := h.board.Join(ctx, caller.LegID, caller.Token, "sdp", false, nil); !errors.Is(err, call.ErrNotNow) {
				t.Errorf("%s, gone %v: %v", about, gone, err)
			}
			cancel()
			if strings.Join(h.closed, ",") != c.ID+","+c.ID {
				t.Errorf("%s, gone %v: dropped %v, want it dropped after the join too", about, gone, h.closed)
			}
		}
	}
}

// No secret is ever logged, and the request that joined may be long over when the media plane speaks.
func TestLogsNoSecrets(t *testing.T) {
	h := open(t)
	_, caller, _ := h.open()
	ctx, cancel := context.WithCancel(t.Context())
	a, err := h.board.Join(ctx, caller.LegID, caller.Token, "sdp", false, func(call.Signal) {})
	h.ok(err)
	cancel()
	h.signal(caller.LegID, "up")
	legs, err := h.in.Calls().Leg(t.Context(), caller.LegID)
	h.ok(err)
	if !legs.Up {
		t.Error("the leg is not up after its request ended")
	}
	h.ok(h.store.Close())
	h.signal(caller.LegID, "down") // cannot be noted any more
	log := h.log.String()
	if !strings.Contains(log, caller.LegID) {
		t.Errorf("trouble is not logged: %s", log)
	}
	for _, secret := range []string{caller.Token, a.Resume, token.Hash(caller.Token), token.Hash(a.Resume)} {
		if strings.Contains(log, secret) {
			t.Errorf("a secret is in the log: %s", log)
		}
	}
}
