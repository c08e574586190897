package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"foyer/runtime/session"
)

// mediaTicket is what a party gets to join a call with.
type mediaTicket struct{ SessionID, CallID, LegID, Token string }

// ticket waits for the ticket of a call.
func (l *line) ticket() (m mediaTicket) {
	l.t.Helper()
	f := l.find("a ticket", func(f frame) bool { return f.Type == "media.ticket" })
	if err := json.Unmarshal(f.Data, &m); err != nil || m.Token == "" {
		l.t.Fatalf("the ticket is %s, %v", f.Data, err)
	}
	return m
}

// With everything logged that there is to log, no line holds what lets somebody in: passwords, cookies, tokens, tickets,
// signatures. And the lines say of whom they are: session, call and agent.
func TestLogsHoldIDsAndNoSecrets(t *testing.T) {
	s := startServer(t, "demo", "--json", "--log-level", "debug", "--log-format", "json")
	w := s.wayIn(t)
	wrong := "Wrong-Horse-Battery-7"
	r, err := http.PostForm(s.url+"/login", url.Values{"email": {w.Admin.Email}, "password": {wrong}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	d, g := works(t, s, w.Agents[0]), arrives(t, s, w)
	secrets := []string{wrong, demoPassword, g.token}
	for _, c := range d.cookies {
		secrets = append(secrets, c.Value)
	}

	v := g.calls(w, "video", g.options(w)[0])
	caller := g.listens(v.SessionID)
	offer := d.rung(v.SessionID)
	d.commands("offer.accept", map[string]string{"offerId": offer})
	theirs, ours := caller.ticket(), d.ticket()
	for _, l := range []*line{caller, d.line} { // a use that fails has more to say than one that does not
		m := l.ticket()
		secrets = append(secrets, m.Token)
		l.commands("media.offer", map[string]string{"legId": m.LegID, "token": m.Token, "sdp": "v=0 " + m.Token})
	}
	if theirs.Token == ours.Token || theirs.CallID != ours.CallID {
		t.Errorf("the tickets are %+v and %+v", theirs, ours)
	}
	secrets = append(secrets, g.signature(v.SessionID))
	g.must(http.StatusOK, "POST", "/sessions/"+v.SessionID+"/end", map[string]string{}, nil)
	g.until(v.SessionID, session.Ended)
	s.stop(t)

	said := s.log.String()
	for i, secret := range secrets {
		if secret == "" || strings.Contains(said, secret) {
			t.Errorf("secret %d (%q) is in the log", i, secret)
		}
	}
	of := map[string]bool{}
	for line := range strings.Lines(said) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Errorf("not a structured line: %s", line)
		}
		for _, id := range []string{"session", "call", "agent"} {
			if value, ok := fields[id].(string); ok && value != "" {
				of[id+" "+value] = true
			}
		}
	}
	if !of["session "+v.SessionID] || !of["call "+theirs.CallID] || !strings.Contains(said, `"agent":"`) {
		t.Errorf("the log does not say which session, call and agent it is about:\n%s", said)
	}
}

// signature uploads a picture, fetches it by its signed address, and gives the signature.
func (g guest) signature(sessionID string) string {
	g.t.Helper()
	var f struct{ URL string }
	if status, p := g.uploads(sessionID, picture(g.t), &f); status != http.StatusCreated {
		g.t.Fatalf("uploading: %d %+v", status, p)
	}
	if status, _ := reads(g.t, g.s.url+f.URL); status != http.StatusOK {
		g.t.Errorf("the picture at its address: %d", status)
	}
	at, err := url.Parse(f.URL)
	if err != nil {
		g.t.Fatal(err)
	}
	return at.Query().Get("s")
}

// The one-time link is printed once, for people, and is never logged.
func TestLinkIsNotLogged(t *testing.T) {
	s := startServer(t, "serve", "--log-level", "debug")
	link := s.printed(t, "Administrator (one-time link, good for 24 h):")
	token := link[strings.LastIndex(link, "/")+1:]
	for range 2 {
		if r, err := http.PostForm(link, nil); err == nil {
			_ = r.Body.Close()
		}
	}
	s.stop(t)
	if len(token) < 40 || strings.Contains(s.log.String(), token) {
		t.Errorf("the link's token %q is in the log", token)
	}
}
