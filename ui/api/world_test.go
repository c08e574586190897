package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/runtime/channel"
	"foyer/runtime/chat"
	"foyer/runtime/session"
	"foyer/ui"
	"foyer/ui/api"
)

// desk stands in for the services. It says what it is told to and notes what it was asked.
type desk struct {
	err       error // of every service
	menu      string
	view      session.View
	list      []chat.Message
	notes     []string
	started   session.StartRequest
	input     session.InputRequest
	posted    chat.Post
	uploaded  int
	uploadErr error
	now       time.Time
}

func (d *desk) note(format string, args ...any) {
	d.notes = append(d.notes, fmt.Sprintf(format, args...))
}

func (d *desk) Login(_ context.Context, id int64, nickname string) (string, channel.Caller, error) {
	d.note("login %d %s", id, nickname)
	return "tok", channel.Caller{ID: "c1", Nickname: nickname, Channel: "web"}, d.err
}

func (d *desk) ByToken(_ context.Context, token string) (channel.Caller, error) {
	if token != "tok" {
		return channel.Caller{}, channel.ErrToken
	}
	return channel.Caller{ID: "c1", Nickname: "王先生", Channel: "web"}, nil
}

func (d *desk) MenuJSON(_ context.Context, id string) ([]byte, string, error) {
	d.note("menu %s", id)
	return []byte(d.menu), `"tag"`, d.err
}

func (d *desk) Start(_ context.Context, r session.StartRequest) (session.View, error) {
	d.started = r
	return d.view, d.err
}

func (d *desk) Input(_ context.Context, callerID, id string, r session.InputRequest) (session.View, error) {
	d.input = r
	d.note("input %s %s", callerID, id)
	return d.view, d.err
}

// Get knows the session s1 of the caller c1, and s2 of another.
func (d *desk) Get(_ context.Context, callerID, id string) (session.View, error) {
	switch {
	case d.err != nil:
		return session.View{}, d.err
	case id == "s2" || id == "s1" && callerID != "c1":
		return session.View{}, session.ErrNotYours
	case id != "s1":
		return session.View{}, session.ErrNotFound
	}
	return d.view, nil
}

func (d *desk) End(_ context.Context, id string, by session.ClosedBy, who string) error {
	d.note("end %s %s %s", id, by, who)
	d.view.State = session.Ended
	return nil
}

func (d *desk) Post(_ context.Context, p chat.Post) (chat.Message, error) {
	d.posted = p
	return chat.Message{ID: "m1", Seq: 7, Kind: p.Kind, Text: p.Text}, d.err
}

func (d *desk) List(_ context.Context, id string, after int64, limit int) ([]chat.Message, error) {
	d.note("list %s %d %d", id, after, limit)
	return d.list, d.err
}

func (d *desk) Upload(_ context.Context, id string, r io.Reader) (chat.File, error) {
	n, err := io.Copy(io.Discard, r)
	d.uploaded = int(n)
	d.note("upload %s", id)
	if err != nil {
		return chat.File{}, fmt.Errorf("reading: %w", err)
	}
	return chat.File{ID: "f1", Kind: "image", URL: "/files/f1?e=1&s=2"}, d.uploadErr
}

func (d *desk) Open(_ context.Context, id string) (chat.File, []byte, error) {
	return chat.File{ID: id, Type: "image/png"}, []byte("\x89PNG"), d.err
}

func (d *desk) Verify(id, e, sig string) error {
	if id == "f1" && e == "1" && sig == "2" {
		return nil
	}
	return chat.ErrNoFile
}

// place is the API before a desk.
type place struct {
	*desk
	t *testing.T
	e *echo.Echo
}

func open(t *testing.T, change ...func(*api.API)) *place {
	d := &desk{
		menu: `{"ivrId":"f0123456789abcde"}`, now: time.Unix(1000, 0),
		view: session.View{SessionID: "s1", State: session.Queued, Seq: 3, Queue: &session.Place{Position: 2}},
	}
	e := echo.New()
	e.HTTPErrorHandler = ui.ErrorHandler(slog.New(slog.NewTextHandler(io.Discard, nil)))
	a := &api.API{
		Clock: func() time.Time { return d.now }, Visitors: d, Menus: d, Sessions: d, Chat: d, TokenTTL: 3600,
		Address: func(r *http.Request) string { return r.Header.Get("X-Test-Address") },
	}
	for _, f := range change {
		f(a)
	}
	a.Mount(e)
	return &place{d, t, e}
}

// ask sends a request as the caller c1; header overrides come in pairs.
func (p *place) ask(method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer tok")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i+1] == "" {
			r.Header.Del(header[i])
		} else {
			r.Header.Set(header[i], header[i+1])
		}
	}
	rec := httptest.NewRecorder()
	p.e.ServeHTTP(rec, r)
	return rec
}

// fault is the error of an answer.
type fault struct {
	Error struct{ Code, Message, Field string }
}

func (p *place) refused(rec *httptest.ResponseRecorder, status int, code, field string) {
	p.t.Helper()
	var f fault
	if err := json.Unmarshal(rec.Body.Bytes(), &f); err != nil || rec.Code != status || f.Error.Code != code || f.Error.Field != field || f.Error.Message == "" {
		p.t.Errorf("answer %d %s, want %d %s %q", rec.Code, bytes.TrimSpace(rec.Body.Bytes()), status, code, field)
	}
}

func (p *place) accepted(rec *httptest.ResponseRecorder, status int, has ...string) {
	p.t.Helper()
	if rec.Code != status {
		p.t.Errorf("answer %d %s, want %d", rec.Code, rec.Body, status)
	}
	for _, h := range has {
		if !strings.Contains(rec.Body.String(), h) {
			p.t.Errorf("answer %s has no %s", rec.Body, h)
		}
	}
	if cache := rec.Header().Get("Cache-Control"); cache != "no-store" {
		p.t.Errorf("Cache-Control %q", cache)
	}
}
