package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/runtime/agent"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui/api"
	"foyer/ui/kit/text"
	"foyer/ui/live"
)

// sentinels finds every exported Err… of a source file, as "package path.Name". Another name for the same error does
// not count.
func sentinels(file *ast.File, pkg string) []string {
	var found []string
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			for i, name := range v.Names {
				if !strings.HasPrefix(name.Name, "Err") {
					continue
				}
				if i < len(v.Values) {
					if _, alias := v.Values[i].(*ast.SelectorExpr); alias {
						continue
					}
				}
				found = append(found, pkg+"."+name.Name)
			}
		}
	}
	return found
}

// mapped lists what errors.go names, with other names of an error resolved by the error's own identity elsewhere.
func mapped(t *testing.T) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{}
	for _, i := range file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths[path.Base(p)] = strings.TrimPrefix(p, "foyer/")
	}
	names := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := s.X.(*ast.Ident); ok {
				names[paths[pkg.Name]+"."+s.Sel.Name] = true
			}
		}
		return true
	})
	return names
}

// Every exported error of the product has a status, a code and a sentence.
func TestEveryErrorIsMapped(t *testing.T) {
	names := mapped(t)
	aliases := map[string]string{ // the owner's name, and the name the table uses
		"designer/graph.ErrNewerSpec": "designer/flow.ErrNewerSpec",
		"designer/graph.ErrMalformed": "designer/flow.ErrMalformed",
	}
	count := 0
	for _, root := range []string{"designer", "nodes", "runtime", "ui"} {
		err := filepath.WalkDir("../"+root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				return err
			}
			pkg := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(name)), "../")
			for _, s := range sentinels(file, pkg) {
				count++
				if other, ok := aliases[s]; ok {
					s = other
				}
				if !names[s] {
					t.Errorf("%s is in no line of the table in ui/errors.go", s)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if count < 50 {
		t.Errorf("only %d errors were found: the search is broken", count)
	}
}

// A planted error that nobody mapped is found.
func TestPlantedErrorIsFound(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nvar ErrNew = errors.New(\"new\")\nvar ErrOld = y.ErrOld\nvar errOwn = 1\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := sentinels(file, "runtime/x"); len(got) != 1 || got[0] != "runtime/x.ErrNew" {
		t.Fatalf("found %v", got)
	}
	if mapped(t)["runtime/x.ErrNew"] {
		t.Error("it counts as mapped")
	}
}

func TestEveryCodeHasWords(t *testing.T) {
	codes := []string{"internal", "field", "offer.won"}
	for _, r := range table {
		codes = append(codes, r.code)
	}
	for _, c := range byStatus {
		codes = append(codes, c)
	}
	for _, c := range codes {
		for _, l := range text.Langs() {
			if !text.Has(l, "error."+c) {
				t.Errorf("%s has no words for %q", l, c)
			}
		}
	}
}

func TestExplain(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status int
		code   string
		field  string
		says   string
	}{
		{"wrapped", fmt.Errorf("starting: %w", flow.ErrNotPublished), 409, "flow.notPublished", "ivrId", "尚未发布"},
		{"a stranger's", session.ErrNotYours, 404, "session.notFound", "", "没有这次会话"},
		{"a field", &api.FieldError{Name: "media", Err: api.ErrBody}, 400, "body", "media", "“media”"},
		{"won by another", fmt.Errorf("accept: %w", &queue.GoneError{Winner: "李雷"}), 409, "offer.gone", "", "李雷"},
		{"gone", queue.ErrOfferGone, 409, "offer.gone", "", "不在等待"},
		{"the database's", errors.New("pq: relation \"x\" does not exist"), 500, "internal", "", "服务器出错"},
		{"too slow", context.DeadlineExceeded, 503, "unavailable", "", "稍候"},
		{"no route", echo.ErrNotFound, 404, "notFound", "", "没有这个地址"},
		{"wrong method", echo.ErrMethodNotAllowed, 405, "method", "", ""},
		{"odd status", echo.NewHTTPError(418, "teapot"), 418, "body", "", ""},
		{"gateway", echo.NewHTTPError(502, "nginx says no"), 500, "internal", "", ""},
	}
	for _, tt := range tests {
		status, p := Explain(t.Context(), tt.err)
		if status != tt.status || p.Code != tt.code || p.Field != tt.field || !strings.Contains(p.Message, tt.says) {
			t.Errorf("%s: %d %+v", tt.name, status, p)
		}
		if strings.Contains(p.Message, "pq") || strings.Contains(p.Message, "nginx") || strings.HasPrefix(p.Message, "error.") {
			t.Errorf("%s shows %q", tt.name, p.Message)
		}
	}
	if _, p := Explain(text.With(t.Context(), text.English), flow.ErrNotFound); !strings.Contains(p.Message, "no such service") {
		t.Errorf("in English: %q", p.Message)
	}
}

// The same error is JSON to a program, a toast to htmx and a page to a person; none shows what caused it.
func TestErrorHandler(t *testing.T) {
	var log strings.Builder
	e := echo.New()
	e.HTTPErrorHandler = ErrorHandler(slog.New(slog.NewTextHandler(&log, nil)))
	secret := errors.New("disk /var/lib/foyer on fire")
	for _, p := range []string{"/api/v1/x", "/x"} {
		e.GET(p, func(echo.Context) error { return secret })
		e.POST(p, func(echo.Context) error { return flow.ErrNotFound })
		e.PUT(p, func(echo.Context) error { return flow.ErrName })
	}
	e.GET("/half", func(c echo.Context) error {
		if err := c.String(200, "half"); err != nil {
			return err
		}
		return secret
	})
	ask := func(method, path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, r)
		if strings.Contains(rec.Body.String(), "fire") || strings.Contains(fmt.Sprint(rec.Header()), "fire") {
			t.Errorf("%s %s shows the cause", method, path)
		}
		return rec
	}

	rec := ask("GET", "/api/v1/x", "Accept", "text/html")
	var body problem
	if err := json.Unmarshal(rec.Body.Bytes(), &body); err != nil || rec.Code != 500 || body.Error.Code != "internal" {
		t.Errorf("a program gets %d %s", rec.Code, rec.Body)
	}
	if !strings.Contains(log.String(), "on fire") || strings.Count(log.String(), "\n") != 1 {
		t.Errorf("the log says %q", log.String())
	}
	if rec := ask("POST", "/x", "HX-Request", "true", "Accept", "text/html"); rec.Code != 404 || rec.Body.Len() != 0 || !strings.Contains(rec.Header().Get("HX-Trigger"), "toast") {
		t.Errorf("htmx gets %d %q %v", rec.Code, rec.Body, rec.Header())
	}
	if rec := ask("PUT", "/x", "HX-Request", "true"); rec.Code != 422 || rec.Body.Len() != 0 || rec.Header().Get("HX-Reswap") != "none" {
		t.Errorf("htmx would put nothing in the place of what was refused: %d %q %v", rec.Code, rec.Body, rec.Header())
	}
	if rec := ask("POST", "/x", "Accept", "text/html,*/*"); rec.Code != 404 || !strings.Contains(rec.Body.String(), "没有这个服务流程") || !strings.Contains(rec.Body.String(), "<html") {
		t.Errorf("a person gets %d %s", rec.Code, rec.Body)
	}
	if rec := ask("GET", "/x", "Accept", "text/html"); rec.Code != 500 || !strings.Contains(rec.Body.String(), "重试") {
		t.Errorf("a person gets %d %s", rec.Code, rec.Body)
	}
	if rec := ask("GET", "/nowhere", "Accept", "text/html"); rec.Code != 404 || !strings.Contains(rec.Body.String(), "没有这个地址") {
		t.Errorf("nowhere is %d %s", rec.Code, rec.Body)
	}
	if rec := ask(http.MethodHead, "/nowhere"); rec.Code != 404 || rec.Body.Len() != 0 {
		t.Errorf("HEAD gets %d %q", rec.Code, rec.Body)
	}
	if rec := ask("GET", "/half"); rec.Code != 200 || rec.Body.String() != "half" {
		t.Errorf("an answer under way became %d %q", rec.Code, rec.Body)
	}
	if n := strings.Count(log.String(), "\n"); n != 2 { // nobody's fault but ours is logged; /half was answered already
		t.Errorf("the log has %d lines: %s", n, log.String())
	}
}

// Whoever asks too much is told when to try again: by the error, by who refused, or in a moment.
func TestRetryAfter(t *testing.T) {
	e := echo.New()
	e.HTTPErrorHandler = ErrorHandler(slog.New(slog.DiscardHandler))
	for about, c := range map[string]struct {
		err        error
		said, want string
	}{
		"by the error":   {fmt.Errorf("login: %w", &agent.ThrottleError{After: 90*time.Second + time.Millisecond}), "", "91"},
		"by who refused": {api.ErrRate, "7", "7"},
		"by nobody":      {live.ErrSockets, "", "5"},
		"something else": {flow.ErrNotFound, "", ""},
	} {
		e.GET("/x", func(x echo.Context) error {
			if c.said != "" {
				x.Response().Header().Set(echo.HeaderRetryAfter, c.said)
			}
			return c.err
		})
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, httptest.NewRequest("GET", "/x", nil))
		if got := rec.Header().Get(echo.HeaderRetryAfter); got != c.want {
			t.Errorf("%s: %q, want %q", about, got, c.want)
		}
	}
}
