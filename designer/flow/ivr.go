package flow

import (
	"fmt"
	"strings"
)

// crockford is the alphabet of Douglas Crockford's base 32, in lower case: no i, l, o or u, which people misread.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

// ivrLength is that of a flow id: "f" and 15 characters of 5 random bits each.
const ivrLength = 16

// NewIvrID makes a flow id that cannot be guessed. random fills its argument with random bytes.
func NewIvrID(random func(b []byte) (int, error)) (string, error) {
	b := make([]byte, ivrLength-1)
	if _, err := random(b); err != nil {
		return "", fmt.Errorf("random bytes: %w", err)
	}
	for i := range b {
		b[i] = crockford[b[i]&31]
	}
	return "f" + string(b), nil
}

// ValidIvrID tells whether s looks like a flow id. One that does not need not be looked up.
func ValidIvrID(s string) bool {
	return len(s) == ivrLength && s[0] == 'f' && strings.Trim(s[1:], crockford) == ""
}
