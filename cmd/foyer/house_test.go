package main

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "foyer/"

// mayImport is the house rule: which top folder may import which.
var mayImport = map[string][]string{
	"designer": {},
	"nodes":    {"designer"},
	"runtime":  {"designer", "nodes"},
	"media":    {"runtime"},
	"storage":  {"designer", "runtime"},
	"ui":       {"designer", "nodes", "runtime"},
	"cmd":      {"designer", "nodes", "runtime", "media", "storage", "ui"},
}

// mustNot are finer rules inside a folder: package prefix, then what it may never reach, even through others.
var mustNot = map[string][]string{
	"runtime/engine": {"gorm.io", "github.com/labstack", "net/http", "database/sql"},
	"designer/graph": {"gorm.io", "github.com/labstack", "net/http", "database/sql"},
	"nodes":          {"gorm.io", "github.com/labstack", "database/sql"},
	"runtime":        {"gorm.io", "github.com/labstack", "github.com/pion"},
	"ui":             {"gorm.io", "github.com/pion"},
}

// onlyIn names modules that a single package, with the test support below it, may import directly.
var onlyIn = map[string]string{"github.com/pion/webrtc": "media/peer"}

// place is one package with what it imports itself and what it reaches through others.
type place struct {
	path          string
	imports, deps []string
}

// faults lists every breach of the house rules.
func faults(rooms []place) (out []string) {
	for _, r := range rooms {
		from, _, _ := strings.Cut(r.path, "/")
		allowed, ok := mayImport[from]
		if !ok {
			out = append(out, r.path+": no such room")
			continue
		}
		for _, imp := range r.imports {
			rest, inside := strings.CutPrefix(imp, module)
			to, _, _ := strings.Cut(rest, "/")
			if inside && to != from && !slices.Contains(allowed, to) {
				out = append(out, fmt.Sprintf("%s imports %s: %s may not import %s", r.path, rest, from, to))
			}
			for lib, only := range onlyIn {
				if strings.HasPrefix(imp, lib) && r.path != only && !strings.HasPrefix(r.path, only+"/") {
					out = append(out, fmt.Sprintf("%s imports %s: only %s may", r.path, imp, only))
				}
			}
		}
		for prefix, banned := range mustNot {
			if r.path != prefix && !strings.HasPrefix(r.path, prefix+"/") {
				continue
			}
			for _, dep := range r.deps {
				if slices.ContainsFunc(banned, func(b string) bool { return strings.HasPrefix(dep, b) }) {
					out = append(out, fmt.Sprintf("%s reaches %s", r.path, dep))
				}
			}
		}
	}
	return out
}

// The packages as they are keep the house rules.
func TestHouse(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}|{{join .Imports " "}}|{{join .Deps " "}}`, module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var rooms []place
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSpace(line), "|")
		rooms = append(rooms, place{strings.TrimPrefix(f[0], module), strings.Fields(f[1]), strings.Fields(f[2])})
	}
	if len(rooms) < 20 {
		t.Fatalf("only %d packages were found", len(rooms))
	}
	for _, f := range faults(rooms) {
		t.Error(f)
	}
}

// A planted breach of each rule is found.
func TestHouseFindsPlantedBreaches(t *testing.T) {
	for name, planted := range map[string]place{
		"engine to storage":     {path: "runtime/engine", imports: []string{module + "storage"}},
		"storage to ui":         {path: "storage", imports: []string{module + "ui/kit"}},
		"ui to media":           {path: "ui/desk", imports: []string{module + "media/room"}},
		"designer to nodes":     {path: "designer/flow", imports: []string{module + "nodes"}},
		"engine reaches gorm":   {path: "runtime/engine", deps: []string{"gorm.io/gorm"}},
		"pion outside the peer": {path: "media/room", imports: []string{"github.com/pion/webrtc/v3"}},
		"a room nobody knows":   {path: "util/strings"},
	} {
		if len(faults([]place{planted})) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}
