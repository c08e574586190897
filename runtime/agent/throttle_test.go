package agent

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// watch is a clock that a test moves.
type watch struct{ now time.Time }

func (w *watch) add(d time.Duration) { w.now = w.now.Add(d) }

func newTestThrottle() (*throttle, *watch) {
	w := &watch{now: noon}
	return newThrottle(func() time.Time { return w.now }), w
}

// refused is how long an attempt has to wait; 0 when it may be made.
func refused(t *testing.T, err error) time.Duration {
	t.Helper()
	if err == nil {
		return 0
	}
	var wait *ThrottleError
	if !errors.As(err, &wait) || !errors.Is(err, ErrTooMany) {
		t.Fatalf("not a throttle's error: %v", err)
	}
	return wait.After
}

// Wrong passwords for one account: two at once, then growing delays, then the rest of the window.
func TestDelaysGrow(t *testing.T) {
	th, w := newTestThrottle()
	for i, wait := range []time.Duration{0, 0, 0, 2 * time.Second, 8 * time.Second} {
		if got := refused(t, th.Take("ann@example.com", "192.0.2.1")); got != wait {
			t.Fatalf("attempt %d: wait %s, want %s", i+1, got, wait)
		}
		if wait == 0 {
			continue
		}
		w.add(wait - time.Nanosecond)
		if refused(t, th.Take("ann@example.com", "192.0.2.1")) != time.Nanosecond {
			t.Fatalf("attempt %d: too early and not refused", i+1)
		}
		w.add(time.Nanosecond)
		if got := refused(t, th.Take("ann@example.com", "192.0.2.1")); got != 0 {
			t.Fatalf("attempt %d: still waits %s", i+1, got)
		}
	}
	if got, want := refused(t, th.Take("ann@example.com", "192.0.2.1")), throttleWindow-10*time.Second; got != want {
		t.Fatalf("after five: wait %s, want %s", got, want)
	}
	w.add(throttleWindow)
	if got := refused(t, th.Take("ann@example.com", "192.0.2.1")); got != 0 {
		t.Fatalf("a window later: wait %s", got)
	}
}

// In no 15 minutes are there more than five guesses at an account, however many addresses guess.
func TestFivePerWindow(t *testing.T) {
	th, w := newTestThrottle()
	var made []time.Time
	for i := range 3 * 60 * 60 {
		if th.Take("ann@example.com", fmt.Sprintf("192.0.2.%d", i%250)) == nil {
			made = append(made, w.now)
		}
		w.add(time.Second)
	}
	for i := perAccount; i < len(made); i++ {
		// A tally is a fixed window: two of them may touch, but never more than 5 fall into one.
		if i%perAccount == 0 && made[i].Sub(made[i-perAccount]) < throttleWindow {
			t.Fatalf("guesses %d to %d within %s", i-perAccount, i, made[i].Sub(made[i-perAccount]))
		}
	}
	if len(made) != 3*4*perAccount {
		t.Errorf("%d guesses in three hours, want %d", len(made), 3*4*perAccount)
	}
}

// Strangers who guess do not lock out an owner who has logged in from the same place before.
func TestOwnerIsNotLockedOut(t *testing.T) {
	th, w := newTestThrottle()
	if err := th.Take("ann@example.com", "198.51.100.7"); err != nil {
		t.Fatal(err)
	}
	th.Good("ann@example.com", "198.51.100.7")
	for range 100 {
		_ = th.Take("ann@example.com", "192.0.2.1")
		w.add(time.Second)
	}
	if refused(t, th.Take("ann@example.com", "192.0.2.9")) == 0 {
		t.Error("a stranger may still guess")
	}
	if got := refused(t, th.Take("ann@example.com", "198.51.100.7")); got != 0 {
		t.Errorf("the owner waits %s", got)
	}
	// But the place is no licence: it has five of its own.
	for range 10 {
		_ = th.Take("ann@example.com", "198.51.100.7")
		w.add(9 * time.Second)
	}
	if refused(t, th.Take("ann@example.com", "198.51.100.7")) == 0 {
		t.Error("the known address guesses without end")
	}
}

// One address cannot try one password on every account.
func TestAddressBucket(t *testing.T) {
	th, _ := newTestThrottle()
	for i := range perAddress {
		if err := th.Take(fmt.Sprintf("a%d@example.com", i), "192.0.2.1"); err != nil {
			t.Fatalf("account %d: %v", i, err)
		}
	}
	if got := refused(t, th.Take("other@example.com", "192.0.2.1")); got != throttleWindow {
		t.Errorf("wait %s, want %s", got, throttleWindow)
	}
	if err := th.Take("other@example.com", "192.0.2.2"); err != nil {
		t.Errorf("another address: %v", err)
	}
}

// Right passwords cost an address nothing: an office behind one address may log in all day.
func TestGoodLoginsAreFree(t *testing.T) {
	th, _ := newTestThrottle()
	for i := range 10 * perAddress {
		account := fmt.Sprintf("a%d@example.com", i)
		if err := th.Take(account, "192.0.2.1"); err != nil {
			t.Fatalf("login %d: %v", i, err)
		}
		th.Good(account, "192.0.2.1")
	}
}

// What is given back leaves the guesses before it counted, and opens nothing that was shut.
func TestBack(t *testing.T) {
	th, w := newTestThrottle()
	th.Back("ann@example.com", "192.0.2.1") // of a window that is over
	for range 100 {
		if refused(t, th.Take("ann@example.com", "192.0.2.1")) == 0 && len(th.tallies) > 0 && th.tallies["account|ann@example.com"].count > 4 {
			break
		}
		w.add(time.Second)
	}
	th.Back("ann@example.com", "192.0.2.1")
	th.Back("bob@example.com", "192.0.2.2")
	if a, from := th.tallies["account|ann@example.com"].count, th.tallies["from|192.0.2.1"].count; a != 4 || from != 4 {
		t.Errorf("%d guesses at the account and %d from the address, want 4", a, from)
	}
	if refused(t, th.Take("ann@example.com", "192.0.2.1")) == 0 {
		t.Error("the pause after four is gone")
	}
}

// Attempts made side by side are counted before they are judged.
func TestNoSlippingThrough(t *testing.T) {
	th, _ := newTestThrottle()
	var through atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if th.Take("ann@example.com", "192.0.2.1") == nil {
				through.Add(1)
			}
		})
	}
	all.Wait()
	if through.Load() != 3 { // the third is the first to be followed by a delay
		t.Errorf("%d attempts at once, want 3", through.Load())
	}
}

// A flood of made-up accounts takes bounded memory.
func TestTalliesAreBounded(t *testing.T) {
	th, w := newTestThrottle()
	for i := range throttleEntries * 11 / 10 {
		_ = th.Take(fmt.Sprintf("a%d@example.com", i), fmt.Sprintf("addr %d", i))
		if i%1000 == 0 {
			w.add(time.Second)
		}
	}
	if len(th.tallies) > throttleEntries {
		t.Errorf("%d tallies", len(th.tallies))
	}
	for i := range throttleEntries * 11 / 10 {
		th.Good(fmt.Sprintf("a%d@example.com", i), "192.0.2.1")
	}
	if len(th.known) > throttleEntries {
		t.Errorf("%d known places", len(th.known))
	}
}

func TestPlace(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1":                      "192.0.2.1",
		"192.0.2.1:4711":                 "192.0.2.1",
		"::ffff:192.0.2.1":               "192.0.2.1",
		"[::ffff:192.0.2.1]:80":          "192.0.2.1",
		"2001:db8:1:2:3:4:5:6":           "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff::1]:443":     "2001:db8:1:2::/64",
		"fe80::1%eth0":                   "fe80::/64",
		"":                               "",
		"unix":                           "unix",
		"999.0.2.1":                      "999.0.2.1",
		"2001:db8:1:3::1":                "2001:db8:1:3::/64",
		"[2001:db8:1:2:3:4:5:6%eth0]:80": "2001:db8:1:2::/64",
	} {
		if got := place(in); got != want {
			t.Errorf("place(%q) = %q, want %q", in, got, want)
		}
	}
}
