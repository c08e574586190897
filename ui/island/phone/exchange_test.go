package phone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foyer/media/peer"
	"foyer/media/room"
	"foyer/runtime/call"
	"foyer/ui/kit/kittest"
)

// exchange is a server with the media plane and just enough of tickets and sockets to join calls.
type exchange struct {
	*httptest.Server
	t      testing.TB
	script []byte

	mu     sync.Mutex
	keeper *room.Keeper
	stop   func()
	legs   map[string]*leg
	spoil  bool // the fast way of encrypting does not work

	address string
	cut     atomic.Bool  // no packet comes or goes
	dead    atomic.Bool  // no signal goes
	lossy   atomic.Int64 // of a hundred packets, how many get lost on the way to the browsers
	sent    atomic.Int64
}

// leg is what the exchange knows of a party.
type leg struct {
	token, resume string
	offers        int
	compat        bool
	signals       chan string
}

func newExchange(t testing.TB) *exchange {
	t.Helper()
	x := &exchange{t: t, script: harness(t), legs: map[string]*leg{}, address: "127.0.0.1:0"}
	x.open()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><title>phone</title><link rel="icon" href="data:,">
			<video id="self" muted autoplay playsinline width="160"></video><video id="remote" autoplay playsinline width="320"></video>
			<script type="module" src="/harness.js"></script>`))
	})
	mux.HandleFunc("GET /harness.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(x.script)
	})
	mux.HandleFunc("GET /ticket", x.ticket)
	mux.HandleFunc("POST /frame", x.frame)
	mux.HandleFunc("GET /signals", x.signals)
	x.Server = httptest.NewServer(mux)
	t.Cleanup(func() {
		x.CloseClientConnections()
		x.Close()
		x.stop()
	})
	return x
}

// harness builds the page's script.
func harness(t testing.TB) []byte {
	t.Helper()
	cmd := exec.Command("go", "tool", "-modfile=tools.mod", "esbuild", "ui/island/phone/testdata/harness.ts",
		"--bundle", "--target=es2022", "--format=esm", "--log-level=warning")
	cmd.Dir = "../../.."
	var out, fault bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &fault
	if err := cmd.Run(); err != nil {
		t.Fatalf("building the page: %v\n%s", err, fault.String())
	}
	return out.Bytes()
}

// open starts the media plane; a second time, as after a restart of the server: it knows nothing any more.
func (x *exchange) open() {
	x.t.Helper()
	socket, err := net.ListenPacket("udp4", x.address)
	if err != nil {
		x.t.Fatal(err)
	}
	x.address = socket.LocalAddr().String()
	log := slog.New(slog.NewTextHandler(x.t.Output(), nil))
	port, err := peer.Listen(peer.Config{Socket: plug{socket, x}, Log: log})
	if err != nil {
		x.t.Fatal(err)
	}
	keeper := room.New(port, time.Now, log)
	x.mu.Lock()
	x.keeper = keeper
	x.stop = func() {
		keeper.Close()
		_ = port.Close()
	}
	x.mu.Unlock()
}

// crash ends the media plane without a word to anybody, and starts it again.
func (x *exchange) crash() {
	x.t.Helper()
	x.cut.Store(true)
	x.dead.Store(true)
	x.stop()
	x.dead.Store(false)
	x.open()
	x.cut.Store(false)
}

func (x *exchange) leg(id string) *leg {
	l, ok := x.legs[id]
	if !ok {
		l = &leg{signals: make(chan string, 16)}
		x.legs[id] = l
	}
	return l
}

// of reads what the exchange knows of a leg.
func (x *exchange) of(id string) leg {
	x.mu.Lock()
	defer x.mu.Unlock()
	return *x.leg(id)
}

func (x *exchange) ticket(w http.ResponseWriter, r *http.Request) {
	x.mu.Lock()
	defer x.mu.Unlock()
	id := r.FormValue("leg")
	l := x.leg(id)
	l.token = fmt.Sprintf("token-%s-%d", id, time.Now().UnixNano())
	_ = json.NewEncoder(w).Encode(map[string]string{"callId": r.FormValue("call"), "legId": id, "token": l.token, "media": "video"})
}

var errUsed = errors.New("ticket used")

// admit is the ticket rule of runtime/call in small.
func (x *exchange) admit(id, token string, compat bool) (resume string, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	l := x.leg(id)
	switch {
	case token == "":
		return "", errUsed
	case token == l.token:
		l.token, l.resume = "", "resume-"+token
	case token != l.resume:
		return "", errUsed
	}
	l.offers++
	l.compat = compat
	return l.resume, nil
}

func (x *exchange) frame(w http.ResponseWriter, r *http.Request) {
	var f struct {
		Type string
		Data struct {
			LegID, Token, SDP string
			Compat            bool
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&f); err != nil || f.Type != "media.offer" {
		x.t.Errorf("frame %q: %v", f.Type, err)
		return
	}
	id := f.Data.LegID
	resume, err := x.admit(id, f.Data.Token, f.Data.Compat)
	if err != nil {
		refuse(w, "call.ticket")
		return
	}
	x.mu.Lock()
	keeper, spoil := x.keeper, x.spoil && !f.Data.Compat
	x.mu.Unlock()
	callID, _, _ := strings.Cut(id, "-")
	in := call.Join{CallID: callID, LegID: id, Compat: f.Data.Compat}
	answer, err := keeper.Offer(context.Background(), in, f.Data.SDP, func(s call.Signal) { x.signal(id, s) })
	if err != nil {
		x.t.Logf("offer of %s: %v", id, err)
		refuse(w, "call.media")
		return
	}
	if spoil { // a handshake that fails as one without a common profile does
		answer = regexp.MustCompile(`a=fingerprint:sha-256 ..`).ReplaceAllString(answer, "a=fingerprint:sha-256 00")
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"legId": id, "sdp": answer, "resume": resume})
}

func refuse(w http.ResponseWriter, code string) {
	w.WriteHeader(http.StatusConflict)
	_ = json.NewEncoder(w).Encode(map[string]any{"problem": map[string]string{"code": code}})
}

// signal passes a signal to the page that listens for the leg.
func (x *exchange) signal(id string, s call.Signal) {
	raw, err := json.Marshal(map[string]any{"type": "media." + s.Type, "data": map[string]string{"legId": id}})
	if err != nil {
		x.t.Error(err)
	}
	if x.dead.Load() {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	select {
	case x.leg(id).signals <- string(raw):
	default:
	}
}

func (x *exchange) signals(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		_ = http.NewResponseController(w).Flush()
		x.mu.Lock()
		signals := x.leg(r.FormValue("leg")).signals
		x.mu.Unlock()
		select {
		case s := <-signals:
			_, _ = fmt.Fprintf(w, "data: %s\n\n", s)
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

// plug is the server's socket, which a test cuts or makes bad.
type plug struct {
	net.PacketConn
	x *exchange
}

func (p plug) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, addr, err := p.PacketConn.ReadFrom(b)
		if err != nil || !p.x.cut.Load() {
			return n, addr, err
		}
	}
}

func (p plug) WriteTo(b []byte, addr net.Addr) (int, error) {
	if p.x.cut.Load() || p.x.sent.Add(1)*37%100 < p.x.lossy.Load() {
		return len(b), nil
	}
	return p.PacketConn.WriteTo(b, addr)
}

// page is one browser with the test page open.
type page struct {
	context.Context
	t testing.TB
}

// browse opens a leg's page in a browser of its own.
func (x *exchange) browse(callID, side, media string) page {
	x.t.Helper()
	p := page{kittest.Browser(x.t), x.t}
	p.visit(fmt.Sprintf("%s/?call=%s&leg=%s-%s&media=%s", x.URL, callID, callID, side, media))
	return p
}
