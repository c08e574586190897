package caller_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/nodes"
	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui/caller"
	"foyer/ui/kit"
	"foyer/ui/kit/kittest"
	"foyer/ui/kit/text"
)

// Visits by phone, each to a service of its own.
func TestVisits(t *testing.T) {
	ctx := browser(t)
	kittest.Do(t, ctx, kittest.Size(390, 844))
	for name, visit := range map[string]func(*testing.T, visitor){
		"Begin":             begin,
		"Back":              back,
		"StraightOn":        straightOn,
		"MenuChanged":       menuChanged,
		"DevicesRefused":    devicesRefused,
		"CameraBusy":        cameraBusy,
		"MenuWithinSession": menuWithinSession,
		"WaitingIsHonest":   waitingIsHonest,
		"Reload":            reload,
		"ChatBothWays":      chatBothWays,
		"Pictures":          pictures,
		"NotSent":           notSent,
		"SentLater":         sentLater,
		"Typing":            typing,
		"Unread":            unread,
		"Controls":          controls,
		"NoPicture":         noPicture,
		"CloseMediaOnly":    closeMediaOnly,
		"AgentLost":         agentLost,
		"MediaRetry":        mediaRetry,
		"LineLost":          lineLost,
		"SessionGone":       sessionGone,
		"Endings":           endings,
		"Times":             times,
	} {
		t.Run(name, func(t *testing.T) {
			v := visitor{openHall(t), t, ctx}
			prefer(t, ctx, v.url, kit.Light, text.Chinese)
			visit(t, v)
		})
	}
}

func (v visitor) script(js string) {
	v.t.Helper()
	kittest.Do(v.t, v.ctx, chromedp.Evaluate[chromedp.Void](js))
}

func (v visitor) screen(name string) {
	v.t.Helper()
	v.until(fmt.Sprintf(`document.querySelector("#caller")?.dataset.screen === %q`, name))
}

// What the visitor chose goes to the server; a press repeated after trouble begins one session only.
func begin(t *testing.T, v visitor) {
	v.with(func() { v.startErr = event.ErrUnavailable })
	v.arrives()
	v.click(`[data-option="o2"]`)
	v.reads("[data-chosen]", "产品报障")
	v.click(`[data-start="text"]`)
	v.reads("[data-check-fault]", "稍候")
	v.with(func() { v.startErr = nil })
	v.click(`[data-start="text"]`)
	v.screen("wait")
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.started) != 2 || v.started[0].Key != v.started[1].Key {
		t.Errorf("started %+v", v.started)
	}
	if s := v.started[1]; s.OptionID != "o2" || s.Media != queue.Text || s.Version != 7 || s.CallerID != "c1" || s.IvrID != ivr {
		t.Errorf("started %+v", s)
	}
}

func back(t *testing.T, v visitor) {
	v.arrives()
	v.click(`[data-option="o1"]`)
	v.until(`document.querySelector("[data-mirror]").dataset.state === "seen"`)
	v.click(`[data-back]`)
	v.screen("menu")
	v.until(`document.querySelector("[data-preview]").srcObject === null`)
}

// A flow without branches leads straight to the device check.
func straightOn(t *testing.T, v visitor) {
	v.with(func() { v.menu.HasBranch, v.menu.Options = false, nil })
	v.arrives()
	v.until(`document.querySelector("[data-mirror]").dataset.state === "seen"`)
	v.reads("[data-chosen]", "全媒体客服接入体验")
	if kittest.Eval[bool](t, v.ctx, `document.querySelector("[data-back]").checkVisibility()`) {
		t.Error("there is a way back to a menu that is not there")
	}
}

// The flow was published anew while somebody looked at its menu.
func menuChanged(t *testing.T, v visitor) {
	v.arrives()
	v.click(`[data-option="o2"]`)
	v.with(func() {
		v.startErr = session.ErrNotAChoice
		v.menu.Version, v.menu.Options = 8, []nodes.Option{{ID: "n1", Label: "新的服务"}}
	})
	v.click(`[data-start="text"]`)
	v.screen("menu")
	v.reads("[data-menu-fault]", "刚刚更新")
	v.with(func() { v.startErr = nil })
	v.click(`[data-option="n1"]`)
	v.click(`[data-start="text"]`)
	v.screen("wait")
	v.mu.Lock()
	defer v.mu.Unlock()
	if s := v.started[1]; s.OptionID != "n1" || s.Version != 8 || s.Key == v.started[0].Key {
		t.Errorf("started %+v", v.started)
	}
}

// Without camera and microphone one is told calmly, a call does not begin, and writing does.
func devicesRefused(t *testing.T, v visitor) {
	v.arrives()
	v.script(`navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"))`)
	v.click(`[data-option="o2"]`)
	v.reads("[data-mirror-text]", "未获准")
	v.until(`document.querySelector('[data-start="text"]').classList.contains("btn-primary")`)
	v.click(`[data-start="video"]`)
	v.reads("[data-check-fault]", "文字沟通")
	v.click(`[data-start="text"]`)
	v.screen("wait")
	if n := len(v.started); n != 1 || v.started[0].Media != queue.Text {
		t.Errorf("started %+v", v.started)
	}
}

// A camera alone that does not open leaves a call with sound.
func cameraBusy(t *testing.T, v visitor) {
	v.arrives()
	v.script(`const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		navigator.mediaDevices.getUserMedia = (c) => c.video ? Promise.reject(new DOMException("", "NotReadableError")) : real(c)`)
	v.click(`[data-option="o2"]`)
	v.reads("[data-mirror-text]", "占用")
	v.click(`[data-start="video"]`)
	v.screen("wait")
}

// Further menus of the flow are answered within the session.
func menuWithinSession(t *testing.T, v visitor) {
	v.waits("text")
	v.turn(func(s *session.View) {
		s.State, s.StepToken = session.Routing, "step2"
		s.Menu = &session.Menu{Prompt: "是哪一款产品？", Options: []nodes.Option{{ID: "p1", Label: "路由器"}, {ID: "p2", Label: "摄像机"}}}
	})
	v.screen("menu")
	v.reads("[data-prompt]", "哪一款")
	v.click(`[data-option="p2"]`)
	v.screen("wait")
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.inputs) != 1 || v.inputs[0] != (session.InputRequest{OptionID: "p2", StepToken: "step2"}) {
		t.Errorf("answered %+v", v.inputs)
	}
}

func waitingIsHonest(t *testing.T, v visitor) {
	v.waits("text")
	v.reads("[data-wait-title]", "第 3 位")
	v.reads("[data-wait-text]", "3 分钟")
	v.with(func() { v.view.Queue = &session.Place{Position: 2} })
	v.bus.Ring("group:g1")
	v.reads("[data-wait-title]", "第 2 位")
	v.reads("[data-wait-text]", "无法预计")
	soon := 20
	v.turn(func(s *session.View) { s.Queue = &session.Place{Position: 1, WaitSeconds: &soon} })
	v.reads("[data-wait-title]", "下一位")
	v.reads("[data-wait-text]", "不到 1 分钟")
	v.click("[data-leave]")
	v.screen("end")
	v.reads("[data-end-title]", "离开排队")
	if v.ended != 1 {
		t.Errorf("ended %d times", v.ended)
	}
}

// A reload goes back into the same session, in every state, and the media comes back by itself.
func reload(t *testing.T, v visitor) {
	v.waits("text")
	v.say(chat.Message{From: chat.FromFlow, Kind: chat.TextKind, Text: "请稍候"})
	v.writes("半句话")
	kittest.Do(t, v.ctx, chromedp.Reload())
	v.reads(`[data-show="wait"]`, "第 3 位")
	v.reads(".chat-list", "请稍候")
	v.until(`document.querySelector(".composer textarea").value === "半句话"`)

	v.talks(queue.Video)
	kittest.Do(t, v.ctx, chromedp.Reload())
	v.screen("talk")
	v.until(`document.querySelector("[data-remote]").videoWidth > 0`)
	if n := len(v.started); n != 2 {
		t.Errorf("%d sessions were begun", n)
	}

	// a session that ended meanwhile gives way to the beginning
	v.with(func() { v.view.State, v.view.Ended = session.Ended, &session.Ending{By: session.ByAgent} })
	kittest.Do(t, v.ctx, chromedp.Reload())
	v.screen("menu")
}

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
	v.writes("稍后送达" + kb.Enter)
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

// A server that goes away: the line says so after a while, and the visit goes on when it is back.
func lineLost(t *testing.T, v visitor) {
	v.waits("text")
	v.until(`document.querySelector("[data-line]").hidden`)
	v.script(`window.RealSocket = window.WebSocket; window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.({code: 1006}), 10) } close() {} }`)
	for range 3 { // the socket that is open ends too
		v.hub.Stop(t.Context())
	}
	v.until(`!document.querySelector("[data-line]").hidden`)
	kittest.Axe(t, v.ctx)
}

// A session that is not there any more, or a token that has run out, ends in a sentence.
func sessionGone(t *testing.T, v visitor) {
	v.waits("text")
	v.with(func() { v.view.SessionID = "another" })
	v.script(`dispatchEvent(new Event("offline"))`)
	v.screen("end")
	v.reads("[data-end-title]", "已失效")
}

func endings(t *testing.T, v visitor) {
	for _, c := range []struct {
		by     session.ClosedBy
		reason string
		want   string
	}{
		{session.ByAgent, session.ReasonLeft, "客服已结束服务"},
		{session.ByAdmin, session.ReasonLeft, "管理员"},
		{session.ByTimer, session.ReasonIdle, "没有回复"},
		{session.BySystem, session.ReasonCallerLost, "连接中断"},
		{session.BySystem, session.ReasonFlowGone, "意外结束"},
		{session.ByFlow, "finished", "服务已结束"},
	} {
		v.waits("text")
		v.turn(func(s *session.View) { s.State, s.Ended = session.Ended, &session.Ending{By: c.by, Reason: c.reason} })
		v.screen("end")
		v.reads("[data-end-title]", c.want)
	}
}

// Links that lead nowhere get a calm page with the right status.
func TestClosedDoors(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		want   string
	}{
		{session.ErrBadIvr, http.StatusBadRequest, "链接不完整"},
		{flow.ErrNotFound, http.StatusNotFound, "没有找到这个服务"},
		{flow.ErrNotPublished, http.StatusConflict, "暂未开放"},
		{errors.New("disk on fire"), http.StatusInternalServerError, ""},
	} {
		e := echo.New()
		(&caller.Pages{Menus: &hall{menuErr: fmt.Errorf("flow: %w", c.err)}}).Mount(e)
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/c/"+ivr, nil))
		if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.want) || strings.Contains(rec.Body.String(), "disk") {
			t.Errorf("%v: status %d, %s", c.err, rec.Code, rec.Body.String()[:min(300, rec.Body.Len())])
		}
	}
}

// The first screen is there before any script has run.
func TestPageWithoutScript(t *testing.T) {
	h := &hall{menu: session.MenuView{IvrID: ivr, Name: `<script>`, HasBranch: true, Options: []nodes.Option{{ID: "o1", Label: "</script>"}}}}
	e := echo.New()
	(&caller.Pages{Menus: h, SdkAppID: 1400000001}).Mount(e)
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/c/"+ivr, nil))
	body := rec.Body.String()
	for _, want := range []string{`data-option="o1"`, "&lt;script&gt;", `"sdkAppId":1400000001`, "<noscript>"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(body, "></script></span>") {
		t.Error("an option's label broke out")
	}
}

// A beat of the clock: waiting and talking are counted where they are seen.
func times(t *testing.T, v visitor) {
	v.waits("text")
	v.reads("[data-wait-time]", "0:0")
	time.Sleep(1100 * time.Millisecond)
	v.until(`!document.querySelector("[data-wait-time]").textContent.includes("0:00")`)
}
