package storage

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"foyer/runtime/event"
)

// SQLite's extended codes and PostgreSQL's states for a row that is refused because it exists.
const (
	sqliteUnique     = 2067
	sqlitePrimaryKey = 1555
	postgresUnique   = "23505"
)

// translate gives what a driver says the domain's words. It is the only place that knows drivers' codes.
func translate(err error) error {
	if code, ok := sqliteCode(err); ok && (code == sqliteUnique || code == sqlitePrimaryKey) {
		return event.ErrDuplicate
	}
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) && pg.Code == postgresUnique {
		return event.ErrDuplicate
	}
	return err
}

// failed says what was being done when err came up, and nil when nothing did. A row that exists already becomes
// taken, a row that is missing becomes missing; nil leaves them as they are.
func failed(err error, missing, taken error, doing string, args ...any) error {
	if err == nil {
		return nil
	}
	err = translate(err)
	if missing != nil && errors.Is(err, gorm.ErrRecordNotFound) {
		err = missing
	}
	if taken != nil && errors.Is(err, event.ErrDuplicate) {
		err = taken
	}
	return fmt.Errorf(doing+": %w", append(args, err)...)
}
