package caller_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/runtime/chat"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui/kit/kittest"
)

func chatBothWays(t *testing.T, v visitor) {
	v.talks(queue.Text)
	v.writes("你好" + kb.Enter)
	v.until(`document.querySelector(".chat-row.mine:not(.draft)")?.textContent.includes("你好")`)
	v.say(chat.Message{From: chat.FromAgent, Name: "张敏", Kind: chat.TextKind, Text: "<b>您好</b>"})
	v.reads(".chat-row.theirs .bubble", "<b>您好</b>")
	v.reads(".chat-name", "张敏")

	v.click(`[aria-label="表情"]`)
	v.sees(".emoji-grid button")
	kittest.Do(t, v.ctx, chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.Enter))
	v.until(`document.querySelector(".composer textarea").value !== ""`)
	kittest.Do(t, v.ctx, chromedp.KeyEvent(kb.Enter))
	v.sees(".chat-row.mine:not(.draft) .bubble-emoji")

	// Enter that only confirms what an input method offers sends nothing
	v.writes("zhong")
	v.script(`document.querySelector(".composer textarea").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))`)
	v.until(`document.querySelector(".composer textarea").value === "zhong"`)

	v.mu.Lock()
	defer v.mu.Unlock()
	if m := v.messages[0]; m.From != chat.FromCaller || m.Text != "你好" || m.ClientMessageID == "" {
		t.Errorf("posted %+v", m)
	}
	if m := v.messages[2]; m.Kind != chat.EmojiKind {
		t.Errorf("posted %+v", m)
	}
}

const pictureFile = `(async () => {
	const c = new OffscreenCanvas(48, 32);
	c.getContext("2d").fillRect(0, 0, 48, 32);
	const d = new DataTransfer();
	d.items.add(new File([await c.convertToBlob()], "a.png", {type: "image/png"}));
	return d;
})()`

// Pictures come by button, paste and drop; while they are on their way they are seen already.
func pictures(t *testing.T, v visitor) {
	v.with(func() { v.slow = make(chan struct{}) })
	v.talks(queue.Text)
	v.script(`(async () => { const i = document.querySelector(".composer input[type=file]"); i.files = (await ` + pictureFile + `).files; i.dispatchEvent(new Event("change")) })()`)
	v.sees(".draft .photo-ring")
	close(v.slow)
	v.until(`document.querySelectorAll(".chat-row.mine:not(.draft) .photo img").length === 1`)
	v.script(`(async () => document.querySelector(".composer textarea").dispatchEvent(new ClipboardEvent("paste", {clipboardData: await ` + pictureFile + `, bubbles: true, cancelable: true})))()`)
	v.until(`document.querySelectorAll(".chat-row.mine:not(.draft) .photo img").length === 2`)
	v.script(`(async () => { const d = await ` + pictureFile + `; for (const type of ["dragenter", "dragover", "drop"]) document.querySelector(".chat").dispatchEvent(new DragEvent(type, {dataTransfer: d, bubbles: true, cancelable: true})) })()`)
	v.until(`document.querySelectorAll(".chat-row.mine:not(.draft) .photo img").length === 3`)
	v.until(`!document.querySelector(".dropping")`)

	v.click(".photo")
	v.sees(".lightbox[open] img")
	kittest.Axe(t, v.ctx)
	kittest.Do(t, v.ctx, chromedp.KeyEvent(kb.Escape))
	v.until(`!document.querySelector(".lightbox")`)
}

// What cannot be sent says why at once, and is not lost before the person says so.
func notSent(t *testing.T, v visitor) {
	v.talks(queue.Text)
	v.script(`(() => { const i = document.querySelector(".composer input[type=file]"), d = new DataTransfer();
		d.items.add(new File(["<svg/>"], "a.svg", {type: "image/svg+xml"}));
		d.items.add(new File([new Uint8Array(11 << 20)], "b.png", {type: "image/png"}));
		i.files = d.files; i.dispatchEvent(new Event("change")) })()`)
	v.until(`document.querySelectorAll(".draft.failed").length === 2`)
	v.reads(".draft.failed", "PNG、JPEG")
	v.reads(".draft.failed + .draft.failed", "10 MB")
	v.until(`document.querySelectorAll(".photo-none").length > 0`) // not the browser's broken picture
	v.until(`(() => { const l = document.querySelector(".chat-list"); return l.scrollHeight - l.scrollTop - l.clientHeight < 48 })()`)
	v.click(".draft.failed .link")
	v.until(`document.querySelectorAll(".draft.failed").length === 1`)

	v.with(func() { v.postErr = session.ErrOver })
	v.writes("还在吗" + kb.Enter)
	v.until(`[...document.querySelectorAll(".draft.failed")].some(e => e.textContent.includes("还在吗") && e.textContent.includes("会话已结束"))`)
}

// A line that is down for a moment is not the person's trouble: the message goes out by itself, once.
func sentLater(t *testing.T, v visitor) {
	v.talks(queue.Text)
	v.with(func() { v.postErr = errors.New("disk on fire") })
	v.script(`{ const real = fetch; window.fetch = async (...asked) => { const answer = await real(...asked); window.refused ||= !answer.ok; return answer } }`)
	v.writes("稍后送达" + kb.Enter)
	v.until(`window.refused`)
	v.sees(".draft")
	v.with(func() { v.postErr = nil })
	v.until(`document.querySelector(".chat-row.mine:not(.draft)")?.textContent.includes("稍后送达") && !document.querySelector(".draft")`)
	if n := len(v.messages); n != 1 {
		t.Errorf("%d messages arrived", n)
	}
}

func typing(t *testing.T, v visitor) {
	v.talks(queue.Text)
	v.push("typing", map[string]string{"sessionId": "s1", "from": "agent"})
	v.sees(".chat-typing")
	v.say(chat.Message{From: chat.FromAgent, Kind: chat.TextKind, Text: "好的"})
	v.until(`document.querySelector(".chat-typing").hidden`)
}

func unread(t *testing.T, v visitor) {
	v.talks(queue.Video)
	v.say(chat.Message{From: chat.FromAgent, Kind: chat.TextKind, Text: "一"})
	v.say(chat.Message{From: chat.FromAgent, Kind: chat.TextKind, Text: "二"})
	v.reads("[data-unread]", "2")
	v.click(`[data-do="chat"]`)
	v.sees(".cl-sheet .composer")
	v.until(`document.querySelector("[data-unread]").hidden`)
	v.say(chat.Message{From: chat.FromAgent, Kind: chat.TextKind, Text: "三"})
	v.reads(".chat-list", "三")
	v.until(`document.querySelector("[data-unread]").hidden`)
	kittest.Do(t, v.ctx, chromedp.KeyEvent(kb.Escape))
	v.until(`!document.querySelector(".with-chat")`)
}

func controls(t *testing.T, v visitor) {
	v.talks(queue.Video)
	local := `document.querySelector("[data-self] video").srcObject`
	v.click(`[data-do="mute"]`)
	v.until(local + `.getAudioTracks()[0].enabled === false && document.querySelector('[data-do="mute"]').getAttribute("aria-label") === "取消静音"`)
	v.click(`[data-do="mute"]`)
	v.until(local + `.getAudioTracks()[0].enabled === true`)
	v.click(`[data-do="camera"]`)
	v.until(`document.querySelector("[data-self]").classList.contains("dark") && document.querySelector('[data-do="camera"]').getAttribute("aria-pressed") === "true"`)
	v.click(`[data-do="camera"]`)
	v.until(local + `?.getVideoTracks().length === 1`)

	kittest.Do(t, v.ctx, chromedp.Focus(css("[data-self]")))
	before := kittest.Eval[int64](t, v.ctx, `document.querySelector("[data-self]").offsetLeft`)
	kittest.Do(t, v.ctx, chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowDown))
	v.until(fmt.Sprintf(`document.querySelector("[data-self]").offsetLeft < %d`, before))
	for range 40 {
		kittest.Do(t, v.ctx, chromedp.KeyEvent(kb.ArrowLeft))
	}
	v.until(`document.querySelector("[data-self]").getBoundingClientRect().left >= 0`)
}

// The agent's camera is off: a face takes the place of a black square.
func noPicture(t *testing.T, v visitor) {
	v.talks(queue.Video)
	v.script(`window.noPicture = true`)
	v.until(`document.querySelector(".cl-talk").classList.contains("no-picture")`)
	v.reads("[data-face]", "敏")
}

// The media can end alone; the talk goes on in writing.
func closeMediaOnly(t *testing.T, v visitor) {
	v.talks(queue.Video)
	v.click(`[data-do="end"]`)
	v.sees("#cl-end[open]")
	v.click("[data-end-media]")
	v.until(`document.querySelector(".cl-talk").dataset.kind === "text"`)
	v.until(`window.peers.at(-1).connectionState === "closed"`)
	v.writes("继续" + kb.Enter)
	v.until(`document.querySelector(".chat-row.mine:not(.draft)")?.textContent.includes("继续")`)
	if v.hungUp != 1 || v.ended != 0 {
		t.Errorf("hung up %d times, ended %d", v.hungUp, v.ended)
	}
	v.click("[data-end]")
	v.until(`document.querySelector("[data-end-media]").hidden`)
	v.click("[data-end-all]")
	v.screen("end")
	v.reads("[data-end-title]", "您已结束")
	v.until(`document.querySelector(".cl-said") && !document.querySelector("[data-said]").hidden`)
	v.click("[data-restart]")
	v.screen("menu")
}

// An agent who is lost: the caller waits again, knows why, and is taken on by the next.
func agentLost(t *testing.T, v visitor) {
	v.talks(queue.Video)
	v.turn(func(s *session.View) {
		s.State, s.Agent, s.CallID, s.Queue = session.Queued, nil, "", &session.Place{Position: 1}
	})
	v.screen("wait")
	v.reads("[data-wait-text]", "客服的连接中断")
	v.until(`window.peers.at(-1).connectionState === "closed"`)
	v.turn(func(s *session.View) { s.State = session.Connected; agentIs(s) })
	v.screen("talk")
}

// The media fails for good: a sentence, and one button that mends it.
func mediaRetry(t *testing.T, v visitor) {
	v.talks(queue.Video)
	v.script(`window.peers.at(-1).turn("failed")`)
	v.until(`["reconnecting", "live"].includes(document.querySelector(".cl-talk").dataset.line)`)
	v.until(`document.querySelector(".cl-talk").dataset.line === "live"`)
}
