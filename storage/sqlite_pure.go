//go:build !cgo

package storage

import (
	"errors"

	"modernc.org/sqlite"
)

// SQLite in pure Go, for builds without a C compiler. The settings are those of sqlite_cgo.go.
const (
	sqliteDriver = "sqlite"
	sqliteWrite  = "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate"
	sqliteRead   = "_pragma=busy_timeout(5000)&_pragma=query_only(1)"
)

// sqliteCode gives SQLite's extended result code.
func sqliteCode(err error) (int, bool) {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code(), true
	}
	return 0, false
}
