#!/bin/bash
# group_fuzz.sh - bar 26: any bytes for every reader. MINUTES=60 of CPU time for each
# target (QUICK=1: 10 seconds), JOBS processes at a time; FUZZ_WORK keeps what is found.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1

command -v clang >/dev/null || {
    skip_bar 26 'fuzz targets' 'no clang'
    finish
}
make -s -j "$jobs" BUILD="$build" fuzz >"$scratch/make.log" 2>&1 || {
    tail -n 20 "$scratch/make.log" >&2
    die "make fuzz failed"
}
export BUILD=$build WORK=${FUZZ_WORK:-$scratch/work} JOBS=$jobs
[ -z "$quick" ] || export SLICE="${SLICE:-10}" CPU_SECONDS="${CPU_SECONDS:-10}"
tests/fuzz/run.sh >"$scratch/report"
while read -r target minutes _ _ runs _ findings _; do
    bar 26 "fuzz $target, $minutes CPU minutes" "$runs" "$findings"
done <"$scratch/report"
[ "$found" = 0 ] || ls "$WORK/findings" >&2
finish
