#!/usr/bin/env bash
# The one command that passes all tests; CI runs nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*"; }

step "what the tests need"
bash scripts/need.sh

step "generated files are up to date"
bash scripts/verify.sh

step "format, vet, lint"
test -z "$(gofmt -l cmd designer media nodes runtime storage ui)" || { gofmt -l cmd designer media nodes runtime storage ui; exit 1; }
go vet ./...
go tool -modfile=tools.mod staticcheck ./...

step "known vulnerabilities"
bash scripts/vuln.sh

step "pure Go build (no C compiler)"
CGO_ENABLED=0 go build -o /dev/null ./cmd/foyer
CGO_ENABLED=0 go test -count=1 ./storage/...

# Packages that start browsers run one at a time, so that two of them do not starve each other.
browsing=$(go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./... | awk '/chromedp|kittest/ {print $1}')
quick=$(go list ./... | grep -vxF "$browsing")

step "tests, with the race detector, and the benchmarks compiled"
go test -race -count=1 -timeout 20m $quick

step "tests with real browsers"
go test -race -count=1 -timeout 40m -p 1 $browsing
