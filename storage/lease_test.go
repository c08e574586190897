package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/storage"
	"foyer/storage/storagetest"
)

// place is a database that tests may also reach behind the store's back.
type place struct {
	fresh  func(testing.TB) string
	raw    func(url string) (*sql.DB, error)
	guards bool // a file lock keeps a second process out at once
}

func says(in *storage.Instance, session string, seq int64) func(context.Context) error {
	return func(ctx context.Context) error {
		return in.Messages().AddMessage(ctx, chat.Message{SessionID: session, Seq: seq, From: chat.FromCaller, Kind: chat.TextKind, Text: "hello"})
	}
}

func wants(t *testing.T, in *storage.Instance, session string, n int64) {
	t.Helper()
	if last, err := in.Messages().LastSeq(t.Context(), session); err != nil || last != n {
		t.Errorf("session %s has %d messages, %v; want %d", session, last, err, n)
	}
}

// tamper runs a statement behind the store's back.
func (p place) tamper(t *testing.T, url, statement string) {
	t.Helper()
	db, err := p.raw(url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// leases states what owning an instance means.
func leases(t *testing.T, p place) {
	for name, holds := range map[string]func(*testing.T, place){
		"EachOwnershipHasANumber":      eachOwnershipHasANumber,
		"ASecondProcessIsRefused":      aSecondProcessIsRefused,
		"AStaleOwnerWritesNothing":     aStaleOwnerWritesNothing,
		"TheSameNameIsNotTheSameOwner": theSameNameIsNotTheSameOwner,
		"ItIsRenewed":                  itIsRenewed,
		"NothingRunsOnAfterClose":      nothingRunsOnAfterClose,
		"ANewerSchemaIsRefused":        aNewerSchemaIsRefused,
	} {
		t.Run(name, func(t *testing.T) { holds(t, p) })
	}
}

func eachOwnershipHasANumber(t *testing.T, p place) {
	url := p.fresh(t)
	for want := int64(1); want <= 3; want++ {
		s := storagetest.OpenAt(t, url)
		if got := s.Instance(storagetest.Tenant).Epoch(); got != want {
			t.Errorf("epoch %d, want %d", got, want)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func aSecondProcessIsRefused(t *testing.T, p place) {
	url := p.fresh(t)
	first := storagetest.OpenAt(t, url, func(c *storage.Config) { c.Owner = "host-a:17" })
	began := time.Now()
	_, err := storage.Open(t.Context(), storage.Config{URL: url, Owner: "host-b:18"})
	if !errors.Is(err, storage.ErrInUse) || !strings.Contains(err.Error(), "host-a:17") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); p.guards && took > 2*time.Second || took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	in := first.Instance(storagetest.Tenant)
	if err := in.Do(t.Context(), says(in, "s", 1)); err != nil {
		t.Errorf("the first one: %v", err)
	}
}

func aStaleOwnerWritesNothing(t *testing.T, p place) {
	url := p.fresh(t)
	s := storagetest.OpenAt(t, url)
	in := s.Instance(storagetest.Tenant)
	if err := in.Do(t.Context(), says(in, "s", 1)); err != nil {
		t.Fatal(err)
	}
	p.tamper(t, url, "UPDATE leases SET owner = 'another', epoch = epoch + 1")
	for range 2 {
		if err := in.Do(t.Context(), says(in, "s", 2)); !errors.Is(err, event.ErrNotOwner) {
			t.Errorf("got %v", err)
		}
	}
	wants(t, in, "s", 1)
	if err := s.Ready(t.Context()); !errors.Is(err, event.ErrNotOwner) {
		t.Errorf("ready: %v", err)
	}
}

func theSameNameIsNotTheSameOwner(t *testing.T, p place) {
	url := p.fresh(t)
	in := storagetest.OpenAt(t, url).Instance(storagetest.Tenant)
	p.tamper(t, url, "UPDATE leases SET epoch = epoch + 1")
	if err := in.Do(t.Context(), says(in, "s", 1)); !errors.Is(err, event.ErrNotOwner) {
		t.Errorf("got %v", err)
	}
}

func itIsRenewed(t *testing.T, p place) {
	url := p.fresh(t)
	s := storagetest.OpenAt(t, url)
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	p.tamper(t, url, "UPDATE leases SET expires_at = 1")
	if err := s.Ready(t.Context()); !errors.Is(err, event.ErrUnavailable) {
		t.Errorf("run out: %v", err)
	}
	var err error
	for range 50 {
		if err = s.Ready(t.Context()); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("never renewed: %v", err)
}

func nothingRunsOnAfterClose(t *testing.T, p place) {
	before := goleak.IgnoreCurrent()
	s := storagetest.OpenAt(t, p.fresh(t))
	in := s.Instance(storagetest.Tenant)
	if err := in.Do(t.Context(), says(in, "s", 1)); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	goleak.VerifyNone(t, before)
}

func aNewerSchemaIsRefused(t *testing.T, p place) {
	url := p.fresh(t)
	if err := storagetest.OpenAt(t, url).Close(); err != nil {
		t.Fatal(err)
	}
	p.tamper(t, url, "INSERT INTO schema_migrations (number, name, checksum) VALUES (999, 'future', '')")
	if _, err := storage.Open(t.Context(), storage.Config{URL: url}); !errors.Is(err, storage.ErrNewerSchema) {
		t.Errorf("got %v", err)
	}
}

// serverTrouble is what can only happen with a database that is a process of its own.
func serverTrouble(t *testing.T, server *storagetest.Server) {
	const others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'foyer'"
	t.Run("LostConnectionsAreReplaced", func(t *testing.T) {
		s := storagetest.OpenAt(t, server.Fresh(t))
		in := s.Instance(storagetest.Tenant)
		for seq := int64(1); seq <= 3; seq++ {
			if err := in.Do(t.Context(), says(in, "s", seq)); err != nil {
				t.Errorf("decision %d: %v", seq, err)
			}
			wants(t, in, "s", seq)
			server.Exec(t, others)
			time.Sleep(50 * time.Millisecond)
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("AConnectionLostInADecisionFailsIt", func(t *testing.T) {
		in := storagetest.OpenAt(t, server.Fresh(t)).Instance(storagetest.Tenant)
		err := in.Do(t.Context(), func(ctx context.Context) error {
			if err := says(in, "s", 1)(ctx); err != nil {
				return err
			}
			server.Exec(t, others)
			return nil
		})
		if !errors.Is(err, event.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		wants(t, in, "s", 0)
		if err := in.Do(t.Context(), says(in, "s", 1)); err != nil {
			t.Error(err)
		}
	})
	t.Run("AHaltedOwnerIsSucceeded", func(t *testing.T) { succeed(t, server.Fresh(t)) })
}

// succeed opens a store whose owner stands still in the middle of a decision.
func succeed(t *testing.T, url string) {
	old := storagetest.OpenAt(t, url).Instance(storagetest.Tenant)
	began, wake, outcome := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		outcome <- old.Do(context.Background(), func(ctx context.Context) error {
			err := says(old, "s", 1)(ctx)
			close(began)
			<-wake
			return err
		})
	}()
	<-began
	at := time.Now()
	next := storagetest.OpenAt(t, url).Instance(storagetest.Tenant)
	if took := time.Since(at); took > 8*time.Second {
		t.Errorf("the successor waited %v", took)
	}
	if err := next.Do(t.Context(), says(next, "s", 1)); err != nil {
		t.Error(err)
	}
	close(wake)
	if err := <-outcome; err == nil {
		t.Error("the decision of the halted owner was committed")
	}
	if err := old.Do(t.Context(), says(old, "s", 2)); !errors.Is(err, event.ErrNotOwner) {
		t.Errorf("the old owner: %v", err)
	}
	wants(t, next, "s", 1)
}
