package storage

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// fileLock keeps a second process off an SQLite file. The kernel frees it however the process ends.
type fileLock struct{ f *os.File }

// lockFile takes the lock or fails with ErrInUse and the name of the one who has it.
func lockFile(name, owner string) (*fileLock, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		defer f.Close()
		has, _ := os.ReadFile(name)
		return nil, fmt.Errorf("%w: %s", ErrInUse, strings.TrimSpace(string(has)))
	}
	if err == nil {
		err = errors.Join(f.Truncate(0), second(f.WriteString(owner+"\n")))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", name, err), f.Close())
	}
	return &fileLock{f}, nil
}

// free gives the lock back; again it does nothing. The file stays: removing it would let two processes lock two files of one name.
func (l *fileLock) free() error {
	if l == nil || l.f == nil {
		return nil
	}
	defer func() { l.f = nil }()
	return l.f.Close()
}

func second[A any](_ A, err error) error { return err }
