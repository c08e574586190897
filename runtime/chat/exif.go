package chat

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how a camera was held: the EXIF tag 0x0112, TIFF 6.0 §8. 1 is upright; 2, 4, 5 and 7 are mirrored.
type orientation int

const upright orientation = 1

const orientationTag = 0x0112

// orientationOf reads the orientation of a JPEG; upright when it says nothing or nonsense.
func orientationOf(data []byte) orientation {
	found := upright
	segments(data, func(marker byte, body []byte) bool {
		tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
		if marker != 0xE1 || !ok {
			return true
		}
		found = orientationIn(tiff)
		return false
	})
	return found
}

// progressive tells whether a JPEG is made of several scans (SOF2 and its kin).
func progressive(data []byte) bool {
	found := false
	segments(data, func(marker byte, _ []byte) bool {
		if marker&0xF0 == 0xC0 && marker != 0xC4 && marker != 0xC8 && marker != 0xCC {
			found = marker != 0xC0 && marker != 0xC1
			return false
		}
		return true
	})
	return found
}

// segments walks over the segments of a JPEG before its first scan, until see says to stop.
func segments(data []byte, see func(marker byte, body []byte) bool) {
	data = data[min(2, len(data)):] // SOI
	for len(data) >= 4 && data[0] == 0xFF {
		if data[1] == 0xFF { // fill byte
			data = data[1:]
			continue
		}
		marker, size := data[1], int(binary.BigEndian.Uint16(data[2:]))
		if marker == 0xDA || size < 2 || 2+size > len(data) || !see(marker, data[4:2+size]) {
			return
		}
		data = data[2+size:]
	}
}

// orientationIn reads the tag out of the first directory of a TIFF block.
func orientationIn(tiff []byte) orientation {
	if len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return upright
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			break
		}
		if order.Uint16(entries) == orientationTag {
			if v := orientation(order.Uint16(entries[8:])); 1 <= v && v <= 8 {
				return v
			}
			break
		}
		entries = entries[12:]
	}
	return upright
}

// turned gives the picture as it was seen when the camera was held like o.
func turned(img *image.RGBA, o orientation) *image.RGBA {
	if o == upright {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	across := o >= 5 // the sides change places
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if across {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := o.place(x, y, w, h)
			copy(to.Pix[to.PixOffset(tx, ty):][:4], img.Pix[img.PixOffset(x, y):][:4])
		}
	}
	return to
}

// place is where the pixel x, y of a stored picture of w × h belongs.
func (o orientation) place(x, y, w, h int) (int, int) {
	right, down := w-1-x, h-1-y
	switch o {
	case 2:
		return right, y
	case 3:
		return right, down
	case 4:
		return x, down
	case 5:
		return y, x
	case 6:
		return down, x
	case 7:
		return down, right
	case 8:
		return y, right
	}
	return x, y
}
