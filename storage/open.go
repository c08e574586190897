// Package storage keeps everything in one database, SQLite or PostgreSQL, behind the interfaces that the packages
// of runtime and designer declare.
package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"foyer/runtime/event"
	"foyer/storage/migrate"
)

// Errors of opening a store.
var (
	ErrInUse       = errors.New("the database is used by another Foyer")
	ErrNewerSchema = migrate.ErrNewerSchema // the database was made by a newer binary
	ErrOlderSchema = migrate.ErrOlderSchema // of View: the database was made by an older one
)

// Config says which database, and who opens it.
type Config struct {
	URL   string       // postgres://… or postgresql://…, else the name of an SQLite file
	Owner string       // names this process in the lease, e.g. "host:pid"; shown to a second process that is refused
	Clock event.Clock  // of frames and records; the lease goes by the database's own clock
	Bus   *event.Bus   // rung after commits
	Log   *slog.Logger // nil: nothing is logged

	TraceFor time.Duration // how long the traces of ended sessions are kept; 0: for ever
}

// Store is an open database with the instances this process decides for. Close it.
type Store struct {
	cfg   Config
	d     dialect
	write *sql.DB  // SQLite: connections that lock at BEGIN
	pool  *pool    // for reading; over the same connections as write on PostgreSQL
	read  *gorm.DB // over pool
	turn  sync.Mutex
	lock  *fileLock // nil on PostgreSQL

	mu        sync.Mutex
	instances map[string]*Instance
}

// Open connects, brings the schema up to date and takes the lease of every instance there is. It fails with ErrInUse
// when another process has the database, and with ErrNewerSchema.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{cfg: cfg, d: dialectOf(cfg.URL), instances: map[string]*Instance{}}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the database: %w", err), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	if s.lock, err = s.d.guard(s.cfg.URL, s.cfg.Owner); err != nil {
		return err
	}
	var reading *sql.DB
	if s.write, reading, err = s.d.connect(s.cfg.URL); err != nil {
		return err
	}
	s.pool = newPool(reading)
	if err := migrate.Run(ctx, s.write, s.d.kind); err != nil {
		return err
	}
	s.read, err = gorm.Open(s.d.orm(s.pool), &gorm.Config{
		Logger: logger.Discard, SkipDefaultTransaction: true, DisableAutomaticPing: true,
	})
	if err != nil {
		return err
	}
	known, err := s.Instances(ctx)
	if err != nil {
		return err
	}
	for _, in := range known {
		if err := s.adopt(ctx, in.ID); err != nil {
			return err
		}
	}
	return nil
}

// Ready tells whether decisions can be taken: the database answers and every lease is ours. The error says why not.
func (s *Store) Ready(ctx context.Context) error {
	s.mu.Lock()
	all := slices.Collect(maps.Values(s.instances))
	s.mu.Unlock()
	if err := s.pool.PingContext(ctx); err != nil {
		return unavailable(err)
	}
	for _, in := range all {
		if err := in.Ready(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close finishes the decisions that were begun, gives the leases back and closes the database. A second Close does
// nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, in := range s.instances {
		in.stop()
	}
	clear(s.instances)
	var errs []error
	if s.pool != nil {
		errs = append(errs, s.pool.Close(), s.write.Close())
	}
	return errors.Join(append(errs, s.lock.free())...)
}
