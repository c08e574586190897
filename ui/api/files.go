package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"foyer/runtime/chat"
	"foyer/runtime/session"
)

// largestUpload is a whole multipart request in bytes: a picture of 10 MB and what is around it.
const largestUpload = 11 << 20

// Upload takes a picture for a session: a form with the parts sessionId and then file. The session may be named in
// the address instead, for clients that cannot order their parts.
func (a *API) Upload(c echo.Context) error {
	who, err := a.caller(c)
	if err != nil {
		return err
	}
	f, err := ReadUpload(c, func(fields map[string]string, file io.Reader) (chat.File, error) {
		sessionID, ok := fields["sessionId"]
		if !ok {
			sessionID = c.QueryParam("sessionId")
		}
		return a.keep(c.Request().Context(), who.ID, sessionID, file)
	}, "sessionId")
	if err != nil {
		return err
	}
	return fresh(c, http.StatusCreated, f)
}

// ReadUpload reads the form of an upload: the known fields and then the part file, which take reads as it comes.
// ErrType without a form, ErrBody for a broken one or an unknown part, chat.ErrTooLarge.
func ReadUpload(c echo.Context, take func(fields map[string]string, file io.Reader) (chat.File, error), known ...string) (chat.File, error) {
	r := c.Request()
	if r.ContentLength > largestUpload {
		return chat.File{}, chat.ErrTooLarge
	}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, largestUpload)
	form, err := r.MultipartReader()
	if err != nil {
		return chat.File{}, fmt.Errorf("%w: %w", ErrType, err)
	}
	f, err := receive(form, take, known)
	return f, tooLarge(err)
}

// receive walks through the parts until the file.
func receive(form *multipart.Reader, take func(map[string]string, io.Reader) (chat.File, error), known []string) (chat.File, error) {
	fields := map[string]string{}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return chat.File{}, wrong("file", "is needed")
		}
		if err != nil {
			return chat.File{}, fmt.Errorf("%w: %w", ErrBody, err)
		}
		name := part.FormName()
		if name == "file" {
			return take(fields, part)
		}
		if !slices.Contains(known, name) {
			return chat.File{}, wrong(name, "no such part")
		}
		value, err := io.ReadAll(io.LimitReader(part, 100))
		if err != nil {
			return chat.File{}, fmt.Errorf("%w: %w", ErrBody, err)
		}
		fields[name] = string(value)
	}
}

func (a *API) keep(ctx context.Context, callerID, sessionID string, file io.Reader) (chat.File, error) {
	if sessionID == "" {
		return chat.File{}, wrong("sessionId", "is needed before the file")
	}
	v, err := a.Sessions.Get(ctx, callerID, sessionID)
	if err != nil {
		return chat.File{}, err
	}
	if v.State == session.Ended {
		return chat.File{}, session.ErrOver
	}
	return a.Chat.Upload(ctx, sessionID, file)
}

// tooLarge translates the end of what may be read: the form's reader does not always pass it on as it was.
func tooLarge(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) || err != nil && strings.Contains(err.Error(), "request body too large") {
		return chat.ErrTooLarge
	}
	return err
}

// File shows a picture to whoever has a link that was signed for it. The bytes were written by us when it was
// uploaded; the headers see to it that no browser takes them for anything else.
func (a *API) File(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	if a.Chat.Verify(id, c.QueryParam("e"), c.QueryParam("s")) != nil {
		return ErrLink
	}
	f, data, err := a.Chat.Open(ctx, id)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", `inline; filename="`+f.ID+extension(f.Type)+`"`)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set(echo.HeaderCacheControl, "private, max-age=3600, immutable")
	return c.Blob(http.StatusOK, f.Type, data)
}

func extension(mediaType string) string {
	switch mediaType {
	case "image/png":
		return ".png"
	case "image/jpeg":
		return ".jpg"
	}
	return ""
}
