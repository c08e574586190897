package agent

import (
	"testing"
	"time"
)

var (
	intents = []Intent{Ready, NotReady, Rest, Offline}
	faults  = []Fault{NoFault, NotResponding, Device}
	noon    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// standings are all that an agent can be in.
func standings() (all []standing) {
	for _, i := range intents {
		for _, next := range []Intent{"", NotReady, Rest, Offline} {
			for _, f := range faults {
				all = append(all, standing{i, next, f})
			}
		}
	}
	return all
}

// TestIntents is the table of wishes: present intent, occupied or not, wanted intent → intent and what is booked.
func TestIntents(t *testing.T) {
	type row struct {
		from     Intent
		occupied bool
		wanted   Intent
		to, next Intent
	}
	rows := []row{
		{Ready, false, Ready, Ready, ""},
		{Ready, false, NotReady, NotReady, ""},
		{Ready, false, Rest, Rest, ""},
		{Ready, false, Offline, Offline, ""},
		{Ready, true, Ready, Ready, ""},
		{Ready, true, NotReady, Ready, NotReady},
		{Ready, true, Rest, Ready, Rest},
		{Ready, true, Offline, Ready, Offline},
		{NotReady, false, Ready, Ready, ""},
		{NotReady, false, NotReady, NotReady, ""},
		{NotReady, false, Rest, Rest, ""},
		{NotReady, false, Offline, Offline, ""},
		{NotReady, true, Ready, Ready, ""},
		{NotReady, true, NotReady, NotReady, ""},
		{NotReady, true, Rest, Rest, ""},
		{NotReady, true, Offline, Offline, ""},
		{Rest, false, Ready, Ready, ""},
		{Rest, false, NotReady, NotReady, ""},
		{Rest, false, Rest, Rest, ""},
		{Rest, false, Offline, Offline, ""},
		{Rest, true, Ready, Ready, ""},
		{Rest, true, NotReady, NotReady, ""},
		{Rest, true, Rest, Rest, ""},
		{Rest, true, Offline, Offline, ""},
		{Offline, false, Ready, Ready, ""},
		{Offline, false, NotReady, NotReady, ""},
		{Offline, false, Rest, Rest, ""},
		{Offline, false, Offline, Offline, ""},
		{Offline, true, Ready, Ready, ""},
		{Offline, true, NotReady, NotReady, ""},
		{Offline, true, Rest, Rest, ""},
		{Offline, true, Offline, Offline, ""},
	}
	if want := len(intents) * 2 * len(intents); len(rows) != want {
		t.Fatalf("%d rows, there are %d pairs", len(rows), want)
	}
	for _, r := range rows {
		// Whatever was booked before, the last wish counts; a fault is only cleared by ready.
		for _, booked := range []Intent{"", NotReady, Rest, Offline} {
			for _, f := range faults {
				want := standing{r.to, r.next, f}
				if r.wanted == Ready {
					want.Fault = NoFault
				}
				if got := moves[happening(r.wanted)](standing{r.from, booked, f}, r.occupied); got != want {
					t.Errorf("%s (booked %q, fault %q, occupied %v) wants %s: got %+v, want %+v",
						r.from, booked, f, r.occupied, r.wanted, got, want)
				}
			}
		}
	}
}

// TestHappenings goes through everything else that can happen, in every standing.
func TestHappenings(t *testing.T) {
	want := map[happening]func(standing) standing{
		missed:       func(s standing) standing { return standing{s.Intent, s.Next, NotResponding} },
		missedToRest: func(s standing) standing { return standing{Rest, s.Next, s.Fault} },
		deviceFailed: func(s standing) standing { return standing{s.Intent, s.Next, Device} },
		recovered:    func(standing) standing { return standing{Ready, "", NoFault} },
		workDone: func(s standing) standing {
			if s.Next == "" {
				return s
			}
			return standing{s.Next, "", s.Fault}
		},
	}
	if len(moves) != len(want)+len(intents) {
		t.Fatalf("%d happenings are in the table, %d are tested", len(moves), len(want)+len(intents))
	}
	for h, f := range want {
		for _, s := range standings() {
			for _, occupied := range []bool{false, true} {
				if got := moves[h](s, occupied); got != f(s) {
					t.Errorf("%+v (occupied %v) + %s: got %+v, want %+v", s, occupied, h, got, f(s))
				}
			}
		}
	}
}

// Nobody is stuck: from every standing one click leads to a routable one.
func TestOneClickBack(t *testing.T) {
	for _, s := range standings() {
		for _, h := range []happening{wantsReady, recovered} {
			for _, occupied := range []bool{false, true} {
				to := moves[h](s, occupied)
				a := Agent{Intent: to.Intent, Next: to.Next, Fault: to.Fault, Presence: noon.Add(time.Second)}
				if !a.Routable(noon) {
					t.Errorf("%+v + %s is %+v, not routable", s, h, to)
				}
			}
		}
	}
}

// Routable is an allow-list: of all combinations it lets exactly one through.
func TestRoutable(t *testing.T) {
	gone := noon
	through := 0
	for _, s := range standings() {
		for _, presence := range []time.Time{{}, noon.Add(-time.Second), noon, noon.Add(time.Nanosecond)} {
			for _, removed := range []*time.Time{nil, &gone} {
				a := Agent{Intent: s.Intent, Next: s.Next, Fault: s.Fault, Presence: presence, RemovedAt: removed}
				if !a.Routable(noon) {
					continue
				}
				through++
				if s != (standing{Intent: Ready}) || !presence.After(noon) || removed != nil {
					t.Errorf("%+v may be rung", a)
				}
			}
		}
	}
	if through != 1 {
		t.Errorf("%d combinations are routable, want 1", through)
	}
	if (Agent{Intent: "lunch", Presence: noon.Add(time.Hour)}).Routable(noon) {
		t.Error("an intent that nobody thought of may be rung")
	}
}

func TestShow(t *testing.T) {
	here, away := noon.Add(time.Second), noon
	for _, c := range []struct {
		about string
		a     Agent
		w     Work
		want  Shown
	}{
		{"waits for a caller", Agent{Intent: Ready, Presence: here}, Work{}, ShownFree},
		{"never came", Agent{Intent: Ready}, Work{}, ShownOffline},
		{"lease ran out", Agent{Intent: Ready, Presence: away}, Work{}, ShownOffline},
		{"off", Agent{Intent: Offline, Presence: here}, Work{}, ShownOffline},
		{"off with a fault", Agent{Intent: Offline, Presence: here, Fault: NotResponding}, Work{}, ShownOffline},
		{"busy by choice", Agent{Intent: NotReady, Presence: here}, Work{}, ShownNot},
		{"rests", Agent{Intent: Rest, Presence: here}, Work{}, ShownRest},
		{"missed one", Agent{Intent: Ready, Presence: here, Fault: NotResponding}, Work{}, ShownFault},
		{"device failed at rest", Agent{Intent: Rest, Presence: here, Fault: Device}, Work{}, ShownFault},
		{"rings", Agent{Intent: Ready, Presence: here}, Work{Ringing: 1}, ShownRinging},
		{"talks by video", Agent{Intent: Ready, Presence: here, TextCap: 5}, Work{Talking: 1}, ShownBusy},
		{"talks, desk lost", Agent{Intent: Ready, Presence: away}, Work{Talking: 1}, ShownBusy},
		{"talks, rest booked", Agent{Intent: Ready, Next: Rest, Presence: here}, Work{Talking: 1}, ShownBusy},
		{"one of five texts", Agent{Intent: Ready, Presence: here, TextCap: 5}, Work{Talking: 1, Texts: 1}, ShownFree},
		{"five of five texts", Agent{Intent: Ready, Presence: here, TextCap: 5}, Work{Talking: 5, Texts: 5}, ShownBusy},
		{"text and ring", Agent{Intent: Ready, Presence: here, TextCap: 5}, Work{Talking: 1, Texts: 1, Ringing: 1}, ShownRinging},
		{"text at rest", Agent{Intent: Rest, Presence: here, TextCap: 5}, Work{Talking: 1, Texts: 1}, ShownRest},
		{"tidies up", Agent{Intent: Ready, Presence: here}, Work{Wrapping: 1}, ShownWrapUp},
		{"tidies up away", Agent{Intent: Offline, Presence: away}, Work{Wrapping: 1}, ShownWrapUp},
	} {
		if got := Show(c.a, c.w, noon); got != c.want {
			t.Errorf("%s: %s, want %s", c.about, got, c.want)
		}
	}
}
