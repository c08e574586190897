// Package blob keeps the bytes of uploads as files in a folder.
package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"

	"foyer/runtime/chat"
)

// Folder is a folder of files, fanned out by the end of their ids, which is random. Nothing outside of it can be
// reached, whatever an id says.
type Folder struct{ root *os.Root }

var _ chat.Blobs = (*Folder)(nil)

// Open makes the folder when there is none.
func Open(name string) (*Folder, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, fmt.Errorf("making %s: %w", name, err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", name, err)
	}
	return &Folder{root: root}, nil
}

// good is an id as the product makes them.
var good = regexp.MustCompile(`^[a-z]+_[0-9a-z]{8,40}$`)

// place is the file of an id: two levels of folders, then the id.
func place(id string) (dir, name string, err error) {
	if !good.MatchString(id) {
		return "", "", fmt.Errorf("file %.60q: %w", id, chat.ErrNoFile)
	}
	n := len(id)
	dir = path.Join(id[n-2:], id[n-4:n-2])
	return dir, path.Join(dir, id), nil
}

// Put writes a file whole or not at all: once it returns, the bytes are on disk.
func (f *Folder) Put(_ context.Context, id string, data []byte) error {
	dir, name, err := place(id)
	if err != nil {
		return err
	}
	if err := f.root.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the folder of %s: %w", id, err)
	}
	part := name + "." + rand.Text()
	if err := f.write(part, data); err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", id, err), f.root.Remove(part))
	}
	if err := f.root.Rename(part, name); err != nil {
		return errors.Join(fmt.Errorf("naming %s: %w", id, err), f.root.Remove(part))
	}
	return f.settle(dir)
}

// write makes a new file and waits until the disk has it.
func (f *Folder) write(name string, data []byte) (err error) {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(data); err != nil {
		return err
	}
	return file.Sync()
}

// settle waits until the disk has the name too.
func (f *Folder) settle(dir string) (err error) {
	d, err := f.root.Open(dir)
	if err != nil {
		return fmt.Errorf("opening the folder %s: %w", dir, err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}

// Get reads a file. chat.ErrNoFile when there is none.
func (f *Folder) Get(_ context.Context, id string) ([]byte, error) {
	_, name, err := place(id)
	if err != nil {
		return nil, err
	}
	data, err := f.root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("file %s: %w", id, chat.ErrNoFile)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", id, err)
	}
	return data, nil
}

// Close gives the folder back.
func (f *Folder) Close() error { return f.root.Close() }
