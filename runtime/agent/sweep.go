package agent

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// sweepEvery is how soon a desk that fell silent is noticed after its lease ran out.
const sweepEvery = time.Second

// Sweep watches the leases of desks: one that ran out is a change that nobody else would notice.
type Sweep struct {
	Desk *Desk
	Log  *slog.Logger

	until time.Time // leases up to here are dealt with
	stop  context.CancelFunc
	done  sync.WaitGroup
}

// Start begins to watch.
func (s *Sweep) Start(ctx context.Context) {
	ctx, s.stop = context.WithCancel(ctx)
	s.done.Go(func() {
		tick := time.NewTicker(sweepEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				s.guarded(ctx)
			}
		}
	})
}

// Stop ends the watch and waits for it.
func (s *Sweep) Stop() {
	s.stop()
	s.done.Wait()
}

// guarded keeps the watch alive whatever one round does.
func (s *Sweep) guarded(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			s.Log.ErrorContext(ctx, "sweeping desks panicked", "panic", p)
		}
	}()
	if err := s.Once(ctx); err != nil && !errors.Is(err, context.Canceled) {
		s.Log.WarnContext(ctx, "sweeping desks", "err", err)
	}
}

// Once deals with the leases that ran out since the last time. The first time after a start that is every desk
// which did not come back.
func (s *Sweep) Once(ctx context.Context) error {
	now := s.Desk.Now()
	all, err := s.Desk.Agents.List(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Intent == Offline || a.Presence.After(now) || !a.Presence.After(s.until) {
			continue
		}
		if s.Desk.toldGone(a) {
			continue
		}
		if err := s.Desk.change(ctx, a.ID, func(*Agent, Work) {}); err != nil {
			return err
		}
	}
	s.until = now
	return nil
}
