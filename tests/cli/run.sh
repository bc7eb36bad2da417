#!/bin/sh
# run.sh - runs the command-line tests: BUILD=build tests/cli/run.sh [test_x.sh...]
#
# A line for each script; all that it printed when it failed. A script that
# does not end with its own "N passed, N failed, N skipped" counts as one test.
set -u
cd "$(dirname "$0")/../.." || exit 1
export BUILD="${BUILD:-build}"
output=$(mktemp) || exit 1
trap 'rm -f "$output"' EXIT
passed=0 failed=0 skipped=0

run()
{
    sh "$1" >"$output" 2>&1 </dev/null
    status=$?
    # shellcheck disable=SC2046 # words
    set -- "$1" $(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' \
        "$output")
    if [ $# -ne 4 ]; then
        [ "$status" -eq 0 ] && set -- "$1" 1 0 0 || set -- "$1" 0 1 0
    elif [ "$status" -ne 0 ] && [ "$3" -eq 0 ]; then
        set -- "$1" "$2" 1 "$4"
    fi
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
    if [ "$3" -gt 0 ]; then
        cat "$output"
        echo "FAILED $1 (status $status)"
        return
    fi
    echo "ok $(basename "$1"): $2"
    grep '^SKIP: ' "$output" | sed 's/^/   /'
}

[ $# -gt 0 ] || set -- tests/cli/test_*.sh
for script in "$@"; do
    run "$script"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
