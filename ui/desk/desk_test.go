package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/runtime/agent"
	"foyer/runtime/chat"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/ui"
	"foyer/ui/auth"
	"foyer/ui/desk"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// world is what stands behind a desk, in memory: one agent with one offer of each sort.
type world struct {
	auth.Accounts
	offers   []queue.Offer
	sessions map[string]session.Session
	messages []chat.Message
	groupErr error
	took     int64 // bytes of the last upload
}

func (*world) ByToken(_ context.Context, token string) (agent.Agent, error) {
	switch token {
	case "agt_1", "agt_2":
		return agent.Agent{ID: token, Name: "李想", Number: "1002", Role: agent.Member}, nil
	case "agt_admin":
		return agent.Agent{ID: token, Name: "陈晨", Number: "1000", Role: agent.Admin}, nil
	}
	return agent.Agent{}, agent.ErrNotLoggedIn
}

func (*world) State(_ context.Context, id string) (agent.View, error) {
	return agent.View{AgentID: id, Shown: agent.ShownBusy, TextCap: 5}, nil
}

func (w *world) OpenOffers(_ context.Context, id string) (mine []queue.Offer, err error) {
	for _, o := range w.offers {
		if o.AgentID == id {
			mine = append(mine, o)
		}
	}
	return mine, nil
}

// OpenOfferOf is the session's newest, one that is tidied up only when there is no other.
func (w *world) OpenOfferOf(_ context.Context, id string) (of queue.Offer, ok bool, err error) {
	for _, o := range w.offers {
		if o.SessionID == id && (!ok || o.State != queue.Wrapping || of.State == queue.Wrapping) {
			of, ok = o, true
		}
	}
	return of, ok, nil
}

func (*world) Entry(context.Context, string) (queue.Entry, error) {
	return queue.Entry{Attempts: make([]queue.Attempt, 2)}, nil
}

func (w *world) Group(context.Context, string) (queue.SkillGroup, error) {
	return queue.SkillGroup{Name: "售后", WrapSeconds: 120}, w.groupErr
}

func (w *world) Get(_ context.Context, id string) (session.Session, error) {
	s, ok := w.sessions[id]
	if !ok {
		return s, session.ErrNotFound
	}
	return s, nil
}

// List gives a page as chat.Chat does: the oldest after a place, never more than chat.ListMax.
func (w *world) List(_ context.Context, _ string, after int64, limit int) (page []chat.Message, err error) {
	if limit <= 0 || limit > chat.ListMax {
		limit = chat.ListMax
	}
	for _, m := range w.messages {
		if m.Seq > after && len(page) < limit {
			page = append(page, m)
		}
	}
	return page, nil
}

func (w *world) Upload(_ context.Context, _ string, r io.Reader) (chat.File, error) {
	var err error
	w.took, err = io.Copy(io.Discard, r)
	return chat.File{ID: "fil_1", Kind: "image", Width: 4, Height: 3}, err
}

func (*world) CallOf(_ context.Context, id string) (string, error) { return "call_of_" + id, nil }

// OwnRecords and OwnRecord stand for the pages of package manage, which has tests of its own.
func (*world) OwnRecords(c echo.Context) error { return c.String(http.StatusOK, "records") }
func (*world) OwnRecord(c echo.Context) error  { return c.String(http.StatusOK, c.Param("id")) }

// OwnCallbacks, FinishOwn and ReopenOwn are such pages too.
func (*world) OwnCallbacks(c echo.Context) error { return c.String(http.StatusOK, "callbacks") }
func (*world) FinishOwn(c echo.Context) error    { return c.String(http.StatusOK, c.Param("id")) }
func (*world) ReopenOwn(c echo.Context) error    { return c.String(http.StatusOK, c.Param("id")) }

func newWorld() *world {
	queued, talking := noon.Add(-42*time.Second), noon.Add(-10*time.Second)
	w := &world{sessions: map[string]session.Session{}}
	add := func(id, agentID string, state queue.OfferState, s session.State) {
		o := queue.Offer{ID: "off_" + id, SessionID: id, AgentID: agentID, State: state, Media: queue.Video, CreatedAt: noon, DeadlineAt: noon.Add(time.Minute)}
		if state != queue.Pending {
			o.AcceptedAt = &talking
		}
		w.offers = append(w.offers, o)
		w.sessions[id] = session.Session{ID: id, AgentID: agentID, State: s, CallerID: "clr_1", Nickname: "李女士", Channel: "web", QueuedAt: &queued, Media: queue.Video}
	}
	add("ringing", "agt_1", queue.Pending, session.Offered)
	add("talking", "agt_1", queue.Connected, session.Connected)
	add("over", "agt_1", queue.Wrapping, session.Ended)
	add("others", "agt_2", queue.Connected, session.Connected)
	w.messages = []chat.Message{{Seq: 1, From: chat.FromAgent, Kind: chat.ImageKind, File: &chat.File{ID: "fil_9"}}}
	return w
}

func open(w *world) *echo.Echo {
	e, door := echo.New(), &auth.Auth{Accounts: w}
	e.HTTPErrorHandler = ui.ErrorHandler(slog.New(slog.NewTextHandler(io.Discard, nil)))
	e.Use(auth.Headers(false), auth.SameOrigin())
	d := &desk.Desk{States: w, Offers: w, Sessions: w, Chat: w, Calls: w, Records: w,
		FileURL: func(id string) string { return "/files/" + id + "?signed" }, Now: func() time.Time { return noon }, Instance: "Foyer"}
	d.Mount(e.Group("/desk", door.Members))
	return e
}

func ask(e *echo.Echo, who, method, path string, body io.Reader, kind string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "https://foyer.test"+path, body)
	r.Header.Set("Content-Type", kind)
	if who != "" {
		r.AddCookie(&http.Cookie{Name: auth.Cookie, Value: who})
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

// picture is a form with a file of so many bytes.
func picture(t *testing.T, part string, bytesOf int) (io.Reader, string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	f, err := form.CreateFormFile(part, "a.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(make([]byte, bytesOf)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return &b, form.FormDataContentType()
}

func TestGuards(t *testing.T) {
	e := open(newWorld())
	for _, r := range e.Routes() {
		if r.Method != http.MethodGet && r.Method != http.MethodPost {
			continue
		}
		for _, who := range []string{"", "guess"} {
			if w := ask(e, who, r.Method, strings.Replace(r.Path, ":id", "talking", 1), nil, ""); w.Code != http.StatusUnauthorized {
				t.Errorf("%s %s as %q: %d", r.Method, r.Path, who, w.Code)
			}
		}
	}
	for _, path := range []string{"/desk", "/desk/state", "/desk/records", "/desk/records/ses_1"} {
		if w := ask(e, "agt_1", "GET", path, nil, ""); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestPage(t *testing.T) {
	e := open(newWorld())
	if page := ask(e, "agt_1", "GET", "/desk", nil, "").Body.String(); strings.Contains(page, `href="/admin"`) {
		t.Error("an agent is led to the admin centre")
	}
	page := ask(e, "agt_admin", "GET", "/desk", nil, "").Body.String()
	for _, want := range []string{`href="/admin"`, `id="desk-rings"`, `data-intent="rest"`, `id="state-notResponding"`, `id="desk-ready"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestState(t *testing.T) {
	w := newWorld()
	for _, gone := range []error{nil, queue.ErrNoGroup} {
		w.groupErr = gone
		answer := ask(open(w), "agt_1", "GET", "/desk/state", nil, "")
		var s desk.Snapshot
		if err := json.Unmarshal(answer.Body.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		if len(s.Offers) != 1 || s.Offers[0].SessionID != "ringing" || s.Offers[0].Waited != 42 || s.Offers[0].Attempts != 2 {
			t.Errorf("rings: %+v", s.Offers)
		}
		if len(s.Sessions) != 2 || s.Sessions[0].CallID != "call_of_talking" || !s.Sessions[0].Deadline.IsZero() || s.Sessions[0].Waited != 32 {
			t.Errorf("sessions: %+v", s.Sessions)
		}
		if over := s.Sessions[1]; over.State != queue.Wrapping || over.Deadline.IsZero() {
			t.Errorf("wrap-up: %+v", over)
		}
		if url := s.Sessions[0].Messages[0].File.URL; url != "/files/fil_9?signed" || w.messages[0].File.URL != "" {
			t.Errorf("the picture's address is %q, the store's own %q", url, w.messages[0].File.URL)
		}
		if !s.Now.Equal(noon) {
			t.Errorf("the clock says %v", s.Now)
		}
	}
	w.groupErr = context.DeadlineExceeded
	if answer := ask(open(w), "agt_1", "GET", "/desk/state", nil, ""); answer.Code != http.StatusServiceUnavailable {
		t.Errorf("a store that does not answer: %d", answer.Code)
	}
}

// A caller whom the flow led on to a colleague leaves to the one who tidies up what was theirs, and no more.
func TestMovedOn(t *testing.T) {
	accepted, ended := noon.Add(-20*time.Second), noon.Add(-time.Minute)
	later := queue.Offer{ID: "off_later", SessionID: "over", AgentID: "agt_2", State: queue.Connected, CreatedAt: noon, AcceptedAt: &accepted}
	same, ringing := later, later
	same.AgentID = "agt_1"
	ringing.State, ringing.AcceptedAt = queue.Pending, nil
	for _, test := range []struct {
		name     string
		next     *queue.Offer
		agent    string // of the session
		messages int
		moved    bool
	}{
		{"nobody came after", nil, "agt_1", 4, false},
		{"a colleague is rung", &ringing, "agt_1", 4, false},
		{"a colleague talks", &later, "agt_2", 2, true},
		{"the same agent talks again", &same, "agt_1", 2, true},
		{"the colleague is through as well", nil, "agt_2", 1, true},
	} {
		w := newWorld()
		s := w.sessions["over"]
		s.AgentID, s.State = test.agent, session.Connected
		w.sessions["over"] = s
		if test.next != nil {
			w.offers = append(w.offers, *test.next)
		}
		w.messages = nil
		for i, at := range []time.Time{noon.Add(-2 * time.Minute), noon.Add(-30 * time.Second), accepted, noon} {
			w.messages = append(w.messages, chat.Message{Seq: int64(i + 1), From: chat.FromCaller, At: at})
		}
		var snap desk.Snapshot
		if err := json.Unmarshal(ask(open(w), "agt_1", "GET", "/desk/state", nil, "").Body.Bytes(), &snap); err != nil {
			t.Fatal(err)
		}
		card := snap.Sessions[1]
		if len(card.Messages) != test.messages || (card.CallID == "") != test.moved {
			t.Errorf("%s: %d messages, call %q", test.name, len(card.Messages), card.CallID)
		}
		if test.moved && (card.EndedBy != session.ByAgent || card.EndedAt == nil || !card.EndedAt.Equal(ended)) {
			t.Errorf("%s: ended %v by %s", test.name, card.EndedAt, card.EndedBy)
		}
	}
}

// An agent to whom the caller is led on is setting up a talk of their own; that an earlier one is over is not theirs.
func TestSecondTalkBegins(t *testing.T) {
	w := newWorld()
	s, ended := w.sessions["talking"], noon.Add(-time.Minute)
	s.State, s.TalkEndAt = session.Connecting, &ended
	w.sessions["talking"], w.offers[1].State = s, queue.Accepted
	var snap desk.Snapshot
	if err := json.Unmarshal(ask(open(w), "agt_1", "GET", "/desk/state", nil, "").Body.Bytes(), &snap); err != nil {
		t.Fatal(err)
	}
	if card := snap.Sessions[0]; card.SessionID != "talking" || card.EndedAt != nil || card.EndedBy != "" {
		t.Errorf("the card is %+v", card)
	}
}

// However long a talk was, its newest message is there after a reload.
func TestLongTalk(t *testing.T) {
	for _, n := range []int{0, 1, chat.ListMax, chat.ListMax + 1, 3*chat.ListMax + 7} {
		w := newWorld()
		w.messages = nil
		for i := range n {
			w.messages = append(w.messages, chat.Message{Seq: int64(i + 1), From: chat.FromCaller, Text: "在吗"})
		}
		var s desk.Snapshot
		if err := json.Unmarshal(ask(open(w), "agt_1", "GET", "/desk/state", nil, "").Body.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		got := s.Sessions[0].Messages
		if got == nil || len(got) != n || n > 0 && got[n-1].Seq != int64(n) {
			t.Errorf("%d of %d messages", len(got), n)
		}
	}
}

func TestUpload(t *testing.T) {
	for _, test := range []struct {
		name, session, part string
		size, status        int
	}{
		{"a picture", "talking", "file", 1 << 20, 201},
		{"the largest", "talking", "file", 10 << 20, 201},
		{"50 MB", "talking", "file", 50 << 20, 413},
		{"another part", "talking", "other", 10, 400},
		{"a colleague's session", "others", "file", 10, 404},
		{"no session", "none", "file", 10, 404},
		{"a session that is over", "over", "file", 10, 409},
	} {
		for _, streamed := range []bool{false, true} {
			w := newWorld()
			body, kind := picture(t, test.part, test.size)
			if streamed { // nobody says how long it is
				body = io.MultiReader(body)
			}
			answer := ask(open(w), "agt_1", "POST", "/desk/sessions/"+test.session+"/files", body, kind)
			if answer.Code != test.status {
				t.Errorf("%s, streamed %v: %d, want %d", test.name, streamed, answer.Code, test.status)
			}
			if answer.Code == 201 && (w.took != int64(test.size) || !strings.Contains(answer.Body.String(), `"url":"/files/fil_1?signed"`)) {
				t.Errorf("%s: took %d bytes, answered %s", test.name, w.took, answer.Body)
			}
			if w.took > 11<<20 {
				t.Errorf("%s: %d bytes were read", test.name, w.took)
			}
		}
	}
	if answer := ask(open(newWorld()), "agt_1", "POST", "/desk/sessions/talking/files", strings.NewReader("x"), "image/png"); answer.Code != http.StatusUnsupportedMediaType {
		t.Errorf("no form: %d", answer.Code)
	}
}
