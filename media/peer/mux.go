package peer

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"

	"github.com/pion/ice/v2"
)

// multicastDNSOff: a server neither hides its addresses nor asks the local network for names.
const multicastDNSOff = ice.MulticastDNSModeDisabled

// socketBuffer is asked of the system for each direction, in bytes: some 20 ms of 1,000 calls.
const socketBuffer = 4 << 20

// mux shares the socket among the peers.
type mux struct {
	*ice.UDPMuxDefault
	own       []net.Addr // what pion takes for the machine's addresses: one of each family
	announced []net.UDPAddr
}

func newMux(socket net.PacketConn, announced []net.IP, log *slog.Logger) (*mux, error) {
	address, ok := socket.LocalAddr().(*net.UDPAddr)
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
		m.announced = append(m.announced, net.UDPAddr{IP: ip, Port: address.Port})
	}
	families := map[bool]bool{}
	for _, a := range m.UDPMuxDefault.GetListenAddresses() {
		u, ok := a.(*net.UDPAddr)
		if !ok || u.IP.IsLinkLocalUnicast() {
			continue // means nothing on another machine's interface
		}
		if len(announced) == 0 {
			m.announced = append(m.announced, *u)
		}
		if v4 := u.IP.To4() != nil; !families[v4] {
			families[v4] = true
			m.own = append(m.own, a)
		}
	}
	return m, nil
}

// GetListenAddresses gives pion one address of each family. With more it would read the one socket as if there were
// several, and take the answer to one for that of another.
func (m *mux) GetListenAddresses() []net.Addr { return m.own }

// announce puts the announced addresses into an answer as its candidates, the first announced to be tried first.
func (m *mux) announce(answer string) string {
	var b strings.Builder
	for line := range strings.Lines(answer) {
		if strings.HasPrefix(line, "a=candidate:") {
			continue
		}
		if strings.HasPrefix(line, "a=end-of-candidates") {
			for i, a := range m.announced {
				fmt.Fprintf(&b, "a=candidate:%d 1 udp %d %s %d typ host\r\n", i+1, hostPriority-i<<8, a.IP, a.Port)
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

// hostPriority is the highest priority of a host candidate, RFC 8445 section 5.1.2.
const hostPriority = 126<<24 | 65535<<8 | 255

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
