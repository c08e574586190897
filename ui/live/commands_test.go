package live

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"foyer/runtime/call"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

func TestCallerCommands(t *testing.T) {
	p := open(t)
	c := p.caller("s1", -1)
	c.want("session.updated")
	tests := []struct {
		command, data, noted, answer string
	}{
		{"media.offer", `{"legId":"leg1","token":"t","sdp":"v=0","compat":true}`, "join leg1 t true", `{"legId":"leg1","sdp":"answer to v=0","resume":"again"}`},
		{"media.candidate", `{"legId":"leg1","candidate":{"candidate":"x"}}`, `candidate leg1 {"candidate":"x"}`, ""},
		{"media.ticket", ``, "ticket s1 caller", `"legId":"leg-caller"`},
		{"media.hangup", `{}`, "hangup call1 caller", ""},
		{"message.post", `{"clientMessageId":"m","kind":"text","text":"hi"}`, "post s1 caller c1 王先生 m hi", `"messageId":"m1"`},
		{"message.post", `{"sessionId":"s2","clientMessageId":"n","kind":"text","text":"hi"}`, "post s1 caller c1 王先生 n hi", ``},
		{"typing", ``, "", ""},
		{"position", ``, "view s1", ""},
	}
	for _, tt := range tests {
		g := c.ask(tt.command, json.RawMessage(or(tt.data, "null")))
		if g.Type != "ok" || !strings.Contains(string(g.Data), tt.answer) {
			t.Errorf("%s: answer %+v %s", tt.command, g, g.Data)
		}
		if tt.noted != "" && p.noted(tt.noted) == 0 {
			t.Errorf("%s: %q was not done, but %q", tt.command, tt.noted, p.deeds())
		}
	}
}

func TestDeskCommands(t *testing.T) {
	p := open(t)
	d := p.desk("cookie1")
	if g := d.want("desk.state"); string(g.Data) != `{"agent":"a1"}` {
		t.Errorf("the desk is shown %s", g.Data)
	}
	tests := []struct {
		command, data, noted, answer string
	}{
		{"intent.set", `{"intent":"rest","reason":"茶"}`, "intent a1 rest 茶", ""},
		{"agent.recover", ``, "recover a1", ""},
		{"offer.accept", `{"offerId":"o1"}`, "accept a1 o1", `{"offerId":"o1","sessionId":"s1","state":"accepted"}`},
		{"offer.reject", `{"offerId":"o1","reason":"no"}`, "reject a1 o1 no", ""},
		{"offer.complete", `{"offerId":"o1"}`, "complete a1 o1", ""},
		{"session.end", `{"sessionId":"s1"}`, "end s1 agent a1", ""},
		{"media.offer", `{"legId":"leg1","token":"t","sdp":"v=0"}`, "join leg1 t false", "answer to"},
		{"media.candidate", `{"legId":"leg1","candidate":null}`, "candidate leg1 null", ""},
		{"media.ticket", `{"sessionId":"s1"}`, "ticket s1 agent", `"legId":"leg-agent"`},
		{"media.hangup", `{"sessionId":"s1","callId":"call1"}`, "hangup call1 agent", ""},
		{"message.post", `{"sessionId":"s1","clientMessageId":"m","kind":"text","text":"hi"}`, "post s1 agent a1 张敏 m hi", `"messageId":"m1"`},
		{"typing", `{"sessionId":"s1"}`, "", ""},
	}
	for _, tt := range tests {
		g := d.ask(tt.command, json.RawMessage(or(tt.data, "null")))
		if g.Type != "ok" || !strings.Contains(string(g.Data), tt.answer) {
			t.Errorf("%s: answer %+v %s", tt.command, g, g.Data)
		}
		if tt.noted != "" && p.noted(tt.noted) == 0 {
			t.Errorf("%s: %q was not done, but %q", tt.command, tt.noted, p.deeds())
		}
	}
}

// What belongs to another agent answers like what does not exist, and nothing is done.
func TestDeskStaysAtItsOwnSessions(t *testing.T) {
	p := open(t)
	d := p.desk("cookie2")
	d.want("desk.state")
	for _, command := range []string{"session.end", "media.ticket", "media.hangup", "message.post", "typing"} {
		for _, id := range []string{"s1", "s9"} {
			data := map[string]string{"sessionId": id}
			if g := d.ask(command, data); g.Error == nil || g.Error.Code != session.ErrNotFound.Error() {
				t.Errorf("%s %s: %+v", command, id, g)
			}
		}
	}
	for _, done := range p.deeds() {
		if !strings.HasPrefix(done, "touch") {
			t.Errorf("done all the same: %s", done)
		}
	}
}

func TestCommandFaults(t *testing.T) {
	p := open(t)
	c := p.caller("s1", -1)
	c.want("session.updated")
	tests := []struct{ name, frame, code string }{
		{"unknown command", `{"type":"offer.accept","id":"1"}`, ErrCommand.Error()},
		{"unknown field", `{"type":"message.post","id":"1","data":{"texd":"x"}}`, ""},
		{"wrong type", `{"type":"message.post","id":"1","data":{"text":1}}`, ""},
		{"two values", `{"type":"typing","id":"1"} {}`, ""},
		{"offer without sdp", `{"type":"media.offer","id":"1","data":{"legId":"l","token":"t"}}`, ErrFrame.Error()},
		{"a leg that was not joined", `{"type":"media.candidate","id":"1","data":{"legId":"l","candidate":null}}`, call.ErrTicket.Error()},
	}
	for _, tt := range tests {
		if err := c.WriteMessage(1, []byte(tt.frame)); err != nil {
			t.Fatal(err)
		}
		g := c.want("error")
		if g.Error == nil || tt.code != "" && g.Error.Code != tt.code {
			t.Errorf("%s: %+v", tt.name, g.Error)
		}
	}
	// A hello in the middle is no way to become somebody else.
	if g := c.ask("hello", nil); g.Type != "error" {
		t.Errorf("a second hello: %+v", g)
	}
}

// Two accept; the second is told who was first.
func TestWinnerIsNamed(t *testing.T) {
	p := open(t)
	d := p.desk("cookie1")
	d.want("desk.state")
	p.setFail(&queue.GoneError{Winner: "李雷"})
	g := d.ask("offer.accept", map[string]string{"offerId": "o1"})
	if g.Type != "error" || g.Error.Winner != "李雷" {
		t.Errorf("answer %+v", g)
	}
	p.setFail(nil)
}

func TestServiceTroubleIsLogged(t *testing.T) {
	p := open(t)
	c := p.caller("s1", -1)
	c.want("session.updated")
	p.setFail(fmt.Errorf("reading: %w", io.ErrUnexpectedEOF))
	if g := c.ask("media.ticket", nil); g.Type != "error" {
		t.Errorf("answer %+v", g)
	}
	p.setFail(nil)
	if !strings.Contains(p.log.String(), "unexpected EOF") || !strings.Contains(p.log.String(), "session=s1") {
		t.Errorf("the log says %s", p.log)
	}
}

func TestOverIsOver(t *testing.T) {
	p := open(t)
	p.setView(session.View{SessionID: "s1", State: session.Ended})
	p.setRow(session.Session{ID: "s1", CallerID: "c1", AgentID: "a1", State: session.Ended})
	c, d := p.caller("s1", -1), p.desk("cookie1")
	c.want("session.updated")
	d.want("desk.state")
	for _, who := range []*client{c, d} {
		g := who.ask("message.post", map[string]string{"sessionId": "s1", "clientMessageId": "1", "kind": "text", "text": "x"})
		if g.Error == nil || g.Error.Code != session.ErrOver.Error() {
			t.Errorf("answer %+v", g)
		}
		if g := who.ask("typing", map[string]string{"sessionId": "s1"}); who == d && g.Type != "ok" {
			t.Errorf("typing: %+v", g)
		}
	}
}

func TestTypingReachesTheOther(t *testing.T) {
	p := open(t)
	c, d, stranger := p.caller("s1", -1), p.desk("cookie1"), p.desk("cookie2")
	c.want("session.updated")
	d.want("desk.state")
	stranger.want("desk.state")
	c.send(map[string]any{"type": "typing"})
	if g := d.want("typing"); string(g.Data) != `{"sessionId":"s1","from":"caller"}` || g.Seq != 0 {
		t.Errorf("the agent sees %+v %s", g, g.Data)
	}
	d.send(map[string]any{"type": "typing", "data": map[string]string{"sessionId": "s1"}})
	if g := c.want("typing"); string(g.Data) != `{"sessionId":"s1","from":"agent"}` {
		t.Errorf("the caller sees %s", g.Data)
	}
	if g := stranger.ask("agent.recover", nil); g.Type != "ok" {
		t.Errorf("a stranger sees %+v", g)
	}
}

func TestSignals(t *testing.T) {
	p := open(t)
	c := p.caller("s1", -1)
	c.want("session.updated")
	c.ask("media.offer", map[string]string{"legId": "leg1", "token": "t", "sdp": "v=0"})
	p.mu.Lock()
	out := p.out["leg1"]
	p.mu.Unlock()
	out(call.Signal{Type: "up"})
	if g := c.want("media.up"); string(g.Data) != `{"legId":"leg1"}` {
		t.Errorf("got %s", g.Data)
	}
	out(call.Signal{Type: "closed"})
	if g := c.want("media.closed"); string(g.Data) != `{"legId":"leg1"}` {
		t.Errorf("got %s", g.Data)
	}
}

// Hanging up what is over, or another call than the open one, is no error and does nothing.
func TestHangupOfNothing(t *testing.T) {
	p := open(t)
	p.open["s2"] = call.Call{ID: "call2"}
	c := p.caller("s2", -1)
	c.want("session.updated")
	if g := c.ask("media.hangup", map[string]string{"callId": "older"}); g.Type != "ok" {
		t.Errorf("answer %+v", g)
	}
	p.mu.Lock()
	delete(p.open, "s2")
	p.mu.Unlock()
	if g := c.ask("media.hangup", nil); g.Type != "ok" || p.noted("hangup call2 caller") != 0 {
		t.Errorf("answer %+v, done %v", g, p.deeds())
	}
}

func TestCallerPresence(t *testing.T) {
	p := open(t)
	a, b := p.caller("s1", -1), p.caller("s1", -1)
	a.want("ready")
	b.want("ready")
	soon(t, "present once", func() bool { return p.noted("back s1") == 1 })
	_ = a.Close()
	time.Sleep(50 * time.Millisecond)
	if p.noted("lost s1") != 0 {
		t.Error("lost while another tab is open")
	}
	_ = b.Close()
	soon(t, "lost", func() bool { return p.noted("lost s1") == 1 })
	p.caller("s1", -1).want("ready")
	soon(t, "back", func() bool { return p.noted("back s1") == 2 })
}

// A report that fails is repeated until it works.
func TestPresenceIsRepeated(t *testing.T) {
	p := open(t)
	c := p.caller("s1", -1)
	c.want("session.updated")
	p.setFail(io.ErrUnexpectedEOF)
	_ = c.Close()
	soon(t, "it was tried", func() bool { return p.noted("lost s1") > 1 })
	p.setFail(nil)
	soon(t, "the room is gone", func() bool {
		p.hub.mu.Lock()
		defer p.hub.mu.Unlock()
		return len(p.hub.rooms) == 0
	})
}

func TestAgentPresence(t *testing.T) {
	p := open(t)
	d := p.desk("cookie1")
	d.want("desk.state")
	if p.noted("touch a1") == 0 {
		t.Error("an open desk does not count as present")
	}
	_ = d.Close()
	time.Sleep(p.hub.Pace.Gone / 2)
	d = p.desk("cookie1") // a reload
	d.want("desk.state")
	time.Sleep(2 * p.hub.Pace.Gone)
	if p.noted("gone a1") != 0 {
		t.Error("a reload counts as leaving")
	}
	_ = d.Close()
	soon(t, "gone", func() bool { return p.noted("gone a1") == 1 })
}

// The lease is renewed by signs of life, not by our own pings into the dark.
func TestLeaseNeedsLife(t *testing.T) {
	p := open(t)
	deaf := p.desk("cookie1")
	deaf.SetPingHandler(func(string) error { return nil })
	alive := p.desk("cookie2")
	for _, c := range []*client{deaf, alive} {
		go func() {
			for {
				if _, _, err := c.ReadMessage(); err != nil {
					return
				}
			}
		}()
	}
	soon(t, "the living is renewed", func() bool { return p.noted("touch a2") >= 4 })
	if n := p.noted("touch a1"); n > 2 {
		t.Errorf("the deaf was renewed %d times", n)
	}
	soon(t, "the deaf is gone", func() bool { return p.noted("gone a1") == 1 })
}

func TestCount(t *testing.T) {
	p := open(t)
	p.caller("s1", -1).want("ready")
	p.caller("s2", -1).want("ready")
	p.desk("cookie1").want("ready")
	soon(t, "counted", func() bool { callers, desks := p.hub.Count(); return callers == 2 && desks == 1 })
}

func TestPlainRequest(t *testing.T) {
	p := open(t)
	res, err := http.Get(p.srv.URL + "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", res.StatusCode)
	}
	soon(t, "it is forgotten", func() bool {
		p.hub.mu.Lock()
		defer p.hub.mu.Unlock()
		return len(p.hub.guests) == 0 && len(p.hub.byAddr) == 0
	})
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}
