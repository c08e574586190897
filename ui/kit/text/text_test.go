package text

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Both languages say the same things, with the same placeholders.
func TestLanguagesAgree(t *testing.T) {
	hole := regexp.MustCompile(`\{[a-zA-Z]+\}`)
	for _, a := range Langs() {
		for _, b := range Langs() {
			for key, word := range catalogues[a] {
				other, ok := catalogues[b][key]
				if !ok {
					t.Errorf("%s has %q, %s has not", a, key, b)
					continue
				}
				for _, h := range hole.FindAllString(word, -1) {
					if !strings.Contains(other, h) {
						t.Errorf("%q: %s fills %s, %s does not", key, a, h, b)
					}
				}
			}
		}
	}
}

// Every key that the code names with T(…) or t(…) exists.
func TestKeysExist(t *testing.T) {
	call := regexp.MustCompile(`\b(?:text\.T\(ctx, |text\.In\([a-z]+, |[^a-zA-Z.]t\()["']([a-zA-Z0-9]+(?:\.[a-zA-Z0-9]+)+)["']`)
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch ext := filepath.Ext(name); {
		case ext == ".templ", ext == ".ts", ext == ".go" && !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_templ.go"):
		default:
			return nil
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range call.FindAllStringSubmatch(string(raw), -1) {
			if !Has(Chinese, m[1]) {
				t.Errorf("%s says %q, which no catalogue has", name, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
