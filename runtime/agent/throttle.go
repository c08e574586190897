package agent

import (
	"fmt"
	"maps"
	"net/netip"
	"sync"
	"time"

	"foyer/runtime/event"
)

// The limits of guessing. A tally runs for throttleWindow from its first attempt.
const (
	throttleWindow  = 15 * time.Minute
	perAccount      = 5  // wrong passwords for one account: all strangers together, and each known address by itself
	perAddress      = 30 // wrong passwords from one address, whatever the account
	knownFor        = 30 * 24 * time.Hour
	throttleEntries = 50000 // tallies kept at most, so that a flood takes bounded memory
)

// delays is how long to wait after one, two … wrong passwords for an account, short of perAccount.
var delays = [perAccount - 1]time.Duration{0, 0, 2 * time.Second, 8 * time.Second}

// ThrottleError is ErrTooMany with the time to wait.
type ThrottleError struct{ After time.Duration }

// Error says how long to wait.
func (e *ThrottleError) Error() string { return fmt.Sprintf("too many attempts, wait %s", e.After) }

// Unwrap makes it an ErrTooMany.
func (e *ThrottleError) Unwrap() error { return ErrTooMany }

// tally counts the wrong passwords of one bucket.
type tally struct {
	since time.Time
	last  time.Time
	count int
}

// throttle slows down the guessing of passwords. An address from which an account was logged in to before has a
// bucket of its own, so that strangers who guess cannot lock its owner out.
type throttle struct {
	now event.Clock

	mu      sync.Mutex
	tallies map[string]*tally
	known   map[string]time.Time // account and address → until when they belong together
}

func newThrottle(now event.Clock) *throttle {
	return &throttle{now: now, tallies: map[string]*tally{}, known: map[string]time.Time{}}
}

// Take counts an attempt before it is made, so that attempts side by side cannot slip through together.
// A good one is given back by Good, one that came to no answer by Back.
func (t *throttle) Take(account, address string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	person, place := t.bucket(account, address, now), "from|"+address
	after := max(t.full(person, now, perAccount), t.pause(person, now), t.full(place, now, perAddress))
	if after > 0 {
		return &ThrottleError{After: after}
	}
	t.count(person, now)
	t.count(place, now)
	return nil
}

// Good forgets the wrong passwords of an account after a right one, and knows the address from now on.
func (t *throttle) Good(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	delete(t.tallies, t.bucket(account, address, now))
	if place := t.tallies["from|"+address]; place != nil {
		place.count--
	}
	t.trim(now)
	t.known[account+"|"+address] = now.Add(knownFor)
}

// Back takes back an attempt that was counted and then not judged.
func (t *throttle) Back(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, bucket := range []string{t.bucket(account, address, t.now()), "from|" + address} {
		if y := t.tallies[bucket]; y != nil && y.count > 0 { // its window may be over
			y.count--
		}
	}
}

// bucket names the tally of an account: that of all strangers, or the one of a known address.
func (t *throttle) bucket(account, address string, now time.Time) string {
	if t.known[account+"|"+address].After(now) {
		return "known|" + account + "|" + address
	}
	return "account|" + account
}

// pause is how long the bucket must rest after its last attempt.
func (t *throttle) pause(bucket string, now time.Time) time.Duration {
	y := t.open(bucket, now)
	if y == nil || y.count == 0 || y.count > len(delays) {
		return 0
	}
	return y.last.Add(delays[y.count-1]).Sub(now)
}

// full is how long the bucket must rest because it has reached its limit.
func (t *throttle) full(bucket string, now time.Time, limit int) time.Duration {
	if y := t.open(bucket, now); y != nil && y.count >= limit {
		return y.since.Add(throttleWindow).Sub(now)
	}
	return 0
}

// open gives the running tally of a bucket, nil when there is none.
func (t *throttle) open(bucket string, now time.Time) *tally {
	y := t.tallies[bucket]
	if y != nil && !now.Before(y.since.Add(throttleWindow)) {
		delete(t.tallies, bucket)
		return nil
	}
	return y
}

func (t *throttle) count(bucket string, now time.Time) {
	y := t.open(bucket, now)
	if y == nil {
		t.trim(now)
		y = &tally{since: now}
		t.tallies[bucket] = y
	}
	y.count, y.last = y.count+1, now
}

// trim makes room when there is none: what has run out goes, and of the rest what it takes to be rid of a tenth,
// so that a flood does not have to look at everything each time.
func (t *throttle) trim(now time.Time) {
	const keep = throttleEntries - throttleEntries/10
	if len(t.tallies) >= throttleEntries {
		maps.DeleteFunc(t.tallies, func(_ string, y *tally) bool { return !now.Before(y.since.Add(throttleWindow)) })
		maps.DeleteFunc(t.tallies, func(string, *tally) bool { return len(t.tallies) > keep })
	}
	if len(t.known) >= throttleEntries {
		maps.DeleteFunc(t.known, func(_ string, until time.Time) bool { return !until.After(now) })
		maps.DeleteFunc(t.known, func(string, time.Time) bool { return len(t.known) > keep })
	}
}

// place reduces an address to what one party commands: an IPv4 address, or the /64 of an IPv6 address. A port is
// dropped; what is no address counts as itself.
func place(remote string) string {
	addr, err := netip.ParseAddr(remote)
	if err != nil {
		with, err := netip.ParseAddrPort(remote)
		if err != nil {
			return remote
		}
		addr = with.Addr()
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	prefix, _ := addr.Prefix(64) // 64 fits every IPv6 address
	return prefix.String()
}
