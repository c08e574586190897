package agent

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// cheap keeps tests fast; what is tested does not depend on the cost.
var cheap = Cost{Memory: 64, Time: 1, Threads: 1}

func TestHash(t *testing.T) {
	h := NewHasher(cheap)
	phc, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=64,t=1,p=1$") || strings.Contains(phc, "horse") {
		t.Fatalf("not a PHC string: %s", phc)
	}
	again, err := h.Hash(t.Context(), "correct horse")
	if err != nil || again == phc {
		t.Fatalf("the same salt twice: %s, %v", again, err)
	}
	for _, c := range []struct {
		password, phc string
		want          bool
	}{
		{"correct horse", phc, true},
		{"correct horse", again, true},
		{"correct horsf", phc, false},
		{"", phc, false},
		{"", "", false},
		{"correct horse", "", false},
	} {
		got, err := h.Verify(t.Context(), c.password, c.phc)
		if err != nil || got != c.want {
			t.Errorf("Verify(%q, %q) = %v, %v", c.password, c.phc, got, err)
		}
	}
}

// The real cost is the one of RFC 9106 §4 for 64 MB; what was made at a lower one is made anew at the next login.
func TestDefaultCost(t *testing.T) {
	phc, err := NewHasher(DefaultCost).Hash(t.Context(), "correct horse")
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("hashed to %s, %v", phc, err)
	}
	low, err := NewHasher(Cost{Memory: 64 << 10, Time: 1, Threads: 2}).Hash(t.Context(), "correct horse")
	if err != nil || !NewHasher(DefaultCost).Stale(low) {
		t.Errorf("a hash of a lower cost is not stale: %s, %v", low, err)
	}
}

// A hash of the reference implementation (phc-winner-argon2, its test vector) is understood.
func TestVerifyForeign(t *testing.T) {
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	h := NewHasher(cheap)
	if ok, err := h.Verify(t.Context(), "password", phc); !ok || err != nil {
		t.Errorf("Verify = %v, %v", ok, err)
	}
	if !h.Stale(phc) {
		t.Error("a hash of another cost is not stale")
	}
}

func TestVerifyNonsense(t *testing.T) {
	h := NewHasher(cheap)
	good, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(good, "$")
	without := func(i int, with string) string {
		p := append([]string(nil), parts...)
		p[i] = with
		return strings.Join(p, "$")
	}
	for _, phc := range []string{
		"x", "$", "$$$$$", without(1, "argon2i"), without(2, "v=16"), without(3, "m=64"), without(3, "m=64,t=0,p=1"),
		without(3, "m=64,t=1,p=0"), without(4, "!"), without(5, "!"), without(5, "AAAA"), good + "$x",
	} {
		if ok, err := h.Verify(t.Context(), "correct horse", phc); ok || !errors.Is(err, errHash) {
			t.Errorf("%s: %v, %v", phc, ok, err)
		}
		if !h.Stale(phc) {
			t.Errorf("%s is not stale", phc)
		}
	}
	if h.Stale(good) {
		t.Error("today's cost is stale")
	}
}

// However many want a hash, hashSlots are computed at once, hashQueue wait, and the rest is turned away.
func TestFloodIsBounded(t *testing.T) {
	h := NewHasher(cheap)
	free := h.Occupy()
	ctx, cancel := context.WithCancel(t.Context())
	results := make(chan error, hashQueue)
	for range hashQueue {
		go func() {
			_, err := h.Hash(ctx, "correct horse")
			results <- err
		}()
	}
	for len(h.queue) < hashQueue { // until all of them wait: the slots are taken
		runtime.Gosched()
	}
	if _, err := h.Hash(ctx, "one more"); !errors.Is(err, ErrTooMany) {
		t.Errorf("beyond the queue: %v", err)
	}
	cancel()
	for range hashQueue {
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Errorf("who waits in vain: %v", err)
		}
	}
	free()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if _, err := h.Hash(t.Context(), fmt.Sprint("password ", i)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(h.slots) != 0 || len(h.queue) != 0 {
		t.Errorf("%d slots and %d places are still taken", len(h.slots), len(h.queue))
	}
}

// BenchmarkVerify shows what one login costs.
func BenchmarkVerify(b *testing.B) {
	h := NewHasher(DefaultCost)
	phc, err := h.Hash(b.Context(), "correct horse")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if ok, _ := h.Verify(b.Context(), "correct horse", phc); !ok {
			b.Fatal("refused")
		}
	}
}
