#!/bin/sh
# run_unit.sh - runs test programs: tests/run_unit.sh BIN...
#
# A line for each program; all that it printed when one of its tests failed or
# it broke off. The last line adds up their tests: "N passed, N failed, N skipped".
set -u
output=$(mktemp) || exit 1
trap 'rm -f "$output"' EXIT
passed=0 failed=0 skipped=0

# Adds up the numbers of cmocka's lines "[  PASSED  ] 5 test(s).": one for each group.
count()
{
    sed -n "s/.*\[ *$1 *\] \([0-9][0-9]*\) test(s).*/\1/p" "$output" |
        { sum=0; while read -r n; do sum=$((sum + n)); done; echo "$sum"; }
}

run()
{
    "$1" >"$output" 2>&1
    status=$?
    p=$(count PASSED) f=$(count FAILED) s=$(count SKIPPED)
    # Ended by a signal or a sanitizer: the test at work has failed.
    [ "$status" -eq 0 ] || [ "$f" -gt 0 ] || f=1
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    if [ "$f" -gt 0 ]; then
        cat "$output"
        echo "FAILED $1 (status $status): $p passed, $f failed"
        return
    fi
    echo "ok $(basename "$1"): $p"
    grep '^SKIP: \|^MEASURED: ' "$output" | sort -u | sed 's/^/   /'
}

for program in "$@"; do
    run "$program"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
