package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes/standard"
	"foyer/ui/kit/kittest"
)

// TestEveryKind draws a flow with every kind of node in the designer, walks a caller through all of it with an agent
// and a web service, and finds each step on the record.
func TestEveryKind(t *testing.T) {
	crm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]string{"level": "gold"}})
	}))
	t.Cleanup(crm.Close)
	s := startServer(t, "demo", "--json", "--fetch-allow", "127.0.0.1")
	w := s.wayIn(t)
	clerk := logsInto(t, s, w.Admin)
	clerk.publishes(t, "核验", inner())

	admin := browser(t, "admin", 1440, 900)
	admin.speaks(s.url, "zh-CN")
	admin.open(s.url + "/login")
	admin.types("#email", w.Admin.Email)
	admin.types("#password", w.Admin.Password)
	admin.clicks("form button[type=submit]")
	admin.until("being in", `!location.pathname.startsWith("/login")`)
	ivr := admin.drawsEveryKind(s, w, crm.URL)

	li := works(t, s, w.Agents[0])
	caller := browser(t, "caller", 390, 844)
	caller.speaks(s.url, "zh-CN")
	id := caller.walksEveryKind(s, &li, ivr)

	admin.open(s.url + "/admin/records/" + id)
	for _, words := range []string{
		"欢迎，您选择了 text", "A1", "B2", "gold", "请问您的年龄", "30", "核验通过", "请选择服务", "转人工", w.Agents[0].Group, "请评价客服", "满意",
	} {
		admin.sees(words)
	}
	way := []string{"开始", "消息", "服务时间", "按比例分流", "变量赋值", "接口调用", "条件判断", "收集信息", "子流程", "开始", "消息", "结束", "子流程", "分支"}
	admin.sawTheWay(append(way, "转人工", "满意度评价", "结束"))

	caller.clicks("[data-restart]")
	id = caller.leavesANumber()
	admin.open(s.url + "/admin/records/" + id)
	admin.sees("登记回电：13800138000")
	admin.sawTheWay(append(way, "预约回呼", "结束"))
}

// sawTheWay compares the steps on the record's page with those that were taken, each by its title.
func (p person) sawTheWay(want []string) {
	p.t.Helper()
	got := kittest.Eval[[]string](p.t, p.ctx, `[...document.querySelectorAll(".trace-head strong")].map(e => e.textContent)`)
	if diff := cmp.Diff(want, got); diff != "" {
		p.t.Errorf("the steps on record (-want +got)\n%s", diff)
	}
}

// inner is the flow that is walked within the other.
func inner() graph.Graph {
	return graph.Graph{
		Spec: graph.SpecVersion,
		Nodes: []graph.Node{
			{ID: "start", Kind: "start"}, {ID: "m", Kind: "message", X: 300, Config: json.RawMessage(`{"text":"核验通过"}`)}, {ID: "end", Kind: "end", X: 600},
		},
		Edges: []graph.Edge{{ID: "e1", From: "start", Port: "next", To: "m"}, {ID: "e2", From: "m", Port: "next", To: "end"}},
	}
}

// drawsEveryKind draws the flow of every kind and publishes it.
func (p person) drawsEveryKind(s *server, w wayIn, crm string) (ivr string) {
	p.t.Helper()
	p.open(s.url + "/admin/flows")
	p.clicks(`[data-dialog-open="new-flow"]`)
	p.types("#flow-name", "所有模块")
	p.clicks("#new-flow button[type=submit]")
	p.has(`.fc-card[data-id="start"]`)
	p.declares("age", "number")
	p.declares("level", "text")
	p.declares("greeting", "text")

	p.picks("start")
	p.adds("message") // each new box is wired to the one that was selected
	p.writes("text", "欢迎，您选择了 ${caller.media}")
	p.adds("hours")
	p.leads("closed", "end")
	p.clicks(slotOf("weekly") + ` .fp-row:nth-child(1) [data-day="6"]`)
	p.clicks(slotOf("weekly") + ` .fp-row:nth-child(1) [data-day="7"]`)
	p.writesInto(slotOf("weekly")+` .fp-row:nth-child(1) [data-slot="from"] input`, "00:00")
	p.writesInto(slotOf("weekly")+` .fp-row:nth-child(1) [data-slot="to"] input`, "24:00")
	split := p.adds("split")
	assign := p.adds("assign")
	p.chooses(slotOf("sets")+` .fp-row:nth-child(1) [data-slot="variable"] select`, "greeting")
	p.writesInto(slotOf("sets")+` .fp-row:nth-child(1) [data-slot="value"] textarea`, `"A1" + "B2"`)
	p.picks(split)
	p.leads("b", assign)
	p.picks(assign)
	p.adds("http")
	p.writesInto(slotOf("url")+" input", crm+"/customers")
	p.clicks(slotOf("answers") + " [data-add]")
	p.writesInto(slotOf("answers")+` .fp-row:nth-child(1) [data-slot="path"] input`, "data.level")
	p.chooses(slotOf("answers")+` .fp-row:nth-child(1) [data-slot="variable"] select`, "level")
	p.adds("condition")
	p.leads("else", "end")
	p.writesInto(slotOf("rules")+` .fp-row:nth-child(1) [data-slot="when"] textarea`, `level == "gold"`)
	p.adds("collect")
	p.writes("prompt", "请问您的年龄")
	p.chooses(slotOf("type")+" select", "数字")
	p.chooses(slotOf("variable")+" select", "age")
	p.adds("subflow")
	p.chooses(slotOf("flow")+" select", "核验")
	branch := p.adds("branch")
	p.writes("prompt", "${greeting}，请选择服务")
	p.fillsOption(1, "转人工")
	p.fillsOption(2, "回拨")
	p.adds("transfer")
	p.chooses(slotOf("group")+" select", w.Agents[0].Group)
	p.adds("rating")
	p.writes("prompt", "请评价客服")
	p.leads("next", "end")
	p.picks(branch)
	p.adds("callback")
	p.chooses(slotOf("group")+" select", w.Agents[0].Group)
	p.writes("prompt", "请留下号码")
	p.leads("next", "end")
	p.clicks("[data-publish]")
	p.clicks("#publish button[type=submit]")
	p.sees("v1")
	for kind := range standard.Set() {
		if !p.true(fmt.Sprintf(`fetch(location.href).then(a => a.text()).then(page => page.replaceAll("&#34;", '"').includes(%s))`, quote(`"kind":"`+kind+`"`))) {
			p.t.Errorf("no %s was drawn", kind)
		}
	}
	return p.text("#publish .copy")
}

// declares adds a variable of the flow.
func (p person) declares(name, kind string) {
	p.t.Helper()
	p.clicks("[data-vars]")
	p.clicks("#vars [data-add]")
	p.writesInto(`#vars .fv-row:last-child [data-of="name"]`, name)
	p.selects(`#vars .fv-row:last-child [data-of="type"]`, kind)
	p.clicks("#vars [data-dialog-close]")
	p.until("the dialog is shut", `!document.querySelector("#vars").open`)
}

// selects picks an option of a select by its value.
func (p person) selects(css, value string) {
	p.t.Helper()
	p.has(css)
	if !kittest.Eval[bool](p.t, p.ctx, fmt.Sprintf(`(e => {
		e.focus(); e.value = %s; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true}));
		return e.value === %s;
	})(document.querySelector(%s))`, quote(value), quote(value), quote(css))) {
		p.t.Fatalf("%s: %s has no option %q\npicture: %s", p.name, css, value, p.picture())
	}
}

// adds puts a new box on the canvas by a click on the palette, which selects it.
func (p person) adds(kind string) string {
	p.t.Helper()
	chosen := `(document.querySelector(".fc-card.on")?.dataset.id ?? "")`
	before := kittest.Eval[string](p.t, p.ctx, chosen)
	p.clicks(fmt.Sprintf(`[data-kind="%s"]`, kind))
	p.until("the box is added", fmt.Sprintf(`%s !== %s && !["start", "end"].includes(%s)`, chosen, quote(before), chosen))
	return p.newest(kind)
}

func slotOf(field string) string { return fmt.Sprintf(`#panel [data-slot="%s"]`, field) }

// writes puts a text into a field of the selected box.
func (p person) writes(field, words string) {
	p.t.Helper()
	p.writesInto(slotOf(field)+" textarea", words)
}

// writesInto types into a field that may offer to complete what is typed.
func (p person) writesInto(css, words string) {
	p.t.Helper()
	p.focuses(css)
	kittest.Do(p.t, p.ctx, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%s).select()`, quote(css))))
	p.keys(words)
	if strings.Contains(words, "$") || strings.Contains(words, "=") {
		p.until("the list of names shuts", fmt.Sprintf(`(e => e.getAttribute("aria-expanded") !== "true" || (e.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true})), false))(document.querySelector(%s))`, quote(css)))
	}
	p.until("what was typed", fmt.Sprintf(`document.querySelector(%s).value === %s`, quote(css), quote(words)))
}

// leads wires an exit of the selected box through its list of exits.
func (p person) leads(port, to string) {
	p.t.Helper()
	p.selects(fmt.Sprintf(`[data-exits] select[data-port="%s"]`, port), to)
}

// fits shows the whole flow.
func (p person) fits() {
	p.t.Helper()
	p.clicks(".fc-fit")
}

// picks selects a box by a click.
func (p person) picks(id string) {
	p.t.Helper()
	p.fits()
	p.clicks(fmt.Sprintf(`.fc-card[data-id="%s"] .fc-title`, id))
	p.has(fmt.Sprintf(`.fc-card.on[data-id="%s"]`, id))
}

// walksEveryKind is a caller's visit along the whole flow; it gives the session's id.
func (p person) walksEveryKind(s *server, agent *deskLine, ivr string) (session string) {
	p.t.Helper()
	p.open(s.url + "/c/" + ivr)
	p.comesToTheMenu()
	p.clicksOn("[data-option]", "转人工")
	p.until("the caller waits", `document.querySelector("#caller").dataset.screen === "wait"`)
	session = p.visit()
	if f := agent.commands("offer.accept", map[string]string{"offerId": agent.rung(session)}); f.Error != nil {
		p.t.Fatalf("accepting: %+v", f.Error)
	}
	p.until("the talk", `document.querySelector("#caller").dataset.screen === "talk"`)
	if f := agent.commands("session.end", map[string]string{"sessionId": session}); f.Error != nil {
		p.t.Fatalf("ending: %+v", f.Error)
	}
	p.sees("请评价客服")
	p.clicks(`.cl-stars [value="s4"]`)
	p.clicks("[data-answer-send]")
	p.sees("客服已结束服务")
	return session
}

// comesToTheMenu begins in writing and answers what is asked up to the menu.
func (p person) comesToTheMenu() {
	p.t.Helper()
	p.clicks(`[data-start="text"]`)
	p.sees("请问您的年龄")
	p.sees("欢迎，您选择了 text")
	p.replies("30")
	p.sees("A1B2，请选择服务")
}

// leavesANumber is a visit of the caller who wants to be called back; it gives the session's id.
func (p person) leavesANumber() (session string) {
	p.t.Helper()
	p.comesToTheMenu()
	p.clicksOn("[data-option]", "回拨")
	p.sees("请留下号码")
	session = p.visit()
	p.replies("138 0013 8000")
	p.until("the end", `document.querySelector("#caller").dataset.screen === "end"`)
	return session
}

// visit is the id of the caller's session.
func (p person) visit() string {
	p.t.Helper()
	return kittest.Eval[string](p.t, p.ctx, `JSON.parse(Object.entries(sessionStorage).find(([k]) => k.startsWith("foyer.visit."))[1]).sessionId`)
}
