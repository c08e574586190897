package queue_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"foyer/nodes"
	"foyer/runtime/queue"
)

// The same with real time and everybody at once: 8 agents, 40 callers, the loops running. Every caller is served
// once or gets out, and in the end nobody holds anything.
func TestEverybodyAtOnce(t *testing.T) {
	inHall(t, func(t *testing.T, h *hall) {
		h.group("sales", func(g *queue.SkillGroup) { g.RingSeconds, g.WrapSeconds = 1, 0 })
		var agents []string
		for i := range 8 {
			agents = append(agents, fmt.Sprintf("agent%d", i))
			h.agent(agents[i], "sales")
		}
		h.d.Start(t.Context())
		defer h.d.Stop()
		ctx, stop := context.WithCancel(t.Context())
		var desks, callers sync.WaitGroup
		for _, a := range agents {
			desks.Go(func() { h.work(ctx, a) })
		}
		for i := range 40 {
			callers.Go(func() { h.visit(fmt.Sprintf("s%02d", i), i%5 == 0) })
		}
		callers.Wait()
		stop()
		desks.Wait()
		open, err := h.in.Entries().OpenOffers(t.Context(), "")
		h.ok(err)
		entries, err := h.in.Entries().OpenEntries(t.Context())
		h.ok(err)
		if len(open)+len(entries) > 0 {
			t.Errorf("left behind: offers %v, entries %v", open, entries)
		}
	})
}

// work is an agent who accepts, with some noes, talks for a moment, and goes on.
func (h *hall) work(ctx context.Context, id string) {
	for n := 0; ctx.Err() == nil; n++ {
		open, err := h.in.Entries().OpenOffers(h.t.Context(), id)
		if err != nil {
			h.t.Error(err)
			return
		}
		for _, o := range open {
			switch {
			case o.State == queue.Pending && n%7 == 3:
				err = h.d.Reject(h.t.Context(), id, o.ID, "")
			case o.State == queue.Pending:
				_, err = h.d.Accept(h.t.Context(), id, o.ID)
			case o.State == queue.Accepted:
				err = h.d.MediaUp(h.t.Context(), o.ID)
			}
			if err != nil && !errors.Is(err, queue.ErrOfferGone) {
				h.t.Error(err)
			}
		}
		time.Sleep(time.Millisecond)
	}
}

// visit is a caller who waits until they talk, or does not wait, and leaves.
func (h *hall) visit(session string, hasty bool) {
	media := queue.Text
	if hasty {
		media = queue.Video
	}
	err := h.in.Do(h.t.Context(), func(ctx context.Context) error {
		_, err := h.d.Enqueue(ctx, queue.Request{SessionID: session, Media: media, Handoff: nodes.Handoff{Group: "sales"}})
		return err
	})
	for deadline := time.Now().Add(30 * time.Second); err == nil && !hasty; time.Sleep(2 * time.Millisecond) {
		var o queue.Offer
		o, _, err = h.in.Entries().OpenOfferOf(h.t.Context(), session)
		if o.State == queue.Connected {
			break
		}
		if time.Now().After(deadline) {
			h.t.Errorf("%s was never served", session)
			break
		}
	}
	if err == nil {
		err = h.in.Do(h.t.Context(), func(ctx context.Context) error { return h.d.Leave(ctx, session, "left") })
	}
	if err != nil {
		h.t.Error(err)
	}
}
