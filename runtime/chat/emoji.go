package chat

import "unicode"

// fewEmoji tells whether a text is one to three emoji and nothing else. It reads what keyboards send: pictographs,
// flags, keycaps, skin tones, and families joined by a zero-width joiner (Unicode TR 51 in outline).
func fewEmoji(text string) bool {
	rest := []rune(text)
	n := 0
	for len(rest) > 0 {
		size := emoji(rest)
		if size == 0 {
			return false
		}
		rest = rest[size:]
		n++
	}
	return 1 <= n && n <= 3
}

const (
	joiner  = 0x200D // joins two emoji into one
	asEmoji = 0xFE0F // draws what goes before it as emoji
	keycap  = 0x20E3 // boxes the digit before it
)

// emoji is the length of the emoji that s begins with; 0 for anything else.
func emoji(s []rune) int {
	if size := keycapped(s); size > 0 {
		return size
	}
	if len(s) > 1 && regional(s[0]) && regional(s[1]) {
		return 2
	}
	size := 0
	for {
		if size >= len(s) || !pictograph(s[size]) {
			return 0
		}
		size++
		for size < len(s) && modifies(s[size]) {
			size++
		}
		if size >= len(s) || s[size] != joiner {
			return size
		}
		size++
	}
}

// keycapped is the length of a boxed digit, e.g. 1, variation selector, keycap.
func keycapped(s []rune) int {
	if len(s) < 2 || !(s[0] >= '0' && s[0] <= '9' || s[0] == '#' || s[0] == '*') {
		return 0
	}
	if s[1] == keycap {
		return 2
	}
	if len(s) > 2 && s[1] == asEmoji && s[2] == keycap {
		return 3
	}
	return 0
}

// regional is half of a flag.
func regional(r rune) bool { return 0x1F1E6 <= r && r <= 0x1F1FF }

// pictograph is a rune that may be an emoji by itself.
func pictograph(r rune) bool {
	switch {
	case 0x1F000 <= r && r <= 0x1FAFF:
		return !regional(r) && !modifies(r)
	case 0x2190 <= r && r <= 0x2BFF, r == 0x3030, r == 0x303D, r == 0x3297, r == 0x3299:
		return unicode.IsSymbol(r) || unicode.IsPunct(r)
	case r == 0xA9, r == 0xAE, r == 0x203C, r == 0x2049, r == 0x2122, r == 0x2139:
		return true
	}
	return false
}

// modifies is a rune that belongs to the emoji before it: how it is drawn, its skin tone, or a tag of a flag.
func modifies(r rune) bool {
	return r == asEmoji || 0x1F3FB <= r && r <= 0x1F3FF || 0xE0020 <= r && r <= 0xE007F
}
