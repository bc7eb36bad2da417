#!/bin/bash
# group_limits.sh - bar 69: each limit of the format one below it, at it and one above, those too
# that take a minute or a gigabyte of memory: an article of 2^26 words.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
test=$build/tests/test_limits
[ -x "$test" ] || die "no $test: make torture"
[ -n "$quick" ] || export LONG_TESTS=1
"$test" >"$scratch/out" 2>&1
status=$?
[ $status -eq 0 ] || tail -n 20 "$scratch/out" >&2
bar 69 'limits, one below, at and above each' "$(grep -c '^\[       OK' "$scratch/out")" \
    "$(grep -c '^\[  FAILED  \] [^0-9]*$' "$scratch/out")"
[ $status -eq 0 ] || failed
finish
