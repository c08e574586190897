package chat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"
)

const (
	pixelsMax  = 25_000_000
	sideMax    = 2560      // longest side of what is kept
	pngMax     = 1 << 20   // a PNG that would be larger becomes a JPEG
	jpegGood   = 85        // quality
	decodeRoom = 256 << 20 // bytes that all pictures being decoded may take together
)

// studio decodes pictures, as many side by side as fit into its room and at most two.
type studio struct {
	size  int64 // of the room, in bytes
	room  *semaphore.Weighted
	slots *semaphore.Weighted
}

func newStudio(size int64) studio {
	return studio{size: size, room: semaphore.NewWeighted(size), slots: semaphore.NewWeighted(2)}
}

// picture is what is kept of an upload.
type picture struct {
	data          []byte
	mediaType     string
	width, height int
}

// format is one kind of file that pictures come in.
type format struct {
	name   string
	head   func([]byte) bool
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// formats are known by their first bytes.
func formats() []format {
	return []format{
		{"jpeg", starts("\xFF\xD8\xFF"), jpeg.DecodeConfig, jpeg.Decode},
		{"png", starts("\x89PNG\r\n\x1a\n"), png.DecodeConfig, png.Decode},
		{"gif", starts("GIF8"), gif.DecodeConfig, gif.Decode}, // its first picture
		{"webp", isWebP, webp.DecodeConfig, webp.Decode},
	}
}

func starts(magic string) func([]byte) bool {
	return func(data []byte) bool { return bytes.HasPrefix(data, []byte(magic)) }
}

func isWebP(data []byte) bool {
	return len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP"
}

// develop makes the picture that is kept of an upload. The size is looked at before anything is decoded.
func (s studio) develop(ctx context.Context, data []byte) (picture, error) {
	for _, f := range formats() {
		if !f.head(data) {
			continue
		}
		config, err := guarded(func() (image.Config, error) { return f.config(bytes.NewReader(data)) })
		if err != nil || config.Width <= 0 || config.Height <= 0 {
			return picture{}, errors.Join(ErrBroken, err)
		}
		if int64(config.Width)*int64(config.Height) > pixelsMax {
			return picture{}, fmt.Errorf("%d×%d: %w", config.Width, config.Height, ErrTooManyPx)
		}
		free, err := s.enter(ctx, need(f, config, data))
		if err != nil {
			return picture{}, err
		}
		defer free()
		return guarded(func() (picture, error) { return redo(f, data) })
	}
	return picture{}, ErrNotPicture
}

// enter waits until there is room for n bytes.
func (s studio) enter(ctx context.Context, n int64) (free func(), err error) {
	n = min(n, s.size) // what needs more goes alone
	if err := s.slots.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	if err := s.room.Acquire(ctx, n); err != nil {
		s.slots.Release(1)
		return nil, err
	}
	return func() { s.room.Release(n); s.slots.Release(1) }, nil
}

// need estimates how many bytes a picture takes while it is decoded, drawn and encoded.
func need(f format, c image.Config, data []byte) int64 {
	perPixel := int64(4)
	switch {
	case f.name == "jpeg" && progressive(data):
		perPixel = 16 // its coefficients are kept until the last scan
	case c.ColorModel == color.RGBA64Model || c.ColorModel == color.NRGBA64Model:
		perPixel = 8
	}
	return int64(c.Width)*int64(c.Height)*perPixel + 2*4*sideMax*sideMax
}

// redo decodes a picture and encodes it anew: upright, not too large, and without anything beside the pixels.
func redo(f format, data []byte) (picture, error) {
	img, err := f.decode(bytes.NewReader(data))
	if err != nil {
		return picture{}, errors.Join(ErrBroken, err)
	}
	turn := upright
	if f.name == "jpeg" {
		turn = orientationOf(data)
	}
	small := turned(fitted(img), turn)
	b := small.Bounds()
	p := picture{width: b.Dx(), height: b.Dy()}
	if f.name == "png" || f.name == "gif" || !small.Opaque() {
		if p.data, err = asPNG(small); err == nil {
			p.mediaType = "image/png"
			return p, nil
		}
	}
	p.mediaType = "image/jpeg"
	p.data, err = asJPEG(small)
	return p, err
}

// fitted draws img so that its longest side is sideMax at most.
func fitted(img image.Image) *image.RGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if long := max(w, h); long > sideMax {
		w, h = max(1, w*sideMax/long), max(1, h*sideMax/long)
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h)) // what drawing and encoding are fastest with
	if w == b.Dx() && h == b.Dy() {
		draw.Draw(to, to.Bounds(), img, b.Min, draw.Src)
		return to
	}
	draw.ApproxBiLinear.Scale(to, to.Bounds(), img, b, draw.Src, nil) // smoother ones need room for the whole source
	return to
}

// errWide says that a PNG grew beyond pngMax.
var errWide = errors.New("a JPEG is smaller")

// narrow is a buffer that refuses to grow beyond pngMax.
type narrow struct{ bytes.Buffer }

func (n *narrow) Write(p []byte) (int, error) {
	if n.Len()+len(p) > pngMax {
		return 0, errWide
	}
	return n.Buffer.Write(p)
}

// asPNG keeps drawings and screenshots sharp; errWide for what is too large that way.
func asPNG(img *image.RGBA) ([]byte, error) {
	var out narrow
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, img); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// asJPEG puts what is transparent on white.
func asJPEG(img *image.RGBA) ([]byte, error) {
	if !img.Opaque() {
		flat := image.NewRGBA(img.Bounds())
		draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
		draw.Draw(flat, flat.Bounds(), img, image.Point{}, draw.Over)
		img = flat
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: jpegGood}); err != nil {
		return nil, fmt.Errorf("encoding a picture: %w", err)
	}
	return out.Bytes(), nil
}

// guarded turns a panic of a decoder, which reads what strangers wrote, into ErrBroken.
func guarded[T any](f func() (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: the decoder panicked: %v", ErrBroken, p)
		}
	}()
	return f()
}
