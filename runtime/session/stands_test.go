package session_test

import (
	"testing"
	"time"

	"foyer/designer/graph"
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
