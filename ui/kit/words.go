package kit

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"foyer/ui/kit/text"
)

// Relative says how long ago or ahead at is, seen from now: "刚刚", "3 分钟前", "in 2 hours"; from a week on the date.
func Relative(ctx context.Context, at, now time.Time) string {
	d := now.Sub(at)
	way := "ago"
	if d < 0 {
		d, way = -d, "ahead"
	}
	switch {
	case d < 45*time.Second:
		return text.T(ctx, "kit.time.now")
	case d < 59*time.Minute+30*time.Second:
		return spell(ctx, "minutes", way, d, time.Minute)
	case d < 23*time.Hour+30*time.Minute:
		return spell(ctx, "hours", way, d, time.Hour)
	case d < 7*24*time.Hour:
		return spell(ctx, "days", way, d, 24*time.Hour)
	case at.Year() == now.Year():
		return at.Format(text.T(ctx, "kit.time.day"))
	default:
		return at.Format(text.T(ctx, "kit.time.date"))
	}
}

// spell counts d in units, rounded, at least one.
func spell(ctx context.Context, unit, way string, d, size time.Duration) string {
	n := max(1, int((d+size/2)/size))
	key := "kit.time." + unit + "." + way
	if n == 1 {
		key += ".one"
	}
	return text.T(ctx, key, "n", n)
}

// Exact is a moment to the second, as the reader writes it, in at's own zone.
func Exact(ctx context.Context, at time.Time) string {
	return at.Format(text.T(ctx, "kit.time.exact"))
}

// Duration is minutes and seconds, with hours when there are some: "3:07", "1:02:45". Below zero counts as zero.
func Duration(d time.Duration) string {
	s := max(0, int(d/time.Second))
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Number writes n with the reader's separators: "12,480".
func Number[N ~int | ~int64](ctx context.Context, n N) string {
	tag, err := language.Parse(string(text.From(ctx)))
	if err != nil {
		return strconv.FormatInt(int64(n), 10)
	}
	return message.NewPrinter(tag).Sprintf("%d", int64(n))
}
