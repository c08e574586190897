package live

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/ui/rate"
)

func TestHelloIsNeeded(t *testing.T) {
	tests := []struct {
		name  string
		hello string // "" sends nothing
		code  int
	}{
		{"nothing comes", "", closeHello},
		{"another frame first", `{"type":"typing"}`, closeHello},
		{"not JSON", `hello`, closeHello},
		{"an unknown field", `{"type":"hello","token":"tok-c1","sessionId":"s1","x":1}`, closeHello},
		{"no token", `{"type":"hello","sessionId":"s1"}`, closeHello},
		{"no session", `{"type":"hello","token":"tok-c1"}`, closeHello},
		{"a wrong token", `{"type":"hello","token":"nonsense","sessionId":"s1"}`, closeToken},
		{"a stranger's session", `{"type":"hello","token":"tok-c2","sessionId":"s1"}`, closeNobody},
		{"no such session", `{"type":"hello","token":"tok-c1","sessionId":"s9"}`, closeNobody},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := open(t)
			c, _ := p.dial("/live", nil)
			if tt.hello != "" {
				if err := c.WriteMessage(websocket.TextMessage, []byte(tt.hello)); err != nil {
					t.Fatal(err)
				}
			}
			if code := c.ended(); code != tt.code {
				t.Errorf("closed with %d, want %d", code, tt.code)
			}
			if p.noted("back s1") != 0 {
				t.Error("a caller without a hello counts as present")
			}
		})
	}
}

func TestBinaryIsRefused(t *testing.T) {
	p := open(t)
	c := p.caller("s1", -1)
	c.want("ready")
	if err := c.WriteMessage(websocket.BinaryMessage, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if g := c.want("error"); g.Error == nil || g.Error.Code != ErrFrame.Error() {
		t.Errorf("answer %+v", g)
	}
}

func TestDeskNeedsLoginAndOrigin(t *testing.T) {
	p := open(t)
	tests := []struct {
		name   string
		header http.Header
		ok     bool
	}{
		{"no cookie", http.Header{}, false},
		{"a cookie of nobody", http.Header{"Cookie": {"login=x"}}, false},
		{"another site", http.Header{"Cookie": {"login=cookie1"}, "Origin": {"https://evil.example"}}, false},
		{"null", http.Header{"Cookie": {"login=cookie1"}, "Origin": {"null"}}, false},
		{"this site", http.Header{"Cookie": {"login=cookie1"}, "Origin": {p.srv.URL}}, true},
	}
	for _, tt := range tests {
		c, res := p.dial("/desk", tt.header)
		if (c != nil) != tt.ok {
			t.Errorf("%s: connected %v, status %d", tt.name, c != nil, res.StatusCode)
		}
	}
}

func TestOversize(t *testing.T) {
	p := open(t)
	c := p.caller("s1", -1)
	c.want("ready")
	c.send(map[string]any{"type": "message.post", "id": "1", "data": map[string]string{"text": strings.Repeat("x", 64<<10)}})
	if code := c.ended(); code != websocket.CloseMessageTooBig {
		t.Errorf("closed with %d", code)
	}
}

func TestTooManyCommands(t *testing.T) {
	p := open(t, func(c *Config) { c.Limits.Commands = rate.Limit{PerSecond: 1, Burst: 5} })
	c := p.caller("s1", -1)
	c.want("ready")
	for range 10 {
		c.send(map[string]any{"type": "typing"})
	}
	if code := c.ended(); code != closeRate {
		t.Errorf("closed with %d", code)
	}
}

// More tabs do not allow more commands for ever, and another session does not pay for it.
func TestTooManyCommandsOfASession(t *testing.T) {
	p := open(t, func(c *Config) { c.Limits.Session = rate.Limit{PerSecond: 0.001, Burst: 5} })
	a, b, other := p.caller("s1", -1), p.caller("s1", -1), p.caller("s2", -1)
	for range 3 {
		a.send(map[string]any{"type": "ping"})
	}
	if g := a.ask("ping", nil); g.Type != "ok" {
		t.Errorf("answer %+v", g)
	}
	b.ask("ping", nil)
	b.send(map[string]any{"type": "ping"})
	if code := b.ended(); code != closeRate {
		t.Errorf("closed with %d", code)
	}
	if g := other.ask("ping", nil); g.Type != "ok" {
		t.Errorf("another session: %+v", g)
	}
}

func TestTooManyTabs(t *testing.T) {
	p := open(t, func(c *Config) { c.Limits.PerSession = 2 })
	first := p.caller("s1", -1)
	first.want("session.updated") // is sent by a socket that is in its room
	p.caller("s1", -1).want("session.updated")
	third := p.caller("s1", -1)
	if g, err := third.next(); err != nil || g.Error == nil || g.Error.Code != ErrSockets.Error() {
		t.Errorf("a third tab is told %+v, %v", g, err)
	}
	if code := third.ended(); code != websocket.CloseTryAgainLater {
		t.Errorf("closed with %d", code)
	}
	p.caller("s2", -1).want("session.updated")
	_ = first.Close()
	soon(t, "a tab is forgotten", func() bool { callers, _ := p.hub.Count(); return callers == 2 })
	p.caller("s1", -1).want("session.updated")
}

// All addresses of one household's IPv6 network count as one.
func TestTooManySocketsOfANetwork(t *testing.T) {
	p := open(t, func(c *Config) { c.Limits.PerAddress = 1 })
	at := func(address string) *client {
		c, _ := p.dial("/live", http.Header{"X-Test-Address": {address}})
		return c
	}
	if at("2001:db8:1:2::1") == nil {
		t.Fatal("the first was refused")
	}
	if at("2001:db8:1:2::2") != nil {
		t.Error("a second address of one network was let in")
	}
	if at("2001:db8:1:3::1") == nil {
		t.Error("another network paid for it")
	}
}

func TestTooManySockets(t *testing.T) {
	p := open(t, func(c *Config) { c.Limits.PerAddress, c.Limits.PerAgent = 2, 1 })
	here := http.Header{"X-Test-Address": {"192.0.2.1"}}
	first, _ := p.dial("/live", here)
	p.dial("/live", here)
	if c, res := p.dial("/live", here); c != nil || res.StatusCode != http.StatusConflict {
		t.Error("a third socket of one address was let in")
	}
	if c, _ := p.dial("/live", http.Header{"X-Test-Address": {"192.0.2.2"}}); c == nil {
		t.Error("another address paid for it")
	}
	_ = first.Close()
	soon(t, "a place is free again", func() bool { c, _ := p.dial("/live", here); return c != nil })

	p.desk("cookie1").want("ready")
	if c, _ := p.dial("/desk", http.Header{"Cookie": {"login=cookie1"}}); c != nil {
		t.Error("a second desk of one agent was let in")
	}
}

// A client that does not read is cut, both when frames without seq pile up and when its topic runs away.
func TestSlowReader(t *testing.T) {
	t.Run("frames without seq", func(t *testing.T) {
		p := open(t)
		c := p.caller("s1", -1)
		c.want("session.updated")
		soon(t, "it is cut", func() bool {
			for range 40 {
				p.hub.tell("session:s1", "typing", strings.Repeat("x", 32<<10))
			}
			callers, _ := p.hub.Count()
			return callers == 0
		})
	})
	t.Run("frames of the topic", func(t *testing.T) {
		p := open(t, func(c *Config) { c.Pace.Write = time.Minute; c.Pace.Dead = time.Minute })
		c := p.caller("s1", -1)
		c.want("session.updated")
		soon(t, "it is cut", func() bool {
			for range 40 {
				p.push("session:s1", "message.posted", strings.Repeat("x", 32<<10))
			}
			callers, _ := p.hub.Count()
			return callers == 0
		})
	})
}

func TestSilentSocketIsDead(t *testing.T) {
	p := open(t)
	c := p.caller("s1", -1)
	c.want("ready") // and nothing more is read, so no pong is sent
	soon(t, "the caller is lost", func() bool { return p.noted("lost s1") == 1 })
}

func TestPingsKeepAlive(t *testing.T) {
	p := open(t)
	c := p.caller("s1", -1)
	go func() { // a client that reads answers pings by itself
		for {
			if _, _, err := c.ReadMessage(); err != nil {
				return
			}
		}
	}()
	soon(t, "present", func() bool { return p.noted("back s1") == 1 })
	time.Sleep(3 * p.hub.Pace.Dead)
	if p.noted("lost s1") != 0 {
		t.Error("a living client was taken for dead")
	}
}

func TestRevokedLogin(t *testing.T) {
	p := open(t)
	c, other := p.desk("cookie1"), p.desk("cookie2")
	c.want("desk.state")
	other.want("desk.state")
	p.mu.Lock()
	delete(p.logins, "cookie1")
	p.mu.Unlock()
	if code := c.ended(); code != closeToken {
		t.Errorf("closed with %d", code)
	}
	if g := other.ask("agent.recover", nil); g.Type != "ok" {
		t.Errorf("another agent's desk: %+v", g)
	}
}
