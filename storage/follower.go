package storage

import (
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// follower runs what decisions asked to be run after their commit, in the order of the commits. It is a goroutine of
// its own, so that such a function may itself ask for a decision.
type follower struct {
	log  *slog.Logger
	wake chan struct{}

	mu    sync.Mutex
	queue []*decision
}

func newFollower(log *slog.Logger) *follower {
	return &follower{log: log, wake: make(chan struct{}, 1)}
}

// follow rings the topics of a committed decision and hands on what it wants to be run.
func (in *Instance) follow(d *decision) {
	if in.store.cfg.Bus != nil {
		for _, topic := range d.topics {
			in.store.cfg.Bus.Ring(topic)
		}
	}
	if len(d.after) == 0 {
		return
	}
	d.followed = make(chan struct{})
	in.after.mu.Lock()
	in.after.queue = append(in.after.queue, d)
	in.after.mu.Unlock()
	select {
	case in.after.wake <- struct{}{}:
	default:
	}
}

// run works until no decision comes any more.
func (f *follower) run(over <-chan struct{}) {
	for {
		for d := f.next(); d != nil; d = f.next() {
			for _, after := range d.after {
				f.call(after)
			}
			close(d.followed)
		}
		select {
		case <-f.wake:
		case <-over:
			select {
			case <-f.wake:
			default:
				return
			}
		}
	}
}

func (f *follower) next() (d *decision) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.queue) > 0 {
		d, f.queue = f.queue[0], f.queue[1:]
	}
	return d
}

func (f *follower) call(after func()) {
	defer func() {
		if p := recover(); p != nil {
			f.log.Error("after a commit", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	after()
}

// await waits until what d asked for has run, but not for ever: it may itself be what is being run.
func (f *follower) await(d *decision) {
	patience := time.NewTimer(followPatience)
	defer patience.Stop()
	select {
	case <-d.followed:
	case <-patience.C:
		f.log.Warn("what runs after a commit takes long; a decision asked for there must have nothing to run after it")
	}
}
