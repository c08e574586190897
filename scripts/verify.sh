#!/usr/bin/env bash
# Makes everything that is generated and fails when what is committed differs, or lacks a file.
set -euo pipefail
cd "$(dirname "$0")/.."
made=('*_templ.go' ui/asset/dist docs/nodes docs/schemas)

bash scripts/generate.sh
git diff --exit-code --stat -- "${made[@]}"
new=$(git status --porcelain -- "${made[@]}")
[ -z "$new" ] || { echo "$new"; exit 1; }
