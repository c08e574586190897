package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// clerk is somebody who is logged in, at the pages but without a browser.
type clerk struct {
	s       *server
	cookies []*http.Cookie
}

// logsInto logs a person in.
func logsInto(t *testing.T, s *server, who seat) clerk {
	t.Helper()
	r, err := browsing(nil).PostForm(s.url+"/login", url.Values{"email": {who.Email}, "password": {who.Password}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusSeeOther {
		t.Fatalf("login of %s: %d", who.Email, r.StatusCode)
	}
	return clerk{s, r.Cookies()}
}

// page reads a page.
func (c clerk) page(t *testing.T, path string) string {
	t.Helper()
	status, page := c.asks(t, http.MethodGet, path, nil)
	if status != http.StatusOK {
		t.Fatalf("%s: %d", path, status)
	}
	return page
}

// submits sends a form and fails when it is refused.
func (c clerk) submits(t *testing.T, path string, form url.Values) {
	t.Helper()
	if status, page := c.asks(t, http.MethodPost, path, form); status >= 400 {
		t.Fatalf("%s: %d %s", path, status, page)
	}
}

func (c clerk) asks(t *testing.T, method, path string, form url.Values) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, c.s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range c.cookies {
		r.AddCookie(cookie)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "zh-CN")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := browsing(nil).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(raw)
}
