package rate

import (
	"fmt"
	"testing"
	"time"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestBucket(t *testing.T) {
	b := NewBucket(Limit{PerSecond: 2, Burst: 3}, start)
	for i := range 3 {
		if _, ok := b.Take(start); !ok {
			t.Fatalf("take %d was refused", i)
		}
	}
	wait, ok := b.Take(start)
	if ok || wait != 500*time.Millisecond {
		t.Fatalf("empty bucket: ok %v, wait %v", ok, wait)
	}
	if _, ok := b.Take(start.Add(wait)); !ok {
		t.Error("after the wait it said, it refuses still")
	}
	if _, ok := b.Take(start.Add(-time.Hour)); ok {
		t.Error("a clock that went back filled the bucket")
	}
	b.refill(start.Add(time.Hour))
	if b.tokens != 3 {
		t.Errorf("a rested bucket holds %v", b.tokens)
	}
}

func TestNoLimit(t *testing.T) {
	var b Bucket
	all := NewBuckets(Limit{}, 1)
	for range 1000 {
		if _, ok := b.Take(start); !ok {
			t.Fatal("the zero bucket refused")
		}
		if _, ok := all.Take("a", start); !ok {
			t.Fatal("buckets without a limit refused")
		}
	}
}

func TestBucketsAreApart(t *testing.T) {
	b := NewBuckets(Limit{PerSecond: 1, Burst: 1}, 10)
	if _, ok := b.Take("a", start); !ok {
		t.Fatal("first take of a")
	}
	if _, ok := b.Take("a", start); ok {
		t.Error("a took twice")
	}
	if _, ok := b.Take("b", start); !ok {
		t.Error("b paid for a")
	}
}

func TestBucketsStaySmall(t *testing.T) {
	b := NewBuckets(Limit{PerSecond: 0.001, Burst: 2}, 100)
	for i := range 10_000 {
		b.Take(fmt.Sprint(i), start)
	}
	if n := len(b.byKey); n > 100 {
		t.Errorf("%d buckets are kept, 100 were allowed", n)
	}
}

// A busy key is not forgotten while rested ones can be.
func TestRestedGoFirst(t *testing.T) {
	b := NewBuckets(Limit{PerSecond: 0.001, Burst: 1}, 4)
	later := start.Add(time.Hour)
	for _, key := range []string{"old1", "old2", "old3"} {
		b.Take(key, start)
	}
	b.Take("busy", later)
	b.Take("new", later)
	if _, ok := b.Take("busy", later); ok {
		t.Error("the busy key was forgotten and began anew")
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7":            "192.0.2.7",
		"::ffff:192.0.2.7":     "::ffff:192.0.2.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1": "2001:db8:1:2::/64",
		"2001:db8:1:3::1":      "2001:db8:1:3::/64",
		"fe80::1%eth0":         "fe80::/64",
		"what a proxy made up": "what a proxy made up",
		"":                     "",
	} {
		if got := Network(address); got != want {
			t.Errorf("%q is counted as %q, want %q", address, got, want)
		}
	}
}
