package agent

import (
	"encoding/json"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/queue"
)

// workOf counts an agent's open offers.
func workOf(open []queue.Offer) (w Work) {
	for _, o := range open {
		switch o.State {
		case queue.Pending:
			w.Ringing++
		case queue.Accepted, queue.Connected:
			w.Talking++
			if !o.Media.Exclusive() {
				w.Texts++
			}
		case queue.Wrapping:
			w.Wrapping++
		}
		if at := begun(o); w.Since.IsZero() || at.Before(w.Since) {
			w.Since = at
		}
	}
	return w
}

// begun is when an offer began to be what it is: a ring or a talk.
func begun(o queue.Offer) time.Time {
	if o.AcceptedAt != nil {
		return *o.AcceptedAt
	}
	return o.CreatedAt
}

func view(a Agent, open []queue.Offer, now time.Time) View {
	w := workOf(open)
	v := View{
		AgentID: a.ID, Number: a.Number, Name: a.Name, Role: a.Role, Shown: Show(a, w, now),
		Intent: a.Intent, Reason: a.Reason, Next: a.Next, Fault: a.Fault, TextCap: a.TextCap,
	}
	v.Since = since(v.Shown, a, w)
	for _, o := range open {
		if o.Media.Exclusive() {
			v.Load.Exclusive++
		} else {
			v.Load.Texts++
		}
	}
	return v
}

// since is when the shown state began.
func since(shown Shown, a Agent, w Work) time.Time {
	switch {
	case shown == ShownBusy || shown == ShownRinging || shown == ShownWrapUp:
		return w.Since
	case shown == ShownOffline && a.Intent != Offline && !a.Presence.IsZero():
		return a.Presence // the lease ran out while the agent still wished to work
	case shown == ShownFree && a.IdleSince.After(a.IntentAt):
		return a.IdleSince
	}
	return a.IntentAt
}

func stateEvent(a Agent, now time.Time) event.Event {
	data, _ := json.Marshal(map[string]any{ // strings and a bool always marshal
		"intent": a.Intent, "reason": a.Reason, "next": a.Next, "fault": a.Fault, "connected": a.Presence.After(now),
	})
	return event.Event{At: now, Kind: StateSet, Agent: a.ID, Data: data}
}
