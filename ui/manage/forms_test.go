package manage_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"foyer/runtime/agent"
	"foyer/runtime/queue"
)

func TestCreateGroup(t *testing.T) {
	s := open(t, nil)
	if w := s.post("/admin/groups", "name", "售前"); w.Header().Get("HX-Redirect") != "/admin/groups/grp_new" {
		t.Errorf("%d", w.Code)
	}
	if g := s.groups[0]; g.WrapSeconds == 0 || g.RingSeconds == 0 {
		t.Errorf("a new group has no time to ring or to tidy up: %+v", g)
	}
	for fault, words := range map[error]string{queue.ErrGroupName: "error.group.name", queue.ErrGroupTaken: "error.group.taken"} {
		s.fault = fault
		w := s.post("/admin/groups", "name", "售前")
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", fault, w.Code)
		}
		has(t, w.Body.String(), `value="售前"`, says(words), `aria-invalid="true"`)
	}
}

// TestGroupSettings gets a refused form back with everything typed and the sentence at its field.
func TestGroupSettings(t *testing.T) {
	s := open(t, busy())
	form := []string{"name", "新名字", "ring", "500", "wait", "60", "maxWaiting", "9", "wrapUp", "x", "restOnMiss", "on"}
	if w := s.post("/admin/groups/grp_1", form...); w.Header().Get("HX-Redirect") != "/admin/groups/grp_1" || s.wrote[0] != "update 新名字" {
		t.Fatalf("%d %v", w.Code, s.wrote)
	}
	for field, input := range map[string]string{"ringSeconds": "ring", "waitSeconds": "wait", "maxWaiting": "maxWaiting", "wrapSeconds": "wrapUp"} {
		s.fault = &queue.SettingError{Name: field, Min: 1, Max: 90}
		w := s.post("/admin/groups/grp_1", form...)
		page := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", field, w.Code)
		}
		has(t, page, `value="新名字"`, `value="500"`, `value="x"`, says("manage.groups.range", "min", 1, "max", 90), `id="`+input+`-error"`, "<h1>音视频售前服务组")
	}
	s.fault = queue.ErrGroupTaken
	has(t, s.post("/admin/groups/grp_1", form...).Body.String(), says("error.group.taken"))
	s.fault = errors.New("the disk is gone")
	if w := s.post("/admin/groups/grp_1", form...); w.Code != http.StatusInternalServerError || strings.Contains(w.Header().Get("HX-Trigger"), "disk") {
		t.Errorf("our own fault: %d %s", w.Code, w.Header())
	}
}

func TestGroupMembers(t *testing.T) {
	s := open(t, busy())
	page := s.page("/admin/groups/grp_1")
	has(t, page, "张敏", `id="add-agt_3"`, `id="remove-agt_2"`)
	hasNot(t, page, `id="add-agt_2"`)
	form := url.Values{"agent": {"agt_1", "agt_3"}}
	if w := s.ask("agt_1", "POST", "/admin/groups/grp_1/members", form, false); w.Code != http.StatusSeeOther || len(s.wrote) != 2 {
		t.Errorf("adding two: %d %v", w.Code, s.wrote)
	}
	s.post("/admin/groups/grp_1/members/agt_2", "priority", "1")
	s.post("/admin/groups/grp_1/members/agt_2/remove")
	if got := strings.Join(s.wrote[2:], ", "); got != "member agt_2 1, remove agt_2" {
		t.Errorf("wrote %s", got)
	}
	for _, bad := range []string{"0", "6", "-1", "x", ""} {
		if w := s.post("/admin/groups/grp_1/members/agt_2", "priority", bad); len(s.wrote) != 4 || w.Code != http.StatusUnprocessableEntity {
			t.Errorf("priority %q: %d", bad, w.Code)
		}
	}
}

// The groups of an agent are listed as the reader's language lists.
func TestAgentGroups(t *testing.T) {
	w := busy()
	w.members = append(w.members, queue.Membership{GroupID: "grp_2", AgentID: "agt_2", Priority: 3})
	page := open(t, w).page("/admin/agents")
	has(t, page, "服务组, 音视频")
	hasNot(t, page, "服务组、")
}

func TestDeleteGroup(t *testing.T) {
	s := open(t, busy())
	if w := s.post("/admin/groups/grp_1/delete"); w.Header().Get("HX-Redirect") != "/admin/groups" {
		t.Errorf("%d", w.Code)
	}
	use := queue.Use{Live: []string{"官网", "1", "2", "3", "4", "5", "6"}, Drafts: []string{"新的"}, Sessions: 8, Waiting: 4, Fallback: true}
	s.fault = &queue.UsedError{Use: use}
	w := s.post("/admin/groups/grp_1/delete")
	told := toast(t, w)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Header().Get("HX-Trigger"), `"bad"`) {
		t.Errorf("a group in use: %d", w.Code)
	}
	for _, want := range []string{"“官网”, “1”, “2”, “3”, “4” and 2 more", "“新的”", "to it: 8.", "agents: 4.", "default group"} {
		if !strings.Contains(told, want) {
			t.Errorf("the refusal does not say %q: %s", want, told)
		}
	}
	s.fault, s.uses = nil, map[string]queue.Use{"grp_1": use, "grp_2": {Drafts: []string{"新的"}}}
	page := s.page("/admin/groups")
	has(t, page, says("manage.groups.needed"), "“官网”, “1”", says("manage.groups.deleteWhy"), says("manage.groups.usedBy.drafts", "flows", "“新的”"))
	hasNot(t, page, `"/admin/groups/grp_1/delete"`)
	if w := s.post("/admin/groups/grp_2/delete"); w.Header().Get("HX-Redirect") != "/admin/groups" {
		t.Errorf("a group that only a draft names: %d", w.Code)
	}
	has(t, open(t, nil).page("/admin/groups"), says("manage.groups.empty"))
}

// toast is what a reply tells the person.
func toast(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var told struct{ Toast struct{ Text string } }
	if err := json.Unmarshal([]byte(w.Header().Get("HX-Trigger")), &told); err != nil {
		t.Errorf("no toast: %v", err)
	}
	return told.Toast.Text
}

// TestFallbackGroup makes a group the default one, and takes that back.
func TestFallbackGroup(t *testing.T) {
	s := open(t, busy())
	page := s.page("/admin/groups")
	has(t, page, says("manage.groups.fallbackSetDo"), says("manage.groups.fallbackWhy"), `/admin/groups/grp_1/fallback?on=yes`)
	hasNot(t, page, says("manage.groups.fallbackClear"))
	if w := s.post("/admin/groups/grp_1/fallback?on=yes"); w.Header().Get("HX-Redirect") != "/admin/groups" || s.wrote[0] != "fallback grp_1 true" {
		t.Errorf("%d %v", w.Code, s.wrote)
	}
	for i, g := range s.groups {
		s.groups[i].Fallback = g.ID == "grp_1"
	}
	page = s.page("/admin/groups")
	has(t, page, `<span class="badge`, says("manage.groups.fallback"), says("manage.groups.fallbackClearWhy"), `"/admin/groups/grp_1/fallback"`, `/admin/groups/grp_2/fallback?on=yes`)
	has(t, s.page("/admin/groups/grp_1"), says("manage.groups.fallback"))
	hasNot(t, s.page("/admin/groups/grp_2"), says("manage.groups.fallback"))
	s.post("/admin/groups/grp_1/fallback")
	if s.wrote[1] != "fallback grp_1 false" {
		t.Errorf("%v", s.wrote)
	}
	if w := s.post("/admin/groups/none/fallback?on=yes"); w.Code != http.StatusNotFound {
		t.Errorf("a group that is not there: %d", w.Code)
	}
}

func TestCreateAgent(t *testing.T) {
	s := open(t, nil)
	form := []string{"email", "new@foyer.test", "name", "王芳", "number", "1003", "role", "agent", "password", "a good password"}
	if w := s.post("/admin/agents", form...); w.Header().Get("HX-Redirect") != "/admin/agents" || s.newAgent.Number != "1003" || s.newAgent.Role != agent.Member {
		t.Errorf("%d %+v", w.Code, s.newAgent)
	}
	s.fault = agent.Faults{{Field: "email", Code: agent.Taken}, {Field: "number", Code: agent.Invalid}, {Field: "password", Code: agent.Weak}}
	w := s.post("/admin/agents", form...)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("three faults: %d", w.Code)
	}
	has(t, w.Body.String(), `value="new@foyer.test"`, `value="王芳"`, `value="1003"`,
		says("manage.agents.fault.email.taken"), says("manage.agents.fault.number.invalid"), says("manage.agents.fault.password.weak"))
	if n := strings.Count(w.Body.String(), `aria-invalid="true"`); n != 3 {
		t.Errorf("%d fields are marked", n)
	}
}

func TestUpdateAgent(t *testing.T) {
	s := open(t, busy())
	form := []string{"name", "张小敏", "number", "2001", "role", "admin", "textCap", "x"}
	if w := s.post("/admin/agents/agt_2", form...); w.Header().Get("HX-Redirect") != "/admin/agents" {
		t.Errorf("%d", w.Code)
	}
	s.fault = &agent.FieldError{Field: "textCap", Code: agent.Invalid}
	w := s.post("/admin/agents/agt_2", form...)
	has(t, w.Body.String(), `value="张小敏"`, `value="x"`, says("manage.agents.fault.textCap.invalid"))
	for path, fault := range map[string]error{"/admin/agents/agt_1": agent.ErrLastAdmin, "/admin/agents/agt_1/remove": agent.ErrLastAdmin, "/admin/agents/agt_2/remove": agent.ErrBusyAgent} {
		s.fault = fault
		if w := s.post(path, form...); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Header().Get("HX-Trigger"), `"bad"`) {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	s.fault = nil
	if w := s.post("/admin/agents/agt_2/remove"); w.Header().Get("HX-Redirect") != "/admin/agents" {
		t.Errorf("removing: %d", w.Code)
	}
	w = s.post("/admin/agents/agt_2/reset")
	has(t, w.Body.String(), "maple-otter-29-brisk")
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("a password could be cached")
	}
}

func TestAgentsPage(t *testing.T) {
	page := open(t, busy()).page("/admin/agents")
	has(t, page, "zhang@foyer.test", "音视频售后服务组", says("manage.agents.noGroups"), says("kit.state.free"), `id="remove-agt_2"`)
	hasNot(t, page, `id="remove-agt_1"`) // nobody removes themselves
	has(t, open(t, busy()).page("/admin/agents?q=1002"), "li@foyer.test")
}
