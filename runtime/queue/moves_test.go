package queue

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"
)

var (
	offerStates = []OfferState{Pending, Accepted, Connected, Wrapping, Closed, Rejected, Missed, Rescinded, Cancelled, FailedSet}
	offerEvents = []offerEvent{accept, reject, ringOut, rescind, cancel, up, fail, over, tidy}
	entryStates = []EntryState{Waiting, Offered, Served, Left}
	entryEvents = []entryEvent{ring, giveBack, serve, leave}
)

// The truth about offers, written a second time and by hand: what is missing here is refused.
var offerTruth = map[OfferState]map[offerEvent]OfferState{
	"pending": {
		"accept": "accepted", "reject": "rejected", "ringOut": "timeout", "rescind": "rescinded", "cancel": "cancelled",
	},
	"accepted":  {"up": "connected", "fail": "failed", "cancel": "cancelled"},
	"connected": {"over": "wrapping", "fail": "failed"},
	"wrapping":  {"tidy": "closed"},
}

func TestOfferMoves(t *testing.T) {
	now := time.Unix(1000, 0)
	for _, from := range offerStates {
		for _, e := range offerEvents {
			o := Offer{ID: "o1", State: from}
			err := o.apply(e, now)
			want, legal := offerTruth[from][e]
			if !legal {
				if !errors.Is(err, ErrOfferGone) || o != (Offer{ID: "o1", State: from}) {
					t.Errorf("%s+%s: %v, left %+v", from, e, err, o)
				}
				continue
			}
			if err != nil || o.State != want {
				t.Errorf("%s+%s = %s, %v; want %s", from, e, o.State, err, want)
			}
			if (o.EndedAt != nil) == o.Open() {
				t.Errorf("%s+%s: open %v but ended at %v", from, e, o.Open(), o.EndedAt)
			}
			if (o.AcceptedAt != nil) != (e == accept) {
				t.Errorf("%s+%s: accepted at %v", from, e, o.AcceptedAt)
			}
		}
	}
}

// Every state stands in the table; an offer that is over stays over, and every open one can end.
func TestOfferTableIsWhole(t *testing.T) {
	if n := len(offerMoves); n != len(offerStates) {
		t.Errorf("%d states in the table, want %d", n, len(offerStates))
	}
	for _, s := range offerStates {
		o := Offer{State: s}
		if o.Open() != (len(offerMoves[s]) > 0) {
			t.Errorf("%s: open %v with %d ways out", s, o.Open(), len(offerMoves[s]))
		}
		if o.Open() && !reaches(s) {
			t.Errorf("%s never ends", s)
		}
		if _, limited := timerOf[s]; limited != o.Open() {
			t.Errorf("%s: open %v, has a deadline %v", s, o.Open(), limited)
		}
	}
}

func reaches(s OfferState) bool {
	if !(Offer{State: s}).Open() {
		return true
	}
	return slices.ContainsFunc(slices.Collect(maps.Values(offerMoves[s])), reaches)
}

var entryTruth = map[EntryState]map[entryEvent]EntryState{
	"waiting": {"ring": "offered", "leave": "left"},
	"offered": {"giveBack": "waiting", "serve": "served", "leave": "left"},
	"served":  {"giveBack": "waiting"},
}

func TestEntryMoves(t *testing.T) {
	for _, from := range entryStates {
		for _, ev := range entryEvents {
			e := Entry{ID: "e1", State: from}
			err := e.apply(ev)
			want, legal := entryTruth[from][ev]
			if !legal {
				want = from
			}
			if legal != (err == nil) || e.State != want {
				t.Errorf("%s+%s = %s, %v; want %s", from, ev, e.State, err, want)
			}
			if !legal && !errors.Is(err, ErrNoEntry) {
				t.Errorf("%s+%s: %v", from, ev, err)
			}
		}
	}
	if n := len(entryMoves); n != len(entryStates) {
		t.Errorf("%d states in the table, want %d", n, len(entryStates))
	}
}
