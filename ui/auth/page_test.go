package auth_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"foyer/ui/asset"
	"foyer/ui/kit/kittest"
)

// TestPolicy reads the content policy as a browser does: nothing runs that does not carry the answer's own nonce.
func TestPolicy(t *testing.T) {
	s := open(t)
	first, second := s.ask("GET", "/login", nil), s.ask("GET", "/login", nil)
	policy := first.Header().Get("Content-Security-Policy")
	nonce := regexp.MustCompile(`script-src 'nonce-([A-Z2-7]{26,})';`).FindStringSubmatch(policy)
	if nonce == nil {
		t.Fatalf("no nonce in %s", policy)
	}
	if policy == second.Header().Get("Content-Security-Policy") {
		t.Error("two answers share a nonce")
	}
	for _, bad := range []string{"unsafe-", "*", "http:", "https:"} {
		if strings.Contains(policy, bad) {
			t.Errorf("the policy has %s: %s", bad, policy)
		}
	}
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s", want)
		}
	}
	for _, tag := range regexp.MustCompile(`<script[^>]*>`).FindAllString(first.Body.String(), -1) {
		if !strings.Contains(tag, `nonce="`+nonce[1]+`"`) && !strings.Contains(tag, `type="application/json"`) {
			t.Errorf("a script without the nonce: %s", tag)
		}
	}
	if strings.Contains(first.Body.String(), " onclick=") || strings.Contains(first.Body.String(), ` style="`) {
		t.Error("the page has scripts or styles in attributes")
	}
}

func TestHeaders(t *testing.T) {
	h := open(t).ask("GET", "/login", nil).Header()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		"Strict-Transport-Security": "max-age=31536000", "Cache-Control": "no-store",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// TestPages looks at every page of the door in a browser, in both themes.
func TestPages(t *testing.T) {
	s := open(t)
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	mux.Handle("/", s.http)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	ctx := kittest.Browser(t)
	for _, theme := range []string{"light", "dark"} {
		kittest.Do(t, ctx, chromedp.Navigate(server.URL+"/theme/"+theme+"?back=/login"))
		kittest.Axe(t, ctx)
		kittest.Do(t, ctx,
			chromedp.SendKeys(chromedp.CSS("[name=email]"), "admin@foyer.test"),
			chromedp.SendKeys(chromedp.CSS("[name=password]"), "wrong"),
			chromedp.Click(chromedp.CSS("main [type=submit]")),
			chromedp.WaitVisible(chromedp.CSS(".banner-bad")),
		)
		kittest.Axe(t, ctx)
		kittest.Do(t, ctx, chromedp.Navigate(server.URL+"/welcome/gone"))
		kittest.Axe(t, ctx)
	}
	kittest.Do(t, ctx,
		chromedp.Navigate(server.URL+"/welcome/once"),
		chromedp.Click(chromedp.CSS("main [type=submit]")),
		chromedp.WaitVisible(chromedp.CSS("[name=again]")),
	)
	kittest.Axe(t, ctx)
}
