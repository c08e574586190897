package storagetest

import (
	"strings"
	"time"

	"foyer/runtime/record"
	"foyer/runtime/session"
)

// ofPort is the status of a session that the queue let go through a port; its reason is "exit." and the port.
func ofPort(reason string) record.Status {
	switch reason {
	case "exit.noAgent", "exit.closed":
		return record.NoAgent
	case "exit.timeout", "exit.full":
		return record.QueueLimit
	case "exit.failed":
		return record.Broken
	}
	return record.Normal
}

// StatusOf says in the record's words how a session went, told a second time: the database derives it in storage's
// records.go, and must come to the same.
func StatusOf(s session.Session) record.Status {
	gone := s.ClosedBy == session.ByCaller || s.ClosedBy == session.ByTimer
	switch {
	case s.State != session.Ended:
		return record.Open
	case s.ClosedBy == session.BySystem:
		return record.Broken
	case s.TalkAt != nil && s.ClosedBy == session.ByTimer:
		return record.IdleTimeout
	case s.TalkAt != nil:
		return record.Normal
	case s.QueuedAt == nil && (gone || strings.HasPrefix(s.Reason, "exit.")):
		return record.LeftFlow
	case s.QueuedAt == nil:
		return record.Normal
	case gone:
		return record.LeftQueue
	}
	return ofPort(s.Reason)
}

// Waited is how long a session has waited for its talk: from entering the queue to the talk, or to the end of the
// session, or to now. The database derives it too.
func Waited(s session.Session, now time.Time) time.Duration {
	if s.QueuedAt == nil {
		return 0
	}
	return earliest(now, s.TalkAt, s.EndedAt).Sub(*s.QueuedAt)
}

// Talked is how long a session's talk took: from its start to the agent's giving the caller back, the end of the
// session, or to now. The database derives it too.
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
