package hours

import (
	"fmt"
	"time"
)

// dayEnd is the midnight with which a day ends.
const dayEnd = "24:00"

// Schedule reads the words of a config. It fails for a zone, a day of the week or a time that is none; a date that is
// none never comes.
func (c Config) Schedule() (Schedule, error) {
	s := Schedule{Holidays: make(map[Day]bool, len(c.Holidays))}
	var err error
	if s.Zone, err = time.LoadLocation(c.Zone); err != nil {
		return s, fmt.Errorf("zone: %w", err)
	}
	for _, p := range c.Weekly {
		span, err := spanOf(p.From, p.To)
		if err != nil {
			return s, err
		}
		for _, day := range p.Days {
			if day < 1 || day > 7 {
				return s, fmt.Errorf("day %d of the week", day)
			}
			s.Weekly[day] = append(s.Weekly[day], span)
		}
	}
	for _, h := range c.Holidays {
		s.Holidays[Day(h.Date)] = true
	}
	for _, o := range c.Overrides {
		span, err := spanOf(o.From, o.To)
		if err != nil {
			return s, err
		}
		s.Special = append(s.Special, Special{Day(o.Date), span, o.Open})
	}
	return s, nil
}

// spanOf reads two times of day. The span ends on the next day when the second is no later than the first.
func spanOf(from, to string) (Span, error) {
	begin, err := minuteOf(from)
	if err != nil {
		return Span{}, err
	}
	end, err := minuteOf(to)
	if err != nil {
		return Span{}, err
	}
	if end <= begin {
		end += dayMinutes
	}
	return Span{begin, end}, nil
}

// minuteOf reads "09:05", or "24:00" for the end of the day.
func minuteOf(clock string) (int, error) {
	if clock == dayEnd {
		return dayMinutes, nil
	}
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return 0, fmt.Errorf("time of day: %w", err)
	}
	return t.Hour()*60 + t.Minute(), nil
}
