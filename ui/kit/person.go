package kit

import (
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hues is how many avatar colours css/status.css has.
const hues = 8

// Initials are the letters an avatar shows: the last two signs of a Chinese name (敏, 小明), the first letters of
// the first and last word of others (AL); "?" for no name.
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return "?"
	}
	last := []rune(trimTitle(words[len(words)-1]))
	if unicode.Is(unicode.Han, last[0]) {
		if len(last) == 2 {
			return string(last[1:]) // one-sign surname, one-sign name
		}
		return string(last[max(0, len(last)-2):])
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	if len(words) == 1 {
		return string(unicode.ToUpper(first))
	}
	return string([]rune{unicode.ToUpper(first), unicode.ToUpper(last[0])})
}

// trimTitle takes a form of address off a Chinese name: 王先生 is 王.
func trimTitle(name string) string {
	for _, title := range []string{"先生", "女士", "小姐", "老师", "经理"} {
		if rest := strings.TrimSuffix(name, title); rest != "" {
			name = rest
		}
	}
	return name
}

// initials are as many letters as fit into an avatar of the given size in px.
func initials(name string, size int) string {
	letters := []rune(Initials(name))
	if size == 24 && unicode.Is(unicode.Han, letters[0]) {
		letters = letters[len(letters)-1:]
	}
	return string(letters)
}

// hue picks an avatar's colour, the same for the same person everywhere.
func hue(seed string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(seed)) // a hash takes everything
	return "hue-" + itoa(int(h.Sum32()%hues))
}
