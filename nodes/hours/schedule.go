package hours

import "time"

// Schedule says when somebody is there, by the clock on the wall of one place: what that clock shows decides, however
// long the hour before it was. On a night on which the clock is put forward a period is so much shorter, on one on
// which it is put back so much longer. It never changes and may be used by any number of goroutines.
type Schedule struct {
	Zone     *time.Location
	Weekly   [8][]Span // by ISO day of the week, 1 Monday to 7 Sunday; 0 is not used
	Holidays map[Day]bool
	Special  []Special // in the order in which they count
}

// Day is a date as people write it: "2026-01-31".
type Day string

// Span is a time in minutes after the midnight on which its day begins, To not included. A To of more than 1440 lies
// on the day after.
type Span struct{ From, To int }

// Special is a span during which it is open or closed whatever the rest of the schedule says.
type Special struct {
	Day Day // on which it begins
	Span
	Open bool
}

const dayMinutes = 24 * 60

func (s Span) holds(minute int) bool { return s.From <= minute && minute < s.To }

// Open tells whether somebody is there at a moment. The first special span that holds it decides. Then a holiday is
// closed from midnight to midnight, and what would have begun on it does not take place. Then the weekly spans count,
// those that began on the day before too.
func (s Schedule) Open(now time.Time) bool {
	now = now.In(s.Zone)
	yesterday := dayBefore(now)
	today, before := dayOf(now), dayOf(yesterday)
	minute := now.Hour()*60 + now.Minute()
	for _, x := range s.Special {
		if x.Day == today && x.holds(minute) || x.Day == before && x.holds(minute+dayMinutes) {
			return x.Open
		}
	}
	if s.Holidays[today] {
		return false
	}
	return s.weekly(now, minute) || !s.Holidays[before] && s.weekly(yesterday, minute+dayMinutes)
}

func (s Schedule) weekly(day time.Time, minute int) bool {
	for _, span := range s.Weekly[(day.Weekday()+6)%7+1] {
		if span.holds(minute) {
			return true
		}
	}
	return false
}

func dayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// dayBefore is a moment of the day that the place had before that of t. A place that has crossed the date line may
// have left a day out.
func dayBefore(t time.Time) time.Time {
	for back := 1; ; back++ {
		wanted := time.Date(t.Year(), t.Month(), t.Day()-back, 12, 0, 0, 0, time.UTC)
		found := time.Date(wanted.Year(), wanted.Month(), wanted.Day(), 12, 0, 0, 0, t.Location())
		if back > 2 || dayOf(found) == dayOf(wanted) {
			return found
		}
	}
}
