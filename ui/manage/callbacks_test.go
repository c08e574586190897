package manage_test

import (
	"net/http"
	"testing"

	"foyer/runtime/callback"
)

// The list begins with who is to be called; the other states are a filter.
func TestCallbacks(t *testing.T) {
	s := open(t, busy())
	page := s.page("/admin/callbacks")
	has(t, page, "tel:+8613800138000", "想了解路由器", "音视频售前服务组", "/admin/records/ses_normal", says("manage.callbacks.finish"))
	hasNot(t, page, "10086", says("manage.callbacks.undo"))
	has(t, s.page("/admin/callbacks?state=done"), "10086", "李想", says("manage.callbacks.reopen"))
	has(t, s.page("/admin/callbacks?state=all"), "10086", "+8613800138000")
	bare := open(t, nil)
	has(t, bare.page("/admin/callbacks"), says("manage.callbacks.empty"), says("manage.callbacks.emptyWhy"))
	has(t, bare.page("/admin/callbacks?state=done"), says("manage.callbacks.emptyDone"))
}

// What was marked is said on top of the list, with a way back.
func TestCallbackIsTakenBack(t *testing.T) {
	s := open(t, busy())
	w := s.post("/admin/callbacks/cbk_1/done")
	if to := w.Header().Get("HX-Redirect") + w.Header().Get("HX-Location"); to != "/admin/callbacks?done=cbk_1" {
		t.Fatalf("leads to %q, %d", to, w.Code)
	}
	has(t, s.page("/admin/callbacks?done=cbk_1"), says("manage.callbacks.finished", "phone", "+8613800138000"), "/admin/callbacks/cbk_1/reopen")
	s.post("/admin/callbacks/cbk_1/reopen")
	if s.requests[0].State != callback.Open {
		t.Errorf("after taking back: %+v", s.requests[0])
	}
	hasNot(t, s.page("/admin/callbacks?done=cbk_1"), says("manage.callbacks.undo"))
	if w := s.post("/admin/callbacks/none/done"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown one: %d", w.Code)
	}
}

// Agents see and mark what is their groups', and nothing else.
func TestOwnCallbacks(t *testing.T) {
	s := open(t, busy())
	page := s.ask("agt_2", "GET", "/desk/callbacks?state=all", nil, false).Body.String()
	has(t, page, "+8613800138000", "/desk/callbacks/cbk_1/done")
	hasNot(t, page, "10086", "/admin/records")
	if w := s.ask("agt_2", "POST", "/desk/callbacks/cbk_2/reopen", nil, true); w.Code != http.StatusForbidden {
		t.Errorf("a colleague's: %d", w.Code)
	}
	if w := s.ask("agt_2", "POST", "/desk/callbacks/cbk_1/done", nil, true); w.Code >= 400 || s.requests[0].DoneBy != "agt_2" {
		t.Errorf("an own one: %d, %+v", w.Code, s.requests[0])
	}
	hasNot(t, s.ask("agt_2", "GET", "/desk/callbacks?done=cbk_2", nil, false).Body.String(), "10086")
	page = s.ask("agt_1", "GET", "/desk/callbacks?state=all", nil, false).Body.String() // of no group
	hasNot(t, page, "+8613800138000", "10086")
}

func TestRatingOnRecord(t *testing.T) {
	s := open(t, busy())
	has(t, s.page("/admin/records"), "满意 4")
	has(t, s.page("/admin/records/ses_normal"), says("manage.records.rating"), "满意 4")
}
