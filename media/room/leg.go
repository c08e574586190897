package room

import (
	"context"
	"log/slog"
	"sync/atomic"

	"foyer/media/peer"
	"foyer/runtime/call"
)

// leg is one party's place in a room. Its client may come and go; the leg stays.
type leg struct {
	id    string
	room  *room
	log   *slog.Logger
	conn  atomic.Pointer[conn] // of the present client, nil while there is none
	other atomic.Pointer[leg]  // the other party, nil before it came

	closed bool // guarded by room.joining
}

// present is the connection of the other party, nil while there is none.
func (l *leg) present() *conn {
	if l == nil {
		return nil
	}
	return l.conn.Load()
}

// join takes an offer: of the present connection (which restarts) or of a new one, which takes the old one's place.
func (l *leg) join(ctx context.Context, in call.Join, o peer.Offer, out func(call.Signal)) (string, error) {
	l.room.joining.Lock()
	defer l.room.joining.Unlock()
	if l.closed {
		return "", call.ErrNotFound
	}
	if c := l.conn.Load(); c != nil && c.peer.Fingerprint == o.Fingerprint {
		return c.restart(ctx, o, out)
	}
	var theirs *peer.Offer
	other := l.other.Load().present()
	if other != nil {
		theirs = &other.offer
	}
	c := newConn(l, o, out)
	p, answer, err := l.room.keeper.port.Accept(ctx, o, codec(o, theirs), in.Compat, c.events(), l.log)
	if err != nil {
		return "", err
	}
	c.peer = p
	if old := l.conn.Swap(c); old != nil {
		old.voice.hush()
		l.room.keeper.work.Go(old.peer.Close)
	}
	l.room.keeper.count.joins.Add(1)
	if other != nil && p.Codec != peer.None && other.peer.Codec != p.Codec && len(theirs.Video) > 0 {
		other.voice.say(call.Signal{Type: "renew"}) // chose before this one came, which can do less
	}
	return answer, nil
}

// candidate adds an address of the present client. One that comes too late for its client is of no use.
func (l *leg) candidate(text string) error {
	if c := l.conn.Load(); c != nil {
		return c.peer.Candidate(text)
	}
	return nil
}

// close ends the leg and waits until nothing of it is left.
func (l *leg) close() {
	l.room.joining.Lock()
	l.closed = true
	c := l.conn.Swap(nil)
	l.room.joining.Unlock()
	if c != nil {
		c.voice.say(call.Signal{Type: "closed"})
		c.peer.Close()
	}
}
