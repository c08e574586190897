// Package peertest is a browser for tests and measurements: a WebRTC client in Go whose packets are the test's to
// make and to look at.
package peertest

import (
	"crypto/rand"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/pion/dtls/v2"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v3"
)

// Options are what a client is like.
type Options struct {
	Video       []string // codecs of the video line in order, "H264" or "VP8"; none: no video line
	SlowSRTP    bool     // knows only AES_CM_128_HMAC_SHA1_80
	DataChannel bool     // wants a data channel too
	Cable       *Cable   // what it is connected through, nil: directly
}

// Packet is one that arrived.
type Packet struct {
	Video   bool
	Header  rtp.Header
	Payload []byte
}

// Client is one browser.
type Client struct {
	PC *webrtc.PeerConnection
	// Got are the packets that arrived, up to 4,096 not yet taken. Later ones are dropped.
	Got chan Packet
	// RTCP are the reports that arrived for our video.
	RTCP chan rtcp.Packet

	t            testing.TB
	audio, video *webrtc.TrackLocalStaticRTP
	mu           sync.Mutex
	seq          map[bool]uint16
	stamp        map[bool]uint32
	work         sync.WaitGroup
}

// New makes a client that is closed with the test.
func New(t testing.TB, o Options) *Client {
	t.Helper()
	c := &Client{t: t, Got: make(chan Packet, 4096), RTCP: make(chan rtcp.Packet, 256),
		seq: map[bool]uint16{false: random16(), true: random16()}, stamp: map[bool]uint32{false: 1 << 31, true: 7}}
	pc, err := engine(t, o).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	c.PC = pc
	t.Cleanup(c.Close)
	pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { c.work.Go(func() { c.read(track) }) })
	c.audio = c.add(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus})
	if len(o.Video) > 0 {
		c.video = c.add(webrtc.RTPCodecCapability{MimeType: "video/" + o.Video[0]})
	}
	if o.DataChannel {
		if _, err := pc.CreateDataChannel("data", nil); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func engine(t testing.TB, o Options) *webrtc.API {
	t.Helper()
	m, r := &webrtc.MediaEngine{}, &interceptor.Registry{}
	must(t, m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: 109, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}}, webrtc.RTPCodecTypeAudio))
	for i, name := range o.Video {
		fmtp := ""
		if name == "H264" {
			fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
		}
		must(t, m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: webrtc.PayloadType(120 + i),
			RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "video/" + name, ClockRate: 90000, SDPFmtpLine: fmtp,
				RTCPFeedback: []webrtc.RTCPFeedback{{Type: "goog-remb"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}},
		}, webrtc.RTPCodecTypeVideo))
	}
	s := webrtc.SettingEngine{}
	s.SetIncludeLoopbackCandidate(true)
	s.SetIPFilter(net.IP.IsLoopback) // quick to gather, and a test talks to itself only
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	s.SetSRTPProtectionProfiles(dtls.SRTP_AES128_CM_HMAC_SHA1_80, dtls.SRTP_AEAD_AES_128_GCM) // Chrome's order
	s.DisableSRTPReplayProtection(true)                                                       // a test may want to see a packet twice
	if o.SlowSRTP {
		s.SetSRTPProtectionProfiles(dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	}
	if o.Cable != nil {
		s.SetICEUDPMux(o.Cable.mux(t))
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithSettingEngine(s), webrtc.WithInterceptorRegistry(r))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func random16() uint16 {
	var b [2]byte
	_, _ = rand.Read(b[:])
	return uint16(b[0])<<8 | uint16(b[1])
}

func (c *Client) add(codec webrtc.RTPCodecCapability) *webrtc.TrackLocalStaticRTP {
	track, err := webrtc.NewTrackLocalStaticRTP(codec, codec.MimeType, "self")
	must(c.t, err)
	sender, err := c.PC.AddTrack(track)
	must(c.t, err)
	c.work.Go(func() {
		for {
			packets, _, err := sender.ReadRTCP()
			if err != nil {
				return
			}
			for _, p := range packets {
				select {
				case c.RTCP <- p:
				default:
				}
			}
		}
	})
	return track
}

func (c *Client) read(track *webrtc.TrackRemote) {
	for {
		p, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		select {
		case c.Got <- Packet{track.Kind() == webrtc.RTPCodecTypeVideo, p.Header, p.Payload}:
		default:
		}
	}
}

// Offer makes an offer with all candidates in it. A second one restarts ICE.
func (c *Client) Offer() string {
	c.t.Helper()
	restart := c.PC.CurrentLocalDescription() != nil
	o, err := c.PC.CreateOffer(&webrtc.OfferOptions{ICERestart: restart})
	must(c.t, err)
	must(c.t, c.PC.SetLocalDescription(o))
	for c.PC.ICEGatheringState() != webrtc.ICEGatheringStateComplete {
		time.Sleep(time.Millisecond)
	}
	return c.PC.LocalDescription().SDP
}

// Answer takes the server's answer.
func (c *Client) Answer(sdp string) {
	c.t.Helper()
	must(c.t, c.PC.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp}))
}

// State waits until the connection is in one of the states; it fails the test after ten seconds.
func (c *Client) State(want ...webrtc.PeerConnectionState) webrtc.PeerConnectionState {
	c.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		for _, s := range want {
			if c.PC.ConnectionState() == s {
				return s
			}
		}
	}
	c.t.Fatalf("connection is %s, not %v", c.PC.ConnectionState(), want)
	return 0
}

// Up waits for the connection.
func (c *Client) Up() {
	c.t.Helper()
	c.State(webrtc.PeerConnectionStateConnected)
}

// Send sends the next packet of audio (20 ms) or video (one picture of one packet).
func (c *Client) Send(video bool, payload []byte) {
	c.t.Helper()
	c.send(video, rtp.Header{Marker: video}, payload)
}

func (c *Client) send(video bool, h rtp.Header, payload []byte) {
	c.t.Helper()
	c.mu.Lock()
	c.seq[video]++
	track, step := c.audio, uint32(960)
	if video {
		track, step = c.video, 3000
	}
	c.stamp[video] += step
	h.Version, h.SequenceNumber, h.Timestamp = 2, c.seq[video], c.stamp[video]
	c.mu.Unlock()
	must(c.t, track.WriteRTP(&rtp.Packet{Header: h, Payload: payload}))
}

// SendPadding sends a packet of nothing but padding, as browsers do to find out their bandwidth.
func (c *Client) SendPadding(video bool) {
	c.t.Helper()
	c.send(video, rtp.Header{Padding: true}, []byte{0, 0, 3})
}

// Close ends the client and waits until nothing of it is left.
func (c *Client) Close() {
	_ = c.PC.GracefulClose()
	c.work.Wait()
}
