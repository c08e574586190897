package kit

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// oklch is a colour as css/*.css writes it: lightness 0–1, chroma, hue in degrees.
type oklch struct{ l, c, h float64 }

// linear gives linear sRGB, after Björn Ottosson's OKLab (https://bottosson.github.io/posts/oklab).
func (k oklch) linear() [3]float64 {
	a, b := k.c*math.Cos(k.h*math.Pi/180), k.c*math.Sin(k.h*math.Pi/180)
	l := math.Pow(k.l+0.3963377774*a+0.2158037573*b, 3)
	m := math.Pow(k.l-0.1055613458*a-0.0638541728*b, 3)
	s := math.Pow(k.l-0.0894841775*a-1.2914855480*b, 3)
	return [3]float64{
		4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s,
	}
}

// shown tells whether an sRGB screen can show the colour without changing it.
func (k oklch) shown() bool {
	for _, v := range k.linear() {
		if v < -0.003 || v > 1.003 {
			return false
		}
	}
	return true
}

func (k oklch) luminance() float64 {
	v := k.linear()
	for i := range v {
		v[i] = math.Min(1, math.Max(0, v[i]))
	}
	return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2]
}

// contrast is the ratio of WCAG 2: 1 for the same, 21 for black on white.
func contrast(a, b oklch) float64 {
	x, y := a.luminance(), b.luminance()
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func TestContrastOfBlackOnWhite(t *testing.T) {
	if got := contrast(oklch{}, oklch{1, 0, 0}); math.Abs(got-21) > 0.01 {
		t.Errorf("%.3f", got)
	}
	// #767676 on white is the usual example of just enough: 4.54.
	if got := contrast(oklch{0.5640, 0, 0}, oklch{1, 0, 0}); math.Abs(got-4.54) > 0.05 {
		t.Errorf("%.3f", got)
	}
}

const number = `(-?[\d.]+)`

var twoSides = regexp.MustCompile(`light-dark\(oklch\(` + number + ` ` + number + ` ` + number + `\), oklch\(` + number + ` ` + number + ` ` + number + `\)\)`)

// sides are a role's colours in the light and the dark theme.
type sides [2]oklch

func parse(t *testing.T, m []string) sides {
	t.Helper()
	var f [6]float64
	for i := range f {
		v, err := strconv.ParseFloat(m[i], 64)
		if err != nil {
			t.Fatal(err)
		}
		f[i] = v
	}
	return sides{{f[0], f[1], f[2]}, {f[3], f[4], f[5]}}
}

func tokens(t *testing.T) map[string]sides {
	t.Helper()
	raw, err := os.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]sides{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): `+twoSides.String()+`;`).FindAllStringSubmatch(string(raw), -1) {
		all[m[1]] = parse(t, m[2:])
	}
	if len(all) < 20 {
		t.Fatalf("only %d colours found in tokens.css", len(all))
	}
	return all
}

func readable(t *testing.T, what string, front, back sides, least float64) {
	t.Helper()
	for i, theme := range []Theme{Light, Dark} {
		if got := contrast(front[i], back[i]); got < least {
			t.Errorf("%s, %s: contrast %.2f, want %.1f", what, theme, got, least)
		}
	}
}

// Every pair of roles that the kit puts over each other is readable: 4.5 for words, 3 for outlines and signs.
func TestTokensAreReadable(t *testing.T) {
	all := tokens(t)
	grounds := []string{"bg", "bg-raised", "bg-sunken", "bg-hover", "accent-soft", "good-soft", "warn-soft", "bad-soft", "info-soft", "data-soft"}
	words := map[string][]string{
		"text": grounds, "text-dim": grounds,
		"accent": {"bg", "bg-raised", "bg-sunken", "bg-hover", "accent-soft"},
		"good":   {"bg", "bg-raised", "good-soft"}, "warn": {"bg", "bg-raised", "warn-soft"},
		"bad": {"bg", "bg-raised", "bg-hover", "bad-soft", "accent-soft"}, "info": {"bg", "bg-raised", "info-soft"}, "data": {"bg", "bg-raised", "data-soft"},
		"on-accent": {"accent", "accent-hover"}, "on-bad": {"bad", "bad-hover"},
	}
	for front, backs := range words {
		for _, back := range backs {
			readable(t, front+" on "+back, all[front], all[back], 4.5)
		}
	}
	for _, back := range []string{"bg", "bg-raised"} {
		readable(t, "edge on "+back, all["edge"], all[back], 3)
	}
}

// A colour outside sRGB looks different from screen to screen.
func TestTokensAreInGamut(t *testing.T) {
	for name, s := range tokens(t) {
		for i, theme := range []Theme{Light, Dark} {
			if !s[i].shown() {
				t.Errorf("%s, %s: %v is outside sRGB: %.3f", name, theme, s[i], s[i].linear())
			}
		}
	}
}

func TestAvatarsAreReadable(t *testing.T) {
	raw, err := os.ReadFile("css/status.css")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`\.hue-(\d) \{ background: `+twoSides.String()+`; color: `+twoSides.String()+`; \}`).FindAllStringSubmatch(string(raw), -1)
	if len(found) != hues {
		t.Fatalf("%d avatar colours in status.css, %d in person.go", len(found), hues)
	}
	for _, m := range found {
		readable(t, fmt.Sprintf("avatar colour %s", m[1]), parse(t, m[8:]), parse(t, m[2:]), 4.5)
	}
}
