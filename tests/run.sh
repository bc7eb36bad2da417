#!/bin/sh
# run.sh - passes every test: sets up, builds, tests.
set -eu
cd "$(dirname "$0")/.."

# Shows a command as it would be typed, then runs it.
run()
{
    printf '\n$ %s\n' "$1"
    eval "$1"
}

run 'sh setup.sh test'
run 'make -j2 test'
