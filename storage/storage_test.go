package storage_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"foyer/storage"
	"foyer/storage/storagetest"
)

// TestSQLite and TestPostgres run the one suite; without cgo the first one is about the other driver.
func TestSQLite(t *testing.T) {
	storagetest.Suite(t, sqliteFile)
	t.Run("Leases", func(t *testing.T) { leases(t, place{sqliteFile, storage.RawSQLite, true}) })
	t.Run("Killed", func(t *testing.T) { killed(t, sqliteFile(t), 6) })
}

func TestPostgres(t *testing.T) {
	server := storagetest.Postgres(t, "fsync=off")
	if server == nil {
		return
	}
	storagetest.Suite(t, server.Fresh)
	raw := func(url string) (*sql.DB, error) { return sql.Open("pgx", url) }
	t.Run("Leases", func(t *testing.T) { leases(t, place{server.Fresh, raw, false}) })
	t.Run("Killed", func(t *testing.T) { killed(t, server.Fresh(t), 2) })
	t.Run("Trouble", func(t *testing.T) { serverTrouble(t, server) })
}

// sqliteFile gives the name of a database in a folder with every awkward sign.
func sqliteFile(t testing.TB) string { return filepath.Join(t.TempDir(), "a b%41?c#d&e", "foyer.db") }
