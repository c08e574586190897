package session_test

import (
	"context"
	"time"

	"foyer/designer/graph"
	"foyer/runtime/chat"
	"foyer/runtime/engine"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// story is a visit that is told again and again.
type story struct {
	flow      string // of crashFlows
	acts      []act
	reason    string // of its end
	callBacks int    // requests for one that it leaves
}

// crashFlows are the flows of the stories.
func crashFlows() map[string]graph.Graph {
	asks := sketch([][3]string{
		{"start", "start", `{}`}, {"phone", "collect", `{"prompt":"您的电话？","type":"phone","variable":"phone","wrong":"不是电话号码","retries":3,"timeout":60}`},
		{"sales", "transfer", salesConfig}, {"rate", "rating", `{"prompt":"请评价","thanks":"谢谢","timeout":60}`}, {"end", "end", endConfig},
	},
		[3]string{"start", "next", "phone"}, [3]string{"phone", "next", "sales"}, [3]string{"sales", "done", "rate"}, [3]string{"rate", "next", "end"},
	)
	asks.Vars = []graph.Variable{{Name: "phone", Type: graph.TextType}}
	inner := asking("要回电吗？")
	inner.Nodes = append(inner.Nodes, graph.Node{
		ID: "call", Kind: "callback", Config: []byte(`{"group":"repair","prompt":"请留下号码","thanks":"稍后回电","timeout":60}`),
	})
	inner.Edges[1].To = "call"
	inner.Edges = append(inner.Edges, graph.Edge{ID: "called", From: "call", Port: "next", To: "end"})
	outer := sketch([][3]string{
		{"start", "start", `{}`}, {"in", "subflow", `{"flow":"flow_finner0000000000"}`}, {"end", "end", endConfig},
	}, [3]string{"start", "next", "in"}, [3]string{"in", "done", "end"})
	loops := sketch([][3]string{
		{"start", "start", `{}`}, {"east", "transfer", `{"group":"gone"}`}, {"west", "transfer", `{"group":"gone too"}`},
	}, [3]string{"start", "next", "east"}, [3]string{"east", "failed", "west"}, [3]string{"west", "failed", "east"})
	return map[string]graph.Graph{"inner": inner, "outer": outer, "loops": loops, "menu": supportFlow(), "direct": directFlow(), "asks": asks, "crm": crmFlow()}
}

func stories() map[string]story {
	return map[string]story{
		"served from a menu": {"menu", []act{
			begins(queue.Video), answers("", "help"), answers("buy", ""), comesTo(session.Offered, engine.Away), passes(3 * time.Second), accepts,
			comesTo(session.Connected, engine.Away), passes(time.Minute), hangsUp(session.ByAgent, "ann"),
		}, session.ReasonLeft, 0},
		"a menu that nobody answers": {"menu", []act{begins(queue.Video), passes(61 * time.Second)}, "exit.timeout", 0},
		"nobody of one group, then of another": {"direct", []act{
			restsAnn, begins(queue.Video), comesTo(session.Queued, engine.Away), passes(31 * time.Second), comesTo(session.Queued, engine.Away), passes(91 * time.Second),
		}, "exit.timeout", 0},
		"a question, a talk and a rating": {"asks", []act{
			begins(queue.Text), answers("", "?"), answers("", "138 0013 8000"), accepts, speaks(chat.FromAgent), speaks(chat.FromCaller),
			hangsUp(session.ByAgent, "ann"), comesTo(session.Routing, engine.Asking), looks, answers("s5", ""),
		}, session.ReasonLeft, 0},
		"a rating that nobody gives": {"asks", []act{
			begins(queue.Text), answers("", "13800138000"), accepts, hangsUp(session.ByAgent, "ann"), passes(61 * time.Second),
		}, session.ReasonLeft, 0},
		"lost while waiting, back, and lost in the talk": {"menu", []act{
			begins(queue.Video), answers("buy", ""), loses, passes(20 * time.Second), comesBack, accepts, loses, passes(61 * time.Second),
		}, session.ReasonCallerLost, 0},
		"silent in the talk": {"menu", []act{
			begins(queue.Text), answers("buy", ""), accepts, speaks(chat.FromAgent), passes(61 * time.Second),
		}, session.ReasonIdle, 0},
		"a service twice, then a talk": {"crm", []act{
			begins(queue.Text), comesTo(session.Routing, engine.Fetching), replies("张敏"), looks, answers("fix", ""), replies("李雷"), looks, answers("buy", ""), accepts,
			hangsUp(session.ByAgent, "ann"),
		}, session.ReasonLeft, 0},
		"a service that does not answer": {"crm", []act{
			begins(queue.Text), passes(40 * time.Second), comesTo(session.Routing, engine.Asking), hangsUp(session.ByCaller, "cal"),
		}, session.ReasonLeft, 0},
		"ended while a service is asked": {"crm", []act{begins(queue.Text), hangsUp(session.ByCaller, "cal")}, session.ReasonLeft, 0},
		"a number for a call back, in a flow within": {"outer", []act{
			begins(queue.Text), answers("yes", ""), answers("", "nobody's"), answers("", "138 0013 8000"),
		}, "end", 1},
		"trips, and is served by the default group": {"loops", []act{
			begins(queue.Text), comesTo(session.Offered, engine.Away), accepts, passes(time.Minute), hangsUp(session.ByAgent, "ann"),
		}, session.ReasonLeft, 0},
		"ended by the caller while rung": {"menu", []act{begins(queue.Video), answers("buy", ""), hangsUp(session.ByCaller, "cal")}, session.ReasonLeft, 0},
	}
}

// replies answers the request of the session, unless that was taken before the process died.
func replies(name string) act {
	return func(p *play) error {
		job, ok := p.web.jobs[p.id]
		if !ok {
			return nil
		}
		err := job.done(p.t.Context(), answer(name))
		p.settle()
		return err
	}
}

// restsAnn makes the agent take nobody.
func restsAnn(p *play) error { return p.desk.SetIntent(p.t.Context(), "ann", "notReady", "") }

func loses(p *play) error {
	err := p.r.Lost(p.t.Context(), p.id)
	p.settle()
	return err
}

func comesBack(p *play) error {
	err := p.r.Back(p.t.Context(), p.id)
	p.settle()
	return err
}

// speaks posts a message, as far as sessions are concerned.
func speaks(from chat.Sender) act {
	return func(p *play) error {
		return p.ledger.Do(p.t.Context(), func(ctx context.Context) error { return p.r.Spoke(ctx, p.id, from) })
	}
}
