package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"foyer/runtime/secret"
)

// keys are what only this server knows.
type keys struct {
	sign []byte     // addresses of uploads
	seal secret.Key // what flows send to other systems
}

// readKeys takes the keys from the settings and from files in the data folder, which are made when they are missing.
func readKeys(c Config) (k keys, err error) {
	if k.sign, err = keyFile("signing key", filepath.Join(c.Data, "signing.key")); err != nil {
		return k, err
	}
	if c.SecretKey != "" {
		k.seal, err = secret.ReadKey(c.SecretKey)
		return k, err
	}
	raw, err := keyFile("key of secrets", filepath.Join(c.Data, "secret.key"))
	if err != nil {
		return k, err
	}
	k.seal, err = secret.NewKey(raw)
	return k, err
}

// keyFile reads a key of 32 bytes, or makes one that only this user can read.
func keyFile(what, name string) ([]byte, error) {
	key, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		key = make([]byte, 32)
		rand.Read(key)
		err = os.WriteFile(name, key, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("the %s %s: %w", what, name, err)
	}
	if len(key) != 32 {
		return nil, fmt.Errorf("the %s %s has %d bytes instead of 32; put back a backup, or delete it to get a new one (what the old one made is lost)", what, name, len(key))
	}
	return key, nil
}
