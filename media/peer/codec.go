package peer

import (
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v3"
)

// Kind is audio or video.
type Kind string

// The kinds of media.
const (
	Audio Kind = "audio"
	Video Kind = "video"
)

// Codec is how video is coded. Audio is Opus always.
type Codec string

// The video codecs. H264 is wanted everywhere, for only it reaches mini-programs and recordings without coding anew;
// VP8 is for browsers without it.
const (
	None Codec = ""
	H264 Codec = "H264"
	VP8  Codec = "VP8"
)

// mime is the codec's name in SDP.
func (c Codec) mime() string { return "video/" + string(c) }

// ClockRate is the RTP clock of a kind, in ticks per second.
func (k Kind) ClockRate() uint32 {
	if k == Audio {
		return 48000
	}
	return 90000
}

// baseline is H.264 Constrained Baseline, level 3.1, in packets that may be split: what every browser can do.
const baseline = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"

// opus asks for in-band repair, and for no pauses in silence: gaps stall what is not a browser.
const opus = "minptime=10;useinbandfec=1;usedtx=0"

// codecs gives the codecs, feedback and header extensions of a peer whose video is coded in one way only.
func codecs(video Codec) (*webrtc.MediaEngine, *interceptor.Registry, error) {
	m, r := &webrtc.MediaEngine{}, &interceptor.Registry{}
	fmtp := ""
	if video == H264 {
		fmtp = baseline
	}
	feedback := []webrtc.RTCPFeedback{{Type: webrtc.TypeRTCPFBGoogREMB}, {Type: webrtc.TypeRTCPFBCCM, Parameter: "fir"}}
	for _, c := range []webrtc.RTPCodecParameters{
		{PayloadType: 96, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: video.mime(), ClockRate: Video.ClockRate(), SDPFmtpLine: fmtp, RTCPFeedback: feedback}},
		{PayloadType: 97, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: "video/rtx", ClockRate: Video.ClockRate(), SDPFmtpLine: "apt=96"}},
	} {
		if err := m.RegisterCodec(c, webrtc.RTPCodecTypeVideo); err != nil {
			return nil, nil, err
		}
	}
	if err := m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: 111, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: Audio.ClockRate(), Channels: 2, SDPFmtpLine: opus,
	}}, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, nil, err
	}
	// Lost packets are asked for and resent, both ways report, and the browser learns its bandwidth (TWCC).
	return m, r, webrtc.RegisterDefaultInterceptors(m, r)
}
