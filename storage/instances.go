package storage

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"foyer/runtime/channel"
	"foyer/runtime/event"
)

type instanceRow struct {
	ID        string `gorm:"primaryKey"`
	SdkAppID  int64
	Name      string
	CreatedAt stamp
}

// TableName of the row.
func (instanceRow) TableName() string { return "instances" }

func (r instanceRow) domain() channel.Instance {
	return channel.Instance{ID: r.ID, SdkAppID: r.SdkAppID, Name: r.Name, CreatedAt: time.Time(r.CreatedAt)}
}

// Instances lists the instances of the database, the oldest first.
func (s *Store) Instances(ctx context.Context) ([]channel.Instance, error) {
	out, err := list[instanceRow](s.read.WithContext(ctx).Order("created_at, id"))
	return out, failed(err, nil, nil, "listing instances")
}

// EnsureInstance gives the oldest instance, and makes it as wanted when there is none.
func (s *Store) EnsureInstance(ctx context.Context, want channel.Instance) (channel.Instance, error) {
	known, err := s.Instances(ctx)
	if err != nil {
		return channel.Instance{}, err
	}
	if len(known) > 0 {
		return known[0], nil
	}
	return want, s.CreateInstance(ctx, want)
}

// CreateInstance adds an instance and decides for it from now on. event.ErrDuplicate when id or SdkAppID is taken.
func (s *Store) CreateInstance(ctx context.Context, in channel.Instance) error {
	row := instanceRow{in.ID, in.SdkAppID, in.Name, stamp(in.CreatedAt)}
	if err := s.on(ctx, s.write).Create(&row).Error; err != nil {
		return failed(err, nil, nil, "creating instance %s", in.ID)
	}
	return s.adopt(ctx, in.ID)
}

// Instance gives everything of one instance, or nil when the store does not decide for such a one.
func (s *Store) Instance(id string) *Instance {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.instances[id]
}

// Instance is one contact centre in the database: its ledger and, by method, the rows of each kind.
type Instance struct {
	store *Store
	id    string
	epoch int64

	queue  chan *decision
	quit   chan struct{} // closed to end the goroutines
	over   chan struct{} // closed when no decision is taken any more
	lost   atomic.Bool   // the lease is another's
	after  *follower
	owners sync.WaitGroup
}

var _ event.Ledger = (*Instance)(nil)

// adopt takes the lease of an instance and starts to decide for it.
func (s *Store) adopt(ctx context.Context, id string) error {
	epoch, err := s.acquire(ctx, id)
	if err != nil {
		return fmt.Errorf("taking the lease of %s: %w", id, err)
	}
	in := &Instance{
		store: s, id: id, epoch: epoch,
		queue: make(chan *decision, 4*batchLimit),
		quit:  make(chan struct{}), over: make(chan struct{}),
		after: newFollower(s.cfg.Log),
	}
	w := &writer{in: in}
	in.owners.Go(w.run)
	in.owners.Go(in.keep)
	in.owners.Go(in.tidy)
	in.owners.Go(func() { in.after.run(in.over) })
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instances[id] = in
	return nil
}

// stop finishes what was begun and gives the lease back.
func (in *Instance) stop() {
	close(in.quit)
	in.owners.Wait()
	if in.epoch == 0 { // only looked at, see View
		return
	}
	if err := in.release(context.Background()); err != nil {
		in.store.cfg.Log.Warn("the lease could not be given back", "instance", in.id, "err", err)
	}
}

// ID is the id of the instance.
func (in *Instance) ID() string { return in.id }

// Epoch is the number of this ownership. It rises whenever a process takes the instance over, so clients can tell
// frames of before from frames of after.
func (in *Instance) Epoch() int64 { return in.epoch }

// exec runs one statement outside of the ledger, for the lease alone.
func (in *Instance) exec(ctx context.Context, sql string, args ...any) *gorm.DB {
	return in.store.on(ctx, in.store.write).Exec(sql, args...)
}
