package room

import (
	"sync"

	"foyer/media/peer"
)

// parties is how many legs a call has.
const parties = 2

// room is the place of one call.
type room struct {
	id     string
	keeper *Keeper
	legs   []*leg // in the order of their coming, at most parties; guarded by the keeper

	// joining lets one offer in at a time, so that two who come together agree on a codec.
	joining sync.Mutex
}

// add puts a leg into the room, unless it is full.
func (r *room) add(l *leg) bool {
	if len(r.legs) == parties {
		return false
	}
	for _, o := range r.legs {
		o.other.Store(l)
		l.other.Store(o)
	}
	r.legs = append(r.legs, l)
	return true
}

// codec chooses the video codec for an offer beside the other party's (nil: nobody is there yet): one that both can
// do if there is one, H.264 before VP8.
func codec(mine peer.Offer, theirs *peer.Offer) peer.Codec {
	for _, c := range []peer.Codec{peer.H264, peer.VP8} {
		if mine.Has(c) && (theirs == nil || len(theirs.Video) == 0 || theirs.Has(c)) {
			return c
		}
	}
	return peer.None
}
