// Package phone_test lets real browsers call each other with the softphone through the real media plane.
package phone_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"foyer/ui/kit/kittest"
)

// visit opens an address and waits for the page's script.
func (p page) visit(url string) {
	p.t.Helper()
	kittest.Do(p.t, p.Context, chromedp.Navigate(url), chromedp.WaitReady("#remote"))
	p.true("the script runs", `new Promise(done => { const look = () => window.lab ? done(true) : setTimeout(look, 10); look(); })`)
}

func eval[V any](p page, script string, args ...any) V {
	p.t.Helper()
	return kittest.Eval[V](p.t, p.Context, fmt.Sprintf(script, args...))
}

// true checks something in the page.
func (p page) true(what, script string, args ...any) {
	p.t.Helper()
	if !eval[bool](p, script, args...) {
		p.t.Errorf("not so: %s; states %s", what, eval[string](p, `JSON.stringify([window.lab?.states, window.lab?.problems])`))
	}
}

// join brings the page's leg up.
func (p page) join(want string) {
	p.t.Helper()
	if problem := eval[string](p, `lab.join(%s)`, want); problem != "" {
		p.t.Fatalf("join: %s", problem)
	}
	p.state("live")
}

// state waits for a state.
func (p page) state(want string) {
	p.t.Helper()
	if got := eval[string](p, `lab.state(%q)`, want); got != want {
		p.t.Fatalf("state is %s, not %s (%s)", got, want, eval[string](p, `JSON.stringify(lab.states)`))
	}
}

// side is what the browser says of one kind of media in one direction.
type side struct {
	SSRC    uint32
	Packets int
	Energy  float64
	Frames  int
	Codec   string
	RTX     int
}

// facts are what the browser says of the connection.
type facts struct {
	Cipher  string
	Data    int
	In, Out map[string]side
}

func (p page) facts() facts {
	p.t.Helper()
	return eval[facts](p, `lab.facts()`)
}

// seesAndHears checks the decoded media themselves: pictures that change, sound that is loud.
func (p page) seesAndHears(what string) {
	p.t.Helper()
	p.true(what+": pictures move", `lab.until(async () => await lab.moving() > 0.2)`)
	p.true(what+": sound is heard", `lab.until(async () => await lab.loudest() > 0.02)`)
	before := p.facts().In["audio"].Energy
	p.true(what+": sound energy rises", `lab.until(async () => (await lab.facts()).in.audio.energy > %v)`, before)
}

func connect(t *testing.T, x *exchange, media string) (a, b page) {
	t.Helper()
	a, b = x.browse("c1", "a", media), x.browse("c1", "b", media)
	a.join("{}")
	b.join("{}")
	return a, b
}

func TestTwoBrowsersSeeAndHearEachOther(t *testing.T) {
	x := newExchange(t)
	a, b := connect(t, x, "video")
	for _, p := range []page{a, b} {
		p.seesAndHears("call")
		f := p.facts()
		if f.Cipher != "SRTP_AEAD_AES_128_GCM" {
			t.Errorf("SRTP is %q", f.Cipher)
		}
		if f.In["video"].Codec != "video/H264" || f.Out["video"].Codec != "video/H264" || f.In["audio"].Codec != "audio/opus" {
			t.Errorf("codecs %+v", f)
		}
		if f.Data != 0 {
			t.Errorf("there are %d data channels", f.Data)
		}
		p.true("quality is told", `lab.until(() => lab.quality && lab.quality.remote >= 1 && lab.quality.bitrateIn > 20000 && lab.quality.picture)`)
		p.true("the picture may grow", `lab.until(async () => (await lab.facts()).out.video.target > 200_000)`)
		p.true("no trouble on the way", `lab.problems.length === 0 && lab.states.join() === "connecting,live"`)
	}
	t.Run("mute", func(t *testing.T) { mute(a, b) })
	t.Run("camera", func(t *testing.T) { camera(a, b) })
	t.Run("devices", func(t *testing.T) { devices(t, a, b) })
	t.Run("restart", func(t *testing.T) { restart(t, x, a, b) })
	t.Run("reload", func(t *testing.T) { reload(t, x, a, b) })
	t.Run("hang up", func(t *testing.T) {
		x.keeper.CloseCall("c1")
		a.state("ended")
		b.state("ended")
		a.true("the camera is let go", `document.querySelector("#self").srcObject === null`)
		a.true("nothing is kept", `sessionStorage.length === 0`)
	})
}

func mute(a, b page) {
	a.true("muting works", `(lab.phone.setMuted(true), true)`)
	b.true("silence", `lab.until(async () => await lab.loudest(1200) < 0.001)`)
	before := b.facts().In["audio"].Energy
	time.Sleep(1500 * time.Millisecond)
	if after := b.facts().In["audio"].Energy; after > before+1e-6 {
		b.t.Errorf("energy rose from %v to %v though muted", before, after)
	}
	b.true("pictures go on", `lab.until(async () => await lab.moving() > 0.2)`)
	a.true("unmuting works", `(lab.phone.setMuted(false), true)`)
	b.true("sound again", `lab.until(async () => await lab.loudest() > 0.02)`)
}

func camera(a, b page) {
	offers := a.offers()
	a.true("camera off", `lab.phone.setCamera(false)`)
	a.true("its light is out", `!document.querySelector("#self").srcObject.getVideoTracks().length`)
	b.true("told that pictures stopped", `lab.until(() => lab.moves.at(-1) === false)`)
	b.true("sound goes on", `lab.until(async () => await lab.loudest() > 0.02)`)
	a.true("camera on", `lab.phone.setCamera(true)`)
	b.true("pictures again", `lab.until(async () => await lab.moving() > 0.2)`)
	b.true("told that pictures came", `lab.until(() => lab.moves.at(-1) === true)`)
	if now := a.offers(); now != offers {
		a.t.Errorf("the camera took %d negotiations", now-offers)
	}
}

// offers counts the offers a page sent.
func (p page) offers() int {
	p.t.Helper()
	return eval[int](p, `performance.getEntriesByType("resource").filter(e => e.name.endsWith("/frame")).length`)
}

func devices(t *testing.T, a, b page) {
	a.true("devices have names", `lab.listDevices().then(all => ["audioinput", "videoinput"].every(k => all.some(d => d.kind === k && d.label)))`)
	for kind, list := range map[string]string{"video": "videoinput", "audio": "audioinput"} {
		a.true("over to another "+kind, `lab.listDevices().then(all => lab.phone.switchDevice(%q, all.filter(d => d.kind === %q).at(-1).deviceId))`, kind, list)
	}
	b.seesAndHears("other devices")
	a.true("a device that is not there", `lab.phone.switchDevice("video", "no such device").then(done => !done && lab.problems.at(-1) === "camera.none")`)
	b.seesAndHears("after a device that is not there")
	a.true("its default again", `lab.phone.switchDevice("video", "")`)
	a.true("forgotten", `(lab.problems.length = 0, true)`)
}

// restart is what happens when the network changes: a new way, the same connection.
func restart(t *testing.T, x *exchange, a, b page) {
	before, offers := b.facts().In["video"], x.of("c1-a").offers
	a.true("network came back", `(dispatchEvent(new Event("online")), true)`)
	a.true("it negotiated", `lab.until(() => lab.states.includes("reconnecting"))`)
	a.state("live")
	if now := x.of("c1-a").offers; now != offers+1 {
		t.Errorf("%d offers for one restart", now-offers)
	}
	a.seesAndHears("after a restart")
	b.seesAndHears("after the other's restart")
	if after := b.facts().In["video"]; after.SSRC != before.SSRC || after.Frames <= before.Frames {
		t.Errorf("video was %+v and is %+v", before, after)
	}
}

// reload comes back with what the tab kept; the other party negotiates nothing.
func reload(t *testing.T, x *exchange, a, b page) {
	before, offers := b.facts().In, x.of("c1-b").offers
	kittest.Do(t, a.Context, chromedp.Reload())
	start := time.Now()
	a.true("the script runs again", `!!window.lab`)
	a.join("{}")
	a.true("pictures are back", `lab.until(async () => (await lab.facts()).in.video?.frames > 0)`)
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("the media came back after %v", took)
	}
	a.seesAndHears("after the reload")
	b.seesAndHears("after the other's reload")
	after := b.facts().In
	for kind := range before {
		if after[kind].SSRC != before[kind].SSRC {
			t.Errorf("the %s stream changed", kind)
		}
	}
	if now := x.of("c1-b").offers; now != offers {
		t.Errorf("the other party negotiated %d times", now-offers)
	}
}

func TestAudioCall(t *testing.T) {
	x := newExchange(t)
	a, b := connect(t, x, "audio")
	for _, p := range []page{a, b} {
		p.true("sound is heard", `lab.until(async () => await lab.loudest() > 0.02)`)
		if f := p.facts(); len(f.In) != 1 || f.Cipher != "SRTP_AEAD_AES_128_GCM" {
			t.Errorf("facts %+v", f)
		}
	}
}

// A network that is gone for a while, and a server that is new and knows nothing: both heal by themselves.
func TestComingBack(t *testing.T) {
	x := newExchange(t)
	a, b := connect(t, x, "video")
	a.seesAndHears("call")

	x.cut.Store(true)
	a.state("reconnecting")
	b.state("reconnecting")
	x.cut.Store(false)
	a.state("live")
	b.state("live")
	a.seesAndHears("after the gap")
	b.seesAndHears("after the gap")

	x.crash()
	start := time.Now()
	for _, p := range []page{a, b} {
		p.true("it was noticed", `lab.until(() => lab.states.filter(s => s === "reconnecting").length >= 2, 20000)`)
		p.state("live")
	}
	a.seesAndHears("after the crash")
	b.seesAndHears("after the crash")
	t.Logf("healed by itself %v after the restart", time.Since(start))

	x.crash()
	start = time.Now()
	for _, p := range []page{a, b} {
		p.true("woken", `(lab.phone.wake(), true)`)
	}
	for _, p := range []page{a, b} {
		p.state("live")
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("woken, it healed after %v", took)
	}
	a.seesAndHears("after another crash")
}

// A browser whose handshake finds nothing in common tries the compatible way by itself.
func TestCompatibleRetry(t *testing.T) {
	x := newExchange(t)
	x.spoil = true
	a := x.browse("c1", "a", "video")
	start := time.Now()
	a.join("{}")
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the retry took %v", took)
	}
	if l := x.of("c1-a"); !l.compat || l.offers != 2 {
		t.Errorf("leg %+v", l)
	}
	if f := a.facts(); f.Cipher == "" {
		t.Errorf("facts %+v", f)
	}
}

// A ticket that is no longer good is replaced once; a leg the server does not want is given up.
func TestTickets(t *testing.T) {
	x := newExchange(t)
	a := x.browse("c1", "a", "audio")
	if problem := eval[string](a, `lab.phone.join({callId: "c1", legId: "c1-a", token: "stale", media: "audio"}, {audio: true}).then(() => "", String)`); problem != "" {
		t.Fatal(problem)
	}
	a.state("live")
	a.true("ended by hanging up", `(lab.phone.hangup(), lab.phone.state === "ended")`)
	x.keeper.Close() // from here on it takes nobody
	a.true("joins", `lab.join({}).then(() => true)`)
	a.state("failed")
}
