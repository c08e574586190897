package caller_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"foyer/nodes"
	"foyer/runtime/chat"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui/kit"
	"foyer/ui/kit/kittest"
	"foyer/ui/kit/text"
)

// Questions of a flow, by phone.
func TestQuestions(t *testing.T) {
	ctx := browser(t)
	kittest.Do(t, ctx, kittest.Size(390, 844))
	for name, visit := range map[string]func(*testing.T, visitor){
		"EveryControl":   everyControl,
		"WrongAnswer":    wrongAnswer,
		"NothingIsLost":  nothingIsLost,
		"SecretIsHidden": secretIsHidden,
		"NothingStays":   nothingStays,
		"RatedAfterTalk": ratedAfterTalk,
		"RatingSkipped":  ratingSkipped,
		"PleaseWait":     pleaseWait,
		"QuestionFirst":  questionFirst,
	} {
		t.Run(name, func(t *testing.T) {
			v := visitor{openHall(t), t, ctx}
			prefer(t, ctx, v.url, kit.Light, text.Chinese)
			visit(t, v)
			if said := kittest.Eval[string](t, ctx, `window.complaints.join("\n")`); said != "" {
				t.Errorf("the page complained: %s", said)
			}
		})
	}
}

// fiveStars is the scale of a new rating node.
func fiveStars() []nodes.Option {
	return []nodes.Option{
		{ID: "s5", Keyword: "5", Label: "非常满意"}, {ID: "s4", Keyword: "4", Label: "满意"}, {ID: "s3", Keyword: "3", Label: "一般"},
		{ID: "s2", Keyword: "2", Label: "不满意"}, {ID: "s1", Keyword: "1", Label: "非常不满意"},
	}
}

// asks puts a question to the caller, whatever came before.
func (v visitor) asks(token, prompt string, ask *nodes.Ask, options ...nodes.Option) {
	v.t.Helper()
	v.turn(func(s *session.View) {
		s.State, s.Queue, s.CallID, s.StepToken = session.Routing, nil, "", token
		s.Menu = &session.Menu{Prompt: prompt, Options: options, Ask: ask}
	})
	v.screen("menu")
	v.reads("[data-prompt]", prompt)
}

// answered waits for the next answer and gives it.
func (v visitor) answered(n int) session.InputRequest {
	v.t.Helper()
	v.until(`document.querySelector("#caller").dataset.screen === "wait"`)
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.inputs) != n {
		v.t.Fatalf("answered %+v", v.inputs)
	}
	return v.inputs[n-1]
}

const field = `[data-answer] .input`

func everyControl(t *testing.T, v visitor) {
	v.waits("text")
	for i, c := range []struct {
		ask         nodes.Ask
		is          string // of the control
		types, want string
		help        string
	}{
		{nodes.Ask{Type: nodes.AskText, MaxRunes: 20}, `e.type === "text"`, "AB123", "AB123", "20"},
		{nodes.Ask{Type: nodes.AskText, MaxRunes: 500}, `e.tagName === "TEXTAREA"`, "第一行" + kb.Enter + "第二行", "第一行\n第二行", "500"},
		{nodes.Ask{Type: nodes.AskNumber, Min: "1", Max: "99"}, `e.inputMode === "decimal"`, "１２", "１２", "1 到 99"},
		{nodes.Ask{Type: nodes.AskPhone}, `e.type === "tel" && e.autocomplete === "tel"`, "138 0013 8000", "138 0013 8000", "15 位"},
	} {
		v.asks(fmt.Sprint("t", i), fmt.Sprint("问题 ", i), &c.ask)
		v.until(`(e => ` + c.is + ` && e === document.activeElement && e.getAttribute("aria-labelledby") === "cl-prompt")(document.querySelector("` + field + `"))`)
		v.reads("[data-answer-help]", c.help)
		kittest.Do(t, v.ctx, chromedp.SendKeys(css(field), c.types))
		v.click("[data-answer-send]")
		if got := v.answered(i + 1); got.Text != c.want || got.OptionID != "" || got.StepToken == "" {
			t.Errorf("%s: answered %+v", c.ask.Type, got)
		}
	}
	v.asks("day", "哪天？", &nodes.Ask{Type: nodes.AskDate, Min: "2026-01-01"})
	v.until(`(e => e.type === "date" && e.min === "2026-01-01")(document.querySelector("` + field + `"))`)
	v.click("[data-answer-send]") // nothing was chosen
	v.reads("[data-menu-fault]", "日期")
	v.script(`(e => { e.value = "2026-03-02"; e.dispatchEvent(new Event("input", {bubbles: true})) })(document.querySelector("` + field + `"))`)
	v.click("[data-answer-send]")
	if got := v.answered(5); got.Text != "2026-03-02" {
		t.Errorf("answered %+v", got)
	}
	v.asks("opt", "哪一款？", nil, nodes.Option{ID: "r", Label: "路由器"}, nodes.Option{ID: "c", Label: "摄像机"})
	v.until(`document.querySelector("[data-answer]").hidden`)
	v.click(`[data-option="c"]`)
	if got := v.answered(6); got.OptionID != "c" || got.Text != "" {
		t.Errorf("answered %+v", got)
	}
	v.asks("scale", "解决了吗？", &nodes.Ask{Type: nodes.AskRating}, nodes.Option{ID: "y", Keyword: "1", Label: "解决了"}, nodes.Option{ID: "n", Keyword: "0", Label: "没有"})
	v.until(`document.querySelector("[data-answer-send]").disabled && !document.querySelector(".cl-stars")`)
	v.click(`[value="y"]`)
	v.click("[data-answer-send]")
	if got := v.answered(7); got.OptionID != "y" {
		t.Errorf("answered %+v", got)
	}
}

// An answer that does not fit: what the flow says stands at the field, and what was typed can be mended.
func wrongAnswer(t *testing.T, v visitor) {
	v.waits("text")
	v.say(chat.Message{From: chat.FromFlow, Kind: chat.TextKind, Text: "欢迎使用自助查询"})
	v.asks("t1", "请输入订单号", &nodes.Ask{Type: nodes.AskText, MaxRunes: 20})
	v.reads("[data-heard]", "欢迎使用自助查询")
	v.with(func() {
		v.next = func(s *session.View) {
			s.State, s.StepToken = session.Routing, "t2"
			s.Menu = &session.Menu{Prompt: "请输入订单号", Ask: &nodes.Ask{Type: nodes.AskText, MaxRunes: 20}, Wrong: true}
		}
	})
	kittest.Do(t, v.ctx, chromedp.SendKeys(css(field), "AB"+kb.Enter))
	v.until(`document.querySelector("` + field + `").getAttribute("aria-invalid") === "true" && document.querySelector("` + field + `").value === "AB"`)
	v.reads("[data-menu-fault]", "不符合要求")
	v.say(chat.Message{From: chat.FromFlow, Kind: chat.TextKind, Text: "订单号由 2 个字母和数字组成"})
	v.reads("[data-menu-fault]", "2 个字母和数字")
	v.until(`document.querySelector("[data-heard]").hidden`)
	kittest.Axe(t, v.ctx)
	kittest.Do(t, v.ctx, chromedp.SendKeys(css(field), "1"+kb.Enter))
	if got := v.answered(2); got.Text != "AB1" || got.StepToken != "t2" {
		t.Errorf("answered %+v", got)
	}
}

// A server that does not answer, news of the session, and a reload: what was typed stays, and one press sends it.
func nothingIsLost(t *testing.T, v visitor) {
	v.waits("text")
	v.asks("t1", "请描述问题", &nodes.Ask{Type: nodes.AskText, MaxRunes: 500})
	kittest.Do(t, v.ctx, chromedp.SendKeys(css(field), "闪红灯"))
	v.with(func() { v.inputErr = errors.New("disk on fire") })
	v.click("[data-answer-send]")
	v.sees("[data-menu-fault]")
	v.turn(func(s *session.View) { s.Lost = true })
	v.turn(func(s *session.View) { s.Lost = false })
	v.until(`document.querySelector("` + field + `").value === "闪红灯" && !document.querySelector("` + field + `").readOnly`)
	kittest.Do(t, v.ctx, chromedp.Reload())
	v.screen("menu")
	v.until(`document.querySelector("` + field + `").value === "闪红灯"`)
	v.with(func() { v.inputErr = nil })
	v.click("[data-answer-send]")
	v.screen("wait")
	if got := v.inputs[len(v.inputs)-1]; got.Text != "闪红灯" || got.StepToken != "t1" {
		t.Errorf("answered %+v", got)
	}
	v.asks("t9", "还有吗", &nodes.Ask{Type: nodes.AskText, MaxRunes: 500})
	v.until(`document.querySelector("` + field + `").value === ""`)
}

// A secret is typed behind dots, and kept nowhere.
func secretIsHidden(t *testing.T, v visitor) {
	v.waits("text")
	v.asks("t1", "请输入验证码", &nodes.Ask{Type: nodes.AskText, MaxRunes: 6, Secret: true})
	v.until(`document.querySelector("` + field + `").type === "password"`)
	kittest.Do(t, v.ctx, chromedp.SendKeys(css(field), "774411"))
	if kept := kittest.Eval[string](t, v.ctx, `JSON.stringify({...sessionStorage})`); strings.Contains(kept, "774411") {
		t.Errorf("the tab keeps %s", kept)
	}
	v.with(func() {
		v.next = func(s *session.View) {
			s.State, s.StepToken = session.Routing, "t2"
			s.Menu = &session.Menu{Prompt: "要做什么？", Options: []nodes.Option{{ID: "y", Label: "查询"}}}
		}
	})
	v.click("[data-answer-send]")
	v.reads("[data-prompt]", "要做什么")
	if got := v.inputs[0]; got.Text != "774411" {
		t.Errorf("answered %+v", got)
	}
	if kept := kittest.Eval[string](t, v.ctx, `JSON.stringify({...sessionStorage})`); strings.Contains(kept, "774411") {
		t.Errorf("once it is answered the tab keeps %s", kept)
	}
}

// When a visit is over the tab forgets what was typed in it, sent or not.
func nothingStays(t *testing.T, v visitor) {
	v.waits("text")
	v.writes("半句话")
	v.asks("t1", "请描述问题", &nodes.Ask{Type: nodes.AskText, MaxRunes: 20})
	kittest.Do(t, v.ctx, chromedp.SendKeys(css(field), "闪红灯"))
	v.until(`["foyer.answer.s1", "foyer.draft.s1"].every(k => k in sessionStorage)`)
	v.with(func() {
		v.next = func(s *session.View) {
			s.State, s.Menu, s.Ended = session.Ended, nil, &session.Ending{By: session.ByFlow}
		}
	})
	v.click("[data-answer-send]")
	v.screen("end")
	if kept := kittest.Eval[string](t, v.ctx, `Object.keys(sessionStorage).filter(k => k.startsWith("foyer.")).join()`); kept != "" {
		t.Errorf("the tab keeps %s", kept)
	}
}

// The agent ends the talk: the picture goes, the farewell stands above the stars, and the thanks are the last words.
func ratedAfterTalk(t *testing.T, v visitor) {
	v.talks(queue.Video)
	v.say(chat.Message{From: chat.FromAgent, Name: "张敏", Kind: chat.TextKind, Text: "再见"})
	v.with(func() { v.view.CallID = "" })
	v.push("media.closed", map[string]string{"sessionId": "s1", "callId": "call1", "by": "agent"})
	v.say(chat.Message{From: chat.FromFlow, Kind: chat.TextKind, Text: "本次服务已结束，感谢您的咨询。"})
	v.asks("t1", "请对客服 1001 的服务做出评价", &nodes.Ask{Type: nodes.AskRating}, fiveStars()...)
	v.reads("[data-heard]", "本次服务已结束")
	v.until(`window.peers.at(-1).connectionState === "closed" && !document.querySelector("[data-heard]").textContent.includes("再见")`)
	v.until(`[...document.querySelectorAll(".cl-stars input")].map(e => e.value).join() === "s1,s2,s3,s4,s5"`)
	v.until(`document.querySelector("[data-answer-send]").disabled`)
	kittest.Axe(t, v.ctx)
	kittest.Do(t, v.ctx, chromedp.Focus(css(`.cl-stars [value="s1"]`)), chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight))
	v.reads("[data-answer-help]", "满意")
	v.with(func() {
		v.next = func(s *session.View) {
			s.State, s.Menu, s.Ended = session.Ended, nil, &session.Ending{By: session.ByAgent, Reason: session.ReasonLeft}
		}
		v.messages = append(v.messages, chat.Message{ID: "m99", Seq: int64(len(v.messages)) + 1, From: chat.FromFlow, Kind: chat.TextKind, Text: "感谢您的评价"})
	})
	v.click("[data-answer-send]")
	v.screen("end")
	v.reads("[data-end-title]", "客服已结束服务")
	v.reads("[data-end-text]", "感谢您的评价")
	if got := v.inputs[0]; got.OptionID != "s4" || got.StepToken != "t1" {
		t.Errorf("answered %+v", got)
	}
	if toasts := kittest.Eval[string](t, v.ctx, `document.querySelector(".toasts")?.textContent ?? ""`); strings.Contains(toasts, "继续文字") {
		t.Errorf("the page says %s", toasts)
	}
}

func ratingSkipped(t *testing.T, v visitor) {
	v.talks(queue.Text)
	v.asks("t1", "请评价", &nodes.Ask{Type: nodes.AskRating}, fiveStars()...)
	v.reads("[data-quit]", "跳过评价")
	v.click("[data-quit]")
	v.screen("end")
	if v.ended != 1 || len(v.inputs) != 0 {
		t.Errorf("ended %d times, answered %+v", v.ended, v.inputs)
	}
}

// While the flow asks a web service there is nothing to answer, and nobody is being arranged.
func pleaseWait(t *testing.T, v visitor) {
	v.waits("text")
	v.turn(func(s *session.View) { s.State, s.Queue, s.Menu = session.Routing, nil, nil })
	v.reads("[data-wait-title]", "请稍候")
	v.until(`document.querySelector("[data-wait-time]").textContent === "" && document.querySelector("[data-wait-number]").textContent === ""`)
	v.asks("t1", "查到了，要转人工吗？", nil, nodes.Option{ID: "y", Label: "要"})
}

// A flow whose session begins with a question shows it after the device check, and within a talk it counts anew.
func questionFirst(t *testing.T, v visitor) {
	v.with(func() {
		v.menu.HasBranch, v.menu.Options, v.menu.Prompt = false, []nodes.Option{}, ""
		v.first = func(s *session.View) {
			s.State, s.Queue, s.StepToken = session.Routing, nil, "t1"
			s.Menu = &session.Menu{Prompt: "请输入手机号码", Ask: &nodes.Ask{Type: nodes.AskPhone}}
		}
	})
	v.arrives()
	v.screen("check")
	v.click(`[data-start="text"]`)
	v.screen("menu")
	v.reads("[data-prompt]", "手机号码")
	kittest.Do(t, v.ctx, chromedp.SendKeys(css(field), "13800138000"+kb.Enter))
	if got := v.answered(1); got.Text != "13800138000" || got.StepToken != "t1" {
		t.Errorf("answered %+v", got)
	}
}

// asking are the faces of questions.
func asking() []state {
	typed := func(ask nodes.Ask, prompt string) func(v visitor) {
		return func(v visitor) {
			v.waits("text")
			v.say(chat.Message{From: chat.FromFlow, Kind: chat.TextKind, Text: "您好，先帮您登记几项信息，大约需要一分钟。"})
			v.asks("t1", prompt, &ask)
			v.reads("[data-heard]", "登记")
		}
	}
	return []state{
		{"question-text", typed(nodes.Ask{Type: nodes.AskText, MaxRunes: 500}, "请描述您遇到的问题")},
		{"question-number", typed(nodes.Ask{Type: nodes.AskNumber, Min: "1", Max: "99"}, "需要几台？")},
		{"question-date", typed(nodes.Ask{Type: nodes.AskDate}, "希望哪一天上门？")},
		{"question-wrong", func(v visitor) {
			typed(nodes.Ask{Type: nodes.AskPhone}, "请留下您的手机号码，我们会尽快回电")(v)
			kittest.Do(v.t, v.ctx, chromedp.SendKeys(css(field), "1234"))
			v.say(chat.Message{From: chat.FromFlow, Kind: chat.TextKind, Text: "这不是有效的号码，请输入 5 到 15 位数字。"})
			v.turn(func(s *session.View) { s.StepToken, s.Menu.Wrong = "t2", true })
			v.reads("[data-menu-fault]", "有效的号码")
		}},
		{"rating-stars", func(v visitor) {
			v.talks(queue.Text)
			v.say(chat.Message{From: chat.FromFlow, Kind: chat.TextKind, Text: "本次服务已结束，感谢您的咨询。"})
			v.asks("t1", "请对客服 1001 的服务做出评价", &nodes.Ask{Type: nodes.AskRating}, fiveStars()...)
			v.click(`.cl-stars [value="s4"]`)
			v.reads("[data-answer-help]", "满意")
		}},
		{"rating-points", func(v visitor) {
			v.talks(queue.Text)
			var points []nodes.Option
			for i, words := range []string{"已解决", "部分解决", "没有解决"} {
				points = append(points, nodes.Option{ID: fmt.Sprint("p", i), Keyword: fmt.Sprint(10 - 5*i), Label: words})
			}
			v.asks("t1", "您的问题解决了吗？", &nodes.Ask{Type: nodes.AskRating}, points...)
			v.click(`.cl-points [value="p0"]`)
		}},
		{"thinking", func(v visitor) {
			v.waits("text")
			v.turn(func(s *session.View) { s.State, s.Queue = session.Routing, nil })
			v.until(`document.querySelector("[data-wait-state]").dataset.waitState === "thinking"`)
		}},
	}
}
