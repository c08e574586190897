package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The product brings the time zones along: business hours are right on a machine that has none.
func TestZonesComeAlong(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{join .Deps "\n"}}`, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(strings.Fields(string(out)), "time/tzdata") {
		t.Error("time/tzdata is not linked")
	}
}
