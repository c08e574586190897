package queue_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"foyer/nodes"
	"foyer/runtime/queue"
)

// How a group stands for a new caller. Ann takes two texts at once.
func TestStanding(t *testing.T) {
	talks := func(media queue.Media, sessions ...string) func(h *hall) {
		return func(h *hall) {
			h.agent("ann", "sales")
			for _, s := range sessions {
				h.enqueue(s, media, nodes.Handoff{})
				h.talks(s)
			}
		}
	}
	for name, c := range map[string]struct {
		reach  func(h *hall)
		group  string
		text   queue.Standing
		video  queue.Standing
		number bool // there is an honest estimate
	}{
		"nobody is there": {reach: func(*hall) {}},
		"idle":            {reach: talks(queue.Text), text: queue.Standing{Ready: 1}, video: queue.Standing{Ready: 1}},
		"in video":        {reach: talks(queue.Video, "s1")},
		"in one text":     {reach: talks(queue.Text, "s1"), text: queue.Standing{Ready: 1}},
		"in two texts":    {reach: talks(queue.Text, "s1", "s2")},
		"rung": {
			reach: func(h *hall) { h.agent("ann", "sales"); h.enqueue("s1", queue.Text, nodes.Handoff{}) },
			text:  queue.Standing{Length: 1, Ready: 1}, video: queue.Standing{Length: 1},
		},
		"two wait": {
			reach: func(h *hall) {
				talks(queue.Video, "s1")(h)
				h.enqueue("s2", queue.Text, nodes.Handoff{})
				h.enqueue("s3", queue.Video, nodes.Handoff{})
			},
			text: queue.Standing{Length: 2}, video: queue.Standing{Length: 2},
		},
		"another group's":   {reach: func(h *hall) { h.group("repair", nil); h.agent("ann", "repair") }},
		"the group is gone": {reach: talks(queue.Text), group: "gone"},
		"the pace is known": {
			reach: func(h *hall) {
				h.agent("ann", "sales")
				for n := range 5 {
					s := fmt.Sprint("s", n)
					h.enqueue(s, queue.Text, nodes.Handoff{})
					h.talks(s)
					h.leaves(s)
					h.wait(10 * time.Second)
				}
			},
			text: queue.Standing{Ready: 1}, video: queue.Standing{Ready: 1}, number: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			inHall(t, func(t *testing.T, h *hall) {
				c.reach(h)
				if c.group == "" {
					c.group = "sales"
				}
				for media, want := range map[queue.Media]queue.Standing{queue.Text: c.text, queue.Audio: c.video, queue.Video: c.video} {
					got, err := h.d.Standing(t.Context(), c.group, media)
					h.ok(err)
					if want.Wait = -1; c.number {
						want.Wait = 11 // five were served in the 50 seconds and some milliseconds since the first
					}
					if got != want {
						t.Errorf("for %s it stands %+v, want %+v", media, got, want)
					}
				}
			})
		})
	}
}

// talks lets the agent who is rung for a session begin the talk.
func (h *hall) talks(session string) {
	h.t.Helper()
	o := h.offer(session)
	_, err := h.d.Accept(h.t.Context(), o.AgentID, o.ID)
	h.ok(err)
	h.ok(h.d.MediaUp(h.t.Context(), o.ID))
}

// leaves ends a talk and the wrap-up after it.
func (h *hall) leaves(session string) {
	h.t.Helper()
	o := h.offer(session)
	h.do(func(ctx context.Context) error { return h.d.Leave(ctx, session, "left") })
	h.ok(h.d.Complete(h.t.Context(), o.AgentID, o.ID))
}
