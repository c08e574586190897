package fetch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"foyer/nodes"
)

// service answers one request after another with what it was told to.
type service struct {
	mu      sync.Mutex
	replies []nodes.Reply // the last again and again
	tries   []string      // keys
	block   bool          // answers nothing until the request is given up
	running atomic.Int32
	most    atomic.Int32
}

func (s *service) Try(ctx context.Context, r Request) nodes.Reply {
	if n := s.running.Add(1); n > s.most.Load() {
		s.most.Store(n)
	}
	defer s.running.Add(-1)
	s.mu.Lock()
	s.tries = append(s.tries, r.key())
	reply := s.replies[min(len(s.tries), len(s.replies))-1]
	s.mu.Unlock()
	if s.block {
		<-ctx.Done()
		return nodes.Reply{Fault: "network"}
	}
	time.Sleep(time.Second)
	return reply
}

// got collects what is delivered.
type got struct {
	mu      sync.Mutex
	replies []nodes.Reply
	fail    int // deliveries to refuse
}

func (g *got) done(_ context.Context, r nodes.Reply) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fail > 0 {
		g.fail--
		return errors.New("the disk is gone")
	}
	g.replies = append(g.replies, r)
	return nil
}

func (g *got) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.replies)
}

func pool(s *service) *Pool {
	return NewPool(s, time.Now, func() float64 { return 0.5 }, slog.New(slog.DiscardHandler))
}

func ask(session string, wait, tries int) Request {
	return Request{Session: session, Wait: wait, Fetch: nodes.Fetch{Tries: tries, Timeout: 5 * time.Second}}
}

func soon() time.Time { return time.Now().Add(time.Minute) }

func TestTriesAgain(t *testing.T) {
	down, busy, lost, late := nodes.Reply{Status: 500}, nodes.Reply{Status: 429}, nodes.Reply{Fault: "network"}, nodes.Reply{Fault: "timeout"}
	fine, bad, refused := nodes.Reply{Status: 200}, nodes.Reply{Status: 404}, nodes.Reply{Fault: "refused"}
	for name, tt := range map[string]struct {
		replies []nodes.Reply
		allowed int
		tries   int
		last    nodes.Reply
	}{
		"fine at once":     {[]nodes.Reply{fine}, 4, 1, fine},
		"fine in the end":  {[]nodes.Reply{down, busy, lost, fine}, 4, 4, fine},
		"never":            {[]nodes.Reply{late}, 3, 3, late},
		"one try":          {[]nodes.Reply{down, fine}, 1, 1, down},
		"our own fault":    {[]nodes.Reply{bad, fine}, 4, 1, bad},
		"refused":          {[]nodes.Reply{refused, fine}, 4, 1, refused},
		"not JSON":         {[]nodes.Reply{{Status: 200, Fault: "json"}, fine}, 4, 1, nodes.Reply{Status: 200, Fault: "json"}},
		"down with a body": {[]nodes.Reply{{Status: 503, Fault: "json"}, fine}, 2, 2, fine},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, g := &service{replies: tt.replies}, &got{}
				p := pool(s)
				p.Ask(ask("ses_1", 7, tt.allowed), soon(), g.done)
				time.Sleep(50 * time.Second)
				synctest.Wait()
				if len(s.tries) != tt.tries || g.count() != 1 || g.replies[0].Status != tt.last.Status || g.replies[0].Fault != tt.last.Fault {
					t.Errorf("tries %v, got %+v", s.tries, g.replies)
				}
				for _, key := range s.tries {
					if key != "ses_1-7" {
						t.Errorf("key %s", key)
					}
				}
				p.Stop(t.Context())
			})
		})
	}
}

func TestPause(t *testing.T) {
	for try, want := range map[int]time.Duration{1: 200, 2: 400, 3: 800, 4: 1600, 5: 2000, 99: 2000} {
		most, least := Pause(try, 0), Pause(try, 1)
		if most != want*time.Millisecond || least != most/2 {
			t.Errorf("try %d: %s to %s", try, least, most)
		}
	}
	f := nodes.Fetch{Tries: 4, Timeout: time.Second}
	if whole := 4*f.Timeout + Pause(1, 0) + Pause(2, 0) + Pause(3, 0); whole >= f.Whole() {
		t.Errorf("all tries take %s, the session waits %s", whole, f.Whole())
	}
}

// No more than AtOnce are under way; the others have their turn, or are too late.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, g := &service{replies: []nodes.Reply{{Status: 200}}}, &got{}
		p := pool(s)
		for i := range 3*AtOnce + 1 {
			p.Ask(ask(fmt.Sprint("ses_", i), 1, 1), soon(), g.done)
		}
		synctest.Wait() // in line
		p.Ask(ask("late", 1, 1), time.Now().Add(2500*time.Millisecond), func(context.Context, nodes.Reply) error {
			t.Error("an answer after its last moment")
			return nil
		})
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if s.most.Load() != AtOnce || g.count() < 3*AtOnce {
			t.Errorf("%d at once, %d answered", s.most.Load(), g.count())
		}
		p.Stop(t.Context())
	})
}

func TestOnceForAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, g := &service{replies: []nodes.Reply{{Status: 200}}}, &got{}
		p := pool(s)
		for range 3 {
			p.Ask(ask("ses_1", 1, 1), soon(), g.done)
		}
		synctest.Wait()
		p.Ask(ask("ses_1", 2, 1), soon(), g.done) // the walk has gone on
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if g.count() != 1 || len(s.tries) != 2 || s.tries[1] != "ses_1-2" {
			t.Errorf("tries %v, %d answers", s.tries, g.count())
		}
		p.Ask(ask("ses_1", 2, 1), soon(), g.done)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if g.count() != 2 {
			t.Error("what was answered cannot be asked again")
		}
		p.Stop(t.Context())
	})
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, g := &service{replies: []nodes.Reply{{}}, block: true}, &got{}
		p := pool(s)
		p.Ask(ask("ses_1", 1, 4), soon(), g.done)
		p.Ask(ask("ses_2", 1, 4), soon(), g.done)
		synctest.Wait()
		p.Cancel("ses_1")
		p.Cancel("nobody")
		synctest.Wait()
		if g.count() != 0 || len(s.tries) != 2 || s.running.Load() != 1 {
			t.Errorf("tries %v, %d answers, %d run", s.tries, g.count(), s.running.Load())
		}
		p.Stop(t.Context())
		if g.count() != 0 || s.running.Load() != 0 {
			t.Error("something runs on")
		}
		p.Ask(ask("ses_3", 1, 1), soon(), g.done)
		synctest.Wait()
		if len(s.tries) != 2 {
			t.Error("something begins after Stop")
		}
	})
}

// Stop lets what is under way come to its end for a while, and begins nothing that waits for its turn.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, g := &service{replies: []nodes.Reply{{Status: 200}}}, &got{}
		p := pool(s)
		for i := range AtOnce + 9 {
			p.Ask(ask(fmt.Sprint("ses_", i), 1, 1), soon(), g.done)
		}
		synctest.Wait()
		begun := time.Now()
		p.Stop(t.Context())
		if g.count() != AtOnce || time.Since(begun) != time.Second {
			t.Errorf("%d answers after %s", g.count(), time.Since(begun))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s, g := &service{replies: []nodes.Reply{{}}, block: true}, &got{}
		p := pool(s)
		p.Ask(ask("ses_1", 1, 1), soon(), g.done)
		synctest.Wait()
		begun := time.Now()
		p.Stop(t.Context())
		if g.count() != 0 || time.Since(begun) != patience {
			t.Errorf("%d answers after %s", g.count(), time.Since(begun))
		}
	})
}

// A decision that fails is taken again, with the answer that is there: the service is not asked twice.
func TestDeliversAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, g := &service{replies: []nodes.Reply{{Status: 200}}}, &got{fail: 3}
		p := pool(s)
		p.Ask(ask("ses_1", 1, 4), soon(), g.done)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if g.count() != 1 || len(s.tries) != 1 {
			t.Errorf("%d answers of %d tries", g.count(), len(s.tries))
		}
		g.fail = 1000
		p.Ask(ask("ses_2", 1, 1), soon(), g.done)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if g.count() != 1 || len(p.jobs) != 0 {
			t.Errorf("%d answers, %d jobs left", g.count(), len(p.jobs))
		}
		p.Ask(ask("ses_3", 1, 1), soon(), func(context.Context, nodes.Reply) error { panic("ouch") })
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if len(p.jobs) != 0 {
			t.Error("a panic leaves its job behind")
		}
		p.Stop(t.Context())
	})
}
