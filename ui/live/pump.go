package live

import (
	"encoding/json"
	"time"

	"github.com/gorilla/websocket"
)

// pump writes until there is nothing more to write. What stops it before that, a panic included, ends the socket:
// nobody would write to it any more.
func (s *socket) pump() {
	done := false
	defer func() {
		if !done {
			s.kill()
		}
	}()
	for {
		j, ok := s.next()
		if !ok {
			done = true
			return
		}
		if err := s.do(j); err != nil {
			return
		}
	}
}

// job is the next thing a writer does; exactly one of its fields is set.
type job struct {
	frame []byte
	ping  bool
	news  bool
	shut  *closing
}

// next chooses: answers first, then signs of life, then what the topic has.
func (s *socket) next() (job, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.gone:
	case len(s.out) > 0:
		j := job{frame: s.out[0]}
		s.out, s.unsent = s.out[1:], s.unsent-len(j.frame)
		return j, true
	case s.shut != nil && !s.said:
		s.said = true
		return job{shut: s.shut}, true
	case s.ping:
		s.ping = false
		return job{ping: true}, true
	case s.news:
		s.news = false
		return job{news: true}, true
	}
	s.pumping, s.out = false, nil
	return job{}, false
}

func (s *socket) do(j job) error {
	until := s.hub.Clock().Add(s.hub.Pace.Write)
	switch {
	case j.shut != nil:
		return s.farewell(*j.shut)
	case j.ping:
		return s.ws.WriteControl(websocket.PingMessage, nil, until)
	case j.news:
		return s.catchUp()
	}
	return s.write(j.frame)
}

// farewell sends the reason of an ending. The reader then has a moment to see the client's own close: a
// connection that is cut with bytes unread would take the reason with it.
func (s *socket) farewell(c closing) error {
	now := s.hub.Clock()
	err := s.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(c.code, c.why), now.Add(s.hub.Pace.Write))
	_ = s.ws.SetReadDeadline(now.Add(time.Second))
	return err
}

func (s *socket) write(raw []byte) error {
	_ = s.ws.SetWriteDeadline(s.hub.Clock().Add(s.hub.Pace.Write))
	return s.ws.WriteMessage(websocket.TextMessage, raw)
}

// catchUp writes a batch of what the topic has after the last frame written. Trouble with the store is not the
// client's trouble: the next beat tries again.
func (s *socket) catchUp() error {
	frames, err := s.hub.Frames.Frames(s.ctx, s.topic, s.seq, batch)
	if err != nil {
		s.hub.Log.WarnContext(s.ctx, "reading frames", "topic", s.topic, "err", err)
		s.mu.Lock()
		s.retry = true
		s.mu.Unlock()
		return nil
	}
	for _, f := range frames {
		if f.Seq > s.seq+1 {
			if err := s.resync(f.Seq - 1); err != nil {
				return err
			}
		}
		raw, err := json.Marshal(fresh(said(s.ctx, f), s.hub.Frames.Epoch()))
		if err != nil {
			return err
		}
		if err := s.write(raw); err != nil {
			return err
		}
		s.wrote(f.Seq)
		s.side.heard(s, f.Type)
	}
	s.caughtUp(len(frames) == batch)
	return nil
}

// resync tells the client that frames up to seq are no longer kept; a snapshot follows.
func (s *socket) resync(seq int64) error {
	raw, err := json.Marshal(outbound{Type: "resync", Data: map[string]int64{"seq": seq}})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.current = false
	s.mu.Unlock()
	return s.write(raw)
}

func (s *socket) wrote(seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq = seq
}

// caughtUp goes on with the next batch, or sends the snapshot when this was the last of a replay.
func (s *socket) caughtUp(more bool) {
	s.mu.Lock()
	first := !more && !s.current
	s.news = s.news || more
	s.current = s.current || first
	s.mu.Unlock()
	if first {
		s.side.greet(s)
	}
}

// again lets the next beat repeat what failed: the snapshot is sent once it works.
func (s *socket) again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current, s.retry = false, true
}

// behind tells whether the reader is too far from seq, the newest of its topic. A replay under way is not slowness.
func (s *socket) behind(seq int64, most int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current && seq-s.seq > int64(most)
}

// kill ends the connection at once and forgets the socket.
func (s *socket) kill() {
	s.mu.Lock()
	was, ws := s.gone, s.ws
	s.gone, s.out = true, nil
	s.mu.Unlock()
	if was {
		return
	}
	s.end()
	if ws != nil {
		_ = ws.Close()
	}
	s.hub.left(s)
}
