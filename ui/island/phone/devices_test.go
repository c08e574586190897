package phone_test

import (
	"testing"
	"time"

	"foyer/media/peer/peertest"
	"foyer/runtime/call"
)

// spoilt makes getUserMedia of a page fail for what it is told, as browsers do.
const spoilt = `(() => {
	const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
	window.fail = (test, name) => navigator.mediaDevices.getUserMedia = c => test(c) ? Promise.reject(new DOMException("", name)) : real(c);
	return true;
})()`

func TestDevicesThatDoNotOpen(t *testing.T) {
	x := newExchange(t)
	a, b := x.browse("c1", "a", "video"), x.browse("c1", "b", "video")
	a.true("prepared", spoilt)
	for name, code := range map[string]string{
		"NotAllowedError": "camera.refused", "SecurityError": "camera.refused", "NotFoundError": "camera.none",
		"OverconstrainedError": "camera.none", "NotReadableError": "camera.busy", "AbortError": "camera.busy", "TypeError": "camera.failed",
	} {
		a.true(name, `(fail(() => true, %q), lab.preview({video: true, audio: true}).then(o => o.stream === null && o.problem === %q))`, name, code)
	}
	a.true("camera alone is refused", `(fail(c => c.video, "NotAllowedError"),
		lab.preview({video: true, audio: true}).then(o => o.problem === "camera.refused" && o.stream.getAudioTracks().length === 1 && !o.stream.getVideoTracks().length))`)
	a.true("a chosen one is gone", `(fail(c => c.video && c.video.deviceId, "OverconstrainedError"),
		lab.preview({video: true, audio: true, camera: "gone"}).then(o => o.problem === null && o.stream.getVideoTracks().length === 1))`)

	// nothing opens: the join fails, says why, and can be tried again
	a.true("all refused", `(fail(() => true, "NotAllowedError"), lab.join({}).then(p => p === "camera.refused" && lab.phone.state === "failed"))`)
	// the camera alone is refused: the call goes on with sound, and sees the other party
	a.true("camera refused", `(fail(c => c.video, "NotAllowedError"), lab.problems.length = 0, true)`)
	a.join("{}")
	b.join("{}")
	a.true("told", `lab.problems.join() === "camera.refused"`)
	a.seesAndHears("without a camera of one's own")
	b.true("sound is heard", `lab.until(async () => await lab.loudest() > 0.02)`)
	// later it is allowed: no negotiation needed
	a.true("camera on", `(fail(() => false), lab.phone.setCamera(true))`)
	b.seesAndHears("a camera that came later")
}

func TestInsecurePage(t *testing.T) {
	x := newExchange(t)
	a := x.browse("c1", "a", "video")
	a.true("no devices in the clear", `(Object.defineProperty(window, "isSecureContext", {value: false}),
		lab.preview({video: true, audio: true}).then(o => o.stream === null && o.problem === "camera.insecure"))`)
}

// A camera that is pulled out gives way to the browser's choice.
func TestPulledOutDevice(t *testing.T) {
	x := newExchange(t)
	a, b := connect(t, x, "video")
	b.seesAndHears("call")
	a.true("pulled out", `(() => {
		const t = document.querySelector("#self").srcObject.getVideoTracks()[0];
		t.stop();
		t.dispatchEvent(new Event("ended"));
		return true;
	})()`)
	a.true("another one", `lab.until(() => document.querySelector("#self").srcObject.getVideoTracks()[0]?.readyState === "live")`)
	b.true("pictures go on", `lab.until(async () => await lab.moving() > 0.2)`)
}

// Lost packets are repaired as far as may be, and show in the bars.
func TestBadNetworkShows(t *testing.T) {
	x := newExchange(t)
	_, b := connect(t, x, "video")
	b.seesAndHears("call")
	x.lossy.Store(20)
	b.true("the bars fall", `lab.until(() => lab.quality?.remote <= 2 && lab.quality.lossIn > 0.05, 15000)`)
	b.true("pictures still come", `lab.until(async () => await lab.moving() > 0.2, 15000)`)
	x.lossy.Store(0)
	b.true("the bars rise", `lab.until(() => lab.quality.remote === 4, 20000)`)
}

// A party without H.264 makes the browser come in anew with what both can do.
func TestRenewForAPartyWithLess(t *testing.T) {
	x := newExchange(t)
	a := x.browse("c1", "a", "video")
	a.join("{}")
	less := peertest.New(t, peertest.Options{Video: []string{"VP8"}})
	answer, err := x.keeper.Offer(t.Context(), call.Join{CallID: "c1", LegID: "c1-less"}, less.Offer(), func(call.Signal) {})
	if err != nil {
		t.Fatal(err)
	}
	less.Answer(answer)
	less.Up()
	a.true("it came in anew", `lab.until(async () => (await lab.facts()).out.video?.codec === "video/VP8")`)
	a.state("live")
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		if p := <-less.Got; p.Video && len(p.Payload) > 100 {
			return
		}
	}
	t.Error("no pictures arrived")
}

// The bars are a plain table of the worst of loss, delay and standing pictures.
func TestBars(t *testing.T) {
	x := newExchange(t)
	a := x.browse("c1", "", "audio")
	for _, tt := range []struct {
		loss, rtt, frozen float64
		heard             bool
		want              int
	}{
		{0, 40, 0, true, 4}, {0.02, 250, 0.05, true, 4}, {0.03, 40, 0, true, 3}, {0, 400, 0, true, 3}, {0, 40, 0.1, true, 3},
		{0.1, 40, 0, true, 2}, {0, 700, 0, true, 2}, {0, 40, 0.4, true, 2}, {0.2, 40, 0, true, 1}, {0, 2000, 0, true, 1},
		{0, 40, 0.9, true, 1}, {0, 40, 0, false, 1},
	} {
		if got := eval[int](a, `lab.bars(%v, %v, %v, %v)`, tt.loss, tt.rtt, tt.frozen, tt.heard); got != tt.want {
			t.Errorf("%+v: %d bars", tt, got)
		}
	}
	a.true("counters become figures", `(() => {
		const g = new lab.Gauge(), at = (ms, packetsReceived, packetsLost, bytesReceived, framesDecoded) => g.read(new Map([
			["i", {type: "inbound-rtp", timestamp: ms, packetsReceived, packetsLost, bytesReceived, framesDecoded}],
			["p", {type: "candidate-pair", timestamp: ms, nominated: true, currentRoundTripTime: 0.05}]]));
		const first = at(1000, 10, 0, 1000, 5), q = at(3000, 100, 10, 26000, 5), same = at(3000, 100, 10, 26000, 5);
		return first === null && same === null && q.lossIn === 0.1 && q.rtt === 50 && q.bitrateIn === 100000 && q.picture === false && q.remote === 2;
	})()`)
}
