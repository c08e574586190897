package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/runtime/session"
)

// filled starts a demo server and reads where everybody goes in.
func filled(t *testing.T) (*server, wayIn) {
	t.Helper()
	s := startServer(t, "demo", "--json")
	return s, s.wayIn(t)
}

func (s *server) wayIn(t *testing.T) (w wayIn) {
	t.Helper()
	if err := json.Unmarshal([]byte("{"+s.printed(t, "{")), &w); err != nil {
		t.Fatal(err)
	}
	return w
}

// guest is a caller at the JSON API, without a browser.
type guest struct {
	t     *testing.T
	s     *server
	token string
}

// problem is an error as the API tells it.
type problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Field   string `json:"field"`
}

// arrives lets a new visitor in.
func arrives(t *testing.T, s *server, w wayIn) guest {
	t.Helper()
	g := guest{t: t, s: s}
	var in struct{ Token string }
	g.must(http.StatusOK, "POST", "/caller/login", map[string]any{"sdkAppId": w.SdkAppID, "visitor": map[string]string{}}, &in)
	g.token = in.Token
	return g
}

// does sends a request and reads its answer into out.
func (g guest) does(method, path string, body, out any) (int, problem) {
	g.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		g.t.Fatal(err)
	}
	r, err := http.NewRequest(method, g.s.url+"/api/v1"+path, bytes.NewReader(raw))
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+g.token)
	return g.send(r, out)
}

func (g guest) send(r *http.Request, out any) (int, problem) {
	g.t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	var fault struct{ Error problem }
	if answer.StatusCode >= 400 {
		if err := json.Unmarshal(raw, &fault); err != nil {
			g.t.Fatalf("%s %s: %d %s", r.Method, r.URL, answer.StatusCode, raw)
		}
		return answer.StatusCode, fault.Error
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			g.t.Fatalf("%s %s: %v in %s", r.Method, r.URL, err, raw)
		}
	}
	return answer.StatusCode, problem{}
}

// must is does with the status it has to have; a 200 may be any success.
func (g guest) must(status int, method, path string, body, out any) problem {
	g.t.Helper()
	got, p := g.does(method, path, body, out)
	if got != status && (status != http.StatusOK || got >= 300) {
		g.t.Fatalf("%s %s: %d %+v, want %d", method, path, got, p, status)
	}
	return p
}

// calls begins a session; option is the id of a branch, empty for none yet.
func (g guest) calls(w wayIn, media, option string) session.View {
	g.t.Helper()
	var v session.View
	g.must(http.StatusCreated, "POST", "/sessions", map[string]any{
		"ivrId": w.IvrID, "media": media, "optionId": option, "idempotencyKey": fmt.Sprint(time.Now().UnixNano()),
	}, &v)
	return v
}

func (g guest) sees(id string) (v session.View) {
	g.t.Helper()
	g.must(http.StatusOK, "GET", "/sessions/"+id, nil, &v)
	return v
}

// until waits for a session to come into a state.
func (g guest) until(id string, state session.State) session.View {
	g.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		v := g.sees(id)
		if v.State == state {
			return v
		}
		if time.Now().After(end) {
			g.t.Fatalf("session %s is %s and never %s", id, v.State, state)
		}
	}
}

// options gives the ids of the menu's options.
func (g guest) options(w wayIn) (ids []string) {
	g.t.Helper()
	var m session.MenuView
	g.must(http.StatusOK, "GET", "/flows/"+w.IvrID+"/menu", nil, &m)
	for _, o := range m.Options {
		ids = append(ids, o.ID)
	}
	return ids
}

// listens opens the caller's socket, without which a caller counts as lost after a while.
func (g guest) listens(sessionID string) *line {
	g.t.Helper()
	return dial(g.t, g.s, "/api/v1/live", nil, map[string]any{"type": "hello", "token": g.token, "sessionId": sessionID})
}

// line is an open socket: frames in the order of their coming.
type line struct {
	t  *testing.T
	ws *websocket.Conn

	mu     sync.Mutex
	frames []frame
	n      int
}

type frame struct {
	Type  string          `json:"type"`
	Re    string          `json:"re"`
	Data  json.RawMessage `json:"data"`
	Error *struct {
		Code, Message, Winner string
	} `json:"error"`
}

func dial(t *testing.T, s *server, path string, head http.Header, hello map[string]any) *line {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.Dial(strings.Replace(s.url, "http", "ws", 1)+path, head)
	if err != nil {
		t.Fatal(err)
	}
	l := &line{t: t, ws: ws}
	if err := ws.WriteJSON(hello); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			var f frame
			if ws.ReadJSON(&f) != nil {
				return
			}
			l.mu.Lock()
			l.frames = append(l.frames, f)
			l.mu.Unlock()
		}
	}()
	t.Cleanup(func() { _ = ws.Close() })
	return l
}

// find waits for a frame that fits.
func (l *line) find(what string, fits func(frame) bool) frame {
	l.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		l.mu.Lock()
		for _, f := range l.frames {
			if fits(f) {
				l.mu.Unlock()
				return f
			}
		}
		l.mu.Unlock()
		if time.Now().After(end) {
			l.t.Fatalf("no frame: %s", what)
		}
	}
}

// commands sends a command and gives its answer.
func (l *line) commands(typ string, data any) frame {
	l.t.Helper()
	l.mu.Lock()
	l.n++
	id := fmt.Sprint("c", l.n)
	l.mu.Unlock()
	if err := l.ws.WriteJSON(map[string]any{"type": typ, "id": id, "data": data}); err != nil {
		l.t.Fatal(err)
	}
	return l.find("an answer to "+typ, func(f frame) bool { return f.Re == id })
}

// deskLine is an agent without a browser: logged in, on the socket, ready.
type deskLine struct {
	*line
	clerk
}

// works logs an agent in and goes online.
func works(t *testing.T, s *server, who seat) deskLine {
	t.Helper()
	d := deskLine{clerk: logsInto(t, s, who)}
	d.opens(t, s)
	if f := d.commands("intent.set", map[string]string{"intent": "ready"}); f.Error != nil {
		t.Fatalf("going online: %+v", f.Error)
	}
	return d
}

// opens connects the desk's socket.
func (d *deskLine) opens(t *testing.T, s *server) {
	t.Helper()
	head := http.Header{"Origin": {s.url}}
	for _, c := range d.cookies {
		head.Add("Cookie", c.Name+"="+c.Value)
	}
	d.line = dial(t, s, "/desk/live", head, map[string]any{"type": "hello"})
	d.find("the desk's state", func(f frame) bool { return f.Type == "desk.state" })
}

// rung waits for the ring of a session and gives the offer's id.
func (d *deskLine) rung(sessionID string) string {
	d.t.Helper()
	f := d.find("a ring for "+sessionID, func(f frame) bool {
		return f.Type == "offer.opened" && strings.Contains(string(f.Data), sessionID) ||
			f.Type == "desk.state" && offerIn(f.Data, sessionID) != ""
	})
	if f.Type == "desk.state" {
		return offerIn(f.Data, sessionID)
	}
	var o struct{ OfferID string }
	if err := json.Unmarshal(f.Data, &o); err != nil {
		d.t.Fatal(err)
	}
	return o.OfferID
}

// offerIn finds the ring of a session in a desk's snapshot.
func offerIn(raw json.RawMessage, sessionID string) string {
	var snap struct {
		Offers []struct{ OfferID, SessionID string }
	}
	if json.Unmarshal(raw, &snap) != nil {
		return ""
	}
	for _, o := range snap.Offers {
		if o.SessionID == sessionID {
			return o.OfferID
		}
	}
	return ""
}
