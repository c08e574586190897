package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The demo prints, for programs, exactly the keys that they were promised, and each address works.
func TestDemoForPrograms(t *testing.T) {
	s := startServer(t, "demo", "--json")
	raw := "{" + s.printed(t, "{")
	var said map[string]any
	if err := json.Unmarshal([]byte(raw), &said); err != nil {
		t.Fatal(err)
	}
	keys := func(m map[string]any) string { return strings.Join(slices.Sorted(maps.Keys(m)), " ") }
	if got := keys(said); got != "admin agents callerUrl ivrId sdkAppId url" {
		t.Errorf("the keys are %s", got)
	}
	admin, agents := said["admin"].(map[string]any), said["agents"].([]any)
	if got := keys(admin); got != "email loginUrl password" {
		t.Errorf("of the admin: %s", got)
	}
	var groups []string
	for _, a := range agents {
		one := a.(map[string]any)
		if got := keys(one); got != "email group loginUrl password" {
			t.Errorf("of an agent: %s", got)
		}
		groups = append(groups, one["group"].(string))
		if status, _ := reads(t, one["loginUrl"].(string)); status != http.StatusOK {
			t.Errorf("%s: %d", one["loginUrl"], status)
		}
	}
	if !slices.Equal(groups, []string{"音视频售前服务组", "音视频售后服务组"}) {
		t.Errorf("the groups are %v", groups)
	}
	if status, page := reads(t, said["callerUrl"].(string)); status != http.StatusOK || !strings.Contains(page, "<html") {
		t.Errorf("the caller's page: %d", status)
	}
	var menu struct {
		Options []struct{ Label, Keyword string }
	}
	guest{t: t, s: s}.must(http.StatusOK, "GET", "/flows/"+said["ivrId"].(string)+"/menu", nil, &menu)
	if o := menu.Options; len(o) != 2 || o[0].Keyword != "产品咨询" || o[1].Keyword != "产品报障" {
		t.Errorf("the menu is %+v", menu)
	}
}

// For people it says who clicks where; the next start in the same folder finds everything as it was.
func TestDemoForPeople(t *testing.T) {
	s := startServer(t, "demo")
	first := s.saysUntil(t, "Ctrl-C")
	for _, words := range []string{"Foyer demo is at " + s.url, "张敏", "李想", "/login?email=", demoPassword, s.url + "/c/f", "Administrator"} {
		if !strings.Contains(first, words) {
			t.Errorf("%q is missing in:\n%s", words, first)
		}
	}
	s.stop(t)
	s.start(t)
	if again := s.saysUntil(t, "Ctrl-C"); again != first {
		t.Errorf("the second start says\n%s\nthe first\n%s", again, first)
	}
}

// A folder whose users made it theirs starts again, and nothing comes back that they removed.
func TestDemoLeavesChangesAlone(t *testing.T) {
	s, w := filled(t)
	admin := logsInto(t, s, w.Admin)
	id := regexp.MustCompile(`id="remove-(agt_[0-9a-z]+)"[\s\S]*?张敏`).FindStringSubmatch(admin.page(t, "/admin/agents?q="+url.QueryEscape("张敏")))
	if id == nil {
		t.Fatal("张敏 is not listed")
	}
	admin.submits(t, "/admin/agents/"+id[1]+"/remove", nil)
	admin.submits(t, "/admin/agents", url.Values{"name": {"王芳"}, "email": {"wang@foyer.test"}, "number": {"1001"}, "role": {"agent"}})
	s.stop(t)
	s.start(t)
	if again := s.wayIn(t); again.IvrID != w.IvrID {
		t.Errorf("the flow is %s, was %s", again.IvrID, w.IvrID)
	}
	page := logsInto(t, s, w.Admin).page(t, "/admin/agents")
	if strings.Contains(page, "张敏") || !strings.Contains(page, "王芳") {
		t.Error("the agents are not as they were left")
	}
}

// saysUntil collects what the server prints up to a line with these words.
func (s *server) saysUntil(t *testing.T, words string) string {
	t.Helper()
	var said strings.Builder
	for line := range s.line {
		said.WriteString(line + "\n")
		if strings.Contains(line, words) {
			return said.String()
		}
	}
	t.Fatalf("the server never printed %q:\n%s", words, &said)
	return ""
}
