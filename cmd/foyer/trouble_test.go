package main

import (
	"bytes"
	"context"
	bits "encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"foyer/runtime/session"
)

// What callers may get wrong has a stable code and a sentence, and changes nothing.
func TestTroubleOfCallers(t *testing.T) {
	s, w := filled(t)
	g := arrives(t, s, w)
	for about, c := range map[string]struct {
		path   string
		status int
		code   string
	}{
		"a malformed flow id": {"/flows/NO-SUCH/menu", http.StatusBadRequest, "flow.badId"},
		"an unknown flow id":  {"/flows/f000000000000000/menu", http.StatusNotFound, "flow.notFound"},
	} {
		if p := g.must(c.status, "GET", c.path, nil, nil); p.Code != c.code || p.Message == "" {
			t.Errorf("%s: %+v", about, p)
		}
	}

	v := g.calls(w, "text", "")
	if v.State != session.Routing || len(v.Menu.Options) != 2 {
		t.Fatalf("the session begins as %+v", v)
	}
	first := map[string]string{"optionId": v.Menu.Options[1].ID, "stepToken": v.StepToken}
	if p := g.must(http.StatusUnprocessableEntity, "POST", "/sessions/"+v.SessionID+"/input", map[string]string{"optionId": "gone", "stepToken": v.StepToken}, nil); p.Message == "" {
		t.Errorf("an option that is not there: %+v", p)
	}
	works(t, s, w.Agents[1])
	var once, twice session.View
	g.must(http.StatusOK, "POST", "/sessions/"+v.SessionID+"/input", first, &once)
	other := map[string]string{"optionId": v.Menu.Options[0].ID, "stepToken": v.StepToken}
	g.must(http.StatusOK, "POST", "/sessions/"+v.SessionID+"/input", other, &twice)
	if once.State != twice.State || once.Seq != twice.Seq || once.StepToken != twice.StepToken {
		t.Errorf("a doubled choice was answered with %+v, the first with %+v", twice, once)
	}
	stranger := arrives(t, s, w)
	stranger.must(http.StatusNotFound, "GET", "/sessions/"+v.SessionID, nil, nil)
	stranger.must(http.StatusNotFound, "POST", "/sessions/"+v.SessionID+"/end", map[string]string{}, nil)
}

// Uploads are judged by what they are, not by what they say, and each refusal has its sentence.
func TestTroubleWithUploads(t *testing.T) {
	s, w := filled(t)
	works(t, s, w.Agents[0])
	g := arrives(t, s, w)
	v := g.calls(w, "text", g.options(w)[0])

	var good bytes.Buffer
	if err := png.Encode(&good, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	bomb := bytes.Clone(good.Bytes()) // says in its head that it is 50,000 pixels wide and high, and the head's sum is right
	copy(bomb[16:], []byte{0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50})
	bits.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	for about, c := range map[string]struct {
		body   io.Reader
		status int
		code   string
	}{
		"a picture":         {bytes.NewReader(good.Bytes()), http.StatusCreated, ""},
		"50 MB":             {io.MultiReader(bytes.NewReader(good.Bytes()), bytes.NewReader(make([]byte, 50<<20))), http.StatusRequestEntityTooLarge, "file.tooLarge"},
		"an SVG":            {strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), http.StatusUnsupportedMediaType, "file.notPicture"},
		"a picture bomb":    {bytes.NewReader(bomb), http.StatusUnprocessableEntity, "file.tooManyPixels"},
		"half of a picture": {bytes.NewReader(good.Bytes()[:good.Len()/2]), http.StatusUnprocessableEntity, "file.broken"},
	} {
		status, p := g.uploads(v.SessionID, c.body, nil)
		if status != c.status || (c.code != "" && p.Code != c.code) || (status >= 400 && p.Message == "") {
			t.Errorf("%s: %d %+v", about, status, p)
		}
	}
}

// uploads sends a file as the API wants it and reads the answer into out.
func (g guest) uploads(sessionID string, file io.Reader, out any) (int, problem) {
	g.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("sessionId", sessionID)
	part, err := form.CreateFormFile("file", "x.png")
	if err != nil {
		g.t.Fatal(err)
	}
	if _, err := io.Copy(part, file); err != nil {
		g.t.Fatal(err)
	}
	_ = form.Close()
	r, err := http.NewRequest("POST", g.s.url+"/api/v1/files", &body)
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+g.token)
	return g.send(r, out)
}

// Two tabs of one agent accept in the same moment, and an agent answers who was not asked: one wins, everybody else
// is told.
func TestTroubleOfTwoAccepts(t *testing.T) {
	s, w := filled(t)
	one := works(t, s, w.Agents[0])
	other := one
	other.opens(t, s)
	stranger := works(t, s, w.Agents[1])
	g := arrives(t, s, w)
	v := g.calls(w, "text", g.options(w)[0])
	offer := map[string]string{"offerId": one.rung(v.SessionID)}
	answers := make(chan frame, 2)
	for _, l := range []*line{one.line, other.line} {
		go func() { answers <- l.commands("offer.accept", offer) }()
	}
	a, b := <-answers, <-answers
	for _, f := range []frame{a, b} {
		if f.Error != nil && f.Error.Code != "offer.gone" {
			t.Errorf("the slower tab is told %+v", f.Error)
		}
	}
	if f := stranger.commands("offer.accept", offer); f.Error == nil || f.Error.Message == "" {
		t.Errorf("a stranger's accept is answered with %+v", f)
	}
	g.until(v.SessionID, session.Connected)
}

// A caller who hangs up while an agent is rung stops the ring, and the agent is not blamed.
func TestTroubleCallerLeavesWhileRinging(t *testing.T) {
	s, w := filled(t)
	d := works(t, s, w.Agents[0])
	g := arrives(t, s, w)
	v := g.calls(w, "video", g.options(w)[0])
	id := d.rung(v.SessionID)
	g.must(http.StatusOK, "POST", "/sessions/"+v.SessionID+"/end", map[string]string{}, nil)
	closed := d.find("the end of the ring", func(f frame) bool { return f.Type == "offer.closed" && strings.Contains(string(f.Data), id) })
	if !strings.Contains(string(closed.Data), `"cancelled"`) {
		t.Errorf("the ring ended as %s", closed.Data)
	}
	next := arrives(t, s, w)
	d.rung(next.calls(w, "video", next.options(w)[0]).SessionID) // still routable
}

// An agent whose tab closes while ringing loses the ring to nobody: the caller keeps waiting, and is offered again
// when the agent is back.
func TestTroubleAgentLeavesWhileRinging(t *testing.T) {
	s, w := filled(t)
	d := works(t, s, w.Agents[0])
	g := arrives(t, s, w)
	v := g.calls(w, "video", g.options(w)[0])
	g.listens(v.SessionID)
	first := d.rung(v.SessionID)
	_ = d.ws.Close()
	g.until(v.SessionID, session.Queued)
	d.opens(t, s)
	if again := d.rung(v.SessionID); again == first {
		t.Error("the ring that was taken back rings again")
	}
}

// A second process on the same data folder is refused with a sentence, and does no harm to the first.
func TestTroubleSecondProcess(t *testing.T) {
	s, w := filled(t)
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, "serve", "--addr", "127.0.0.1:0", "--media-addr", "127.0.0.1:0", "--ops-addr", "off", "--data", s.data).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "another Foyer is using") {
		t.Errorf("the second process said %q, %v", out, err)
	}
	g := arrives(t, s, w)
	if v := g.calls(w, "text", ""); v.State != session.Routing {
		t.Errorf("afterwards a session begins as %s", v.State)
	}
}

// Power cuts: the process is killed while a caller is in each state, and started again. Nobody is stuck, nobody loses
// their place.
func TestTroublePowerCut(t *testing.T) {
	for about, cut := range map[string]func(t *testing.T, s *server, w wayIn){
		"at the menu":      cutAtMenu,
		"in the queue":     cutInQueue,
		"while ringing":    cutWhileRinging,
		"while connecting": cutWhileConnecting,
		"in a talk":        cutInTalk,
		"while tidying up": cutInWrapUp,
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			s, w := filled(t)
			cut(t, s, w)
		})
	}
}

// again kills the server and starts it once more.
func (s *server) again(t *testing.T) {
	t.Helper()
	s.kill(t)
	s.start(t)
}

func cutAtMenu(t *testing.T, s *server, w wayIn) {
	g := arrives(t, s, w)
	v := g.calls(w, "text", "")
	s.again(t)
	d := works(t, s, w.Agents[1])
	g.must(http.StatusOK, "POST", "/sessions/"+v.SessionID+"/input", map[string]string{"optionId": v.Menu.Options[1].ID, "stepToken": v.StepToken}, nil)
	d.rung(v.SessionID)
}

func cutInQueue(t *testing.T, s *server, w wayIn) {
	d := works(t, s, w.Agents[0])
	busy := arrives(t, s, w)
	b := busy.calls(w, "video", busy.options(w)[0])
	d.commands("offer.accept", map[string]string{"offerId": d.rung(b.SessionID)})
	var waiting []session.View
	var guests []guest
	for range 3 {
		g := arrives(t, s, w)
		guests = append(guests, g)
		waiting = append(waiting, g.calls(w, "video", g.options(w)[0]))
		g.listens(waiting[len(waiting)-1].SessionID)
	}
	s.again(t)
	for i, g := range guests {
		g.listens(waiting[i].SessionID)
		if v := g.until(waiting[i].SessionID, session.Queued); v.Queue == nil || v.Queue.Position < i+1 || v.Queue.Position > i+2 {
			t.Errorf("caller %d is at %+v after the restart", i+1, v.Queue)
		}
	}
	busy.must(http.StatusOK, "POST", "/sessions/"+b.SessionID+"/end", map[string]string{}, nil)
	d.opens(t, s)
	d.commands("intent.set", map[string]string{"intent": "ready"})
	d.completes(w, s)
	d.rung(waiting[0].SessionID) // the oldest first
}

// completes ends whatever wrap-up the agent has.
func (d *deskLine) completes(wayIn, *server) {
	d.t.Helper()
	f := d.find("the desk's state", func(f frame) bool { return f.Type == "desk.state" })
	var snap struct {
		Sessions []struct{ OfferID, State string }
	}
	if err := json.Unmarshal(f.Data, &snap); err != nil {
		d.t.Fatal(err)
	}
	for _, c := range snap.Sessions {
		if c.State == "wrapping" {
			if f := d.commands("offer.complete", map[string]string{"offerId": c.OfferID}); f.Error != nil {
				d.t.Fatalf("completing: %+v", f.Error)
			}
		}
	}
}

func cutWhileRinging(t *testing.T, s *server, w wayIn) {
	d := works(t, s, w.Agents[0])
	g := arrives(t, s, w)
	v := g.calls(w, "video", g.options(w)[0])
	first := d.rung(v.SessionID)
	s.again(t)
	g.listens(v.SessionID)
	d.opens(t, s)
	if f := d.commands("offer.accept", map[string]string{"offerId": first}); f.Error == nil {
		t.Error("a ring of before the restart was accepted")
	}
	if again := d.rung(v.SessionID); again == first {
		t.Error("the old ring is open")
	}
}

func cutWhileConnecting(t *testing.T, s *server, w wayIn) {
	d := works(t, s, w.Agents[0])
	g := arrives(t, s, w)
	v := g.calls(w, "video", g.options(w)[0])
	d.commands("offer.accept", map[string]string{"offerId": d.rung(v.SessionID)})
	g.until(v.SessionID, session.Connecting)
	s.again(t)
	g.listens(v.SessionID)
	d.opens(t, s)
	// nobody brings up media, so the set-up's deadline passes and the caller is offered again or served in writing
	for end := time.Now().Add(40 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		switch state := g.sees(v.SessionID).State; state {
		case session.Offered, session.Queued, session.Connected:
			return
		case session.Ended:
			t.Fatal("the caller was dropped")
		}
		if time.Now().After(end) {
			t.Fatal("the session is connecting for ever")
		}
	}
}

func cutInTalk(t *testing.T, s *server, w wayIn) {
	d := works(t, s, w.Agents[0])
	g := arrives(t, s, w)
	v := g.calls(w, "text", g.options(w)[0])
	d.commands("offer.accept", map[string]string{"offerId": d.rung(v.SessionID)})
	g.until(v.SessionID, session.Connected)
	for i := range 5 {
		g.posts(v.SessionID, fmt.Sprint("before ", i))
	}
	s.again(t)
	d.opens(t, s)
	g.posts(v.SessionID, "after")
	var list struct {
		Messages []struct {
			Seq  int64
			Text string
		}
	}
	g.must(http.StatusOK, "GET", "/sessions/"+v.SessionID+"/messages?after=0", nil, &list)
	for i, m := range list.Messages {
		if m.Seq != int64(i+1) {
			t.Errorf("message %d has seq %d", i+1, m.Seq)
		}
	}
	if n := len(list.Messages); n < 6 || list.Messages[n-1].Text != "after" || list.Messages[n-2].Text != "before 4" {
		t.Errorf("the chat is %+v", list.Messages)
	}
	d.find("the message at the desk", func(f frame) bool { return f.Type == "message.posted" && strings.Contains(string(f.Data), `"after"`) })
}

func (g guest) posts(sessionID, words string) {
	g.t.Helper()
	g.must(http.StatusOK, "POST", "/sessions/"+sessionID+"/messages", map[string]string{
		"clientMessageId": words, "kind": "text", "text": words,
	}, nil)
}

func cutInWrapUp(t *testing.T, s *server, w wayIn) {
	d := works(t, s, w.Agents[0])
	g := arrives(t, s, w)
	v := g.calls(w, "text", g.options(w)[0])
	offer := d.rung(v.SessionID)
	d.commands("offer.accept", map[string]string{"offerId": offer})
	g.until(v.SessionID, session.Connected)
	d.commands("session.end", map[string]string{"sessionId": v.SessionID})
	g.until(v.SessionID, session.Ended)
	s.again(t)
	d.opens(t, s)
	if f := d.commands("offer.complete", map[string]string{"offerId": offer}); f.Error != nil {
		t.Errorf("completing after the restart: %+v", f.Error)
	}
	next := arrives(t, s, w)
	d.rung(next.calls(w, "video", next.options(w)[0]).SessionID)
}
