package main

import (
	"testing"
	"time"
)

// A power cut in the middle of a video call: the pages notice that their line is a new server's and join anew by
// themselves. Both see and hear each other again, in the same session, without anybody touching anything.
func TestEndToEndPowerCutInACall(t *testing.T) {
	s, w := filled(t)
	agent, caller := seated(t, s, w.Agents[0]), browser(t, "caller", 390, 844)
	caller.speaks(s.url, "zh-CN")
	caller.open(w.CallerURL)
	caller.clicksOn("[data-option]", "产品咨询")
	caller.clicks(`[data-start="video"]`)
	agent.clicks("[data-offer] .btn-primary")
	both := []person{agent, caller}
	for _, p := range both {
		p.seesMotion("video[data-remote]")
		p.standsBy()
	}

	s.kill(t)
	for _, p := range both {
		p.within(10*time.Second, "a picture that stands still", still)
	}
	s.start(t)
	for _, p := range both {
		p.seesMotion("video[data-remote]")
		p.hears("video[data-remote]")
		if !p.true("window.sameProcess === true") {
			t.Errorf("%s: the page was loaded anew", p.name)
		}
	}
	caller.clicks("[data-do=chat]")
	caller.says("还在吗")
	agent.sees("还在吗")
}

// standsBy marks the page, so that a reload would be noticed.
func (p person) standsBy() {
	p.t.Helper()
	p.until("marking the page", "(window.sameProcess = true)")
}

// still is true when the remote picture does not change any more.
const still = `(async () => {
	const v = document.querySelector("video[data-remote]"), c = new OffscreenCanvas(64, 48), g = c.getContext("2d", {willReadFrequently: true});
	if (!v?.videoWidth) return true;
	const shot = () => (g.drawImage(v, 0, 0, 64, 48), g.getImageData(0, 0, 64, 48).data.join());
	const a = shot(); await new Promise(r => setTimeout(r, 700)); return a === shot();
})()`
