#!/usr/bin/env bash
# Builds static binaries (pure Go, no C library needed) for the supported platforms.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p dist
for target in linux/amd64 linux/arm64 darwin/arm64; do
  GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "dist/foyer-${target/\//-}" ./cmd/foyer
done
ls -l dist
