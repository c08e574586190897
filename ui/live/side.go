package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"

	"foyer/runtime/event"
)

// side is what differs between the sockets of callers and those of desks.
type side interface {
	// admit checks a hello and sets who the socket is and its topic; on an error the socket is closed with code.
	admit(ctx context.Context, s *socket, in inbound) (code int, err error)
	// of is the id that presence is reported for.
	of(s *socket) string
	// greet sends how things stand, once the client has everything that was kept for it.
	greet(s *socket)
	// heard is called after a frame of the topic was written.
	heard(s *socket, typ string)
	// run carries out a command; its answer goes to the client.
	run(ctx context.Context, s *socket, command string, data json.RawMessage) (any, error)
	// present reports that the first socket came or the last one left; grace is how long after.
	present(ctx context.Context, id string, here bool) error
	grace() time.Duration
	// renew reports that somebody is still here.
	renew(ctx context.Context, id string) error
}

// Caller serves GET /api/v1/live: the socket of a caller, who proves themselves in the hello.
func (h *Hub) Caller(c echo.Context) error {
	return h.serve(c, h.callers, who{}, "")
}

// Desk serves GET /desk/live: the socket of an agent's desk, proved by the login's cookie and the page's origin.
func (h *Hub) Desk(c echo.Context) error {
	ctx, token := c.Request().Context(), h.Token(c.Request())
	a, err := h.Logins.ByToken(ctx, token)
	if err != nil {
		return err
	}
	return h.serve(c, h.desks, who{ID: a.ID, Name: a.Name, token: token}, event.AgentTopic(a.ID))
}

func (h *Hub) serve(c echo.Context, sd side, w who, topic string) error {
	if !h.allowed(c.Request()) {
		return fmt.Errorf("origin %q: %w", c.Request().Header.Get("Origin"), ErrOrigin)
	}
	s := newSocket(h, c.Request(), sd)
	s.who, s.topic = w, topic
	if err := h.welcome(s); err != nil {
		return err
	}
	up := websocket.Upgrader{
		ReadBufferSize: 1024, WriteBufferSize: 1024, WriteBufferPool: &h.buffers,
		CheckOrigin: func(*http.Request) bool { return true }, // done above
	}
	ws, err := up.Upgrade(c.Response(), c.Request(), nil)
	if err != nil {
		h.left(s)
		return nil // the upgrader has answered
	}
	s.start(ws)
	return nil
}

// allowed tells whether the page that opens the socket is of this site. A client that is no page sends no origin and has no
// cookies of its own accord either.
func (h *Hub) allowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
}

// strict decodes JSON without unknown fields and with nothing after it.
func strict(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", ErrFrame, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: more than one value", ErrFrame)
	}
	return nil
}

// commands are what one side may ask for, by type.
type commands map[string]func(ctx context.Context, s *socket, data json.RawMessage) (any, error)

func (c commands) run(ctx context.Context, s *socket, name string, data json.RawMessage) (any, error) {
	f, ok := c[name]
	if !ok {
		return nil, fmt.Errorf("%q: %w", name, ErrCommand)
	}
	return f(ctx, s, data)
}

// command lets f take its data as what it is.
func command[D any](f func(ctx context.Context, s *socket, d D) (any, error)) func(context.Context, *socket, json.RawMessage) (any, error) {
	return func(ctx context.Context, s *socket, raw json.RawMessage) (any, error) {
		var d D
		if len(raw) > 0 {
			if err := strict(raw, &d); err != nil {
				return nil, err
			}
		}
		return f(ctx, s, d)
	}
}
