package record

import (
	"strings"
	"time"

	"foyer/nodes"
	"foyer/runtime/session"
)

// exit is what the reason of a session begins with that was not led to an end but let go through a port, see
// package session.
const exit = "exit."

// ofPort is the status of a session that the queue let go through a port.
func ofPort(reason string) Status {
	switch reason {
	case exit + string(nodes.NoAgent), exit + string(nodes.Closed):
		return NoAgent
	case exit + string(nodes.TimedOut), exit + string(nodes.Full):
		return QueueLimit
	case exit + string(nodes.Failed):
		return Broken
	}
	return Normal
}

// StatusOf says in the record's words how a session went. It is derived, never stored.
func StatusOf(s session.Session) Status {
	gone := s.ClosedBy == session.ByCaller || s.ClosedBy == session.ByTimer
	switch {
	case s.State != session.Ended:
		return Open
	case s.ClosedBy == session.BySystem:
		return Broken
	case s.TalkAt != nil && s.ClosedBy == session.ByTimer:
		return IdleTimeout
	case s.TalkAt != nil:
		return Normal
	case s.QueuedAt == nil && (gone || strings.HasPrefix(s.Reason, exit)):
		return LeftFlow
	case s.QueuedAt == nil:
		return Normal
	case gone:
		return LeftQueue
	}
	return ofPort(s.Reason)
}

// Waited is how long a session has waited for its talk: from entering the queue to the talk, or to the end of the
// session, or to now.
func Waited(s session.Session, now time.Time) time.Duration {
	if s.QueuedAt == nil {
		return 0
	}
	return earliest(now, s.TalkAt, s.EndedAt).Sub(*s.QueuedAt)
}

// Talked is how long a session's talk took: from its start to the agent's giving the caller back, the end of the
// session, or to now.
func Talked(s session.Session, now time.Time) time.Duration {
	if s.TalkAt == nil {
		return 0
	}
	return earliest(now, s.TalkEndAt, s.EndedAt).Sub(*s.TalkAt)
}

func earliest(t time.Time, others ...*time.Time) time.Time {
	for _, o := range others {
		if o != nil && o.Before(t) {
			t = *o
		}
	}
	return t
}
