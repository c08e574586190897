package storage_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"foyer/runtime/event"
	"foyer/storage"
)

// What PostgreSQL says; what SQLite says is tried on the real thing below.
func TestTranslate(t *testing.T) {
	own := errors.New("own")
	for name, c := range map[string]struct{ err, want error }{
		"nothing":     {nil, nil},
		"ours":        {own, own},
		"unique":      {&pgconn.PgError{Code: "23505"}, event.ErrDuplicate},
		"wrapped":     {fmt.Errorf("x: %w", &pgconn.PgError{Code: "23505"}), event.ErrDuplicate},
		"disk full":   {&pgconn.PgError{Code: "53100"}, event.ErrUnavailable},
		"shut down":   {&pgconn.PgError{Code: "57P01"}, event.ErrUnavailable},
		"no code":     {&pgconn.PgError{}, &pgconn.PgError{}},
		"no line":     {driver.ErrBadConn, event.ErrUnavailable},
		"translated":  {event.ErrDuplicate, event.ErrDuplicate},
		"unreachable": {unreachable(), event.ErrUnavailable},
	} {
		if got := storage.Translate(c.err); !errors.Is(got, c.want) && fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got := storage.Translate(&pgconn.PgError{Code: "23514"}); errors.Is(got, event.ErrDuplicate) || errors.Is(got, event.ErrUnavailable) {
		t.Errorf("a check is taken for %v", got)
	}
}

// unreachable is what the driver says when nobody answers.
func unreachable() error {
	_, err := storage.Open(context.Background(), storage.Config{URL: "postgres://127.0.0.1:1/none?connect_timeout=1"})
	return err
}

func TestTranslateSQLite(t *testing.T) {
	db, err := storage.RawSQLite(filepath.Join(t.TempDir(), "full.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	exec := func(statement string) error {
		_, err := db.Exec(statement)
		return storage.Translate(err)
	}
	for _, statement := range []string{"CREATE TABLE a (x TEXT PRIMARY KEY, y TEXT UNIQUE, CHECK (x <> 'bad'))", "INSERT INTO a VALUES ('1', '1')", "PRAGMA max_page_count = 8"} {
		if err := exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	for statement, want := range map[string]error{
		"INSERT INTO a VALUES ('1', '2')":                     event.ErrDuplicate,
		"INSERT INTO a VALUES ('2', '1')":                     event.ErrDuplicate,
		"INSERT INTO a VALUES ('3', hex(zeroblob(1000000)))":  event.ErrUnavailable,
		"PRAGMA query_only = 1; INSERT INTO a VALUES (4, '')": event.ErrUnavailable,
	} {
		if err := exec(statement); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", statement, err, want)
		}
		_ = exec("PRAGMA query_only = 0")
	}
	if err := exec("INSERT INTO a VALUES ('bad', '')"); err == nil || errors.Is(err, event.ErrDuplicate) || errors.Is(err, event.ErrUnavailable) {
		t.Errorf("a check is taken for %v", err)
	}
}
