package session_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/runtime/callback"
	"foyer/runtime/engine"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/session"
)

// mortal is a ledger whose process dies at one of its commits: before the commit takes effect, or after it and before
// anybody hears of it. One with no commits left to it from the beginning never dies.
type mortal struct {
	event.Ledger
	late bool // the last commit takes effect

	mu   sync.Mutex
	left int // commits until it dies
	dead bool
	done int // commits so far
}

var errDied = errors.New("the process has died")

type inside struct{}

// Do is that of the ledger, as long as the process lives.
func (m *mortal) Do(ctx context.Context, f func(context.Context) error) error {
	if ctx.Value(inside{}) != nil {
		return m.Ledger.Do(ctx, f)
	}
	lives, holds := m.next()
	var err error
	if holds {
		err = m.Ledger.Do(context.WithValue(ctx, inside{}, true), f)
	}
	if !lives {
		return errDied
	}
	return err
}

// next counts a commit, and tells whether the process outlives it and whether it takes effect.
func (m *mortal) next() (lives, holds bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead {
		return false, false
	}
	m.done++
	m.left--
	m.dead = m.left == 0
	return !m.dead, !m.dead || m.late
}

// play is one caller's visit, told as what people do. Whoever is not answered, because the process died, asks again
// once it is back, as their clients do.
type play struct {
	*hall
	id    string
	view  session.View
	until time.Time // of the time that passes now
}

// act is what somebody does. It is done again, from its beginning, when the process died under it.
type act func(p *play) error

// acted plays all acts and tells how the session ended and came there.
func acted(t *testing.T, left int, late bool, flow string, acts []act) (ending, int) {
	t.Helper()
	h := newHall(t)
	h.publish("finner0000000000", "inner", crashFlows()["inner"])
	h.publish("fcrash0000000000", "crash", crashFlows()[flow])
	h.night()
	h.agent("ann", "sales", "repair", "night")
	h.ledger.left, h.ledger.late, h.ledger.done = left, late, 0
	p := &play{hall: h}
	for i, a := range acts {
		for tries := 0; ; tries++ {
			err := a(p)
			if !h.ledger.dead {
				if err != nil {
					t.Fatalf("act %d: %v\n%s", i+1, err, h.log)
				}
				break
			}
			if tries > 1 {
				t.Fatalf("act %d: died again: %v", i+1, err)
			}
			h.crash(0)
		}
		p.until = time.Time{}
	}
	return p.ending(), h.ledger.done
}

// ending is all that must be the same, however often the process died on the way, but for an agent who was being
// rung then: the ring is taken back, and they are rung anew.
type ending struct {
	State     session.State
	By        session.ClosedBy
	Reason    string
	Trace     []string
	Said      []string
	Record    []string
	CallBacks int // requests for one
}

func (p *play) ending() (e ending) {
	p.t.Helper()
	v, err := p.r.View(p.t.Context(), p.id)
	p.ok(err)
	e.State, e.Said = v.State, p.chat.said[p.id]
	for _, kind := range p.events(p.id) {
		if e.Record = append(e.Record, kind); len(e.Record) > 1 && kind == "offered" && e.Record[len(e.Record)-2] == "waiting" {
			e.Record = e.Record[:len(e.Record)-2]
		}
	}
	if v.Ended != nil {
		e.By, e.Reason = v.Ended.By, v.Ended.Reason
	}
	steps, err := p.in.Sessions().Steps(p.t.Context(), p.id)
	p.ok(err)
	for i, s := range steps {
		if s.N != i+1 {
			p.t.Errorf("line %d of the trace has number %d", i+1, s.N)
		}
		e.Trace = append(e.Trace, fmt.Sprint(s.Event.Kind, " ", s.Event.Node, " ", s.Event.Port, s.Event.Reason))
	}
	requests, err := p.back.List(p.t.Context(), callback.Filter{})
	p.ok(err)
	e.CallBacks = len(requests)
	p.clean(p.id)
	live, err := p.in.Sessions().Live(p.t.Context())
	p.ok(err)
	if len(live) > 0 {
		p.t.Errorf("%d sessions are live", len(live))
	}
	return e
}

// TestKilledAtEveryCommit plays each story once, and then again with the process dying at each of its commits, before
// and after it takes effect: every time the session must come to the same end by the same way, nothing said or
// recorded twice.
func TestKilledAtEveryCommit(t *testing.T) {
	for name, s := range stories() {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // what takes time is the disk
			want, commits := acted(t, 0, false, s.flow, s.acts)
			if want.State != session.Ended || want.Reason != s.reason || want.CallBacks != s.callBacks {
				t.Fatalf("undisturbed it ends %+v", want)
			}
			step := 1
			if testing.Short() {
				step = 4
			}
			for k := 1; k <= commits; k += step {
				for _, late := range []bool{false, true} {
					got, _ := acted(t, k, late, s.flow, s.acts)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("killed at commit %d of %d, late %v (-undisturbed +killed)\n%s", k, commits, late, diff)
					}
				}
			}
			t.Logf("%d commits, %d lines of trace", commits, len(want.Trace))
		})
	}
}

func begins(media queue.Media) act {
	return func(p *play) (err error) {
		p.view, err = p.r.Start(p.t.Context(), session.StartRequest{CallerID: "cal", Nickname: "小王", Channel: "web", IvrID: "fcrash0000000000", Media: media, Key: "once"})
		p.id = p.view.SessionID
		p.settle()
		return err
	}
}

// answers gives the answer to the question that the caller's page shows; the page keeps its token until it has heard.
func answers(option, text string) act {
	return func(p *play) error {
		v, err := p.r.Input(p.t.Context(), "cal", p.id, session.InputRequest{OptionID: option, Text: text, StepToken: p.view.StepToken})
		if err != nil {
			return err
		}
		p.settle()
		if !p.ledger.dead {
			p.view = v
		}
		return nil
	}
}

// looks reads the session anew, as a page does that was told of a change.
func looks(p *play) (err error) {
	p.view, err = p.r.Get(p.t.Context(), "cal", p.id)
	return err
}

// passes lets time pass, stopping wherever a timer is due.
func passes(d time.Duration) act {
	return func(p *play) error {
		if p.until.IsZero() {
			p.until = p.time.Add(d)
		}
		for p.time.Before(p.until) && !p.ledger.dead {
			next := p.time.Truncate(5 * time.Second).Add(5 * time.Second)
			if all, err := p.in.Timers().AllTimers(p.t.Context()); err == nil && len(all) > 0 && all[0].Due.Before(next) && all[0].Due.After(p.time) {
				next = all[0].Due
			}
			if p.time = next; p.until.Before(next) {
				p.time = p.until
			}
			if err := p.desk.Touch(p.t.Context(), "ann"); err != nil {
				return err
			}
			p.settle()
		}
		return nil
	}
}

// accepts lets the agent who is rung say yes; the media comes up at once.
func accepts(p *play) error {
	p.settle()
	o, ok, err := p.in.Entries().OpenOfferOf(p.t.Context(), p.id)
	if err != nil || !ok {
		return errors.Join(err, errors.New("nobody is rung"))
	}
	if _, err := p.d.Accept(p.t.Context(), o.AgentID, o.ID); err != nil {
		return err
	}
	return p.d.MediaUp(p.t.Context(), o.ID)
}

func hangsUp(by session.ClosedBy, who string) act {
	return func(p *play) error {
		err := p.r.End(p.t.Context(), p.id, by, who)
		p.settle()
		return err
	}
}

// comesTo holds that the session is where the story expects it.
func comesTo(want session.State, rest engine.Rest) act {
	return func(p *play) error {
		s, err := p.in.Sessions().Get(p.t.Context(), p.id)
		if err == nil && (s.State != want || s.Walk.Rest != rest) {
			err = fmt.Errorf("the session is %s, and rests %s", s.State, s.Walk.Rest)
		}
		return err
	}
}
