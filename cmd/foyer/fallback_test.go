package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes/standard"
	"foyer/runtime/session"
)

// inCircles sends a caller whom nobody takes from one transfer to another and back, until the engine stops it.
func inCircles(t *testing.T, group string) graph.Graph {
	t.Helper()
	g := standard.ExampleFlow(group, group)
	g.Nodes = append(g.Nodes[:1:1], g.Nodes[2:]...) // no menu
	g.Edges = []graph.Edge{
		{ID: "e1", From: "start", Port: "next", To: "presales"},
		{ID: "e2", From: "presales", Port: "noAgent", To: "aftersales"},
		{ID: "e3", From: "aftersales", Port: "noAgent", To: "presales"},
		{ID: "e4", From: "presales", Port: "done", To: "end"},
		{ID: "e5", From: "aftersales", Port: "done", To: "end"},
	}
	return g
}

// A caller whose flow comes to grief is received by an agent of the default group, which the demo has; that group, and
// one that a live flow names, is not deleted, and the refusal says why.
func TestDefaultGroup(t *testing.T) {
	s, w := filled(t)
	admin := logsInto(t, s, w.Admin)
	sales, repair := groupOf(t, admin, w.Agents[0].Group), groupOf(t, admin, w.Agents[1].Group)
	w.IvrID = admin.publishes(t, "兜圈", inCircles(t, repair)) // nobody of that group is there
	zhang := works(t, s, w.Agents[0])
	g := arrives(t, s, w)
	v := g.calls(w, "text", "")
	zhang.rung(v.SessionID)
	g.until(v.SessionID, session.Offered)
	g.must(http.StatusOK, "POST", "/sessions/"+v.SessionID+"/end", map[string]string{}, nil)

	page := admin.page(t, "/admin/groups")
	for _, words := range []string{"默认技能组", "“兜圈”", "暂时不能删除"} {
		if !strings.Contains(page, words) {
			t.Errorf("the groups' page does not say %q", words)
		}
	}
	for _, id := range []string{sales, repair} {
		admin.asks(t, http.MethodPost, "/admin/groups/"+id+"/delete", url.Values{})
		if status, _ := admin.asks(t, http.MethodGet, "/admin/groups/"+id, nil); status != http.StatusOK {
			t.Errorf("group %s is gone", id)
		}
	}

	admin.submits(t, "/admin/groups/"+sales+"/fallback", url.Values{})
	if v := g.calls(w, "text", ""); v.State != session.Ended {
		t.Errorf("without a default group the session is %s", v.State)
	}
}
