package peer

import (
	"runtime/debug"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v3"
)

// begin runs a part of the peer on a goroutine of its own. A panic there costs this peer its connection and nothing
// else.
func (c *Peer) begin(part func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.work.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				c.log.Error("a peer broke", "panic", r, "stack", string(debug.Stack()))
				go c.broke()
			}
		}()
		part()
	})
}

func (c *Peer) broke() {
	c.Close()
	c.events.Up(false)
}

// take reads the client's media until the connection closes.
func (c *Peer) take(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	kind := Kind(t.Kind().String())
	if kind == Video {
		c.video.Store(uint32(t.SSRC()))
	}
	c.begin(func() { drain(r) })
	var (
		buf = make([]byte, 1500)
		p   rtp.Packet
	)
	for {
		n, _, err := t.Read(buf)
		if err != nil {
			return
		}
		if err := p.Unmarshal(buf[:n]); err != nil {
			continue // SRTP proved the sender, not its sanity
		}
		c.events.Packet(kind, &p.Header, p.Payload)
	}
}

// drain reads the client's reports; the reading is what makes pion use them.
func drain(r *webrtc.RTPReceiver) {
	buf := make([]byte, 1500)
	for {
		if _, _, err := r.Read(buf); err != nil {
			return
		}
	}
}

// listen reads what the client says about the video it gets.
func (c *Peer) listen(s *webrtc.RTPSender) {
	buf := make([]byte, 1500)
	for {
		n, _, err := s.Read(buf)
		if err != nil {
			return
		}
		packets, err := rtcp.Unmarshal(buf[:n])
		if err != nil {
			continue
		}
		for _, p := range packets {
			switch p := p.(type) {
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				c.events.KeyFrame()
			case *rtcp.ReceiverReport:
				c.report(p.Reports)
			case *rtcp.SenderReport: // of a client that sends as well
				c.report(p.Reports)
			}
		}
	}
}

// report tells the loss of the video.
func (c *Peer) report(all []rtcp.ReceptionReport) {
	for _, r := range all {
		if l := c.lines[Video]; l != nil && l.is(r.SSRC) {
			c.events.Loss(float64(r.FractionLost) / 256)
		}
	}
}

// ring makes a bell heard, if it was not already.
func ring(bell chan<- struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// watch tells the owner when the connection comes and goes. pion reports its states from many goroutines; here they
// are read one after another, so that the last word is the true one. Nor does it report a DTLS handshake that found
// nothing in common; hence the patience.
func (c *Peer) watch() {
	up, told := false, false
	patience := time.NewTimer(connectWithin)
	defer patience.Stop()
	for {
		select {
		case <-c.done:
			return
		case <-c.changed:
		case <-patience.C:
			if !told {
				told = true
				c.events.Up(false)
			}
			continue
		}
		switch c.pc.ConnectionState() {
		case webrtc.PeerConnectionStateConnected:
			if !up {
				up, told = true, true
				c.events.Up(true)
			}
		case webrtc.PeerConnectionStateDisconnected, webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			if up || !told {
				up, told = false, true
				c.events.Up(false)
			}
		}
	}
}
