package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"foyer/runtime/agent"
	"foyer/runtime/call"
	"foyer/runtime/channel"
	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// world is everything around a hub, in memory. Its methods are those the hub asks for; what was done is noted.
type world struct {
	bus *event.Bus

	mu     sync.Mutex
	frames []event.Frame
	dead   error // what the store says when it is down
	quiet  bool  // rings are lost
	rows   map[string]session.Session
	views  map[string]session.View
	logins map[string]agent.Agent
	done   []string // what was asked of the services, in order
	fail   error    // what the services answer
	open   map[string]call.Call
	out    map[string]func(call.Signal)
}

func newWorld() *world {
	return &world{
		bus:    event.NewBus(),
		rows:   map[string]session.Session{"s1": {ID: "s1", CallerID: "c1", AgentID: "a1", GroupID: "g1", State: session.Connected}, "s2": {ID: "s2", CallerID: "c2", State: session.Routing}},
		views:  map[string]session.View{"s1": {SessionID: "s1", State: session.Connected}, "s2": {SessionID: "s2", State: session.Routing}},
		logins: map[string]agent.Agent{"cookie1": {ID: "a1", Name: "张敏"}, "cookie2": {ID: "a2", Name: "李雷"}},
		open:   map[string]call.Call{"s1": {ID: "call1", SessionID: "s1"}},
		out:    map[string]func(call.Signal){},
	}
}

func (w *world) note(format string, args ...any) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = append(w.done, fmt.Sprintf(format, args...))
	return w.fail
}

func (w *world) noted(what string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, d := range w.done {
		if d == what {
			n++
		}
	}
	return n
}

// deeds is everything that was noted.
func (w *world) deeds() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.done)
}

func (w *world) push(topic, typ string, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	w.mu.Lock()
	seq := int64(1)
	for _, f := range w.frames {
		if f.Topic == topic {
			seq = f.Seq + 1
		}
	}
	id := int64(1)
	if n := len(w.frames); n > 0 {
		id = w.frames[n-1].ID + 1
	}
	w.frames = append(w.frames, event.Frame{ID: id, Topic: topic, Seq: seq, Type: typ, At: time.Unix(1, 0).UTC(), Data: raw})
	quiet := w.quiet
	w.mu.Unlock()
	if !quiet {
		w.bus.Ring(topic)
	}
}

// prune forgets the frames of a topic up to seq.
func (w *world) prune(topic string, seq int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.frames = slices.DeleteFunc(w.frames, func(f event.Frame) bool { return f.Topic == topic && f.Seq <= seq })
}

func (w *world) setView(v session.View) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.views[v.SessionID] = v
}

func (w *world) setRow(s session.Session) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rows[s.ID] = s
}

func (w *world) setFail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fail = err
}

func (w *world) some(keep func(event.Frame) bool, limit int) ([]event.Frame, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead != nil {
		return nil, w.dead
	}
	var out []event.Frame
	for _, f := range w.frames {
		if keep(f) && len(out) < limit {
			out = append(out, f)
		}
	}
	return out, nil
}

func (w *world) Frames(_ context.Context, topic string, after int64, limit int) ([]event.Frame, error) {
	return w.some(func(f event.Frame) bool { return f.Topic == topic && f.Seq > after }, limit)
}

func (w *world) FramesSince(_ context.Context, id int64, limit int) ([]event.Frame, error) {
	return w.some(func(f event.Frame) bool { return f.ID > id }, limit)
}

func (w *world) LastFrame(_ context.Context, topic string) (int64, error) {
	list, err := w.some(func(f event.Frame) bool { return f.Topic == topic }, 1<<30)
	if len(list) == 0 {
		return 0, err
	}
	return list[len(list)-1].Seq, err
}

func (w *world) Epoch() int64 { return 7 }

type visitors struct{}

func (visitors) ByToken(_ context.Context, token string) (channel.Caller, error) {
	if id, ok := strings.CutPrefix(token, "tok-"); ok {
		return channel.Caller{ID: id, Nickname: "王先生"}, nil
	}
	return channel.Caller{}, channel.ErrToken
}

type sessions struct{ *world }

func (w sessions) Get(_ context.Context, callerID, id string) (session.View, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	row, ok := w.rows[id]
	switch {
	case !ok:
		return session.View{}, session.ErrNotFound
	case row.CallerID != callerID:
		return session.View{}, session.ErrNotYours
	}
	return w.views[id], nil
}

func (w sessions) View(_ context.Context, id string) (session.View, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = append(w.done, "view "+id)
	return w.views[id], w.dead
}

func (w sessions) End(_ context.Context, id string, by session.ClosedBy, who string) error {
	return w.note("end %s %s %s", id, by, who)
}

func (w sessions) Back(_ context.Context, id string) error { return w.note("back %s", id) }

func (w sessions) Lost(_ context.Context, id string) error { return w.note("lost %s", id) }

type rows struct{ *world }

func (w rows) Get(_ context.Context, id string) (session.Session, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if row, ok := w.rows[id]; ok {
		return row, nil
	}
	return session.Session{}, session.ErrNotFound
}

func (w *world) Join(_ context.Context, leg, token, sdp string, compat bool, out func(call.Signal)) (call.JoinAnswer, error) {
	w.mu.Lock()
	w.out[leg] = out
	w.mu.Unlock()
	return call.JoinAnswer{SDP: "answer to " + sdp, Resume: "again"}, w.note("join %s %s %v", leg, token, compat)
}

func (w *world) Candidate(_ context.Context, leg, candidate string) error {
	return w.note("candidate %s %s", leg, candidate)
}

func (w *world) Hangup(_ context.Context, id, by string) error { return w.note("hangup %s %s", id, by) }

func (w *world) Ticket(_ context.Context, id string, r call.Role) (call.Ticket, error) {
	return call.Ticket{LegID: "leg-" + string(r), Role: r}, w.note("ticket %s %s", id, r)
}

func (w *world) OpenCallOf(_ context.Context, id string) (call.Call, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.open[id]
	return c, ok, nil
}

func (w *world) Post(_ context.Context, p chat.Post) (chat.Message, error) {
	return chat.Message{ID: "m1", Seq: 1}, w.note("post %s %s %s %s %s %s", p.SessionID, p.From, p.SenderID, p.Name, p.ClientMessageID, p.Text)
}

func (w *world) Accept(_ context.Context, agentID, id string) (queue.Offer, error) {
	return queue.Offer{ID: id, SessionID: "s1", State: queue.Accepted}, w.note("accept %s %s", agentID, id)
}

func (w *world) Reject(_ context.Context, agentID, id, why string) error {
	return w.note("reject %s %s %s", agentID, id, why)
}

func (w *world) Complete(_ context.Context, agentID, id string) error {
	return w.note("complete %s %s", agentID, id)
}

func (w *world) SetIntent(_ context.Context, id string, i agent.Intent, why string) error {
	return w.note("intent %s %s %s", id, i, why)
}

func (w *world) Recover(_ context.Context, id string) error { return w.note("recover %s", id) }

func (w *world) Touch(_ context.Context, id string) error { return w.note("touch %s", id) }

func (w *world) Gone(_ context.Context, id string) error { return w.note("gone %s", id) }

type logins struct{ *world }

func (w logins) ByToken(_ context.Context, token string) (agent.Agent, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a, ok := w.logins[token]; ok {
		return a, nil
	}
	return agent.Agent{}, agent.ErrNotLoggedIn
}

func explain(_ context.Context, err error) (int, Problem) {
	p := Problem{Code: err.Error(), Message: "…"}
	for e := err; e != nil; e = errors.Unwrap(e) {
		p.Code = e.Error()
	}
	var gone *queue.GoneError
	if errors.As(err, &gone) {
		p.Winner = gone.Winner
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return http.StatusInternalServerError, p
	}
	return http.StatusConflict, p
}
