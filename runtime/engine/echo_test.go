package engine_test

import (
	"encoding/json"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
)

// asking is a flow that collects a secret number, and asks a service with it.
func asking() graph.Graph {
	g := draw("s:start c:collect h:http e:end s.next>c c.next>h c.wrong>e c.timeout>e h.next>e")
	g.Nodes[1].Config = []byte(`{"prompt":"?","type":"number","variable":"pin"}`)
	g.Nodes[2].Config = []byte(`{"url":"https://a.example/","method":"POST","body":"{\"pin\":${pin}}","answers":[{"path":"ok","variable":"ok"}],"onFail":"next"}`)
	g.Vars = []graph.Variable{
		{Name: "pin", Type: graph.NumberType, Secret: true}, {Name: "ok", Type: graph.TextType}, {Name: "unset", Type: graph.TextType, Secret: true},
		{Name: "zero", Type: graph.NumberType, Secret: true}, {Name: "flag", Type: graph.FlagType, Secret: true}, {Name: "token", Type: graph.TextType, Default: "t0/k<é", Secret: true},
	}
	return g
}

// A web service that repeats a secret does not bring it on record, however it writes it; any other answer is kept.
func TestEchoesAreMasked(t *testing.T) {
	for body, kept := range map[string]bool{
		`{"ok":true,"pin":"4242424242"}`:                false,
		`{"ok":true,"pin":4242424242}`:                  false,
		`{"ok":true,"pin":4.242424242e9}`:               false,
		`{"ok":true,"pin":4242424242.0}`:                false,
		`{"ok":true,"list":[[{"a":"no 4242424242!"}]]}`: false,
		`{"ok":true,"4242424242":null}`:                 false,
		`{"ok":true,"a":"4242424242","a":"x"}`:          false,
		`{"ok":true,"a":"\u0034242424242"}`:             false,
		`{"ok":true,"a":"T t0\/k\u003c\u00e9"}`:         false, // what a secret begins with is one, too
		`{"ok":true,"a":"","b":0,"c":false,"d":"424"}`:  true,
		`[]`: true,
	} {
		s, events := answered(t, compile(t, asking()), body)
		in := events[0].Input
		if got := in.Reply.Body != nil; got != kept || in.Reply.Status != 200 || kept && string(in.Reply.Body) != body {
			t.Errorf("%s is on record as %s", body, asJSON(t, in))
		}
		if !kept && s.Vars["ok"] != "true" {
			t.Errorf("%s: the flow itself has lost the answer: %v", body, s.Vars)
		}
	}
}

// The same for a secret of a flow around the one that asks.
func TestEchoesOfFlowsAround(t *testing.T) {
	sub := draw("s:start h:http e:end s.next>h h.next>e")
	sub.Nodes[1].Config = []byte(`{"url":"https://a.example/","onFail":"next"}`)
	g := asking()
	g.Nodes[2] = graph.Node{ID: "h", Kind: "enters"}
	p := programOf(t, g, "", map[string]*engine.Program{"f1": programOf(t, sub, "v1", nil)})
	if _, events := answered(t, p, `{"ok":true,"pin":"4242424242"}`); events[0].In != "v1" || events[0].Input.Reply.Body != nil {
		t.Errorf("on record as %s", asJSON(t, events[0]))
	}
}

// answered walks until a service is asked, and on with its answer.
func answered(t *testing.T, p *engine.Program, body string) (engine.State, []engine.Event) {
	t.Helper()
	s, _, err := engine.Advance(p, engine.State{}, nil, at)
	if err == nil {
		s, _, err = engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Choice, Text: canary}, at)
	}
	if err != nil || s.Rest != engine.Fetching {
		t.Fatalf("%+v %v", s, err)
	}
	given := nodes.Reply{Status: 200, Body: json.RawMessage(body)}
	s, events, err := engine.Advance(p, stored(t, s), &nodes.Input{Kind: nodes.Replied, Reply: &given}, at)
	if err != nil || !s.Over || string(given.Body) != body {
		t.Fatalf("%+v %v, given %s", s, err, given.Body)
	}
	return s, events
}
