// Package rate says how often is too often: token buckets, alone or one for every key.
package rate

import (
	"net/netip"
	"sync"
	"time"
)

// Limit is what a bucket allows. The zero Limit allows everything.
type Limit struct {
	PerSecond float64 // refill
	Burst     int     // what a rested bucket holds
}

// Bucket is one token bucket. It is not safe for concurrent use.
type Bucket struct {
	Limit
	tokens float64
	at     time.Time
}

// NewBucket makes a full bucket.
func NewBucket(l Limit, now time.Time) Bucket { return Bucket{l, float64(l.Burst), now} }

// Take takes one token. Without one it says how long to wait for the next.
func (b *Bucket) Take(now time.Time) (wait time.Duration, ok bool) {
	if b.PerSecond <= 0 {
		return 0, true
	}
	b.refill(now)
	if b.tokens >= 1 {
		b.tokens--
		return 0, true
	}
	return time.Duration((1 - b.tokens) / b.PerSecond * float64(time.Second)), false
}

func (b *Bucket) refill(now time.Time) {
	if d := now.Sub(b.at); d > 0 {
		b.tokens = min(float64(b.Burst), b.tokens+d.Seconds()*b.PerSecond)
		b.at = now
	}
}

// Buckets holds one bucket for every key, e.g. an address. It never holds more than a fixed number: rested
// buckets are forgotten first, which changes nothing for their keys.
type Buckets struct {
	limit Limit
	most  int
	mu    sync.Mutex
	byKey map[string]*Bucket
}

// NewBuckets makes buckets of one limit for at most so many keys at once.
func NewBuckets(l Limit, most int) *Buckets {
	return &Buckets{limit: l, most: most, byKey: map[string]*Bucket{}}
}

// Take takes one token from the key's bucket.
func (b *Buckets) Take(key string, now time.Time) (wait time.Duration, ok bool) {
	if b.limit.PerSecond <= 0 {
		return 0, true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	one := b.byKey[key]
	if one == nil {
		if len(b.byKey) >= b.most {
			b.forget(now)
		}
		fresh := NewBucket(b.limit, now)
		one = &fresh
		b.byKey[key] = one
	}
	return one.Take(now)
}

// forget makes room. It looks at a few buckets only, so that a flood of keys costs no more than a trickle;
// maps are walked in random order, so all have their turn.
func (b *Buckets) forget(now time.Time) {
	looked := 0
	for key, one := range b.byKey {
		one.refill(now)
		if one.tokens >= float64(one.Burst) || len(b.byKey) >= b.most && looked == 15 {
			delete(b.byKey, key)
		}
		if looked++; looked == 16 {
			return
		}
	}
}

// Network is what is counted of an address: one IPv4 address, or the /64 that a household has of IPv6. What is no
// address is counted as it is.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	net, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return net.String()
}
