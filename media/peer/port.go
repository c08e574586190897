// Package peer wraps one WebRTC connection to one browser. It is the only place that imports pion/webrtc, so that
// another stack or another major version is a change to this package alone.
package peer

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/pion/dtls/v2"
	"github.com/pion/webrtc/v3"
)

// ErrOffer is given for an offer, or an address, that cannot be taken.
var ErrOffer = errors.New("the offer cannot be taken")

// Config is what a Port needs.
type Config struct {
	// Socket carries everything: ICE, DTLS, SRTP of all peers. It is closed with the Port.
	Socket net.PacketConn
	// Announced are the addresses told to clients instead of the machine's own, e.g. behind a NAT. When there is
	// none, all of the machine's addresses are told, loopback included.
	Announced []net.IP
	Log       *slog.Logger
}

// Port is the one UDP port all peers talk through.
type Port struct {
	mux     *mux
	log     *slog.Logger
	engines map[engineKind]*webrtc.API
}

// engineKind is what differs between peers of one Port.
type engineKind struct {
	video  Codec
	compat bool
}

// Listen starts to take packets from the socket.
func Listen(c Config) (*Port, error) {
	m, err := newMux(c.Socket, c.Announced, c.Log)
	if err != nil {
		return nil, err
	}
	p := &Port{mux: m, log: c.Log, engines: map[engineKind]*webrtc.API{}}
	for _, kind := range []engineKind{{H264, false}, {H264, true}, {VP8, false}, {VP8, true}} {
		if p.engines[kind], err = p.engine(kind); err != nil {
			_ = m.Close()
			return nil, err
		}
	}
	return p, nil
}

// Close stops taking packets and closes the socket. Close the peers first.
func (p *Port) Close() error { return p.mux.Close() }

// engine prepares what all peers of a kind have in common.
func (p *Port) engine(kind engineKind) (*webrtc.API, error) {
	media, interceptors, err := codecs(kind.video)
	if err != nil {
		return nil, fmt.Errorf("preparing codecs: %w", err)
	}
	s := webrtc.SettingEngine{LoggerFactory: logs{p.log}}
	s.SetICEUDPMux(p.mux)
	s.SetLite(true) // the server is reachable and never asks: half the round trips, no candidates of its own to find out
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6})
	s.SetIncludeLoopbackCandidate(true)
	s.SetICEMulticastDNSMode(multicastDNSOff)
	s.SetICETimeouts(disconnectedAfter, failedAfter, keepAlive)
	s.SetSRTPReplayProtectionWindow(replayWindow)
	s.SetDTLSInsecureSkipHelloVerify(true) // ICE has proved the address already: saves a round trip
	s.SetDTLSRetransmissionInterval(dtlsRetry)
	// pion takes the first profile of the client's list, and Chrome's list starts with the slow one. Whoever is not
	// offered the slow one takes AES-GCM, at a tenth of the work per packet.
	profiles := []dtls.SRTPProtectionProfile{dtls.SRTP_AEAD_AES_128_GCM}
	if kind.compat {
		profiles = append(profiles, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	}
	s.SetSRTPProtectionProfiles(profiles...)
	if err := s.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return nil, fmt.Errorf("setting the DTLS role: %w", err)
	}
	return webrtc.NewAPI(webrtc.WithSettingEngine(s), webrtc.WithMediaEngine(media),
		webrtc.WithInterceptorRegistry(interceptors)), nil
}

// How long a silent peer is waited for, and how a peer proves that it lives.
const (
	disconnectedAfter = 5 * time.Second
	failedAfter       = 10 * time.Second // after being disconnected: 15 s in all
	keepAlive         = 2 * time.Second
	connectWithin     = 10 * time.Second // from the offer until the connection stands
	dtlsRetry         = 200 * time.Millisecond
	replayWindow      = 1024 // packets; Chrome's own, wide enough for resent video
)
