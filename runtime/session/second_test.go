package session_test

import (
	"testing"
	"time"

	"foyer/designer/graph"
	"foyer/runtime/queue"
	"foyer/runtime/record"
	"foyer/runtime/session"
)

// againFlow offers another group after the talk with sales.
func againFlow() graph.Graph {
	menu := `{"prompt":"还需要什么？","timeout":60,"options":[{"id":"fix","keywords":["1"],"label":"报障"}]}`
	return sketch([][3]string{
		{"start", "start", `{}`}, {"sales", "transfer", salesConfig}, {"menu", "branch", menu}, {"repair", "transfer", fixConfig}, {"end", "end", endConfig},
	},
		[3]string{"start", "next", "sales"}, [3]string{"sales", "done", "menu"}, [3]string{"menu", "fix", "repair"}, [3]string{"repair", "done", "end"},
	)
}

// talked gives a caller with whom ann of sales has talked for a minute, and who is asked whether repair shall help.
func talked(t *testing.T) (*hall, session.View) {
	t.Helper()
	h := newHall(t)
	h.publish("fagain0000000000", "again", againFlow())
	h.agent("ann", "sales")
	v := h.start(func(q *session.StartRequest) { q.IvrID = "fagain0000000000" })
	h.accept(v.SessionID)
	h.wait(time.Minute)
	h.ok(h.r.End(t.Context(), v.SessionID, session.ByAgent, "ann"))
	return h, h.is(v.SessionID, session.Routing)
}

// served checks whom the record names, and that it is found under them and under nobody else.
func (h *hall) served(sessionID, name string) {
	h.t.Helper()
	row := h.row(sessionID)
	if row.AgentName != name || row.Talked != time.Minute || row.Status != record.Normal {
		h.t.Errorf("record of %q, %s, %s", row.AgentName, row.Talked, row.Status)
	}
	for _, id := range []string{"ann", "bob"} {
		rows, err := h.in.Records().Rows(h.t.Context(), record.Filter{AgentID: id, Limit: 10})
		h.ok(err)
		if (len(rows) == 1) != (row.AgentNo == "no."+id) {
			h.t.Errorf("%d records of %s", len(rows), id)
		}
	}
}

// A second hand-off that comes to nothing does not take the caller from the agent who served them.
func TestNobodyAfterTheTalk(t *testing.T) {
	for name, c := range map[string]struct {
		bob    func(h *hall)
		wait   time.Duration
		reason string
	}{
		"nobody is there":   {func(*hall) {}, 0, "exit.noAgent"},
		"nobody is free":    {func(h *hall) { h.busy("bob", "repair") }, 91 * time.Second, "exit.timeout"},
		"nobody accepts":    {func(h *hall) { h.agent("bob", "repair") }, 91 * time.Second, "exit.timeout"},
		"rung to the end":   {func(h *hall) { h.busy("bob", "repair") }, -75 * time.Second, "exit.timeout"},
		"the caller leaves": {func(h *hall) { h.agent("bob", "repair") }, 30 * time.Second, session.ReasonLeft},
	} {
		t.Run(name, func(t *testing.T) {
			h, v := talked(t)
			c.bob(h)
			h.choose(v, "fix", "")
			if c.wait < 0 { // he is rung as the wait is over
				h.wait(-c.wait)
				h.ok(h.desk.SetIntent(t.Context(), "bob", "ready", ""))
				h.settle()
				h.is(v.SessionID, session.Offered)
				c.wait = 21 * time.Second
			}
			h.wait(c.wait)
			by := session.ByFlow
			if c.reason == session.ReasonLeft {
				by = session.ByCaller
				h.is(v.SessionID, session.Queued)
				h.ok(h.r.End(t.Context(), v.SessionID, by, "cal"))
			}
			h.ended(v.SessionID, by, c.reason)
			h.served(v.SessionID, "ANN")
			h.clean(v.SessionID)
		})
	}
}

// The agent of a second talk can end it while it is connecting; the one of the first cannot end what comes after it.
func TestEndOfTheSecondTalk(t *testing.T) {
	for _, state := range []session.State{session.Queued, session.Offered, session.Connecting} {
		t.Run(string(state), func(t *testing.T) {
			h, v := talked(t)
			if h.busy("bob", "repair"); state != session.Queued {
				h.ok(h.desk.SetIntent(t.Context(), "bob", "ready", ""))
			}
			h.choose(v, "fix", "")
			if state != session.Connecting {
				h.ok(h.r.End(t.Context(), v.SessionID, session.ByAgent, "ann"))
				h.is(v.SessionID, state)
				return
			}
			o, _, err := h.in.Entries().OpenOfferOf(t.Context(), v.SessionID)
			h.ok(err)
			_, err = h.d.Accept(t.Context(), "bob", o.ID)
			h.ok(err)
			h.is(v.SessionID, state)
			h.ok(h.r.End(t.Context(), v.SessionID, session.ByAgent, "bob"))
			h.ended(v.SessionID, session.ByAgent, session.ReasonLeft)
			h.clean(v.SessionID)
			if now, err := h.in.Entries().Offer(t.Context(), o.ID); err != nil || now.State != queue.Cancelled {
				t.Errorf("the offer is %s, %v", now.State, err)
			}
		})
	}
}
