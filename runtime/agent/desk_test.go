package agent_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"foyer/runtime/agent"
	"foyer/runtime/event"
	"foyer/runtime/queue"
)

func TestADay(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.hire("1001", agent.Member)
	want := func(shown agent.Shown, intent, next agent.Intent) {
		t.Helper()
		if v := h.state(a.ID); v.Shown != shown || v.Intent != intent || v.Next != next {
			t.Fatalf("shows %s, wants %s, booked %q", v.Shown, v.Intent, v.Next)
		}
	}
	want(agent.ShownOffline, agent.Offline, "")
	h.ok(h.desk.Touch(ctx, a.ID))
	want(agent.ShownOffline, agent.Offline, "")
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Ready, ""))
	want(agent.ShownFree, agent.Ready, "")

	o := h.offer("o1", a.ID, queue.Video, queue.Pending)
	want(agent.ShownRinging, agent.Ready, "")
	h.turn(o, queue.Connected)
	want(agent.ShownBusy, agent.Ready, "")
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Rest, "lunch"))
	want(agent.ShownBusy, agent.Ready, agent.Rest)
	h.turn(o, queue.Wrapping)
	want(agent.ShownWrapUp, agent.Ready, agent.Rest)
	h.turn(o, queue.Closed)
	h.ok(h.desk.Idle(ctx, a.ID))
	want(agent.ShownRest, agent.Rest, "")
	if v := h.state(a.ID); v.Reason != "lunch" {
		t.Errorf("rests for %q", v.Reason)
	}
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Ready, "ignored"))
	want(agent.ShownFree, agent.Ready, "")
	if v := h.state(a.ID); v.Reason != "" {
		t.Errorf("ready for a reason: %q", v.Reason)
	}
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Offline, ""))
	want(agent.ShownOffline, agent.Offline, "")
}

// With text sessions left to do, what was booked waits for the last of them.
func TestBookedUntilTheLast(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.atWork("1001")
	one := h.offer("o1", a.ID, queue.Text, queue.Connected)
	two := h.offer("o2", a.ID, queue.Text, queue.Wrapping)
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.NotReady, ""))
	if v := h.state(a.ID); v.Load != (agent.Load{Texts: 2}) || v.Next != agent.NotReady {
		t.Fatalf("%+v", v)
	}
	if h.routable(a.ID) {
		t.Error("gets new callers although a break is booked")
	}
	h.turn(one, queue.Closed)
	h.ok(h.desk.Idle(ctx, a.ID))
	if v := h.state(a.ID); v.Intent != agent.Ready || v.Next != agent.NotReady {
		t.Errorf("with one to tidy up: %+v", v)
	}
	h.turn(two, queue.Closed)
	h.ok(h.desk.Idle(ctx, a.ID))
	if v := h.state(a.ID); v.Intent != agent.NotReady || v.Next != "" {
		t.Errorf("after the last: %+v", v)
	}
}

// A booking can be taken back.
func TestBookingIsClearable(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.atWork("1001")
	h.offer("o1", a.ID, queue.Audio, queue.Connected)
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Offline, ""))
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Ready, ""))
	if v := h.state(a.ID); v.Next != "" || v.Intent != agent.Ready || v.Shown != agent.ShownBusy {
		t.Errorf("%+v", v)
	}
	if !h.routable(a.ID) {
		t.Error("not routable after the booking was taken back")
	}
}

// Whatever makes an agent not routable takes back what rings, in the same decision (I4).
func TestRingsAreTakenBack(t *testing.T) {
	for about, leave := range map[string]func(h *house, id string) error{
		"offline":   func(h *house, id string) error { return h.desk.SetIntent(h.t.Context(), id, agent.Offline, "") },
		"rest":      func(h *house, id string) error { return h.desk.SetIntent(h.t.Context(), id, agent.Rest, "tea") },
		"not ready": func(h *house, id string) error { return h.desk.SetIntent(h.t.Context(), id, agent.NotReady, "") },
		"gone":      func(h *house, id string) error { return h.desk.Gone(h.t.Context(), id) },
		"missed":    func(h *house, id string) error { return h.desk.Missed(h.t.Context(), id, false) },
		"to rest":   func(h *house, id string) error { return h.desk.Missed(h.t.Context(), id, true) },
		"device":    func(h *house, id string) error { return h.desk.DeviceFailed(h.t.Context(), id) },
	} {
		t.Run(about, func(t *testing.T) {
			h := open(t)
			a := h.atWork("1001")
			h.offer("o1", a.ID, queue.Video, queue.Pending)
			h.ok(leave(h, a.ID))
			if o, err := h.in.Entries().Offer(t.Context(), "o1"); err != nil || o.State != queue.Rescinded {
				t.Errorf("the ring is %s, %v", o.State, err)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.atWork("1001")
	h.ok(h.desk.Missed(ctx, a.ID, false))
	if v := h.state(a.ID); v.Shown != agent.ShownFault || v.Fault != agent.NotResponding || v.Intent != agent.Ready {
		t.Errorf("after a miss: %+v", v)
	}
	h.ok(h.desk.Recover(ctx, a.ID))
	if v := h.state(a.ID); v.Shown != agent.ShownFree || v.Fault != agent.NoFault {
		t.Errorf("one click later: %+v", v)
	}
	h.ok(h.desk.Missed(ctx, a.ID, true))
	if v := h.state(a.ID); v.Shown != agent.ShownRest || v.Fault != agent.NoFault {
		t.Errorf("after a miss in a group that sends to rest: %+v", v)
	}
	h.ok(h.desk.DeviceFailed(ctx, a.ID))
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.NotReady, ""))
	if v := h.state(a.ID); v.Fault != agent.Device {
		t.Errorf("a wish other than ready clears a fault: %+v", v)
	}
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Ready, ""))
	if v := h.state(a.ID); v.Shown != agent.ShownFree || v.Fault != agent.NoFault {
		t.Errorf("ready again: %+v", v)
	}
}

func TestIntentIsChecked(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.atWork("1001")
	before := h.frames(a.ID)
	for _, i := range []agent.Intent{"", "busy", "missed", "workDone", "recovered"} {
		if err := h.desk.SetIntent(ctx, a.ID, i, ""); !errors.Is(err, agent.ErrInvalid) {
			t.Errorf("%q: %v", i, err)
		}
	}
	for _, reason := range []string{strings.Repeat("茶", 41), "a\nb", "a\x00b", "\xff"} {
		if err := h.desk.SetIntent(ctx, a.ID, agent.Rest, reason); !errors.Is(err, agent.ErrInvalid) {
			t.Errorf("reason %q: %v", reason, err)
		}
	}
	if err := h.desk.SetIntent(ctx, "agt_none", agent.Rest, ""); !errors.Is(err, agent.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if h.frames(a.ID) != before {
		t.Error("what was refused was told to the desk")
	}
}

// The longest-idle count starts with coming to work and with the end of work; a rest does not move it.
func TestIdleSince(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.atWork("1001")
	idle := func() time.Time {
		got, err := h.in.Agents().Get(ctx, a.ID)
		h.ok(err)
		return got.IdleSince
	}
	began := idle()
	if !began.Equal(start) {
		t.Errorf("idle since %s", began)
	}
	h.wait(time.Minute)
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Rest, ""))
	h.wait(time.Minute)
	h.ok(h.desk.Touch(ctx, a.ID))
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Ready, ""))
	if !idle().Equal(began) {
		t.Error("a rest moves the agent in line")
	}
	h.wait(time.Minute)
	h.ok(h.desk.Idle(ctx, a.ID))
	if !idle().Equal(h.clock()) {
		t.Error("the end of work does not count")
	}
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Offline, ""))
	h.wait(time.Hour)
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Ready, ""))
	if !idle().Equal(h.clock()) {
		t.Error("a night at home counts as idle")
	}
}

func TestSince(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.atWork("1001")
	since := func(want time.Duration) {
		t.Helper()
		if v := h.state(a.ID); !v.Since.Equal(start.Add(want)) {
			t.Errorf("%s since %s, want %s", v.Shown, v.Since.Sub(start), want)
		}
	}
	since(0)
	h.wait(time.Second)
	o := h.offer("o1", a.ID, queue.Video, queue.Pending)
	since(time.Second)
	h.wait(time.Second)
	at := h.clock()
	o.AcceptedAt = &at
	h.turn(o, queue.Connected)
	since(2 * time.Second)
	h.wait(time.Second)
	h.turn(o, queue.Closed)
	h.ok(h.desk.Idle(ctx, a.ID))
	since(3 * time.Second)
	h.wait(time.Second)
	h.ok(h.desk.Missed(ctx, a.ID, false))
	since(4 * time.Second)
	h.wait(time.Second)
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Rest, "tea"))
	since(5 * time.Second)
	h.wait(time.Second)
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Rest, "more tea"))
	since(5 * time.Second)
}

// Every change is on record and on the agent's desk, with what it shows.
func TestChangesAreTold(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.atWork("1001")
	h.ok(h.desk.SetIntent(ctx, a.ID, agent.Rest, "tea"))
	frames, err := h.in.Frames(ctx, event.AgentTopic(a.ID), 0, 100)
	h.ok(err)
	last := frames[len(frames)-1]
	var v agent.View
	h.ok(json.Unmarshal(last.Data, &v))
	if last.Type != "agent.updated" || v != h.state(a.ID) {
		t.Errorf("frame %s %s", last.Type, last.Data)
	}
	for _, key := range []string{`"agentId":"agt_`, `"shown":"rest"`, `"reason":"tea"`, `"load":{"exclusive":0,"texts":0}`, `"textCap":5`} {
		if !strings.Contains(string(last.Data), key) {
			t.Errorf("%s is missing in %s", key, last.Data)
		}
	}
	h.ok(h.desk.Tell(ctx, a.ID))
	if h.frames(a.ID) != last.Seq+1 {
		t.Error("Tell tells nothing")
	}
}

// What the queue refuses leaves the agent as they were.
func TestChangeIsOneDecision(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.atWork("1001")
	frames := h.frames(a.ID)
	boom := errors.New("boom")
	h.desk.Offers = refusing{boom}
	if err := h.desk.SetIntent(ctx, a.ID, agent.Rest, ""); !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if v := h.state(a.ID); v.Intent != agent.Ready || h.frames(a.ID) != frames {
		t.Errorf("half a change: %+v", v)
	}
}

type refusing struct{ err error }

func (r refusing) AgentChanged(context.Context, string) error { return r.err }

func TestStates(t *testing.T) {
	h, ctx := open(t), t.Context()
	a, b := h.atWork("1002"), h.atWork("1001")
	h.offer("o1", a.ID, queue.Video, queue.Connected)
	h.offer("o2", b.ID, queue.Text, queue.Connected)
	all, err := h.desk.States(ctx)
	h.ok(err)
	if len(all) != 2 || all[0] != h.state(b.ID) || all[1] != h.state(a.ID) {
		t.Errorf("%+v", all)
	}
	if all[1].Shown != agent.ShownBusy || all[1].Load != (agent.Load{Exclusive: 1}) || all[0].Load != (agent.Load{Texts: 1}) {
		t.Errorf("%+v", all)
	}
	number, name, err := h.desk.Badge(ctx, a.ID)
	if number != "1002" || name != "Agent 1002" || err != nil {
		t.Errorf("badge %s %s, %v", number, name, err)
	}
}

// The rule of the database's candidates and Agent.Routable are the same one.
func TestCandidatesAreRoutable(t *testing.T) {
	h, ctx := open(t), t.Context()
	a := h.atWork("1001")
	h.ok(h.in.Do(ctx, func(ctx context.Context) error {
		g := queue.SkillGroup{ID: "grp", Name: "g", RingSeconds: 20, WaitSeconds: 600, CreatedAt: start}
		if err := h.in.Groups().CreateGroup(ctx, g); err != nil {
			return err
		}
		return h.in.Groups().SetMember(ctx, queue.Membership{GroupID: "grp", AgentID: a.ID, Priority: 3})
	}))
	row, err := h.in.Agents().Get(ctx, a.ID)
	h.ok(err)
	for _, i := range []agent.Intent{agent.Ready, agent.NotReady, agent.Rest, agent.Offline} {
		for _, next := range []agent.Intent{"", agent.NotReady, agent.Rest, agent.Offline} {
			for _, f := range []agent.Fault{agent.NoFault, agent.NotResponding, agent.Device} {
				for _, left := range []time.Duration{-time.Second, 0, time.Second} {
					row.Intent, row.Next, row.Fault, row.Presence = i, next, f, h.clock().Add(left)
					h.ok(h.in.Do(ctx, func(ctx context.Context) error { return h.in.Agents().Update(ctx, row) }))
					found, err := h.in.Entries().Candidates(ctx, "grp", h.clock())
					h.ok(err)
					if (len(found) == 1) != row.Routable(h.clock()) {
						t.Errorf("%s, booked %q, fault %q, lease %s: %d candidates", i, next, f, left, len(found))
					}
				}
			}
		}
	}
}
