package kit

import (
	"context"
	"testing"
	"time"

	"foyer/ui/kit/text"
)

func TestRelative(t *testing.T) {
	now := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	tests := []struct {
		ago    time.Duration
		zh, en string
	}{
		{0, "刚刚", "just now"},
		{44 * time.Second, "刚刚", "just now"},
		{-44 * time.Second, "刚刚", "just now"},
		{45 * time.Second, "1 分钟前", "1 minute ago"},
		{3 * time.Minute, "3 分钟前", "3 minutes ago"},
		{59*time.Minute + 29*time.Second, "59 分钟前", "59 minutes ago"},
		{59*time.Minute + 30*time.Second, "1 小时前", "1 hour ago"},
		{2 * time.Hour, "2 小时前", "2 hours ago"},
		{23*time.Hour + 30*time.Minute, "1 天前", "1 day ago"},
		{6 * 24 * time.Hour, "6 天前", "6 days ago"},
		{7 * 24 * time.Hour, "3月7日", "Mar 7"},
		{100 * 24 * time.Hour, "2025年12月4日", "Dec 4, 2025"},
		{-time.Minute, "1 分钟后", "in 1 minute"},
		{-5 * time.Hour, "5 小时后", "in 5 hours"},
		{-2 * 24 * time.Hour, "2 天后", "in 2 days"},
	}
	for _, tt := range tests {
		at := now.Add(-tt.ago)
		if got := Relative(text.With(context.Background(), text.Chinese), at, now); got != tt.zh {
			t.Errorf("%v ago in Chinese: %q, want %q", tt.ago, got, tt.zh)
		}
		if got := Relative(text.With(context.Background(), text.English), at, now); got != tt.en {
			t.Errorf("%v ago in English: %q, want %q", tt.ago, got, tt.en)
		}
	}
}

func TestExact(t *testing.T) {
	at := time.Date(2026, 3, 4, 15, 9, 6, 0, time.UTC)
	if got := Exact(text.With(context.Background(), text.Chinese), at); got != "2026年3月4日 15:09:06" {
		t.Errorf("Chinese %q", got)
	}
	if got := Exact(text.With(context.Background(), text.English), at); got != "March 4, 2026 at 3:09:06 PM" {
		t.Errorf("English %q", got)
	}
}

func TestDuration(t *testing.T) {
	tests := map[time.Duration]string{
		0: "0:00", -time.Second: "0:00", 7 * time.Second: "0:07", 187 * time.Second: "3:07", 59*time.Minute + 59*time.Second: "59:59",
		time.Hour + 2*time.Minute + 45*time.Second: "1:02:45", 30 * time.Hour: "30:00:00", 1999 * time.Millisecond: "0:01",
	}
	for d, want := range tests {
		if got := Duration(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, l := range text.Langs() {
		ctx := text.With(context.Background(), l)
		if got := Number(ctx, 12480); got != "12,480" {
			t.Errorf("%s: %q", l, got)
		}
		if got := Number(ctx, int64(-7)); got != "-7" {
			t.Errorf("%s: %q", l, got)
		}
	}
}

func TestInitials(t *testing.T) {
	tests := map[string]string{
		"": "?", "  ": "?", "张敏": "敏", "李小明": "小明", "欧阳娜娜": "娜娜", "王": "王", "王先生": "王", "李女士": "李", "先生": "生", "Ada Lovelace": "AL", "bob": "B",
		"ada de la cruz": "AC", "42": "4", "🙂": "?", "Zoë": "Z", "mr. Wang": "MW",
	}
	for name, want := range tests {
		if got := Initials(name); got != want {
			t.Errorf("%q gives %q, want %q", name, got, want)
		}
	}
}

func TestHueIsStable(t *testing.T) {
	if got := hue("agent_1"); got != "hue-6" { // what it was yesterday
		t.Errorf("a person's colour became %s", got)
	}
	seen := map[string]bool{}
	for i := range 200 {
		seen[hue("agent_"+itoa(i))] = true
	}
	if len(seen) != hues {
		t.Errorf("%d of %d colours are used", len(seen), hues)
	}
}
