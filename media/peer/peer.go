package peer

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v3"
)

// Events are a peer's calls to its owner. All are made from the peer's own goroutines; none may call Close of the
// peer and wait for it.
type Events struct {
	// Packet gives a packet of the client's media, in the order of arrival. Both are only lent for the call.
	Packet func(k Kind, h *rtp.Header, payload []byte)
	// KeyFrame tells that the client cannot show its incoming video without a whole picture.
	KeyFrame func()
	// Loss tells, about once a second, which part of the video to the client got lost, 0 to 1.
	Loss func(part float64)
	// Up tells that the connection stands (true) or is lost (false), in turns.
	Up func(up bool)
}

// Peer is one WebRTC connection.
type Peer struct {
	// Codec of the video, None without video.
	Codec Codec
	// Fingerprint of the client's certificate.
	Fingerprint string

	pc      *webrtc.PeerConnection
	mux     *mux
	events  Events
	log     *slog.Logger
	lines   map[Kind]*line
	video   atomic.Uint32 // SSRC of the client's video; 0: none came yet
	changed chan struct{} // rings when the state of the connection may have changed
	done    chan struct{}
	// gathering rings when the gathering of addresses may have come to its end.
	gathering chan struct{}

	mu     sync.Mutex
	closed bool
	work   sync.WaitGroup
}

// Accept takes a client's first offer. The answer holds all candidates; there is none to send later. Video is
// answered in the one codec only, and not at all when the client has not got it.
func (p *Port) Accept(ctx context.Context, o Offer, video Codec, compat bool, e Events, log *slog.Logger) (_ *Peer, answer string, err error) {
	if !o.Has(video) {
		video = None
	}
	kind := engineKind{H264, compat}
	if video == VP8 {
		kind.video = VP8
	}
	pc, err := p.engines[kind].NewPeerConnection(webrtc.Configuration{
		BundlePolicy: webrtc.BundlePolicyMaxBundle, RTCPMuxPolicy: webrtc.RTCPMuxPolicyRequire})
	if err != nil {
		return nil, "", fmt.Errorf("making a connection: %w", err)
	}
	c := &Peer{
		Codec: video, Fingerprint: o.Fingerprint, pc: pc, mux: p.mux, events: e, log: log,
		lines:   map[Kind]*line{Audio: {kind: Audio, mime: webrtc.MimeTypeOpus}},
		changed: make(chan struct{}, 1), done: make(chan struct{}), gathering: make(chan struct{}, 1),
	}
	if video != None {
		c.lines[Video] = &line{kind: Video, mime: video.mime()}
	}
	pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) { c.begin(func() { c.take(t, r) }) })
	pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) { ring(c.changed) })
	pc.OnICEGatheringStateChange(func(webrtc.ICEGathererState) { ring(c.gathering) })
	c.begin(c.watch)
	if answer, err = c.answer(ctx, o, true); err != nil {
		c.Close()
		return nil, "", err
	}
	return c, answer, nil
}

// Restart takes a later offer of the same client connection, after a change of networks for example.
func (c *Peer) Restart(ctx context.Context, o Offer) (answer string, err error) {
	return c.answer(ctx, o, false)
}

func (c *Peer) answer(ctx context.Context, o Offer, first bool) (answer string, err error) {
	defer func() {
		if r := recover(); r != nil {
			answer, err = "", fmt.Errorf("%w: %v", ErrOffer, r)
		}
	}()
	if err := c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: o.sdp}); err != nil {
		return "", fmt.Errorf("%w: %w", ErrOffer, err)
	}
	if first {
		if err := c.addLines(); err != nil {
			return "", err
		}
	}
	a, err := c.pc.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrOffer, err)
	}
	if err := c.pc.SetLocalDescription(a); err != nil {
		return "", fmt.Errorf("%w: %w", ErrOffer, err)
	}
	if err := c.gathered(ctx); err != nil {
		return "", err
	}
	return c.mux.announce(c.pc.LocalDescription().SDP), nil
}

// gathered waits until the socket knows the connection by its present ICE name. pion's own GatheringCompletePromise
// will not do: a restart gathers from SetRemoteDescription on, and may be done with it between the two looks of a
// promise that is made later, which then never comes true.
func (c *Peer) gathered(ctx context.Context) error {
	for c.pc.ICEGatheringState() != webrtc.ICEGatheringStateComplete {
		select {
		case <-c.gathering:
		case <-c.done:
			return fmt.Errorf("%w: the connection is closed", ErrOffer)
		case <-ctx.Done():
			return fmt.Errorf("gathering addresses: %w", ctx.Err())
		}
	}
	return nil
}

// addLines puts the outgoing streams into the connection from the start, so that whoever joins first need not
// negotiate again when the other party comes.
func (c *Peer) addLines() error {
	for _, k := range []Kind{Audio, Video} {
		l, ok := c.lines[k]
		if !ok {
			continue
		}
		sender, err := c.pc.AddTrack(l)
		if err != nil {
			return fmt.Errorf("adding %s: %w", k, err)
		}
		c.begin(func() { c.listen(sender) })
	}
	return nil
}

// Candidate adds an address of the client, the JSON of RTCIceCandidateInit. It gives ErrOffer for nonsense.
func (c *Peer) Candidate(text string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrOffer, r)
		}
	}()
	var init webrtc.ICECandidateInit
	if err := json.Unmarshal([]byte(text), &init); err != nil {
		return fmt.Errorf("%w: %w", ErrOffer, err)
	}
	if strings.Contains(init.Candidate, ".local") {
		return nil // a hidden address of the client's own network: no use to us, and we are found without it
	}
	if err := c.pc.AddICECandidate(init); err != nil {
		return fmt.Errorf("%w: %w", ErrOffer, err)
	}
	return nil
}

// Send sends a packet of the other party to the client. h is changed. It never waits for the client.
func (c *Peer) Send(k Kind, h *rtp.Header, payload []byte) error {
	l, ok := c.lines[k]
	if !ok {
		return nil
	}
	return l.write(h, payload)
}

// AskKeyFrame asks the client for a whole picture.
func (c *Peer) AskKeyFrame() {
	if ssrc := c.video.Load(); ssrc != 0 {
		_ = c.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}})
	}
}

// Limit asks the client to send at most so many bits of video per second.
func (c *Peer) Limit(bps float32) {
	if ssrc := c.video.Load(); ssrc != 0 {
		_ = c.pc.WriteRTCP([]rtcp.Packet{&rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: bps, SSRCs: []uint32{ssrc}}})
	}
}

// Close ends the connection and waits until nothing of it is left. It may be called again.
func (c *Peer) Close() {
	c.mu.Lock()
	first := !c.closed
	c.closed = true
	c.mu.Unlock()
	if first {
		close(c.done)
	}
	if err := c.pc.GracefulClose(); err != nil {
		c.log.Debug("closing a peer", "error", err)
	}
	c.work.Wait()
}
