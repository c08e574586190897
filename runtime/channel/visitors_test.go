package channel_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"foyer/runtime/channel"
	"foyer/runtime/event"
	"foyer/runtime/token"
	"foyer/storage"
	"foyer/storage/storagetest"
)

// house is the visitors of a real database, with a clock that the test moves.
type house struct {
	in       *storage.Instance
	visitors *channel.Visitors
	now      time.Time
}

func open(t *testing.T) *house {
	h := &house{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return h.now }
	h.in = storagetest.Open(t)
	h.visitors = &channel.Visitors{
		Callers: h.in.Callers(), Instance: channel.Instance{ID: "ins", SdkAppID: 1400000001}, Ledger: h.in,
		Now: clock, NewID: event.IDs(clock, rand.Reader), Mint: token.Random,
	}
	return h
}

func TestLogin(t *testing.T) {
	h, ctx := open(t), t.Context()
	for in, want := range map[string]string{
		"": "", "   ": "", " 小王 ": "小王", "O'Brien <b>": "O'Brien <b>", strings.Repeat("名", 40): strings.Repeat("名", 40),
	} {
		plain, c, err := h.visitors.Login(ctx, 1400000001, in)
		if err != nil || c.Nickname != want || c.Channel != "web" || !strings.HasPrefix(c.ID, "clr_") || len(plain) != 43 {
			t.Errorf("%q: %+v, %q, %v", in, c, plain, err)
			continue
		}
		if got, err := h.visitors.ByToken(ctx, plain); err != nil || got != c {
			t.Errorf("%q: the token is of %+v, %v", in, got, err)
		}
	}
	one, a, _ := h.visitors.Login(ctx, 1400000001, "x")
	two, b, _ := h.visitors.Login(ctx, 1400000001, "x")
	if one == two || a.ID == b.ID {
		t.Error("two visitors of one name are one caller")
	}
}

func TestLoginRefused(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		about    string
		sdkAppID int64
		nickname string
		want     error
	}{
		{"other instance", 1400000002, "x", channel.ErrSdkApp},
		{"no instance", 0, "x", channel.ErrSdkApp},
		{"long name", 1400000001, strings.Repeat("名", 41), channel.ErrNickname},
		{"name with a line", 1400000001, "a\nb", channel.ErrNickname},
		{"name with NUL", 1400000001, "a\x00b", channel.ErrNickname},
		{"no text", 1400000001, "\xff", channel.ErrNickname},
	} {
		plain, _, err := h.visitors.Login(t.Context(), c.sdkAppID, c.nickname)
		if !errors.Is(err, c.want) || plain != "" {
			t.Errorf("%s: %q, %v", c.about, plain, err)
		}
	}
}

func TestByToken(t *testing.T) {
	h, ctx := open(t), t.Context()
	plain, c, err := h.visitors.Login(ctx, 1400000001, "x")
	if err != nil {
		t.Fatal(err)
	}
	for about, bad := range map[string]string{
		"none": "", "made up": token.Random(), "hash": token.Hash(plain), "cut": plain[1:], "long": plain + "A",
		"endless": strings.Repeat("A", 1<<20), "quotes": "' OR 1=1 --", "NUL": "\x00",
	} {
		if _, err := h.visitors.ByToken(ctx, bad); !errors.Is(err, channel.ErrToken) {
			t.Errorf("%s: %v", about, err)
		}
	}
	h.now = h.now.Add(channel.TokenLife - time.Second)
	if got, err := h.visitors.ByToken(ctx, plain); err != nil || got.ID != c.ID {
		t.Errorf("in time: %+v, %v", got, err)
	}
	h.now = h.now.Add(time.Second)
	if _, err := h.visitors.ByToken(ctx, plain); !errors.Is(err, channel.ErrToken) {
		t.Errorf("a day later: %v", err)
	}
}
