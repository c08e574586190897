package main

import (
	"testing"

	"foyer/runtime/session"
	"foyer/ui/kit/kittest"
)

// seated is an agent of the demo at the desk, online.
func seated(t *testing.T, s *server, who seat) person {
	t.Helper()
	p := browser(t, "agent", 1440, 900)
	p.speaks(s.url, "zh-CN")
	p.open(who.LoginURL)
	p.types("#password", who.Password)
	p.clicks("form button[type=submit]")
	p.until("being in", `!location.pathname.startsWith("/login")`)
	p.open(s.url + "/desk")
	p.clicks("#desk-online")
	p.clicks("#desk-go")
	p.sees("空闲中")
	return p
}

// rings lets a caller come in by a medium; the agent answers.
func rings(t *testing.T, s *server, w wayIn, agent person, media string) person {
	t.Helper()
	caller := browser(t, "caller", 390, 844)
	caller.speaks(s.url, "zh-CN")
	caller.open(w.CallerURL)
	caller.clicksOn("[data-option]", "产品咨询")
	caller.clicks(`[data-start="` + media + `"]`)
	agent.clicks("[data-offer] .btn-primary")
	return caller
}

// ends finishes the session at the desk.
func ends(agent, caller person) {
	agent.t.Helper()
	agent.clicks("#desk-end-open")
	agent.clicks("#desk-end-yes")
	caller.until("the end", visible(`[data-show="end"]`))
	agent.clicks("#desk-complete")
	agent.until("an empty desk", `!document.querySelector("[data-session]")`)
}

// A session by voice: both hear each other, no camera is asked for and no picture is sent, and messages go both ways.
func TestEndToEndByVoice(t *testing.T) {
	s, w := filled(t)
	agent := seated(t, s, w.Agents[0])
	caller := rings(t, s, w, agent, "audio")
	for _, p := range []person{agent, caller} {
		p.hears("[data-remote]")
		if n := kittest.Eval[int](t, p.ctx, `[...document.querySelectorAll("video, audio")].flatMap(e => e.srcObject?.getVideoTracks() ?? []).length`); n != 0 {
			t.Errorf("%s has %d pictures in a call by voice", p.name, n)
		}
	}
	caller.clicks("[data-do=chat]")
	caller.says("听得到吗")
	agent.sees("听得到吗")
	ends(agent, caller)
}

// A session in writing: no microphone and no camera, no call, and the session is as any other.
func TestEndToEndInWriting(t *testing.T) {
	s, w := filled(t)
	agent := seated(t, s, w.Agents[0])
	caller := rings(t, s, w, agent, "text")
	caller.says("你好")
	agent.sees("你好")
	agent.says("您好，请讲")
	caller.sees("您好，请讲")
	caller.pastes("caller.png")
	agent.until("the caller's picture", `[...document.querySelectorAll(".chat-row.theirs img")].some(e => e.naturalWidth === 320)`)
	for _, p := range []person{agent, caller} {
		if kittest.Eval[bool](t, p.ctx, `[...document.querySelectorAll("video, audio")].some(e => e.srcObject)`) {
			t.Errorf("%s has media in a session in writing", p.name)
		}
	}
	ends(agent, caller)
}

// A ticket lets one in, once, and only to the leg it is for.
func TestTicketsAreSingleUse(t *testing.T) {
	s, w := filled(t)
	d, g := works(t, s, w.Agents[0]), arrives(t, s, w)
	v := g.calls(w, "audio", g.options(w)[0])
	caller := g.listens(v.SessionID)
	d.commands("offer.accept", map[string]string{"offerId": d.rung(v.SessionID)})
	g.until(v.SessionID, session.Connecting)
	mine, theirs := caller.ticket(), d.ticket()
	page := browser(t, "offerer", 800, 600)
	page.open(s.url + "/login")
	sdp := kittest.Eval[string](t, page.ctx, `(async () => { const p = new RTCPeerConnection(); p.addTransceiver("audio"); await p.setLocalDescription(); return p.localDescription.sdp; })()`)
	offer := func(l *line, leg, token string) frame {
		return l.commands("media.offer", map[string]string{"legId": leg, "token": token, "sdp": sdp})
	}
	if f := offer(caller, theirs.LegID, mine.Token); f.Error == nil || f.Error.Code != "call.ticket" {
		t.Errorf("a ticket at the other party's leg: %+v", f)
	}
	if f := offer(caller, mine.LegID, mine.Token); f.Error != nil {
		t.Errorf("a good ticket: %+v", f.Error)
	}
	if f := offer(caller, mine.LegID, mine.Token); f.Error == nil || f.Error.Code != "call.ticket" || f.Error.Message == "" {
		t.Errorf("a ticket that was used: %+v", f)
	}
}
