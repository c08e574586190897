package canvas_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sources reads files of the module by patterns relative to this folder.
func sources(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, pattern := range patterns {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("nothing at %s (%v)", pattern, err)
		}
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = string(raw)
		}
	}
	return files
}

// usedKeys collects the catalogue keys that stand in the sources. Keys that are put together end in a dot there; what
// they are put together of is added by hand.
func usedKeys(t *testing.T) []string {
	t.Helper()
	keys := map[string]bool{}
	literal := regexp.MustCompile("[\"`](canvas\\.[A-Za-z.]+)[\"`]")
	counted := regexp.MustCompile(`counted\([a-z.]+, "(canvas\.[A-Za-z.]+)"`)
	refused := regexp.MustCompile(`why: "([A-Za-z]+)"`)
	for name, text := range sources(t, "*.templ", "*.go", "../island/canvas/*.ts") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			if !strings.HasSuffix(m[1], ".") && m[1] != "canvas.js" && m[1] != "canvas.css" {
				keys[m[1]] = true
			}
		}
		for _, m := range counted.FindAllStringSubmatch(text, -1) {
			keys[m[1]+".one"] = true
		}
		for _, m := range refused.FindAllStringSubmatch(text, -1) {
			keys["canvas.refuse."+m[1]] = true
		}
	}
	for part, names := range map[string]string{
		"change": "added edited rewired removed moved", "step": "add join set publish", "hole": "WaitNo StaffNo",
		"did": "add delete", "undo": "none done", "redo": "none done", "draft": "waiting saving offline conflict", "badge": "error warning",
		"key": "next walk open add edges move delete undo redo copy duplicate all frame free zoom full fit palette save escape",
	} {
		for _, name := range strings.Fields(names) {
			keys["canvas."+part+"."+name] = true
		}
	}
	list := make([]string, 0, len(keys))
	for key := range keys {
		list = append(list, key)
	}
	if len(list) < 100 {
		t.Fatalf("only %d keys found", len(list))
	}
	return list
}

// The editor stays small: 40 KB on the wire, and no module that nobody reads to its end.
func TestSize(t *testing.T) {
	for name, text := range sources(t, "../asset/dist/canvas.js") {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if packed.Len() > 40<<10 {
			t.Errorf("%s is %d bytes packed", name, packed.Len())
		}
		t.Logf("%s: %d bytes, %d packed", name, len(text), packed.Len())
	}
	for name, text := range sources(t, "../island/canvas/*.ts") {
		if n := strings.Count(text, "\n"); n > 300 {
			t.Errorf("%s has %d lines", name, n)
		}
	}
}
