// Package blob keeps the bytes of files on disk, each under its id.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"

	"foyer/runtime/chat"
)

// ErrID is an id that cannot be the name of a file.
var ErrID = errors.New("not an id of a file")

// Folder is a folder of blobs. Whatever the ids are, nothing outside of it is ever touched. Close it.
type Folder struct {
	root *os.Root
	mu   sync.Mutex // one Put at a time, so that two of one id do not meet
}

var _ chat.Blobs = (*Folder)(nil)

// Open opens a folder, and makes it when there is none. Only the owner of the process may read it.
func Open(name string) (*Folder, error) {
	if err := os.MkdirAll(name, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of files: %w", err)
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("opening the folder of files: %w", err)
	}
	return &Folder{root: root}, nil
}

// Close ends the use of the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Put keeps data under id. It returns once the bytes are on disk; whoever reads meanwhile, or after a loss of power,
// finds all of them or none. An id that is taken is written anew. ErrID.
func (f *Folder) Put(ctx context.Context, id string, data []byte) error {
	name, err := place(id)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	dir := path.Dir(name)
	if err := f.root.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("keeping file %s: %w", id, err)
	}
	part := name + ".part"
	err = f.write(part, data)
	if err == nil {
		err = f.root.Rename(part, name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keeping file %s: %w", id, err), f.discard(part))
	}
	for ; ; dir = path.Dir(dir) { // the names of new folders, too
		if err := f.sync(dir); err != nil {
			return fmt.Errorf("keeping file %s: %w", id, err)
		}
		if dir == "." {
			return nil
		}
	}
}

// Get gives the bytes under id. chat.ErrNoFile when there are none, ErrID.
func (f *Folder) Get(_ context.Context, id string) ([]byte, error) {
	name, err := place(id)
	if err != nil {
		return nil, err
	}
	data, err := f.root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, chat.ErrNoFile
	}
	if err != nil {
		return nil, fmt.Errorf("reading file %s: %w", id, err)
	}
	return data, nil
}

// place is where the bytes of an id are: two folders deep by its hash, so that no folder grows large.
func place(id string) (string, error) {
	if id == "" || len(id) > 100 {
		return "", ErrID
	}
	for _, r := range id {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			return "", ErrID
		}
	}
	sum := sha256.Sum256([]byte(id))
	h := hex.EncodeToString(sum[:2])
	return path.Join(h[:2], h[2:], id), nil
}

// write makes a file whose bytes are on disk.
func (f *Folder) write(name string, data []byte) error {
	file, err := f.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) { // left behind by a process that was killed
		if err = f.root.Remove(name); err == nil {
			return f.write(name, data)
		}
	}
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

// discard removes what a failed Put left.
func (f *Folder) discard(name string) error {
	if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// sync brings the names in a folder to disk.
func (f *Folder) sync(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
