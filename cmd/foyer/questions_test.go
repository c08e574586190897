package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"foyer/designer/graph"
	"foyer/ui/kit/kittest"
)

// A caller answers questions of every kind in a real browser: nobody is there, so they leave a number; the next time an
// agent is, ends the talk, and is rated. Both are found by the admin.
func TestQuestionsRatingAndCallback(t *testing.T) {
	s, w := filled(t)
	admin := logsInto(t, s, w.Admin)
	ivr := admin.publishes(t, "自助登记", questions(groupOf(t, admin, w.Agents[0].Group)))

	caller := browser(t, "caller", 390, 844)
	caller.speaks(s.url, "zh-CN")
	caller.open(s.url + "/c/" + ivr)
	caller.answersAll()
	caller.sees("请留下号码")
	caller.replies("1234")
	caller.sees("5 到 15 位数字。") // the flow's sentence for it
	caller.replies("138 0013 8000")
	caller.sees("我们会尽快回电")
	if page := admin.page(t, "/admin/callbacks"); !strings.Contains(page, "13800138000") || !strings.Contains(page, "小王要 12 台") {
		t.Error("the request is not listed")
	}

	li := works(t, s, w.Agents[0])
	caller.clicks("[data-restart]")
	caller.answersAll()
	caller.until("the caller waits", `document.querySelector("#caller").dataset.screen === "wait"`)
	id := kittest.Eval[string](t, caller.ctx, `JSON.parse(Object.entries(sessionStorage).find(([k]) => k.startsWith("foyer.visit."))[1]).sessionId`)
	if f := li.commands("offer.accept", map[string]string{"offerId": li.rung(id)}); f.Error != nil {
		t.Fatalf("accepting: %+v", f.Error)
	}
	caller.until("the talk", `document.querySelector("#caller").dataset.screen === "talk"`)
	if f := li.commands("session.end", map[string]string{"sessionId": id}); f.Error != nil {
		t.Fatalf("ending: %+v", f.Error)
	}
	caller.sees("请评价客服")
	li.wrapsUp(t, id)
	caller.clicks(`.cl-stars [value="s4"]`)
	caller.clicks("[data-answer-send]")
	caller.sees("客服已结束服务")
	caller.sees("感谢评价")
	if page := admin.page(t, "/admin/records/"+id); !strings.Contains(page, "满意 4") || !strings.Contains(page, "用户评价：满意") {
		t.Error("the rating is not on record")
	}
}

// answersAll goes through the questions of the flow, each with its own control.
func (p person) answersAll() {
	p.t.Helper()
	p.clicks(`[data-start="text"]`)
	p.sees("怎么称呼您")
	p.sees("欢迎使用自助登记")
	p.replies("小王")
	p.sees("小王，需要几台")
	p.replies("１２")
	p.sees("哪天上门")
	kittest.Do(p.t, p.ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector("[data-answer] .input").value = "2026-12-24"`))
	p.clicks("[data-answer-send]")
	p.sees("哪一款")
	p.clicksOn("[data-option]", "摄像机")
}

// replies types an answer and sends it.
func (p person) replies(words string) {
	p.t.Helper()
	p.has("[data-answer] .input")
	kittest.Do(p.t, p.ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector("[data-answer] .input").value = ""`),
		chromedp.SendKeys(chromedp.CSS("[data-answer] .input"), words))
	p.clicks("[data-answer-send]")
}

// wrapsUp reads from the desk that the session is in wrap-up, ended by the agent.
func (d *deskLine) wrapsUp(t *testing.T, sessionID string) {
	t.Helper()
	_, raw := d.asks(t, http.MethodGet, "/desk/state", nil)
	var state struct {
		Sessions []struct{ SessionID, State, EndedBy string }
	}
	if err := json.Unmarshal([]byte(raw), &state); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	if len(state.Sessions) != 1 || state.Sessions[0].SessionID != sessionID || state.Sessions[0].State != "wrapping" || state.Sessions[0].EndedBy != "agent" {
		t.Errorf("the desk shows %+v", state.Sessions)
	}
}

// groupOf finds a skill group's id by its name.
func groupOf(t *testing.T, c clerk, name string) string {
	t.Helper()
	page := c.page(t, "/admin/groups")
	for _, m := range regexp.MustCompile(`href="/admin/groups/([0-9a-z_]+)">([^<]+)<`).FindAllStringSubmatch(page, -1) {
		if m[2] == name {
			return m[1]
		}
	}
	t.Fatalf("no group %s in %s", name, page)
	return ""
}

// publishes makes a flow, draws it and puts it live; it gives the flow's ivrId.
func (c clerk) publishes(t *testing.T, name string, g graph.Graph) string {
	t.Helper()
	links := func() []string {
		return regexp.MustCompile(`/admin/flows/[0-9a-z_]+/edit`).FindAllString(c.page(t, "/admin/flows"), -1)
	}
	before := strings.Join(links(), " ")
	c.submits(t, "/admin/flows", url.Values{"name": {name}})
	for _, link := range links() {
		if strings.Contains(before, link) {
			continue
		}
		id := strings.TrimSuffix(strings.TrimPrefix(link, "/admin/flows/"), "/edit")
		c.saves(t, id, 1, g)
		known := c.page(t, "/admin/flows")
		c.submits(t, "/admin/flows/"+id+"/publish", url.Values{})
		for _, ivr := range regexp.MustCompile(`/c/(f[0-9a-z]{15})`).FindAllStringSubmatch(c.page(t, "/admin/flows"), -1) {
			if !strings.Contains(known, "/c/"+ivr[1]) {
				return ivr[1]
			}
		}
	}
	t.Fatalf("%s is not live", name)
	return ""
}

// questions asks for everything that can be asked for, then for an agent of a group.
func questions(group string) graph.Graph {
	g := graph.Graph{Spec: graph.SpecVersion, Vars: []graph.Variable{
		{Name: "name", Type: graph.TextType}, {Name: "count", Type: graph.NumberType}, {Name: "day", Type: graph.DateType}, {Name: "model", Type: graph.TextType},
	}}
	add := func(id, kind, config string) {
		g.Nodes = append(g.Nodes, graph.Node{ID: graph.NodeID(id), Kind: kind, X: 300 * len(g.Nodes), Config: json.RawMessage(config)})
	}
	add("start", "start", `{}`)
	add("hello", "message", `{"text":"欢迎使用自助登记"}`)
	add("name", "collect", `{"prompt":"怎么称呼您？","variable":"name","maxRunes":20}`)
	add("count", "collect", `{"prompt":"${name}，需要几台？","type":"number","variable":"count","min":"1","max":"99"}`)
	add("day", "collect", `{"prompt":"哪天上门？","type":"date","variable":"day","from":"2026-01-01"}`)
	add("model", "collect", `{"prompt":"哪一款？","type":"options","variable":"model","options":[{"id":"r","label":"路由器"},{"id":"c","label":"摄像机"}]}`)
	add("talk", "transfer", fmt.Sprintf(`{"group":%q}`, group))
	add("rate", "rating", `{"prompt":"请评价客服","thanks":"感谢评价"}`)
	add("call", "callback", fmt.Sprintf(`{"group":%q,"prompt":"请留下号码","reason":"${name}要 ${count} 台${model}，${day}","thanks":"我们会尽快回电"}`, group))
	add("end", "end", `{}`)
	for i, e := range []string{"start next hello", "hello next name", "name next count", "count next day", "day next model", "model next talk",
		"talk done rate", "rate next end", "talk noAgent call", "call next end"} {
		p := strings.Fields(e)
		g.Edges = append(g.Edges, graph.Edge{ID: graph.EdgeID(fmt.Sprint("e", i)), From: graph.NodeID(p[0]), Port: graph.Port(p[1]), To: graph.NodeID(p[2])})
	}
	return g
}
