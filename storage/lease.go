package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"foyer/runtime/event"
)

// A lease that is not renewed for leaseTTL may be taken by another process.
const (
	leaseTTL   = 3 * time.Second
	leaseRenew = leaseTTL / 3
	leaseRetry = 200 * time.Millisecond
	pruneEvery = time.Hour
)

// acquire takes the lease and gives the new epoch. A lease that another process holds is waited for as long as a dead
// one's can last; then it fails with ErrInUse, naming the owner.
func (s *Store) acquire(ctx context.Context, instance string) (int64, error) {
	for waited := time.Duration(0); ; waited += leaseRetry {
		epoch, err := s.claim(ctx, instance)
		if err != nil || epoch > 0 {
			return epoch, err
		}
		if waited > leaseTTL {
			return 0, s.occupied(ctx, instance)
		}
		select {
		case <-time.After(leaseRetry):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// occupied names who holds the lease.
func (s *Store) occupied(ctx context.Context, instance string) error {
	var owner string
	err := s.on(ctx, s.write).Raw("SELECT owner FROM leases WHERE instance_id = ?", instance).Scan(&owner).Error
	if err != nil {
		return failed(err, nil, nil, "reading the lease")
	}
	return fmt.Errorf("%w: %s", ErrInUse, owner)
}

// claim tries once; the epoch is 0 when the lease is somebody's. The holder of an SQLite file's lock needs not ask:
// nobody else can be alive.
func (s *Store) claim(ctx context.Context, instance string) (epoch int64, err error) {
	err = s.on(ctx, s.write).Raw(`
		INSERT INTO leases (instance_id, owner, epoch, expires_at) VALUES (?, ?, 1, `+s.d.now+` + ?)
		ON CONFLICT (instance_id) DO UPDATE
			SET owner = excluded.owner, epoch = leases.epoch + 1, expires_at = excluded.expires_at
			WHERE leases.expires_at < `+s.d.now+` OR ?
		RETURNING epoch`,
		instance, s.cfg.Owner, leaseTTL.Microseconds(), s.d.embedded()).Scan(&epoch).Error
	return epoch, failed(err, nil, nil, "claiming the lease")
}

// keep renews the lease until the instance stops.
func (in *Instance) keep() { in.every(leaseRenew, "renewing the lease", in.renew) }

// tidy throws away old frames, answers and traces now and then until the instance stops. That may take long, so it is not for
// keep to do.
func (in *Instance) tidy() {
	in.every(pruneEvery, "pruning", func(ctx context.Context) error {
		return errors.Join(in.Prune(ctx), in.PruneAnswers(ctx), in.PruneTraces(ctx, in.store.cfg.TraceFor))
	})
}

func (in *Instance) every(d time.Duration, what string, f func(context.Context) error) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-in.quit:
			return
		case <-tick.C:
		}
		if err := f(context.Background()); err != nil && !in.lost.Load() && !errors.Is(err, event.ErrClosed) {
			in.store.cfg.Log.Error(what, "instance", in.id, "err", err)
		}
	}
}

// renew goes through the ledger, so that a ledger that cannot commit loses its lease instead of looking alive.
func (in *Instance) renew(ctx context.Context) error {
	return in.Do(ctx, func(ctx context.Context) error {
		return in.writer(ctx).Exec("UPDATE leases SET expires_at = "+in.store.d.now+" + ? WHERE instance_id = ?",
			leaseTTL.Microseconds(), in.id).Error
	})
}

// lose notes that somebody else decides now; said once, it stays so until this process is started anew.
func (in *Instance) lose() {
	if !in.lost.Swap(true) {
		in.store.cfg.Log.Error("another process has taken over; this one decides nothing any more and is to be stopped", "instance", in.id, "epoch", in.epoch)
	}
}

// release lets the next owner in without waiting.
func (in *Instance) release(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, leaseTTL)
	defer cancel()
	err := in.exec(ctx, "UPDATE leases SET expires_at = 0 WHERE instance_id = ? AND owner = ? AND epoch = ?",
		in.id, in.store.cfg.Owner, in.epoch).Error
	return failed(err, nil, nil, "releasing the lease")
}

// Ready tells whether decisions can be taken now: the database answers and the lease is ours and fresh. The error is
// event.ErrNotOwner or event.ErrUnavailable.
func (in *Instance) Ready(ctx context.Context) error {
	var fresh []int
	err := in.store.read.WithContext(ctx).Raw(
		"SELECT CASE WHEN expires_at > "+in.store.d.now+" THEN 1 ELSE 0 END FROM leases WHERE instance_id = ? AND owner = ? AND epoch = ?",
		in.id, in.store.cfg.Owner, in.epoch).Scan(&fresh).Error
	switch {
	case err != nil:
		return unavailable(err)
	case len(fresh) == 0:
		in.lose()
		return event.ErrNotOwner
	case fresh[0] == 0:
		return fmt.Errorf("%w: the lease could not be renewed", event.ErrUnavailable)
	}
	return nil
}
