package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"foyer/storage/migrate"
)

// ErrNoDatabase is an address at which there is no database yet.
var ErrNoDatabase = errors.New("there is no database")

// View opens a database that exists for reading only: it takes no lock and no lease and changes nothing, so that it
// can be looked at while a server uses it. Decisions on its instances fail with event.ErrNotOwner. ErrNoDatabase,
// ErrNewerSchema, ErrOlderSchema.
func View(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{cfg: cfg, d: dialectOf(cfg.URL), instances: map[string]*Instance{}}
	if err := s.view(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("looking into the database: %w", err), s.Close())
	}
	return s, nil
}

func (s *Store) view(ctx context.Context) error {
	db, err := s.d.look(s.cfg.URL)
	if err != nil {
		return err
	}
	s.write, s.pool = db, newPool(db)
	switch err := migrate.Check(ctx, db, s.d.kind); {
	case errors.Is(err, migrate.ErrEmpty):
		return fmt.Errorf("%w: %w", ErrNoDatabase, err)
	case err != nil:
		return err
	}
	s.read, err = gorm.Open(s.d.orm(s.pool), &gorm.Config{
		Logger: logger.Discard, SkipDefaultTransaction: true, DisableAutomaticPing: true,
	})
	if err != nil {
		return err
	}
	known, err := s.Instances(ctx)
	for _, k := range known {
		in := &Instance{store: s, id: k.ID, quit: make(chan struct{}), over: make(chan struct{})}
		in.lost.Store(true)
		s.instances[k.ID] = in
	}
	return err
}

// look opens a pool that can only read.
func (d dialect) look(address string) (*sql.DB, error) {
	if d.embedded() {
		if _, err := os.Stat(address); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoDatabase, err)
		}
		db, err := sql.Open(sqliteDriver, "file:"+(&url.URL{Path: address}).EscapedPath()+"?mode=ro&"+sqliteRead)
		if err == nil {
			db.SetMaxOpenConns(1)
		}
		return db, err
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set("default_transaction_read_only", "on")
	u.RawQuery = q.Encode()
	db, err := sql.Open("pgx", u.String())
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}
