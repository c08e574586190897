package queue

import (
	"testing"
	"time"
)

// The preferred agent goes first, once, and only when they can be rung.
func TestPrefers(t *testing.T) {
	badge := func(n string) func(*Candidate) { return func(c *Candidate) { c.Number = n } }
	for name, c := range map[string]struct {
		agents   []Candidate
		media    Media
		attempts []Attempt
		want     string
	}{
		"before who is idle longer":     {agents: []Candidate{free("a", 9), free("b", 1, badge("1002"))}, media: Video, want: "b"},
		"nobody of that number":         {agents: []Candidate{free("a", 9, badge("100")), free("b", 1, badge("10022"))}, media: Video, want: "a"},
		"not when they are taken":       {agents: []Candidate{free("a", 1), free("b", 9, badge("1002"), taken(1))}, media: Video, want: "a"},
		"not beside texts for a call":   {agents: []Candidate{free("a", 1), free("b", 9, badge("1002"), writing(1))}, media: Audio, want: "a"},
		"text beside text":              {agents: []Candidate{free("a", 9), free("b", 1, badge("1002"), writing(1))}, media: Text, want: "b"},
		"not after they let it pass":    {agents: []Candidate{free("a", 1), free("b", 9, badge("1002"))}, media: Video, attempts: []Attempt{passed("b", Rejected, time.Hour)}, want: "a"},
		"one of many after a ring":      {agents: []Candidate{free("a", 9), free("b", 1, badge("1002"))}, media: Video, attempts: []Attempt{passed("b", Rescinded, time.Hour)}, want: "a"},
		"whatever others did with it":   {agents: []Candidate{free("a", 9), free("b", 1, badge("1002"))}, media: Video, attempts: []Attempt{passed("a", Rejected, time.Hour)}, want: "b"},
		"the only one left is rung too": {agents: []Candidate{free("b", 1, badge("1002"))}, media: Video, attempts: []Attempt{passed("b", Missed, time.Minute)}, want: "b"},
	} {
		t.Run(name, func(t *testing.T) {
			e := Entry{ID: "e", Media: c.media, Attempts: c.attempts, Handoff: Handoff{Preferred: "1002"}}
			if got, _ := Choose(c.agents, e, LongestIdle, noon); got.AgentID != c.want {
				t.Errorf("chose %q, want %q", got.AgentID, c.want)
			}
		})
	}
	if got, _ := Choose([]Candidate{free("a", 9, badge("x")), free("b", 1)}, Entry{Media: Video}, LongestIdle, noon); got.AgentID != "a" {
		t.Errorf("who has no number is not preferred by who prefers nobody: %q", got.AgentID)
	}
}
