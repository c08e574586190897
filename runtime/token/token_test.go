package token_test

import (
	"encoding/base64"
	"testing"

	"foyer/runtime/token"
)

func TestRandomIs256BitsAndNeverRepeats(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		one := token.Random()
		raw, err := base64.RawURLEncoding.DecodeString(one)
		if err != nil || len(raw) != 32 {
			t.Fatalf("%q: %d bytes, %v", one, len(raw), err)
		}
		if seen[one] {
			t.Fatalf("%q came twice", one)
		}
		seen[one] = true
	}
}

func TestFits(t *testing.T) {
	one := token.Random()
	hash := token.Hash(one)
	if len(hash) != 64 || hash == one {
		t.Fatalf("hash %q", hash)
	}
	for _, c := range []struct {
		token, hash string
		want        bool
	}{
		{one, hash, true},
		{one + "x", hash, false},
		{token.Random(), hash, false},
		{hash, hash, false},
		{"", hash, false},
		{"", "", false},
		{one, "", false},
	} {
		if got := token.Fits(c.token, c.hash); got != c.want {
			t.Errorf("Fits(%q, %q) = %v", c.token, c.hash, got)
		}
	}
}
