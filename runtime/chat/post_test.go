package chat_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/runtime/chat"
	"foyer/runtime/event"
)

func TestPost(t *testing.T) {
	h, ctx := open(t), t.Context()
	m, err := h.chat.Post(ctx, say("talk", "c1", "  hello, 你好 \n"))
	h.ok(err)
	want := chat.Message{
		ID: m.ID, SessionID: "talk", Seq: 1, From: chat.FromCaller, SenderID: "clr_1", Name: "Guest",
		ClientMessageID: "c1", Kind: chat.TextKind, Text: "hello, 你好", At: start,
	}
	if diff := cmp.Diff(want, m); diff != "" || !strings.HasPrefix(m.ID, "msg_") {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]chat.Message{want}, h.list("talk")); diff != "" {
		t.Errorf("listed (-want +got)\n%s", diff)
	}
	if len(h.spoke) != 1 || h.spoke[0] != chat.FromCaller {
		t.Errorf("spoke: %v", h.spoke)
	}
	for _, topic := range []string{event.SessionTopic("talk"), event.AgentTopic("agt_ann")} {
		frames, err := h.in.Frames(ctx, topic, 0, 10)
		h.ok(err)
		if len(frames) != 1 || frames[0].Type != "message.posted" {
			t.Fatalf("%s: %+v", topic, frames)
		}
		var data map[string]any
		h.ok(json.Unmarshal(frames[0].Data, &data))
		if data["sessionId"] != "talk" || data["messageId"] != m.ID || data["seq"] != 1.0 || data["text"] != "hello, 你好" {
			t.Errorf("%s: %s", topic, frames[0].Data)
		}
	}
	events, err := h.in.Events(ctx, "talk")
	h.ok(err)
	if len(events) != 1 || events[0].Kind != chat.Posted || strings.Contains(string(events[0].Data), "hello") {
		t.Errorf("on record: %+v", events)
	}
}

// Before an agent serves the session only the caller hears of messages.
func TestPostWithoutAgent(t *testing.T) {
	h, ctx := open(t), t.Context()
	_, err := h.chat.Post(ctx, say("wait", "", "anybody there?"))
	h.ok(err)
	if n, _ := h.in.LastFrame(ctx, event.SessionTopic("wait")); n != 1 {
		t.Errorf("%d frames to the caller", n)
	}
	if n, _ := h.in.LastFrame(ctx, event.AgentTopic("")); n != 0 {
		t.Errorf("%d frames to nobody", n)
	}
}

func TestPostRefused(t *testing.T) {
	h, ctx := open(t), t.Context()
	with := func(f func(p *chat.Post)) chat.Post { p := say("talk", "c1", "x"); f(&p); return p }
	for _, c := range []struct {
		about string
		p     chat.Post
		want  error
	}{
		{"empty", say("talk", "c1", ""), chat.ErrEmpty},
		{"blank", say("talk", "c1", " \n\t　"), chat.ErrEmpty},
		{"nothing but NUL", say("talk", "c1", "\x00\x00"), chat.ErrEmpty},
		{"too long", say("talk", "c1", strings.Repeat("字", 4001)), chat.ErrTooLong},
		{"long id", say("talk", strings.Repeat("x", 65), "x"), chat.ErrClientID},
		{"id of no text", say("talk", "\xff", "x"), chat.ErrClientID},
		{"no kind", with(func(p *chat.Post) { p.Kind = "" }), chat.ErrKind},
		{"other kind", with(func(p *chat.Post) { p.Kind = "card" }), chat.ErrKind},
		{"picture without one", with(func(p *chat.Post) { p.Kind = chat.ImageKind }), chat.ErrEmpty},
		{"unknown picture", with(func(p *chat.Post) { p.Kind, p.FileID = chat.ImageKind, "file_none" }), chat.ErrNoFile},
		{"over", say("over", "c1", "one more thing"), chat.ErrOver},
		{"nowhere", say("none", "c1", "x"), errNoSession},
	} {
		if _, err := h.chat.Post(ctx, c.p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.about, err)
		}
	}
	for _, session := range []string{"talk", "over", "none"} {
		if n, _ := h.in.LastFrame(ctx, event.SessionTopic(session)); n != 0 || len(h.list(session)) != 0 {
			t.Errorf("something of what was refused is left in %s", session)
		}
	}
	if len(h.spoke) != 0 {
		t.Errorf("refused and yet spoken: %v", h.spoke)
	}
	m, err := h.chat.Post(ctx, say("talk", strings.Repeat("x", 64), strings.Repeat("字", 4000)))
	h.ok(err)
	if m.Seq != 1 {
		t.Errorf("what was refused took a place: %d", m.Seq)
	}
}

func TestWhatTextsLose(t *testing.T) {
	h := open(t)
	for in, want := range map[string]string{
		"a\x00b":         "ab",
		"a\xffb":         "a\uFFFDb",
		"  两行\n\n第二 ":    "两行\n\n第二",
		"<b>&amp;</b>":   "<b>&amp;</b>",
		"'); DROP --":    "'); DROP --",
		"\u202Etxet":     "\u202Etxet",
		"a\u2028b\u0085": "a\u2028b",
	} {
		m, err := h.chat.Post(t.Context(), say("talk", "", in))
		if err != nil || m.Text != want {
			t.Errorf("%q became %q, %v", in, m.Text, err)
		}
	}
}

// Posting again gives the first message, whatever it says now, also when the session ended in between.
func TestPostAgain(t *testing.T) {
	h, ctx := open(t), t.Context()
	first, err := h.chat.Post(ctx, say("talk", "c1", "hello"))
	h.ok(err)
	h.wait(time.Second)
	h.sessions["talk"] = chat.Meta{AgentID: "agt_ann", Over: true}
	again, err := h.chat.Post(ctx, say("talk", "c1", "something else"))
	h.ok(err)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("(-first +again)\n%s", diff)
	}
	h.sessions["talk"] = chat.Meta{AgentID: "agt_ann"}
	byAgent := say("talk", "c1", "the agent's own c1")
	byAgent.From, byAgent.SenderID = chat.FromAgent, "agt_ann"
	other, err := h.chat.Post(ctx, byAgent)
	h.ok(err)
	elsewhere, err := h.chat.Post(ctx, say("wait", "c1", "another session's c1"))
	h.ok(err)
	if other.ID == first.ID || other.Seq != 2 || elsewhere.ID == first.ID || elsewhere.Seq != 1 {
		t.Errorf("ids of different senders or sessions are one: %+v, %+v", other, elsewhere)
	}
	for range 2 { // without an id every post counts
		_, err := h.chat.Post(ctx, say("talk", "", "hm"))
		h.ok(err)
	}
	if n := len(h.list("talk")); n != 4 || len(h.spoke) != 5 {
		t.Errorf("%d messages, spoken %d times", n, len(h.spoke))
	}
}

// A doubled click or a retry on another socket: of many posts at once with one id, one message is made.
func TestPostOnceConcurrently(t *testing.T) {
	h := open(t)
	var all sync.WaitGroup
	ids := make([]string, 32)
	for i := range ids {
		all.Go(func() {
			m, err := h.chat.Post(t.Context(), say("talk", "c1", "hello"))
			if err != nil {
				t.Error(err)
			}
			ids[i] = m.ID
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("two messages: %s and %s", ids[0], id)
		}
	}
	if n := len(h.list("talk")); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// Sixteen who post at once: places are 1, 2, 3 … without a gap, frames come in the same order, and nobody's own
// messages change order.
func TestGapFree(t *testing.T) {
	h, ctx := open(t), t.Context()
	const posters, each = 16, 25
	var all sync.WaitGroup
	for p := range posters {
		all.Go(func() {
			for n := range each {
				post := say("talk", fmt.Sprintf("%d-%d", p, n), fmt.Sprint(n))
				if post.SenderID = fmt.Sprint(p); p%2 == 0 {
					post.From = chat.FromAgent
				}
				if _, err := h.chat.Post(ctx, post); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	var got []chat.Message
	for after := int64(0); ; after = got[len(got)-1].Seq {
		page, err := h.chat.List(ctx, "talk", after, 37)
		h.ok(err)
		if len(page) == 0 {
			break
		}
		got = append(got, page...)
	}
	if len(got) != posters*each {
		t.Fatalf("%d messages, want %d", len(got), posters*each)
	}
	next := map[string]int{}
	for i, m := range got {
		if m.Seq != int64(i+1) {
			t.Fatalf("message %d has place %d", i+1, m.Seq)
		}
		if m.Text != fmt.Sprint(next[m.SenderID]) {
			t.Fatalf("poster %s: %s comes when %d is due", m.SenderID, m.Text, next[m.SenderID])
		}
		next[m.SenderID]++
	}
	frames, err := h.in.Frames(ctx, event.SessionTopic("talk"), 0, posters*each)
	h.ok(err)
	for i, f := range frames {
		var m chat.Message
		h.ok(json.Unmarshal(f.Data, &m))
		if m.Seq != int64(i+1) {
			t.Fatalf("frame %d tells of message %d", i+1, m.Seq)
		}
	}
}

func TestList(t *testing.T) {
	h, ctx := open(t), t.Context()
	for i := range chat.ListMax + 5 {
		_, err := h.chat.Post(ctx, say("talk", "", fmt.Sprint(i)))
		h.ok(err)
	}
	for _, c := range []struct {
		after       int64
		limit       int
		first, want int64
	}{
		{0, 0, 1, chat.ListMax}, {0, -1, 1, chat.ListMax}, {0, 1 << 20, 1, chat.ListMax}, {0, 3, 1, 3},
		{10, 3, 11, 3}, {chat.ListMax, 0, chat.ListMax + 1, 5}, {-7, 2, 1, 2}, {1 << 40, 5, 0, 0},
	} {
		got, err := h.chat.List(ctx, "talk", c.after, c.limit)
		h.ok(err)
		if int64(len(got)) != c.want || len(got) > 0 && got[0].Seq != c.first {
			t.Errorf("after %d, limit %d: %d messages", c.after, c.limit, len(got))
		}
	}
}

func TestSay(t *testing.T) {
	h, ctx := open(t), t.Context()
	h.ok(h.chat.Say(ctx, "talk", " Welcome! "))
	h.ok(h.chat.Say(ctx, "talk", "  "))
	h.ok(h.chat.Say(ctx, "over", "Goodbye."))
	h.ok(h.chat.Say(ctx, "wait", strings.Repeat("长", 5000)))
	if err := h.chat.Say(ctx, "none", "x"); !errors.Is(err, errNoSession) {
		t.Errorf("nowhere: %v", err)
	}
	got := h.list("talk")
	if len(got) != 1 || got[0].From != chat.FromFlow || got[0].Text != "Welcome!" || got[0].Kind != chat.TextKind {
		t.Errorf("said %+v", got)
	}
	if got := h.list("over"); len(got) != 1 || got[0].Text != "Goodbye." {
		t.Errorf("the last word of a session: %+v", got)
	}
	if got := h.list("wait"); len([]rune(got[0].Text)) != chat.TextMax {
		t.Errorf("%d characters", len([]rune(got[0].Text)))
	}
	if len(h.spoke) != 0 {
		t.Error("the flow counts as a party")
	}
}

func TestEmoji(t *testing.T) {
	h := open(t)
	for text, want := range map[string]chat.Kind{
		"😀": chat.EmojiKind, "😀😀😀": chat.EmojiKind, "👍🏽": chat.EmojiKind, "👨‍👩‍👧‍👦": chat.EmojiKind, "❤️": chat.EmojiKind,
		"🇨🇳🇫🇷": chat.EmojiKind, "1️⃣": chat.EmojiKind, "☀": chat.EmojiKind, "🏴󠁧󠁢󠁥󠁮󠁧󠁿": chat.EmojiKind, "🏳️‍🌈": chat.EmojiKind,
		" 😀 ": chat.EmojiKind, "🤷🏻‍♀️👍🏽🎉": chat.EmojiKind,
		"😀😀😀😀": chat.TextKind, "hi 😀": chat.TextKind, "a": chat.TextKind, "12": chat.TextKind, "1": chat.TextKind, "你好": chat.TextKind,
		"😀\u200D": chat.TextKind, "\uFE0F": chat.TextKind, "🇨": chat.TextKind, "🏽": chat.TextKind, "<b>": chat.TextKind, "→x": chat.TextKind,
	} {
		p := say("talk", "", text)
		p.Kind = chat.EmojiKind
		m, err := h.chat.Post(t.Context(), p)
		if err != nil || m.Kind != want {
			t.Errorf("%q is kept as %s, want %s; %v", text, m.Kind, want, err)
		}
	}
	wall := say("talk", "", strings.Repeat("😀", 4001))
	wall.Kind = chat.EmojiKind
	if _, err := h.chat.Post(t.Context(), wall); !errors.Is(err, chat.ErrTooLong) {
		t.Errorf("a wall of emoji: %v", err)
	}
}
