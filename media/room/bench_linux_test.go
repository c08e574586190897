package room

import (
	"context"
	"log/slog"
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/pion/rtp"

	"foyer/media/peer"
	"foyer/media/peer/peertest"
	"foyer/runtime/call"
)

// BenchmarkForward passes video packets of 1,150 bytes on to a connected client: numbering, keeping for NACKs,
// encrypting, sending. "cpu-ns/op" is the processor time of the forwarding thread alone; the client that decrypts runs
// beside it.
func BenchmarkForward(b *testing.B) {
	for _, bb := range []struct {
		name   string
		slow   bool
		kind   peer.Kind
		length int
	}{
		{"video/AES-GCM", false, peer.Video, 1150},
		{"video/AES-CM-HMAC-SHA1", true, peer.Video, 1150},
		{"audio/AES-GCM", false, peer.Audio, 100},
	} {
		b.Run(bb.name, func(b *testing.B) { forward(b, bb.slow, bb.kind, make([]byte, bb.length)) })
	}
}

func forward(b *testing.B, slow bool, kind peer.Kind, payload []byte) {
	from := joined(b, slow)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	b.ReportAllocs()
	start := threadTime(b)
	b.ResetTimer()
	for i := range b.N {
		h := rtp.Header{Version: 2, SSRC: 1, SequenceNumber: uint16(i), Timestamp: uint32(i / 10 * 3000), Marker: i%10 == 9}
		from.packet(kind, &h, payload)
	}
	b.StopTimer()
	b.ReportMetric(float64(threadTime(b)-start)/float64(b.N), "cpu-ns/op")
}

// joined gives the first of two connected parties.
func joined(b *testing.B, slow bool) *conn {
	b.Helper()
	socket, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	port, err := peer.Listen(peer.Config{Socket: socket, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	k := New(port, time.Now, log)
	b.Cleanup(func() {
		k.Close()
		_ = port.Close()
	})
	for _, id := range []string{"a", "b"} {
		c := peertest.New(b, peertest.Options{Video: []string{"H264"}, SlowSRTP: slow})
		answer, err := k.Offer(context.Background(), call.Join{CallID: "c", LegID: id, Compat: slow}, c.Offer(), func(call.Signal) {})
		if err != nil {
			b.Fatal(err)
		}
		c.Answer(answer)
		c.Up()
	}
	return k.legs["a"].conn.Load()
}

// threadTime is the processor time of this thread, in nanoseconds.
func threadTime(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_THREAD, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
