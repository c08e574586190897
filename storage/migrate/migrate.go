// Package migrate brings a database to the shape this binary expects, by SQL files that are part of it.
package migrate

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// Errors of this package.
var (
	ErrNewerSchema = errors.New("the database was made by a newer Foyer")
	ErrOlderSchema = errors.New("the database was made by an older Foyer and is not brought up to date yet")
	ErrEmpty       = errors.New("the database is empty")
	ErrChanged     = errors.New("a migration that was already applied has changed since")
)

// Dialect says whose SQL is meant; it is also the folder of the files.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// step is one file.
type step struct {
	number   int
	name     string
	sql      string
	checksum string // hex SHA-256 of sql
}

// Run applies what is missing, each file in a transaction of its own. It fails with ErrNewerSchema when the
// database knows a file that this binary does not, and with ErrChanged when an applied file is not the same any more.
// Several processes may run it at once.
func Run(ctx context.Context, db *sql.DB, d Dialect) error {
	steps, err := load(files, string(d))
	if err != nil {
		return err
	}
	return run(ctx, db, d, steps)
}

// begun tells whether any migration was ever applied.
var begun = map[Dialect]string{
	SQLite:   "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migrations'",
	Postgres: "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('schema_migrations')",
}

// Check tells whether a database has the shape this binary expects, without changing it: ErrEmpty, ErrNewerSchema,
// ErrOlderSchema.
func Check(ctx context.Context, db *sql.DB, d Dialect) error {
	steps, err := load(files, string(d))
	if err != nil {
		return err
	}
	var tables int
	if err := db.QueryRowContext(ctx, begun[d]).Scan(&tables); err != nil {
		return fmt.Errorf("checking the schema: %w", err)
	}
	if tables == 0 {
		return ErrEmpty
	}
	var newest sql.NullInt64
	if err := db.QueryRowContext(ctx, `SELECT MAX(number) FROM schema_migrations`).Scan(&newest); err != nil {
		return fmt.Errorf("checking the schema: %w", err)
	}
	if n := len(steps); newest.Int64 < int64(n) {
		return fmt.Errorf("%w: its schema is %d, this binary's %d", ErrOlderSchema, newest.Int64, n)
	}
	return unknown(newest, steps)
}

func run(ctx context.Context, db *sql.DB, d Dialect, steps []step) error {
	err := within(ctx, db, d, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_migrations (
			number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL,
			applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)`)
		if err != nil {
			return err
		}
		return known(ctx, tx, steps)
	})
	if err != nil {
		return fmt.Errorf("checking the schema: %w", err)
	}
	for _, s := range steps {
		if err := within(ctx, db, d, func(tx *sql.Tx) error { return s.apply(ctx, tx) }); err != nil {
			return fmt.Errorf("migration %s: %w", s.name, err)
		}
	}
	return nil
}

// within runs f in a transaction that no other migrating process shares. SQLite locks at BEGIN by itself.
func within(ctx context.Context, db *sql.DB, d Dialect, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if d == Postgres {
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtext('foyer migrate'), hashtext(current_schema()))`); err != nil {
			return err
		}
	}
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// known fails when the database has seen a file that we have not.
func known(ctx context.Context, tx *sql.Tx, steps []step) error {
	var newest sql.NullInt64
	if err := tx.QueryRowContext(ctx, `SELECT MAX(number) FROM schema_migrations`).Scan(&newest); err != nil {
		return err
	}
	return unknown(newest, steps)
}

func unknown(newest sql.NullInt64, steps []step) error {
	if ours := len(steps); newest.Int64 > int64(ours) {
		return fmt.Errorf("%w: its schema is %d, this binary knows up to %d", ErrNewerSchema, newest.Int64, ours)
	}
	return nil
}

// apply runs the file unless it was run before.
func (s step) apply(ctx context.Context, tx *sql.Tx) error {
	var was string
	err := tx.QueryRowContext(ctx, fmt.Sprintf(`SELECT checksum FROM schema_migrations WHERE number = %d`, s.number)).Scan(&was)
	switch {
	case err == nil && was == s.checksum:
		return nil
	case err == nil:
		return ErrChanged
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	if _, err := tx.ExecContext(ctx, s.sql); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf(
		`INSERT INTO schema_migrations (number, name, checksum) VALUES (%d, '%s', '%s')`, s.number, s.name, s.checksum))
	return err
}

// load reads the files of a folder, which must be numbered 001, 002 … without a gap.
func load(from fs.FS, folder string) ([]step, error) {
	names, err := fs.Glob(from, folder+"/*.sql")
	if err != nil {
		return nil, err
	}
	var steps []step
	for i, name := range names {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, err
		}
		base := strings.TrimSuffix(path.Base(name), ".sql")
		digits, _, _ := strings.Cut(base, "_")
		number, err := strconv.Atoi(digits)
		if err != nil || number != i+1 {
			return nil, fmt.Errorf("migration %s: number %d was expected", name, i+1)
		}
		sum := sha256.Sum256(text)
		steps = append(steps, step{number, base, string(text), hex.EncodeToString(sum[:])})
	}
	return steps, nil
}
