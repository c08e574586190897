package storage

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver behind gorm's PostgreSQL
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"

	"foyer/storage/migrate"
)

// poolSize is how many connections to PostgreSQL we take at most; each instance keeps one of them.
const poolSize = 12

// dialect is all that differs between the two databases.
type dialect struct {
	kind  migrate.Dialect
	now   string        // the database's clock in microseconds since 1970
	begin string        // opens a transaction that may write
	fence string        // finds our lease and keeps others from taking it before the end of the transaction
	setup string        // for a connection that decides
	limit time.Duration // of one batch of decisions; 0 = none
}

func dialectOf(url string) dialect {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return dialect{
			kind:  migrate.Postgres,
			now:   "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
			begin: "BEGIN",
			fence: "SELECT 1 FROM leases WHERE instance_id = $1 AND owner = $2 AND epoch = $3 FOR SHARE",
			// A process that is halted in the middle of a decision must not keep its successor from the lease.
			setup: "SET idle_in_transaction_session_timeout = 2000",
			limit: 10 * time.Second,
		}
	}
	return dialect{
		kind:  migrate.SQLite,
		now:   "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
		begin: "BEGIN IMMEDIATE",
		// Under load a checkpoint every 16 MB of log, not every 4, and pages of 16 MB at hand, not of 2.
		setup: "PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000",
		fence: "SELECT 1 FROM leases WHERE instance_id = ? AND owner = ? AND epoch = ?",
	}
}

// embedded tells whether the database is a file that nobody but us can have open, thanks to the file lock.
func (d dialect) embedded() bool { return d.kind == migrate.SQLite }

// bound is the context of one batch. SQLite needs none: it has no network to wait for, and a context that can end
// makes every statement dearer.
func (d dialect) bound() (context.Context, context.CancelFunc) {
	if d.limit == 0 {
		return context.Background(), func() {}
	}
	return context.WithTimeout(context.Background(), d.limit)
}

// guard makes sure that we alone use an SQLite file.
func (d dialect) guard(name, owner string) (*fileLock, error) {
	if !d.embedded() {
		return nil, nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	return lockFile(name+".lock", owner)
}

// connect opens the pools for writing and reading.
func (d dialect) connect(address string) (write, read *sql.DB, err error) {
	if !d.embedded() {
		db, err := sql.Open("pgx", address)
		if err != nil {
			return nil, nil, err
		}
		db.SetMaxOpenConns(poolSize)
		db.SetMaxIdleConns(poolSize / 2)
		return db, db, nil
	}
	// Made by us first, so that nobody else on the machine can read it; SQLite gives its side files the same mode.
	f, err := os.OpenFile(address, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, err
	}
	f.Close()
	file := "file:" + (&url.URL{Path: address}).EscapedPath()
	if write, err = sql.Open(sqliteDriver, file+"?"+sqliteWrite); err != nil {
		return nil, nil, err
	}
	if read, err = sql.Open(sqliteDriver, file+"?"+sqliteRead); err != nil {
		return write, nil, err
	}
	read.SetMaxOpenConns(4)
	read.SetMaxIdleConns(4)
	return write, read, nil
}

// orm is gorm's side of the database.
func (d dialect) orm(pool gorm.ConnPool) gorm.Dialector {
	if d.embedded() {
		return sqlite.New(sqlite.Config{DriverName: sqliteDriver, Conn: pool})
	}
	return postgres.New(postgres.Config{Conn: pool})
}
