package call_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"foyer/runtime/call"
	"foyer/runtime/event"
	"foyer/runtime/token"
)

func TestOpen(t *testing.T) {
	h := open(t)
	c, caller, agent := h.open()
	h.want(c.ID, call.Connecting)
	for _, got := range []call.Ticket{caller, agent} {
		if got.CallID != c.ID || got.Transport != "webrtc" || got.Media != "video" || !got.ExpiresAt.Equal(start.Add(60*time.Second)) || len(got.Token) != 43 {
			t.Errorf("ticket %+v", got)
		}
	}
	if caller.Role != call.Caller || agent.Role != call.Agent || caller.LegID == agent.LegID || caller.Token == agent.Token {
		t.Errorf("tickets %+v and %+v", caller, agent)
	}
	legs, err := h.in.Calls().Legs(t.Context(), c.ID)
	h.ok(err)
	for _, l := range legs {
		if l.TicketHash != token.Hash(caller.Token) && l.TicketHash != token.Hash(agent.Token) || l.ResumeHash != "" || l.Up {
			t.Errorf("leg %+v", l)
		}
	}
	for _, topic := range []string{event.SessionTopic("ses_1"), event.AgentTopic("agt_1")} {
		frames := h.frames(topic)
		if len(frames) != 1 || !strings.Contains(string(frames[0].Data), `"sessionId":"ses_1"`) {
			t.Errorf("%s: %s", topic, frames[0].Data)
		}
	}
	if id, err := h.board.CallOf(t.Context(), "ses_1"); id != c.ID || err != nil {
		t.Errorf("the session's call is %q, %v", id, err)
	}
	if id, err := h.board.CallOf(t.Context(), "ses_2"); id != "" || err != nil {
		t.Errorf("another session's call is %q, %v", id, err)
	}
}

// A second accept after a failed set-up makes a new call; the old one is over.
func TestOpenAgain(t *testing.T) {
	h := open(t)
	first, caller, _ := h.open()
	second, again, _ := h.open()
	h.want(first.ID, call.Ended)
	h.want(second.ID, call.Connecting)
	if _, err := h.board.Join(t.Context(), caller.LegID, caller.Token, "sdp", false, nil); !errors.Is(err, call.ErrNotNow) {
		t.Errorf("a ticket of the old call: %v", err)
	}
	h.join(again.LegID, again.Token)
	h.do(func(ctx context.Context) error { return h.board.OpenFor(ctx, "ses_1", h.offer) })
	h.want(second.ID, call.Ended)
}

// From accept to live: the talk begins with the last leg, and begins once.
func TestGoesLive(t *testing.T) {
	h := open(t)
	c, caller, agent := h.open()
	h.join(caller.LegID, caller.Token)
	h.signal(caller.LegID, "up")
	h.signal(caller.LegID, "up") // the media plane may repeat itself
	h.want(c.ID, call.Connecting)
	if len(h.told) != 0 {
		t.Fatalf("with one leg the queue hears %v", h.told)
	}
	h.wait(time.Second)
	h.join(agent.LegID, agent.Token)
	h.signal(agent.LegID, "up")
	h.want(c.ID, call.Live)
	if strings.Join(h.told, ",") != "up off_1" {
		t.Errorf("the queue hears %v", h.told)
	}
	got, err := h.in.Calls().Call(t.Context(), c.ID)
	h.ok(err)
	if got.LiveAt == nil || !got.LiveAt.Equal(start.Add(time.Second)) {
		t.Errorf("live at %v", got.LiveAt)
	}
	for _, topic := range []string{event.SessionTopic("ses_1"), event.AgentTopic("agt_1")} {
		if got := h.heard(topic); got != "media.updated" {
			t.Errorf("%s hears %q", topic, got)
		}
	}
}

// Before the call was live a lost leg breaks nothing: the offer's set-up deadline runs.
func TestDownBeforeLive(t *testing.T) {
	h := open(t)
	c, caller, agent := h.open()
	h.join(caller.LegID, caller.Token)
	h.signal(caller.LegID, "up")
	h.signal(caller.LegID, "down")
	h.want(c.ID, call.Connecting)
	h.join(agent.LegID, agent.Token)
	h.signal(agent.LegID, "up")
	h.want(c.ID, call.Connecting)
	h.signal(caller.LegID, "up")
	h.want(c.ID, call.Live)
}

func TestHangup(t *testing.T) {
	for _, by := range []string{"caller", "agent"} {
		h := open(t)
		c, caller, agent, _, _ := h.live()
		h.wait(90 * time.Second)
		h.ok(h.board.Hangup(t.Context(), c.ID, by))
		h.ok(h.board.Hangup(t.Context(), c.ID, "agent")) // both at once
		h.want(c.ID, call.Ended)
		got, err := h.in.Calls().Call(t.Context(), c.ID)
		h.ok(err)
		if got.EndedBy != by || !got.EndedAt.Equal(h.clock()) || got.Talked(h.clock()) != 90*time.Second {
			t.Errorf("%+v", got)
		}
		if strings.Join(h.closed, ",") != c.ID {
			t.Errorf("the media plane drops %v", h.closed)
		}
		if strings.Join(h.told, ",") != "up off_1" {
			t.Errorf("the talk goes on, and the queue hears %v", h.told)
		}
		for _, topic := range []string{event.SessionTopic("ses_1"), event.AgentTopic("agt_1")} {
			frames := h.frames(topic)
			last := frames[len(frames)-1]
			var over call.Over
			h.ok(json.Unmarshal(last.Data, &over))
			if last.Type != "media.closed" || over != (call.Over{SessionID: "ses_1", CallID: c.ID, By: by}) || h.heard(topic) != "media.updated media.closed" {
				t.Errorf("%s: %s %s", topic, h.heard(topic), last.Data)
			}
		}
		// Late words of the media plane change nothing.
		h.signal(caller.LegID, "down")
		h.signal(agent.LegID, "up")
		h.want(c.ID, call.Ended)
	}
}

// A broken call that is hung up is over: no deadline is left, and no secret of it opens anything.
func TestHangupWhileBroken(t *testing.T) {
	h := open(t)
	c, caller, _, _, _ := h.live()
	h.signal(caller.LegID, "down")
	_, err := h.board.Ticket(t.Context(), "ses_1", call.Caller)
	h.ok(err)
	h.ok(h.board.Hangup(t.Context(), c.ID, "agent"))
	h.want(c.ID, call.Ended)
	legs, err := h.in.Calls().Legs(t.Context(), c.ID)
	h.ok(err)
	for _, l := range legs {
		if l.Up || l.DownAt == nil || l.TicketHash != "" || l.ResumeHash != "" {
			t.Errorf("%+v", l)
		}
	}
	if strings.Join(h.told, ",") != "up off_1" {
		t.Errorf("the queue hears %v", h.told)
	}
}

// Who hangs up before the media is there is there all the same: nobody is blamed by the set-up deadline.
func TestHangupWhileConnecting(t *testing.T) {
	h := open(t)
	c, _, _ := h.open()
	h.ok(h.board.Hangup(t.Context(), c.ID, "caller"))
	h.want(c.ID, call.Ended)
	if strings.Join(h.told, ",") != "up off_1" {
		t.Errorf("the queue hears %v", h.told)
	}
	if err := h.board.Hangup(t.Context(), "call_none", "caller"); !errors.Is(err, call.ErrNotFound) {
		t.Errorf("no such call: %v", err)
	}
}

func TestCloseSession(t *testing.T) {
	h := open(t)
	h.ok(h.board.CloseSession(t.Context(), "ses_1")) // nothing to close
	c, caller, _, resume, _ := h.live()
	h.ok(h.board.CloseSession(t.Context(), "ses_1"))
	h.ok(h.board.CloseSession(t.Context(), "ses_1"))
	h.want(c.ID, call.Ended)
	if strings.Join(h.told, ",") != "up off_1" || strings.Join(h.closed, ",") != c.ID {
		t.Errorf("queue %v, media %v", h.told, h.closed)
	}
	if _, err := h.board.Join(t.Context(), caller.LegID, resume, "sdp", false, nil); !errors.Is(err, call.ErrNotNow) {
		t.Errorf("coming back: %v", err)
	}
	if _, err := h.board.Ticket(t.Context(), "ses_1", call.Caller); !errors.Is(err, call.ErrNotFound) {
		t.Errorf("a new ticket: %v", err)
	}
}

// A decision that fails after the call was ended in it drops no media.
func TestMediaGoesAfterTheCommit(t *testing.T) {
	h := open(t)
	c, _, _, _, _ := h.live()
	boom := errors.New("boom")
	err := h.in.Do(t.Context(), func(ctx context.Context) error {
		if err := h.board.CloseSession(ctx, "ses_1"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) || len(h.closed) != 0 {
		t.Errorf("%v, dropped %v", err, h.closed)
	}
	h.want(c.ID, call.Live)
}

func TestRecord(t *testing.T) {
	h := open(t)
	c, _, _, _, _ := h.live()
	h.wait(2500 * time.Millisecond)
	h.ok(h.board.Hangup(t.Context(), c.ID, "agent"))
	events, err := h.in.Events(t.Context(), "ses_1")
	h.ok(err)
	var kinds []string
	for _, e := range events {
		kinds = append(kinds, string(e.Kind))
		if e.Call != c.ID {
			t.Errorf("%s is of call %q", e.Kind, e.Call)
		}
	}
	if strings.Join(kinds, " ") != "call.live call.ended" {
		t.Fatalf("on record: %v", kinds)
	}
	var data struct {
		By       string `json:"by"`
		Media    string `json:"media"`
		TalkedMs int64  `json:"talkedMs"`
	}
	h.ok(json.Unmarshal(events[1].Data, &data))
	if data.By != "agent" || data.Media != "video" || data.TalkedMs != 2500 {
		t.Errorf("%s", events[1].Data)
	}
}
