package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"foyer/runtime/chat"
	"foyer/storage/blob"
)

func open(t *testing.T, dir string) *blob.Folder {
	t.Helper()
	f, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// inside lists the files below a folder.
func inside(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, strings.TrimPrefix(name, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatWasPutIsGot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "files")
	f := open(t, dir)
	for id, data := range map[string][]byte{"fil_0a": []byte("picture"), "fil_0b": {}, "A-1": bytes.Repeat([]byte{0, 255}, 1<<20)} {
		if err := f.Put(t.Context(), id, data); err != nil {
			t.Fatal(err)
		}
		got, err := open(t, dir).Get(t.Context(), id)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s: %d bytes, %v; want %d", id, len(got), err, len(data))
		}
	}
	for _, name := range inside(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 || strings.Count(name, "/") != 2 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestUnknown(t *testing.T) {
	if _, err := open(t, t.TempDir()).Get(t.Context(), "fil_x"); !errors.Is(err, chat.ErrNoFile) {
		t.Errorf("got %v", err)
	}
}

func TestIdsThatAreNoNames(t *testing.T) {
	outer := t.TempDir()
	if err := os.WriteFile(filepath.Join(outer, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := open(t, filepath.Join(outer, "files"))
	for _, id := range []string{"", ".", "..", "../secret", "a/b", "/etc/passwd", "a.part", `a\b`, "a\x00", "é", strings.Repeat("a", 101)} {
		if err := f.Put(t.Context(), id, []byte("x")); !errors.Is(err, blob.ErrID) {
			t.Errorf("putting %q: %v", id, err)
		}
		if _, err := f.Get(t.Context(), id); !errors.Is(err, blob.ErrID) {
			t.Errorf("getting %q: %v", id, err)
		}
	}
	if got := inside(t, outer); len(got) != 1 {
		t.Errorf("there are files: %v", got)
	}
}

// A link inside the folder does not lead out of it.
func TestALinkDoesNotLeadOut(t *testing.T) {
	outer := t.TempDir()
	dir := filepath.Join(outer, "files")
	f := open(t, dir)
	if err := f.Put(t.Context(), "fil_a", []byte("x")); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, inside(t, dir)[0])
	secret := filepath.Join(outer, "secret")
	if err := errors.Join(os.WriteFile(secret, []byte("secret"), 0o600), os.Remove(name), os.Symlink(secret, name)); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Get(t.Context(), "fil_a"); err == nil {
		t.Errorf("read %q from outside", got)
	}
}

func TestAgainAndAfterAKill(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir)
	if err := f.Put(t.Context(), "fil_a", []byte("one")); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, inside(t, dir)[0])
	if err := os.WriteFile(name+".part", []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Put(t.Context(), "fil_a", []byte("two")); err != nil {
		t.Fatal(err)
	}
	got, err := f.Get(t.Context(), "fil_a")
	if string(got) != "two" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if left := inside(t, dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// A disk that takes no more leaves nothing half.
func TestAFailureLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir)
	if err := f.Put(t.Context(), "fil_a", []byte("one")); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, inside(t, dir)[0])
	if err := errors.Join(os.Remove(name), os.MkdirAll(filepath.Join(name, "in", "the", "way"), 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := f.Put(t.Context(), "fil_a", []byte("two")); err == nil {
		t.Error("no error")
	}
	if left := inside(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestManyAtOnce(t *testing.T) {
	f := open(t, t.TempDir())
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			id := fmt.Sprintf("fil_%d", i)
			if err := f.Put(t.Context(), id, []byte(id)); err != nil {
				t.Error(err)
			}
			if got, err := f.Get(t.Context(), id); string(got) != id || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	wg.Wait()
}

func TestWhoHasLeftPutsNothing(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := open(t, dir).Put(ctx, "fil_a", []byte("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left := inside(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
