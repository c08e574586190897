package record

import (
	"time"

	"foyer/nodes"
	"foyer/runtime/session"
)

// StatusOf says in the record's words how a session went. It is derived, never stored. A session that the queue
// let go has the port it left through as its reason.
func StatusOf(s session.Session) Status {
	switch {
	case s.State != session.Ended:
		return Open
	case s.TalkAt != nil:
		return ofTalk(s.ClosedBy)
	case s.QueuedAt != nil:
		return ofQueue(s)
	}
	return ofFlow(s.ClosedBy)
}

// ofTalk is of a session in which somebody talked.
func ofTalk(by session.ClosedBy) Status {
	switch by {
	case session.ByTimer:
		return IdleTimeout
	case session.BySystem:
		return Broken
	}
	return Normal
}

// ofQueue is of a session that waited and was not talked to.
func ofQueue(s session.Session) Status {
	switch s.Reason {
	case string(nodes.NoAgent):
		return NoAgent
	case string(nodes.TimedOut), string(nodes.Full), string(nodes.Closed):
		return QueueLimit
	case string(nodes.Failed):
		return Broken
	}
	switch s.ClosedBy {
	case session.ByFlow, session.ByTimer, session.ByAdmin:
		return QueueLimit
	case session.BySystem:
		return Broken
	}
	return LeftQueue
}

// ofFlow is of a session that never reached a queue.
func ofFlow(by session.ClosedBy) Status {
	switch by {
	case session.ByFlow, session.ByAdmin:
		return Normal
	case session.BySystem:
		return Broken
	}
	return LeftFlow
}

// Waited is how long a session has waited for its talk: from entering the queue to the talk, or to the end of the
// session, or to now.
func Waited(s session.Session, now time.Time) time.Duration {
	if s.QueuedAt == nil {
		return 0
	}
	return earliest(now, s.TalkAt, s.EndedAt).Sub(*s.QueuedAt)
}

// Talked is how long a session's talk took: from its start to the end of the session, or to now.
func Talked(s session.Session, now time.Time) time.Duration {
	if s.TalkAt == nil {
		return 0
	}
	return earliest(now, s.EndedAt).Sub(*s.TalkAt)
}

func earliest(t time.Time, others ...*time.Time) time.Time {
	for _, o := range others {
		if o != nil && o.Before(t) {
			t = *o
		}
	}
	return t
}
