package peer

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v3"

	"foyer/runtime/event"
)

// line is the outgoing stream of one kind. It is pion's TrackLocal, bound to one connection.
type line struct {
	kind  Kind
	mime  string
	clock event.Clock
	bound atomic.Pointer[binding]
}

// binding is what the connection agreed on for a line.
type binding struct {
	ssrc        uint32
	payloadType uint8
	sendTimeID  uint8 // of the header extension abs-send-time; 0: not agreed on
	to          webrtc.TrackLocalWriter
}

// padding is the payload of a packet that is nothing but padding: its last byte counts it.
var padding = []byte{1}

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
	h.CSRC, h.Extension, h.Extensions = nil, false, h.Extensions[:0] // their numbers are of the other connection
	if b.sendTimeID != 0 {
		stamp, err := rtp.NewAbsSendTimeExtension(l.clock()).Marshal()
		if err == nil {
			err = h.SetExtension(b.sendTimeID, stamp)
		}
		if err != nil {
			return fmt.Errorf("stamping a packet: %w", err)
		}
	}
	_, err := b.to.WriteRTP(h, payload)
	return err
}

// Bind is called by pion when the codecs are agreed on.
func (l *line) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	for _, codec := range c.CodecParameters() {
		if !strings.EqualFold(codec.MimeType, l.mime) {
			continue
		}
		b := &binding{ssrc: uint32(c.SSRC()), payloadType: uint8(codec.PayloadType), to: c.WriteStream()}
		for _, x := range c.HeaderExtensions() {
			if x.URI == sdp.ABSSendTimeURI && l.kind == Video {
				b.sendTimeID = uint8(x.ID)
			}
		}
		l.bound.Store(b)
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
