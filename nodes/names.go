package nodes

import (
	"foyer/designer/graph"
	"foyer/nodes/expression"
)

// The names that are known only after a hand-off, where a text of a transfer may hold them.
const (
	WaitNo  = "WaitNo"  // how many callers wait before this one, a whole number
	StaffNo = "StaffNo" // the work number of the agent who accepted; once there was a talk, every text may hold it
)

// The names that every flow has. The catalogues describe each under "name."+path.
const (
	SessionID      = "SystemSessionId"
	CallerID       = "caller.id"
	CallerNickname = "caller.nickname"
	CallerChannel  = "caller.channel" // "web" or "mini"
	CallerMedia    = "caller.media"   // "video", "audio" or "text"
	QueueLength    = "queue.length"   // callers who wait for the node's group
	QueueWait      = "queue.wait"     // seconds that a new caller is expected to wait for it; -1 when unknown
	GroupReady     = "group.ready"    // agents of the node's group who could be rung now
	HoursOpen      = "hours.open"     // what the last hours node on the way found; true before there was one
	ClockDate      = "clock.date"     // today, in the instance's time zone as the other clock names
	ClockTime      = "clock.time"     // "09:05"
	ClockHour      = "clock.hour"     // 0 to 23
	ClockWeekday   = "clock.weekday"  // 1 Monday to 7 Sunday
)

// SystemNames lists the names that every flow has.
func SystemNames() []expression.Name {
	return []expression.Name{
		{Path: StaffNo, Type: graph.TextType},
		{Path: SessionID, Type: graph.TextType},
		{Path: CallerID, Type: graph.TextType},
		{Path: CallerNickname, Type: graph.TextType},
		{Path: CallerChannel, Type: graph.TextType},
		{Path: CallerMedia, Type: graph.TextType},
		{Path: QueueLength, Type: graph.NumberType, Group: true},
		{Path: QueueWait, Type: graph.NumberType, Group: true},
		{Path: GroupReady, Type: graph.NumberType, Group: true},
		{Path: HoursOpen, Type: graph.FlagType},
		{Path: ClockDate, Type: graph.DateType},
		{Path: ClockTime, Type: graph.TextType},
		{Path: ClockHour, Type: graph.NumberType},
		{Path: ClockWeekday, Type: graph.NumberType},
	}
}

// LateNames lists those of a hand-off.
func LateNames() []expression.Name {
	return []expression.Name{{Path: WaitNo, Type: graph.NumberType, Late: true}}
}

// EnvOf is the environment of a flow's expressions: the names of the system and the variables that it declares.
func EnvOf(vars []graph.Variable) expression.Env {
	names := append(SystemNames(), LateNames()...)
	for _, v := range vars {
		names = append(names, expression.Name{Path: v.Name, Type: v.Type, Secret: v.Secret})
	}
	return expression.NewEnv(names)
}
