package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// KeySize is that of AES-256.
const KeySize = 32

// Key seals secrets with AES-256-GCM.
type Key struct {
	id   string
	aead cipher.AEAD
}

// NewKey makes a key of KeySize random bytes.
func NewKey(raw []byte) (Key, error) {
	if len(raw) != KeySize {
		return Key{}, errors.New("the key of secrets must have 32 bytes")
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return Key{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return Key{}, err
	}
	mark := hmac.New(sha256.New, raw)
	mark.Write([]byte("foyer key of secrets"))
	return Key{id: hex.EncodeToString(mark.Sum(nil)[:6]), aead: aead}, nil
}

// ReadKey reads a key as an operator writes it: 32 bytes in base64 or in hexadecimal digits.
func ReadKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	if raw, err := hex.DecodeString(text); err == nil && len(raw) == KeySize {
		return NewKey(raw)
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) != KeySize {
		return Key{}, errors.New("the key of secrets must be 32 random bytes in base64, as `openssl rand -base64 32` gives")
	}
	return NewKey(raw)
}

// ID names the key without telling anything of it.
func (k Key) ID() string { return k.id }

func (k Key) seal(value string, about []byte) string {
	return base64.StdEncoding.EncodeToString(k.aead.Seal(nil, nil, []byte(value), about))
}

// open gives a value back; ErrSealed for what was sealed under another key, moved to another row or changed.
func (k Key) open(keyID, data string, about []byte) (string, error) {
	if keyID != k.id {
		return "", ErrSealed
	}
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return "", ErrSealed
	}
	value, err := k.aead.Open(nil, nil, raw, about)
	if err != nil {
		return "", ErrSealed
	}
	return string(value), nil
}
