package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestGather(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "icons.svg")
	for name := range strings.FieldsSeq(list) {
		drawing := "<!-- by " + name + " -->\n<svg\n  class=\"x\"\n  stroke=\"crimson\"\n>\n  <path d=\"M0 0\" />\n  <circle r=\"1\" />\n</svg>\n"
		if err := os.WriteFile(filepath.Join(from, name+".svg"), []byte(drawing), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := gather(from, to); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	if want := `<symbol id="activity" viewBox="0 0 24 24"><path d="M0 0" /><circle r="1" /></symbol>`; !strings.Contains(string(raw), want) {
		t.Errorf("no %s in %.300s", want, raw)
	}
	if strings.Contains(string(raw), "crimson") {
		t.Error("the sprite brings a colour of its own")
	}
}

func TestGatherNamesWhatIsMissing(t *testing.T) {
	from := t.TempDir()
	if err := gather(from, filepath.Join(from, "out.svg")); err == nil || !strings.Contains(err.Error(), "activity") {
		t.Errorf("an absent icon gives %v", err)
	}
	if err := os.WriteFile(filepath.Join(from, "activity.svg"), []byte("<html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := gather(from, filepath.Join(from, "out.svg")); err == nil || !strings.Contains(err.Error(), "no SVG") {
		t.Errorf("a file that is no drawing gives %v", err)
	}
}

// The committed sprite is what the list says.
func TestSpriteIsUpToDate(t *testing.T) {
	raw, err := os.ReadFile("../dist/vendor/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(list)
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Error("icons.txt is not sorted, or names an icon twice")
	}
	for _, name := range names {
		if !strings.Contains(string(raw), `<symbol id="`+name+`"`) {
			t.Errorf("the sprite lacks %s: run the command again", name)
		}
	}
	if got := strings.Count(string(raw), "<symbol "); got != len(names) {
		t.Errorf("the sprite has %d icons, the list %d", got, len(names))
	}
}
