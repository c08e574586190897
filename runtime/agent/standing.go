package agent

import (
	"slices"
	"time"
)

// Work is how an agent's slots are taken. It is counted from the open offers, never kept.
type Work struct {
	Ringing  int
	Talking  int // accepted or connected
	Texts    int // of the talks, those by text
	Wrapping int
	Since    time.Time // when the oldest of them came into being; zero without work
}

// occupied is serving somebody: a ring alone is not yet.
func (w Work) occupied() bool { return w.Talking+w.Wrapping > 0 }

// full tells that no further caller fits beside the talks.
func (w Work) full(textCap int) bool { return w.Talking > w.Texts || w.Texts > 0 && w.Texts >= textCap }

// Routable tells whether the agent may be offered a caller: connected, willing and without fault. It names what
// must hold (an allow-list), so that a state nobody thought of gets no callers. The queue's candidates are chosen
// by the same rule in the database; slots are its business.
func (a Agent) Routable(now time.Time) bool {
	return a.RemovedAt == nil && a.Presence.After(now) && a.Intent == Ready && a.Next == "" && a.Fault == NoFault
}

// Show gives the one word for an agent. Work comes first: what is being done is true whatever was wished for.
func Show(a Agent, w Work, now time.Time) Shown {
	switch {
	case w.full(a.TextCap):
		return ShownBusy
	case w.Ringing > 0:
		return ShownRinging
	case w.Wrapping > 0:
		return ShownWrapUp
	case !a.Presence.After(now) || a.Intent == Offline:
		return ShownOffline
	case a.Fault != NoFault:
		return ShownFault
	case a.Intent == Rest:
		return ShownRest
	case a.Intent == NotReady:
		return ShownNot
	}
	return ShownFree
}

// happening moves an agent's standing.
type happening string

const (
	wantsReady    happening = happening(Ready) // the agent's wishes are called like what they lead to
	wantsNotReady happening = happening(NotReady)
	wantsRest     happening = happening(Rest)
	wantsOffline  happening = happening(Offline)
	missed        happening = "missed"       // let an offer ring out
	missedToRest  happening = "missedToRest" // the same in a group that sends those to rest
	deviceFailed  happening = "deviceFailed"
	recovered     happening = "recovered" // the agent is back from a fault
	workDone      happening = "workDone"  // the last slot is free
)

// standing is what the table moves: the axes of an agent that are set, not counted.
type standing struct {
	Intent Intent
	Next   Intent
	Fault  Fault
}

// move is how a happening changes a standing. Only what leaves ready is booked while the agent serves somebody:
// the talk at hand goes on, and nothing new comes, because a booked agent is not routable.
type move func(s standing, occupied bool) standing

// moves is the whole machine, by happening. Every happening has a meaning in every standing.
var moves = map[happening]move{
	wantsReady:    func(standing, bool) standing { return standing{Intent: Ready} },
	wantsNotReady: wish(NotReady),
	wantsRest:     wish(Rest),
	wantsOffline:  wish(Offline),
	missed:        func(s standing, _ bool) standing { s.Fault = NotResponding; return s },
	missedToRest:  func(s standing, _ bool) standing { return standing{Intent: Rest, Next: s.Next, Fault: s.Fault} },
	deviceFailed:  func(s standing, _ bool) standing { s.Fault = Device; return s },
	recovered:     func(standing, bool) standing { return standing{Intent: Ready} },
	workDone:      func(s standing, _ bool) standing { return settle(s) },
}

// wish takes the agent out of ready at once, or books it while somebody is served.
func wish(to Intent) move {
	return func(s standing, occupied bool) standing {
		if occupied && s.Intent == Ready {
			s.Next = to
			return s
		}
		return standing{Intent: to, Fault: s.Fault}
	}
}

// settle carries out what was booked.
func settle(s standing) standing {
	if s.Next != "" {
		s.Intent, s.Next = s.Next, ""
	}
	return s
}

func goodIntent(i Intent) bool { return slices.Contains([]Intent{Ready, NotReady, Rest, Offline}, i) }
