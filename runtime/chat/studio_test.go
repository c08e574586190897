package chat

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// bomb is a PNG of some 100 KB that unfolds to w × h transparent pixels.
func bomb(t *testing.T, w, h int) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	row := make([]byte, 1+4*w)
	for range h {
		if _, err := z.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(w)), uint32(h))
	b := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range []struct{ kind, body string }{{"IHDR", string(head) + "\x08\x06\x00\x00\x00"}, {"IDAT", packed.String()}, {"IEND", ""}} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(c.body)))
		b = append(b, c.kind+c.body...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(c.kind+c.body)))
	}
	return b
}

// At most two pictures are decoded at once, and large ones one by one.
func TestStudioIsBounded(t *testing.T) {
	s := newStudio(decodeRoom)
	var taken, inside, most atomic.Int64
	var all sync.WaitGroup
	for i := range 200 {
		n := int64(1+i%4) * decodeRoom / 3 // a third of the room, up to more than all of it
		all.Go(func() {
			free, err := s.enter(t.Context(), n)
			if err != nil {
				t.Error(err)
				return
			}
			room := min(n, decodeRoom)
			if taken.Add(room) > decodeRoom {
				t.Error("more room is taken than there is")
			}
			most.Store(max(most.Load(), inside.Add(1)))
			time.Sleep(time.Millisecond)
			inside.Add(-1)
			taken.Add(-room)
			free()
		})
	}
	all.Wait()
	if most.Load() != 2 {
		t.Errorf("%d at once, want 2", most.Load())
	}
}

// Who goes away while waiting for room leaves none taken.
func TestStudioWaitEnds(t *testing.T) {
	s := newStudio(decodeRoom)
	free, err := s.enter(t.Context(), decodeRoom)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	for range 3 {
		if _, err := s.enter(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("no room, and %v", err)
		}
	}
	free()
	for range 2 {
		if _, err := s.enter(t.Context(), decodeRoom/2); err != nil {
			t.Error(err)
		}
	}
}

// A flood of bombs that are just small enough to be taken stays within the room (and what the garbage collector
// lags behind).
func TestBombsStayInTheirRoom(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	const room = 100 << 20 // one of these bombs, but not two
	data := bomb(t, 3000, 3000)
	s := newStudio(room)
	var done sync.WaitGroup
	for range 3 {
		done.Go(func() {
			p, err := s.develop(t.Context(), data)
			if err != nil || p.width != sideMax || p.height != sideMax {
				t.Errorf("%d×%d, %v", p.width, p.height, err)
			}
		})
	}
	over := make(chan struct{})
	go func() { done.Wait(); close(over) }()
	var m runtime.MemStats
	most := uint64(0)
	for {
		select {
		case <-over:
			if most > room*3/2 {
				t.Errorf("%d MB in use, there is room for %d MB", most>>20, room>>20)
			}
			return
		case <-time.After(5 * time.Millisecond):
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
		}
	}
}

// What is estimated is about what it takes, so that the room means something.
func TestNeed(t *testing.T) {
	base := int64(2 * 4 * sideMax * sideMax)
	config := image.Config{ColorModel: color.NRGBAModel, Width: 1000, Height: 1000}
	for _, c := range []struct {
		about string
		f     format
		model color.Model
		data  string
		want  int64
	}{
		{"PNG", format{name: "png"}, color.NRGBAModel, "", 4e6},
		{"deep PNG", format{name: "png"}, color.NRGBA64Model, "", 8e6},
		{"JPEG", format{name: "jpeg"}, color.YCbCrModel, "\xFF\xD8\xFF\xC0\x00\x02", 4e6},
		{"extended JPEG", format{name: "jpeg"}, color.YCbCrModel, "\xFF\xD8\xFF\xC1\x00\x02", 4e6},
		{"progressive JPEG", format{name: "jpeg"}, color.YCbCrModel, "\xFF\xD8\xFF\xE0\x00\x03x\xFF\xFF\xC2\x00\x02", 16e6},
		{"tables first", format{name: "jpeg"}, color.YCbCrModel, "\xFF\xD8\xFF\xC4\x00\x02\xFF\xC2\x00\x02", 16e6},
	} {
		config.ColorModel = c.model
		if got := need(c.f, config, []byte(c.data)); got != base+c.want {
			t.Errorf("%s: %d, want %d", c.about, got-base, c.want)
		}
	}
}

func TestPanicIsBroken(t *testing.T) {
	_, err := guarded(func() (int, error) { panic("index out of range") })
	if !errors.Is(err, ErrBroken) {
		t.Error(err)
	}
}

// FuzzDevelop looks for files that make a decoder panic or that are kept as something other than a picture.
func FuzzDevelop(f *testing.F) {
	for _, head := range []string{"\xFF\xD8\xFF\xE1\x00\x10Exif\x00\x00II*\x00", "\x89PNG\r\n\x1a\n", "GIF89a\x01\x00\x01\x00", "RIFF\x00\x00\x00\x00WEBPVP8L"} {
		f.Add([]byte(head))
	}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	s := newStudio(decodeRoom)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := s.develop(t.Context(), data)
		if err == nil && (p.width < 1 || p.height < 1 || p.width > sideMax || p.height > sideMax) {
			t.Errorf("kept as %d×%d", p.width, p.height)
		}
		if err != nil && !errors.Is(err, ErrNotPicture) && !errors.Is(err, ErrBroken) && !errors.Is(err, ErrTooManyPx) {
			t.Errorf("an error that nobody has words for: %v", err)
		}
	})
}
