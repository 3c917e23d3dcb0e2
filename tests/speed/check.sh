#!/usr/bin/env bash
# How fast `konflux-ls check` is on real catalogs: median user time of 11 runs of the release build,
# with warm files. Prints a row for docs/performance.md.
set -euo pipefail
cd "$(dirname "$0")/../.."

corpus="${KONFLUX_CORPUS:-../shared/corpus}/konflux"
runs=11
cargo build --release --locked --quiet --package konflux-ls
binary="${CARGO_TARGET_DIR:-target}/release/konflux-ls"

TIMEFORMAT=%U
measure() {
  for ((run = 0; run < runs; run++)); do
    { time "$binary" check --format json "$1" > /dev/null 2>&1; } 2>&1 || true
  done | sort -n | sed -n "$((runs / 2 + 1))p"
}

bytes="$(find "$corpus" -type f \( -name '*.yaml' -o -name '*.yml' \) -printf '%s\n' | awk '{ sum += $1 } END { print sum }')"
files="$(find "$corpus" -type f \( -name '*.yaml' -o -name '*.yml' \) | wc -l)"
measure "$corpus" > /dev/null
user="$(measure "$corpus")"
awk -v bytes="$bytes" -v files="$files" -v user="$user" 'BEGIN {
  printf "| check, all catalogs | %d files, %.1f MB | %.2f s | %.0f MB/s |\n", files, bytes / 1e6, user, bytes / 1e6 / user
}'
