package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"foyer/designer/flow"
	"foyer/runtime/channel"
	"foyer/runtime/chat"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui/api"
	"foyer/ui/rate"
)

const start = `{"ivrId":"f0123456789abcde","media":"video","version":7,"optionId":"o1","clientData":{"page":"/x"},"idempotencyKey":"k1"}`

func TestLogin(t *testing.T) {
	p := open(t)
	p.accepted(p.ask("POST", "/api/v1/caller/login", `{"sdkAppId":1400000001,"visitor":{"nickname":"王先生"}}`),
		200, `"token":"tok"`, `"expiresIn":3600`, `"callerId":"c1"`, `"nickname":"王先生"`)
	if p.notes[0] != "login 1400000001 王先生" {
		t.Errorf("asked %q", p.notes)
	}
	p.refused(p.ask("POST", "/api/v1/caller/login", `{"sdkAppId":1}`), 400, "body", "visitor")
	p.err = channel.ErrSdkApp
	p.refused(p.ask("POST", "/api/v1/caller/login", `{"sdkAppId":1,"visitor":{}}`), 404, "caller.sdkAppId", "sdkAppId")
	p.err = channel.ErrNickname
	p.refused(p.ask("POST", "/api/v1/caller/login", `{"sdkAppId":1,"visitor":{}}`), 422, "caller.nickname", "nickname")
}

func TestMenu(t *testing.T) {
	p := open(t)
	rec := p.ask("GET", "/api/v1/flows/f0123456789abcde/menu", "", "Authorization", "")
	if rec.Code != 200 || rec.Body.String() != p.menu || rec.Header().Get("ETag") != `"tag"` || rec.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("answer %d %s %v", rec.Code, rec.Body, rec.Header())
	}
	for tag, status := range map[string]int{`"tag"`: 304, `W/"tag"`: 304, `"old", "tag"`: 304, `*`: 304, `"old"`: 200, `tag`: 200} {
		rec := p.ask("GET", "/api/v1/flows/f0123456789abcde/menu", "", "If-None-Match", tag)
		if rec.Code != status || (status == 304) != (rec.Body.Len() == 0) || rec.Header().Get("ETag") != `"tag"` {
			t.Errorf("with %s: %d %q", tag, rec.Code, rec.Body)
		}
	}
	for err, want := range map[error]struct {
		status int
		code   string
		field  string
	}{
		session.ErrBadIvr:    {400, "flow.badId", "ivrId"},
		flow.ErrNotFound:     {404, "flow.notFound", ""},
		flow.ErrNotPublished: {409, "flow.notPublished", "ivrId"},
	} {
		p.err = fmt.Errorf("flow: %w", err)
		p.refused(p.ask("GET", "/api/v1/flows/x/menu", ""), want.status, want.code, want.field)
	}
}

func TestStart(t *testing.T) {
	p := open(t)
	p.accepted(p.ask("POST", "/api/v1/sessions", start), 201, `"sessionId":"s1"`, `"position":2`)
	want := session.StartRequest{CallerID: "c1", Nickname: "王先生", Channel: "web", IvrID: "f0123456789abcde", Media: queue.Video,
		Version: 7, OptionID: "o1", ClientData: `{"page":"/x"}`, Key: "k1"}
	if p.started != want {
		t.Errorf("started %+v", p.started)
	}
	for err, code := range map[error]string{
		session.ErrMedia: "session.media", session.ErrNotAChoice: "session.notAChoice", flow.ErrNotPublished: "flow.notPublished",
	} {
		p.err = err
		var f = p.ask("POST", "/api/v1/sessions", start)
		if !strings.Contains(f.Body.String(), `"`+code+`"`) || f.Code < 400 {
			t.Errorf("%v: %d %s", err, f.Code, f.Body)
		}
	}
}

func TestInput(t *testing.T) {
	p := open(t)
	p.accepted(p.ask("POST", "/api/v1/sessions/s1/input", `{"optionId":"o1","stepToken":"t"}`), 200, `"sessionId":"s1"`)
	if p.input != (session.InputRequest{OptionID: "o1", StepToken: "t"}) || p.notes[0] != "input c1 s1" {
		t.Errorf("asked %+v %q", p.input, p.notes)
	}
	p.refused(p.ask("POST", "/api/v1/sessions/s1/input", `{"optionId":"o1"}`), 400, "body", "stepToken")
	p.refused(p.ask("POST", "/api/v1/sessions/s1/input", `{"stepToken":"t"}`), 400, "body", "optionId")
	p.refused(p.ask("POST", "/api/v1/sessions/s1/input", `{"optionId":"a","text":"b","stepToken":"t"}`), 400, "body", "optionId")
	p.accepted(p.ask("POST", "/api/v1/sessions/s1/input", `{"text":"`+strings.Repeat("长", 2000)+`","stepToken":"t"}`), 200, `"sessionId":"s1"`)
	p.refused(p.ask("POST", "/api/v1/sessions/s1/input", `{"text":"`+strings.Repeat("长", 2001)+`","stepToken":"t"}`), 400, "body", "text")
	for err, code := range map[error]string{session.ErrNotAChoice: "session.notAChoice", session.ErrOver: "session.over", session.ErrNotYours: "session.notFound", session.ErrStale: "session.stale"} {
		p.err = err
		if rec := p.ask("POST", "/api/v1/sessions/s1/input", `{"text":"1","stepToken":"t"}`); !strings.Contains(rec.Body.String(), `"`+code+`"`) {
			t.Errorf("%v: %s", err, rec.Body)
		}
	}
}

// Every route that names a session needs a token, and a stranger's session is as if it did not exist.
func TestOwnership(t *testing.T) {
	p := open(t)
	for _, r := range [][3]string{
		{"GET", "", ""},
		{"POST", "/end", ""},
		{"POST", "/messages", `{"clientMessageId":"1","kind":"text","text":"x"}`},
		{"GET", "/messages", ""},
	} {
		for _, auth := range []string{"", "Bearer", "Bearer wrong", "Basic tok", "tok"} {
			p.refused(p.ask(r[0], "/api/v1/sessions/s1"+r[1], r[2], "Authorization", auth), 401, "caller.token", "")
		}
		for _, id := range []string{"s2", "s9"} {
			p.refused(p.ask(r[0], "/api/v1/sessions/"+id+r[1], r[2]), 404, "session.notFound", "")
		}
	}
	p.refused(p.ask("POST", "/api/v1/sessions", start, "Authorization", ""), 401, "caller.token", "")
	p.refused(p.ask("POST", "/api/v1/sessions/s1/input", `{"text":"1","stepToken":"t"}`, "Authorization", ""), 401, "caller.token", "")
	p.refused(p.ask("POST", "/api/v1/files", "", "Authorization", ""), 401, "caller.token", "")
	for _, n := range p.notes {
		t.Errorf("done all the same: %s", n)
	}
	p.accepted(p.ask("GET", "/api/v1/sessions/s1", "", "Authorization", "bearer tok"), 200, `"seq":3`)
}

func TestEnd(t *testing.T) {
	p := open(t)
	for range 2 { // again is fine
		p.accepted(p.ask("POST", "/api/v1/sessions/s1/end", ""), 200, `"state":"ended"`)
	}
	if len(p.notes) != 1 || p.notes[0] != "end s1 caller c1" {
		t.Errorf("asked %q", p.notes)
	}
}

func TestPost(t *testing.T) {
	p := open(t)
	const say = `{"clientMessageId":"m","kind":"text","text":"你好"}`
	p.accepted(p.ask("POST", "/api/v1/sessions/s1/messages", say), 200, `"messageId":"m1"`, `"seq":7`)
	want := chat.Post{SessionID: "s1", From: chat.FromCaller, SenderID: "c1", Name: "王先生", ClientMessageID: "m", Kind: chat.TextKind, Text: "你好"}
	if p.posted != want {
		t.Errorf("posted %+v", p.posted)
	}
	p.refused(p.ask("POST", "/api/v1/sessions/s1/messages", `{"kind":"text","text":"x"}`), 400, "body", "clientMessageId")
	p.view.State = session.Ended
	p.refused(p.ask("POST", "/api/v1/sessions/s1/messages", say), 409, "session.over", "")
}

func TestMessages(t *testing.T) {
	p := open(t)
	p.accepted(p.ask("GET", "/api/v1/sessions/s1/messages", ""), 200, `"messages":[]`, `"more":false`)
	p.list = make([]chat.Message, 200)
	p.list[0] = chat.Message{ID: "m9", Seq: 9, From: chat.FromFlow, Text: "key:app.name"}
	p.accepted(p.ask("GET", "/api/v1/sessions/s1/messages?after=8", ""), 200, `"messageId":"m9"`, `"text":"Foyer"`, `"more":true`)
	if p.notes[1] != "list s1 8 200" {
		t.Errorf("asked %q", p.notes)
	}
	for _, after := range []string{"x", "-1", "1.5"} {
		p.refused(p.ask("GET", "/api/v1/sessions/s1/messages?after="+after, ""), 400, "body", "after")
	}
}

func TestStrictJSON(t *testing.T) {
	p := open(t)
	path := "/api/v1/sessions"
	p.refused(p.ask("POST", path, `{"ivrId":"x","colour":"red"}`), 400, "body", "colour")
	p.refused(p.ask("POST", path, `{"ivrId":1}`), 400, "body", "ivrId")
	p.refused(p.ask("POST", path, `{"version":"7"}`), 400, "body", "version")
	p.refused(p.ask("POST", path, `{"version":-1,"idempotencyKey":"k"}`), 400, "body", "version")
	p.refused(p.ask("POST", path, `{"ivrId":"x"}`), 400, "body", "idempotencyKey")
	p.refused(p.ask("POST", path, `{"idempotencyKey":"`+strings.Repeat("k", 65)+`"}`), 400, "body", "idempotencyKey")
	p.refused(p.ask("POST", path, `{"idempotencyKey":"k","clientData":"`+strings.Repeat("x", 4096)+`"}`), 400, "body", "clientData")
	p.refused(p.ask("POST", path, start+"{}"), 400, "body", "")
	p.refused(p.ask("POST", path, `{"ivrId":`), 400, "body", "")
	p.refused(p.ask("POST", path, ""), 400, "body", "")
	p.refused(p.ask("POST", path, strings.Repeat("[", 20000)), 400, "body", "")
	p.refused(p.ask("POST", path, start, "Content-Type", "text/plain"), 415, "type", "")
	p.refused(p.ask("POST", path, start, "Content-Type", ""), 415, "type", "")
	p.refused(p.ask("POST", path, start, "Content-Encoding", "gzip"), 415, "type", "")
	p.refused(p.ask("POST", path, `{"ivrId":"`+strings.Repeat("x", 64<<10)+`"}`), 413, "tooLarge", "")
	p.accepted(p.ask("POST", path, start, "Content-Type", "application/json; charset=utf-8"), 201)
}

// A body without a length is measured as it is read.
func TestChunkedBody(t *testing.T) {
	p := open(t)
	r := newChunked(`{"ivrId":"` + strings.Repeat("x", 70<<10) + `"}`)
	rec := p.serve(r)
	p.refused(rec, 413, "tooLarge", "")
}

// What the database says stays inside.
func TestNoDriverWords(t *testing.T) {
	p := open(t)
	p.err = errors.New("SQLITE_BUSY: database is locked")
	rec := p.ask("GET", "/api/v1/sessions/s1", "")
	p.refused(rec, 500, "internal", "")
	if strings.Contains(rec.Body.String(), "SQLITE") {
		t.Errorf("it says %s", rec.Body)
	}
}

func TestLanguage(t *testing.T) {
	p := open(t)
	if rec := p.ask("GET", "/api/v1/sessions/s9", ""); !strings.Contains(rec.Body.String(), "没有这次会话") {
		t.Errorf("it says %s", rec.Body)
	}
}

// No page of another site may read an answer.
func TestNoCORS(t *testing.T) {
	p := open(t)
	for _, method := range []string{"GET", "OPTIONS"} {
		rec := p.ask(method, "/api/v1/sessions/s1", "", "Origin", "https://evil.example", "Access-Control-Request-Method", "GET")
		for name := range rec.Header() {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s answers %s", method, name)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	one := rate.Limit{PerSecond: 0.5, Burst: 2}
	routes := map[string]struct {
		limits api.Limits
		ask    func(p *place, address string) int
	}{
		"login": {api.Limits{Login: one}, func(p *place, a string) int {
			return p.ask("POST", "/api/v1/caller/login", `{"sdkAppId":1,"visitor":{}}`, "X-Test-Address", a).Code
		}},
		"menu": {api.Limits{Menu: one}, func(p *place, a string) int {
			return p.ask("GET", "/api/v1/flows/x/menu", "", "X-Test-Address", a).Code
		}},
		"read": {api.Limits{Read: one}, func(p *place, a string) int {
			return p.ask("GET", "/api/v1/sessions/s1", "", "X-Test-Address", a).Code
		}},
		"write": {api.Limits{Write: one}, func(p *place, a string) int {
			return p.ask("POST", "/api/v1/sessions", start, "X-Test-Address", a).Code
		}},
		"upload": {api.Limits{Upload: one}, func(p *place, a string) int {
			return p.ask("POST", "/api/v1/files", "", "X-Test-Address", a).Code
		}},
	}
	for name, r := range routes {
		t.Run(name, func(t *testing.T) {
			p := open(t, func(a *api.API) { a.Limits = r.limits })
			for range 2 {
				if code := r.ask(p, "192.0.2.1"); code == http.StatusTooManyRequests {
					t.Fatal("refused too soon")
				}
			}
			if code := r.ask(p, "192.0.2.1"); code != http.StatusTooManyRequests {
				t.Fatalf("the third gets %d", code)
			}
			if code := r.ask(p, "192.0.2.2"); code == http.StatusTooManyRequests {
				t.Error("another address pays for it")
			}
			p.now = p.now.Add(2 * time.Second)
			if code := r.ask(p, "192.0.2.1"); code == http.StatusTooManyRequests {
				t.Error("refused still after waiting")
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	p := open(t, func(a *api.API) { a.Limits.Read = rate.Limit{PerSecond: 0.1, Burst: 1} })
	p.ask("GET", "/api/v1/sessions/s1", "")
	rec := p.ask("GET", "/api/v1/sessions/s1", "")
	p.refused(rec, 429, "tooMany", "")
	if after := rec.Header().Get("Retry-After"); after != "10" {
		t.Errorf("Retry-After %q", after)
	}
}

// Addresses of one IPv6 household share a bucket; the instance has one for all.
func TestLimitsTogether(t *testing.T) {
	p := open(t, func(a *api.API) { a.Limits.Read = rate.Limit{PerSecond: 0.1, Burst: 1} })
	ask := func(address string) int {
		return p.ask("GET", "/api/v1/sessions/s1", "", "X-Test-Address", address).Code
	}
	if a, b, c := ask("2001:db8:1:2::1"), ask("2001:db8:1:2:ffff::9"), ask("2001:db8:1:3::1"); a != 200 || b != 429 || c != 200 {
		t.Errorf("answers %d %d %d", a, b, c)
	}
	p = open(t, func(a *api.API) { a.Limits.Instance = rate.Limit{PerSecond: 0.1, Burst: 2} })
	if a, b, c := ask("192.0.2.1"), ask("192.0.2.2"), ask("192.0.2.3"); a != 200 || b != 200 || c != 429 {
		t.Errorf("answers %d %d %d", a, b, c)
	}
}
