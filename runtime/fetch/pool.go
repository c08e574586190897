package fetch

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"foyer/nodes"
	"foyer/runtime/event"
)

// AtOnce is how many requests are under way side by side; the others wait for their turn.
const AtOnce = 64

// patience is how long Stop waits for requests that are under way.
const patience = 3 * time.Second

// Done takes an answer; it is called again while it fails.
type Done func(ctx context.Context, r nodes.Reply) error

// Trier sends a request once. See Client.
type Trier interface {
	Try(ctx context.Context, r Request) nodes.Reply
}

// Pool asks for many sessions at once. It keeps nothing: who asked asks again after a restart.
type Pool struct {
	client Trier
	clock  event.Clock
	pause  func(try int) time.Duration // before the try after this one
	log    *slog.Logger
	turns  chan struct{}

	ctx    context.Context // of every request that is under way
	stop   context.CancelFunc
	shut   context.Context // of every request that has no turn yet
	shutUp context.CancelFunc

	mu   sync.Mutex
	jobs map[string]*job // by session
	all  sync.WaitGroup
}

type job struct {
	wait   int
	cancel context.CancelFunc
}

// NewPool makes a pool; random gives numbers from 0 to 1, by which pauses differ.
func NewPool(client Trier, clock event.Clock, random func() float64, log *slog.Logger) *Pool {
	p := &Pool{client: client, clock: clock, log: log, turns: make(chan struct{}, AtOnce), jobs: map[string]*job{}}
	p.ctx, p.stop = context.WithCancel(context.Background())
	p.shut, p.shutUp = context.WithCancel(p.ctx)
	p.pause = func(try int) time.Duration { return Pause(try, random()) }
	return p
}

// Pause is how long to wait after a try that failed, the first is 1: 200 ms, then twice as long each time up to 2 s,
// less up to a half of it by chance.
func Pause(try int, random float64) time.Duration {
	whole := min(100*time.Millisecond<<min(try, 10), 2*time.Second)
	return whole - time.Duration(random*float64(whole/2))
}

// Ask sends a request, tries again where that is worth it, and gives the last reply to done unless that is too late:
// after until, when the session was cancelled, or stopped. A second Ask of the same wait does nothing, one of another
// wait takes its place. Ask does not block.
func (p *Pool) Ask(r Request, until time.Time, done Done) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if old, ok := p.jobs[r.Session]; ok {
		if old.wait == r.Wait {
			return
		}
		old.cancel()
	}
	if p.shut.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, until.Sub(p.clock()))
	j := &job{r.Wait, cancel}
	p.jobs[r.Session] = j
	p.all.Go(func() {
		defer p.forget(r.Session, j)
		defer p.guard(r)
		if reply, ok := p.ask(ctx, r); ok {
			p.deliver(ctx, r, reply, done)
		}
	})
}

// Cancel gives up what a session asked.
func (p *Pool) Cancel(session string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if j, ok := p.jobs[session]; ok {
		j.cancel()
		delete(p.jobs, session)
	}
}

// Stop takes nothing new, lets what is under way come to its end for a few seconds, or until ctx is over, and gives up
// the rest.
func (p *Pool) Stop(ctx context.Context) {
	p.mu.Lock()
	p.shutUp()
	p.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.all.Wait()
	}()
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case <-ended:
	case <-enough.C:
	case <-ctx.Done():
	}
	p.stop()
	<-ended
}

func (p *Pool) forget(session string, j *job) {
	p.mu.Lock()
	defer p.mu.Unlock()
	j.cancel()
	if p.jobs[session] == j {
		delete(p.jobs, session)
	}
}

func (p *Pool) guard(r Request) {
	if x := recover(); x != nil {
		p.log.Error("a request panicked", "session", r.Session, "panic", x, "stack", string(debug.Stack()))
	}
}

// ask waits for its turn and tries; ok is false when nobody waits for the reply any more.
func (p *Pool) ask(ctx context.Context, r Request) (reply nodes.Reply, ok bool) {
	select {
	case p.turns <- struct{}{}:
		defer func() { <-p.turns }()
	case <-ctx.Done():
		return reply, false
	case <-p.shut.Done():
		return reply, false
	}
	for try := 1; ; try++ {
		reply = p.client.Try(ctx, r)
		if ctx.Err() != nil {
			return reply, false
		}
		if try >= r.Fetch.Tries || !worthwhile(reply) {
			return reply, true
		}
		if !rest(ctx, p.pause(try)) {
			return reply, false
		}
	}
}

// worthwhile tells whether another try may bring something else.
func worthwhile(r nodes.Reply) bool {
	return r.Fault == "network" || r.Fault == "timeout" || r.Status >= 500 || r.Status == 429
}

// deliver hands the reply over. A decision that fails is taken again: the service has done its work already.
func (p *Pool) deliver(ctx context.Context, r Request, reply nodes.Reply, done Done) {
	for {
		err := done(ctx, reply)
		if err == nil || ctx.Err() != nil {
			return
		}
		p.log.ErrorContext(ctx, "an answer could not be taken, will try again", "session", r.Session, "err", err)
		if !rest(ctx, time.Second) {
			return
		}
	}
}

// rest waits; false when ctx ended before.
func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
