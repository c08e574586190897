package manage_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestGuards knocks at every route of the admin centre as everybody who must not come in.
func TestGuards(t *testing.T) {
	s := open(t, busy())
	n := 0
	for _, r := range s.echo.Routes() {
		if !strings.HasPrefix(r.Path, "/admin") || r.Method == echoNotFound {
			continue
		}
		n++
		path := strings.NewReplacer(":id", "flw_live", ":agent", "agt_2").Replace(r.Path)
		for who, want := range map[string]int{"": stranger(r.Method), "agt_2": http.StatusForbidden, "guess": stranger(r.Method)} {
			if w := s.ask(who, r.Method, path, url.Values{}, false); w.Code != want {
				t.Errorf("%s %s as %q: %d, want %d", r.Method, r.Path, who, w.Code, want)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d routes were tried", n)
	}
	if len(s.wrote) > 0 {
		t.Errorf("somebody wrote: %v", s.wrote)
	}
}

// echoNotFound is the method of the routes that a group adds for what it does not have.
const echoNotFound = "echo_route_not_found"

// stranger is what is answered to somebody who is not logged in: a way to the login for pages, a refusal for writes.
func stranger(method string) int {
	if method == http.MethodGet {
		return http.StatusSeeOther
	}
	return http.StatusUnauthorized
}

func TestUnknown(t *testing.T) {
	s := open(t, busy())
	for _, path := range []string{"/admin/groups/none", "/admin/records/none", "/desk/records/none"} {
		if w := s.ask("agt_1", "GET", path, nil, false); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, path := range []string{"/admin/flows/none/publish", "/admin/groups/none", "/admin/agents/none"} {
		if w := s.post(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// TestOwnRecords gives agents their own records and nobody else's.
func TestOwnRecords(t *testing.T) {
	s := open(t, busy())
	if w := s.ask("", "GET", "/desk/records", nil, false); w.Code != http.StatusSeeOther {
		t.Errorf("a stranger: %d", w.Code)
	}
	w := s.ask("agt_3", "GET", "/desk/records", nil, false)
	has(t, w.Body.String(), says("manage.records.own"), says("desk.records.back"), says("manage.records.video"))
	hasNot(t, w.Body.String(), `href="/admin`)
	if s.filter.AgentID != "agt_3" {
		t.Errorf("the list is not narrowed to its reader: %+v", s.filter)
	}
	if w := s.ask("agt_3", "GET", "/desk/records?agent=agt_2", nil, false); w.Code != 200 || s.filter.AgentID != "agt_3" {
		t.Errorf("an address widens the list: %+v", s.filter)
	}
	if w := s.ask("agt_3", "GET", "/desk/records/ses_normal", nil, false); w.Code != 200 {
		t.Errorf("an agent's own record: %d", w.Code)
	}
	for _, who := range []string{"agt_2", "agt_1"} {
		if w := s.ask(who, "GET", "/desk/records/ses_normal", nil, false); w.Code != http.StatusNotFound {
			t.Errorf("%s is told that a colleague's record exists: %d", who, w.Code)
		}
	}
	unread := s.details["ses_normal"]
	unread.Session.VersionID = "ver_unread"
	s.details["ses_normal"] = unread
	if w := s.ask("agt_3", "GET", "/desk/records/ses_normal", nil, false); w.Code != 200 {
		t.Errorf("the flow's version, which the agent is not shown, fails their record: %d", w.Code)
	}
	if w := s.ask("agt_1", "GET", "/admin/records/ses_normal", nil, false); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a version that cannot be read: %d", w.Code)
	}
	has(t, s.ask("agt_1", "GET", "/desk/records", nil, false).Body.String(), `href="/admin"`)
}
