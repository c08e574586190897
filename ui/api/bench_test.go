package api_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/designer/flow"
	"foyer/nodes/standard"
	"foyer/runtime/session"
	"foyer/runtime/timer"
	"foyer/ui/api"
)

// published is the one published flow, the example of the demo; it counts how often it is read.
type published struct{ reads atomic.Int64 }

func (p *published) ByIvr(_ context.Context, id string) (flow.Flow, error) {
	p.reads.Add(1)
	return flow.Flow{ID: "flow1", IvrID: id, Name: "全媒体客服接入体验", Live: 1}, nil
}

func (p *published) Version(context.Context, string) (flow.Version, error) {
	p.reads.Add(1)
	return flow.Version{ID: "v1", FlowID: "flow1", Number: 1, Graph: standard.ExampleFlow("g1", "g2")}, nil
}

func (p *published) VersionByNumber(ctx context.Context, _ string, _ int) (flow.Version, error) {
	return p.Version(ctx, "v1")
}

type noTimers struct{}

func (noTimers) Handle(timer.Kind, func(context.Context, timer.Timer) error) {}
func (noTimers) Set(context.Context, timer.Timer) error                      { return nil }
func (noTimers) Drop(context.Context, timer.Kind, string) error              { return nil }
func (noTimers) Has(timer.Kind, string) bool                                 { return false }

// menuServer serves the menu through the real runner and API, with the standard limits' work done and none reached.
func menuServer(t testing.TB) (*echo.Echo, *published, *session.Runner) {
	flows := &published{}
	runner := session.NewRunner(session.Deps{
		Flows: flows, Kinds: standard.Set(), Timers: noTimers{}, Clock: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	limits := api.Standard()
	limits.Menu.PerSecond, limits.Menu.Burst = 1e9, 1e9
	e := echo.New()
	a := &api.API{Clock: time.Now, Menus: runner, Limits: limits, Address: func(r *http.Request) string {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			t.Error(err)
		}
		return host
	}}
	a.Mount(e)
	return e, flows, runner
}

const menuPath = "/api/v1/flows/f0123456789abcde/menu"

// In the steady state no menu is read from the database; a publish is seen by the next request.
func TestMenuFromMemory(t *testing.T) {
	e, flows, runner := menuServer(t)
	ask := func() *httptest.ResponseRecorder {
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, httptest.NewRequest("GET", menuPath, nil))
		return rec
	}
	if rec := ask(); rec.Code != 200 || rec.Body.Len() < 100 {
		t.Fatalf("the menu is %d %s", rec.Code, rec.Body)
	}
	read := flows.reads.Load()
	for range 100 {
		ask()
	}
	if n := flows.reads.Load(); n != read {
		t.Errorf("%d reads for 100 menus", n-read)
	}
	runner.Published("f0123456789abcde")
	ask()
	if flows.reads.Load() == read {
		t.Error("a publish was not noticed")
	}
}

// bareServer is the yardstick: echo, one handler, the same bytes.
func bareServer(body []byte) *echo.Echo {
	e := echo.New()
	e.GET("/menu", func(c echo.Context) error { return c.JSONBlob(http.StatusOK, body) })
	return e
}

// wire asks a real server over one connection kept alive, as cheaply as can be, and gives what took one request.
type wire struct {
	conn    net.Conn
	answer  *bufio.Reader
	request []byte
}

func dial(t testing.TB, srv *httptest.Server, path string) *wire {
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &wire{conn, bufio.NewReader(conn), []byte("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")}
}

func (w *wire) ask(t testing.TB) {
	if _, err := w.conn.Write(w.request); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(w.answer, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != 200 {
		t.Fatal(res.Status, err)
	}
}

func serve(b *testing.B, e *echo.Echo, path string) {
	srv := httptest.NewServer(e)
	b.Cleanup(srv.Close)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		w := dial(b, srv, path)
		for pb.Next() {
			w.ask(b)
		}
	})
}

func menuBody(t testing.TB) []byte {
	e, _, _ := menuServer(t)
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, httptest.NewRequest("GET", menuPath, nil))
	return rec.Body.Bytes()
}

// BenchmarkMenu is one GET of a menu over HTTP.
func BenchmarkMenu(b *testing.B) {
	e, _, _ := menuServer(b)
	serve(b, e, menuPath)
}

// BenchmarkBareEcho is the same bytes from a handler that does nothing else.
func BenchmarkBareEcho(b *testing.B) { serve(b, bareServer(menuBody(b)), "/menu") }

// BenchmarkMenuToBare asks both in turn, so that a busy machine is busy for both, and reports the menu's throughput in
// percent of the bare handler's (bar: 70).
func BenchmarkMenuToBare(b *testing.B) {
	e, _, _ := menuServer(b)
	menuSrv, bareSrv := httptest.NewServer(e), httptest.NewServer(bareServer(menuBody(b)))
	b.Cleanup(menuSrv.Close)
	b.Cleanup(bareSrv.Close)
	menu, bare := dial(b, menuSrv, menuPath), dial(b, bareSrv, "/menu")
	var menuTook, bareTook time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		for range 50 {
			menu.ask(b)
		}
		middle := time.Now()
		for range 50 {
			bare.ask(b)
		}
		menuTook += middle.Sub(start)
		bareTook += time.Since(middle)
	}
	b.ReportMetric(100*bareTook.Seconds()/menuTook.Seconds(), "%ofBare")
}
