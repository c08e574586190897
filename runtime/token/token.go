// Package token makes the secrets that are handed out once and shown again to get in: of logins, links, callers
// and legs. Whoever keeps one keeps only its hash, so a stolen database opens nothing.
package token

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
)

// size is 256 bits.
const size = 32

// Mint makes a token that nobody has seen or can guess.
type Mint func() string

// Random is the Mint of production: 256 random bits, safe in a header, a cookie or a URL.
func Random() string {
	b := make([]byte, size)
	rand.Read(b) // never fails: crypto/rand ends the program rather than giving weak bytes
	return base64.RawURLEncoding.EncodeToString(b)
}

// Hash is what is kept of a token: its SHA-256 in hex. A token has 256 random bits, so no salt and no slow hash
// is needed.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Fits tells whether token is the one that hash was made of, in a time that does not depend on how much fits.
// An empty hash fits nothing.
func Fits(token, hash string) bool {
	return hash != "" && subtle.ConstantTimeCompare([]byte(Hash(token)), []byte(hash)) == 1
}
