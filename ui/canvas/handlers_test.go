package canvas_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"foyer/designer/graph"
	"foyer/ui/kit/text"
)

// call sends one request as the script or htmx does.
func (s *site) call(t *testing.T, method, path, body string, header ...string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequest(method, s.url+"/admin/flows/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(body, "{") {
		req.Header.Set("Content-Type", "application/json")
	} else if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(raw)
}

func drawing(t *testing.T, rev int, g graph.Graph) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"rev": rev, "graph": g})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// has fails the test for each wanted piece that an answer lacks.
func has(t *testing.T, answer string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(answer, w) {
			t.Errorf("no %q in %.2000s", w, answer)
		}
	}
}

func TestEditPage(t *testing.T) {
	s := open(t, example())
	status, header, page := s.call(t, "GET", "f1/edit", "")
	if status != 200 || !strings.Contains(header.Get("Content-Security-Policy"), "script-src 'nonce-") {
		t.Fatalf("status %d, policy %q", status, header.Get("Content-Security-Policy"))
	}
	has(t, page, "<flow-canvas", `value="全媒体客服接入体验"`, `data-form="branch"`, `data-slot="options" data-type="options"`, `data-hole="${WaitNo}"`,
		`data-kind="transfer"`, "fabcdefghijklmno", `"label":"产品报障"`, "转接到 音视频售后服务组", `"canvas.refuse.start"`)
	if strings.Contains(page, `data-kind="start"`) {
		t.Error("start can be added by hand")
	}
	if status, _, _ := s.call(t, "GET", "nothing/edit", ""); status != 404 {
		t.Errorf("an unknown flow answers %d", status)
	}
	s.edit(func() { s.fault = errors.New("the disk is gone") })
	if status, _, _ := s.call(t, "GET", "f1/edit", ""); status != 500 {
		t.Errorf("a broken store answers %d", status)
	}
}

func TestSaveDraft(t *testing.T) {
	s := open(t, example())
	g := example()
	g.Nodes[1].Title = "新的菜单"
	status, _, body := s.call(t, "PUT", "f1/edit/draft", drawing(t, 1, g))
	if status != 200 || body != `{"rev":2,"dirty":true}`+"\n" {
		t.Fatalf("%d %s", status, body)
	}
	if f := s.draft(); f.Draft.Nodes[1].Title != "新的菜单" || f.UpdatedBy != "李雷" {
		t.Errorf("stored %+v by %s", f.Draft.Nodes[1], f.UpdatedBy)
	}
	t.Run("a conflict shows the other's draft and stores nothing", func(t *testing.T) {
		mine := example()
		mine.Nodes[1].Title = "我的菜单"
		status, _, body := s.call(t, "PUT", "f1/edit/draft", drawing(t, 1, mine))
		var theirs struct {
			Rev   int
			Graph graph.Graph
			By    string
		}
		if err := json.Unmarshal([]byte(body), &theirs); err != nil || status != 409 {
			t.Fatalf("%d %s", status, body)
		}
		if n, _ := theirs.Graph.Node("menu"); theirs.Rev != 2 || theirs.By != "李雷" || n.Title != "新的菜单" {
			t.Errorf("the other's draft is %s", body)
		}
		if n, _ := s.draft().Draft.Node("menu"); n.Title != "新的菜单" {
			t.Error("the other's draft was overwritten")
		}
	})
	for name, tt := range map[string]struct {
		body   string
		status int
	}{
		"no JSON":             {"{", 400},
		"no graph":            {`{"rev":2}`, 400},
		"a strange member":    {`{"rev":2,"graph":{"spec":1,"nodes":[],"edges":[],"x":1}}`, 400},
		"a node off the page": {`{"rev":2,"graph":{"spec":1,"nodes":[{"id":"a","kind":"end","x":99999999,"y":0}],"edges":[]}}`, 400},
		"half a pixel":        {`{"rev":2,"graph":{"spec":1,"nodes":[{"id":"a","kind":"end","x":0.5,"y":0}],"edges":[]}}`, 400},
		"a newer document":    {`{"rev":2,"graph":{"spec":99,"nodes":[],"edges":[]}}`, 422},
		"too much":            {`{"rev":2,"graph":"` + strings.Repeat("x", graph.MaxDocument+2048) + `"}`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			if status, _, body := s.call(t, "PUT", "f1/edit/draft", tt.body); status != tt.status {
				t.Errorf("%d %.200s", status, body)
			}
		})
	}
	if rev := s.draft().DraftRev; rev != 2 {
		t.Errorf("bad drafts made revision %d", rev)
	}
}

func TestInspect(t *testing.T) {
	s := open(t, example())
	status, _, body := s.call(t, "POST", "f1/edit/inspect", drawing(t, 0, faulty()))
	var seen struct {
		Faces map[string]struct {
			Ports []struct {
				ID, Label       string
				Optional, Error bool
			}
			Summary string
		}
		Issues []struct{ Node, Port, Field, Level, Text string }
		Groups []struct{ ID, Name string }
	}
	if err := json.Unmarshal([]byte(body), &seen); err != nil || status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	if ports := seen.Faces["menu"].Ports; len(ports) != 5 || ports[0].Label != "产品咨询" || !ports[4].Error || ports[3].Label != "输入错误" {
		t.Errorf("ports of the menu: %+v", ports)
	}
	if len(seen.Groups) != 2 || seen.Faces["presales"].Summary != "转接到 音视频售前服务组" {
		t.Errorf("groups %v, summary %q", seen.Groups, seen.Faces["presales"].Summary)
	}
	var unwired, blank int
	for _, i := range seen.Issues {
		if i.Text == "" || strings.Contains(i.Text, "issue.") || strings.Contains(i.Text, "key:") {
			t.Errorf("no sentence: %+v", i)
		}
		if i.Node == "presales" && i.Level == "warning" {
			unwired++
			has(t, i.Text, "排队超时", "排队已满", "转接失败")
		}
		if i.Node == "menu" && i.Field == "prompt" {
			blank++
		}
	}
	if unwired != 1 || blank != 1 {
		t.Errorf("%d sentences about unwired exits, %d about the empty prompt", unwired, blank)
	}
	if _, _, body := s.call(t, "POST", "f1/edit/inspect", drawing(t, 0, faulty()), "Accept-Language", "en"); !strings.Contains(body, "To 音视频售前服务组") {
		t.Errorf("not in English: %s", body)
	}
	s.edit(func() { s.groups = nil })
	if _, _, body := s.call(t, "POST", "f1/edit/inspect", drawing(t, 0, example())); !strings.Contains(body, "所选的技能组已被删除") {
		t.Errorf("a deleted group is no issue: %s", body)
	}
}

func TestRename(t *testing.T) {
	s := open(t, example())
	status, header, body := s.call(t, "POST", "f1/edit/name", "name=%E5%94%AE%E5%89%8D", "HX-Request", "true")
	if status != 200 || s.draft().Name != "售前" || !strings.Contains(header.Get("HX-Trigger"), "flow-renamed") {
		t.Errorf("%d %s, name %q", status, header.Get("HX-Trigger"), s.draft().Name)
	}
	has(t, body, `value="售前"`)
	if status, header, _ := s.call(t, "POST", "f1/edit/name", "name=+", "HX-Request", "true"); header.Get("HX-Reswap") != "none" || status != 422 || s.draft().Name != "售前" {
		t.Errorf("an empty name answers %d and leaves %q", status, s.draft().Name)
	}
}

func TestPublish(t *testing.T) {
	s := open(t, example())
	_, _, ask := s.call(t, "GET", "f1/edit/publish", "", "HX-Request", "true")
	has(t, ask, "发布 v1", "这是第一个版本", `name="rev" value="1"`, "3 个提醒")
	status, header, done := s.call(t, "POST", "f1/edit/publish", "rev=1&note=first", "HX-Request", "true")
	if status != 200 || header.Get("HX-Trigger") != `{"flow-published":{"number":1}}` {
		t.Fatalf("%d %s", status, header.Get("HX-Trigger"))
	}
	has(t, done, "v1 已发布", `data-copy="fabcdefghijklmno"`, `href="/c/fabcdefghijklmno"`)
	if v := s.versions["f1"][0]; v.Note != "first" || v.Author != "李雷" {
		t.Errorf("published %+v", v)
	}

	t.Run("the dialog tells what changes", func(t *testing.T) {
		g := changed()
		g.Nodes = append(g.Nodes, graph.Node{ID: "more", Kind: "transfer", X: 9, Config: json.RawMessage(`{"group":"g1","timeout":0}`)})
		g.Edges = append(g.Edges, graph.Edge{ID: "e9", From: "more", Port: "done", To: "end"})
		g.Vars = []graph.Variable{{Name: "phone", Type: graph.TextType}}
		s.call(t, "PUT", "f1/edit/draft", drawing(t, 1, g))
		s.edit(func() { s.running = 3 })
		_, _, ask := s.call(t, "GET", "f1/edit/publish", "", "HX-Request", "true")
		has(t, ask, "发布 v2", "新增 转人工", "修改 售后服务 的设置", "修改 结束 的设置", "修改 请选择服务 的连线", "新增变量 phone", "现在有 3 个会话正在进行")
		if strings.Contains(ask, "修改 开始") || strings.Contains(ask, "修改 售前") {
			t.Error("what did not change is listed")
		}
	})
	t.Run("what was looked at is what goes live", func(t *testing.T) {
		status, _, body := s.call(t, "POST", "f1/edit/publish", "rev=1&note=kept", "HX-Request", "true")
		if status != 422 || len(s.versions["f1"]) != 1 {
			t.Errorf("an old revision answers %d", status)
		}
		has(t, body, "草稿刚刚又有修改", `value="2"`, "kept")
	})
	t.Run("a long note is kept and refused", func(t *testing.T) {
		status, _, body := s.call(t, "POST", "f1/edit/publish", "rev=2&note="+strings.Repeat("x", 201), "HX-Request", "true")
		if status != 422 {
			t.Errorf("answers %d", status)
		}
		has(t, body, strings.Repeat("x", 201), "最多 200 个字")
	})
	t.Run("problems stand against it", func(t *testing.T) {
		s.call(t, "PUT", "f1/edit/draft", drawing(t, 2, faulty()))
		_, _, ask := s.call(t, "GET", "f1/edit/publish", "", "HX-Request", "true")
		has(t, ask, "还不能发布：6 个问题", "未选择“技能组名称”", `&#34;node&#34;:&#34;aftersales&#34;`)
		if _, _, body := s.call(t, "POST", "f1/edit/publish", "rev=3", "HX-Request", "true"); !strings.Contains(body, "还不能发布") || len(s.versions["f1"]) != 1 {
			t.Error("a faulty draft was published")
		}
	})
	if status, _, _ := s.call(t, "POST", "f1/edit/publish", "rev=x"); status != 409 {
		t.Errorf("no revision answers %d", status)
	}
}

// What is off the air is compared with its newest version, and nothing is said of a live one.
func TestPublishAgain(t *testing.T) {
	s := open(t, example())
	s.call(t, "POST", "f1/edit/publish", "rev=1", "HX-Request", "true")
	if err := s.designer.Unpublish(context.Background(), "李雷", "f1", true); err != nil {
		t.Fatal(err)
	}
	_, _, same := s.call(t, "GET", "f1/edit/publish", "", "HX-Request", "true")
	has(t, same, "发布 v2", "现在没有线上版本，与最近的 v1 相同")
	s.call(t, "PUT", "f1/edit/draft", drawing(t, s.draft().DraftRev, changed()))
	_, _, ask := s.call(t, "GET", "f1/edit/publish", "", "HX-Request", "true")
	has(t, ask, "现在没有线上版本，以下与最近的 v1 比较", "修改 售后服务 的设置")
	if strings.Contains(same+ask, "与线上版本相同") {
		t.Error("the dialog speaks of a live version")
	}
}

func TestVersions(t *testing.T) {
	s := open(t, example())
	_, _, empty := s.call(t, "GET", "f1/edit/versions", "", "HX-Request", "true")
	has(t, empty, "还没有版本")
	for _, note := range []string{"一", "二"} {
		if _, _, err := s.designer.Publish(context.Background(), "韩梅梅", "f1", s.draft().DraftRev, note); err != nil {
			t.Fatal(err)
		}
		g := example()
		g.Nodes[1].Title = note
		if _, err := s.designer.SaveDraft(context.Background(), "韩梅梅", "f1", s.draft().DraftRev, g); err != nil {
			t.Fatal(err)
		}
	}
	_, _, list := s.call(t, "GET", "f1/edit/versions", "", "HX-Request", "true")
	has(t, list, "v2", "v1", "线上版本", "韩梅梅", "/admin/flows/f1/edit/versions/1/restore")
	if strings.Contains(list, "versions/2/restore") {
		t.Error("the live version can be restored")
	}
	status, _, page := s.call(t, "GET", "f1/edit/versions/1", "")
	if status != 200 || strings.Contains(page, "data-publish") || strings.Contains(page, `id="palette"`) {
		t.Errorf("status %d, or a version can be edited", status)
	}
	has(t, page, `"readonly":true`, "正在查看 v1", "返回编辑")
	for _, path := range []string{"9", "0", "x"} {
		if status, _, _ := s.call(t, "GET", "f1/edit/versions/"+path, ""); status != 404 {
			t.Errorf("version %s answers %d", path, status)
		}
	}
	if status, _, _ := s.call(t, "POST", "f1/edit/versions/x/restore", ""); status != 404 {
		t.Error("a version without number was restored")
	}

	_, _, ask := s.call(t, "GET", "f1/edit/versions/1/restore", "", "HX-Request", "true")
	has(t, ask, "恢复到 v1？", "作为 v3 发布", "未发布的修改会被 v1 的内容替换")
	status, header, _ := s.call(t, "POST", "f1/edit/versions/1/restore", "", "HX-Request", "true")
	if status != 200 || header.Get("HX-Redirect") != "/admin/flows/f1/edit" {
		t.Fatalf("%d, to %q", status, header.Get("HX-Redirect"))
	}
	if v := s.versions["f1"][0]; v.Number != 3 || v.Note != "恢复自 v1" || v.Author != "李雷" {
		t.Errorf("restored as %+v", v)
	}
	s.edit(func() { s.groups = nil })
	if status, header, _ := s.call(t, "POST", "f1/edit/versions/1/restore", "", "HX-Request", "true"); status != 422 || !strings.Contains(header.Get("HX-Trigger"), "toast") {
		t.Errorf("a version with a deleted group answers %d", status)
	}
}

// Every word that the pages and the script ask for stands in both catalogues.
func TestWords(t *testing.T) {
	for _, key := range usedKeys(t) {
		for _, lang := range text.Langs() {
			if !text.Has(lang, key) {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
	}
}
