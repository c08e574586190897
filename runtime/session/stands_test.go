package session_test

import (
	"testing"
	"time"

	"foyer/designer/graph"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// chooser is a flow that asks "a" when a rule is true, "b" when another is, and else "none"; the rules are about sales.
func chooser(a, b string) graph.Graph {
	g := sketch([][3]string{
		{"start", "start", `{}`}, {"if", "condition", `{"group":"sales","rules":[{"id":"a","when":"` + a + `"},{"id":"b","when":"` + b + `"}]}`}, {"end", "end", `{}`},
	}, [3]string{"start", "next", "if"})
	for port, to := range map[string]string{"a": "a", "b": "b", "else": "none"} {
		asks := asking(to).Nodes[1]
		asks.ID = graph.NodeID(to)
		g.Nodes = append(g.Nodes, asks)
		g.Edges = append(g.Edges,
			graph.Edge{ID: graph.EdgeID(port), From: "if", Port: graph.Port(port), To: asks.ID},
			graph.Edge{ID: graph.EdgeID(port + "yes"), From: asks.ID, Port: "yes", To: "end"})
	}
	return g
}

// A flow decides by how its group stands at that moment for this very caller, and its record tells how that was.
func TestFlowKnowsHowTheGroupStands(t *testing.T) {
	h := newHall(t)
	h.publish("fstands000000000", "stands", chooser("queue.length > 1", "group.ready > 0"))
	come := func(when string, m queue.Media, want string) {
		t.Helper()
		v := h.start(media(m), func(q *session.StartRequest) { q.IvrID = "fstands000000000" })
		if v.Prompt != want {
			t.Errorf("%s a caller by %s comes to %q, want %q", when, m, v.Prompt, want)
		}
		h.export(v.SessionID, 0)
	}
	come("with nobody there", queue.Text, "none")
	h.agent("ann", "sales")
	come("with one agent idle", queue.Text, "b")
	come("with one agent idle", queue.Video, "b")
	write := func() { h.start(media(queue.Text), option("buy")) }
	for _, want := range []string{"b", "none"} { // she takes two texts
		write()
		come("with one agent rung", queue.Video, "none")
		come("with one agent rung", queue.Text, want)
		h.accept(h.ringing())
		come("with one agent in a text", queue.Video, "none")
		come("with one agent in a text", queue.Text, want)
	}
	write()
	come("with one waiting", queue.Text, "none")
	write()
	come("with two waiting", queue.Text, "a")
	come("with two waiting", queue.Video, "a")
}

// ringing is the session that rings an agent now.
func (h *hall) ringing() string {
	h.t.Helper()
	offers, err := h.in.Entries().OpenOffers(h.t.Context(), "")
	h.ok(err)
	for _, o := range offers {
		if o.State == queue.Pending {
			return o.SessionID
		}
	}
	h.t.Fatal("nobody is rung")
	return ""
}

// A flow goes by the clock of the zone that was chosen, and so does its export.
func TestZone(t *testing.T) {
	h := newHall(t)
	h.publish("fclock0000000000", "clock", chooser("clock.hour == 17", "clock.hour == 9"))
	for _, c := range []struct {
		zone *time.Location
		want string
	}{{time.FixedZone("", 8*60*60), "a"}, {time.UTC, "b"}, {time.FixedZone("", -8*60*60), "none"}, {nil, ""}} {
		h.r.Zone = c.zone
		v := h.start(func(q *session.StartRequest) { q.IvrID = "fclock0000000000" })
		if c.want != "" && v.Prompt != c.want {
			t.Errorf("in %s asked %q, want %q", c.zone, v.Prompt, c.want)
		}
		where := c.zone
		if where == nil {
			where = time.Local
		}
		if f := h.export(v.SessionID, 0); f.Now.Format(time.RFC3339) != morning.In(where).Format(time.RFC3339) {
			t.Errorf("in %v it is %s", c.zone, f.Now)
		}
	}
}
