package live

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

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
