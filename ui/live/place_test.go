package live

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"

	"foyer/ui/rate"
)

// place is a running hub and its world.
type place struct {
	*world
	t   *testing.T
	hub *Hub
	srv *httptest.Server
	log *strings.Builder
}

// open starts a hub at test pace; change may alter its configuration.
func open(t *testing.T, change ...func(*Config)) *place {
	t.Helper()
	w, pace := newWorld(), Pace{}
	_, limits := Standard()
	pace = Pace{Hello: 1500 * time.Millisecond, Beat: 20 * time.Millisecond, Ping: 100 * time.Millisecond,
		Dead: 1500 * time.Millisecond, Write: 5 * time.Second, Gone: 800 * time.Millisecond}
	limits.Commands = rate.Limit{PerSecond: 1000, Burst: 1000}
	log := &strings.Builder{}
	c := Config{
		Clock: time.Now, Bell: w.bus, Frames: w, Visitors: visitors{}, Sessions: sessions{w}, Rows: rows{w}, Calls: w,
		Open: w, Chat: w, Offers: w, Agents: w, Logins: logins{w},
		Token: func(r *http.Request) string {
			k, err := r.Cookie("login")
			if err != nil {
				return ""
			}
			return k.Value
		},
		Address:  func(r *http.Request) string { return r.Header.Get("X-Test-Address") },
		Snapshot: func(_ context.Context, id string) (any, error) { return map[string]string{"agent": id}, nil },
		Explain:  explain, Log: slog.New(slog.NewTextHandler(&locked{w: log}, nil)), Pace: pace, Limits: limits,
	}
	for _, f := range change {
		f(&c)
	}
	h := New(c)
	if err := h.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	e.GET("/live", h.Caller)
	e.GET("/desk", h.Desk)
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		status, p := explain(c.Request().Context(), err)
		_ = c.JSON(status, p)
	}
	p := &place{w, t, h, httptest.NewServer(e), log}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		h.Stop(ctx)
		p.srv.Close()
	})
	return p
}

// locked lets many goroutines write a log.
type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// client is the other end of a socket.
type client struct {
	*websocket.Conn
	t *testing.T
}

// got is a frame as a client sees it.
type got struct {
	Type  string
	Seq   int64
	Epoch int64
	Re    string
	Data  json.RawMessage
	Error *Problem
}

func (p *place) dial(path string, header http.Header) (*client, *http.Response) {
	p.t.Helper()
	ws, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(p.srv.URL, "http")+path, header)
	if err != nil {
		return nil, res
	}
	p.t.Cleanup(func() { _ = ws.Close() })
	return &client{ws, p.t}, res
}

// caller connects and says hello for a session; after < 0 sends none.
func (p *place) caller(session string, after int64) *client {
	p.t.Helper()
	c, res := p.dial("/live", nil)
	if c == nil {
		p.t.Fatalf("dial: %v", res)
	}
	hello := map[string]any{"type": "hello", "token": "tok-c" + session[1:], "sessionId": session}
	if after >= 0 {
		hello["after"] = after
	}
	c.send(hello)
	return c
}

func (p *place) desk(cookie string) *client {
	p.t.Helper()
	c, res := p.dial("/desk", http.Header{"Cookie": {"login=" + cookie}})
	if c == nil {
		p.t.Fatalf("dial: %v", res)
	}
	c.send(map[string]any{"type": "hello"})
	return c
}

func (c *client) send(v any) {
	c.t.Helper()
	if err := c.WriteJSON(v); err != nil {
		c.t.Fatalf("send: %v", err)
	}
}

// next reads one frame.
func (c *client) next() (got, error) {
	_ = c.SetReadDeadline(time.Now().Add(3 * time.Second))
	var g got
	err := c.ReadJSON(&g)
	return g, err
}

// want reads until a frame of the type comes.
func (c *client) want(typ string) got {
	c.t.Helper()
	for {
		g, err := c.next()
		if err != nil {
			c.t.Fatalf("waiting for %s: %v", typ, err)
		}
		if g.Type == typ {
			return g
		}
	}
}

// ended reads until the socket ends and gives the close code.
func (c *client) ended() int {
	c.t.Helper()
	for {
		if _, err := c.next(); err != nil {
			var closed *websocket.CloseError
			if !errors.As(err, &closed) {
				c.t.Fatalf("ended without a close frame: %v", err)
			}
			return closed.Code
		}
	}
}

// ask sends a command and reads its answer.
func (c *client) ask(typ string, data any) got {
	c.t.Helper()
	c.send(map[string]any{"type": typ, "id": typ, "data": data})
	for {
		g, err := c.next()
		if err != nil {
			c.t.Fatalf("waiting for the answer to %s: %v", typ, err)
		}
		if g.Re == typ {
			return g
		}
	}
}

// soon waits for something to become true.
func soon(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}
