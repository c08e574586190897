package storage_test

import (
	"path/filepath"
	"testing"

	"foyer/storage/storagetest"
)

// TestSQLite and TestPostgres run the one suite; the first again with the other driver when cgo is off.
func TestSQLite(t *testing.T) { storagetest.Suite(t, sqliteFile) }

func TestPostgres(t *testing.T) {
	if server := storagetest.Postgres(t, "fsync=off"); server != nil {
		storagetest.Suite(t, server.Fresh)
	}
}

// sqliteFile gives the name of a database in a folder with every awkward sign.
func sqliteFile(t testing.TB) string { return filepath.Join(t.TempDir(), "a b%41?c#d&e", "foyer.db") }
