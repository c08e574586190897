#!/usr/bin/env bash
# Prints the figures of BENCHMARKS.md. Run it on a machine that does nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
bench() { go test -run NONE -benchmem "$@" | grep -E '^(Benchmark|goos|cpu)' || true; }

echo "P1  engine: start, choice, talk's end, with JSON between"
bench -bench ThreeSteps ./runtime/engine
echo "P2  the same, durable on SQLite, beside raw transactions of the same database"
bench -bench 'DurableSteps|RawTx' -benchtime 3s ./runtime/session
echo "P5  a restart with 100,000 waiting sessions"
bench -bench Restart -benchtime 3x ./runtime/session
echo "    how late timers are"
bench -bench Lateness -benchtime 5x ./runtime/session
echo "P3  the menu over HTTP, beside a bare handler that writes the same bytes"
bench -bench 'Menu|Bare' -benchtime 3s ./ui/api
echo "P9  the canvas with 1,000 nodes"
bench -bench Canvas -benchtime 3x ./ui/canvas
echo "media: forwarding one packet"
bench -bench Forward ./media/room

echo "P10 the binary"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
go build -trimpath -ldflags='-s -w' -o "$dir/foyer" ./cmd/foyer
echo "size: $(($(stat -c %s "$dir/foyer") / 1000000)) MB"
run() { "$dir/foyer" serve --addr 127.0.0.1:18999 --media-addr 127.0.0.1:18998 --ops-addr off --data "$dir/data" >/dev/null 2>&1 & }
now() { date +%s%3N; }
for round in 1 2 3 4 5 6; do
  start=$(now)
  run
  until curl -fs http://127.0.0.1:18999/readyz >/dev/null; do sleep 0.01; done
  took=$(($(now) - start))
  sleep 2
  [ $round -eq 1 ] || echo "ready after $took ms, idle $(($(grep VmRSS /proc/$!/status | tr -dc 0-9) / 1000)) MB resident"
  kill $!
  wait $! || true
done
