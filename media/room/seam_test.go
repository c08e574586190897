package room

import (
	"testing"
	"time"

	"github.com/pion/rtp"

	"foyer/media/peer"
)

// TestSeam sends packets of several sources through one seam.
func TestSeam(t *testing.T) {
	t.Parallel()
	type step struct {
		ssrc     uint32
		seq      uint16
		ts       uint32
		at       time.Duration
		out      bool
		wantSeq  uint16
		wantTime uint32
	}
	for name, steps := range map[string][]step{
		"one source goes through untouched": {
			{1, 65534, 100, 0, true, 65534, 100},
			{1, 65535, 200, time.Millisecond, true, 65535, 200},
			{1, 0, 300, 2 * time.Millisecond, true, 0, 300},
		},
		"holes and late packets keep their places": {
			{1, 10, 100, 0, true, 10, 100},
			{1, 14, 500, 0, true, 14, 500},
			{1, 12, 300, 0, true, 12, 300},
			{1, 15, 600, 0, true, 15, 600},
		},
		"a new source goes on by one and by the time that passed": {
			{1, 10, 100, 0, true, 10, 100},
			{1, 11, 1000, time.Second, true, 11, 1000},
			{2, 60000, 7, 3 * time.Second, true, 12, 1000 + 2*90000},
			{2, 60001, 107, 3 * time.Second, true, 13, 1100 + 2*90000},
			{2, 60003, 307, 3 * time.Second, true, 15, 1300 + 2*90000},
		},
		"a third one after it": {
			{1, 10, 100, 0, true, 10, 100},
			{2, 500, 100, time.Second, true, 11, 100 + 90000},
			{3, 9, 1 << 31, 2 * time.Second, true, 12, 100 + 180000},
		},
		"time never stands still or goes back": {
			{1, 10, 100, time.Second, true, 10, 100},
			{2, 10, 100, time.Second, true, 11, 101},
			{3, 10, 100, 0, true, 12, 102},
		},
		"what is older than the source's first packet is dropped": {
			{1, 10, 100, 0, true, 10, 100},
			{2, 300, 500, 0, true, 11, 101},
			{2, 299, 490, 0, false, 0, 0},
			{2, 302, 520, 0, true, 13, 121},
			{2, 301, 510, 0, true, 12, 111},
			{2, 299, 490, 0, false, 0, 0},
		},
		"a late packet does not turn the clock back for the next source": {
			{1, 10, 1000, 0, true, 10, 1000},
			{1, 12, 3000, 0, true, 12, 3000},
			{1, 11, 2000, time.Second, true, 11, 2000},
			{2, 5, 5, time.Second, true, 13, 3000 + 90000},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := seam{clockRate: peer.Video.ClockRate()}
			start := time.Unix(1, 0)
			for i, x := range steps {
				h := rtp.Header{SSRC: x.ssrc, SequenceNumber: x.seq, Timestamp: x.ts}
				out := s.sew(&h, start.Add(x.at))
				if out != x.out || out && (h.SequenceNumber != x.wantSeq || h.Timestamp != x.wantTime) {
					t.Errorf("step %d: %v %d %d, want %v %d %d", i, out, h.SequenceNumber, h.Timestamp, x.out, x.wantSeq, x.wantTime)
				}
			}
		})
	}
}

// A source that runs long has no oldest packet any more: whatever is late keeps its place.
func TestSeamOfALongCall(t *testing.T) {
	t.Parallel()
	s := seam{clockRate: 48000}
	for i := range 200_000 {
		h := rtp.Header{SSRC: 1, SequenceNumber: uint16(i), Timestamp: uint32(i * 960)}
		if !s.sew(&h, time.Unix(0, 0)) || h.SequenceNumber != uint16(i) {
			t.Fatalf("packet %d: %+v", i, h)
		}
	}
	last := 200_000 - 1
	h := rtp.Header{SSRC: 1, SequenceNumber: uint16(last - 30_000)}
	if !s.sew(&h, time.Unix(0, 0)) {
		t.Error("a late packet of a long call was dropped")
	}
}

func TestCamera(t *testing.T) {
	t.Parallel()
	var c camera
	at := func(ms int) time.Time { return time.Unix(100, 0).Add(time.Duration(ms) * time.Millisecond) }
	for i, x := range []struct {
		ms     int
		wanted bool
		due    bool
	}{
		{0, false, false}, // nobody wants
		{1, true, true},   // at once
		{2, true, false},  // too early, but kept
		{400, false, false},
		{501, false, true}, // now
		{502, false, false},
		{5000, false, false}, // fulfilled, not repeated
	} {
		if x.wanted {
			c.wanted.Store(true)
		}
		if got := c.due(at(x.ms)); got != x.due {
			t.Errorf("step %d: due %v", i, got)
		}
	}
}

func TestCodec(t *testing.T) {
	t.Parallel()
	offer := func(c ...peer.Codec) peer.Offer { return peer.Offer{Video: c} }
	h, v, hv, vh, none := offer(peer.H264), offer(peer.VP8), offer(peer.H264, peer.VP8), offer(peer.VP8, peer.H264), offer()
	for i, x := range []struct {
		mine   peer.Offer
		theirs *peer.Offer
		want   peer.Codec
	}{
		{hv, nil, peer.H264}, {vh, nil, peer.H264}, {v, nil, peer.VP8}, {none, nil, peer.None},
		{hv, &v, peer.VP8}, {vh, &hv, peer.H264}, {v, &hv, peer.VP8}, {hv, &none, peer.H264}, {v, &none, peer.VP8},
		{h, &v, peer.None}, {v, &h, peer.None}, {none, &hv, peer.None},
	} {
		if got := codec(x.mine, x.theirs); got != x.want {
			t.Errorf("case %d: %q, want %q", i, got, x.want)
		}
	}
}

func TestBrake(t *testing.T) {
	t.Parallel()
	var b brake
	now := time.Unix(100, 0)
	second := func(bytes uint64, loss float64) (float32, bool) {
		b.sent.Add(bytes)
		now = now.Add(time.Second)
		return b.report(loss, now)
	}
	for i, x := range []struct {
		bytes uint64 // sent in the second before
		loss  float64
		want  float32
		tell  bool
	}{
		{125_000, 0.5, 0, false},      // the first report has nothing to compare with
		{125_000, 0, 0, false},        // 1 Mbit/s and all is well
		{125_000, 0.05, 0, false},     // a little loss is repaired
		{125_000, 0.2, 900_000, true}, // too much
		{112_500, 0.2, 810_000, true},
		{101_250, 0.05, 810_000, true}, // neither more nor less
		{101_250, 0.01, 874_800, true}, // carefully more
		{10_000, 0.5, 80_000, true},    // never below what shows a picture at all
	} {
		limit, tell := second(x.bytes, x.loss)
		if tell != x.tell || limit < x.want-1 || limit > x.want+1 {
			t.Errorf("report %d: %v %v, want %v %v", i, limit, tell, x.want, x.tell)
		}
	}
	if _, tell := b.report(0.9, now.Add(time.Millisecond)); tell {
		t.Error("two reports in one go were believed")
	}
	last := float32(0)
	for range 100 {
		if limit, tell := second(10_000, 0); tell {
			last = limit
		}
	}
	if last < noLimit {
		t.Errorf("the brake is never let go: %v", last)
	}
	if _, tell := second(10_000, 0); tell {
		t.Error("nothing is left to tell")
	}
}
