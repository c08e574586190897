package room_test

import (
	"context"
	"fmt"
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
	port, err := peer.Listen(peer.Config{Socket: socket, Clock: time.Now, Log: log})
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

// heard waits until a signal has been said.
func (p *party) heard(want string) {
	p.h.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		p.mu.Lock()
		for _, s := range p.said {
			if s == want {
				p.mu.Unlock()
				return
			}
		}
		p.mu.Unlock()
		select {
		case <-p.rang:
		case <-limit:
			p.h.t.Fatalf("leg %s did not hear %q but %v", p.join.LegID, want, p.said)
		}
	}
}

// enter joins, or restarts.
func (p *party) enter() {
	p.h.t.Helper()
	answer, err := p.h.Offer(context.Background(), p.join, p.Offer(), p.hear)
	if err != nil {
		p.h.t.Fatal(err)
	}
	p.Answer(answer)
	p.Up()
	p.heard("up")
}

var both = peertest.Options{Video: []string{"H264", "VP8"}}

// talk sends from a until b hears, and gives what b got.
func talk(t testing.TB, a, b *party, video bool, word string) peertest.Packet {
	t.Helper()
	for range 100 {
		a.Send(video, []byte(word))
		select {
		case p := <-b.Got:
			if p.Video == video && string(p.Payload) == word {
				return p
			}
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("%s did not hear %q of %s (video: %v)", b.join.LegID, word, a.join.LegID, video)
	return peertest.Packet{}
}

func TestTwoPartiesHearAndSeeEachOther(t *testing.T) {
	h := newHall(t)
	a, b := h.party("c1", "l1", both), h.party("c1", "l2", both)
	a.enter()
	b.enter()
	for _, video := range []bool{false, true} {
		talk(t, a, b, video, fmt.Sprint("from a ", video))
		talk(t, b, a, video, fmt.Sprint("from b ", video))
	}
	h.CloseCall("c1")
	a.heard("closed")
	b.heard("closed")
}
