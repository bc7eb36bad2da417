#!/bin/bash
# group_salvage.sh - what salvage makes of damage at every byte: bars 21 to 23, 25 and 70.
#
# The cases are those of tests/unit/test_salvage.c: after each, the new index is
# compared with the old one article by article.
. "$(dirname "$0")/lib.sh"
test=$build/tests/test_salvage
if [ ! -x "$test" ]; then
    skip_bar 21 'salvage of a damaged index' "no $test: make unit-test"
    finish
fi

# kind_bar NUMBER KIND WHAT: the cases that the test counted; none if it failed before.
kind_bar()
{
    local cases
    cases=$(sed -n "s/^$2: \([0-9]*\) cases\$/\1/p" out)
    bar "$1" "salvage: $3" "${cases:-0}" "$([ -n "$cases" ] && echo 0 || echo 1)"
}

SALVAGE_STEP=$stride "$test" >out 2>&1
status=$?
[ $status -eq 0 ] || failed
kind_bar 21 'a bit' 'a wrong bit costs nothing'
kind_bar 22 'a byte' 'a wrong byte costs nothing'
kind_bar 22 'a sector' 'zeros for 512 bytes: what is lost is named'
kind_bar 22 'some bytes' 'eight wrong bytes: what is lost is named'
kind_bar 22 'a cut' 'files cut: what is lost is named'
kind_bar 23 'missing or empty' 'files missing or empty'
kind_bar 23 'swapped' 'files under the names of others'
kind_bar 25 'a forgery' 'wrong bits with right checksums'
kind_bar 70 'seeded faults' 'segments of wrong content are made again'
[ $status -eq 0 ] || grep -E 'ERROR|LINE|FAILED' out >&2
finish
