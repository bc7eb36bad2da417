#!/bin/bash
# run.sh - fuzzes: [MINUTES=60] [JOBS=2] tests/fuzz/run.sh [TARGET...]
#
# Goes round the targets (all of them when none is named) in slices of SLICE
# seconds, JOBS at a time, until each has had MINUTES minutes of CPU time since
# the work directory was made. What is found is kept in WORK (build/fuzz-work):
#
#     corpus/TARGET      inputs that reached something new
#     findings/TARGET-*  inputs that crash, hang, leak or break a promise
#     slices.tsv         date, commit, target, CPU seconds, executions, findings
#
# At the end, or with --report at any time, a line for each target: CPU
# minutes, executions, findings. Status 1 when there are findings.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}/fuzz
WORK=${WORK:-${BUILD:-build}/fuzz-work}
CPU_SECONDS=${CPU_SECONDS:-$((${MINUTES:-60} * 60))} JOBS=${JOBS:-2} SLICE=${SLICE:-180}
export WORK CPU_SECONDS JOBS SLICE
export ASAN_OPTIONS=quarantine_size_mb=16:malloc_context_size=8:detect_leaks=1
export UBSAN_OPTIONS=print_stacktrace=1

# The words that a target's bytes are made of.
dictionary()
{
    case $1 in
    read-feed | read-nitf | read-newsml*) echo xml ;;
    read-reuters | read-trec) echo sgml ;;
    read-json*) echo json ;;
    read-mail | read-mbox | read-warc) echo headers ;;
    read-*) echo "${1#read-}" ;;
    dictionary | text | columns | forms | copies | deletes | lists | postings | segment) echo sections ;;
    *) echo "$1" ;;
    esac
}

unit='Test unit written to' # libFuzzer's words for a finding

cpu_seconds() { awk -F '\t' -v t="$1" '$3 == t { s += $4 } END { print int(s) }' "$WORK/slices.tsv"; }

slice()
{
    target=$1
    [ "$(cpu_seconds "$target")" -lt "$CPU_SECONDS" ] || return 0
    log=$WORK/logs/$target
    words=tests/fuzz/dictionaries/$(dictionary "$target").dict
    mkdir -p "$WORK/corpus/$target" "tests/fuzz/corpus/$target"
    set -- -max_total_time="$SLICE" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$WORK/findings/$target-"
    [ -f "$words" ] && set -- "$@" -dict="$words"
    TIMEFORMAT='%U %S'
    { time nice -n 19 "$build/$target" "$@" "$WORK/corpus/$target" "tests/fuzz/corpus/$target" \
        >"$log" 2>&1; } 2>"$log.time"
    executions=$(grep -aoE '^#[0-9]+' "$log" | tail -n 1 | tr -d '#')
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$(date -u +%FT%TZ)" "$(cat "$build/commit")" "$target" \
        "$(awk '{ print $1 + $2 }' "$log.time")" "${executions:-0}" \
        "$(grep -ac "$unit" "$log")" >>"$WORK/slices.tsv"
    grep -aq "$unit" "$log" && cp "$log" "$WORK/findings/$target.$(date +%s).log"
    return 0
}

report()
{
    awk -F '\t' '{ cpu[$3] += $4; runs[$3] += $5; found[$3] += $6; all += $6 }
        END {
            for (t in cpu)
                printf "%-16s %7.1f CPU minutes %12d executions %3d findings\n", t, cpu[t] / 60, runs[t], found[t] | "sort"
            close("sort")
            exit all > 0
        }' "$WORK/slices.tsv"
}

all_done()
{
    for target in "$@"; do
        [ "$(cpu_seconds "$target")" -ge "$CPU_SECONDS" ] || return 1
    done
}

mkdir -p "$WORK/logs" "$WORK/findings"
touch "$WORK/slices.tsv"
case ${1-} in
--slice | --report)
    "${1#--}" "${2-}"
    exit
    ;;
esac
# shellcheck disable=SC2046 # names without blanks
[ $# -gt 0 ] || set -- $("$build/fuzz-replay" --targets)
until all_done "$@"; do
    printf '%s\n' "$@" | xargs -P "$JOBS" -n 1 "$0" --slice || exit 2
done
report
