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
		"CameraNotNeeded":   cameraNotNeeded,
		"DeviceGone":        deviceGone,
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

// Who only wants to be heard is not filmed while waiting.
func cameraNotNeeded(t *testing.T, v visitor) {
	v.arrives()
	v.click(`[data-option="o2"]`)
	v.until(`document.querySelector("[data-mirror]").dataset.state === "seen"`)
	v.script(`window.mine = document.querySelector("[data-preview]").srcObject.getTracks()`)
	v.click(`[data-start="audio"]`)
	v.screen("wait")
	v.until(`mine.length === 2 && mine.every(track => (track.kind === "video") === (track.readyState === "ended"))`)
}

// A camera that was unplugged while waiting: the call opens the devices anew, and nobody keeps the old microphone.
func deviceGone(t *testing.T, v visitor) {
	v.waits("video")
	v.script(`window.mine = document.querySelector("[data-preview]").srcObject.getTracks(); mine.find(track => track.kind === "video").stop()`)
	v.turn(func(s *session.View) { s.State, s.Queue = session.Connecting, nil; agentIs(s) })
	v.ticket(queue.Video)
	v.until(`mine.length === 2 && mine.every(track => track.readyState === "ended")`)
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
	v.say(chat.Message{From: chat.FromFlow, Kind: chat.TextKind, Text: "您前面还有 0 位用户"})
	v.reads(`[data-slot="wait"]`, "0 位用户")
	v.click("[data-leave]")
	v.screen("end")
	v.reads("[data-end-title]", "离开排队")
	v.reads("[data-end-text]", "需要时随时可以再次联系") // not what the flow said last
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
		{session.ByFlow, "exit.noAgent", "未能接通客服"},
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
		// Only a door that may open later asks to be tried again.
		if again := strings.Contains(rec.Body.String(), "重新打开"); again != (c.status == http.StatusConflict) {
			t.Errorf("%v: to be tried again: %t", c.err, again)
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
