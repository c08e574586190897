package manage_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"foyer/runtime/agent"
	"foyer/ui/auth"
	"foyer/ui/kit/kittest"
)

// TestPages looks at every page, filled and empty, light and dark, in both languages: axe finds nothing and nothing
// is wider than a phone. FOYER_SHOTS names a folder for pictures.
func TestPages(t *testing.T) {
	full, bare := httptest.NewServer(open(t, busy()).echo), httptest.NewServer(open(t, nil).echo)
	t.Cleanup(full.Close)
	t.Cleanup(bare.Close)
	ctx := kittest.Browser(t)
	visit := func(url string, steps ...kittest.Step) {
		kittest.Do(t, ctx, append([]kittest.Step{chromedp.Navigate(url)}, steps...)...)
		kittest.Axe(t, ctx)
	}
	look := func(at, theme, lang string) {
		kittest.Do(t, ctx, chromedp.Navigate(at+"/lang/"+lang+"?back=/theme/"+theme+"?back=/login"))
		kittest.Do(t, ctx, chromedp.Evaluate[chromedp.Void](`document.cookie = "`+auth.Cookie+`=agt_1; Secure; Path=/"`))
	}
	local := func(s *httptest.Server) string { return strings.Replace(s.URL, "127.0.0.1", "localhost", 1) }
	for _, mode := range []struct{ theme, lang string }{{"light", "zh-CN"}, {"dark", "en"}} {
		look(local(full), mode.theme, mode.lang)
		for _, path := range pagePaths {
			visit(local(full) + path)
			shoot(t, mode.theme+strings.ReplaceAll(path, "/", "-"), func(file string) { kittest.Screenshot(t, ctx, file, 1440, 0) })
			kittest.Do(t, ctx, kittest.Size(390, 844))
			if w := kittest.Eval[int](t, ctx, `document.scrollingElement.scrollWidth`); w > 390 {
				t.Errorf("%s is %d px wide on a phone of 390", path, w)
			}
			kittest.Do(t, ctx, kittest.Size(1280, 900))
		}
		visit(local(full)+"/admin/agents", chromedp.Click(chromedp.CSS(`[data-dialog-open="new-agent"]`)), chromedp.Sleep(300*time.Millisecond))
		visit(local(full)+"/admin/groups/grp_1", chromedp.Click(chromedp.CSS(`[data-dialog-open="add-members"]`)), chromedp.Sleep(300*time.Millisecond))
		look(local(bare), mode.theme, mode.lang)
		for _, path := range []string{"/admin", "/admin/flows", "/admin/groups", "/admin/records", "/admin/callbacks"} {
			visit(local(bare) + path)
		}
	}
}

var pagePaths = []string{
	"/admin", "/admin/flows", "/admin/groups", "/admin/groups/grp_1", "/admin/agents", "/admin/records", "/admin/records/ses_normal", "/admin/records/ses_broken",
	"/desk/records", "/admin/callbacks", "/admin/callbacks?state=all&done=cbk_2", "/desk/callbacks",
}

// TestFaultTakesFocus sends a form with faults: the focus goes to the first of them, not to the first field.
func TestFaultTakesFocus(t *testing.T) {
	scene := open(t, busy())
	scene.fault = agent.Faults{{Field: "number", Code: agent.Invalid}}
	server := httptest.NewServer(scene.echo)
	t.Cleanup(server.Close)
	ctx := kittest.Browser(t)
	at := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	kittest.Do(t, ctx, chromedp.Navigate(at+"/login"))
	kittest.Do(t, ctx, chromedp.Evaluate[chromedp.Void](`document.cookie = "`+auth.Cookie+`=agt_1; Secure; Path=/"`))
	kittest.Do(t, ctx, chromedp.Navigate(at+"/admin/agents"), chromedp.Click(chromedp.CSS(`[data-dialog-open="new-agent"]`)))
	kittest.Do(t, ctx, chromedp.Evaluate[chromedp.Void](`for (const [name, value] of [["email", "new@foyer.test"], ["name", "新人"], ["number", "!"], ["password", "long-enough-1"]])
		document.querySelector("#new-agent [name=" + name + "]").value = value`))
	kittest.Do(t, ctx, chromedp.Click(chromedp.CSS(`#new-agent [type=submit]`)))
	for end := time.Now().Add(5 * time.Second); !kittest.Eval[bool](t, ctx, `document.activeElement.matches("[name=number][aria-invalid=true]")`); {
		if time.Now().After(end) {
			t.Fatalf("the focus is on %q", kittest.Eval[string](t, ctx, `document.activeElement.outerHTML.slice(0, 200)`))
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// shoot takes a picture when somebody wants to see one.
func shoot(t *testing.T, name string, shot func(file string)) {
	t.Helper()
	if dir := os.Getenv("FOYER_SHOTS"); dir != "" {
		shot(filepath.Join(dir, name+".png"))
	}
}
