package engine

import (
	"time"

	"foyer/nodes"
)

// Moment is all that a walk may know of the world while it goes on.
type Moment struct {
	Now      time.Time // in the instance's time zone
	Session  string    // its id
	Caller   Caller
	Group    func(id string) Group // how a skill group stands; nil: nobody knows
	Fallback string                // id of the skill group that takes callers whose flow came to grief; empty: there is none
}

// Caller is who walks.
type Caller struct {
	ID       string `json:"id,omitempty"`
	Nickname string `json:"nickname,omitempty"`
	Channel  string `json:"channel,omitempty"` // "web" or "mini"
	Media    string `json:"media,omitempty"`   // "video", "audio" or "text"
}

// Group is how a skill group stands.
type Group struct {
	Length int `json:"length"` // callers who wait
	Wait   int `json:"wait"`   // seconds that a new caller is expected to wait; -1 when unknown
	Ready  int `json:"ready"`  // agents who could be rung now
}

// scope gives a node's expressions the values of their names.
type scope struct {
	w  *walk
	at *place
}

// of gives the scope of a place, until the next one is asked for.
func (w *walk) of(p *place) *scope {
	w.scope = scope{w, p}
	return &w.scope
}

// Value gives what a name is at this moment, or nil for one that has no value yet.
func (s scope) Value(path string) any {
	if _, declared := s.w.p.vars[path]; declared {
		return s.w.variable(path)
	}
	s.w.alone = false
	m := &s.w.m
	switch path {
	case nodes.StaffNo:
		return s.w.s.Staff
	case nodes.SessionID:
		return m.Session
	case nodes.CallerID:
		return m.Caller.ID
	case nodes.CallerNickname:
		return m.Caller.Nickname
	case nodes.CallerChannel:
		return m.Caller.Channel
	case nodes.CallerMedia:
		return m.Caller.Media
	case nodes.HoursOpen:
		return !s.w.s.Shut
	case nodes.ClockDate:
		return m.Now.Format(time.DateOnly)
	case nodes.ClockTime:
		return m.Now.Format("15:04")
	case nodes.ClockHour:
		return float64(m.Now.Hour())
	case nodes.ClockWeekday:
		return float64((m.Now.Weekday()+6)%7 + 1)
	}
	return s.group(path)
}

func (s scope) group(path string) any {
	if s.w.m.Group == nil || s.at.group == "" {
		return nil
	}
	g := s.w.stands(s.at.group)
	switch path {
	case nodes.QueueLength:
		return float64(g.Length)
	case nodes.QueueWait:
		return float64(g.Wait)
	case nodes.GroupReady:
		return float64(g.Ready)
	}
	return nil
}

// stands tells how a skill group stands, the same throughout one Advance, and notes it for the trace.
func (w *walk) stands(id string) Group {
	g, known := w.groups[id]
	if !known {
		g = w.m.Group(id)
		if w.groups == nil {
			w.groups = map[string]Group{}
		}
		w.groups[id] = g
	}
	if w.asked == nil {
		w.asked = map[string]Group{}
	}
	w.asked[id] = g
	return g
}
