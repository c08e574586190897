package nodes

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"foyer/designer/graph"
)

// plainly is what a caller typed, with the full-width letters, digits and signs of a Chinese keyboard made plain.
func plainly(text string) string { return strings.TrimSpace(width.Fold.String(text)) }

var phone = regexp.MustCompile(`^\+?[0-9]{5,15}$`)

// ReadPhone reads a telephone number as people write one: 5 to 15 digits with an optional + before them; spaces,
// dashes and brackets between them are taken out.
func ReadPhone(text string) (string, bool) {
	bare := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '(', ')', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014':
			return -1
		}
		return r
	}, plainly(text))
	return bare, phone.MatchString(bare)
}

var number = regexp.MustCompile(`^[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?$`)

// ReadNumber reads a number as people write one: 1,234.5 and １２３４。5 are alike. A comma anywhere but before three
// digits is refused, for it may be meant as a point.
func ReadNumber(text string) (float64, bool) {
	bare := strings.ReplaceAll(plainly(text), "。", ".")
	if !number.MatchString(bare) || len(bare) > 40 {
		return 0, false
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(bare, ",", ""), 64)
	return x, err == nil
}

var day = regexp.MustCompile(`^([0-9]{4})(?:\s*[-/.年]\s*)([0-9]{1,2})(?:\s*[-/.月]\s*)([0-9]{1,2})\s*[日号]?$`)

// ReadDay reads a day as people write one, 2026-1-5, 2026/01/05 or 2026年1月5日, and gives it as "2026-01-05".
func ReadDay(text string) (string, bool) {
	parts := day.FindStringSubmatch(plainly(text))
	if parts == nil {
		return "", false
	}
	iso := fmt.Sprintf("%s-%02s-%02s", parts[1], parts[2], parts[3])
	_, err := time.Parse(time.DateOnly, iso)
	return iso, err == nil
}

// Fold makes two answers alike that a caller would call the same: spaces around, upper and lower case, and the
// full-width letters and digits of a Chinese keyboard do not matter.
func Fold(answer string) string { return strings.ToLower(plainly(answer)) }

// Again asks w once more after a wrong answer. A caller who has now given so many of them leaves through out instead.
// say is what they are told; where it is empty, otherwise.
func (v Visit) Again(w Wait, tries int, out graph.Port, say, otherwise string) Outcome {
	if v.Try+1 >= tries {
		return Leave{Port: out}
	}
	w.Say, w.Wrong = cmp.Or(say, otherwise), true
	return w
}
