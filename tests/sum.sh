#!/bin/sh
# sum.sh - adds up the outcomes of several test runs: { run; run; } | sh tests/sum.sh 2
#
# Passes standard input on. Lines "N passed, N failed, N skipped" are indented
# and added up in a last line of that form, so that sums can be summed again.
# Status 1 when a test failed, a line starts with "! " (a run that broke off),
# or there were not as many outcomes as runs.
runs=$1
outcomes=0 broken=0 passed=0 failed=0 skipped=0

while IFS= read -r line || [ -n "$line" ]; do
    case $line in
    [0-9]*' passed, '[0-9]*' failed, '[0-9]*' skipped')
        printf '  %s\n' "$line"
        # shellcheck disable=SC2086 # words
        set -- $line
        passed=$((passed + $1)) failed=$((failed + $3)) skipped=$((skipped + $5))
        outcomes=$((outcomes + 1))
        continue
        ;;
    '! '*) broken=1 ;;
    esac
    printf '%s\n' "$line"
done

if [ "$outcomes" -ne "$runs" ]; then
    echo "! $outcomes outcomes of $runs runs"
    broken=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$broken" -eq 0 ] && [ "$passed" -gt 0 ]
