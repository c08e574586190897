package kit

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"foyer/ui/kit/text"
)

// html renders a component, with children when there are any, as a Chinese reader gets it.
func html(t *testing.T, c templ.Component, children ...templ.Component) string {
	t.Helper()
	ctx := templ.WithNonce(text.With(context.Background(), text.Chinese), "n0nce")
	if len(children) > 0 {
		ctx = templ.WithChildren(ctx, templ.Join(children...))
	}
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// has and hasNot look for pieces of markup.
func has(t *testing.T, got string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("no %s in\n%s", w, got)
		}
	}
}

func hasNot(t *testing.T, got string, absent ...string) {
	t.Helper()
	for _, a := range absent {
		if strings.Contains(got, a) {
			t.Errorf("%s in\n%s", a, got)
		}
	}
}

func TestButton(t *testing.T) {
	got := html(t, Button(ButtonProps{Label: "保存 <b>", Kind: Primary, Icon: "save", Type: "submit", Attrs: templ.Attributes{"hx-post": "/x"}}))
	has(t, got, `type="submit"`, "btn-primary", "#save", "保存 &lt;b&gt;", `hx-post="/x"`)
	hasNot(t, got, "disabled", "aria-busy")

	has(t, html(t, Button(ButtonProps{Label: "x"})), `type="button"`, "btn-secondary")
	has(t, html(t, Button(ButtonProps{Label: "x", Loading: true})), " disabled", `aria-busy="true"`)
	has(t, html(t, Button(ButtonProps{Label: "x", Size: Large, Wide: true, Kind: DangerSolid})), "btn-large", "btn-wide", "btn-danger-solid")

	link := html(t, Button(ButtonProps{Label: "x", Href: "/a?b=1&c=2"}))
	has(t, link, `<a class="btn btn-secondary" href="/a?b=1&amp;c=2"`)
	has(t, html(t, Button(ButtonProps{Label: "x", Href: "/a", Disabled: true})), "<button", " disabled")
	hasNot(t, html(t, Button(ButtonProps{Label: "x", Href: "javascript:alert(1)"})), "javascript:")

	why := html(t, Button(ButtonProps{Label: "删除", Why: "使用中", Href: "/a"}))
	has(t, why, `aria-disabled="true"`, `data-tip="使用中"`, "<button")
	hasNot(t, why, " disabled")
}

func TestIconButton(t *testing.T) {
	has(t, html(t, IconButton(IconButtonProps{Label: "撤销", Icon: "undo-2"})), `aria-label="撤销"`, `data-tip="撤销"`, "btn-quiet", "#undo-2")
	hasNot(t, html(t, IconButton(IconButtonProps{Label: "撤销", Icon: "undo-2"})), "aria-pressed")
	has(t, html(t, IconButton(IconButtonProps{Label: "静音", Icon: "mic", Toggle: true})), `aria-pressed="false"`)
	has(t, html(t, IconButton(IconButtonProps{Label: "静音", Icon: "mic", Toggle: true, Pressed: true})), `aria-pressed="true"`)
	has(t, html(t, IconButton(IconButtonProps{Label: "编辑", Icon: "pencil", Href: "/e"})), `<a `, `href="/e"`)
	has(t, html(t, Copy(CopyProps{Value: "flow_1", Label: "复制"})), `data-copy="flow_1"`, "<code>flow_1</code>")
	hasNot(t, html(t, Copy(CopyProps{Value: "flow_1", Label: "复制", Quiet: true})), "<code>")
}

func TestFieldsExplainThemselves(t *testing.T) {
	controls := map[string]templ.Component{
		"input":    Input(InputProps{Name: "n", Label: "名称", Help: "帮助", Error: "错了", Required: true, Value: `"v"`}),
		"textarea": Textarea(TextareaProps{Name: "n", Label: "名称", Help: "帮助", Error: "错了", Required: true, Value: `"v"`}),
		"select":   Select(SelectProps{Name: "n", Label: "名称", Help: "帮助", Error: "错了", Required: true, Value: `"v"`, Options: []Option{{Value: `"v"`, Label: "x"}}}),
	}
	for name, c := range controls {
		t.Run(name, func(t *testing.T) {
			has(t, html(t, c), `for="n"`, `id="n"`, `name="n"`, `aria-describedby="n-help n-error"`, `id="n-help"`, `id="n-error"`,
				`aria-invalid="true"`, " required", "&#34;v&#34;", "错了", "帮助", `<span class="needed" aria-hidden="true">*`)
		})
	}
	plain := html(t, Input(InputProps{Name: "n", ID: "own", Label: "名称", Optional: true}))
	has(t, plain, `id="own"`, `for="own"`, `name="n"`, `type="text"`, "选填")
	hasNot(t, plain, "aria-describedby", "aria-invalid", "required", "placeholder")
	has(t, html(t, Input(InputProps{Name: "n", Label: "名称", Bare: true})), `class="unseen" for="n"`)
	has(t, html(t, Input(InputProps{Name: "p", Label: "密码", Type: "password"})), `data-reveal="p"`)
	has(t, html(t, Input(InputProps{Name: "n", Label: "x", Unit: "秒", Icon: "timer", Disabled: true, ReadOnly: true})), "秒", "#timer", " disabled", " readonly")
	has(t, html(t, Textarea(TextareaProps{Name: "n", Label: "x"})), `rows="3"`)
	has(t, html(t, Textarea(TextareaProps{Name: "n", Label: "x", Rows: 7})), `rows="7"`)
	has(t, html(t, Field(FieldProps{ID: "f", Label: "新"}), templ.Raw("<i></i>")), `for="f"`, "<i></i>")
}

func TestSelect(t *testing.T) {
	got := html(t, Select(SelectProps{Name: "g", Label: "组", Value: "b", Prompt: "请选择", Options: []Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}, {Value: "c", Label: "C", Disabled: true}}}))
	has(t, got, `<option value="">请选择</option>`, `<option value="b" selected>B</option>`, `<option value="c" disabled>C</option>`, `<option value="a">A</option>`)
}

func TestChoices(t *testing.T) {
	has(t, html(t, Checkbox(CheckProps{Name: "c", Label: "记住", Checked: true})), `type="checkbox"`, ` checked`, `value="on"`)
	has(t, html(t, Switch(CheckProps{Name: "c", Label: "记住", Value: "1", Disabled: true})), `role="switch"`, `value="1"`, " disabled")
	has(t, html(t, Checkbox(CheckProps{Name: "c", Label: "同意", Error: "请确认"})), `aria-invalid="true"`, `aria-describedby="c-error"`)
	got := html(t, Radios(RadiosProps{Name: "r", Label: "方式", Value: "b", Error: "请选择", Cards: true, Options: []Option{{Value: "a", Label: "A", Help: "甲"}, {Value: "b", Label: "B"}}}))
	has(t, got, "<fieldset", `aria-describedby="r-error"`, `<legend`, `id="r-0"`, `value="b" checked`, "choice-card", "甲")
	has(t, html(t, Search(SearchProps{Name: "q", Label: "搜索", Value: "x", Keys: "/"})), `aria-label="搜索"`, `placeholder="搜索"`, `value="x"`, "<kbd")
}

func TestFormFaults(t *testing.T) {
	if got := html(t, FormFaults(FormFaultsProps{})); got != "" {
		t.Errorf("no fault shows %q", got)
	}
	has(t, html(t, FormFaults(FormFaultsProps{Items: []FormFault{{ID: "ring", Text: "请填写"}}})), `role="alert"`, `href="#ring"`, "有 1 处需要修改", "data-focus")
	has(t, html(t, SaveBar(SaveBarProps{})), `type="reset"`, `type="submit"`, "保存")
	has(t, html(t, SaveBar(SaveBarProps{Save: "保存设置", Shown: true})), "保存设置", "shown")
}

func TestTableStates(t *testing.T) {
	p := TableProps{Label: "流", Columns: []Column{{Label: "名称"}, {Label: "次数", End: true}, {Label: "操作", Quiet: true, Tight: true}},
		Empty: EmptyProps{Title: "还没有", Text: "这里会有"}, First: ButtonProps{Label: "新建"}, Foot: Pages(PagesProps{Words: "共 3 条", Next: "/2"})}
	row := Row(RowProps{Selected: true, Attrs: templ.Attributes{"id": "r1"}})
	ready := html(t, Table(p), row)
	has(t, ready, `aria-label="流"`, `<th scope="col"`, `class="unseen">操作`, `aria-selected="true"`, `id="r1"`, "共 3 条", `href="/2"`)
	hasNot(t, ready, "还没有", "aria-busy")

	p.State = Loading
	has(t, html(t, Table(p), row), `aria-busy="true"`, "skeleton", "正在加载")
	hasNot(t, html(t, Table(p), row), `id="r1"`, "共 3 条")
	p.State = Empty
	has(t, html(t, Table(p), row), "还没有", "这里会有", "新建")
	hasNot(t, html(t, Table(p), row), "<table", "共 3 条")
	p.State, p.Fault = Failed, FaultProps{Retry: templ.Attributes{"hx-get": "/again"}}
	has(t, html(t, Table(p), row), `role="alert"`, "暂时无法显示", `hx-get="/again"`, "重试")

	has(t, html(t, Cell(CellProps{Label: "名称", Main: true}), templ.Raw("x")), `data-label="名称"`, "main", "x")
	has(t, html(t, Cell(CellProps{Actions: true})), "acts tight", "end")
	has(t, html(t, More(MoreProps{})), "显示更多")
	has(t, html(t, Pages(PagesProps{Prev: "/1"})), `href="/1"`, " disabled")
}

func TestStates(t *testing.T) {
	drawn := map[string]string{}
	for _, s := range states() {
		got := html(t, StateDot(StateDotProps{State: s}))
		word := StateWord(text.With(context.Background(), text.Chinese), s)
		if strings.HasPrefix(word, "kit.") {
			t.Errorf("state %s has no word", s)
		}
		has(t, got, "state-"+s, word)
		shape := regexp.MustCompile(`(?s)<svg.*</svg>`).FindString(got)
		if other, twice := drawn[shape]; twice {
			t.Errorf("%s and %s have the same shape", s, other)
		}
		drawn[shape] = s
	}
	has(t, html(t, StateDot(StateDotProps{State: "free", Hide: true})), `class="unseen">空闲中`)
}

func TestSmallThings(t *testing.T) {
	has(t, html(t, Badge(BadgeProps{Label: "使用中", Tone: Good, Dot: true})), "badge-good", `class="dot"`)
	has(t, html(t, Badge(BadgeProps{Label: "x", Icon: "lock"})), "#lock")
	has(t, html(t, Count(CountProps{N: 128, Label: "128 条未读", Loud: true})), "99+", "128 条未读", "count-loud")
	has(t, html(t, Chip(ChipProps{Label: "全部", Count: "12", Pressed: true})), `aria-pressed="true"`, "12")
	has(t, html(t, Chip(ChipProps{Label: "全部", Href: "/x", Pressed: true})), `href="/x"`, `aria-current="true"`)
	has(t, html(t, Chip(ChipProps{Label: "售前", Drop: templ.Attributes{"hx-get": "/x"}})), "移除筛选：售前", `hx-get="/x"`)
	hasNot(t, html(t, Chip(ChipProps{Label: "售前", Still: true})), "<button")
	has(t, html(t, Avatar(AvatarProps{Name: "李小明"})), "小明", `aria-hidden="true"`, "hue-")
	hasNot(t, html(t, Avatar(AvatarProps{Name: "李小明", Size: 24})), "小明")
	has(t, html(t, Avatar(AvatarProps{Name: "x", Picture: "/p.png", Size: 96})), `src="/p.png"`, `alt=""`, "avatar-96")
	has(t, html(t, Person(PersonProps{Avatar: AvatarProps{Name: "张敏"}, Note: "1001"})), "张敏", "1001")
	has(t, html(t, Signal(SignalProps{Level: 9, Label: "良好"})), "signal-4", `aria-label="良好"`)
	has(t, html(t, Meter(MeterProps{Value: 7, Max: 20, Label: "7/20"})), `width="35"`)
	has(t, html(t, Meter(MeterProps{Value: 7})), `width="0"`)
	has(t, html(t, Kbd(KbdProps{Keys: []string{"Ctrl", "K"}})), "<kbd>Ctrl</kbd><kbd>K</kbd>")
	has(t, html(t, IconNamed("lock", "已锁定")), `role="img"`, `aria-label="已锁定"`)
}

func TestCountdown(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		left, total int
		offset      string
		last        bool
	}{{20, 20, "0", false}, {15, 20, "25", false}, {5, 20, "75", true}, {0, 20, "100", true}, {-3, 20, "100", true}, {30, 20, "0", false}, {9, 0, "100", false}}
	for _, tt := range tests {
		got := html(t, Countdown(CountdownProps{Until: at, Left: tt.left, Total: tt.total, Label: "剩余"}))
		has(t, got, `until="2026-01-02T03:04:05Z"`, `role="timer"`, fmt.Sprintf(`stroke-dashoffset="%s"`, tt.offset))
		if strings.Contains(got, `class="last"`) != tt.last {
			t.Errorf("%d of %d seconds: %s", tt.left, tt.total, got)
		}
	}
}

func TestTime(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 8*3600))
	has(t, html(t, Time(at, at.Add(3*time.Minute))), `datetime="2026-01-01T19:04:05Z"`, `title="2026年1月2日 03:04:05"`, "3 分钟前", "data-relative")
}

func TestSurfaces(t *testing.T) {
	child := templ.Raw("<i>in</i>")
	has(t, html(t, Card(CardProps{Title: "标题", Text: "说明", Flush: true}), child), "<section", "标题", "说明", "<i>in</i>", "card-flush")
	has(t, html(t, Card(CardProps{Title: "标题", Href: "/x"}), child), `<a class="card card-link" href="/x"`)
	has(t, html(t, Banner(BannerProps{Text: "文"})), "banner-info", `role="status"`)
	has(t, html(t, Banner(BannerProps{Tone: Bad, Title: "题", Text: "文", Alert: true}), child), "banner-bad", `role="alert"`, "题", "<i>in</i>", "#circle-alert")
	has(t, html(t, EmptyState(EmptyProps{Title: "空"}), child), "#inbox", "空", "<i>in</i>")
	has(t, html(t, Fault(FaultProps{Href: "/x"})), `href="/x"`)
	hasNot(t, html(t, Fault(FaultProps{})), "<button", "<a ")
	if got := strings.Count(html(t, Skeleton(SkeletonProps{Lines: 2, Block: true, People: 1})), `class="skeleton`); got != 2+1+2+1 {
		t.Errorf("%d bones", got) // the wrapper counts once
	}
	has(t, html(t, Stat(StatProps{Label: "等待", Value: "3", Unit: "人", Hint: "最长 0:42", Tone: Bad, Icon: "timer"})), "stat-bad", "3", "人", "最长 0:42")
	has(t, html(t, Facts(FactsProps{Items: []Fact{{"路径", "产品报障"}}})), "<dt>路径</dt><dd>产品报障</dd>")
	has(t, html(t, PageHead(PageHeadProps{Title: "题", Text: "文", Crumbs: []Crumb{{"上", "/"}, {"题", ""}}}), child), "<h1>题</h1>", `aria-current="page">题`, `<a href="/">上</a>`, "<i>in</i>")
}

func TestNavigation(t *testing.T) {
	pages := html(t, Tabs(TabsProps{Label: "页", Items: []Tab{{Label: "甲", Href: "/a", Active: true}, {Label: "乙", Href: "/b", Count: 3}}}))
	has(t, pages, "<nav", `aria-current="page"`, `href="/b"`)
	hasNot(t, pages, "tablist")
	panels := html(t, Tabs(TabsProps{Label: "页", Items: []Tab{{Label: "甲", Panel: "a", Active: true}, {Label: "乙", Panel: "b"}}}))
	has(t, panels, `role="tablist"`, `aria-controls="a" aria-selected="true" tabindex="0"`, `aria-controls="b" aria-selected="false" tabindex="-1"`, `id="a-tab"`)
}

func TestMenu(t *testing.T) {
	got := html(t, Menu(MenuProps{ID: "m", Label: "更多", Icon: "ellipsis", Hide: true, Head: "张敏", Items: []MenuItem{
		{Label: "编辑", Href: "/e"}, {Line: true}, {Label: "停用", Disabled: true, Href: "/d"}, {Label: "退出", Post: "/logout"},
		{Label: "浅色", Choice: true, Checked: true}, {Label: "English", Lang: "en", Href: "/lang/en"}, {Label: "删除", Danger: true, Attrs: templ.Attributes{"hx-delete": "/x"}},
	}}))
	has(t, got, `popovertarget="m"`, `aria-haspopup="menu"`, `aria-expanded="false"`, `role="menu"`, `href="/e" role="menuitem"`, `role="separator"`, `aria-disabled="true"`,
		`<form method="post" action="/logout" role="none"><button type="submit"`, `aria-checked="true"`, `lang="en"`, `hx-delete="/x"`, "menu-item bad", "张敏")
	hasNot(t, got, `href="/d"`)
}

func TestDialogs(t *testing.T) {
	got := html(t, Dialog(DialogProps{ID: "d", Title: "题", Text: "文", Wide: true, Keep: true, Open: true}), templ.Raw("<i>in</i>"))
	has(t, got, `<dialog id="d"`, `aria-labelledby="d-title"`, `id="d-title"`, "data-keep", "data-open", "dialog-wide", "<i>in</i>", "data-dialog-close")
	confirm := html(t, Confirm(ConfirmProps{ID: "c", Title: "删除？", Text: "无法撤销", Action: "删除技能组", Danger: true, Attrs: templ.Attributes{"hx-delete": "/x"}}))
	has(t, confirm, `role="alertdialog"`, `aria-describedby="c-text"`, "btn-danger-solid", "删除技能组", "取消", `hx-delete="/x"`, "autofocus")
	if strings.Index(confirm, "取消") > strings.Index(confirm, "删除技能组") {
		t.Error("the verb stands before cancel")
	}
}

func TestFrames(t *testing.T) {
	page := html(t, Page(PageView{Title: "登录", Class: "roomy", Styles: []string{"gallery.css"}, Words: []string{"kit.nav."}}), templ.Raw("<main></main>"))
	has(t, page, "<!doctype html>", `lang="zh-CN" data-theme="auto"`, "<title>登录 · Foyer</title>", `<body class="roomy">`, "gallery.", `"kit.nav.desk":"工作台"`,
		`"kit.script.copied"`, "<main></main>", `id="toasts"`, `nonce="n0nce"`, "selfRequestsOnly")
	hasNot(t, page, " style=", "onclick")
	for _, script := range regexp.MustCompile(`<(?:script|style)[^>]*>`).FindAllString(page, -1) {
		has(t, script, `nonce="n0nce"`)
	}

	admin := html(t, Admin(AdminView{Page: PageView{Title: "流"}, Instance: "星河", Active: "flows", Seat: Seat{ID: "a", Name: "张敏", Number: "1001"}}), templ.Raw("<p>body</p>"))
	has(t, admin, "星河", "张敏 · 工号 1001", `href="/desk"`, `action="/logout"`, "<p>body</p>", `href="#main"`)
	if n := strings.Count(admin, `aria-current="page"`); n != 1 {
		t.Errorf("%d entries are current", n)
	}
	at := -1
	for _, word := range []string{"概览", "全媒体客服", "会话服务流", "技能组", "客服管理", "服务记录"} {
		next := strings.Index(admin, word)
		if next <= at {
			t.Errorf("%s stands in the wrong place", word)
		}
		at = next
	}
	has(t, html(t, Centred(PageView{Title: "登录"}), templ.Raw("<p>body</p>")), "<p>body</p>", `id="lang-menu"`, `id="theme-menu"`)
	has(t, html(t, SeatMenu(Seat{Name: "张敏"}, AdminPath)), `href="/admin"`, "管理中心")
}

// No page may need 'unsafe-inline': there is no style attribute and no inline handler in any template.
func TestTemplatesHaveNothingInline(t *testing.T) {
	inline := regexp.MustCompile(`\sstyle=|\son[a-z]+=`)
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates found: %v", err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if at := inline.FindString(string(raw)); at != "" {
			t.Errorf("%s has %q", f, at)
		}
	}
}

// Every icon that a template or a Go file names is in the sprite.
func TestIconsExist(t *testing.T) {
	sprite, err := os.ReadFile("../asset/dist/vendor/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?:Icon|Icon20|IconNamed)\("([a-z0-9-]+)"|Icon: +"([a-z0-9-]+)"`)
	err = filepath.WalkDir("..", func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_templ.go") || filepath.Ext(name) != ".templ" && filepath.Ext(name) != ".go" {
			return err
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range named.FindAllStringSubmatch(string(raw), -1) {
			if icon := or(m[1], m[2]); !bytes.Contains(sprite, []byte(`id="`+icon+`"`)) {
				t.Errorf("%s names the icon %q, which the sprite lacks: add it to ui/asset/sprite/icons.txt", name, icon)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// doc.go is what page makers read: it names every component, and nothing that does not exist.
func TestDocNamesEveryComponent(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]bool{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^(?:templ|type) ([A-Z]\w*)( struct)?`).FindAllSubmatch(raw, -1) {
			made[string(m[1])] = true
			if name := string(m[1]); bytes.HasPrefix(m[0], []byte("templ")) && name != "Gallery" && name != "Toast" && !regexp.MustCompile(`\b`+name+`\b`).Match(doc) {
				t.Errorf("doc.go does not name %s", name)
			}
		}
	}
	for _, m := range regexp.MustCompile(`\b([A-Z]\w*Props)\b`).FindAllStringSubmatch(string(doc), -1) {
		if !made[m[1]] {
			t.Errorf("doc.go names %s, which is no more", m[1])
		}
	}
}
