package call

import (
	"errors"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// TestMoves goes through every state and event. "" is a move that does not happen.
func TestMoves(t *testing.T) {
	states := []State{Connecting, Live, Broken, Ended}
	events := []Event{LegUp, AllUp, LegDown, Hangup, GiveUp}
	want := map[State][]State{
		Connecting: {Connecting, Live, Connecting, Ended, Ended},
		Live:       {"", Live, Broken, Ended, ""},
		Broken:     {Broken, Live, Broken, Ended, Ended},
		Ended:      {"", "", "", "", ""},
	}
	if len(moves) != len(states) {
		t.Fatalf("%d states are in the table, %d are tested", len(moves), len(states))
	}
	for _, from := range states {
		for i, e := range events {
			c := Call{ID: "c1", State: from}
			err := c.apply(e, noon)
			to := want[from][i]
			if to == "" {
				if !errors.Is(err, ErrNotNow) || c.State != from || c.LiveAt != nil || c.EndedAt != nil {
					t.Errorf("%s + %s: %+v, %v; it is no move", from, e, c, err)
				}
				continue
			}
			if err != nil || c.State != to {
				t.Errorf("%s + %s: %s, %v; want %s", from, e, c.State, err, to)
			}
			if (c.LiveAt != nil) != (to == Live) || (c.EndedAt != nil) != (to == Ended) {
				t.Errorf("%s + %s: live at %v, ended at %v", from, e, c.LiveAt, c.EndedAt)
			}
		}
		if _, ok := moves[from][Hangup]; !ok && from != Ended {
			t.Errorf("%s cannot be hung up", from)
		}
	}
}

// A call that breaks and comes back has been live since the first time.
func TestTalked(t *testing.T) {
	c := Call{State: Connecting}
	if c.Talked(noon) != 0 {
		t.Error("talked before it was live")
	}
	for i, e := range []Event{LegUp, AllUp, LegDown, AllUp, Hangup} {
		if err := c.apply(e, noon.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
		if e == AllUp && !c.LiveAt.Equal(noon.Add(time.Minute)) {
			t.Errorf("live at %s", c.LiveAt)
		}
	}
	if got := c.Talked(noon.Add(time.Hour)); got != 3*time.Minute {
		t.Errorf("talked %s, want 3m", got)
	}
	c.EndedAt = nil
	if got := c.Talked(noon.Add(time.Hour)); got != 59*time.Minute {
		t.Errorf("talked %s so far, want 59m", got)
	}
}

func TestMark(t *testing.T) {
	var l Leg
	l.mark(false, noon)
	if l.DownAt != nil {
		t.Error("a leg that never was up went down")
	}
	l.mark(true, noon)
	l.mark(true, noon.Add(time.Second))
	if !l.Up || !l.UpAt.Equal(noon) || l.DownAt != nil {
		t.Errorf("up twice: %+v", l)
	}
	l.mark(false, noon.Add(2*time.Second))
	if l.Up || !l.DownAt.Equal(noon.Add(2*time.Second)) || !l.UpAt.Equal(noon) {
		t.Errorf("down: %+v", l)
	}
}
