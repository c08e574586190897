package caller_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"foyer/designer/flow"
	"foyer/runtime/chat"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui/kit"
	"foyer/ui/kit/kittest"
	"foyer/ui/kit/text"
)

// visitor is somebody at the page.
type visitor struct {
	*hall
	t   *testing.T
	ctx context.Context
}

func css(s string) chromedp.CSS { return chromedp.CSS(s) }

// sees waits until an element is there and visible.
func (v visitor) sees(selector string) {
	v.t.Helper()
	v.until(fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.checkVisibility({visibilityProperty: true}))`, selector))
}

// reads waits until an element says something.
func (v visitor) reads(selector, words string) {
	v.t.Helper()
	v.until(fmt.Sprintf(`document.querySelector(%q)?.textContent.includes(%q)`, selector, words))
}

func (v visitor) until(script string) {
	v.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if kittest.Eval[bool](v.t, v.ctx, "!!("+script+")") {
			return
		}
	}
	v.t.Fatalf("never: %s\nthe page says: %s", script, kittest.Eval[string](v.t, v.ctx, `[
		"focus: " + document.activeElement.outerHTML.slice(0, 200), "complaints: " + window.complaints.join(), document.querySelector("main").innerText,
	].join("\n")`))
}

func (v visitor) click(selector string) {
	v.t.Helper()
	kittest.Do(v.t, v.ctx, chromedp.Click(css(selector)))
}

func (v visitor) writes(words string) {
	v.t.Helper()
	kittest.Do(v.t, v.ctx, chromedp.SendKeys(css(".composer textarea"), words))
}

// arrives opens the page anew, without any memory of earlier visits.
func (v visitor) arrives() {
	v.t.Helper()
	v.with(func() { v.messages, v.frames = nil, nil })
	elsewhere, _, _ := strings.Cut(v.url, "/c/")
	// a page that resumes a visit would remember it again behind our back
	kittest.Do(v.t, v.ctx, chromedp.Navigate(elsewhere+"/nothing"))
	kittest.Do(v.t, v.ctx, chromedp.Evaluate[chromedp.Void](`sessionStorage.clear()`), chromedp.Navigate(v.url))
}

// waits goes as far as the queue.
func (v visitor) waits(media string) {
	v.t.Helper()
	v.arrives()
	v.click(`[data-option="o2"]`)
	v.sees(`[data-show="check"]`)
	v.click(`[data-start="` + media + `"]`)
	v.sees(`[data-show="wait"]`)
	v.until(`document.querySelector("#caller").dataset.screen === "wait"`)
}

func agentIs(v *session.View) { v.Agent = &session.Badge{Number: "1001", Name: "张敏"} }

// talks goes as far as the talk.
func (v visitor) talks(m queue.Media) {
	v.t.Helper()
	v.waits(string(m))
	v.turn(func(s *session.View) { s.State, s.Queue = session.Connecting, nil; agentIs(s) })
	if m != queue.Text {
		v.ticket(m)
	}
	v.turn(func(s *session.View) { s.State = session.Connected })
	v.sees(`[data-show="talk"]`)
	if m == queue.Video {
		v.until(`document.querySelector("[data-remote]").videoWidth > 0 && document.querySelector("[data-self] video").videoWidth > 0 && document.getAnimations().every(a => a.effect.getComputedTiming().iterations === Infinity)`)
	}
}

// chats is a talk in full swing.
func (v visitor) chats() {
	v.say(chat.Message{From: chat.FromFlow, Kind: chat.TextKind, Text: "正在为您转接售后服务组，请稍候。"})
	v.say(chat.Message{From: chat.FromAgent, Name: "张敏", Kind: chat.TextKind, Text: "您好，我是售后客服张敏，请问遇到了什么问题？"})
	v.say(chat.Message{From: chat.FromCaller, Kind: chat.TextKind, Text: "设备今天早上开始一直闪红灯"})
	v.say(chat.Message{From: chat.FromCaller, Kind: chat.ImageKind, File: &chat.File{ID: "f", Width: 480, Height: 320, URL: "/files/f?e=1&s=1"}})
	v.say(chat.Message{From: chat.FromAgent, Name: "张敏", Kind: chat.TextKind, Text: "谢谢，请长按电源键 10 秒。步骤在这里：https://example.com/help"})
	v.say(chat.Message{From: chat.FromCaller, Kind: chat.EmojiKind, Text: "👍"})
	v.until(`document.querySelectorAll(".chat-row").length >= 6`)
	v.until(`[...document.querySelectorAll(".chat-row img")].every(i => i.complete)`)
}

// state is one face of the page, and the way there from a fresh page.
type state struct {
	name string
	lead func(v visitor)
}

// states are the faces of the page.
func states() []state { return slices.Concat(arriving(), asking(), talking(), leaving()) }

func arriving() []state {
	return []state{
		{"menu", func(v visitor) { v.arrives(); v.sees(`[data-option]`) }},
		{"check", func(v visitor) {
			v.arrives()
			v.click(`[data-option="o2"]`)
			v.until(`document.querySelector("[data-mirror]").dataset.state === "seen"`)
		}},
		{"refused", func(v visitor) {
			v.arrives()
			v.until(`(navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError")), true)`)
			v.click(`[data-option="o2"]`)
			v.until(`document.querySelector("[data-mirror]").dataset.state === "refused"`)
		}},
		{"queued", func(v visitor) {
			v.waits("video")
			v.say(chat.Message{From: chat.FromFlow, Kind: chat.TextKind, Text: "正在为您转接售后服务组，当前排队第 3 位。"})
			v.sees(".chat-row")
		}},
		{"next", func(v visitor) {
			v.waits("video")
			v.turn(func(s *session.View) { s.Queue = &session.Place{Position: 1} })
			v.until(`document.querySelector("[data-wait-number]").textContent === ""`)
		}},
		{"offered", func(v visitor) {
			v.waits("text")
			v.turn(func(s *session.View) { s.State = session.Offered })
			v.until(`document.querySelector("[data-wait-state]").dataset.waitState === "offered"`)
		}},
		{"connecting", func(v visitor) {
			v.waits("video")
			v.turn(func(s *session.View) { s.State, s.Queue = session.Connecting, nil; agentIs(s) })
			v.reads("[data-wait-text]", "张敏")
		}},
	}
}

func talking() []state {
	return []state{
		{"video", func(v visitor) {
			v.talks(queue.Video)
			v.say(chat.Message{From: chat.FromAgent, Name: "张敏", Kind: chat.TextKind, Text: "您好"})
			v.sees("[data-signal]")
		}},
		{"video-chat", func(v visitor) {
			v.talks(queue.Video)
			v.chats()
			if kittest.Eval[bool](v.t, v.ctx, `innerWidth < 900`) {
				v.click(`[data-do="chat"]`)
			}
			v.sees(".composer")
		}},
		{"audio", func(v visitor) { v.talks(queue.Audio); v.sees("[data-face]") }},
		{"text", func(v visitor) { v.talks(queue.Text); v.chats() }},
		{"ask", func(v visitor) { v.talks(queue.Video); v.click(`[data-do="end"]`); v.sees("#cl-end[open]") }},
	}
}

func leaving() []state {
	return []state{
		{"ended", func(v visitor) {
			v.talks(queue.Text)
			v.chats()
			v.turn(func(s *session.View) {
				s.State, s.Ended = session.Ended, &session.Ending{By: session.ByAgent, Reason: session.ReasonLeft}
			})
			v.sees(`[data-show="end"]`)
		}},
		{"nobody", func(v visitor) {
			v.waits("text")
			v.say(chat.Message{From: chat.FromFlow, Kind: chat.TextKind, Text: "抱歉，当前没有客服在线。工作时间为 9:00–18:00，请稍后再来。"})
			v.turn(func(s *session.View) {
				s.State, s.Ended = session.Ended, &session.Ending{By: session.ByFlow, Reason: "finished"}
			})
			v.sees(`[data-show="end"]`)
		}},
		{"unpublished", func(v visitor) {
			v.arrives()
			v.with(func() { v.menuErr = flow.ErrNotPublished })
			kittest.Do(v.t, v.ctx, chromedp.Navigate(v.url))
			v.with(func() { v.menuErr = nil })
		}},
	}
}

// Every state, in both languages and themes, on a phone and on a desk: nothing that axe finds, nothing wider than
// the screen, no script error, no policy refusal. CALLER_SHOTS names a folder for the pictures.
func TestEveryStateLooksRight(t *testing.T) {
	h, ctx := openHall(t), browser(t)
	for _, size := range [][2]int64{{390, 844}, {1440, 900}} {
		for _, theme := range []kit.Theme{kit.Light, kit.Dark} {
			for _, lang := range text.Langs() {
				if (theme == kit.Dark) != (lang == text.English) && os.Getenv("CALLER_SHOTS") == "" {
					continue // two of the four pairs show every colour and every word; pictures are made of all
				}
				prefer(t, ctx, h.url, theme, lang)
				for _, s := range states() {
					name := fmt.Sprintf("%s-%s-%s-%d", s.name, theme, lang, size[0])
					t.Run(name, func(t *testing.T) {
						kittest.Do(t, ctx, kittest.Size(size[0], size[1]))
						s.lead(visitor{h, t, ctx})
						kittest.Axe(t, ctx)
						if wide := kittest.Eval[int64](t, ctx, `document.documentElement.scrollWidth`); wide > size[0] {
							t.Errorf("the page is %d wide", wide)
						}
						if dir := os.Getenv("CALLER_SHOTS"); dir != "" {
							kittest.Screenshot(t, ctx, dir+"/"+name+".png", size[0], size[1])
						}
					})
				}
			}
		}
	}
}

// prefer sets the reader's language and theme as the switches do.
func prefer(t *testing.T, ctx context.Context, url string, theme kit.Theme, lang text.Lang) {
	kittest.Do(t, ctx, chromedp.Navigate(url), chromedp.Evaluate[chromedp.Void](
		fmt.Sprintf(`document.cookie = "%s=%s; path=/"; document.cookie = "%s=%s; path=/"`, kit.ThemeCookie, theme, kit.LangCookie, lang)))
}
