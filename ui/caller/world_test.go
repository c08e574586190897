package caller_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/nodes"
	"foyer/runtime/agent"
	"foyer/runtime/call"
	"foyer/runtime/channel"
	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui"
	"foyer/ui/api"
	"foyer/ui/asset"
	"foyer/ui/auth"
	"foyer/ui/caller"
	"foyer/ui/kit/kittest"
	"foyer/ui/live"
)

//go:embed testdata/peer.js
var fakePeer string

const ivr = "f0123456789abcde"

// hall is one service with one session, in memory; the test moves it, the page follows. The HTTP and the sockets
// in front of it are the real ones.
type hall struct {
	t    *testing.T
	bus  *event.Bus
	url  string
	hub  *live.Hub
	base time.Time

	mu       sync.Mutex
	menu     session.MenuView
	menuErr  error
	startErr error
	postErr  error
	inputErr error
	first    func(*session.View) // what a session begins with, unless it queues
	next     func(*session.View) // what the next answer leads to, unless it queues
	slow     chan struct{}       // uploads wait for it
	view     session.View
	started  []session.StartRequest
	inputs   []session.InputRequest
	frames   []event.Frame
	messages []chat.Message
	ended    int
	hungUp   int
}

func openHall(t *testing.T) *hall {
	h := &hall{t: t, bus: event.NewBus(), base: time.Now()}
	h.menu = session.MenuView{
		IvrID: ivr, Name: "全媒体客服接入体验", Version: 7, Prompt: "您好，请选择需要的服务", HasBranch: true,
		Options: []nodes.Option{{ID: "o1", Keyword: "1", Label: "产品咨询"}, {ID: "o2", Keyword: "2", Label: "产品报障"}, {ID: "o3", Keyword: "3", Label: "账单与发票"}},
		Media:   []queue.Media{queue.Video, queue.Audio, queue.Text},
	}
	e := echo.New()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	e.HTTPErrorHandler = ui.ErrorHandler(log)
	e.Use(auth.Headers(false))
	e.GET(asset.Prefix+"*", echo.WrapHandler(asset.Handler()))
	address := func(r *http.Request) string { return "192.0.2.1" }
	a := &api.API{Clock: time.Now, Visitors: h, Menus: h, Sessions: runner{h}, Chat: h, Address: address, TokenTTL: 60}
	a.Mount(e)
	(&caller.Pages{Menus: h, SdkAppID: 1400000001}).Mount(e)
	pace, limits := live.Standard()
	pace.Beat = 50 * time.Millisecond
	h.hub = live.New(live.Config{
		Clock: time.Now, Bell: h.bus, Frames: h, Visitors: h, Sessions: runner{h}, Rows: rows{h}, Calls: h, Open: h, Chat: h,
		Address: address, Token: func(*http.Request) string { return "" }, Logins: nobody{}, Explain: ui.Explain,
		Log: log, Pace: pace, Limits: limits,
	})
	if err := h.hub.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	e.GET("/api/v1/live", h.hub.Caller)
	srv := httptest.NewServer(e)
	h.url = srv.URL + "/c/" + ivr
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		h.hub.Stop(ctx)
		srv.CloseClientConnections()
		srv.Close()
	})
	return h
}

// browser opens a browser whose peers are drawn.
func browser(t *testing.T) context.Context {
	ctx := kittest.Browser(t)
	kittest.Do(t, ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: fakePeer})
		return err
	}))
	return ctx
}

type nobody struct{}

func (nobody) ByToken(context.Context, string) (agent.Agent, error) {
	return agent.Agent{}, agent.ErrNotLoggedIn
}

func (h *hall) with(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
}

// push sends a frame to the caller.
func (h *hall) push(typ string, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		h.t.Fatal(err)
	}
	h.with(func() {
		n := int64(len(h.frames)) + 1
		h.frames = append(h.frames, event.Frame{ID: n, Seq: n, Topic: "session:s1", Type: typ, At: time.Now(), Data: raw})
	})
	h.bus.Ring("session:s1")
}

// turn changes the session and tells the caller.
func (h *hall) turn(change func(*session.View)) {
	var v session.View
	h.with(func() {
		h.view.Seq++
		change(&h.view)
		v = h.view
	})
	h.push("session.updated", v)
}

// say posts a message of the other side.
func (h *hall) say(m chat.Message) chat.Message {
	h.with(func() {
		m.Seq = int64(len(h.messages)) + 1
		m.ID, m.At = fmt.Sprint("m", m.Seq), time.Now().UTC()
		h.messages = append(h.messages, m)
	})
	h.push("message.posted", m)
	return m
}

// ticket lets the caller into the call.
func (h *hall) ticket(m queue.Media) {
	h.with(func() { h.view.CallID = "call1" })
	h.push("media.ticket", h.aTicket(m))
}

func (h *hall) aTicket(m queue.Media) call.Ticket {
	return call.Ticket{CallID: "call1", LegID: "leg1", Role: call.Caller, Transport: "webrtc", Media: m, Token: "t"}
}

func (h *hall) MenuJSON(context.Context, string) ([]byte, string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	raw, err := json.Marshal(h.menu)
	if err != nil {
		return nil, "", err
	}
	return raw, `"1"`, h.menuErr
}

func (h *hall) Menu(_ context.Context, id string) (session.MenuView, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch id {
	case "nonsense":
		return session.MenuView{}, session.ErrBadIvr
	case "fffffffffffffff0":
		return session.MenuView{}, flow.ErrNotFound
	}
	return h.menu, h.menuErr
}

func (h *hall) Login(context.Context, int64, string) (string, channel.Caller, error) {
	return "token", channel.Caller{ID: "c1", Channel: "web"}, nil
}

func (h *hall) ByToken(_ context.Context, token string) (channel.Caller, error) {
	if token != "token" {
		return channel.Caller{}, channel.ErrToken
	}
	return channel.Caller{ID: "c1", Channel: "web"}, nil
}

// runner is the hall's session under the names that API and hub use.
type runner struct{ *hall }

func (h runner) Start(_ context.Context, r session.StartRequest) (session.View, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.started = append(h.started, r)
	if h.startErr != nil {
		return session.View{}, h.startErr
	}
	wait := 150
	h.view = session.View{SessionID: "s1", IvrID: ivr, Version: r.Version, Media: r.Media, State: session.Queued, Seq: 1,
		Queue: &session.Place{Position: 3, WaitSeconds: &wait}}
	if h.first != nil {
		h.first(&h.view)
	}
	return h.view, nil
}

func (h runner) Input(_ context.Context, _, _ string, r session.InputRequest) (session.View, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.inputErr != nil {
		return session.View{}, h.inputErr
	}
	h.inputs = append(h.inputs, r)
	h.view.Seq++
	h.view.State, h.view.Menu, h.view.Queue = session.Queued, nil, &session.Place{Position: 1}
	if h.next != nil {
		h.next(&h.view)
		h.next = nil
	}
	return h.view, nil
}

func (h runner) Get(ctx context.Context, _, id string) (session.View, error) {
	return h.View(ctx, id)
}

func (h runner) View(_ context.Context, id string) (session.View, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if id != h.view.SessionID {
		return session.View{}, session.ErrNotFound
	}
	return h.view, nil
}

func (h runner) End(_ context.Context, _ string, by session.ClosedBy, _ string) error {
	h.with(func() { h.ended++ })
	h.turn(func(v *session.View) {
		v.State, v.Ended = session.Ended, &session.Ending{By: by, Reason: session.ReasonLeft}
	})
	return nil
}
func (h runner) Back(context.Context, string) error { return nil }
func (h runner) Lost(context.Context, string) error { return nil }

type rows struct{ *hall }

func (h rows) Get(context.Context, string) (session.Session, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return session.Session{ID: "s1", CallerID: "c1", State: h.view.State, GroupID: "g1", AgentID: "a1"}, nil
}

func (h *hall) Post(_ context.Context, p chat.Post) (chat.Message, error) {
	var err error
	h.with(func() { err = h.postErr })
	if err != nil {
		return chat.Message{}, err
	}
	m := chat.Message{From: p.From, ClientMessageID: p.ClientMessageID, Kind: p.Kind, Text: p.Text}
	if p.FileID != "" {
		m.File = &chat.File{ID: p.FileID, Width: 480, Height: 320, URL: "/files/" + p.FileID + "?e=1&s=1"}
	}
	return h.say(m), nil
}

func (h *hall) List(_ context.Context, _ string, after int64, _ int) ([]chat.Message, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]chat.Message{}, h.messages[min(int(after), len(h.messages)):]...), nil
}

func (h *hall) Upload(_ context.Context, _ string, r io.Reader) (chat.File, error) {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return chat.File{}, err
	}
	var slow chan struct{}
	h.with(func() { slow = h.slow })
	if slow != nil {
		<-slow
	}
	return chat.File{ID: "file1", Kind: "image", Width: 480, Height: 320, URL: "/files/file1?e=1&s=1"}, nil
}

func (h *hall) Open(_ context.Context, id string) (chat.File, []byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, 480, 320))
	for y := range 320 {
		for x := range 480 {
			img.Set(x, y, color.RGBA{uint8(90 + x/4), uint8(130 + y/4), 150, 255})
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return chat.File{ID: id, Type: "image/png"}, b.Bytes(), err
}

func (h *hall) Verify(string, string, string) error { return nil }

func (h *hall) Join(context.Context, string, string, string, bool, func(call.Signal)) (call.JoinAnswer, error) {
	return call.JoinAnswer{SDP: "v=0", Resume: "again"}, nil
}
func (h *hall) Candidate(context.Context, string, string) error { return nil }
func (h *hall) Hangup(context.Context, string, string) error {
	h.with(func() { h.hungUp++; h.view.CallID = "" })
	h.push("media.closed", map[string]string{"sessionId": "s1", "callId": "call1", "by": "caller"})
	return nil
}
func (h *hall) Ticket(context.Context, string, call.Role) (call.Ticket, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.aTicket(h.view.Media), nil
}
func (h *hall) OpenCallOf(context.Context, string) (call.Call, bool, error) {
	return call.Call{ID: "call1"}, true, nil
}

func (h *hall) some(keep func(event.Frame) bool, limit int) []event.Frame {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []event.Frame
	for _, f := range h.frames {
		if keep(f) && len(out) < limit {
			out = append(out, f)
		}
	}
	return out
}

func (h *hall) Frames(_ context.Context, _ string, after int64, limit int) ([]event.Frame, error) {
	return h.some(func(f event.Frame) bool { return f.Seq > after }, limit), nil
}
func (h *hall) FramesSince(_ context.Context, id int64, limit int) ([]event.Frame, error) {
	return h.some(func(f event.Frame) bool { return f.ID > id }, limit), nil
}
func (h *hall) LastFrame(context.Context, string) (int64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return int64(len(h.frames)), nil
}
func (h *hall) Epoch() int64 { return 1 }
