package reference_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/nodes/nodestest"
	"foyer/nodes/standard"
	"foyer/ui/kit/text"
	"foyer/ui/reference"
)

const folder = "../../docs/nodes"

// pages are the files of docs/nodes as they must be.
func pages(ctx context.Context) map[string]string {
	set := standard.Set()
	all := map[string]string{"README.md": reference.Index(ctx, set)}
	for name, kind := range set {
		all[name+".md"] = reference.Page(ctx, kind)
	}
	return all
}

// The pages in docs are those of the kinds there are, and there are no others.
func TestPages(t *testing.T) {
	want := pages(text.With(t.Context(), text.English))
	files, err := filepath.Glob(folder + "/*.md")
	if err != nil {
		t.Fatal(err)
	}
	if nodestest.Updating() {
		for _, file := range files {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}
		for name, page := range want {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(page), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	for _, file := range files {
		if _, ok := want[filepath.Base(file)]; !ok {
			t.Errorf("%s is about a kind that does not exist; run scripts/generate.sh", file)
		}
	}
	for name, page := range want {
		if kept, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(kept) != page {
			t.Errorf("%s is not what its kind says; run scripts/generate.sh (%v)", name, err)
		}
	}
}

// A page names every setting and every way out, in words and not in keys.
func TestPageIsWhole(t *testing.T) {
	for lang, ctx := range map[string]context.Context{"en": text.With(t.Context(), text.English), "zh-CN": text.With(t.Context(), text.Chinese)} {
		for name, kind := range standard.Set() {
			page := reference.Page(ctx, kind)
			for _, f := range kind.Spec().Fields {
				if !strings.Contains(page, "`"+f.Name+"`") {
					t.Errorf("%s %s: %s is missing", lang, name, f.Name)
				}
			}
			if strings.Contains(page, " or .") || strings.Contains(page, " is .") {
				t.Errorf("%s %s: a value without words is named\n%s", lang, name, page)
			}
			if strings.Contains(page, "| node.") || strings.Contains(page, "- node.") {
				t.Errorf("%s %s: a key is shown instead of its words\n%s", lang, name, page)
			}
		}
	}
}
