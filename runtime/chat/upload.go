package chat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// UploadMax is how many bytes a picture may have.
const UploadMax = 10 << 20

// Upload takes a picture into a session: it is read whole, known by its content and never by its name, decoded,
// turned upright, made smaller if need be, and encoded anew, so that nothing but the picture is kept of it.
// Whether the sender takes part in the session is for the caller of Upload to know.
// ErrTooLarge, ErrNotPicture, ErrTooManyPx, ErrBroken.
func (c *Chat) Upload(ctx context.Context, sessionID string, r io.Reader) (File, error) {
	data, err := readAtMost(r, UploadMax)
	if err != nil {
		return File{}, fmt.Errorf("reading a picture: %w", err)
	}
	p, err := c.develop(ctx, data)
	if err != nil {
		return File{}, fmt.Errorf("taking a picture: %w", err)
	}
	f := File{
		ID: c.NewID("file_"), SessionID: sessionID, Kind: "image", Type: p.mediaType,
		Width: p.width, Height: p.height, Bytes: int64(len(p.data)), CreatedAt: c.Now(),
	}
	// The bytes first: a row without them would be a picture that nobody can see.
	if err := c.Blobs.Put(ctx, f.ID, p.data); err != nil {
		return File{}, fmt.Errorf("keeping a picture: %w", err)
	}
	if err := c.Ledger.Do(ctx, func(ctx context.Context) error { return c.Messages.AddFile(ctx, f) }); err != nil {
		return File{}, fmt.Errorf("keeping a picture: %w", err)
	}
	f.URL = c.URL(f.ID)
	return f, nil
}

// Open gives a file and its bytes. ErrNoFile.
func (c *Chat) Open(ctx context.Context, fileID string) (File, []byte, error) {
	f, err := c.Messages.File(ctx, fileID)
	if err != nil {
		return File{}, nil, fmt.Errorf("opening file %s: %w", fileID, err)
	}
	data, err := c.Blobs.Get(ctx, fileID)
	if err != nil {
		return File{}, nil, fmt.Errorf("opening file %s: %w", fileID, err)
	}
	return f, data, nil
}

// readAtMost reads all of r, and no more than it takes to see that it is too much (ErrTooLarge).
func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(r, limit+1))
	if n > limit {
		return nil, errors.Join(ErrTooLarge, err)
	}
	return b.Bytes(), err
}
