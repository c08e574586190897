package peer_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v3"
	"go.uber.org/goleak"

	"foyer/media/peer"
	"foyer/media/peer/peertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open listens with what a test changes of the configuration.
func open(t *testing.T, address string, change func(*peer.Config)) *peer.Port {
	t.Helper()
	socket, err := net.ListenPacket("udp4", address)
	if err != nil {
		t.Fatal(err)
	}
	if change == nil {
		change = func(*peer.Config) {}
	}
	c := peer.Config{Socket: socket, Log: slog.New(slog.DiscardHandler)}
	change(&c)
	p, err := peer.Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// accept takes a client's offer with what a test listens to.
func accept(t *testing.T, p *peer.Port, c *peertest.Client, compat bool, e peer.Events) (*peer.Peer, string) {
	t.Helper()
	if e.Packet == nil {
		e.Packet = func(peer.Kind, *rtp.Header, []byte) {}
	}
	if e.Up == nil {
		e.Up = func(bool) {}
	}
	e.KeyFrame, e.Loss = func() {}, func(float64) {}
	o, err := peer.Read(c.Offer())
	if err != nil {
		t.Fatal(err)
	}
	x, answer, err := p.Accept(context.Background(), o, peer.H264, compat, e, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	return x, answer
}

var video = peertest.Options{Video: []string{"H264", "VP8"}}

// What is announced, and nothing else, is in the answer; the port is the socket's.
func TestAnnouncedAddresses(t *testing.T) {
	for name, tt := range map[string]struct {
		listen    string
		announced []net.IP
		want      []string
	}{
		"own address":         {"127.0.0.1:0", nil, []string{" 127.0.0.1 "}},
		"all networks":        {"0.0.0.0:0", nil, []string{" 127.0.0.1 "}},
		"one":                 {"127.0.0.1:0", []net.IP{net.ParseIP("203.0.113.7")}, []string{" 203.0.113.7 "}},
		"two on all networks": {"0.0.0.0:0", []net.IP{net.ParseIP("203.0.113.7"), net.ParseIP("127.0.0.1")}, []string{" 203.0.113.7 ", " 127.0.0.1 "}},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, tt.listen, func(c *peer.Config) { c.Announced = tt.announced })
			client := peertest.New(t, video)
			_, answer := accept(t, p, client, false, peer.Events{})
			var got int
			for _, line := range strings.Split(answer, "\r\n") {
				if !strings.HasPrefix(line, "a=candidate") {
					continue
				}
				got++
				if !strings.Contains(line, "typ host") {
					t.Errorf("candidate %q", line)
				}
			}
			if got < len(tt.want) || tt.announced != nil && got > len(tt.want) {
				t.Errorf("%d candidates in %s", got, answer)
			}
			for _, want := range tt.want {
				if !strings.Contains(answer, want) {
					t.Errorf("no candidate %q in %s", want, answer)
				}
			}
			for _, want := range []string{"a=ice-lite", "a=setup:passive", "a=sendrecv", "goog-remb", "nack pli"} {
				if !strings.Contains(answer, want) {
					t.Errorf("no %q in %s", want, answer)
				}
			}
			if strings.Contains(tt.want[len(tt.want)-1], "127.0.0.1") {
				client.Answer(answer)
				client.Up()
			}
		})
	}
}

// The answer names one video codec, the one that was chosen.
func TestAnswerHasOneCodec(t *testing.T) {
	p := open(t, "127.0.0.1:0", nil)
	x, answer := accept(t, p, peertest.New(t, video), false, peer.Events{})
	if x.Codec != peer.H264 || strings.Contains(answer, "VP8") || !strings.Contains(answer, "profile-level-id=42e01f") {
		t.Errorf("codec %s in %s", x.Codec, answer)
	}
	x, answer = accept(t, p, peertest.New(t, peertest.Options{Video: []string{"VP8"}}), false, peer.Events{})
	if x.Codec != peer.None || !strings.Contains(answer, "m=video 0 ") {
		t.Errorf("codec %s in %s", x.Codec, answer)
	}
}

// The slow SRTP profile is taken only when the client says it needs it; GCM wins otherwise though the client lists it last.
func TestSRTPProfiles(t *testing.T) {
	p := open(t, "127.0.0.1:0", nil)
	for name, tt := range map[string]struct {
		slow, compat, up bool
	}{
		"able client":              {false, false, true},
		"slow client":              {true, false, false},
		"slow client, compatible":  {true, true, true},
		"able client, compatible ": {false, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			client := peertest.New(t, peertest.Options{Video: video.Video, SlowSRTP: tt.slow})
			_, answer := accept(t, p, client, tt.compat, peer.Events{})
			client.Answer(answer)
			got := client.State(webrtc.PeerConnectionStateConnected, webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed)
			if up := got == webrtc.PeerConnectionStateConnected; up != tt.up {
				t.Errorf("connection is %s", got)
			}
		})
	}
}

// A handshake that found nothing in common is told, though pion does not tell it.
func TestNeverUpIsTold(t *testing.T) {
	p := open(t, "127.0.0.1:0", nil)
	client := peertest.New(t, peertest.Options{SlowSRTP: true})
	told := make(chan bool, 8)
	_, answer := accept(t, p, client, false, peer.Events{Up: func(up bool) { told <- up }})
	client.Answer(answer)
	select {
	case up := <-told:
		if up {
			t.Error("it came up")
		}
	case <-time.After(15 * time.Second):
		t.Error("not told within 15 s")
	}
}

// However often a client looks for a new way, it gets an answer, and at once.
func TestRestartsAreAnswered(t *testing.T) {
	p := open(t, "127.0.0.1:0", nil)
	client := peertest.New(t, video)
	x, answer := accept(t, p, client, false, peer.Events{})
	client.Answer(answer)
	client.Up()
	for i := range 300 {
		o, err := peer.Read(client.Offer())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		answer, err = x.Restart(ctx, o)
		cancel()
		if err != nil {
			t.Fatalf("restart %d: %v", i, err)
		}
		client.Answer(answer)
	}
	client.Up()
}

// A panic in what listens costs this connection and no other.
func TestPanicCostsOneConnection(t *testing.T) {
	p := open(t, "127.0.0.1:0", nil)
	down := make(chan bool, 8)
	bad := peertest.New(t, video)
	_, answer := accept(t, p, bad, false, peer.Events{
		Packet: func(peer.Kind, *rtp.Header, []byte) { panic("out of order") },
		Up: func(up bool) {
			if !up {
				down <- true
			}
		}})
	bad.Answer(answer)
	bad.Up()
	var got atomic.Int64
	good := peertest.New(t, video)
	_, answer = accept(t, p, good, false, peer.Events{Packet: func(peer.Kind, *rtp.Header, []byte) { got.Add(1) }})
	good.Answer(answer)
	good.Up()
	for range 20 {
		bad.Send(false, []byte("x"))
		time.Sleep(5 * time.Millisecond)
	}
	select {
	case <-down:
	case <-time.After(5 * time.Second):
		t.Error("the broken connection was not told down")
	}
	for range 100 {
		good.Send(false, []byte("y"))
		time.Sleep(5 * time.Millisecond)
		if got.Load() > 0 {
			return
		}
	}
	t.Error("the other connection is dead")
}

// flaky fails to read now and then, as sockets do.
type flaky struct {
	net.PacketConn
	reads atomic.Int64
}

func (f *flaky) ReadFrom(b []byte) (int, net.Addr, error) {
	if f.reads.Add(1)%3 == 0 {
		return 0, nil, &net.OpError{Op: "read", Err: os.NewSyscallError("recvfrom", errors.New("connection refused"))}
	}
	return f.PacketConn.ReadFrom(b)
}

func TestReadErrorsOfTheSocketAreSurvived(t *testing.T) {
	var f *flaky
	p := open(t, "127.0.0.1:0", func(c *peer.Config) {
		f = &flaky{PacketConn: c.Socket}
		c.Socket = f
	})
	client := peertest.New(t, video)
	_, answer := accept(t, p, client, false, peer.Events{})
	client.Answer(answer)
	client.Up()
	if f.reads.Load() < 4 {
		t.Errorf("only %d reads", f.reads.Load())
	}
}

func TestOnlyUDP(t *testing.T) {
	socket, err := net.ListenPacket("unixgram", t.TempDir()+"/s")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	if _, err := peer.Listen(peer.Config{Socket: socket, Log: slog.New(slog.DiscardHandler)}); err == nil {
		t.Error("a socket that is not UDP was taken")
	}
}
