package room_test

import (
	"crypto/rand"
	"net"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/stun"
)

// next waits for a report of type T about our video.
func next[T rtcp.Packet](p *party, within time.Duration) (T, bool) {
	limit := time.After(within)
	for {
		select {
		case r := <-p.RTCP:
			if r, ok := r.(T); ok {
				return r, true
			}
		case <-limit:
			var none T
			return none, false
		}
	}
}

func TestWholePictureIsAskedForWhenTheOtherJoins(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.party("c1", "l1", both), h.party("c1", "l2", both)
	a.enter()
	for range 20 {
		a.Send(true, []byte("nobody looks"))
		time.Sleep(5 * time.Millisecond)
	}
	if _, ok := next[*rtcp.PictureLossIndication](a, 50*time.Millisecond); ok {
		t.Error("asked while nobody looks")
	}
	b.enter()
	talk(t, a, b, true, "somebody looks")
	if _, ok := next[*rtcp.PictureLossIndication](a, time.Second); !ok {
		t.Error("not asked when the other came")
	}
}

// Wishes for whole pictures pass through, but not more than two a second; one that came too early is not forgotten.
func TestWholePicturesAreSpaced(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.pair()
	p := talk(t, a, b, true, "hello")
	asked := 0
	start := time.Now()
	for time.Since(start) < 1700*time.Millisecond {
		if time.Since(start) < 1200*time.Millisecond {
			if err := b.PC.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: p.Header.SSRC}}); err != nil {
				t.Fatal(err)
			}
		}
		a.Send(true, []byte("more"))
		if _, ok := next[*rtcp.PictureLossIndication](a, 10*time.Millisecond); ok {
			asked++
		}
	}
	if asked < 2 || asked > 4 {
		t.Errorf("asked %d times within 1.7 s", asked)
	}
}

// A receiver that loses much makes the sender send less, and more again when it is over.
func TestSenderSlowsDownForTheReceiver(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.pair()
	p := talk(t, a, b, true, "hello")
	report := func(lost uint8) (limit float32) {
		t.Helper()
		for range 25 {
			a.Send(true, make([]byte, 1100))
			time.Sleep(10 * time.Millisecond)
		}
		r := &rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{{SSRC: p.Header.SSRC, FractionLost: lost}}}
		if err := b.PC.WriteRTCP([]rtcp.Packet{r}); err != nil {
			t.Fatal(err)
		}
		if got, ok := next[*rtcp.ReceiverEstimatedMaximumBitrate](a, 500*time.Millisecond); ok {
			return got.Bitrate
		}
		return 0
	}
	if l := report(0); l != 0 {
		t.Errorf("limited to %v without need", l)
	}
	if l := report(0); l != 0 {
		t.Errorf("limited to %v without need", l)
	}
	low := report(128) // half of it is lost
	if low < 80_000 || low > 900_000 {
		t.Fatalf("limited to %v, sending some 800,000", low)
	}
	if l := report(0); l <= low {
		t.Errorf("limit went from %v to %v when nothing was lost any more", low, l)
	}
}

// What was lost on the way to the receiver is sent again by us, without bothering the sender.
func TestLostPacketsAreResent(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.pair()
	p := talk(t, a, b, true, "lost")
	nack := &rtcp.TransportLayerNack{MediaSSRC: p.Header.SSRC, Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{p.Header.SequenceNumber})}
	for range 50 {
		if err := b.PC.WriteRTCP([]rtcp.Packet{nack}); err != nil {
			t.Fatal(err)
		}
		if again, ok := b.word(true, "lost", 100*time.Millisecond); ok {
			if again.Header.SequenceNumber != p.Header.SequenceNumber {
				t.Errorf("packet %d came again as %d", p.Header.SequenceNumber, again.Header.SequenceNumber)
			}
			return
		}
	}
	t.Error("the packet was not sent again")
}

// A packet of padding alone keeps its number, and the padding of others is taken off.
func TestPadding(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.pair()
	first := talk(t, a, b, true, "hello")
	a.SendPadding(true)
	a.Send(true, []byte("after"))
	p, ok := b.word(true, "after", time.Second)
	if !ok {
		t.Fatal("lost")
	}
	if step := p.Header.SequenceNumber - first.Header.SequenceNumber; step < 2 || p.Header.Padding {
		t.Errorf("went on by %d, padding %v", step, p.Header.Padding)
	}
}

// Whatever comes in at the port hurts nobody.
func TestGarbageAtThePort(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.pair()
	stranger, err := net.Dial("udp4", h.socket.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Close() }()
	for size := range 2000 {
		junk := make([]byte, size%1500)
		if _, err := rand.Read(junk); err != nil {
			t.Fatal(err)
		}
		if len(junk) > 20 {
			switch size % 4 {
			case 1: // as if STUN
				copy(junk, []byte{0, 1, 0, byte(len(junk) - 20), 0x21, 0x12, 0xa4, 0x42})
			case 2: // as if DTLS
				copy(junk, []byte{22, 254, 253})
			case 3: // as if RTP
				junk[0] = 0x80
			}
		}
		_, _ = stranger.Write(junk)
	}
	for _, name := range []string{"", ":", "a:b", "nobody:here", string(make([]byte, 500))} {
		m := stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.NewUsername(name))
		_, _ = stranger.Write(m.Raw)
	}
	talk(t, a, b, true, "unharmed")
	talk(t, b, a, false, "unharmed")
	c := h.party("c2", "l3", both)
	c.enter()
}
