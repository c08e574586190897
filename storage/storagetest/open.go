// Package storagetest states what every database must do, as one suite that is run on each, and opens fresh stores
// for the tests of other packages.
package storagetest

import (
	"path/filepath"
	"testing"
	"time"

	"foyer/runtime/channel"
	"foyer/runtime/event"
	"foyer/storage"
)

// Start is the time of every clock here, unless a test sets one.
var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// Tenant is the instance that Open makes.
const Tenant = "ins_test"

// Open gives the one instance of a fresh SQLite database. It is closed when the test ends. Options may change the
// configuration, e.g. to listen on a bus or to move the clock.
func Open(t testing.TB, options ...func(*storage.Config)) *storage.Instance {
	t.Helper()
	return OpenAt(t, filepath.Join(t.TempDir(), "foyer.db"), options...).Instance(Tenant)
}

// OpenAt opens the database of a URL, with one instance in it. It is closed when the test ends, if not before.
func OpenAt(t testing.TB, url string, options ...func(*storage.Config)) *storage.Store {
	t.Helper()
	cfg := storage.Config{URL: url, Owner: t.Name(), Clock: func() time.Time { return start }, Bus: event.NewBus()}
	for _, o := range options {
		o(&cfg)
	}
	s, err := storage.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	if _, err := s.EnsureInstance(t.Context(), channel.Instance{ID: Tenant, SdkAppID: 1400000001, Name: "Test", CreatedAt: start}); err != nil {
		t.Fatal(err)
	}
	return s
}
