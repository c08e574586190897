package event

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

func at(ms int64) Clock { return func() time.Time { return time.UnixMilli(ms) } }

func TestIDShape(t *testing.T) {
	shape := regexp.MustCompile(`^ses_[0-9a-hjkmnp-tv-z]{26}$`)
	newID := IDs(time.Now, rand.Reader)
	for range 1000 {
		if id := newID("ses_"); !shape.MatchString(id) {
			t.Fatalf("id %q", id)
		}
	}
}

func TestSpell(t *testing.T) {
	for _, c := range []struct {
		hi, lo uint64
		want   string
	}{
		{0, 0, strings.Repeat("0", 26)},
		{0, 31, strings.Repeat("0", 25) + "z"},
		{0, 32, strings.Repeat("0", 24) + "10"},
		{1, 0, strings.Repeat("0", 13) + "g" + strings.Repeat("0", 12)}, // bit 64 is the fifth of the 13th digit from the right
		{1<<64 - 1, 1<<64 - 1, "7" + strings.Repeat("z", 25)},
	} {
		if got := spell(c.hi, c.lo); got != c.want {
			t.Errorf("spell(%x, %x) = %s, want %s", c.hi, c.lo, got, c.want)
		}
	}
}

// Ids sort by time, and those of one millisecond in the order in which they were made.
func TestIDsRise(t *testing.T) {
	ms := int64(1_700_000_000_000)
	newID := IDs(func() time.Time { return time.UnixMilli(ms) }, rand.Reader)
	var ids []string
	for i := range 5000 {
		if i%100 == 99 {
			ms++
		}
		if i == 2500 {
			ms -= 3_600_000 // the clock is set back an hour
		}
		ids = append(ids, newID(""))
	}
	if !slices.IsSorted(ids) {
		t.Error("ids do not rise")
	}
	if len(slices.Compact(ids)) != 5000 {
		t.Error("an id was made twice")
	}
}

// When the random part of a millisecond is used up, the next id borrows from the time and stays above.
func TestIDCarry(t *testing.T) {
	newID := IDs(at(5), bytes.NewReader(bytes.Repeat([]byte{0xff}, 10)))
	first, second := newID(""), newID("")
	if second <= first {
		t.Errorf("%s after %s", second, first)
	}
}

func TestIDsOfManyGoroutines(t *testing.T) {
	newID := IDs(time.Now, rand.Reader)
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				id := newID("x")
				mu.Lock()
				seen[id] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != 4000 {
		t.Errorf("%d different ids of 4000", len(seen))
	}
}

func TestNoRandomness(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an id was made without randomness")
		}
	}()
	IDs(at(1), io.MultiReader(iotest.ErrReader(errors.New("empty"))))("x")
}
