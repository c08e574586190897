package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/runtime/session"
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
	p := open(t, func(c *Config) { c.Origins = []string{"https://shop.example"} })
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
		{"a site that may", http.Header{"Cookie": {"login=cookie1"}, "Origin": {"https://shop.example"}}, true},
	}
	for _, tt := range tests {
		c, res := p.dial("/desk", tt.header)
		if (c != nil) != tt.ok {
			t.Errorf("%s: connected %v, status %d", tt.name, c != nil, res.StatusCode)
		}
	}
}

// A new page gets how things stand, and then only what is new.
func TestFreshStart(t *testing.T) {
	p := open(t)
	for i := range 5 {
		p.push("session:s1", "message.posted", i)
	}
	c := p.caller("s1", -1)
	ready := c.want("ready")
	if string(ready.Data) != `{"seq":5}` || ready.Epoch != 7 {
		t.Errorf("ready %s, epoch %d", ready.Data, ready.Epoch)
	}
	if g, _ := c.next(); g.Type != "session.updated" || g.Seq != 0 || !strings.Contains(string(g.Data), `"connected"`) {
		t.Errorf("then %+v", g)
	}
	p.push("session:s1", "message.posted", "new")
	if g, _ := c.next(); g.Seq != 6 || string(g.Data) != `"new"` || g.Epoch != 7 {
		t.Errorf("then %+v", g)
	}
}

func TestReplay(t *testing.T) {
	p := open(t)
	for i := range 200 { // several batches
		p.push("session:s1", "message.posted", i)
		p.push("session:s2", "message.posted", "a stranger's")
	}
	c := p.caller("s1", 3)
	c.want("ready")
	for want := int64(4); want <= 200; want++ {
		g, err := c.next()
		if err != nil || g.Seq != want || string(g.Data) != fmt.Sprint(want-1) {
			t.Fatalf("frame %d: %+v, %v", want, g, err)
		}
	}
	if g, _ := c.next(); g.Type != "session.updated" || g.Seq != 0 {
		t.Errorf("after the replay came %+v", g)
	}
}

// A client that has seen more than there is starts from what is there.
func TestAfterTheFuture(t *testing.T) {
	p := open(t)
	p.push("session:s1", "message.posted", 1)
	c := p.caller("s1", 99)
	if g := c.want("ready"); string(g.Data) != `{"seq":1}` {
		t.Errorf("ready %s", g.Data)
	}
}

func TestResync(t *testing.T) {
	p := open(t)
	for i := range 10 {
		p.push("session:s1", "message.posted", i)
	}
	p.prune("session:s1", 6)
	c := p.caller("s1", 2)
	c.want("ready")
	if g, _ := c.next(); g.Type != "resync" || string(g.Data) != `{"seq":6}` {
		t.Errorf("first came %+v %s", g, g.Data)
	}
	for want := int64(7); want <= 10; want++ {
		if g, _ := c.next(); g.Seq != want {
			t.Errorf("then %+v, want seq %d", g, want)
		}
	}
	c.want("session.updated")
}

func TestLostRingIsHealed(t *testing.T) {
	p := open(t)
	c := p.caller("s1", -1)
	c.want("session.updated")
	p.mu.Lock()
	p.quiet = true
	p.mu.Unlock()
	p.push("session:s1", "message.posted", 1)
	if g := c.want("message.posted"); g.Seq != 1 {
		t.Errorf("got %+v", g)
	}
}

// A store that is down for a while costs time, not frames.
func TestStoreTrouble(t *testing.T) {
	p := open(t)
	c := p.caller("s1", -1)
	c.want("session.updated")
	p.mu.Lock()
	p.dead = errors.New("disk on fire")
	p.mu.Unlock()
	p.push("session:s1", "message.posted", 1)
	time.Sleep(50 * time.Millisecond)
	p.mu.Lock()
	p.dead = nil
	p.mu.Unlock()
	if g := c.want("message.posted"); g.Seq != 1 {
		t.Errorf("got %+v", g)
	}
}

// Many writers, clients that come and go: nobody ever sees a gap, a double or a wrong order.
func TestNoGapsUnderLoad(t *testing.T) {
	p := open(t, func(c *Config) { // however slow the machine, nobody is to be cut here
		c.Pace.Hello, c.Pace.Dead, c.Pace.Write, c.Limits.Behind = time.Minute, time.Minute, time.Minute, 10_000
	})
	const frames, clients = 600, 8
	var writers, readers sync.WaitGroup
	for range 4 {
		writers.Go(func() {
			for i := range frames / 4 {
				p.push("session:s1", "message.posted", i)
				if i%25 == 0 {
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	for n := range clients {
		readers.Go(func() {
			last := int64(0)
			for last < frames {
				c := p.caller("s1", last)
				for stop := last + 50 + int64(n)*20; last < min(stop, frames); {
					g, err := c.next()
					if err != nil {
						t.Errorf("client %d after %d: %v", n, last, err)
						return
					}
					if g.Seq == 0 {
						continue
					}
					if g.Seq != last+1 {
						t.Errorf("client %d: %d after %d", n, g.Seq, last)
						return
					}
					last = g.Seq
				}
				_ = c.Close()
			}
		})
	}
	writers.Wait()
	readers.Wait()
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
	since := time.Now()
	if code := c.ended(); code != closeToken {
		t.Errorf("closed with %d", code)
	}
	if d := time.Since(since); d > time.Second {
		t.Errorf("it took %v", d)
	}
	if g := other.ask("agent.recover", nil); g.Type != "ok" {
		t.Errorf("another agent's desk: %+v", g)
	}
}

func TestStopSaysBye(t *testing.T) {
	p := open(t)
	c, d := p.caller("s1", -1), p.desk("cookie1")
	c.want("session.updated")
	d.want("desk.state")
	go func() {
		p.hub.Stop(t.Context())
	}()
	c.want("bye")
	if code := c.ended(); code != websocket.CloseGoingAway {
		t.Errorf("closed with %d", code)
	}
	d.want("bye")
	if code := d.ended(); code != websocket.CloseGoingAway {
		t.Errorf("closed with %d", code)
	}
	p.hub.work.Wait()
	if p.noted("lost s1") != 0 || p.noted("gone a1") != 0 {
		t.Error("a restart was reported as people leaving")
	}
	if c, _ := p.dial("/live", nil); c != nil {
		t.Error("a stopped hub let somebody in")
	}
}

// A beat that comes while a connection is being opened does not find half a socket.
func TestBeatWhileOpening(t *testing.T) {
	p := open(t, func(c *Config) { c.Pace.Beat, c.Pace.Ping = 50*time.Microsecond, time.Nanosecond })
	for range 100 {
		c := p.caller("s1", -1)
		c.want("session.updated")
		_ = c.Close()
	}
	if strings.Contains(p.log.String(), "panic") {
		t.Errorf("the log says %s", p.log)
	}
}

func TestPanicIsSurvived(t *testing.T) {
	p := open(t)
	p.hub.spawn(func() { panic("oh") })
	p.hub.guard("test", func() { panic("oh") })
	c := p.caller("s1", -1)
	c.want("ready")
}

func TestNewestFrame(t *testing.T) {
	w := newWorld()
	for _, n := range []int{0, 1, 2, 3, 17} {
		for len(w.frames) < n {
			w.push("t", "x", nil)
		}
		got, err := newestFrame(t.Context(), w)
		want := int64(n)
		if n == 17 {
			want = 1 << 40
			w.frames[16].ID = want
			got, err = newestFrame(t.Context(), w)
		}
		if err != nil || got != want {
			t.Errorf("of %d frames the newest is %d, %v", n, got, err)
		}
	}
	w.dead = io.ErrUnexpectedEOF
	if _, err := newestFrame(t.Context(), w); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("trouble was hidden: %v", err)
	}
}

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
	p := open(t)
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
