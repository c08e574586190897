package api_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"foyer/runtime/chat"
	"foyer/runtime/session"
)

func newChunked(body string) *http.Request {
	r := httptest.NewRequest("POST", "/api/v1/sessions", struct{ io.Reader }{strings.NewReader(body)})
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer tok")
	return r
}

func (p *place) serve(r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	p.e.ServeHTTP(rec, r)
	return rec
}

// form is an upload: pairs of part name and content; the part file is a file.
func form(path string, parts ...string) *http.Request {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		var part io.Writer
		var err error
		if parts[i] == "file" {
			part, err = w.CreateFormFile("file", "a.png")
		} else {
			part, err = w.CreateFormField(parts[i])
		}
		if err != nil {
			panic(err)
		}
		if _, err := io.WriteString(part, parts[i+1]); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	r := httptest.NewRequest("POST", path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Authorization", "Bearer tok")
	return r
}

func TestUpload(t *testing.T) {
	p := open(t)
	p.accepted(p.serve(form("/api/v1/files", "sessionId", "s1", "file", "picture")), 201, `"fileId":"f1"`, `"url":"/files/f1?e=1\u0026s=2"`)
	p.accepted(p.serve(form("/api/v1/files?sessionId=s1", "file", "picture")), 201, `"fileId":"f1"`)
	if p.uploaded != len("picture") || len(p.notes) != 2 || p.notes[0] != "upload s1" {
		t.Errorf("took %d bytes, %q", p.uploaded, p.notes)
	}
}

func TestUploadRefused(t *testing.T) {
	p := open(t)
	p.refused(p.serve(form("/api/v1/files", "file", "x")), 400, "body", "sessionId")
	p.refused(p.serve(form("/api/v1/files", "sessionId", "s1")), 400, "body", "file")
	p.refused(p.serve(form("/api/v1/files", "sessionId", "s1", "extra", "x")), 400, "body", "extra")
	p.refused(p.serve(form("/api/v1/files", "sessionId", "s2", "file", "x")), 404, "session.notFound", "")
	p.refused(p.ask("POST", "/api/v1/files", `{}`), 415, "type", "")
	broken := form("/api/v1/files", "sessionId", "s1", "file", "x")
	broken.Body = io.NopCloser(strings.NewReader("--nonsense"))
	p.refused(p.serve(broken), 400, "body", "file")
	if p.uploaded != 0 {
		t.Error("something was uploaded all the same")
	}
	for err, want := range map[error]struct {
		status int
		code   string
	}{
		chat.ErrTooLarge:   {413, "file.tooLarge"},
		chat.ErrNotPicture: {415, "file.notPicture"},
		chat.ErrTooManyPx:  {422, "file.tooManyPixels"},
		chat.ErrBroken:     {422, "file.broken"},
	} {
		p := open(t)
		p.view.SessionID = "s1"
		r := form("/api/v1/files", "sessionId", "s1", "file", "x")
		p.uploadErr = fmt.Errorf("taking: %w", err)
		p.refused(p.serve(r), want.status, want.code, "file")
	}
	p.view.State = session.Ended
	p.refused(p.serve(form("/api/v1/files", "sessionId", "s1", "file", "x")), 409, "session.over", "")
}

// A file of 50 MB is refused, whether it tells its length or not, and never held in memory.
func TestHugeUpload(t *testing.T) {
	p := open(t)
	r := form("/api/v1/files", "sessionId", "s1", "file", strings.Repeat("x", 12<<20))
	p.refused(p.serve(r), 413, "file.tooLarge", "file")
	if p.uploaded != 0 {
		t.Error("it was read although its length was known")
	}
	r = form("/api/v1/files", "sessionId", "s1", "file", strings.Repeat("x", 12<<20))
	r.ContentLength = -1
	p.refused(p.serve(r), 413, "file.tooLarge", "file")
	if p.uploaded > 11<<20 {
		t.Errorf("%d bytes were read", p.uploaded)
	}
}

func TestFile(t *testing.T) {
	p := open(t)
	rec := p.ask("GET", "/files/f1?e=1&s=2", "", "Authorization", "")
	if rec.Code != 200 || rec.Body.String() != "\x89PNG" {
		t.Errorf("answer %d %q", rec.Code, rec.Body)
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
		"Content-Disposition": `inline; filename="f1.png"`, "Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control": "private, max-age=3600, immutable",
	} {
		if got := rec.Header().Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	for _, path := range []string{"/files/f1", "/files/f1?e=2&s=2", "/files/f1?e=1&s=3", "/files/f2?e=1&s=2"} {
		p.refused(p.ask("GET", path, "", "Authorization", ""), 404, "file.notFound", "")
	}
	p.err = chat.ErrNoFile
	p.refused(p.ask("GET", "/files/f1?e=1&s=2", ""), 404, "file.notFound", "")
}
