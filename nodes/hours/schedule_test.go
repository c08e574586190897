package hours_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"foyer/nodes/hours"
)

// plan reads a config from words: "1-5 09:00-18:00" is a weekly period, "2026-10-01" a holiday, "2026-10-01
// 09:00-18:00 open" and "… shut" are overrides.
func plan(t *testing.T, zone string, lines ...string) hours.Schedule {
	t.Helper()
	c := hours.Config{Zone: zone}
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) == 1 {
			c.Holidays = append(c.Holidays, hours.Holiday{Date: words[0]})
			continue
		}
		from, to, _ := strings.Cut(words[1], "-")
		if len(words) == 3 {
			c.Overrides = append(c.Overrides, hours.Override{Date: words[0], From: from, To: to, Open: words[2] == "open"})
			continue
		}
		first, last, several := strings.Cut(words[0], "-")
		if !several {
			last = first
		}
		p := hours.Period{From: from, To: to}
		for day := number(t, first); day <= number(t, last); day++ {
			p.Days = append(p.Days, day)
		}
		c.Weekly = append(c.Weekly, p)
	}
	s, err := c.Schedule()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func number(t *testing.T, word string) int {
	t.Helper()
	n, err := strconv.Atoi(word)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// night is a shift from Saturday evening to Sunday morning.
const night = "6 22:00-06:00"

// Moments are told in UTC. The comments say what the clock on the wall shows.
var table = []struct {
	about, zone string
	plan        []string
	open, shut  []string
}{
	{"a working day", "Asia/Shanghai", []string{"1-5 09:00-18:00"},
		[]string{"2026-11-20T01:00:00Z", "2026-11-20T09:59:59Z"},                                                  // Friday 09:00, 17:59:59
		[]string{"2026-11-20T00:59:59Z", "2026-11-20T10:00:00Z", "2026-11-21T02:00:00Z", "2026-11-22T02:00:00Z"}}, // 18:00, the weekend
	{"a break at noon", "Asia/Shanghai", []string{"5 09:00-12:00", "5 13:30-18:00"},
		[]string{"2026-11-20T03:59:00Z", "2026-11-20T05:30:00Z"}, []string{"2026-11-20T04:00:00Z", "2026-11-20T05:29:00Z"}},
	{"to the end of the day, and the next begins", "Asia/Shanghai", []string{"5 18:00-24:00", "6 00:00-01:00"},
		[]string{"2026-11-20T15:59:59Z", "2026-11-20T16:00:00Z"}, []string{"2026-11-20T17:00:00Z", "2026-11-20T09:59:59Z"}},
	{"the same time again is a whole day later", "Asia/Shanghai", []string{"5 09:00-09:00"},
		[]string{"2026-11-20T01:00:00Z", "2026-11-21T00:59:59Z"}, []string{"2026-11-20T00:59:59Z", "2026-11-21T01:00:00Z"}},
	{"past the end of the week", "Asia/Shanghai", []string{"7 22:00-02:00"},
		[]string{"2026-11-22T14:00:00Z", "2026-11-22T17:59:59Z"}, []string{"2026-11-22T18:00:00Z", "2026-11-21T17:00:00Z"}}, // Sunday 22:00 to Monday 02:00
	{"past the end of the year", "Asia/Shanghai", []string{"4 22:00-02:00"},
		[]string{"2026-12-31T14:00:00Z", "2026-12-31T17:59:59Z"}, []string{"2026-12-31T18:00:00Z"}},

	{"the clock is put forward: the night is short", "America/New_York", []string{night},
		[]string{"2026-03-08T03:00:00Z", "2026-03-08T06:59:59Z", "2026-03-08T07:00:00Z", "2026-03-08T09:59:59Z"}, // 22:00 EST, 01:59:59, 03:00 EDT, 05:59:59
		[]string{"2026-03-08T02:59:59Z", "2026-03-08T10:00:00Z"}},
	{"a time that the night leaves out begins or ends with it", "America/New_York", []string{"7 01:30-02:30"},
		[]string{"2026-03-08T06:30:00Z", "2026-03-08T06:59:59Z"}, []string{"2026-03-08T06:29:59Z", "2026-03-08T07:00:00Z"}}, // 01:30, 01:59:59; 03:00
	{"an hour that the night leaves out does not take place", "America/New_York", []string{"7 02:00-03:00"},
		[]string{"2026-03-15T06:30:00Z"}, []string{"2026-03-08T06:59:59Z", "2026-03-08T07:00:00Z", "2026-03-08T07:30:00Z"}},
	{"the clock is put back: the night is long", "America/New_York", []string{night},
		[]string{"2026-11-01T02:00:00Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T10:59:59Z"}, // 22:00 EDT, 01:30 twice, 05:59:59 EST
		[]string{"2026-11-01T01:59:59Z", "2026-11-01T11:00:00Z"}},
	{"an hour that comes twice counts twice", "America/New_York", []string{"7 00:00-01:30"},
		[]string{"2026-11-01T04:00:00Z", "2026-11-01T05:29:59Z", "2026-11-01T06:00:00Z", "2026-11-01T06:29:59Z"},
		[]string{"2026-11-01T05:30:00Z", "2026-11-01T05:59:59Z", "2026-11-01T06:30:00Z"}},
	{"the days around go by the clock", "America/New_York", []string{"1-7 09:00-17:00"},
		[]string{"2026-03-07T14:00:00Z", "2026-03-08T13:00:00Z", "2026-11-01T14:00:00Z", "2026-10-31T13:00:00Z"},
		[]string{"2026-03-07T13:59:59Z", "2026-03-08T12:59:59Z", "2026-03-08T21:00:00Z", "2026-11-01T13:59:59Z", "2026-11-01T22:00:00Z"}},
	{"spring in Berlin", "Europe/Berlin", []string{night, "7 09:00-17:00"},
		[]string{"2026-03-28T21:00:00Z", "2026-03-29T03:59:59Z", "2026-03-29T07:00:00Z"}, // 22:00 CET, 05:59:59 CEST, 09:00 CEST
		[]string{"2026-03-29T04:00:00Z", "2026-03-29T06:59:59Z", "2026-03-29T15:00:00Z"}},
	{"autumn in Berlin", "Europe/Berlin", []string{"7 02:00-03:00"},
		[]string{"2026-10-25T00:00:00Z", "2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z", "2026-10-25T01:59:59Z"}, // 02:00 to 03:00 CEST, and once more CET
		[]string{"2026-10-24T23:59:59Z", "2026-10-25T02:00:00Z"}},
	{"a midnight that is left out", "America/Sao_Paulo", []string{"6 22:00-01:30", "7 00:00-00:30"},
		[]string{"2018-11-04T02:59:59Z", "2018-11-04T03:00:00Z", "2018-11-04T03:29:59Z"}, []string{"2018-11-04T03:30:00Z"}}, // Saturday 23:59:59, Sunday 01:00
	{"half an hour off", "Asia/Kolkata", []string{"1-5 09:00-18:00"},
		[]string{"2026-11-20T03:30:00Z", "2026-11-20T12:29:59Z"}, []string{"2026-11-20T03:29:59Z", "2026-11-20T12:30:00Z"}},
	{"another day than in Greenwich", "Pacific/Apia", []string{"1 09:00-18:00"},
		[]string{"2026-11-22T20:00:00Z"}, []string{"2026-11-22T19:59:59Z", "2026-11-23T09:00:00Z"}}, // Monday 09:00; Monday 22:00
	{"over the date line: Thursday's night goes on into Saturday", "Pacific/Apia", []string{"4 22:00-06:00"},
		[]string{"2011-12-30T08:00:00Z", "2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z", "2011-12-30T15:59:59Z"},
		[]string{"2011-12-30T07:59:59Z", "2011-12-30T16:00:00Z"}},
	{"over the date line: there was no Friday", "Pacific/Apia", []string{"5 00:00-24:00", "5 22:00-06:00"},
		nil, []string{"2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z", "2011-12-30T13:00:00Z"}},
	{"a leap day", "Europe/Berlin", []string{"2 22:00-02:00", "2028-03-01 01:00-01:30 shut"},
		[]string{"2028-02-29T21:00:00Z", "2028-02-29T23:59:59Z", "2028-03-01T00:30:00Z"}, []string{"2028-03-01T00:00:00Z", "2028-03-01T01:00:00Z"}},
	{"a leap day that is a holiday", "Europe/Berlin", []string{"1-7 00:00-24:00", "2028-02-29"},
		[]string{"2028-02-28T22:59:59Z", "2028-02-29T23:00:00Z"}, []string{"2028-02-28T23:00:00Z", "2028-02-29T22:59:59Z"}},

	{"a holiday ends the night before it, and its own night is none", "Asia/Shanghai", []string{"1-7 22:00-06:00", "2026-10-01"},
		[]string{"2026-09-30T15:59:59Z", "2026-10-02T14:00:00Z"}, // up to midnight; the night after
		[]string{"2026-09-30T16:00:00Z", "2026-09-30T21:00:00Z", "2026-10-01T14:00:00Z", "2026-10-01T21:00:00Z"}},
	{"a special time wins over a holiday, at its time", "Asia/Shanghai", []string{"1-7 09:00-18:00", "2026-10-01", "2026-10-01 10:00-12:00 open"},
		[]string{"2026-10-01T02:00:00Z", "2026-10-01T03:59:59Z"}, []string{"2026-10-01T01:59:59Z", "2026-10-01T04:00:00Z"}},
	{"a special time wins over the week", "Asia/Shanghai", []string{"1-7 09:00-18:00", "2026-10-01 12:00-24:00 shut", "2026-10-02 18:00-20:00 open"},
		[]string{"2026-10-01T03:59:59Z", "2026-10-02T10:00:00Z"}, []string{"2026-10-01T04:00:00Z", "2026-10-02T12:00:00Z"}},
	{"a special night goes on into a holiday", "Asia/Shanghai", []string{"1-7 09:00-18:00", "2026-10-01", "2026-09-30 22:00-02:00 open"},
		[]string{"2026-09-30T14:00:00Z", "2026-09-30T17:59:59Z"}, []string{"2026-09-30T18:00:00Z"}},
	{"of two special times the upper counts", "Asia/Shanghai", []string{"2026-10-01 12:00-13:00 shut", "2026-10-01 00:00-24:00 open"},
		[]string{"2026-10-01T03:59:59Z", "2026-10-01T05:00:00Z"}, []string{"2026-10-01T04:00:00Z", "2026-10-01T16:00:00Z"}},
}

func TestOpen(t *testing.T) {
	for _, c := range table {
		s := plan(t, c.zone, c.plan...)
		for _, want := range []bool{true, false} {
			moments := c.shut
			if want {
				moments = c.open
			}
			for _, words := range moments {
				moment, err := time.Parse(time.RFC3339, words)
				if err != nil {
					t.Fatal(err)
				}
				for _, told := range []time.Time{moment, moment.In(time.FixedZone("", -11*3600)), moment.In(s.Zone)} {
					if got := s.Open(told); got != want {
						t.Errorf("%s: open at %s (%s): %v", c.about, words, moment.In(s.Zone).Format("Mon 15:04:05 MST"), got)
					}
				}
			}
		}
	}
}

// Open all day is open always, through every change of the clock.
func TestAlways(t *testing.T) {
	for _, zone := range []string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata", "UTC"} {
		always, holiday := plan(t, zone, "1-7 00:00-24:00"), plan(t, zone, "1-7 00:00-24:00", "2026-01-01 00:00-24:00 shut")
		shut := time.Duration(0)
		const step = 30 * time.Minute
		for m := time.Date(2026, 1, 1, 0, 0, 30, 0, always.Zone); m.Year() == 2026; m = m.Add(step) {
			if !always.Open(m) {
				t.Fatalf("%s: closed at %s", zone, m)
			}
			if !holiday.Open(m) {
				shut += step
			}
		}
		if shut != 24*time.Hour {
			t.Errorf("%s: the first of January is closed for %s", zone, shut)
		}
	}
}

// A year by quarters of an hour: each weekly hour is open just as often as the clock shows it.
func TestWeeklyHours(t *testing.T) {
	s := plan(t, "America/New_York", "7 01:00-02:00", "7 02:00-03:00")
	quarters := map[string]int{}
	for m := time.Date(2026, 1, 1, 0, 0, 0, 0, s.Zone); m.Year() == 2026; m = m.Add(15 * time.Minute) {
		if s.Open(m) {
			quarters[m.Format("15")]++
		}
	}
	if quarters["01"] != 53*4 || quarters["02"] != 51*4 || len(quarters) != 2 { // 52 Sundays, one hour twice, one never
		t.Errorf("%v", quarters)
	}
}

func TestScheduleRefuses(t *testing.T) {
	good := hours.Period{Days: []int{1}, From: "09:00", To: "18:00"}
	for about, c := range map[string]hours.Config{
		"no such zone":    {Zone: "Asia/Nowhere", Weekly: []hours.Period{good}},
		"no such day":     {Zone: "UTC", Weekly: []hours.Period{{Days: []int{8}, From: "09:00", To: "18:00"}}},
		"no beginning":    {Zone: "UTC", Weekly: []hours.Period{{Days: []int{1}, To: "18:00"}}},
		"no such time":    {Zone: "UTC", Weekly: []hours.Period{{Days: []int{1}, From: "09:00", To: "24:01"}}},
		"no such special": {Zone: "UTC", Overrides: []hours.Override{{Date: "2026-01-01", From: "09:60", To: "18:00"}}},
	} {
		if _, err := c.Schedule(); err == nil {
			t.Errorf("%s is not refused", about)
		}
	}
}
