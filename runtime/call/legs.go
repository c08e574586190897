package call

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"foyer/runtime/event"
	"foyer/runtime/timer"
	"foyer/runtime/token"
)

// Join lets a party in: with a ticket, which is used up, or with the resume secret of an earlier join. sdp is a
// first offer or one of the same connection (ICE restart). What the media plane has to say to this party goes to
// out, until the leg is joined anew or the call ends. ErrTicket; ErrMedia when the offer cannot be taken, after
// which the party asks for a new ticket.
func (s *Switchboard) Join(ctx context.Context, legID, secret, sdp string, compat bool, out func(Signal)) (JoinAnswer, error) {
	var c Call
	var l Leg
	var answer JoinAnswer
	err := s.Ledger.Do(ctx, func(ctx context.Context) (err error) {
		if c, l, err = s.leg(ctx, legID); err != nil {
			return err
		}
		if answer.Resume, err = s.admit(&l, secret); err != nil {
			return err
		}
		if err := s.Calls.UpdateLeg(ctx, l); err != nil {
			return err
		}
		return s.down(ctx, &c, &l) // whatever the leg was connected by, it has to come up anew
	})
	if err != nil {
		return JoinAnswer{}, fmt.Errorf("joining leg %s: %w", legID, err)
	}
	ctx = event.About(ctx, slog.String("session", c.SessionID), slog.String("call", c.ID))
	answer.SDP, err = s.Media.Offer(ctx, Join{CallID: c.ID, LegID: l.ID, Role: l.Role, Compat: compat}, sdp, s.listener(ctx, legID, out))
	if err = errors.Join(err, s.stillOpen(context.WithoutCancel(ctx), c.ID)); err != nil {
		return JoinAnswer{}, fmt.Errorf("joining leg %s: %w", legID, err)
	}
	return answer, nil
}

// stillOpen drops the media of a call that was ended while a party was joining it, whatever became of the joining:
// nobody else would.
func (s *Switchboard) stillOpen(ctx context.Context, callID string) error {
	c, err := s.Calls.Call(ctx, callID)
	if err != nil || c.State != Ended {
		return err
	}
	s.Media.CloseCall(callID)
	return fmt.Errorf("call %s ended meanwhile: %w", callID, ErrNotNow)
}

// leg reads a leg that can still be joined, with its call.
func (s *Switchboard) leg(ctx context.Context, legID string) (Call, Leg, error) {
	l, err := s.Calls.Leg(ctx, legID)
	if err != nil {
		return Call{}, Leg{}, err
	}
	c, err := s.Calls.Call(ctx, l.CallID)
	if err == nil && c.State == Ended {
		err = ErrNotNow
	}
	return c, l, err
}

// admit checks a secret and gives the one to come back with. Decisions run one after another, so a ticket that
// two try to use lets one in.
func (s *Switchboard) admit(l *Leg, secret string) (resume string, err error) {
	switch {
	case token.Fits(secret, l.TicketHash) && s.Now().Before(l.TicketUntil):
		resume = s.Mint()
		l.TicketHash, l.ResumeHash = "", token.Hash(resume)
		return resume, nil
	case token.Fits(secret, l.ResumeHash):
		return secret, nil
	}
	return "", ErrTicket
}

// Candidate passes on a trickled ICE candidate of a leg. Who may is checked where the leg was joined.
func (s *Switchboard) Candidate(ctx context.Context, legID, candidate string) error {
	if err := s.Media.Candidate(ctx, legID, candidate); err != nil {
		return fmt.Errorf("candidate of leg %s: %w", legID, err)
	}
	return nil
}

// listener hears what the media plane says of a leg, acts on it, and passes it on. The media plane calls it in
// order and waits for it.
func (s *Switchboard) listener(ctx context.Context, legID string, out func(Signal)) func(Signal) {
	ctx = context.WithoutCancel(ctx) // the call outlives the request that joined it
	return func(g Signal) {
		if g.Type == "up" || g.Type == "down" {
			if err := s.Heard(ctx, legID, g.Type == "up"); err != nil {
				s.Log.WarnContext(ctx, "a leg turned and could not be noted", "leg", legID, "signal", g.Type, "err", err)
			}
		}
		out(g)
	}
}

// Heard notes that a leg's connection came up or was lost. Of a call that is over it changes nothing.
func (s *Switchboard) Heard(ctx context.Context, legID string, up bool) error {
	return s.Ledger.Do(ctx, func(ctx context.Context) error {
		l, err := s.Calls.Leg(ctx, legID)
		if err != nil {
			return err
		}
		c, err := s.Calls.Call(ctx, l.CallID)
		if err != nil || c.State == Ended || l.Up == up {
			return err
		}
		if up {
			return s.up(ctx, &c, &l)
		}
		was := c.State
		if err := s.down(ctx, &c, &l); err != nil || c.State == was {
			return err
		}
		return s.tell(ctx, c, FrameUpdated, Changed{c.SessionID, c.ID, c.State})
	})
}

// up notes that a leg came up, and begins the talk with the last one that was missing.
func (s *Switchboard) up(ctx context.Context, c *Call, l *Leg) error {
	l.mark(true, s.Now())
	if err := s.Calls.UpdateLeg(ctx, *l); err != nil {
		return err
	}
	legs, err := s.Calls.Legs(ctx, c.ID)
	if err != nil {
		return err
	}
	e := AllUp
	for _, other := range legs {
		if other.ID != l.ID && !other.Up {
			e = LegUp
		}
	}
	was, first := c.State, c.LiveAt == nil
	if err := s.turn(ctx, c, e); err != nil || c.State != Live || was == Live {
		return err
	}
	if err := s.Timers.Drop(ctx, ReturnTimer, c.ID); err != nil {
		return err
	}
	if err := s.tell(ctx, *c, FrameUpdated, Changed{c.SessionID, c.ID, c.State}); err != nil || !first {
		return err
	}
	if err := s.note(ctx, *c, WentLive); err != nil {
		return err
	}
	return s.Offers.MediaUp(ctx, c.OfferID)
}

// down notes that a leg is not connected; a live call must have it back within ReturnTime.
func (s *Switchboard) down(ctx context.Context, c *Call, l *Leg) error {
	if !l.Up {
		return nil
	}
	l.mark(false, s.Now())
	if err := s.Calls.UpdateLeg(ctx, *l); err != nil {
		return err
	}
	was := c.State
	if err := s.turn(ctx, c, LegDown); err != nil || c.State != Broken || was == Broken {
		return err
	}
	return s.Timers.Set(ctx, timer.Timer{Kind: ReturnTimer, Ref: c.ID, Due: s.Now().Add(ReturnTime)})
}

// turn moves a call and saves it.
func (s *Switchboard) turn(ctx context.Context, c *Call, e Event) error {
	if err := c.apply(e, s.Now()); err != nil {
		return err
	}
	return s.Calls.UpdateCall(ctx, *c)
}

// OnReturn is the handler of ReturnTimer: a leg did not come back, so the media ends. The session goes on in
// writing if its talk had begun. A call that is whole or over is left alone.
func (s *Switchboard) OnReturn(ctx context.Context, t timer.Timer) error {
	c, err := s.Calls.Call(ctx, t.Ref)
	if err != nil || c.State != Broken {
		return err
	}
	side, err := s.missing(ctx, c.ID)
	if err != nil {
		return err
	}
	if err := s.end(ctx, c, GiveUp, bySystem); err != nil {
		return err
	}
	return s.Offers.MediaFailed(ctx, c.OfferID, side)
}

// missing names the party whose leg is down; bySystem when it is both.
func (s *Switchboard) missing(ctx context.Context, callID string) (string, error) {
	legs, err := s.Calls.Legs(ctx, callID)
	if err != nil {
		return "", err
	}
	side := ""
	for _, l := range legs {
		switch {
		case l.Up:
		case side == "":
			side = string(l.Role)
		default:
			side = bySystem
		}
	}
	return side, nil
}

// Recover puts the calls right after a restart, before the timers run: no connection has survived, and every party
// of a live call has ReturnTime to come back by its resume secret.
func (s *Switchboard) Recover(ctx context.Context) error {
	return s.Ledger.Do(ctx, func(ctx context.Context) error {
		open, err := s.Calls.OpenCalls(ctx)
		if err != nil {
			return err
		}
		for _, c := range open {
			if err := s.recover(ctx, c); err != nil {
				return fmt.Errorf("recovering call %s: %w", c.ID, err)
			}
		}
		return nil
	})
}

func (s *Switchboard) recover(ctx context.Context, c Call) error {
	legs, err := s.Calls.Legs(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, l := range legs {
		if err := s.down(ctx, &c, &l); err != nil {
			return err
		}
	}
	if c.State != Broken {
		return nil // not live yet: the offer's set-up deadline runs
	}
	return s.Timers.Set(ctx, timer.Timer{Kind: ReturnTimer, Ref: c.ID, Due: s.Now().Add(ReturnTime)})
}

// mark notes whether a leg is connected.
func (l *Leg) mark(up bool, now time.Time) {
	if l.Up == up {
		return
	}
	if l.Up = up; up {
		l.UpAt, l.DownAt = &now, nil
	} else {
		l.DownAt = &now
	}
}

// note puts the state of a call on record, with how long it was live.
func (s *Switchboard) note(ctx context.Context, c Call, kind event.Kind) error {
	data, err := json.Marshal(map[string]any{
		"media": c.Media, "offerId": c.OfferID, "by": c.EndedBy, "talkedMs": c.Talked(s.Now()).Milliseconds(),
	})
	if err != nil {
		return err
	}
	return s.Ledger.Append(ctx, event.Event{At: s.Now(), Kind: kind, Session: c.SessionID, Call: c.ID, Data: data})
}
