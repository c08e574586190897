package auth_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"foyer/ui/auth"
	"foyer/ui/kit/text"
)

// loginCookie is the login that an answer sets; the test fails when its attributes are not the strict ones.
func loginCookie(t *testing.T, w *httptest.ResponseRecorder) *http.Cookie {
	t.Helper()
	for _, c := range w.Result().Cookies() {
		if c.Name != auth.Cookie {
			continue
		}
		if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("the cookie is too free: %s", c)
		}
		return c
	}
	return nil
}

func says(key string, pairs ...any) string { return text.In(text.English, key, pairs...) }

func TestLogin(t *testing.T) {
	if !strings.HasPrefix(auth.Cookie, "__Host-") {
		t.Errorf("browsers do not protect a cookie named %s", auth.Cookie)
	}
	w := open(t).ask("POST", "/login", url.Values{"email": {"admin@foyer.test"}, "password": {goodPassword}})
	c := loginCookie(t, w)
	// each use prolongs a login without a new cookie, so the browser must keep the first one
	if w.Code != http.StatusSeeOther || c == nil || c.Value != "admin-token" || c.MaxAge < int((7*24*time.Hour).Seconds()) {
		t.Fatalf("%d with %v", w.Code, c)
	}
}

func TestLoginRefused(t *testing.T) {
	s, form := open(t), url.Values{"email": {"admin@foyer.test"}, "password": {"wrong"}, "next": {"/admin/flows"}}
	w := s.ask("POST", "/login", form)
	body := w.Body.String()
	if w.Code != http.StatusUnauthorized || loginCookie(t, w) != nil {
		t.Fatalf("%d", w.Code)
	}
	for _, want := range []string{says("auth.badLogin"), `value="admin@foyer.test"`, `value="/admin/flows"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the form comes back without %q", want)
		}
	}
	if strings.Contains(body, `value="wrong"`) {
		t.Error("the page repeats a password")
	}
	for range 5 {
		w = s.ask("POST", "/login", form)
	}
	if w.Code != http.StatusTooManyRequests || !strings.Contains(w.Body.String(), says("auth.tooMany")) {
		t.Errorf("after six tries: %d", w.Code)
	}
}

// TestNext leads people on only within the site, and only to where they may go.
func TestNext(t *testing.T) {
	for _, test := range []struct{ email, next, to string }{
		{"admin@foyer.test", "", "/admin"},
		{"admin@foyer.test", "/admin/flows?q=x", "/admin/flows?q=x"},
		{"admin@foyer.test", "/desk", "/desk"},
		{"admin@foyer.test", "https://evil.test/", "/admin"},
		{"admin@foyer.test", "//evil.test/", "/admin"},
		{"admin@foyer.test", "///evil.test/", "/admin"},
		{"admin@foyer.test", `/\evil.test/`, "/admin"},
		{"admin@foyer.test", `\\evil.test`, "/admin"},
		{"admin@foyer.test", "javascript:alert(1)", "/admin"},
		{"admin@foyer.test", "evil.test", "/admin"},
		{"admin@foyer.test", "/a\r\nSet-Cookie: x=y", "/admin"},
		{"admin@foyer.test", "/\tevil.test", "/admin"},
		{"admin@foyer.test", "%zz", "/admin"},
		{"zhang@foyer.test", "", "/desk"},
		{"zhang@foyer.test", "/desk/records", "/desk/records"},
		{"zhang@foyer.test", "/admin/agents", "/desk"},
	} {
		w := open(t).ask("POST", "/login", url.Values{"email": {test.email}, "password": {goodPassword}, "next": {test.next}})
		if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != test.to {
			t.Errorf("%s with next %q goes to %q, want %q", test.email, test.next, got, test.to)
		}
	}
}

func TestLoginPage(t *testing.T) {
	s := open(t)
	if w := s.ask("GET", "/login?email=a%40b.c&next=%2Fdesk", nil); w.Code != 200 || !strings.Contains(w.Body.String(), `value="a@b.c"`) {
		t.Errorf("the page: %d", w.Code)
	}
	w := s.ask("GET", "/login", nil, as("member-token"))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/desk" {
		t.Errorf("who is logged in sees the form: %d", w.Code)
	}
}

// TestInsecure warns where a browser will refuse cookie and camera, and only there.
func TestInsecure(t *testing.T) {
	for address, warned := range map[string]bool{
		"http://10.0.0.5:8080/login": true, "http://foyer.example/login": true, "http://localhost.evil.test/login": true,
		"http://localhost:8080/login": false, "http://app.localhost/login": false, "http://127.0.0.1:8080/login": false,
		"http://[::1]:8080/login": false, "http://[::1]/login": false, "https://foyer.example/login": false,
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", address, nil)
		r.Header.Set("Accept-Language", "en")
		open(t).http.ServeHTTP(w, r)
		if got := strings.Contains(w.Body.String(), says("auth.insecure")); got != warned {
			t.Errorf("%s: warned is %v", address, got)
		}
	}
}

// TestLink looks at a one-time link as a mail scanner does, and then uses it.
func TestLink(t *testing.T) {
	s := open(t)
	for range 3 {
		if w := s.ask("GET", "/welcome/once", nil); w.Code != 200 || loginCookie(t, w) != nil {
			t.Fatalf("looking: %d", w.Code)
		}
	}
	if w := s.ask("HEAD", "/welcome/once", nil); loginCookie(t, w) != nil {
		t.Fatal("HEAD logs in")
	}
	w := s.ask("POST", "/welcome/once", url.Values{})
	if c := loginCookie(t, w); w.Code != http.StatusSeeOther || c == nil || c.Value != "admin-token" || w.Header().Get("Location") != "/account/password" {
		t.Fatalf("entering: %d %v", w.Code, c)
	}
	w = s.ask("POST", "/welcome/once", url.Values{})
	if w.Code != http.StatusGone || loginCookie(t, w) != nil || !strings.Contains(w.Body.String(), says("auth.linkGone")) {
		t.Errorf("the second time: %d", w.Code)
	}
}

func TestLogout(t *testing.T) {
	s := open(t)
	w := s.ask("POST", "/logout", url.Values{}, as("member-token"))
	if c := loginCookie(t, w); w.Code != http.StatusSeeOther || c == nil || c.MaxAge >= 0 {
		t.Errorf("%d %v", w.Code, c)
	}
	if w := s.ask("GET", "/desk", nil, as("member-token")); w.Code != http.StatusSeeOther {
		t.Errorf("the old token still opens the desk: %d", w.Code)
	}
	if w := s.ask("POST", "/logout", url.Values{}); w.Code != http.StatusSeeOther {
		t.Errorf("logging out twice: %d", w.Code)
	}
}

func TestPassword(t *testing.T) {
	s, me := open(t), as("admin-token")
	if w := s.ask("GET", "/account/password", nil); w.Code != http.StatusSeeOther {
		t.Errorf("a stranger sees the form: %d", w.Code)
	}
	for _, test := range []struct{ password, again, fault string }{
		{"short", "short", "auth.weak"}, {"long enough 1", "long enough 2", "auth.differ"},
	} {
		w := s.ask("POST", "/account/password", url.Values{"password": {test.password}, "again": {test.again}}, me)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), says(test.fault)) {
			t.Errorf("%s: %d", test.fault, w.Code)
		}
	}
	w := s.ask("POST", "/account/password", url.Values{"password": {"a better password"}, "again": {"a better password"}}, me)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/admin" || s.people.passwords["admin@foyer.test"] != "a better password" {
		t.Errorf("a good one: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if loginCookie(t, w) == nil {
		t.Error("the new password locks its owner out")
	}
}

func TestPreferences(t *testing.T) {
	s := open(t)
	for back, to := range map[string]string{"": "/", "/desk": "/desk", "//evil.test": "/", "https://evil.test": "/"} {
		w := s.ask("GET", "/lang/zh-CN?back="+url.QueryEscape(back), nil)
		if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != to || len(w.Result().Cookies()) != 1 {
			t.Errorf("back %q leads to %q", back, got)
		}
	}
	if w := s.ask("GET", "/theme/dark", nil); len(w.Result().Cookies()) != 1 {
		t.Error("the theme is not kept")
	}
	for _, path := range []string{"/lang/xx", "/theme/pink"} {
		if w := s.ask("GET", path, nil); len(w.Result().Cookies()) != 0 {
			t.Errorf("%s is kept", path)
		}
	}
}
