package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"foyer/runtime/session"
	"foyer/ui/kit/kittest"
)

// Whatever a caller does wrong is answered by the code that programs know and by a sentence in the caller's language.
func TestTroubleInBothLanguages(t *testing.T) {
	s, w := filled(t)
	draft := drawn(t, s, w)
	g := arrives(t, s, w)
	v := g.calls(w, "text", "")
	over := g.calls(w, "text", "")
	g.must(http.StatusOK, "POST", "/sessions/"+over.SessionID+"/end", map[string]string{}, nil)
	answer := func(option, step string) map[string]string {
		return map[string]string{"optionId": option, "stepToken": step}
	}
	start := func(ivr string) map[string]string {
		return map[string]string{"ivrId": ivr, "media": "text", "idempotencyKey": "k" + ivr}
	}
	for _, c := range []struct {
		path   string
		body   map[string]string // nil: GET
		status int
		code   string
		zh, en string
	}{
		{"/flows/NO-SUCH/menu", nil, 400, "flow.badId", "流程 ID", "flow id"},
		{"/flows/f000000000000000/menu", nil, 404, "flow.notFound", "没有这个服务流程", "no such service"},
		{"/flows/" + draft + "/menu", nil, 409, "flow.notPublished", "尚未发布", "not published yet"},
		{"/sessions", start("NO-SUCH"), 400, "flow.badId", "流程 ID", "flow id"},
		{"/sessions", start("f000000000000000"), 404, "flow.notFound", "没有这个服务流程", "no such service"},
		{"/sessions", start(draft), 409, "flow.notPublished", "尚未发布", "not published yet"},
		{"/sessions/" + v.SessionID + "/input", answer("gone", v.StepToken), 422, "session.notAChoice", "菜单中没有这个选项", "not on the menu"},
		{"/sessions/" + v.SessionID + "/input", answer(v.Menu.Options[0].ID, "stp_old"), 409, "session.stale", "菜单已更新", "menu has changed"},
		{"/sessions/" + over.SessionID + "/input", answer(v.Menu.Options[0].ID, "stp_old"), 409, "session.over", "结束", "over"},
	} {
		for lang, words := range map[string]string{"zh-CN": c.zh, "en": c.en} {
			p, status := g.hears(lang, c.path, c.body)
			if status != c.status || p.Code != c.code || !strings.Contains(strings.ToLower(p.Message), strings.ToLower(words)) {
				t.Errorf("%s %v in %s: %d %+v", c.path, c.body, lang, status, p)
			}
		}
	}
	if now := g.sees(v.SessionID); now.State != session.Routing || now.StepToken != v.StepToken {
		t.Errorf("after all that the session is %+v", now)
	}
}

// drawn makes a flow that was never published and gives its flow id.
func drawn(t *testing.T, s *server, w wayIn) string {
	t.Helper()
	admin := logsInto(t, s, w.Admin)
	admin.submits(t, "/admin/flows", url.Values{"name": {"没有发布"}})
	for _, ivr := range regexp.MustCompile(`\bf[0-9a-z]{15}\b`).FindAllString(admin.page(t, "/admin/flows"), -1) {
		if ivr != w.IvrID {
			return ivr
		}
	}
	t.Fatal("the new flow is not listed")
	return ""
}

// hears sends a request in a language and gives what it is told.
func (g guest) hears(lang, path string, body map[string]string) (problem, int) {
	g.t.Helper()
	method, raw := http.MethodGet, []byte(nil)
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			g.t.Fatal(err)
		}
		method = http.MethodPost
	}
	r, err := http.NewRequest(method, g.s.url+"/api/v1"+path, bytes.NewReader(raw))
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", lang)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+g.token)
	status, p := g.send(r, nil)
	return p, status
}

// Of two agents who accept the same caller one wins; the other is told who, by the socket and on the page.
func TestTroubleOfTwoAgents(t *testing.T) {
	s, w := filled(t)
	together(t, s, w)
	page := seated(t, s, w.Agents[0])
	g := arrives(t, s, w)
	first := g.calls(w, "video", g.options(w)[0])
	page.has("[data-offer]")
	taken := kittest.Eval[string](t, page.ctx, `document.querySelector("[data-offer]").dataset.offer`)
	fast := works(t, s, w.Agents[1])
	page.keys("r") // to somebody else
	if f := fast.commands("offer.accept", map[string]string{"offerId": fast.rung(first.SessionID)}); f.Error != nil {
		t.Fatalf("accepting: %+v", f.Error)
	}

	// a click that was on its way while the other one accepted: the page shows the ring of the next caller
	next := arrives(t, s, w)
	next.calls(w, "video", next.options(w)[0])
	page.has("[data-offer]")
	page.until("the line is made slow", fmt.Sprintf(`(() => {
		const send = WebSocket.prototype.send, mine = document.querySelector("[data-offer]").dataset.offer;
		WebSocket.prototype.send = function (raw) { return send.call(this, raw.replace(mine, %s)); };
		return mine !== %s;
	})()`, quote(taken), quote(taken)))
	page.clicks("[data-offer] .btn-primary")
	page.sees("这次来访已被 李想 接听")

	slow := logsInto(t, s, w.Agents[0])
	d := deskLine{clerk: slow}
	d.opens(t, s)
	f := d.commands("offer.accept", map[string]string{"offerId": taken})
	if f.Error == nil || f.Error.Code != "offer.gone" || f.Error.Winner != "李想" || !strings.Contains(f.Error.Message, "李想") {
		t.Errorf("the slower agent is told %+v", f.Error)
	}
}

// together puts both agents of the demo into the first one's group.
func together(t *testing.T, s *server, w wayIn) {
	t.Helper()
	admin := logsInto(t, s, w.Admin)
	for _, path := range regexp.MustCompile(`/admin/groups/[0-9a-z_]+`).FindAllString(admin.page(t, "/admin/groups"), -1) {
		group := admin.page(t, path)
		if !strings.Contains(group, w.Agents[0].Group) {
			continue
		}
		var free []string
		for _, m := range regexp.MustCompile(`name="agent" value="([^"]+)"|value="([^"]+)" name="agent"`).FindAllStringSubmatch(group, -1) {
			free = append(free, m[1]+m[2])
		}
		admin.submits(t, path+"/members", url.Values{"agent": free})
		return
	}
	t.Fatal("the group is not listed")
}
