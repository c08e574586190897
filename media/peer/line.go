package peer

import (
	"strings"
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v3"
)

// line is the outgoing stream of one kind. It is pion's TrackLocal, bound to one connection.
type line struct {
	kind  Kind
	mime  string
	bound atomic.Pointer[binding]
}

// binding is what the connection agreed on for a line.
type binding struct {
	ssrc        uint32
	payloadType uint8
	to          webrtc.TrackLocalWriter
}

// padding is the payload of a packet that is nothing but padding: its last byte counts it.
var padding = []byte{1}

// is tells whether the line has this SSRC.
func (l *line) is(ssrc uint32) bool {
	b := l.bound.Load()
	return b != nil && b.ssrc == ssrc
}

// write sends a packet; h is changed. Nothing goes out, without an error, as long as the line is not bound.
func (l *line) write(h *rtp.Header, payload []byte) error {
	b := l.bound.Load()
	if b == nil {
		return nil
	}
	h.SSRC, h.PayloadType = b.ssrc, b.payloadType
	if h.Padding = len(payload) == 0; h.Padding {
		payload = padding // goes on as it came, so that the numbers have no hole
	}
	h.CSRC, h.Extension, h.Extensions = nil, false, nil // their numbers are of the other connection
	_, err := b.to.WriteRTP(h, payload)
	return err
}

// Bind is called by pion when the codecs are agreed on.
func (l *line) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	for _, codec := range c.CodecParameters() {
		if !strings.EqualFold(codec.MimeType, l.mime) {
			continue
		}
		l.bound.Store(&binding{ssrc: uint32(c.SSRC()), payloadType: uint8(codec.PayloadType), to: c.WriteStream()})
		return codec, nil
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind is called by pion when the connection closes.
func (l *line) Unbind(webrtc.TrackLocalContext) error {
	l.bound.Store(nil)
	return nil
}

// ID names the track in the browser.
func (l *line) ID() string { return string(l.kind) }

// RID is empty: there is no simulcast.
func (l *line) RID() string { return "" }

// StreamID names the stream in the browser: audio and video of the other party belong together.
func (l *line) StreamID() string { return "other" }

// Kind is pion's word for the kind.
func (l *line) Kind() webrtc.RTPCodecType { return webrtc.NewRTPCodecType(string(l.kind)) }
