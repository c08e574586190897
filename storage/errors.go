package storage

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"foyer/runtime/event"
)

// SQLite's extended codes for a row that is refused because it exists, and its plain codes for a file that cannot be
// written now: busy, locked, read only, I/O error, full, cannot be opened.
const (
	sqliteUnique     = 2067
	sqlitePrimaryKey = 1555
)

var sqliteTrouble = []int{5, 6, 8, 10, 13, 14}

// PostgreSQL's state for a row that exists, and the classes of states for trouble: connection, resources, operator,
// system.
const postgresUnique = "23505"

var postgresTrouble = []string{"08", "53", "57", "58"}

// translate gives what a driver says the domain's words. It is the only place that knows drivers' codes.
func translate(err error) error {
	if err == nil || errors.Is(err, event.ErrDuplicate) || errors.Is(err, event.ErrUnavailable) {
		return err
	}
	if code, ok := sqliteCode(err); ok {
		switch {
		case code == sqliteUnique || code == sqlitePrimaryKey:
			return event.ErrDuplicate
		case slices.Contains(sqliteTrouble, code&0xff):
			return unavailable(err)
		}
		return err
	}
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) {
		switch {
		case pg.Code == postgresUnique:
			return event.ErrDuplicate
		case slices.Contains(postgresTrouble, pg.Code[:min(2, len(pg.Code))]):
			return unavailable(err)
		}
		return err
	}
	if net := net.Error(nil); errors.As(err, &net) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) {
		return unavailable(err)
	}
	return err
}

// unavailable keeps for the log what the database had to say.
func unavailable(err error) error { return fmt.Errorf("%w: %w", event.ErrUnavailable, err) }

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
