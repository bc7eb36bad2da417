#!/bin/sh
# demo.sh - from nothing to answers: sets up, builds, indexes the sample archive, asks it.
set -eu
cd "$(dirname "$0")/.."

# Shows a command as it would be typed, then runs it.
run()
{
    printf '\n$ %s\n' "$1"
    eval "$1"
}

run 'sh setup.sh'
run 'make -j2'
run 'rm -rf build/demo'
run 'build/backfile-index add build/demo data/articles.jsonl data/wire.jsonl.gz data/pages'
run 'build/backfile-query search build/demo -n 3 "volcano +ash airspace"'
run 'build/backfile-query similar build/demo --why -n 3 hw-2010-0415-ashcloud'
run 'build/backfile-query show build/demo 5cc1db1c-9d63-49ff-9925-b3b27f111630'
