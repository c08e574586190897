package kit

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"foyer/ui/kit/text"
)

func request(htmx bool, set func(r *http.Request)) (echo.Context, *httptest.ResponseRecorder) {
	r := httptest.NewRequest(http.MethodPost, "http://desk.test/admin/x?q=1", nil)
	if htmx {
		r.Header.Set("HX-Request", "true")
	}
	if set != nil {
		set(r)
	}
	rec := httptest.NewRecorder()
	return echo.New().NewContext(r, rec), rec
}

func parts() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, "whole "); err != nil {
			return err
		}
		return templ.Fragment("part").Render(templ.WithChildren(ctx, templ.Raw("part")), w)
	})
}

func TestRender(t *testing.T) {
	for _, tt := range []struct {
		name string
		htmx bool
		part []any
		want string
	}{
		{"a browser gets the page", false, []any{"part"}, "whole part"},
		{"htmx gets the part", true, []any{"part"}, "part"},
		{"htmx without parts gets the page", true, nil, "whole part"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, rec := request(tt.htmx, nil)
			if err := Render(c, http.StatusTeapot, parts(), tt.part...); err != nil {
				t.Fatal(err)
			}
			if rec.Code != http.StatusTeapot || rec.Body.String() != tt.want || rec.Header().Get("Vary") != "HX-Request" || rec.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%d %q %v", rec.Code, rec.Body, rec.Header())
			}
		})
	}
}

// A page that fails half way writes nothing, so that the error page is not appended to half of it.
func TestRenderWritesNothingOnError(t *testing.T) {
	broken := errors.New("broken")
	c, rec := request(false, nil)
	err := Render(c, http.StatusOK, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	}))
	if !errors.Is(err, broken) || rec.Body.Len() > 0 {
		t.Errorf("error %v, body %q", err, rec.Body)
	}
}

// kept reads the toast that an answer leaves for the next page.
func kept(t *testing.T, rec *httptest.ResponseRecorder) map[string]string {
	t.Helper()
	for _, k := range rec.Result().Cookies() {
		if k.Name != ToastCookie {
			continue
		}
		raw, err := url.PathUnescape(k.Value)
		if err != nil {
			t.Fatal(err)
		}
		var toast map[string]string
		if err := json.Unmarshal([]byte(raw), &toast); err != nil {
			t.Fatal(err)
		}
		return toast
	}
	return nil
}

func TestDone(t *testing.T) {
	c, rec := request(true, nil)
	if err := Done(c, "/admin/groups", "已保存，共 3 位"); err != nil {
		t.Fatal(err)
	}
	if rec.Code != http.StatusOK || rec.Header().Get("HX-Redirect") != "/admin/groups" {
		t.Errorf("htmx: %d %v", rec.Code, rec.Header())
	}
	if diff := cmp.Diff(map[string]string{"kind": "good", "text": "已保存，共 3 位"}, kept(t, rec)); diff != "" {
		t.Error(diff)
	}
	c, rec = request(false, nil)
	if err := Done(c, "/admin/groups", ""); err != nil {
		t.Fatal(err)
	}
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/admin/groups" || kept(t, rec) != nil {
		t.Errorf("browser: %d %v", rec.Code, rec.Header())
	}
}

func TestRefuse(t *testing.T) {
	c, rec := request(true, nil)
	if err := Refuse(c, "最后一个管理员"); err != nil {
		t.Fatal(err)
	}
	h := rec.Header()
	if rec.Code != http.StatusUnprocessableEntity || h.Get("HX-Reswap") != "none" || !strings.Contains(h.Get("HX-Trigger"), `"kind":"bad"`) {
		t.Errorf("htmx: %d %v", rec.Code, h)
	}
	for referer, want := range map[string]string{
		"http://desk.test/admin/agents?page=2": "/admin/agents?page=2",
		"http://evil.test/admin/agents":        "/",
		"http://desk.test//evil.test/x":        "/",
		"http://desk.test":                     "/",
		"":                                     "/",
		"::":                                   "/",
	} {
		c, rec := request(false, func(r *http.Request) { r.Header.Set("Referer", referer) })
		if err := Refuse(c, "不行"); err != nil {
			t.Fatal(err)
		}
		if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != want || kept(t, rec)["kind"] != "bad" {
			t.Errorf("from %q: %d to %q", referer, rec.Code, rec.Header().Get("Location"))
		}
	}
}

func TestSendToast(t *testing.T) {
	h := http.Header{}
	h.Set("HX-Trigger", "refresh")
	SendToast(h, ToastGood, "已保存 \"v8\" 🎉")
	SendEvent(h, "dialog-close", true)
	got := h.Get("HX-Trigger")
	for _, b := range []byte(got) {
		if b > 127 {
			t.Fatalf("a header must be ASCII: %q", got)
		}
	}
	var events map[string]any
	if err := json.Unmarshal([]byte(got), &events); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"refresh": true, "dialog-close": true, "toast": map[string]any{"kind": "good", "text": "已保存 \"v8\" 🎉"}}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Error(diff)
	}
}

func TestReader(t *testing.T) {
	for _, tt := range []struct {
		lang, accept, theme string
		wantLang            text.Lang
		wantTheme           Theme
	}{
		{"", "", "", text.Chinese, Auto},
		{"", "en-GB,en;q=0.9", "", text.English, Auto},
		{"zh-CN", "en", "dark", text.Chinese, Dark},
		{"en", "zh", "light", text.English, Light},
		{"fr", "xx", "purple", text.Chinese, Auto},
	} {
		r := httptest.NewRequest(http.MethodGet, "/admin/flows?q=a", nil)
		r.Header.Set("Accept-Language", tt.accept)
		r.AddCookie(&http.Cookie{Name: LangCookie, Value: tt.lang})
		r.AddCookie(&http.Cookie{Name: ThemeCookie, Value: tt.theme})
		ctx := WithReader(context.Background(), r)
		if text.From(ctx) != tt.wantLang || ThemeFrom(ctx) != tt.wantTheme {
			t.Errorf("%+v: %s, %s", tt, text.From(ctx), ThemeFrom(ctx))
		}
	}
}

func TestLangPath(t *testing.T) {
	ctx := WithPath(context.Background(), "/admin/flows?q=a&b=c")
	if got := LangPath(ctx, text.English); got != "/lang/en?back=%2Fadmin%2Fflows%3Fq%3Da%26b%3Dc" {
		t.Error(got)
	}
	if got := LangPath(context.Background(), text.Chinese); got != "/lang/zh-CN?back=%2F" {
		t.Error(got)
	}
}
