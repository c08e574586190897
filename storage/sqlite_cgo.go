//go:build cgo

package storage

import (
	"errors"

	"github.com/mattn/go-sqlite3"
)

// SQLite by the C library. synchronous=FULL: what was acknowledged survives a loss of power. _txlock=immediate: a
// transaction that reads first and then writes cannot fail half-way.
const (
	sqliteDriver = "sqlite3"
	sqliteWrite  = "_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=5000&_foreign_keys=1"
	sqliteRead   = "_query_only=1&_busy_timeout=5000"
)

// sqliteCode gives SQLite's extended result code.
func sqliteCode(err error) (int, bool) {
	var e sqlite3.Error
	ok := errors.As(err, &e)
	return int(e.ExtendedCode), ok
}
