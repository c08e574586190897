// Command sprite gathers the icons listed in icons.txt into the one file the pages use. It is run by hand after the
// list changes, with the unpacked lucide-static package at hand:
//
//	go run ./ui/asset/sprite -from lucide-static/icons
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

//go:embed icons.txt
var list string

var (
	inside = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)
	gaps   = regexp.MustCompile(`>\s+<`)
)

func main() {
	from := flag.String("from", "", "folder with one SVG file for each icon")
	to := flag.String("to", "ui/asset/dist/vendor/icons.svg", "the sprite to write")
	flag.Parse()
	if err := gather(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// gather writes every listed icon as a symbol named like its file. Stroke and size are left to the page's style.
func gather(from, to string) error {
	var b strings.Builder
	b.WriteString("<!-- Lucide icons, ISC licence, see ui/asset/licenses/lucide-ISC.txt -->\n<svg xmlns=\"http://www.w3.org/2000/svg\">\n")
	for name := range strings.FieldsSeq(list) {
		raw, err := os.ReadFile(filepath.Join(from, name+".svg"))
		if err != nil {
			return fmt.Errorf("reading icon %s: %w", name, err)
		}
		m := inside.FindSubmatch(raw)
		if m == nil {
			return fmt.Errorf("icon %s is no SVG drawing", name)
		}
		shape := gaps.ReplaceAllString(strings.TrimSpace(string(m[1])), "><")
		fmt.Fprintf(&b, "<symbol id=%q viewBox=\"0 0 24 24\">%s</symbol>\n", name, shape)
	}
	b.WriteString("</svg>\n")
	return os.WriteFile(to, []byte(b.String()), 0o644)
}
