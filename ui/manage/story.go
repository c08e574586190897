package manage

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"foyer/designer/graph"
	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/record"
	"foyer/runtime/session"
	"foyer/ui/kit"
	"foyer/ui/kit/text"
)

// moment is one line of a session's timeline, ready to show.
type moment struct {
	At, Words string
	Bad       bool // something went wrong
}

func (m moment) class() string {
	if m.Bad {
		return "is-bad"
	}
	return ""
}

// story is what an event's data may say, whichever event it is.
type story struct {
	Label   string           `json:"label"`
	GroupID string           `json:"groupId"`
	Phone   string           `json:"phone"`
	Port    graph.Port       `json:"port"`
	By      session.ClosedBy `json:"by"`
}

// names gives people and groups their names by id.
type names struct{ agents, groups map[string]string }

// mishaps are the events that somebody should look at.
var mishaps = map[event.Kind]bool{
	"offer.timeout": true, "offer.failed": true, "session.mediaFailed": true, "session.callerLost": true, "session.refused": true,
}

// timeline tells a session's events in the reader's words; an event that has none is left out.
func timeline(ctx context.Context, d record.Detail, n names) []moment {
	var out []moment
	for _, e := range d.Events {
		key := "manage.records.ev." + n.saying(e, d)
		if !text.Has(text.From(ctx), key) {
			continue
		}
		var s story
		_ = json.Unmarshal(e.Data, &s) // data of another shape has nothing to add
		words := text.T(ctx, key, "label", s.Label, "agent", n.agent(ctx, e.Agent, d), "group", n.groups[s.GroupID], "phone", s.Phone,
			"port", orKey(ctx, "manage.records.port.", string(s.Port)), "by", orKey(ctx, "manage.records.by.", string(s.By)))
		out = append(out, moment{e.At.Local().Format("15:04:05"), words, mishaps[e.Kind]})
	}
	return out
}

// saying is the end of the key of an event's words: that of its kind, unless an agent of another group helped.
func (n names) saying(e event.Event, d record.Detail) string {
	var s story
	if e.Kind == "offer.accepted" && json.Unmarshal(e.Data, &s) == nil && s.GroupID != d.Session.GroupID && n.groups[s.GroupID] != "" {
		return "offer.acceptedFor"
	}
	return string(e.Kind)
}

// agent names an agent; one who was removed since is known from the record if they served it.
func (n names) agent(ctx context.Context, id string, d record.Detail) string {
	switch {
	case n.agents[id] != "":
		return n.agents[id]
	case id == d.Session.AgentID && d.AgentName != "":
		return d.AgentName
	}
	return text.T(ctx, "manage.records.agent")
}

// orKey gives the words of a key that ends in a value, or the value itself when there are none.
func orKey(ctx context.Context, prefix, value string) string {
	if text.Has(text.From(ctx), prefix+value) {
		return text.T(ctx, prefix+value)
	}
	return value
}

// recordColumns are the columns of the list; an agent's own leaves out what is always the same.
func recordColumns(ctx context.Context, own bool) []kit.Column {
	plain := func(keys ...string) (out []kit.Column) {
		for _, k := range keys {
			out = append(out, kit.Column{Label: text.T(ctx, "manage.records."+k)})
		}
		return out
	}
	ends := func(keys ...string) []kit.Column {
		out := plain(keys...)
		for i := range out {
			out[i].End = true
		}
		return out
	}
	if own {
		return append(plain("at", "caller", "path", "group", "media", "status", "rating"), ends("talked", "audio", "video")...)
	}
	return append(plain("at", "caller", "path", "group", "agent", "media", "status", "rating"), ends("waited", "talked")...)
}

// lengthOf is a duration, or a dash for none.
func lengthOf(d time.Duration) string {
	if d <= 0 {
		return "–"
	}
	return kit.Duration(d)
}

// callerName is a caller's nickname, or the end of their id.
func callerName(ctx context.Context, nickname, id string) string {
	if nickname != "" {
		return nickname
	}
	return text.T(ctx, "manage.records.visitor", "id", id[max(0, len(id)-4):])
}

// pathWords joins the branches that were taken.
func pathWords(ctx context.Context, path []session.PathStep) string {
	if len(path) == 0 {
		return text.T(ctx, "manage.records.direct")
	}
	words := make([]string, len(path))
	for i, p := range path {
		words[i] = p.Label
	}
	return strings.Join(words, " › ")
}

func senderWords(ctx context.Context, m chat.Message, d record.Detail) string {
	switch {
	case m.From == chat.FromFlow:
		return d.FlowName
	case m.From == chat.FromCaller:
		return callerName(ctx, d.Nickname, d.CallerID)
	case m.Name != "":
		return m.Name
	}
	return d.AgentName
}

// facts are the columns of the seed's record page, one below the other.
func facts(ctx context.Context, d record.Detail) []kit.Fact {
	f := []kit.Fact{
		{Name: text.T(ctx, "manage.records.caller"), Value: callerName(ctx, d.Nickname, d.CallerID)},
		{Name: text.T(ctx, "manage.records.flow"), Value: d.FlowName + " · " + text.T(ctx, "manage.records.version", "n", d.Version)},
		{Name: text.T(ctx, "manage.records.path"), Value: pathWords(ctx, d.Path)},
		{Name: text.T(ctx, "manage.records.group"), Value: orDash(d.GroupName)},
		{Name: text.T(ctx, "manage.records.agent"), Value: orDash(strings.TrimSpace(d.AgentName + " " + d.AgentNo))},
		{Name: text.T(ctx, "manage.records.media"), Value: text.T(ctx, "manage.records.media."+string(d.Media))},
		{Name: text.T(ctx, "manage.records.waited"), Value: lengthOf(d.Waited)},
		{Name: text.T(ctx, "manage.records.talked"), Value: lengthOf(d.Talked)},
		{Name: text.T(ctx, "manage.records.audio"), Value: lengthOf(d.Audio)},
		{Name: text.T(ctx, "manage.records.video"), Value: lengthOf(d.Video)},
	}
	if d.Score != nil {
		f = append(f, kit.Fact{Name: text.T(ctx, "manage.records.rating"), Value: ratingWords(d.Row)})
	}
	if by := d.Session.ClosedBy; by != "" {
		f = append(f, kit.Fact{Name: text.T(ctx, "manage.records.ended"), Value: text.T(ctx, "manage.records.by."+string(by))})
	}
	return f
}

// ratingWords is how the caller found the service: its words and its score, or a dash for no rating.
func ratingWords(r record.Row) string {
	if r.Score == nil {
		return "–"
	}
	return strings.TrimSpace(r.Label + " " + strconv.Itoa(*r.Score))
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func statusTone(s record.Status) kit.Tone {
	switch s {
	case record.Open:
		return kit.Accent
	case record.Normal:
		return kit.Good
	case record.Broken:
		return kit.Bad
	}
	return kit.Warn
}

// statuses are the choices of the status filter.
func statuses(ctx context.Context) []kit.Option {
	out := []kit.Option{{Label: text.T(ctx, "manage.records.anyStatus")}}
	for _, s := range []record.Status{record.Open, record.Normal, record.IdleTimeout, record.NoAgent, record.LeftQueue, record.LeftFlow, record.QueueLimit, record.Broken} {
		out = append(out, kit.Option{Value: string(s), Label: text.T(ctx, "manage.records.status."+string(s))})
	}
	return out
}

func groupOptions(ctx context.Context, groups []groupRow) []kit.Option {
	out := []kit.Option{{Label: text.T(ctx, "manage.records.anyGroup")}}
	for _, g := range groups {
		out = append(out, kit.Option{Value: g.ID, Label: g.Name})
	}
	return out
}

func emptyRecords(ctx context.Context, v recordsView) kit.EmptyProps {
	if v.Filters {
		return kit.EmptyProps{Icon: "search", Title: text.T(ctx, "manage.records.none")}
	}
	return kit.EmptyProps{Icon: "history", Title: text.T(ctx, "manage.records.empty"), Text: text.T(ctx, "manage.records.emptyWhy")}
}

func clearRecords(ctx context.Context, v recordsView) kit.ButtonProps {
	if !v.Filters {
		return kit.ButtonProps{}
	}
	return kit.ButtonProps{Label: text.T(ctx, "manage.clear"), Href: v.Base}
}
