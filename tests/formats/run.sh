#!/bin/sh
# run.sh - what the readers make of the sample collections; README.md beside
# this file says what is printed.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
if [ -z "${BACKFILE_CORPORA-}" ]; then
    echo 'formats: skipped: BACKFILE_CORPORA is not set'
    exit 0
fi
if ! command -v python3 >/dev/null 2>&1; then
    echo 'formats: skipped: no python3'
    exit 0
fi
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
for archive in "$BACKFILE_CORPORA"/formats/*.tar.gz; do
    tar xzf "$archive" -C "$scratch" || exit 1
done
bad=0
for part in tests/formats/*.py; do
    echo "== $(basename "$part" .py)"
    PYTHONDONTWRITEBYTECODE=1 python3 "$part" "$build/read-articles" "$scratch" "$BACKFILE_CORPORA" || bad=1
done
exit $bad
