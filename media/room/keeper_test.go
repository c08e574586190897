package room_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/webrtc/v3"

	"foyer/media/peer"
	"foyer/media/peer/peertest"
	"foyer/runtime/call"
)

func TestTwoPartiesHearAndSeeEachOther(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.pair()
	for _, video := range []bool{false, true} {
		talk(t, a, b, video, fmt.Sprint("from a ", video))
		talk(t, b, a, video, fmt.Sprint("from b ", video))
	}
	f := h.Figures()
	for range 100 { // the last packet is counted once it is sent, which may be after it was heard
		if f.Packets >= 4 {
			break
		}
		time.Sleep(10 * time.Millisecond)
		f = h.Figures()
	}
	if f.Calls != 1 || f.Legs != 2 || f.LegsUp != 2 || f.Joins != 2 || f.Packets < 4 || f.Bytes < 4*uint64(len("from a true")) {
		t.Errorf("figures %+v", f)
	}
	h.CloseCall("c1")
	a.heard("closed")
	b.heard("closed")
	if f := h.Figures(); f.Calls != 0 || f.Legs != 0 || f.LegsUp != 0 {
		t.Errorf("figures after the end %+v", f)
	}
	if err := h.Candidate(context.Background(), "l1", `{"candidate":""}`); !errors.Is(err, call.ErrNotFound) {
		t.Errorf("candidate after the end: %v", err)
	}
	h.CloseCall("c1") // nothing to close is nothing wrong
}

func TestCallsDoNotHearEachOther(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.pair()
	x, y := h.party("c2", "l3", both), h.party("c2", "l4", both)
	x.enter()
	y.enter()
	talk(t, a, b, false, "hello")
	silent(t, a, y, false)
	h.CloseCall("c2")
	talk(t, a, b, true, "still here")
}

// A client that comes back is the same voice to the other party: one stream, numbers going on by one.
func TestRejoinGoesOnWithoutRenegotiation(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.pair()
	last := map[bool]peertest.Packet{}
	for _, video := range []bool{false, true} {
		talk(t, a, b, video, "one")
		a.Send(video, []byte("two"))
		p, ok := b.word(video, "two", time.Second)
		if !ok {
			t.Fatal("two was lost")
		}
		last[video] = p
	}
	for round := range 3 {
		a.Close()
		a = h.party("c1", "l1", both) // a new tab: other SSRCs, other numbers
		a.enter()
		for _, video := range []bool{false, true} {
			p := talk(t, a, b, video, fmt.Sprint("back ", round))
			old := last[video]
			if p.Header.SSRC != old.Header.SSRC || p.Header.PayloadType != old.Header.PayloadType {
				t.Errorf("round %d video %v: stream %d/%d became %d/%d", round, video,
					old.Header.SSRC, old.Header.PayloadType, p.Header.SSRC, p.Header.PayloadType)
			}
			if step := p.Header.SequenceNumber - old.Header.SequenceNumber; step != 1 {
				t.Errorf("round %d video %v: number went on by %d", round, video, step)
			}
			if step := int32(p.Header.Timestamp - old.Header.Timestamp); step <= 0 || step > 90000*5 {
				t.Errorf("round %d video %v: time went on by %d ticks", round, video, step)
			}
			last[video] = p
			talk(t, b, a, video, fmt.Sprint("welcome ", round))
		}
	}
	if s := b.saying(); len(s) != 0 {
		t.Errorf("b was told %v", s)
	}
}

func TestRestartKeepsMediaFlowing(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.pair()
	before := talk(t, a, b, true, "before")
	for i := range 3 {
		a.enter()
		p := talk(t, a, b, true, fmt.Sprint("after ", i))
		talk(t, b, a, false, fmt.Sprint("and back ", i))
		if p.Header.SSRC != before.Header.SSRC {
			t.Errorf("stream changed by a restart")
		}
	}
	if f := h.Figures(); f.Joins != 2 {
		t.Errorf("restarts made connections: %+v", f)
	}
}

// A cable pulled out is noticed, and put in again it goes on by itself; after a long time, by a restart.
func TestLostConnectionComesBack(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		failed  bool
		restart bool
	}{{"short", false, false}, {"long", true, true}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHall(t)
			cable := &peertest.Cable{}
			a := h.party("c1", "l1", peertest.Options{Video: both.Video, Cable: cable})
			b := h.party("c1", "l2", both)
			a.enter()
			b.enter()
			talk(t, a, b, false, "before")
			start := time.Now()
			cable.Out.Store(true)
			a.heard("down")
			if took := time.Since(start); took < 4*time.Second { // a moment's trouble is no loss
				t.Errorf("noticed after %v", took)
			}
			if f := h.Figures(); f.LegsUp != 1 {
				t.Errorf("figures %+v", f)
			}
			if tt.failed {
				time.Sleep(12 * time.Second) // now the server has given up listening too
			}
			cable.Out.Store(false)
			if tt.restart {
				a.enter()
			} else {
				a.heard("up")
			}
			talk(t, a, b, false, "after")
			talk(t, b, a, true, "after")
			if s := b.saying(); len(s) != 0 {
				t.Errorf("b was told %v", s)
			}
		})
	}
}

func TestAudioOnly(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.party("c1", "l1", onlyAudio), h.party("c1", "l2", both)
	a.enter()
	b.enter()
	talk(t, a, b, false, "hello")
	talk(t, b, a, false, "hello")
	silent(t, b, a, true)
}

func TestCodecBothHave(t *testing.T) {
	t.Parallel()
	t.Run("first has only VP8", func(t *testing.T) {
		h := newHall(t)
		a, b := h.party("c1", "l1", onlyVP8), h.party("c1", "l2", peertest.Options{Video: []string{"VP8", "H264"}})
		a.enter()
		b.enter()
		talk(t, a, b, true, "pictures")
		talk(t, b, a, true, "pictures")
	})
	t.Run("second has only VP8", func(t *testing.T) {
		h := newHall(t)
		a, b := h.party("c1", "l1", both), h.party("c1", "l2", onlyVP8)
		a.enter()
		b.enter()
		a.heard("renew")
		talk(t, a, b, false, "sound does not wait")
		silent(t, a, b, true)
		a.Close()
		a = h.party("c1", "l1", peertest.Options{Video: []string{"VP8", "H264"}})
		a.enter()
		talk(t, a, b, true, "pictures")
		talk(t, b, a, true, "pictures")
	})
	t.Run("none in common", func(t *testing.T) {
		h := newHall(t)
		a, b := h.party("c1", "l1", peertest.Options{Video: []string{"H264"}}), h.party("c1", "l2", onlyVP8)
		a.enter()
		answer, err := h.Offer(context.Background(), b.join, b.Offer(), b.hear)
		if err != nil || !strings.Contains(answer, "m=video 0 ") {
			t.Fatalf("answer %s, %v", answer, err)
		}
		if s := a.saying(); slices.Contains(s, "renew") {
			t.Errorf("a was told %v, which would not help", s)
		}
	})
}

// A client without AES-GCM fails at first and comes in with the compatible list.
func TestCompatibleSRTP(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	slow := peertest.Options{Video: both.Video, SlowSRTP: true}
	a, b := h.party("c1", "l1", slow), h.party("c1", "l2", both)
	b.enter()
	if err := a.offer(); err != nil {
		t.Fatal(err)
	}
	a.State(webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed)
	a.heard("down")
	a.Close()

	again := h.party("c1", "l1", slow)
	again.join.Compat = true
	again.enter()
	talk(t, again, b, true, "slow but here")
	talk(t, b, again, true, "welcome")
}

func TestRefusedOffers(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.pair()
	good := peertest.New(t, both).Offer()
	for name, tt := range map[string]struct {
		join call.Join
		sdp  string
	}{
		"nothing":            {call.Join{CallID: "c9", LegID: "l9"}, ""},
		"not SDP":            {call.Join{CallID: "c9", LegID: "l9"}, "hello"},
		"truncated":          {call.Join{CallID: "c9", LegID: "l9"}, good[:len(good)/3]},
		"data channel":       {call.Join{CallID: "c9", LegID: "l9"}, peertest.New(t, peertest.Options{Video: both.Video, DataChannel: true}).Offer()},
		"no fingerprint":     {call.Join{CallID: "c9", LegID: "l9"}, strings.ReplaceAll(good, "a=fingerprint", "a=finger")},
		"no ICE credentials": {call.Join{CallID: "c9", LegID: "l9"}, strings.ReplaceAll(good, "a=ice-", "a=ace-")},
		"no audio":           {call.Join{CallID: "c9", LegID: "l9"}, strings.Replace(good, "m=audio", "m=text", 1)},
		"two videos":         {call.Join{CallID: "c9", LegID: "l9"}, good + good[strings.Index(good, "m=video"):]},
		"huge":               {call.Join{CallID: "c9", LegID: "l9"}, good + strings.Repeat("a=x\r\n", 20000)},
		"third party":        {call.Join{CallID: "c1", LegID: "l3"}, good},
		"other call's leg":   {call.Join{CallID: "c9", LegID: "l1"}, good},
	} {
		_, err := h.Offer(context.Background(), tt.join, tt.sdp, func(call.Signal) {})
		if !errors.Is(err, call.ErrMedia) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// a bad offer on a living leg leaves it alive
	if _, err := h.Offer(context.Background(), a.join, "v=0\r\nnonsense", a.hear); !errors.Is(err, call.ErrMedia) {
		t.Errorf("nonsense on a living leg: %v", err)
	}
	for _, bad := range []string{"", "{", `{"candidate":5}`, `{"candidate":"candidate:x"}`, "[]", strings.Repeat("[", 10000),
		`{"candidate":"candidate:1 1 udp 1 999.1.1.1 99999999 typ host"}`} {
		if err := h.Candidate(context.Background(), "l1", bad); !errors.Is(err, call.ErrMedia) {
			t.Errorf("candidate %.40q: %v", bad, err)
		}
	}
	for _, good := range []string{`{"candidate":""}`, `{"candidate":"candidate:1 1 udp 2113937151 8ab1.local 50000 typ host","sdpMid":"0"}`} {
		if err := h.Candidate(context.Background(), "l1", good); err != nil {
			t.Errorf("candidate %q: %v", good, err)
		}
	}
	talk(t, a, b, true, "unharmed")
	talk(t, b, a, false, "unharmed")
}

func TestAfterClose(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, _ := h.pair()
	h.Close()
	a.heard("closed")
	err := h.party("c1", "l1", both).offer()
	if !errors.Is(err, call.ErrMedia) {
		t.Errorf("offer after close: %v", err)
	}
}

// A listener that hangs, and a client that agreed and never came, are their own trouble only.
func TestSlowPartyHindersNobody(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.party("c1", "l1", both), h.party("c1", "l2", both)
	a.enter()
	never := h.party("c1", "l2", both)
	if _, err := h.Offer(context.Background(), never.join, never.Offer(), never.hear); err != nil {
		t.Fatal(err) // the answer is never taken
	}
	for _, kind := range []peer.Kind{peer.Audio, peer.Video} {
		start := time.Now()
		h.Pass("l1", kind, 500)
		if took := time.Since(start); took > time.Second { // it is some milliseconds
			t.Errorf("passing %v on to a party that is not there took %v", kind, took)
		}
	}
	release := make(chan struct{})
	answer, err := h.Offer(context.Background(), b.join, b.Offer(), func(call.Signal) { <-release })
	if err != nil {
		t.Fatal(err)
	}
	b.Answer(answer)
	b.Up()
	talk(t, a, b, true, "hello")
	talk(t, b, a, true, "hello")
	h.CloseCall("c1")
	a.heard("closed")
	close(release)
}

// A listener that panics is its own trouble too.
func TestBrokenListener(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	a, b := h.party("c1", "l1", both), h.party("c1", "l2", both)
	answer, err := h.Offer(context.Background(), a.join, a.Offer(), func(call.Signal) { panic("out of order") })
	if err != nil {
		t.Fatal(err)
	}
	a.Answer(answer)
	b.enter()
	talk(t, a, b, true, "hello")
}
