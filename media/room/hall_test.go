package room_test

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foyer/media/peer"
	"foyer/media/peer/peertest"
	"foyer/media/room"
	"foyer/runtime/call"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hall is a Keeper on a port of its own.
type hall struct {
	*room.Keeper
	t      testing.TB
	socket net.PacketConn
}

func newHall(t testing.TB) *hall {
	t.Helper()
	socket, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))
	port, err := peer.Listen(peer.Config{Socket: socket, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{room.New(port, time.Now, log), t, socket}
	t.Cleanup(func() {
		h.Close()
		if err := port.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// party is a leg as its client sees it.
type party struct {
	*peertest.Client
	h    *hall
	join call.Join
	mu   sync.Mutex
	said []string
	rang chan struct{}
}

func (h *hall) party(callID, legID string, o peertest.Options) *party {
	h.t.Helper()
	return &party{Client: peertest.New(h.t, o), h: h, join: call.Join{CallID: callID, LegID: legID}, rang: make(chan struct{}, 64)}
}

func (p *party) hear(s call.Signal) {
	p.mu.Lock()
	p.said = append(p.said, s.Type)
	p.mu.Unlock()
	p.rang <- struct{}{}
}

// saying is what the party heard so far.
func (p *party) saying() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.said...)
}

// heard waits until a signal has been said, and forgets everything up to it.
func (p *party) heard(want string) {
	p.h.t.Helper()
	limit := time.After(25 * time.Second)
	for {
		p.mu.Lock()
		for i, s := range p.said {
			if s == want {
				p.said = p.said[i+1:]
				p.mu.Unlock()
				return
			}
		}
		p.mu.Unlock()
		select {
		case <-p.rang:
		case <-limit:
			p.h.t.Fatalf("leg %s did not hear %q but %v", p.join.LegID, want, p.saying())
		}
	}
}

// offer makes an offer and takes the answer.
func (p *party) offer() error {
	answer, err := p.h.Offer(context.Background(), p.join, p.Offer(), p.hear)
	if err == nil {
		p.Answer(answer)
	}
	return err
}

// enter joins, or restarts.
func (p *party) enter() {
	p.h.t.Helper()
	if err := p.offer(); err != nil {
		p.h.t.Fatal(err)
	}
	p.Up()
	p.heard("up")
}

var (
	both      = peertest.Options{Video: []string{"H264", "VP8"}}
	onlyVP8   = peertest.Options{Video: []string{"VP8"}}
	onlyAudio = peertest.Options{}
)

// pair is two parties in a call.
func (h *hall) pair() (a, b *party) {
	h.t.Helper()
	a, b = h.party("c1", "l1", both), h.party("c1", "l2", both)
	a.enter()
	b.enter()
	return a, b
}

// talk sends from a until b hears, and gives what b got.
func talk(t testing.TB, a, b *party, video bool, word string) peertest.Packet {
	t.Helper()
	for range 150 {
		a.Send(video, []byte(word))
		if p, ok := b.word(video, word, 20*time.Millisecond); ok {
			return p
		}
	}
	t.Fatalf("%s did not hear %q of %s (video: %v)", b.join.LegID, word, a.join.LegID, video)
	return peertest.Packet{}
}

// word waits for a packet with this payload.
func (p *party) word(video bool, word string, within time.Duration) (peertest.Packet, bool) {
	limit := time.After(within)
	for {
		select {
		case got := <-p.Got:
			if got.Video == video && string(got.Payload) == word {
				return got, true
			}
		case <-limit:
			return peertest.Packet{}, false
		}
	}
}

// silent checks that b does not hear a.
func silent(t testing.TB, a, b *party, video bool) {
	t.Helper()
	for range 10 {
		a.Send(video, []byte("into the void"))
		if _, ok := b.word(video, "into the void", 20*time.Millisecond); ok {
			t.Fatalf("%s heard %s", b.join.LegID, a.join.LegID)
		}
	}
}
