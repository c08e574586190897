package desk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// work is an agent at the desk and somebody who calls, both in real browsers, with the real program between them.
type work struct {
	*house
	agent  tab
	caller tab
}

// arrive begins a session of the caller.
func (w work) arrive(nickname, media string) {
	w.t.Helper()
	w.caller.open(w.URL + "/livez")
	w.caller.do(chromedp.Evaluate[chromedp.Void](callerScript))
	w.caller.until(fmt.Sprintf(`(window.began ??= window.caller(%d, %q, %q, %q).catch(e => e)) && window.me`, w.SdkAppID, w.IvrID, nickname, media))
}

// callerDoes runs a script at the caller's, whose socket is or comes back.
func (w work) callerDoes(script string) {
	w.t.Helper()
	w.caller.until(`me.online`)
	w.caller.do(chromedp.Evaluate[chromedp.Void](script))
}

// TestDesk works a day at the desk: every state of it, in one story.
func TestDesk(t *testing.T) {
	w := work{house: build(t), agent: newTab(t), caller: newTab(t)}
	w.agent.size(1440, 900)
	w.comeOnline()
	w.videoCall()
	w.chat()
	w.reload()
	w.twoTabs()
	w.restart()
	w.hangUp()
	w.narrow()
	w.finish()
	w.texts()
	w.noMedia()
	w.miss()
	w.leave()
}

func (w work) comeOnline() {
	a, me := w.agent, w.Agents[1]
	a.open(w.URL + "/login?next=/desk&email=" + me.Email)
	a.do(chromedp.SendKeys(chromedp.CSS("[name=password]"), me.Password), chromedp.Click(chromedp.CSS("main [type=submit]")))
	a.sees("#desk-online")
	a.axe()
	a.click("#desk-online")
	a.until(`document.getElementById("desk-preview").videoWidth > 0`)
	a.until(`document.getElementById("desk-camera").options.length > 1`)
	a.axe()
	a.click("#desk-go")
	a.until(`document.getElementById("desk-status").dataset.shown === "free"`)
	a.axe()
}

// videoCall rings, is accepted by a key, and shows pictures that move on both sides.
func (w work) videoCall() {
	a := w.agent
	w.arrive("李女士", "video")
	a.reads(".desk-offer", "李女士")
	a.reads(".desk-offer", "产品报障")
	a.until(`document.title.startsWith("●") && document.querySelector(".desk-ring-text").textContent > 0`)
	a.reads("#desk-said", "李女士")
	a.axe()
	a.press("A")
	a.sees(`.stage[data-state="live"]`)
	a.misses(".desk-offer")
	a.moves(`document.querySelector("[data-remote]")`)
	a.until(`document.querySelector("[data-self]").videoWidth > 0`)
	w.caller.until(`me.media === "connected" && me.remote?.getVideoTracks().length === 1`)
	a.reads("#desk-right", "音视频售后服务组")
	a.until(`document.querySelector(".stage .bars").dataset.level > 0`)
	a.axe()
	a.click(`[data-deed="call.mute"]`)
	a.until(`document.querySelector('[data-deed="call.mute"]').classList.contains("is-off")`)
	a.click(`[data-deed="call.mute"]`)
	a.click(`[data-deed="call.cameraOff"]`)
	a.sees(".stage-self.is-off")
	a.click(`[data-deed="call.cameraOff"]`)
	a.until(`document.querySelector("[data-self]").videoWidth > 0`)
}

// chat says things both ways. What is typed is never taken for a key of the desk.
func (w work) chat() {
	a := w.agent
	a.types("aarr，请稍等\r")
	w.caller.until(`me.messages.some(m => m.text === "aarr，请稍等")`)
	w.callerDoes(`me.types()`)
	a.sees(".chat-typing")
	w.callerDoes(`me.say("设备一直闪红灯")`)
	a.reads(".chat-row.theirs", "设备一直闪红灯")
	a.types("👍\r")
	w.caller.until(`me.messages.some(m => m.kind === "emoji")`)
	a.do(chromedp.Evaluate[chromedp.Void](pastePicture))
	a.until(`document.querySelector(".chat-row.mine:not(.draft) .photo img")?.naturalWidth === 320`)
	w.caller.until(`me.messages.some(m => m.kind === "image" && m.file.width === 320)`)
	a.axe()
}

const pastePicture = `(async () => {
	const canvas = Object.assign(document.createElement("canvas"), {width: 320, height: 200});
	canvas.getContext("2d").fillRect(20, 20, 200, 100);
	const blob = await new Promise(done => canvas.toBlob(done, "image/png"));
	const data = new DataTransfer();
	data.items.add(new File([blob], "light.png", {type: "image/png"}));
	document.querySelector(".composer textarea").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
})()`

// reload loses neither the media nor what was typed.
func (w work) reload() {
	a := w.agent
	a.types("还没发出")
	a.until(`document.querySelector(".composer textarea").value === "还没发出"`)
	a.do(chromedp.Reload())
	a.sees(`.stage[data-state="live"]`)
	a.moves(`document.querySelector("[data-remote]")`)
	a.until(`document.querySelector(".composer textarea").value === "还没发出"`)
	w.caller.until(`me.media === "connected"`)
}

// twoTabs shows the call in one tab only; the other says so and can take it.
func (w work) twoTabs() {
	a := w.agent
	b, shut := a.beside()
	b.open(w.URL + "/desk")
	b.sees(".stage.is-away")
	b.axe()
	b.click(".stage-note button")
	b.sees(`.stage[data-state="live"]:not(.is-away)`)
	a.sees(".stage.is-away")
	shut()
	a.click(".stage-note button")
	a.sees(`.stage[data-state="live"]:not(.is-away)`)
	a.moves(`document.querySelector("[data-remote]")`)
}

// restart cuts the power of the server in the middle of a call.
func (w work) restart() {
	a := w.agent
	w.kill()
	time.Sleep(300 * time.Millisecond)
	w.start()
	w.callerDoes(`me.say("你还在吗？")`)
	a.reads(".chat-row.theirs", "你还在吗？")
	a.until(`document.querySelector(".stage").dataset.state === "live"`)
	a.moves(`document.querySelector("[data-remote]")`)
}

// hangUp ends the media alone; the session goes on as a chat, whose rows are left alone by what changes around them.
func (w work) hangUp() {
	a := w.agent
	a.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".chat-row").known = true`))
	a.click(`[data-deed="call.hangup"]`)
	a.misses(".stage")
	w.caller.until(`me.media === "closed"`)
	w.callerDoes(`me.say("还能打字")`)
	a.reads(".chat-row.theirs", "还能打字")
	a.misses(".stage")
	a.until(`document.querySelector(".chat-row").known`)
}

// narrow is the same session on a small window and on a phone.
func (w work) narrow() {
	a := w.agent
	a.size(1000, 760)
	a.misses("#desk-right")
	a.click(".desk-about")
	a.sees("#desk-right")
	a.axe()
	a.click("#desk-right-close")
	a.misses("#desk-right")
	a.size(390, 844)
	a.axe()
	a.click(".desk-back")
	a.sees(".desk-card")
	a.misses(".desk-chat")
	w.callerDoes(`me.say("未读的一句")`)
	a.sees(".desk-card .count-loud")
	a.until(`document.title.startsWith("(1)")`)
	a.click(".desk-card")
	a.reads(".chat-row.theirs", "未读的一句")
	a.until(`document.scrollingElement.scrollWidth <= 390`)
	a.size(1440, 900)
}

// finish books a rest, takes it back, ends the session and completes it.
func (w work) finish() {
	a := w.agent
	a.click("#desk-status")
	a.click(`[data-intent="rest"]`)
	a.sees(".desk-banner.is-info")
	a.axe()
	a.click(".desk-banner button")
	a.misses(".desk-banner")
	a.click("#desk-end-open")
	a.sees("#desk-end")
	a.axe()
	a.click("#desk-end-yes")
	a.sees("#desk-complete")
	a.reads("#desk-time", "1:")
	w.caller.until(`me.state === "ended"`)
	a.misses(".composer")
	a.axe()
	a.click("#desk-complete")
	a.misses(".desk-card")
	a.until(`document.getElementById("desk-status").dataset.shown === "free"`)
	w.pause()
}

// pause rests with nothing to do: the desk says that nobody rings, and leads back.
func (w work) pause() {
	a := w.agent
	a.reads("#desk-middle", "Waiting for callers")
	a.click("#desk-status")
	a.click(`[data-intent="rest"]`)
	a.reads("#desk-middle", "Resting")
	a.axe()
	a.click("#desk-resume")
	a.reads("#desk-middle", "Waiting for callers")
	a.until(`document.getElementById("desk-status").dataset.shown === "free"`)
}

// texts serves two text sessions beside each other, in English and in the dark.
func (w work) texts() {
	a, other := w.agent, newTab(w.t)
	a.open(w.URL + "/lang/en?back=/theme/dark?back=/desk")
	a.sees(".desk-list-none")
	a.do(chromedp.Evaluate[chromedp.Void](slowState))
	w.arrive("Wang", "text")
	a.sees(".desk-offer")
	a.do(chromedp.Focus(chromedp.CSS(".desk-offer .btn-secondary")))
	second := w
	second.caller = other
	second.arrive("Zhao", "text")
	a.until(twoOffers)
	a.until(rejectFocused)
	a.axe()
	a.until(`window.answers`)
	a.do(chromedp.Evaluate[chromedp.Void](`answers()`))
	a.until(`states > 1 && most === 1 && ` + twoOffers) // the old picture is followed by a new one
	a.until(rejectFocused)
	a.do(chromedp.Evaluate[chromedp.Void](`{ const of = AudioBufferSourceNode.prototype, start = of.start; of.start = function () { window.rung = this; start.call(this) } }`))
	a.click("#desk-status") // a gesture, which lets it ring for those who are here already
	a.until(`window.rung?.loop && ` + twoOffers)
	a.until(`document.activeElement.closest("#desk-status-menu")`)
	a.do(chromedp.Evaluate[chromedp.Void](`window.rang = ` + offersShown))
	a.press("r") // is for the menu
	a.until(`rang === ` + offersShown)
	a.click("#desk-status")
	a.misses("#desk-status-menu")
	a.click(`.desk-list li:first-child .desk-offer .btn-primary`)
	a.reads(".desk-card", "Wang")
	a.press("r")
	a.misses(".desk-offer")
	second.callerDoes(`me.end()`)
	w.callerDoes(`me.end()`)
	a.reads(".desk-over", "The caller ended the session")
	a.axe()
	a.click("#desk-complete")
	a.misses(".desk-card")
}

const (
	twoOffers     = `document.querySelectorAll(".desk-offer").length === 2`
	offersShown   = `[...document.querySelectorAll(".desk-offer")].map(e => e.id).join()`
	rejectFocused = `document.activeElement.id.startsWith("reject-")`
)

// slowState lets the first picture of the desk that is asked for come late: after answers() has been called. It counts
// how many were asked for, and the most at a time.
const slowState = `{
	const real = fetch;
	let open = 0;
	window.states = window.most = 0;
	window.fetch = async (...asked) => {
		if (!String(asked[0]).includes("/desk/state")) return real(...asked);
		window.most = Math.max(most, ++open);
		const first = states++ === 0, answer = await real(...asked);
		if (first) await new Promise(go => window.answers = go);
		open--;
		return answer;
	};
}`

// noMedia takes a call whose media cannot come up. When its session is over without a wrap-up, nothing of it stays.
func (w work) noMedia() {
	a := w.agent
	w.ring(30, 0)
	a.do(chromedp.Evaluate[chromedp.Void](`window.RTCPeerConnection = class { constructor() { throw new DOMException("", "OperationError") } }`))
	w.arrive("Sun", "audio")
	a.click(".desk-offer .btn-primary")
	a.sees(`.stage[data-state="failed"]`)
	w.callerDoes(`me.end()`)
	a.misses(".desk-card")
	a.misses("#desk-call")
}

// miss lets a ring run out: the last seconds are red, then one click brings the agent back.
func (w work) miss() {
	a := w.agent
	w.ring(3, 120)
	w.arrive("", "audio")
	a.sees(".desk-offer.is-late")
	a.axe()
	a.sees(".desk-banner.is-bad")
	a.until(`document.getElementById("desk-status").dataset.shown === "notResponding"`)
	a.axe()
	w.callerDoes(`me.end()`)
	a.click(".desk-banner button")
	a.until(`document.getElementById("desk-status").dataset.shown === "free"`)
}

// leave looks at the day's records and goes home.
func (w work) leave() {
	a := w.agent
	a.click("#desk-records")
	a.reads("tbody", "李女士")
	a.axe()
	a.do(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("tbody tr")].find(r => r.textContent.includes("李女士")).querySelector("a").click()`))
	a.reads(".transcript", "设备一直闪红灯")
	a.until(`document.querySelector(".transcript img").naturalWidth === 320`)
	a.axe()
	a.open(w.URL + "/desk")
	a.click("#desk-status")
	a.click(`[data-intent="offline"]`)
	a.sees("#desk-online")
	a.do(chromedp.Evaluate[chromedp.Void](`fetch("/logout", {method: "POST"})`))
	a.until(`location.pathname === "/login"`)
}
