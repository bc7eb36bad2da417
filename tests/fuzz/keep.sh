#!/bin/bash
# keep.sh - minimises what run.sh has found into the committed corpora:
# tests/fuzz/keep.sh [TARGET...]
#
# Of each target's work corpus the smallest inputs that reach what the
# committed ones do not, up to 40 and BYTES (3500) altogether. Inputs named seed-* and
# found-* stay.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}/fuzz
work=${WORK:-${BUILD:-build}/fuzz-work}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

keep()
{
    corpus=tests/fuzz/corpus/$1
    mkdir -p "$corpus" "$scratch/$1"
    find "$corpus" -name '[sf]*-*' -exec cp {} "$scratch/$1" \;
    "$build/$1" -merge=1 -timeout=5 "$scratch/$1" "$work/corpus/$1" 2>/dev/null || return
    find "$corpus" -type f ! -name '[sf]*-*' -delete
    find "$scratch/$1" -type f ! -name '[sf]*-*' -printf '%s %p\n' | sort -n |
        awk -v most="${BYTES:-3500}" 'NR <= 40 && (sum += $1) <= most { print $2 }' |
        xargs -r cp -t "$corpus"
    echo "$1: $(find "$corpus" -type f | wc -l) inputs, $(du -sb "$corpus" | cut -f 1) bytes"
}

# shellcheck disable=SC2046 # names without blanks
[ $# -gt 0 ] || set -- $("$build/fuzz-replay" --targets)
for target in "$@"; do
    keep "$target"
done
