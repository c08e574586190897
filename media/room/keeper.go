// Package room brings the parties of a call together: each call has a room, each party a leg in it, and what one leg
// says goes to the other. It implements call.Media and knows nothing of tickets and sessions.
package room

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"foyer/media/peer"
	"foyer/runtime/call"
	"foyer/runtime/event"
)

var _ call.Media = (*Keeper)(nil)

// answerWithin bounds the making of an answer. It takes some milliseconds.
const answerWithin = 5 * time.Second

// Keeper keeps the rooms of all calls of this machine.
type Keeper struct {
	port  *peer.Port
	clock event.Clock
	log   *slog.Logger

	mu     sync.Mutex
	rooms  map[string]*room // by call
	legs   map[string]*leg  // by leg
	closed bool
	work   sync.WaitGroup // all that runs for the rooms
	count  counts
}

// counts go up as packets are passed on.
type counts struct{ packets, bytes, joins, keyFrames atomic.Uint64 }

// Figures are what a Keeper does, at one moment.
type Figures struct {
	Calls, Legs, LegsUp int
	Packets, Bytes      uint64 // passed on to a client, since the start; bytes of payload
	Joins, KeyFrames    uint64 // connections made, whole pictures asked for, since the start
}

// New makes a Keeper whose peers talk through port. The port stays the caller's to close, after the Keeper.
func New(port *peer.Port, clock event.Clock, log *slog.Logger) *Keeper {
	k := &Keeper{port: port, clock: clock, log: log, rooms: map[string]*room{}, legs: map[string]*leg{}}
	k.work.Add(1) // the keeper itself, until Close
	return k
}

// Offer takes a leg's offer, see call.Media. It gives call.ErrMedia for an offer that cannot be taken.
func (k *Keeper) Offer(ctx context.Context, in call.Join, sdp string, out func(call.Signal)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	o, err := peer.Read(sdp)
	if err != nil {
		return "", fmt.Errorf("leg %s: %w: %w", in.LegID, call.ErrMedia, err)
	}
	l, err := k.leg(in)
	if err != nil {
		return "", err
	}
	answer, err := l.join(ctx, in, o, out)
	if err != nil {
		return "", fmt.Errorf("leg %s: %w: %w", in.LegID, call.ErrMedia, err)
	}
	return answer, nil
}

// leg finds a leg, or makes it and its room.
func (k *Keeper) leg(in call.Join) (*leg, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return nil, fmt.Errorf("leg %s: %w: the server stops", in.LegID, call.ErrMedia)
	}
	if l, ok := k.legs[in.LegID]; ok {
		if l.room.id != in.CallID {
			return nil, fmt.Errorf("leg %s: %w: it belongs to another call", in.LegID, call.ErrMedia)
		}
		return l, nil
	}
	r, ok := k.rooms[in.CallID]
	if !ok {
		r = &room{id: in.CallID, keeper: k}
		k.rooms[in.CallID] = r
	}
	l := &leg{id: in.LegID, room: r, log: k.log.With("call", in.CallID, "leg", in.LegID)}
	if !r.add(l) {
		return nil, fmt.Errorf("leg %s: %w: the call has all its parties", in.LegID, call.ErrMedia)
	}
	k.legs[in.LegID] = l
	return l, nil
}

// Candidate adds an address of a leg's client, see call.Media. It gives call.ErrNotFound for an unknown leg and
// call.ErrMedia for nonsense.
func (k *Keeper) Candidate(_ context.Context, legID, candidate string) error {
	k.mu.Lock()
	l := k.legs[legID]
	k.mu.Unlock()
	if l == nil {
		return fmt.Errorf("candidate of leg %s: %w", legID, call.ErrNotFound)
	}
	if err := l.candidate(candidate); err != nil {
		return fmt.Errorf("candidate of leg %s: %w: %w", legID, call.ErrMedia, err)
	}
	return nil
}

// CloseCall drops all legs of a call. Their clients hear "closed". It does not wait for the connections to end.
func (k *Keeper) CloseCall(callID string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r, ok := k.rooms[callID]
	if !ok {
		return
	}
	delete(k.rooms, callID)
	for _, l := range r.legs {
		delete(k.legs, l.id)
		k.work.Go(l.close)
	}
}

// Close drops all calls and waits until nothing of them is left.
func (k *Keeper) Close() {
	k.mu.Lock()
	first := !k.closed
	k.closed = true
	all := slices.Collect(maps.Keys(k.rooms))
	k.mu.Unlock()
	for _, id := range all {
		k.CloseCall(id)
	}
	if first {
		k.work.Done()
	}
	k.work.Wait()
}

// Figures counts.
func (k *Keeper) Figures() Figures {
	k.mu.Lock()
	defer k.mu.Unlock()
	f := Figures{Calls: len(k.rooms), Legs: len(k.legs), Packets: k.count.packets.Load(), Bytes: k.count.bytes.Load(),
		Joins: k.count.joins.Load(), KeyFrames: k.count.keyFrames.Load()}
	for _, l := range k.legs {
		if c := l.conn.Load(); c != nil && c.up.Load() {
			f.LegsUp++
		}
	}
	return f
}
