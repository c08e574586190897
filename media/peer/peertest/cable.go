package peertest

import (
	"net"
	"sync/atomic"
	"testing"

	"github.com/pion/ice/v2"
)

// Cable is a client's connection to the network, to be pulled out and put in again.
type Cable struct {
	// Out is true while the cable is pulled out: nothing goes through, and nobody is told.
	Out atomic.Bool
}

func (c *Cable) mux(t testing.TB) ice.UDPMux {
	t.Helper()
	socket, err := net.ListenPacket("udp4", "127.0.0.1:0")
	must(t, err)
	m := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: plugged{socket, c}})
	t.Cleanup(func() { _ = m.Close() })
	return m
}

type plugged struct {
	net.PacketConn
	cable *Cable
}

// ReadFrom waits for a packet that comes through.
func (p plugged) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, addr, err := p.PacketConn.ReadFrom(b)
		if err != nil || !p.cable.Out.Load() {
			return n, addr, err
		}
	}
}

// WriteTo sends a packet, or loses it.
func (p plugged) WriteTo(b []byte, addr net.Addr) (int, error) {
	if p.cable.Out.Load() {
		return len(b), nil
	}
	return p.PacketConn.WriteTo(b, addr)
}
