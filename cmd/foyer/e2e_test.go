package main

import (
	"fmt"
	"strings"
	"testing"

	"foyer/ui/kit/kittest"
)

const (
	presales   = "音视频售前服务组"
	aftersales = "音视频售后服务组"
	passphrase = "correct-horse-9"
)

// TestEndToEnd is the seed's steps 6–8 and 11 with nothing but browsers against the real binary: an admin makes groups
// and draws a flow with the mouse, a caller picks a branch, the right agent is rung and answers, both see, hear and
// write to each other, the session ends and is on record, and a later version does not disturb one that runs.
func TestEndToEnd(t *testing.T) {
	s := startServer(t, "serve")
	link := s.printed(t, "Administrator (one-time link, good for 24 h):")
	admin := browser(t, "admin", 1440, 900)
	admin.speaks(s.url, "zh-CN")
	enters(admin, link)
	makesGroups(admin, s)
	ivr := drawsFlow(admin, s)

	zhang, li := admin, browser(t, "li", 1440, 900) // after drawing, the admin's browser is the pre-sales agent's
	li.speaks(s.url, "zh-CN")
	loggedOut(admin, s)
	goesOnline(zhang, s, "zhang@foyer.test")
	goesOnline(li, s, "li@foyer.test")

	caller := browser(t, "caller", 390, 844)
	caller.speaks(s.url, "zh-CN")
	caller.open(s.url + "/c/" + ivr)
	caller.clicksOn("[data-option]", "产品报障")
	caller.clicks(`[data-start="video"]`)
	li.has("[data-offer]")
	li.sees("产品报障")
	if zhang.sees("等待来访"); kittest.Eval[int](t, zhang.ctx, `document.querySelectorAll("[data-offer]").length`) != 0 {
		t.Error("an agent of the other group is rung")
	}
	li.clicks("[data-offer] .btn-primary")

	talk(li, caller)
	publishesAgain(zhang, s, ivr)
	finish(li, caller, s)
}

// enters uses the one-time link and sets a password.
func enters(p person, link string) {
	p.t.Helper()
	p.open(link)
	p.clicks("form button[type=submit]")
	p.types("#password", passphrase)
	p.types("#again", passphrase)
	p.clicks("form button[type=submit]")
	p.sees("概览")
}

func loggedOut(p person, s *server) {
	p.t.Helper()
	p.open(s.url + "/admin")
	p.clicks("[popovertarget=seat-menu]")
	p.clicksOn("#seat-menu button", "退出")
	p.has("#password")
}

func logsIn(p person, s *server, email string) {
	p.t.Helper()
	p.open(s.url + "/login")
	p.types("#email", email)
	p.types("#password", passphrase)
	p.clicks("form button[type=submit]")
	p.until("being in", `!location.pathname.startsWith("/login")`)
}

// makesGroups is step 6: two groups, two agents, each in one group.
func makesGroups(p person, s *server) {
	p.t.Helper()
	for _, a := range [][3]string{{"zhang@foyer.test", "张敏", "1001"}, {"li@foyer.test", "李想", "1002"}} {
		p.open(s.url + "/admin/agents")
		p.clicks(`[data-dialog-open="new-agent"]`)
		p.types("#new-email", a[0])
		p.types("#new-name", a[1])
		p.types("#new-number", a[2])
		p.types("#new-password", passphrase)
		p.clicks("#new-agent button[type=submit]")
		p.until("the agent is listed", fmt.Sprintf(`!document.querySelector("dialog[open]") && document.body.innerText.includes(%s)`, quote(a[0])))
	}
	for group, agent := range map[string]string{presales: "张敏", aftersales: "李想"} {
		p.open(s.url + "/admin/groups")
		p.clicks(`[data-dialog-open="new-group"]`)
		p.types("#group-name", group)
		p.clicks("#new-group button[type=submit]")
		p.until("the group's page", `location.pathname.startsWith("/admin/groups/")`)
		p.clicks(`[data-dialog-open="add-members"]`)
		p.clicksOn("#add-members label", agent)
		p.clicks("#add-members button[type=submit]")
		p.until("the member is listed", fmt.Sprintf(`!document.querySelector("dialog[open]") && document.querySelector("table")?.innerText.includes(%s)`, quote(agent)))
	}
}

// drawsFlow is step 7 with the mouse, and step 8: it gives the flow id from the list.
func drawsFlow(p person, s *server) string {
	p.t.Helper()
	p.open(s.url + "/admin/flows")
	p.clicks(`[data-dialog-open="new-flow"]`)
	p.types("#flow-name", "全媒体客服接入体验")
	p.clicks("#new-flow button[type=submit]")
	p.has(`.fc-card[data-id="start"]`)

	p.drags(`[data-kind="branch"]`, p.sheet(0.39, 0.40))
	branch := p.newest("branch")
	p.fillsOption(1, "产品咨询")
	p.fillsOption(2, "产品报障")
	p.types(`[data-slot="prompt"] textarea`, "您好，请选择需要的服务")
	pre := p.addsTransfer(0.66, 0.20, presales)
	post := p.addsTransfer(0.66, 0.66, aftersales)
	p.wires("start", "next", branch)
	p.wires(branch, p.portOf(branch, "产品咨询"), pre)
	p.wires(branch, p.portOf(branch, "产品报障"), post)
	p.wires(pre, "done", "end")
	p.wires(post, "done", "end")
	p.clicks("[data-publish]")
	p.clicks("#publish button[type=submit]")
	p.sees("v1")
	shown := p.text("#publish .copy")
	p.open(s.url + "/admin/flows")
	ivr := p.text("table .copy")
	if ivr != shown || !strings.HasPrefix(ivr, "f") {
		p.t.Fatalf("the list has the flow id %q, the publish dialog %q", ivr, shown)
	}
	p.sees("已发布")
	return ivr
}

// sheet gives a point of the canvas by parts of its width and height.
func (p person) sheet(x, y float64) point {
	p.t.Helper()
	w := kittest.Eval[[]float64](p.t, p.ctx, `(r => [r.x, r.y, r.width, r.height])(document.querySelector("flow-canvas").getBoundingClientRect())`)
	return point{w[0] + w[2]*x, w[1] + w[3]*y}
}

// newest gives the id of the node of a kind that was added last.
func (p person) newest(kind string) string {
	p.t.Helper()
	find := `[...document.querySelectorAll(".fc-card.fc-on, .fc-card[aria-selected=true], .fc-card.on")].map(e => e.dataset.id).filter(id => id !== "start" && id !== "end").at(-1)`
	p.until("a new "+kind+" is selected", find)
	return kittest.Eval[string](p.t, p.ctx, find)
}

// fillsOption writes the n-th keyword of the selected branch.
func (p person) fillsOption(n int, keyword string) {
	p.t.Helper()
	p.focuses(fmt.Sprintf(`.fp-option:nth-child(%d) [data-keywords] input`, n))
	p.keys(keyword + "\r")
	p.until("the keyword "+keyword, fmt.Sprintf(`document.querySelector(".fp-option:nth-child(%d)").innerText.includes(%s)`, n, quote(keyword)))
}

func (p person) addsTransfer(x, y float64, group string) string {
	p.t.Helper()
	before := kittest.Eval[int](p.t, p.ctx, `document.querySelectorAll(".fc-card").length`)
	p.drags(`[data-kind="transfer"]`, p.sheet(x, y))
	p.until("the node is added", fmt.Sprintf(`document.querySelectorAll(".fc-card").length > %d`, before))
	id := p.newest("transfer")
	p.chooses(`[data-slot="group"] select`, group)
	p.until("the node says its group", fmt.Sprintf(`document.querySelector('.fc-card[data-id="%s"]').innerText.includes(%s)`, id, quote(group)))
	return id
}

// portOf finds a branch's port by the words beside it.
func (p person) portOf(id, words string) string {
	p.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll('.fc-card[data-id="%s"] .fc-row')].find(r => r.innerText.includes(%s))?.querySelector("[data-port]")?.dataset.port`, id, quote(words))
	p.until("the exit "+words, find)
	return kittest.Eval[string](p.t, p.ctx, find)
}

// wires drags from a port to a node.
func (p person) wires(from, port, to string) {
	p.t.Helper()
	before := kittest.Eval[int](p.t, p.ctx, `document.querySelectorAll("[data-edge]").length`)
	p.drags(fmt.Sprintf(`.fc-card[data-id="%s"] [data-port="%s"]`, from, port), p.at(fmt.Sprintf(`.fc-card[data-id="%s"] .fc-title`, to)))
	p.until("an edge from "+from, fmt.Sprintf(`document.querySelectorAll("[data-edge]").length > %d`, before))
}

// goesOnline is the agent's part of step 11.
func goesOnline(p person, s *server, email string) {
	p.t.Helper()
	logsIn(p, s, email)
	p.open(s.url + "/desk")
	p.clicks("#desk-online")
	p.clicks("#desk-go")
	p.sees("空闲中")
}

// talk checks picture and sound as they come out of the decoders, and the chat, both ways.
func talk(agent, caller person) {
	agent.t.Helper()
	agent.seesMotion("video[data-remote]")
	caller.seesMotion("video[data-remote]")
	agent.hears("video[data-remote]")
	caller.hears("video[data-remote]")

	caller.clicks("[data-do=chat]")
	caller.says("我的设备无法开机 <b>急</b>")
	agent.sees("我的设备无法开机 <b>急</b>")
	agent.says("请稍等，我来看看")
	caller.sees("请稍等，我来看看")
	agent.says("👍")
	caller.until("a large emoji", `[...document.querySelectorAll(".chat-row.theirs")].some(e => e.innerText.includes("👍"))`)
	caller.pastes("caller.png")
	agent.until("the caller's picture", `[...document.querySelectorAll(".chat-row.theirs img")].some(e => e.naturalWidth === 320)`)
	agent.pastes("agent.png")
	caller.until("the agent's picture", `[...document.querySelectorAll(".chat-row.theirs img")].some(e => e.naturalWidth === 320)`)
}

// says writes a message and sends it with Enter.
func (p person) says(words string) {
	p.t.Helper()
	p.focuses(".chat textarea")
	p.keys(words + "\r")
}

// pastes puts a picture of 320 × 240 into the chat as a paste does.
func (p person) pastes(name string) {
	p.t.Helper()
	kittest.Eval[bool](p.t, p.ctx, fmt.Sprintf(`(async () => {
		const c = new OffscreenCanvas(320, 240), g = c.getContext("2d"); g.fillStyle = "teal"; g.fillRect(0, 0, 320, 240); g.fillStyle = "gold"; g.fillRect(60, 60, 90, 90);
		const file = new File([await c.convertToBlob()], %s, {type: "image/png"}), data = new DataTransfer(); data.items.add(file);
		document.querySelector(".chat textarea").dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
		return true;
	})()`, quote(name)))
}

// publishesAgain changes the menu: the next caller meets it, the session that runs does not notice.
func publishesAgain(p person, s *server, ivr string) {
	p.t.Helper()
	p.open(s.url + "/desk")
	p.clicks("[popovertarget=seat-menu]")
	p.clicksOn("#seat-menu button", "退出")
	p.has("#password")
	logsIn(p, s, adminEmail)
	p.open(s.url + "/admin/flows")
	p.sees("使用中")
	p.clicksOn("table a", "编辑")
	p.has(`.fc-card[data-id="start"]`)
	p.clicksOn(".fc-title", "分支")
	p.clicks("[data-add]")
	p.fillsOption(3, "投诉建议")
	branch := p.newest("branch")
	p.until("the new exit", fmt.Sprintf(`document.querySelector('.fc-card[data-id="%s"]').innerText.includes("投诉建议")`, branch))
	p.wires(branch, p.portOf(branch, "投诉建议"), "end")
	p.clicks("[data-publish]")
	p.clicks("#publish button[type=submit]")
	p.sees("v2")
	p.open(s.url + "/c/" + ivr)
	p.sees("投诉建议")
}

// finish ends the session from the desk, completes it and finds it on record.
func finish(agent, caller person, s *server) {
	agent.t.Helper()
	agent.clicks("#desk-end-open")
	agent.clicks("#desk-end-yes")
	caller.until("the end", visible(`[data-show="end"]`))
	agent.clicks("#desk-complete")
	agent.until("an empty desk", `!document.querySelector("[data-session]")`)
	agent.sees("空闲中")

	agent.open(s.url + "/desk/records")
	agent.sees("产品报障")
	agent.sees("正常结束")
	agent.clicks("tr[data-record] a")
	for _, words := range []string{"v1", aftersales, "李想", "产品报障", "我的设备无法开机", "请稍等，我来看看", "👍"} {
		agent.sees(words)
	}
	agent.until("both pictures", `document.querySelectorAll("img[src^='/files/']").length === 2`)
	if shot := kittest.Eval[string](agent.t, agent.ctx, `document.querySelector(".num.dim")?.innerText ?? ""`); shot == "" {
		agent.t.Error("the timeline has no times")
	}
}
