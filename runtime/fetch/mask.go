package fetch

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

const (
	masked    = "•••"
	minHidden = 6 // bytes of a value that is looked for; what is shorter stands in everything
)

// mask takes secret values out of a JSON document, however they are escaped in it. What holds none of them stays as
// it is, byte for byte.
func mask(raw []byte, hidden []string) []byte {
	hidden = slices.DeleteFunc(slices.Clone(hidden), func(h string) bool { return len(h) < minHidden })
	if len(hidden) == 0 {
		return raw
	}
	slices.SortFunc(hidden, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // one may be within another
	var out []byte
	done, before := 0, 0 // bytes that are in out, and before the present token
	for d := numbers(raw); ; {
		token, err := d.Token() // one by one: a tree would lose the order of members, and all but the last of one name
		if err != nil {
			return append(out, raw[done:]...)
		}
		end := int(d.InputOffset())
		if clean, ok := cleaned(token, hidden); ok {
			begin := end - len(bytes.TrimLeft(raw[before:end], " \t\r\n,:"))
			quoted, _ := json.Marshal(clean) // a string always can
			out = append(append(out, raw[done:begin]...), quoted...)
			done = end
		}
		before = end
	}
}

func numbers(raw []byte) *json.Decoder {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d
}

// cleaned gives what stands in the place of a word, a member's name or a number; ok tells that it holds a secret.
func cleaned(token json.Token, hidden []string) (clean string, ok bool) {
	switch token := token.(type) {
	case string:
		clean = token
		for _, h := range hidden {
			clean = strings.ReplaceAll(clean, h, masked)
		}
		return clean, clean != token
	case json.Number:
		return masked, slices.ContainsFunc(hidden, func(h string) bool { return strings.Contains(token.String(), h) })
	}
	return "", false
}
