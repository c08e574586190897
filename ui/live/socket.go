package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"foyer/runtime/event"
	"foyer/ui/rate"
)

// Close codes beside the standard's. 4400–4404 tell a client not to come back as it is.
const (
	closeHello  = 4400 // no hello, or one that cannot be read
	closeToken  = 4401 // the token or login is not, or no longer, valid
	closeNobody = 4404 // no such session
	closeRate   = 4429
)

// batch is how many frames are read from the ledger at a time.
const batch = 64

// socket is one connection. Its reader is a goroutine of its own; its writer runs only while there is
// something to write, so that an idle socket costs one goroutine.
type socket struct {
	hub   *Hub
	ws    *websocket.Conn
	ctx   context.Context // carries the client's language; ends with the socket
	end   context.CancelFunc
	side  side
	topic string
	who   who
	addr  string
	rate  rate.Bucket

	mu      sync.Mutex
	out     [][]byte // frames without seq
	unsent  int      // their bytes
	news    bool     // the topic may have frames that were not read
	retry   bool     // reading them failed; the next beat tries again
	ping    bool
	pumping bool
	shut    *closing
	said    bool // shut was sent
	gone    bool
	seq     int64 // of the last frame written
	current bool  // everything up to now was written once, and the snapshot after it
	pinged  time.Time
	legs    map[string]bool // joined through this socket
}

// closing is how a socket is ended by us.
type closing struct {
	code int
	why  string
}

// who is the person behind a socket.
type who struct {
	ID      string // caller's or agent's
	Name    string
	Session string // of a caller
	token   string // of an agent's login
}

// newSocket prepares a socket; its connection comes with start.
func newSocket(h *Hub, r *http.Request, s side) *socket {
	ctx, end := context.WithCancel(context.WithoutCancel(r.Context()))
	return &socket{
		hub: h, ctx: ctx, end: end, side: s, addr: rate.Network(h.Address(r)),
		rate: rate.NewBucket(h.Limits.Commands, h.Clock()), pumping: true, // nothing is written before start
	}
}

// start begins to read. The request's own goroutine ends here, and with it what it holds.
func (s *socket) start(ws *websocket.Conn) {
	ws.SetReadLimit(s.hub.Limits.Frame)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ws = ws
	if s.gone { // the hub stopped meanwhile
		_ = ws.Close()
		return
	}
	s.hub.spawn(s.pump) // what came to be said meanwhile
	s.hub.spawn(s.read)
}

// read takes frames until the connection ends.
func (s *socket) read() {
	defer s.kill()
	s.hello()
	s.ws.SetPongHandler(func(string) error { s.alive(); return nil })
	for {
		in, err := s.receive()
		if err != nil && !errors.Is(err, ErrFrame) {
			return
		}
		if s.closed() {
			continue // until the client has read why
		}
		s.alive()
		if !s.inTime() {
			s.close(closeRate, "too many frames")
		} else if err != nil {
			s.answer(in.ID, nil, err)
		} else {
			s.command(in)
		}
	}
}

// inTime tells whether the client may send a frame already: neither this socket nor, of a caller, all of the session's
// together have sent too many.
func (s *socket) inTime() bool {
	now := s.hub.Clock()
	_, ok := s.rate.Take(now)
	if ok && s.who.Session != "" {
		_, ok = s.hub.session.Take(s.who.Session, now)
	}
	return ok
}

// hello waits for the first frame and lets the client in, or closes the socket with the reason.
func (s *socket) hello() {
	_ = s.ws.SetReadDeadline(s.hub.Clock().Add(s.hub.Pace.Hello))
	in, err := s.receive()
	if err != nil && !errors.Is(err, ErrFrame) {
		bye := websocket.FormatCloseMessage(closeHello, "no hello") // nothing can be read any more, so nothing waits
		_ = s.ws.WriteControl(websocket.CloseMessage, bye, s.hub.Clock().Add(s.hub.Pace.Write))
		return
	}
	if err == nil && in.Type != "hello" {
		err = fmt.Errorf("first frame %q: %w", in.Type, ErrFrame)
	}
	if err != nil {
		s.refuse(closeHello, err)
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, 15*time.Second)
	defer cancel()
	if code, err := s.side.admit(ctx, s, in); err != nil {
		s.refuse(code, err)
		return
	}
	if err := s.begin(ctx, in.After); err != nil {
		s.refuse(websocket.CloseTryAgainLater, err)
	}
}

// begin finds where the client goes on: after the last frame it saw, or with whatever comes next.
func (s *socket) begin(ctx context.Context, after *int64) error {
	if err := s.hub.crowded(s); err != nil {
		return err
	}
	last, err := s.hub.Frames.LastFrame(ctx, s.topic)
	if err != nil {
		return fmt.Errorf("finding the last frame: %w", err)
	}
	from := last
	if after != nil && *after >= 0 && *after < last {
		from = *after
	}
	s.mu.Lock()
	s.seq = from
	s.mu.Unlock()
	s.send(outbound{Type: "ready", Epoch: s.hub.Frames.Epoch(), Data: map[string]int64{"seq": from}})
	s.hub.enter(ctx, s)
	s.alive()
	s.wake(func() { s.news, s.pinged = true, s.hub.Clock() })
	return nil
}

// refuse tells why and ends the socket.
func (s *socket) refuse(code int, err error) {
	_, p := s.hub.Explain(s.ctx, err)
	s.send(outbound{Type: "error", Re: "hello", Error: &p})
	s.close(code, p.Code)
}

// receive reads one frame. ErrFrame is a frame that cannot be understood; any other error is the end.
func (s *socket) receive() (inbound, error) {
	kind, raw, err := s.ws.ReadMessage()
	if err != nil {
		return inbound{}, err
	}
	var in inbound
	if kind != websocket.TextMessage {
		return in, fmt.Errorf("binary: %w", ErrFrame)
	}
	if err := strict(raw, &in); err != nil {
		return in, err
	}
	return in, nil
}

// alive notes a sign of life: the deadline of silence begins anew.
func (s *socket) alive() {
	if s.closed() {
		return
	}
	_ = s.ws.SetReadDeadline(s.hub.Clock().Add(s.hub.Pace.Dead))
	s.hub.seen(s)
}

// command runs one command and answers it.
func (s *socket) command(in inbound) {
	ctx, cancel := context.WithTimeout(s.ctx, 15*time.Second)
	defer cancel()
	data, err := s.side.run(ctx, s, in.Type, in.Data)
	s.answer(in.ID, data, err)
}

// answer says how a command ended. A command without id wants no answer, except when it failed.
func (s *socket) answer(re string, data any, err error) {
	if err == nil {
		if re != "" {
			s.send(outbound{Type: "ok", Re: re, Data: data})
		}
		return
	}
	status, p := s.hub.Explain(s.ctx, err)
	if status >= 500 {
		s.hub.Log.ErrorContext(s.ctx, "a command failed", "who", s.who.ID, "session", s.who.Session, "err", err)
	}
	s.send(outbound{Type: "error", Re: re, Error: &p})
}

// tell sends a frame that is not kept: it is lost when the client is not there.
func (s *socket) tell(typ string, data any) {
	at := s.hub.Clock().UTC()
	s.send(outbound{Type: typ, At: &at, Data: data})
}

func (s *socket) send(o outbound) {
	raw, err := json.Marshal(o)
	if err != nil {
		s.hub.Log.ErrorContext(s.ctx, "a frame cannot be written as JSON", "type", o.Type, "err", err)
		return
	}
	full := false
	s.wake(func() {
		full = len(s.out) >= s.hub.Limits.Behind || s.unsent+len(raw) > s.hub.Limits.Unsent
		if !full {
			s.out, s.unsent = append(s.out, raw), s.unsent+len(raw)
		}
	})
	if full {
		s.hub.Log.InfoContext(s.ctx, "a reader is too slow and is cut", "topic", s.topic, "who", s.who.ID)
		s.kill()
	}
}

// close ends the socket once what waits for it has been written.
func (s *socket) close(code int, why string) {
	s.wake(func() { s.shut = &closing{code, why} })
}

// closed tells whether the socket is being ended.
func (s *socket) closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gone || s.shut != nil
}

// ended tells whether the connection is no more.
func (s *socket) ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gone
}

// wake changes under lock what is to be done, and starts the writer unless it runs.
func (s *socket) wake(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone || s.shut != nil {
		return
	}
	change()
	if !s.pumping {
		s.pumping = true
		s.hub.spawn(s.pump)
	}
}

// fresh translates a stored frame.
func fresh(f event.Frame, epoch int64) outbound {
	return outbound{Type: f.Type, Seq: f.Seq, Epoch: epoch, At: &f.At, Data: f.Data}
}
