package peer

import (
	"errors"
	"fmt"
	"log/slog"
	"net"

	"github.com/pion/ice/v2"
)

// multicastDNSOff: a server neither hides its addresses nor asks the local network for names.
const multicastDNSOff = ice.MulticastDNSModeDisabled

// socketBuffer is asked of the system for each direction, in bytes: some 20 ms of 1,000 calls.
const socketBuffer = 4 << 20

// mux shares the socket among the peers and decides which addresses they announce.
type mux struct {
	*ice.UDPMuxDefault
	announced []net.Addr
}

func newMux(socket net.PacketConn, announced []net.IP, log *slog.Logger) (*mux, error) {
	own, ok := socket.LocalAddr().(*net.UDPAddr)
	if !ok {
		return nil, fmt.Errorf("the media socket is not UDP but %s", socket.LocalAddr().Network())
	}
	if s, ok := socket.(*net.UDPConn); ok { // a smaller buffer than asked for is no reason to stop
		_ = s.SetReadBuffer(socketBuffer)
		_ = s.SetWriteBuffer(socketBuffer)
	}
	m := &mux{UDPMuxDefault: ice.NewUDPMuxDefault(ice.UDPMuxParams{
		Logger: logs{log}.NewLogger("mux"), UDPConn: steady{socket},
	})}
	for _, ip := range announced {
		m.announced = append(m.announced, &net.UDPAddr{IP: ip, Port: own.Port})
	}
	if len(announced) == 0 {
		m.announced = reachable(m.UDPMuxDefault.GetListenAddresses())
	}
	return m, nil
}

// reachable leaves out addresses that mean nothing on another machine's interface.
func reachable(all []net.Addr) (some []net.Addr) {
	for _, a := range all {
		if u, ok := a.(*net.UDPAddr); ok && !u.IP.IsLinkLocalUnicast() {
			some = append(some, a)
		}
	}
	return some
}

// GetListenAddresses gives the addresses that become candidates.
func (m *mux) GetListenAddresses() []net.Addr { return m.announced }

// GetConn gives the connection of a peer. Announced addresses are not the machine's own, so the one of the socket is
// taken where it is a certain one.
func (m *mux) GetConn(ufrag string, addr net.Addr) (net.PacketConn, error) {
	if own, ok := m.LocalAddr().(*net.UDPAddr); ok && !own.IP.IsUnspecified() {
		addr = own
	}
	return m.UDPMuxDefault.GetConn(ufrag, addr)
}

// steady is a socket whose reader does not give up over one bad packet; pion's mux would, for all calls at once.
type steady struct{ net.PacketConn }

// ReadFrom reads a packet. It fails only when the socket is closed.
func (s steady) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, addr, err := s.PacketConn.ReadFrom(b)
		if err == nil || errors.Is(err, net.ErrClosed) {
			return n, addr, err
		}
	}
}
