package event

import (
	"sync"
	"testing"
)

func TestRing(t *testing.T) {
	b := NewBus()
	a, other := make(chan string, 1), make(chan string, 1)
	defer b.Listen("session:1", a)()
	defer b.Listen("session:2", other)()
	b.Ring("session:1")
	if got := <-a; got != "session:1" {
		t.Errorf("rang %q", got)
	}
	if len(other) != 0 {
		t.Error("another topic rang")
	}
}

// One channel may listen to several topics; a ring says which.
func TestOneListenerManyTopics(t *testing.T) {
	b := NewBus()
	ch := make(chan string, 2)
	defer b.Listen(SessionTopic("s"), ch)()
	defer b.Listen(AgentTopic("a"), ch)()
	b.Ring("agent:a")
	b.Ring("session:s")
	if first, second := <-ch, <-ch; first != "agent:a" || second != "session:s" {
		t.Errorf("rang %q, %q", first, second)
	}
}

func TestRingNeverBlocks(t *testing.T) {
	b := NewBus()
	full, none := make(chan string, 1), make(chan string)
	defer b.Listen("t", full)()
	defer b.Listen("t", none)()
	for range 10 {
		b.Ring("t")
	}
	if len(full) != 1 {
		t.Errorf("%d rings kept, want 1", len(full))
	}
}

func TestStop(t *testing.T) {
	b := NewBus()
	a, c := make(chan string, 1), make(chan string, 1)
	stopA, stopC := b.Listen("t", a), b.Listen("t", c)
	stopA()
	stopA() // stopping twice is no harm
	b.Ring("t")
	if len(a) != 0 || len(c) != 1 {
		t.Errorf("after stop: %d and %d rings", len(a), len(c))
	}
	stopC()
	if len(b.subs) != 0 {
		t.Errorf("topics without listeners are kept: %v", b.subs)
	}
}

func TestTopics(t *testing.T) {
	for _, c := range [][2]string{
		{SessionTopic("1"), "session:1"}, {AgentTopic("1"), "agent:1"}, {GroupTopic("1"), "group:1"},
	} {
		if c[0] != c[1] {
			t.Errorf("topic %s, want %s", c[0], c[1])
		}
	}
}

func TestBusOfManyGoroutines(t *testing.T) {
	b := NewBus()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			ch := make(chan string, 1)
			for range 200 {
				stop := b.Listen("t", ch)
				b.Ring("t")
				<-ch
				stop()
			}
		})
	}
	wg.Wait()
}
