package http

import (
	"net/url"
	"strings"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes/expression"
)

var env = expression.NewEnv([]expression.Name{{Path: "who", Type: graph.TextType}, {Path: "n", Type: graph.NumberType}})

type given map[string]any

func (g given) Value(path string) any { return g[path] }

func TestAddress(t *testing.T) {
	for source, code := range map[string]string{
		"https://a.example": "", "http://a.example:8080/x": "", " https://a.example/?q=${who} ": "", "HTTPS://a.example?q=${who}": "",
		"https://[2001:db8::1]/": "", "https://例子.example/路径": "", "https://a.example/${who}.json?x=${n}&y=${who}": "",
		"ftp://a.example": "http.url", "a.example/x": "http.url", "//a.example": "http.url", "https://": "http.url", "https:///x": "http.url",
		"https://u:p@a.example/": "http.url", "https://a.example/#x": "http.url", "https://a.example:x/": "http.url", "https://a.example/%zz": "http.url",
		"https://a.example/a b": "http.url", "https://a.example/../x": "http.url", "https://:80/": "http.url", "javascript:alert(1)": "http.url",
		"https://${who}/": "http.urlHole", "https://a.${who}/": "http.urlHole", "https://a.example${who}": "http.urlHole", "https://a.example:${n}/": "http.urlHole",
		"${who}": "http.urlHole", "${who}/x": "http.urlHole", "http${who}://a.example/": "http.urlHole",
	} {
		if _, got := compileAddress(env, source); got != code {
			t.Errorf("%s: %q, not %q", source, got, code)
		}
	}
}

// A value stays one segment of the path or one value of the query, whatever it is.
func TestAddressCannotBeBroken(t *testing.T) {
	a, code := compileAddress(env, "https://a.example/u/${who}/end?q=${who}&fixed=1")
	if code != "" {
		t.Fatal(code)
	}
	for _, evil := range []string{"a b", "a&fixed=2", "a?b#c", "%2e%2e", "你好😀", "\r\nHost: b", "a;b", "@evil", "https://evil/", "a+b", "=", "\xff"} {
		got, err := a.render(given{"who": evil})
		if err != nil {
			continue // not asked at all
		}
		u, err := url.Parse(got)
		if err != nil || u.Host != "a.example" || u.Fragment != "" || u.Query().Get("q") != evil || len(u.Query()) != 2 || u.Query().Get("fixed") != "1" {
			t.Errorf("%q became %s (%v)", evil, got, err)
			continue
		}
		parts := strings.Split(u.EscapedPath(), "/")
		if whole, err := url.PathUnescape(parts[2]); len(parts) != 4 || err != nil || whole != evil {
			t.Errorf("%q became the path %s", evil, u.EscapedPath())
		}
	}
	for _, evil := range []string{"..", ".", "../admin", `..\admin`, "x/../../y", strings.Repeat("x", maxURL)} {
		if got, err := a.render(given{"who": evil}); err == nil {
			t.Errorf("%.40q is asked as %.80s", evil, got)
		}
	}
	if got, err := a.render(given{"who": ""}); err != nil || got != "https://a.example/u//end?q=&fixed=1" {
		t.Errorf("nothing became %s, %v", got, err)
	}
}

// An address with a value left out for its length would be another one, so it is not asked.
func TestAddressIsWhole(t *testing.T) {
	a, code := compileAddress(env, "https://a.example/u/${who}?q=${repeat(who, 12)}")
	if code != "" {
		t.Fatal(code)
	}
	if got, err := a.render(given{"who": strings.Repeat("x", 5100)}); err == nil {
		t.Errorf("asked is %.40s… of %d bytes", got, len(got))
	}
}
