package event

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync"
)

// crockford is the alphabet of ids: Crockford's base 32 without i, l, o and u, so that ids can be read aloud.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

// IDs makes ids of 128 bits: 48 of the clock's milliseconds, then 80 random ones, written as 26 lower-case
// characters. Ids of one maker rise strictly, also within a millisecond and when the clock goes back.
// A random source that fails panics: an id that is not unique would be worse.
func IDs(clock Clock, random io.Reader) NewID {
	m := &maker{clock: clock, random: random}
	return func(prefix string) string { return prefix + m.next() }
}

type maker struct {
	clock  Clock
	random io.Reader

	mu     sync.Mutex
	hi, lo uint64 // the last id
}

// next takes the time and fresh randomness, or the id after the last one when time did not move on.
func (m *maker) next() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	ms := uint64(m.clock().UnixMilli())
	if ms > m.hi>>16 {
		m.hi, m.lo = m.fresh(ms)
	} else if m.lo++; m.lo == 0 {
		m.hi++
	}
	return spell(m.hi, m.lo)
}

func (m *maker) fresh(ms uint64) (hi, lo uint64) {
	var b [10]byte
	if _, err := io.ReadFull(m.random, b[:]); err != nil {
		panic(fmt.Sprintf("event: no randomness for ids: %v", err))
	}
	return ms<<16 | uint64(binary.BigEndian.Uint16(b[:2])), binary.BigEndian.Uint64(b[2:])
}

// spell writes 128 bits as 26 characters of five bits, the highest first.
func spell(hi, lo uint64) string {
	var out [26]byte
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = crockford[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(out[:])
}
