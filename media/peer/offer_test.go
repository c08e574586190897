package peer_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"foyer/media/peer"
)

// chrome is what matters of a browser's offer.
const chrome = `v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 AA:BB
a=setup:actpass
a=mid:0
a=sendrecv
a=rtcp-mux
a=rtpmap:111 opus/48000/2
m=video 9 UDP/TLS/RTP/SAVPF 96 102 103 108
c=IN IP4 0.0.0.0
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 AA:BB
a=setup:actpass
a=mid:1
a=sendrecv
a=rtcp-mux
a=rtpmap:96 VP8/90000
a=rtpmap:102 H264/90000
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f
a=rtpmap:103 rtx/90000
a=fmtp:103 apt=102
a=rtpmap:108 H264/90000
a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
`

func TestRead(t *testing.T) {
	t.Parallel()
	edit := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(chrome) }
	for name, tt := range map[string]struct {
		sdp   string
		video []peer.Codec
		wrong string // part of the error; empty: none
	}{
		"chrome":         {chrome, []peer.Codec{peer.VP8, peer.H264}, ""},
		"windows lines":  {edit("\n", "\r\n"), []peer.Codec{peer.VP8, peer.H264}, ""},
		"lower case":     {edit("VP8/", "vp8/", "H264/", "h264/"), []peer.Codec{peer.VP8, peer.H264}, ""},
		"no mode 1":      {edit("packetization-mode=1", "packetization-mode=0"), []peer.Codec{peer.VP8}, ""},
		"rejected video": {edit("m=video 9", "m=video 0"), nil, ""},
		"audio only":     {chrome[:strings.Index(chrome, "m=video")], nil, ""},
		"unknown codecs": {edit("VP8/", "AV1/", "H264/", "H265/"), nil, ""},
		"data channel":   {chrome + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:2\na=sctp-port:5000\n", nil, "application"},
		"old data":       {chrome + "m=application 0 DTLS/SCTP 5000\n", nil, "application"},
		"two cameras":    {chrome + chrome[strings.Index(chrome, "m=video"):], nil, "more than one"},
		"no audio":       {edit("m=audio", "m=video", "m=video", "m=video"), nil, ""},
		"no fingerprint": {edit("a=fingerprint", "a=x"), nil, "fingerprint"},
		"empty":          {"", nil, "offer"},
		"nonsense":       {"v=0\nhello", nil, "offer"},
		"too long":       {chrome + strings.Repeat("a=x\n", 20_000), nil, "bytes"},
	} {
		if name == "no audio" {
			tt.sdp, tt.wrong = chrome[:strings.Index(chrome, "m=audio")]+chrome[strings.Index(chrome, "m=video"):], "no audio"
		}
		o, err := peer.Read(tt.sdp)
		if tt.wrong != "" {
			if !errors.Is(err, peer.ErrOffer) || !strings.Contains(err.Error(), tt.wrong) {
				t.Errorf("%s: %v, want %q", name, err, tt.wrong)
			}
			continue
		}
		if err != nil || !slices.Equal(o.Video, tt.video) || o.Fingerprint != "sha-256 AA:BB" {
			t.Errorf("%s: %v %q, %v", name, o.Video, o.Fingerprint, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(chrome)
	f.Add("v=0\r\nm=audio 9 x 1\r\n")
	f.Fuzz(func(t *testing.T, sdp string) {
		if _, err := peer.Read(sdp); err != nil && !errors.Is(err, peer.ErrOffer) {
			t.Errorf("%v is not ErrOffer", err)
		}
	})
}
