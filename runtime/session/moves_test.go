package session

import (
	"errors"
	"testing"
)

var (
	states     = []State{Routing, Queued, Offered, Connecting, Connected, Ended}
	happenings = []happening{ask, enter, ring, waitOn, accept, connect, letGo, end}
)

// The truth about sessions, written a second time and by hand: what is missing here is refused.
var truth = map[State]map[happening]State{
	"routing":    {"ask": "routing", "enter": "queued", "end": "ended"},
	"queued":     {"ring": "offered", "letGo": "routing", "end": "ended"},
	"offered":    {"waitOn": "queued", "accept": "connecting", "letGo": "routing", "end": "ended"},
	"connecting": {"waitOn": "queued", "connect": "connected", "letGo": "routing", "end": "ended"},
	"connected":  {"waitOn": "queued", "letGo": "routing", "end": "ended"},
	"ended":      {},
}

func TestMoves(t *testing.T) {
	for _, from := range states {
		for _, h := range happenings {
			s := Session{ID: "s1", State: from}
			err := s.apply(h)
			want, legal := truth[from][h]
			if !legal {
				want = from
			}
			if legal != (err == nil) || s.State != want {
				t.Errorf("%s+%s = %s, %v; want %s", from, h, s.State, err, want)
			}
			refused := ErrConflict
			if from == Ended {
				refused = ErrOver
			}
			if !legal && !errors.Is(err, refused) {
				t.Errorf("%s+%s: %v, want %v", from, h, err, refused)
			}
		}
	}
}

// Every state stands in the table, and every session that is not over can be ended.
func TestTableIsWhole(t *testing.T) {
	if len(moves) != len(states) {
		t.Errorf("%d states in the table, want %d", len(moves), len(states))
	}
	for _, s := range states {
		if _, ok := moves[s][end]; ok == (s == Ended) {
			t.Errorf("%s can be ended: %v", s, ok)
		}
	}
}

func TestGoodIvr(t *testing.T) {
	for id, want := range map[string]bool{
		"fabcdefgh0123456":  true,
		"f000000000000000":  true,
		"":                  false,
		"f":                 false,
		"gabcdefgh0123456":  false,
		"Fabcdefgh0123456":  false,
		"fabcdefgh012345":   false,
		"fabcdefgh01234567": false,
		"fabcdefgh012345X":  false,
		"fabcdefgh012345/":  false,
		"fabcdefgh01234产":   false,
	} {
		if goodIvr(id) != want {
			t.Errorf("goodIvr(%q) = %v", id, !want)
		}
	}
}
