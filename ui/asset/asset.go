// Package asset serves the scripts, styles, fonts and icons that are built from ui/island and ui/kit and embedded
// in the binary. Their addresses carry a hash of their content, so browsers may keep them for ever.
package asset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// Prefix is where Handler is mounted.
const Prefix = "/assets/"

type file struct {
	body   []byte
	kind   string
	packed func() []byte // the body gzipped, made when first asked for; nil for what is packed already
}

var byName, byURL = index()

func index() (names map[string]string, urls map[string]file) {
	names, urls = map[string]string{}, map[string]file{}
	err := fs.WalkDir(dist, "dist", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := dist.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		name = strings.TrimPrefix(name, "dist/")
		ext := path.Ext(name)
		url := Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		names[name] = url
		urls[url] = file{body, kind(ext), packer(ext, body)}
		return nil
	})
	if err != nil {
		panic(err)
	}
	return names, urls
}

// kind is the media type of an extension. Fonts are named here because not every machine's table knows them.
func kind(ext string) string {
	if ext == ".woff2" {
		return "font/woff2"
	}
	return mime.TypeByExtension(ext)
}

func packer(ext string, body []byte) func() []byte {
	switch ext {
	case ".css", ".js", ".svg", ".json":
	default:
		return nil
	}
	return sync.OnceValue(func() []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(body) // a bytes.Buffer takes everything
		_ = w.Close()
		return b.Bytes()
	})
}

// URL is the address of an embedded file, e.g. URL("foyer.css"). An unknown name is a programming error and panics.
func URL(name string) string {
	url, ok := byName[name]
	if !ok {
		panic("asset: no file " + name)
	}
	return url
}

// Handler serves the embedded files under Prefix.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		body := f.body
		if f.packed != nil {
			h.Set("Vary", "Accept-Encoding")
			if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				h.Set("Content-Encoding", "gzip")
				body = f.packed()
			}
		}
		_, _ = w.Write(body)
	})
}
