#!/bin/bash
# group_errors.sh - the system refuses something: bars 10 to 17.
. "$(dirname "$0")/lib.sh"
"$index" add -q demo "$root/data/articles.jsonl" 2>err || die "$(cat err)"

# Output that cannot be written is a failure, whatever writes it.
full_output()
{
    local cases=0 findings=0
    for command in "$query search demo bridge" "$query search --json demo bridge" \
        "$query similar demo qb-2019-0314-pi" "$query show demo qb-2019-0314-pi" \
        "$index check demo" "$index info demo"; do
        cases=$((cases + 1))
        $command >/dev/full 2>err && { findings=$((findings + 1)) && echo "16: status 0: $command" >&2; }
    done
    bar 16 'output to a full device' "$cases" "$findings"
}

full_output
finish
