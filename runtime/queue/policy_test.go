package queue

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// free is a candidate who has been idle for so many minutes.
func free(id string, idle int, change ...func(*Candidate)) Candidate {
	c := Candidate{AgentID: id, IdleSince: noon.Add(-time.Duration(idle) * time.Minute), Priority: 3, TextCap: 2}
	for _, f := range change {
		f(&c)
	}
	return c
}

func rank(p int) func(*Candidate)    { return func(c *Candidate) { c.Priority = p } }
func taken(n int) func(*Candidate)   { return func(c *Candidate) { c.Exclusive = n } }
func writing(n int) func(*Candidate) { return func(c *Candidate) { c.Texts = n } }

func passed(id string, how OfferState, ago time.Duration) Attempt {
	return Attempt{AgentID: id, How: how, At: noon.Add(-ago)}
}

func TestChoose(t *testing.T) {
	for name, c := range map[string]struct {
		agents   []Candidate
		media    Media
		attempts []Attempt
		want     string // empty: nobody
	}{
		"nobody there":              {media: Video},
		"the longest idle":          {agents: []Candidate{free("a", 5), free("b", 9), free("c", 7)}, media: Video, want: "b"},
		"same idle, nearer to it":   {agents: []Candidate{free("a", 5, rank(4)), free("b", 5, rank(1)), free("c", 5)}, media: Video, want: "b"},
		"idle counts before rank":   {agents: []Candidate{free("a", 6, rank(5)), free("b", 5, rank(1))}, media: Video, want: "a"},
		"all the same, by id":       {agents: []Candidate{free("c", 5), free("a", 5), free("b", 5)}, media: Video, want: "a"},
		"video needs a free agent":  {agents: []Candidate{free("a", 9, taken(1)), free("b", 1)}, media: Video, want: "b"},
		"video beside text is none": {agents: []Candidate{free("a", 9, writing(1))}, media: Video},
		"audio is like video":       {agents: []Candidate{free("a", 9, writing(1)), free("b", 9, taken(1))}, media: Audio},
		"text beside text":          {agents: []Candidate{free("a", 9, writing(1))}, media: Text, want: "a"},
		"text up to the cap":        {agents: []Candidate{free("a", 9, writing(2)), free("b", 1)}, media: Text, want: "b"},
		"text beside video is none": {agents: []Candidate{free("a", 9, taken(1))}, media: Text},
		"who rejected comes last": {
			agents: []Candidate{free("a", 9), free("b", 1)}, media: Video,
			attempts: []Attempt{passed("a", Rejected, time.Hour)}, want: "b",
		},
		"the only one rejected just now": {
			agents: []Candidate{free("a", 9)}, media: Video, attempts: []Attempt{passed("a", Rejected, 9*time.Second)},
		},
		"the only one rejected a while ago": {
			agents: []Candidate{free("a", 9)}, media: Video, attempts: []Attempt{passed("a", Rejected, BackOff)}, want: "a",
		},
		"the last time counts": {
			agents: []Candidate{free("a", 9)}, media: Video,
			attempts: []Attempt{passed("a", Rejected, time.Minute), passed("a", Missed, 2*time.Second)},
		},
		"in whatever order attempts stand": {
			agents: []Candidate{free("a", 9)}, media: Video,
			attempts: []Attempt{passed("a", Missed, 2*time.Second), passed("a", Rejected, time.Minute)},
		},
		"a ring taken back does not count": {
			agents: []Candidate{free("a", 9), free("b", 1)}, media: Video, attempts: []Attempt{passed("a", Rescinded, time.Second)}, want: "a",
		},
		"others who are full are no others": {
			agents: []Candidate{free("a", 9), free("b", 9, taken(1))}, media: Video,
			attempts: []Attempt{passed("a", Rejected, time.Minute)}, want: "a",
		},
		"everybody rejected: whoever did so first": {
			agents: []Candidate{free("a", 9), free("b", 1)}, media: Video,
			attempts: []Attempt{passed("a", Rejected, 20*time.Second), passed("b", Rejected, 40*time.Second)}, want: "b",
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := Entry{ID: "e", Media: c.media, Attempts: c.attempts}
			before := slices.Clone(c.agents)
			got, ok := Choose(c.agents, e, LongestIdle, noon)
			if got.AgentID != c.want || ok != (c.want != "") {
				t.Errorf("chose %q, %v; want %q", got.AgentID, ok, c.want)
			}
			if !slices.Equal(c.agents, before) {
				t.Error("the candidates were changed")
			}
		})
	}
}

// The choice depends on who the candidates are, not on the order in which they are listed.
func TestChooseIsDeterministic(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var agents []Candidate
		for id := 'a'; id < 'k'; id++ {
			agents = append(agents, free(string(id), rnd.IntN(3), rank(1+rnd.IntN(2)), writing(rnd.IntN(3))))
		}
		e := Entry{Media: Text, Attempts: []Attempt{passed("c", Rejected, time.Minute), passed("d", Rejected, time.Second)}}
		want, _ := Choose(agents, e, LongestIdle, noon)
		for range 5 {
			rnd.Shuffle(len(agents), func(i, j int) { agents[i], agents[j] = agents[j], agents[i] })
			if got, _ := Choose(agents, e, LongestIdle, noon); got != want {
				t.Fatalf("chose %s, then %s of the same", want.AgentID, got.AgentID)
			}
		}
	}
}

func TestBefore(t *testing.T) {
	entries := []Entry{
		{ID: "d", Priority: 0, EnteredAt: noon.Add(time.Second)},
		{ID: "c", Priority: 0, EnteredAt: noon},
		{ID: "b", Priority: 0, EnteredAt: noon},
		{ID: "a", Priority: 2, EnteredAt: noon.Add(time.Hour)},
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		if before(a, b) {
			return -1
		}
		return 1
	})
	var got string
	for _, e := range entries {
		got += e.ID
	}
	if got != "abcd" {
		t.Errorf("order %s", got)
	}
}

func TestPace(t *testing.T) {
	var p pace
	now := noon
	if p.wait("g", 1, now) != nil {
		t.Error("an estimate out of nothing")
	}
	for range paceLeast {
		p.count("g", now)
		now = now.Add(30 * time.Second)
	}
	if got := p.wait("g", 1, now); got == nil || *got != 30 {
		t.Errorf("next one waits %v, want 30 s", deref(got))
	}
	if got := p.wait("g", 4, now); got == nil || *got != 120 {
		t.Errorf("fourth one waits %v, want 120 s", deref(got))
	}
	if p.wait("other", 1, now) != nil {
		t.Error("the pace of one group is that of another")
	}
}

// While nobody is served the estimate grows, and in the end there is none.
func TestPaceOfAStandstill(t *testing.T) {
	var p pace
	for i := range 10 {
		p.count("g", noon.Add(time.Duration(i)*time.Minute))
	}
	last := 0
	for minutes := 10; minutes < 34; minutes++ {
		got := p.wait("g", 1, noon.Add(time.Duration(minutes)*time.Minute))
		if got == nil || *got < last {
			t.Fatalf("after %d minutes %v s, before it was %d", minutes, deref(got), last)
		}
		last = *got
	}
	if got := p.wait("g", 1, noon.Add(time.Hour)); got != nil {
		t.Errorf("an estimate of %d s from an hour ago", *got)
	}
}

// Only the latest count, and a burst never estimates less than a second.
func TestPaceBounds(t *testing.T) {
	var p pace
	for range 1000 {
		p.count("g", noon)
	}
	if n := len(p.served["g"]); n != paceKept {
		t.Errorf("%d kept, want %d", n, paceKept)
	}
	if got := p.wait("g", 3, noon); got == nil || *got < 1 {
		t.Errorf("estimate %v", deref(got))
	}
}

func deref(n *int) any {
	if n == nil {
		return "unknown"
	}
	return *n
}
