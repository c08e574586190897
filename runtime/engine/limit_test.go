package engine_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/nodestest"
	"foyer/nodes/standard"
	"foyer/runtime/engine"
)

// As many bytes of variables as there may be are kept.
func TestJustEnough(t *testing.T) {
	g := draw("s:start a:brims e:end s.next>a a.next>e")
	g.Vars = declared()
	s, _, err := engine.Advance(programOf(t, g, "", nil), engine.State{}, nil, at)
	if err != nil || s.Broken != "" || len(asJSON(t, s.Vars)) != engine.MaxVars {
		t.Errorf("%q %d %v", s.Broken, len(asJSON(t, s.Vars)), err)
	}
}

// Whatever trips a walk, it goes through the error exit, else to the fallback group, else to a sentence.
func TestEveryGuardLeadsOn(t *testing.T) {
	self := programOf(t, draw("s:start e:end s.next>e"), "v0", nil)
	for range engine.MaxFrames + 1 {
		self = programOf(t, draw("s:start n:enters e:end s.next>n n.next>e"), "v"+self.Version(), map[string]*engine.Program{"f1": self})
	}
	for reason, trips := range map[string]string{
		engine.ReasonLoop: " a:pass b:pass a.next>b b.next>a", engine.ReasonBroken: " a:fails", engine.ReasonDeadEnd: " a:lost",
		engine.ReasonBig: " a:fills a.next>e", engine.ReasonDeep: " a:enters a.next>e",
	} {
		walk := func(words string, m engine.Moment) (engine.State, []engine.Event) {
			g := draw("s:start e:end s.next>a" + trips + words)
			g.Vars = declared()
			s, events, err := engine.Advance(programOf(t, g, "", map[string]*engine.Program{"f1": self}), engine.State{}, nil, m)
			if err != nil || s.Broken != reason {
				t.Fatalf("%s: broken %q, %v", reason, s.Broken, err)
			}
			return stored(t, s), events
		}
		if s, _ := walk(" m:hurried s.error>m m.next>e", at); s.Rest != engine.Asking || s.At != "m" {
			t.Errorf("%s: the error exit is not taken: %+v", reason, s)
		}
		m := at
		m.Fallback = "g9"
		if s, events := walk("", m); s.Rest != engine.Away || events[len(events)-1].Handoff.Group != "g9" {
			t.Errorf("%s: the fallback group is not asked: %+v", reason, s)
		}
		if s, events := walk("", at); !s.Over || events[len(events)-2].Text != engine.SayTripped.Text() {
			t.Errorf("%s: the caller hears nothing: %v", reason, kinds(events))
		}
	}
}

// A ring of boxes none of which waits for people is refused, whatever their kind: to ask a web service is no wait.
func TestRingsWithoutAWait(t *testing.T) {
	set := standard.Set()
	checker := nodes.Checker{Set: set, World: func(context.Context) nodes.Around { return nodestest.Instance() }}
	var refused []string
	for _, name := range set.Names() {
		exits := set.Exits(graph.Node{Kind: name})
		if set[name].Spec().NoInput || len(exits) == 0 {
			continue
		}
		port := "." + string(exits[0].Port) + ">"
		g := draw("s:start s.next>a e:end a:" + name + " b:" + name + " a" + port + "b b" + port + "a")
		cycle := slices.ContainsFunc(checker.Check(t.Context(), g), func(i graph.Issue) bool { return i.Code == "graph.cycle" })
		if cycle == set[name].Spec().Wait {
			t.Errorf("a ring of %s: refused %v", name, cycle)
		}
		if cycle {
			refused = append(refused, name)
		}
	}
	if want := "assign condition hours http message split subflow"; strings.Join(refused, " ") != want {
		t.Errorf("refused are rings of %v, want %s", refused, want)
	}
}
