package chat_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"testing"
)

// The corners of the test picture, clockwise from the top left.
var corners = [4]color.NRGBA{{R: 220, A: 255}, {G: 200, A: 255}, {B: 220, A: 255}, {R: 230, G: 210, A: 255}}

// quarters is a picture with a colour in each quarter.
func quarters(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			i := 0
			switch {
			case y < h/2 && x >= w/2:
				i = 1
			case y >= h/2 && x >= w/2:
				i = 2
			case y >= h/2:
				i = 3
			}
			img.SetNRGBA(x, y, corners[i])
		}
	}
	return img
}

// noise is a picture that does not compress.
func noise(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	seed := uint32(1)
	for i := range img.Pix {
		seed = seed*1664525 + 1013904223
		if img.Pix[i] = byte(seed >> 24); i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	return img
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// withSegment puts a segment right behind the start of a JPEG.
func withSegment(data []byte, marker byte, body string) []byte {
	head := []byte{0xFF, 0xD8, 0xFF, marker}
	head = binary.BigEndian.AppendUint16(head, uint16(2+len(body)))
	return append(append(head, body...), data[2:]...)
}

// exif is a segment that says how the camera was held, and where.
func exif(order binary.AppendByteOrder, orientation uint16) string {
	b := []byte("Exif\x00\x00II*\x00")
	if order.String() == binary.BigEndian.String() {
		b = []byte("Exif\x00\x00MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	entry := func(tag, kind uint16, count uint32, value ...uint16) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, count)
		for _, v := range value {
			b = order.AppendUint16(b, v)
		}
	}
	entry(0x010F, 2, 4, 0x4141, 0x4100) // the maker
	entry(0x0112, 3, 1, orientation, 0)
	return string(b) + "GPS 48.8584N 2.2945E"
}

// chunk is one chunk of a PNG.
func chunk(kind string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

const pngHead = "\x89PNG\r\n\x1a\n"

// floodPNG is a file of a few bytes that claims to be w × h.
func floodPNG(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(nil, w)
	head = binary.BigEndian.AppendUint32(head, h)
	head = append(head, 8, 6, 0, 0, 0) // 8 bits, RGBA
	b := append([]byte(pngHead), chunk("IHDR", head)...)
	b = append(b, chunk("IDAT", []byte{0x78, 0x9c, 0x63, 0, 0, 0, 0xff, 0xff})...)
	return append(b, chunk("IEND", nil)...)
}

// floodJPEG claims the largest size a JPEG can have.
func floodJPEG() []byte {
	return []byte("\xFF\xD8\xFF\xC0\x00\x0B\x08\xFF\xFF\xFF\xFF\x01\x01\x11\x00\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00")
}

// floodGIF claims the largest size a GIF can have.
func floodGIF() []byte {
	return []byte("GIF89a\xFF\xFF\xFF\xFF\x80\x00\x00\x00\x00\x00\xFF\xFF\xFF,\x00\x00\x00\x00\xFF\xFF\xFF\xFF\x00\x02\x02\x44\x01\x00;")
}

// floodWebP claims the largest size a lossless WebP can have, 16,384 × 16,384.
func floodWebP() []byte {
	b := []byte("RIFF\x12\x00\x00\x00WEBPVP8L\x05\x00\x00\x00\x2F")
	return append(b, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0)
}

// near tells whether two colours are the same but for the losses of a JPEG.
func near(a, b color.Color) bool {
	ar, ag, ab, aa := a.RGBA()
	br, bg, bb, ba := b.RGBA()
	for _, d := range []int{int(ar) - int(br), int(ag) - int(bg), int(ab) - int(bb), int(aa) - int(ba)} {
		if d < -24<<8 || d > 24<<8 {
			return false
		}
	}
	return true
}
