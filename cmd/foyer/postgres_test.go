package main

import (
	"bytes"
	"context"
	"database/sql"
	"image"
	"image/png"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foyer/runtime/session"
	"foyer/storage/storagetest"
)

// The whole binary serves from PostgreSQL as it does from SQLite: a session is walked through, the process is killed
// in the middle of the talk, and a second one is kept out.
func TestServesFromPostgres(t *testing.T) {
	database := storagetest.Postgres(t, "fsync=off")
	if database == nil {
		return
	}
	secret, address := filepath.Join(t.TempDir(), "dsn"), database.Fresh(t)
	if err := os.WriteFile(secret, []byte(address+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := prepared(t, "demo", "--json")
	s.env = []string{"FOYER_DATABASE_FILE=" + secret}
	s.start(t)
	w := s.wayIn(t)
	if _, err := os.Stat(filepath.Join(s.data, "foyer.db")); err == nil {
		t.Error("there is an SQLite database beside PostgreSQL")
	}

	d, g := works(t, s, w.Agents[1]), arrives(t, s, w)
	v := g.calls(w, "text", "")
	g.must(http.StatusOK, "POST", "/sessions/"+v.SessionID+"/input", map[string]string{"optionId": v.Menu.Options[1].ID, "stepToken": v.StepToken}, nil)
	offer := d.rung(v.SessionID)
	if f := d.commands("offer.accept", map[string]string{"offerId": offer}); f.Error != nil {
		t.Fatalf("accepting: %+v", f.Error)
	}
	g.until(v.SessionID, session.Connected)
	g.posts(v.SessionID, "before")
	if status, p := g.uploads(v.SessionID, picture(t), nil); status != http.StatusCreated {
		t.Errorf("a picture: %d %+v", status, p)
	}
	keptOut(t, s, secret)

	s.again(t)
	if again := s.wayIn(t); again.IvrID != w.IvrID || again.SdkAppID != w.SdkAppID {
		t.Errorf("after the restart the way in is %+v, before %+v", again, w)
	}
	d.opens(t, s)
	g.posts(v.SessionID, "after")
	d.find("the message at the desk", func(f frame) bool { return f.Type == "message.posted" && strings.Contains(string(f.Data), `"after"`) })
	d.commands("session.end", map[string]string{"sessionId": v.SessionID})
	g.until(v.SessionID, session.Ended)
	if f := d.commands("offer.complete", map[string]string{"offerId": offer}); f.Error != nil {
		t.Errorf("completing: %+v", f.Error)
	}
	list := d.page(t, "/desk/records")
	for _, words := range []string{"产品报障", w.Agents[1].Group} {
		if !strings.Contains(list, words) {
			t.Errorf("the records do not say %s", words)
		}
	}
	takenOver(t, s, g, w, address)
}

// takenOver lets another process have the lease: this one says so, decides nothing any more, and tells callers a sentence.
func takenOver(t *testing.T, s *server, g guest, w wayIn, address string) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), "UPDATE leases SET owner = 'another', epoch = epoch + 1"); err != nil {
		t.Fatal(err)
	}
	start := map[string]string{"ivrId": w.IvrID, "media": "text", "idempotencyKey": "late"}
	if p := g.must(http.StatusServiceUnavailable, "POST", "/sessions", start, nil); p.Code != "unavailable" || p.Message == "" {
		t.Errorf("a caller is told %+v", p)
	}
	if status, why := s.readiness(t); status != http.StatusServiceUnavailable || why["lease"] == "" || why["store"] != "" {
		t.Errorf("/readyz: %d %v", status, why)
	}
	if status, _ := reads(t, s.url+"/livez"); status != http.StatusOK {
		t.Errorf("/livez: %d", status)
	}
	if n := strings.Count(s.log.String(), "another process has taken over"); n != 1 {
		t.Errorf("the log says %d times that another process has taken over", n)
	}
}

// keptOut starts a second process on the same database with a data folder of its own.
func keptOut(t *testing.T, s *server, secret string) {
	t.Helper()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	second := exec.CommandContext(ctx, name, "serve", "--addr", "127.0.0.1:0", "--media-addr", "127.0.0.1:0", "--ops-addr", "off", "--data", t.TempDir())
	second.Env = append(clean(), "FOYER_DATABASE_FILE="+secret)
	out, err := second.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "another Foyer is using the database") {
		t.Errorf("the second process said %q, %v", out, err)
	}
	if r, err := http.Get(s.url + "/readyz"); err != nil || r.StatusCode != http.StatusOK {
		t.Errorf("the first process is no longer ready: %v", err)
	}
}

// picture is a small PNG.
func picture(t *testing.T) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}
