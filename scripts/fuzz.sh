#!/usr/bin/env bash
# Fuzzes every target of the module, one after another, each for the given time: scripts/fuzz.sh [60s]
# What breaks a target is written into its package's testdata/fuzz: mend it, and commit the seed with the fix.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=()
for target in $(grep -rHoP --include='*_test.go' '^func \KFuzz\w+' cmd designer media nodes runtime storage ui | sort); do
  package=./$(dirname "${target%%:*}") name=${target##*:}
  printf '\n== %s %s\n' "$package" "$name"
  # by default up to a minute goes into making one new input smaller, and nothing else is tried meanwhile
  go test -run '^$' -fuzz "^$name\$" -fuzztime "${1:-60s}" -fuzzminimizetime 1s "$package" || failed+=("$package $name")
done
[ ${#failed[@]} -eq 0 ] || { printf 'FAILED: %s\n' "${failed[@]}"; exit 1; }
