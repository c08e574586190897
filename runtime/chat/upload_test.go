package chat_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"foyer/runtime/chat"
)

// upload gives the file and the picture that is kept.
func (h *house) upload(data []byte) (chat.File, []byte, image.Image) {
	h.t.Helper()
	f, err := h.chat.Upload(h.t.Context(), "talk", bytes.NewReader(data))
	h.ok(err)
	kept, kind, img := f, "", image.Image(nil)
	f, bytesKept, err := h.chat.Open(h.t.Context(), kept.ID)
	h.ok(err)
	if img, kind, err = image.Decode(bytes.NewReader(bytesKept)); err != nil {
		h.t.Fatalf("what is kept is no picture: %v", err)
	}
	b := img.Bounds()
	if f.Type != "image/"+kind || f.Width != b.Dx() || f.Height != b.Dy() || f.Bytes != int64(len(bytesKept)) || f.Kind != "image" {
		h.t.Errorf("%+v is a %s of %v, %d bytes", f, kind, b, len(bytesKept))
	}
	if kept.URL == "" || f.SessionID != "talk" || !strings.HasPrefix(f.ID, "file_") {
		h.t.Errorf("uploaded %+v, kept %+v", kept, f)
	}
	return f, bytesKept, img
}

func TestUploadKinds(t *testing.T) {
	h := open(t)
	glass := image.NewNRGBA(image.Rect(0, 0, 40, 40)) // transparent
	for _, c := range []struct {
		about, kept   string
		data          []byte
		width, height int
	}{
		{"PNG", "image/png", asPNG(t, quarters(60, 40)), 60, 40},
		{"transparent PNG", "image/png", asPNG(t, glass), 40, 40},
		{"large drawing", "image/png", asPNG(t, quarters(2800, 700)), 2560, 640},
		{"PNG of a photo", "image/jpeg", asPNG(t, noise(700, 700)), 700, 700},
		{"JPEG", "image/jpeg", asJPEG(t, quarters(60, 40)), 60, 40},
		{"large JPEG", "image/jpeg", asJPEG(t, quarters(700, 2800)), 640, 2560},
		{"grey JPEG", "image/jpeg", asJPEG(t, image.NewGray(image.Rect(0, 0, 9, 9))), 9, 9},
		{"GIF", "image/png", asGIF(t, quarters(60, 40)), 60, 40},
		{"lossy WebP", "image/jpeg", testdata(t, "photo.webp"), 64, 48},
		{"transparent WebP", "image/png", testdata(t, "glass.webp"), 64, 48},
		{"one pixel", "image/png", asPNG(t, quarters(1, 1)), 1, 1},
		{"a line", "image/png", asPNG(t, quarters(20000, 1)), 2560, 1},
		{"16 bits", "image/png", asPNG(t, image.NewNRGBA64(image.Rect(0, 0, 30, 20))), 30, 20},
		{"palette", "image/png", asPNG(t, image.NewPaletted(image.Rect(0, 0, 30, 20), color.Palette{color.Black, color.White})), 30, 20},
	} {
		f, _, _ := h.upload(c.data)
		if f.Type != c.kept || f.Width != c.width || f.Height != c.height {
			t.Errorf("%s is kept as %s of %d×%d, want %s of %d×%d", c.about, f.Type, f.Width, f.Height, c.kept, c.width, c.height)
		}
	}
}

// What was transparent in a picture that is too large for a PNG lies on white.
func TestTransparentPhoto(t *testing.T) {
	h := open(t)
	img := noise(900, 900)
	for y := range 450 {
		for x := range 900 {
			img.SetNRGBA(x, y, color.NRGBA{A: 0})
		}
	}
	f, _, kept := h.upload(asPNG(t, img))
	if f.Type != "image/jpeg" || !near(kept.At(450, 100), color.White) {
		t.Errorf("%s, %v where nothing was", f.Type, kept.At(450, 100))
	}
}

func TestUploadRefused(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		about string
		data  []byte
		want  error
	}{
		{"nothing", nil, chat.ErrNotPicture},
		{"text", []byte("hello"), chat.ErrNotPicture},
		{"SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), chat.ErrNotPicture},
		{"SVG with a prolog", []byte("<?xml version=\"1.0\"?>\n<svg/>"), chat.ErrNotPicture},
		{"HTML", []byte("<!doctype html><script>alert(1)</script>"), chat.ErrNotPicture},
		{"PDF", []byte("%PDF-1.7\n"), chat.ErrNotPicture},
		{"ZIP", []byte("PK\x03\x04"), chat.ErrNotPicture},
		{"BMP", []byte("BM\x3a\x00\x00\x00"), chat.ErrNotPicture},
		{"other RIFF", []byte("RIFF\x04\x00\x00\x00WAVE"), chat.ErrNotPicture},
		{"HTML behind a GIF's head", []byte("GIF89a\x01\x00\x01\x00;/*<script>alert(1)</script>*/"), chat.ErrBroken},
		{"HTML behind a JPEG's head", []byte("\xFF\xD8\xFF\xE0<script>alert(1)</script>"), chat.ErrBroken},
		{"SVG behind a PNG's head", []byte(pngHead + "<svg/>"), chat.ErrBroken},
		{"PNG flood", floodPNG(50000, 50000), chat.ErrTooManyPx},
		{"PNG flood beyond 2³¹", floodPNG(1<<31-1, 1<<31-1), chat.ErrBroken},
		{"just too many", floodPNG(5001, 5000), chat.ErrTooManyPx},
		{"just not too many", floodPNG(5000, 5000), chat.ErrBroken},
		{"no width", floodPNG(0, 100), chat.ErrBroken},
		{"JPEG flood", floodJPEG(), chat.ErrTooManyPx},
		{"GIF flood", floodGIF(), chat.ErrTooManyPx},
		{"WebP flood", floodWebP(), chat.ErrTooManyPx},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := h.chat.Upload(t.Context(), "talk", bytes.NewReader(c.data))
		runtime.ReadMemStats(&after)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.about, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; errors.Is(c.want, chat.ErrTooManyPx) && took > 1<<20 {
			t.Errorf("%s: refusing it took %d bytes of memory", c.about, took)
		}
	}
}

// endless is a body of n bytes that counts how many were read.
type endless struct {
	head []byte
	n    int64
	read int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.read >= e.n {
		return 0, io.EOF
	}
	n := min(int64(len(p)), e.n-e.read)
	for i := range p[:n] {
		if at := e.read + int64(i); at < int64(len(e.head)) {
			p[i] = e.head[at]
		}
	}
	e.read += n
	return int(n), nil
}

func TestTooLarge(t *testing.T) {
	h := open(t)
	body := &endless{head: asPNG(t, quarters(10, 10)), n: 50 << 20}
	_, err := h.chat.Upload(t.Context(), "talk", body)
	if !errors.Is(err, chat.ErrTooLarge) {
		t.Errorf("50 MB: %v", err)
	}
	if body.read > chat.UploadMax+1 {
		t.Errorf("%d bytes were read", body.read)
	}
	// A picture with a tail up to the limit is a picture.
	h.upload(append(asPNG(t, quarters(10, 10)), make([]byte, chat.UploadMax-1<<10)...))
	if _, err := h.chat.Upload(t.Context(), "talk", iotest{}); !errors.Is(err, errLine) {
		t.Errorf("a line that breaks: %v", err)
	}
}

var errLine = errors.New("the line broke")

// iotest is a body whose sender goes away.
type iotest struct{}

func (iotest) Read([]byte) (int, error) { return 0, errLine }

// A file that ends too early is damaged, wherever it ends; and no decoder panics.
func TestTruncated(t *testing.T) {
	h := open(t)
	for name, whole := range map[string][]byte{
		"png": asPNG(t, quarters(40, 30)), "jpeg": asJPEG(t, quarters(40, 30)), "gif": asGIF(t, quarters(40, 30)),
		"lossy.webp": testdata(t, "photo.webp"), "lossless.webp": testdata(t, "glass.webp"),
	} {
		for n := range len(whole) - 16 {
			_, err := h.chat.Upload(t.Context(), "talk", bytes.NewReader(whole[:n]))
			if n < 16 && errors.Is(err, chat.ErrNotPicture) {
				continue
			}
			if !errors.Is(err, chat.ErrBroken) {
				t.Errorf("%s cut at %d of %d: %v", name, n, len(whole), err)
			}
		}
	}
}

// However the camera was held, the picture comes upright, and nothing is kept of the camera.
func TestUpright(t *testing.T) {
	h := open(t)
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for o := uint16(1); o <= 8; o++ {
			stored := held(quarters(80, 48), o)
			data := withSegment(asJPEG(t, stored), 0xE1, exif(order, o))
			f, kept, img := h.upload(data)
			if f.Width != 80 || f.Height != 48 {
				t.Errorf("orientation %d: %d×%d", o, f.Width, f.Height)
				continue
			}
			for i, at := range []image.Point{{10, 10}, {70, 10}, {70, 40}, {10, 40}} {
				if !near(img.At(at.X, at.Y), corners[i]) {
					t.Errorf("orientation %d: %v at %v, want %v", o, img.At(at.X, at.Y), at, corners[i])
				}
			}
			for _, trace := range []string{"Exif", "GPS"} {
				if bytes.Contains(kept, []byte(trace)) {
					t.Errorf("orientation %d: %s is kept", o, trace)
				}
			}
		}
	}
}

// held is how a picture is stored when the camera was held like o: the inverse of turning it upright.
func held(img *image.NRGBA, o uint16) *image.NRGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	sw, sh := w, h
	if o >= 5 {
		sw, sh = h, w
	}
	to := image.NewNRGBA(image.Rect(0, 0, sw, sh))
	for y := range sh {
		for x := range sw {
			// Row 0 and column 0 of the stored picture are these sides of the upright one (TIFF 6.0, Orientation).
			from := map[uint16]image.Point{
				1: {x, y}, 2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
				5: {y, x}, 6: {w - 1 - y, x}, 7: {w - 1 - y, h - 1 - x}, 8: {y, h - 1 - x},
			}[o]
			to.SetNRGBA(x, y, img.NRGBAAt(from.X, from.Y))
		}
	}
	return to
}

// Nonsense in the camera's segment leaves the picture as it is.
func TestExifNonsense(t *testing.T) {
	h := open(t)
	good := exif(binary.LittleEndian, 6)
	for about, segment := range map[string]string{
		"empty": "", "only a name": "Exif\x00\x00", "no TIFF": "Exif\x00\x00garbage!", "cut": good[:12], "cut in the table": good[:20],
		"far away":   "Exif\x00\x00II*\x00\xff\xff\xff\xff",
		"many":       "Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff",
		"no such":    exif(binary.LittleEndian, 9),
		"zero":       exif(binary.LittleEndian, 0),
		"other name": "http://ns.adobe.com/xap/1.0/\x00<x/>",
	} {
		data := withSegment(asJPEG(t, quarters(80, 48)), 0xE1, segment)
		if f, _, _ := h.upload(data); f.Width != 80 || f.Height != 48 {
			t.Errorf("%s: %d×%d", about, f.Width, f.Height)
		}
	}
}

// A file that is a picture and something else is only a picture afterwards.
func TestPolyglot(t *testing.T) {
	h := open(t)
	const canary = "<script>alert('canary')</script>"
	withText := append([]byte(pngHead), asPNG(t, quarters(60, 40))[8:33]...)
	withText = append(withText, chunk("tEXt", []byte("Comment\x00"+canary))...)
	withText = append(withText, asPNG(t, quarters(60, 40))[33:]...)
	for about, data := range map[string][]byte{
		"PNG and HTML": append(asPNG(t, quarters(60, 40)), canary...),
		"PNG comment":  withText,
		"PNG and ZIP":  append(asPNG(t, quarters(60, 40)), "PK\x03\x04canary"...),
		"JPEG and PHP": append(asJPEG(t, quarters(60, 40)), "<?php canary ?>"...),
		"JPEG comment": withSegment(asJPEG(t, quarters(60, 40)), 0xFE, canary),
		"GIF and JS":   append(asGIF(t, quarters(60, 40)), "*/=1;canary"...),
		"WebP and JAR": append(testdata(t, "photo.webp"), "PK\x03\x04canary"...),
	} {
		if _, kept, _ := h.upload(data); bytes.Contains(kept, []byte("canary")) || bytes.Contains(kept, []byte("PK\x03\x04")) {
			t.Errorf("%s: the other thing is kept", about)
		}
	}
}

func TestPostPicture(t *testing.T) {
	h, ctx := open(t), t.Context()
	f, _, _ := h.upload(asPNG(t, quarters(60, 40)))
	p := say("talk", "c1", "ignored")
	p.Kind, p.FileID = chat.ImageKind, f.ID
	m, err := h.chat.Post(ctx, p)
	h.ok(err)
	if m.Kind != chat.ImageKind || m.Text != "" || m.File == nil || m.File.ID != f.ID || m.File.Width != 60 {
		t.Errorf("posted %+v", m)
	}
	got := h.list("talk")[0]
	if got.File == nil || got.File.URL != m.File.URL {
		t.Errorf("listed %+v", got)
	}
	u, err := url.Parse(got.File.URL)
	h.ok(err)
	if u.Path != "/files/"+f.ID {
		t.Errorf("address %s", u)
	}
	h.ok(h.chat.Verify(f.ID, u.Query().Get("e"), u.Query().Get("s")))
	p.SessionID, p.ClientMessageID = "wait", "c2"
	if _, err := h.chat.Post(ctx, p); !errors.Is(err, chat.ErrNoFile) {
		t.Errorf("a picture of another session: %v", err)
	}
	if _, _, err := h.chat.Open(ctx, "file_none"); !errors.Is(err, chat.ErrNoFile) {
		t.Errorf("no such file: %v", err)
	}
}

func TestSignedAddress(t *testing.T) {
	h := open(t)
	u, err := url.Parse(h.chat.Sign("file_1", start.Add(time.Minute)))
	h.ok(err)
	e, s := u.Query().Get("e"), u.Query().Get("s")
	if u.Path != "/files/file_1" || e != fmt.Sprint(start.Add(time.Minute).Unix()) {
		t.Errorf("address %s", u)
	}
	h.ok(h.chat.Verify("file_1", e, s))
	for about, c := range map[string][3]string{
		"other file":   {"file_2", e, s},
		"later end":    {"file_1", fmt.Sprint(start.Add(time.Hour).Unix()), s},
		"no end":       {"file_1", "", s},
		"end as words": {"file_1", e + " ", s},
		"no signature": {"file_1", e, ""},
		"other case":   {"file_1", e, strings.ToLower(s) + strings.ToUpper(s)},
		"cut":          {"file_1", e, s[1:]},
		"moved digit":  {"file_1" + e[:1], e[1:], s},
	} {
		if err := h.chat.Verify(c[0], c[1], c[2]); !errors.Is(err, chat.ErrNoFile) {
			t.Errorf("%s: %v", about, err)
		}
	}
	h.wait(time.Minute)
	if err := h.chat.Verify("file_1", e, s); !errors.Is(err, chat.ErrNoFile) {
		t.Errorf("at its end: %v", err)
	}
}

// The address of a file stays the same for a while, so that browsers keep it, and is always good for an hour.
func TestURLIsSteady(t *testing.T) {
	h := open(t)
	first := h.chat.URL("file_1")
	h.wait(29 * time.Minute)
	if h.chat.URL("file_1") != first {
		t.Error("the address changes within the hour")
	}
	h.wait(time.Minute)
	last := h.chat.URL("file_1")
	if last == first {
		t.Error("the address never changes")
	}
	u, err := url.Parse(first)
	h.ok(err)
	h.wait(59 * time.Minute)
	h.ok(h.chat.Verify("file_1", u.Query().Get("e"), u.Query().Get("s")))
}
