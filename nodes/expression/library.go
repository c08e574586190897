package expression

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/width"
)

const (
	texts   = listOf | textKind
	numbers = listOf | numberKind
)

// shows are the ways to write a value as text.
var shows = []way{
	{[]kind{textKind}, textKind, func(_ *run, a [3]result) result { return a[0] }},
	{[]kind{numberKind}, textKind, func(_ *run, a [3]result) result { return result{text: Show(a[0].num)} }},
	{[]kind{flagKind}, textKind, func(_ *run, a [3]result) result { return result{text: Show(a[0].flag)} }},
}

// functions is the whole library but for predicates.
var functions = map[string]function{
	"len":     {"len(text)", []way{{[]kind{textKind}, numberKind, lenText}, {[]kind{listOf}, numberKind, lenList}}},
	"upper":   {"upper(text)", []way{{[]kind{textKind}, textKind, cased(strings.ToUpper)}}},
	"lower":   {"lower(text)", []way{{[]kind{textKind}, textKind, cased(strings.ToLower)}}},
	"trim":    {"trim(text)", []way{{[]kind{textKind}, textKind, trim}}},
	"replace": {"replace(text, old, new)", []way{{[]kind{textKind, textKind, textKind}, textKind, replace}}},
	"repeat":  {"repeat(text, times)", []way{{[]kind{textKind, numberKind}, textKind, repeat}}},
	"indexOf": {"indexOf(text, part)", []way{{[]kind{textKind, textKind}, numberKind, indexOf}}},
	"split":   {"split(text, separator)", []way{{[]kind{textKind, textKind}, texts, splitText}}},
	"join":    {"join(list, separator)", []way{{[]kind{texts, textKind}, textKind, join}}},
	"first":   {"first(list)", []way{{[]kind{listOf}, anyKind, first}}},
	"last":    {"last(list)", []way{{[]kind{listOf}, anyKind, last}}},
	"abs":     {"abs(number)", []way{{[]kind{numberKind}, numberKind, rounded(math.Abs)}}},
	"floor":   {"floor(number)", []way{{[]kind{numberKind}, numberKind, rounded(math.Floor)}}},
	"ceil":    {"ceil(number)", []way{{[]kind{numberKind}, numberKind, rounded(math.Ceil)}}},
	"round": {"round(number, digits)", []way{
		{[]kind{numberKind}, numberKind, rounded(math.Round)}, {[]kind{numberKind, numberKind}, numberKind, round},
	}},
	"min": {"min(a, b)", extremes(math.Min)},
	"max": {"max(a, b)", extremes(math.Max)},
	"number": {"number(text, otherwise)", []way{
		{[]kind{textKind}, numberKind, readNumber}, {[]kind{textKind, numberKind}, numberKind, numberOr},
	}},
	"text":    {"text(value)", shows},
	"string":  {"string(value)", shows}, // as those call it who know expr-lang
	"int":     {"int(text)", []way{{[]kind{textKind}, numberKind, readInt}, {[]kind{numberKind}, numberKind, rounded(math.Trunc)}}},
	"days":    {"days(from, to)", []way{{[]kind{dateKind, dateKind}, numberKind, days}}},
	"addDays": {"addDays(date, number)", []way{{[]kind{dateKind, numberKind}, dateKind, addDays}}},
	"weekday": {"weekday(date)", []way{{[]kind{dateKind}, numberKind, weekday}}},
}

func lenText(r *run, a [3]result) result { return result{num: float64(r.chars(a[0].text))} }
func lenList(r *run, a [3]result) result { return result{num: float64(len(a[0].list))} }

// cased changes the case of letters, which may take more bytes than before.
func cased(f func(string) string) func(*run, [3]result) result {
	return func(r *run, a [3]result) result {
		if !r.read(4 * len(a[0].text)) {
			return result{}
		}
		text := f(a[0].text)
		if len(text) > MaxText {
			return r.fail(ErrCostly)
		}
		return result{text: text}
	}
}

func trim(r *run, a [3]result) result {
	r.read(len(a[0].text))
	return result{text: strings.TrimSpace(a[0].text)}
}

func replace(r *run, a [3]result) result {
	s, old, with := a[0].text, a[1].text, a[2].text
	if !r.read(len(s) + len(old)) {
		return result{}
	}
	if n := strings.Count(s, old); !r.makes(len(s)+n*(len(with)-len(old))) || !r.spend(2*n) {
		return result{}
	}
	return result{text: strings.ReplaceAll(s, old, with)}
}

func repeat(r *run, a [3]result) result {
	n := r.whole(a[1].num)
	if n < 0 {
		return r.fail(errWhole)
	}
	if n > MaxText || !r.makes(n*len(a[0].text)) {
		return r.fail(ErrCostly)
	}
	return result{text: strings.Repeat(a[0].text, n)}
}

func indexOf(r *run, a [3]result) result {
	s, part := a[0].text, a[1].text
	if !r.read(len(s) + len(part)) {
		return result{}
	}
	i := strings.Index(s, part)
	if i < 0 {
		return result{num: -1}
	}
	return result{num: float64(utf8.RuneCountInString(s[:i]))}
}

func splitText(r *run, a [3]result) result {
	s, by := a[0].text, a[1].text
	lines := strings.Count(s, by) + 1
	if by == "" { // between the characters, and not around them
		lines -= 2
	}
	if !r.read(len(s)+len(by)) || !r.lists(lines) {
		return result{}
	}
	parts := strings.Split(s, by)
	list := make([]result, len(parts))
	for i, p := range parts {
		list[i].text = p
	}
	return result{list: list}
}

func join(r *run, a [3]result) result {
	list, by := a[0].list, a[1].text
	size := 0
	for _, line := range list {
		size += len(line.text) + len(by)
	}
	if !r.makes(size) || !r.spend(len(list)) {
		return result{}
	}
	parts := make([]string, len(list))
	for i, line := range list {
		parts[i] = line.text
	}
	return result{text: strings.Join(parts, by)}
}

func first(r *run, a [3]result) result {
	if len(a[0].list) == 0 {
		return r.fail(errIndex)
	}
	return a[0].list[0]
}

func last(r *run, a [3]result) result {
	if len(a[0].list) == 0 {
		return r.fail(errIndex)
	}
	return a[0].list[len(a[0].list)-1]
}

func rounded(f func(float64) float64) func(*run, [3]result) result {
	return func(_ *run, a [3]result) result { return result{num: f(a[0].num)} }
}

// round keeps 0 to 10 digits behind the point.
func round(r *run, a [3]result) result {
	x, digits := a[0].num, r.whole(a[1].num)
	if digits < 0 || digits > 10 {
		return r.fail(errWhole)
	}
	if math.Abs(x) > 1e15 { // has no digits there
		return a[0]
	}
	scale := math.Pow10(digits)
	return r.number(math.Round(x*scale) / scale)
}

// extremes are the ways to find the least or the greatest.
func extremes(f func(a, b float64) float64) []way {
	return []way{
		{[]kind{numbers}, numberKind, func(r *run, a [3]result) result {
			list := a[0].list
			if len(list) == 0 || !r.spend(len(list)) {
				return r.fail(errIndex)
			}
			x := list[0].num
			for _, line := range list[1:] {
				x = f(x, line.num)
			}
			return result{num: x}
		}},
		{[]kind{numberKind, numberKind}, numberKind, func(_ *run, a [3]result) result { return result{num: f(a[0].num, a[1].num)} }},
		{[]kind{numberKind, numberKind, numberKind}, numberKind, func(_ *run, a [3]result) result {
			return result{num: f(f(a[0].num, a[1].num), a[2].num)}
		}},
	}
}

var (
	numberForm = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
	errRead    = errors.New("the text is no number")
)

// ReadNumber reads a finite number as people write it: "3", "-2.5", "１２".
func ReadNumber(text string) (float64, error) {
	text = width.Narrow.String(strings.TrimSpace(text))
	if len(text) > 100 || !numberForm.MatchString(text) {
		return 0, errRead
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, errRead
	}
	return x, nil
}

func readNumber(r *run, a [3]result) result {
	r.read(4 * len(a[0].text))
	x, err := ReadNumber(a[0].text)
	if err != nil {
		return r.fail(err)
	}
	return result{num: x}
}

// readInt reads a whole number; what stands behind a point is cut off.
func readInt(r *run, a [3]result) result { return result{num: math.Trunc(readNumber(r, a).num)} }

func numberOr(r *run, a [3]result) result {
	r.read(4 * len(a[0].text))
	if x, err := ReadNumber(a[0].text); err == nil {
		return result{num: x}
	}
	return a[1]
}

// date reads a day. An empty one is none to reckon with.
func (r *run) date(text string) time.Time {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		r.fail(errDate)
	}
	return day
}

func days(r *run, a [3]result) result {
	const day = 24 * 60 * 60
	return result{num: float64((r.date(a[1].text).Unix() - r.date(a[0].text).Unix()) / day)}
}

func addDays(r *run, a [3]result) result {
	n := r.whole(a[1].num)
	if math.Abs(a[1].num) > 1_000_000 {
		return r.fail(errDate)
	}
	day := r.date(a[0].text).AddDate(0, 0, n)
	if day.Year() < 1 || day.Year() > 9999 {
		return r.fail(errDate)
	}
	return result{text: day.Format(time.DateOnly)}
}

func weekday(r *run, a [3]result) result {
	return result{num: float64((r.date(a[0].text).Weekday()+6)%7 + 1)}
}
