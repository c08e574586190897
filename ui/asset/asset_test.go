package asset

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, url, encoding string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, url, nil)
	req.Header.Set("Accept-Encoding", encoding)
	rec := httptest.NewRecorder()
	Handler().ServeHTTP(rec, req)
	return rec
}

func TestAddressesCarryAHash(t *testing.T) {
	if url := URL("foyer.css"); !regexp.MustCompile(`^/assets/foyer\.[0-9a-f]{12}\.css$`).MatchString(url) {
		t.Errorf("address %q", url)
	}
	if url := URL("vendor/inter.woff2"); !strings.HasPrefix(url, "/assets/vendor/inter.") {
		t.Errorf("address of a nested file %q", url)
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown name did not panic")
		}
	}()
	URL("no-such.css")
}

func TestHandler(t *testing.T) {
	kinds := map[string]string{
		"foyer.css": "text/css", "vendor/htmx.js": "text/javascript", "vendor/icons.svg": "image/svg+xml", "vendor/inter.woff2": "font/woff2",
	}
	for name, kind := range kinds {
		plain := get(t, URL(name), "")
		if plain.Code != http.StatusOK || !strings.HasPrefix(plain.Header().Get("Content-Type"), kind) {
			t.Errorf("%s: status %d, type %q", name, plain.Code, plain.Header().Get("Content-Type"))
		}
		if !strings.Contains(plain.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s may not be kept: %q", name, plain.Header().Get("Cache-Control"))
		}
		want, err := fs.ReadFile(dist, "dist/"+name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(plain.Body.Bytes(), want) {
			t.Errorf("%s is served changed", name)
		}
	}
}

func TestHandlerPacks(t *testing.T) {
	rec := get(t, URL("vendor/htmx.js"), "br, gzip")
	if rec.Header().Get("Content-Encoding") != "gzip" || rec.Header().Get("Vary") != "Accept-Encoding" {
		t.Fatalf("headers %v", rec.Header())
	}
	r, err := gzip.NewReader(rec.Body)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	want, err := fs.ReadFile(dist, "dist/vendor/htmx.js")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("unpacked body differs")
	}
	if enc := get(t, URL("vendor/inter.woff2"), "gzip").Header().Get("Content-Encoding"); enc != "" {
		t.Errorf("a font is packed twice: %q", enc)
	}
}

func TestUnknownAddress(t *testing.T) {
	for _, url := range []string{"/assets/foyer.css", "/assets/", "/assets/../asset.go"} {
		if rec := get(t, "http://x"+url, ""); rec.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", url, rec.Code)
		}
	}
}

// What others wrote ships with its licence.
func TestVendoredFilesHaveLicences(t *testing.T) {
	licences := map[string]string{"htmx.js": "htmx-0BSD.txt", "icons.svg": "lucide-ISC.txt", "inter.woff2": "inter-OFL.txt"}
	files, err := fs.ReadDir(dist, "dist/vendor")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, err := os.Stat("licenses/" + licences[f.Name()]); licences[f.Name()] == "" || err != nil {
			t.Errorf("%s has no licence file (%v)", f.Name(), err)
		}
	}
}
