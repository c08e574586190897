package room

import (
	"log/slog"
	"runtime/debug"
	"sync"

	"foyer/runtime/call"
)

// voice tells a client its signals, in order, without making the teller wait. It has a goroutine only while there is
// something to tell.
type voice struct {
	work *sync.WaitGroup
	log  *slog.Logger

	mu     sync.Mutex
	out    func(call.Signal) // nil: hushed
	queue  []call.Signal
	speaks bool
}

// say tells a signal.
func (v *voice) say(s call.Signal) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.out == nil {
		return
	}
	v.queue = append(v.queue, s)
	if !v.speaks {
		v.speaks = true
		v.work.Go(v.speak)
	}
}

// turn tells everything from now on to another listener.
func (v *voice) turn(out func(call.Signal)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.out = out
}

// hush tells nothing more.
func (v *voice) hush() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.out, v.queue = nil, nil
}

func (v *voice) speak() {
	for {
		v.mu.Lock()
		if len(v.queue) == 0 {
			v.speaks = false
			v.mu.Unlock()
			return
		}
		s, out := v.queue[0], v.out
		v.queue = v.queue[1:]
		v.mu.Unlock()
		v.tell(out, s)
	}
}

// tell survives a listener that panics.
func (v *voice) tell(out func(call.Signal), s call.Signal) {
	defer func() {
		if r := recover(); r != nil {
			v.log.Error("a listener broke", "signal", s.Type, "panic", r, "stack", string(debug.Stack()))
		}
	}()
	out(s)
}
