package manage_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"foyer/designer/flow"
	"foyer/designer/graph"
)

// row cuts the row of a table that has some words in it.
func row(t *testing.T, page, words string) string {
	t.Helper()
	for _, r := range regexp.MustCompile(`(?s)<tr.*?</tr>`).FindAllString(page, -1) {
		if strings.Contains(r, words) {
			return r
		}
	}
	t.Fatalf("no row has %q", words)
	return ""
}

// TestFlowActions offers in each state what may be done in it and nothing else.
func TestFlowActions(t *testing.T) {
	page := open(t, busy()).page("/admin/flows")
	view, publish, unpublish, remove := "/edit/versions/", "/publish\"", `data-dialog-open="unpublish-`, `data-dialog-open="delete-`
	for name, may := range map[string][]string{
		"flw_new": {publish, remove}, "flw_live": {view + "2", unpublish}, "flw_used": {view + "7", publish, unpublish}, "flw_gone": {publish},
	} {
		t.Run(name, func(t *testing.T) {
			r := row(t, page, "/admin/flows/"+name+"/edit\"")
			has(t, r, append(may, says("manage.flows.edit"), "/duplicate")...)
			for _, deed := range []string{view, publish, unpublish, remove} {
				if !strings.Contains(strings.Join(may, " "), deed) {
					hasNot(t, r, deed)
				}
			}
		})
	}
	has(t, page, `data-copy="fused000000000000"`, says("manage.flows.unpublishWhy", "count", 3), says("manage.flows.unpublishIdle"))
	order := []string{says("manage.flows.name"), says("manage.flows.updated"), says("manage.flows.id"), says("manage.flows.state")}
	if head := row(t, page, "<th"); !regexp.MustCompile(`(?s)` + strings.Join(order, ".*")).MatchString(head) {
		t.Errorf("the columns are not in the order %v", order)
	}
}

func TestFlowSearch(t *testing.T) {
	s := open(t, busy())
	page := s.page("/admin/flows?q=" + url.QueryEscape("官网"))
	has(t, page, "flive000000000000", `value="官网"`)
	hasNot(t, page, "fused000000000000")
	has(t, s.page("/admin/flows?q=FUSED"), "fused000000000000")
	has(t, s.page("/admin/flows?q=%3Cscript%3E"), "&lt;script&gt;", says("manage.clear"))
}

func TestFlowsEmpty(t *testing.T) {
	has(t, open(t, busy()).page("/admin/flows"), says("manage.flows.usedBy", "flows", "“全媒体客服接入体验”"))
	page := open(t, nil).page("/admin/flows")
	has(t, page, says("manage.flows.empty"), `data-dialog-open="new-flow"`)
}

func TestCreateFlow(t *testing.T) {
	s := open(t, nil)
	w := s.post("/admin/flows", "name", "官网")
	if w.Header().Get("HX-Redirect") != "/admin/flows/flw_new/edit" || s.wrote[0] != "create acc_1 官网" {
		t.Errorf("%d %v", w.Code, s.wrote)
	}
	s.fault = flow.ErrName
	w = s.post("/admin/flows", "name", "too long <name>")
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a bad name: %d", w.Code)
	}
	has(t, w.Body.String(), `value="too long &lt;name&gt;"`, says("error.flow.name"), `aria-invalid="true"`)
	hasNot(t, w.Body.String(), "<html")
}

// TestFlowWrites does everything that a row offers, and hears each refusal as words on the same page.
func TestFlowWrites(t *testing.T) {
	for _, test := range []struct {
		path  string
		fault error
		want  string // what was written, or the words of the refusal
	}{
		{"/admin/flows/flw_new/publish", nil, "publish flw_new"},
		{"/admin/flows/flw_new/publish", flow.ErrProblems, "error"},
		{"/admin/flows/flw_live/unpublish", nil, "unpublish flw_live"},
		{"/admin/flows/flw_live/unpublish", flow.ErrInUse, "error"},
		{"/admin/flows/flw_live/unpublish", &flow.UsedError{By: []string{"官网"}}, "error"},
		{"/admin/flows/flw_live/duplicate", nil, "duplicate acc_1 flw_live"},
		{"/admin/flows/flw_new/delete", nil, "delete flw_new"},
		{"/admin/flows/flw_new/delete", flow.ErrInUse, "error"},
		{"/admin/flows/flw_new/delete", &flow.UsedError{By: []string{"官网"}}, "error"},
	} {
		s := open(t, busy())
		s.fault, s.issues = test.fault, []graph.Issue{{}, {}}
		w := s.post(test.path)
		switch {
		case test.fault == nil && (w.Header().Get("HX-Redirect") != "/admin/flows" || len(s.wrote) != 1 || s.wrote[0] != test.want):
			t.Errorf("%s: %d %v", test.path, w.Code, s.wrote)
		case test.fault != nil && (w.Code != http.StatusUnprocessableEntity || w.Header().Get("HX-Reswap") != "none" || !strings.Contains(w.Header().Get("HX-Trigger"), `"bad"`)):
			t.Errorf("%s refused: %d %v", test.path, w.Code, w.Header())
		}
	}
	s := open(t, busy())
	s.fault = &flow.UsedError{By: []string{"官网", "夜间"}}
	if told := toast(t, s.post("/admin/flows/flw_live/unpublish")); !strings.Contains(told, "“官网”, “夜间”") {
		t.Errorf("the refusal does not name the flows: %s", told)
	}
	s.fault = nil
	s.post("/admin/flows/flw_used/unpublish?drain=yes")
	if !s.drained {
		t.Error("what the question said was not done: sessions go on to their end")
	}
	if w := s.ask("agt_1", "POST", "/admin/flows/flw_new/delete", nil, false); w.Code != http.StatusSeeOther {
		t.Errorf("without script: %d", w.Code)
	}
}
