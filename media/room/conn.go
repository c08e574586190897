package room

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"foyer/media/peer"
	"foyer/runtime/call"
)

// conn is one connection of a leg: what it hears and what it says.
type conn struct {
	leg    *leg
	offer  peer.Offer
	voice  *voice
	peer   *peer.Peer // set before the conn is the leg's
	up     atomic.Bool
	audio  seam // what goes out to this client
	video  seam
	camera camera // the video that comes from it
	brake  brake
}

func newConn(l *leg, o peer.Offer, out func(call.Signal)) *conn {
	return &conn{
		leg: l, offer: o,
		voice: &voice{out: out, work: &l.room.keeper.work, log: l.log},
		audio: seam{clockRate: peer.Audio.ClockRate()},
		video: seam{clockRate: peer.Video.ClockRate()},
	}
}

// present tells whether the leg still has this connection. What an earlier one says late is not heard.
func (c *conn) present() bool { return c.leg.conn.Load() == c }

// beside is the connection of the other party, nil while there is none.
func (c *conn) beside() *conn { return c.leg.other.Load().present() }

func (c *conn) events() peer.Events {
	return peer.Events{Packet: c.packet, KeyFrame: c.askOther, Loss: c.slowOther, Up: c.turned}
}

// restart answers a later offer of the same connection.
func (c *conn) restart(ctx context.Context, o peer.Offer, out func(call.Signal)) (string, error) {
	answer, err := c.peer.Restart(ctx, o)
	if err != nil {
		return "", err
	}
	c.voice.turn(out)
	if c.up.Load() {
		c.voice.say(call.Signal{Type: "up"}) // the new listener may not know, and nothing will change
	}
	return answer, nil
}

// packet passes a packet on to the other party. It never waits: a client that does not take its packets loses them.
func (c *conn) packet(k peer.Kind, h *rtp.Header, payload []byte) {
	to := c.beside()
	if to == nil || !c.present() {
		return
	}
	now := c.leg.room.keeper.clock()
	s := &to.audio
	if k == peer.Video {
		if to.peer.Codec != c.peer.Codec {
			return // one of them is about to renew
		}
		s = &to.video
		c.ask(now)
		c.brake.sent.Add(uint64(len(payload)))
	}
	if !s.sew(h, now) || to.peer.Send(k, h, payload) != nil {
		return // a connection that comes or goes; packets are not what tells of it
	}
	c.leg.room.keeper.count.packets.Add(1)
	c.leg.room.keeper.count.bytes.Add(uint64(len(payload)))
}

// askOther wants a whole picture from the other party, for this one.
func (c *conn) askOther() {
	if from := c.beside(); from != nil && c.present() {
		from.camera.wanted.Store(true)
		from.ask(c.leg.room.keeper.clock())
	}
}

// ask asks this client for a whole picture if one is wanted and it was not asked a moment ago.
func (c *conn) ask(now time.Time) {
	if c.camera.due(now) {
		c.leg.room.keeper.count.keyFrames.Add(1)
		c.peer.AskKeyFrame()
	}
}

// slowOther makes the other party send less while too much of it gets lost on the way to this one.
func (c *conn) slowOther(loss float64) {
	from := c.beside()
	if from == nil || !c.present() {
		return
	}
	if limit, ok := from.brake.report(loss, c.leg.room.keeper.clock()); ok {
		from.peer.Limit(limit)
	}
}

// turned hears that the connection came up or was lost.
func (c *conn) turned(up bool) {
	c.up.Store(up)
	if !c.present() {
		return
	}
	if !up {
		c.voice.say(call.Signal{Type: "down"})
		return
	}
	c.voice.say(call.Signal{Type: "up"})
	c.askOther()
}
