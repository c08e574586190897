#!/usr/bin/env bash
# Makes every generated file from its source: templ components, scripts, styles.
set -euo pipefail
cd "$(dirname "$0")/.."
tool() { go tool -modfile=tools.mod "$@"; }

for dir in $(find ui -name '*.templ' -exec dirname {} \; | sort -u); do
  tool templ generate -path "$dir" -log-level error
done
for entry in ui/island/*.ts; do
  name=$(basename "$entry" .ts)
  # the others are modules of these
  grep -q '^// entry' "$entry" || continue
  tool esbuild "$entry" --bundle --minify --target=es2022 --format=esm --log-level=warning --outfile="ui/asset/dist/$name.js"
done
for sheet in foyer gallery; do
  tool esbuild "ui/kit/css/$sheet.css" --bundle --minify --target=es2022 --log-level=warning --external:/assets/* --outfile="ui/asset/dist/$sheet.css"
done
# the reference of the node kinds and the schema of the flow document
go test -count=1 ./nodes/standard ./ui/reference -run 'TestSchemaFile|TestPages' -update >/dev/null
