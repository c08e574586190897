package peer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pion/sdp/v3"
)

// maxOffer is the largest offer that is read, in bytes. Chrome's is about 6,000.
const maxOffer = 48 << 10

// Offer is a client's SDP offer that has been looked through.
type Offer struct {
	sdp string
	// Fingerprint is that of the client's certificate. Each connection of a browser has its own, so the same
	// fingerprint means the same connection.
	Fingerprint string
	// Video are the codecs the client can do for video, none when it offers no video.
	Video []Codec
}

// Has tells whether the client can do a codec.
func (o Offer) Has(c Codec) bool { return slices.Contains(o.Video, c) }

// Read looks through an offer: one audio line, at most one video line and nothing else. Data channels above all are
// refused, see SECURITY.md. It gives ErrOffer with what is wrong.
func Read(text string) (o Offer, err error) {
	defer func() { // the parser has met worse than us, but a client's text never stops the server
		if r := recover(); r != nil {
			o, err = Offer{}, fmt.Errorf("%w: %v", ErrOffer, r)
		}
	}()
	if len(text) > maxOffer {
		return Offer{}, fmt.Errorf("%w: it has %d bytes", ErrOffer, len(text))
	}
	var d sdp.SessionDescription
	if err := d.Unmarshal([]byte(text)); err != nil {
		return Offer{}, fmt.Errorf("%w: %w", ErrOffer, err)
	}
	o = Offer{sdp: text}
	o.Fingerprint, _ = d.Attribute("fingerprint")
	seen := map[string]bool{}
	for _, m := range d.MediaDescriptions {
		kind := m.MediaName.Media
		if kind != string(Audio) && kind != string(Video) {
			return Offer{}, fmt.Errorf("%w: no %s is taken, only audio and video", ErrOffer, kind)
		}
		if seen[kind] {
			return Offer{}, fmt.Errorf("%w: more than one line of %s", ErrOffer, kind)
		}
		seen[kind] = true
		if f, ok := m.Attribute("fingerprint"); ok {
			o.Fingerprint = f
		}
		if kind == string(Video) && m.MediaName.Port.Value != 0 {
			o.Video = videoCodecs(m)
		}
	}
	if !seen[string(Audio)] {
		return Offer{}, fmt.Errorf("%w: there is no audio", ErrOffer)
	}
	if o.Fingerprint == "" {
		return Offer{}, fmt.Errorf("%w: there is no fingerprint", ErrOffer)
	}
	return o, nil
}

// videoCodecs finds which of our codecs a video line has.
func videoCodecs(m *sdp.MediaDescription) (found []Codec) {
	formats := map[string]string{} // payload type → parameters
	for _, a := range m.Attributes {
		if pt, params, ok := strings.Cut(a.Value, " "); ok && a.Key == "fmtp" {
			formats[pt] = params
		}
	}
	for _, a := range m.Attributes {
		pt, name, ok := strings.Cut(a.Value, " ")
		if a.Key != "rtpmap" || !ok {
			continue
		}
		name, _, _ = strings.Cut(name, "/")
		c := Codec(strings.ToUpper(name))
		if c != VP8 && (c != H264 || !strings.Contains(formats[pt], "packetization-mode=1")) {
			continue
		}
		if !slices.Contains(found, c) {
			found = append(found, c)
		}
	}
	return found
}
