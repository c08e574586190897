// Package asset serves the scripts, styles, fonts and icons that are built from ui/island and ui/kit and embedded
// in the binary. Their addresses carry a hash of their content, so browsers may keep them for ever.
package asset

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// Prefix is where Handler is mounted.
const Prefix = "/assets/"

type file struct {
	body []byte
	kind string
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
		urls[url] = file{body, mime.TypeByExtension(ext)}
		return nil
	})
	if err != nil {
		panic(err)
	}
	return names, urls
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
		w.Header().Set("Content-Type", f.kind)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(f.body)
	})
}
